"""Takes runs and sees that they are computed, each in a process that is not the caller's."""

import contextlib
import threading
from typing import Self

from nst_core.errors import InputError
from nst_core.runs.engine import order
from nst_core.runs.store import lease
from nst_core.runs.store.request import Request
from nst_core.runs.store.store import Store

_PLACES = threading.Lock()
"""Keeps two threads from taking the same place in the queue."""


class StoreEngine:
    """An engine's verbs, which the store alone answers, so that any process may use them.

    This one computes nothing: the engines that do are derived from it.

    Example:
        >>> with open_engine() as engine:
        ...     run = engine.submit(Request(photo, painting, settings))
        ...     engine.position(run)
        1
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def submit(self, request: Request) -> str:
        """Queue a run. Returns: its id.

        Raises:
            QueueFullError: there is no place for it at the moment.
            InputError: a picture or a size that cannot be worked with.
            OutputError: the store is full or read-only.
        """
        with _PLACES:
            order.require_place(self.store.records(), request.session)
            run = self.store.create(request)
        self._give_way_if_late(run)
        return run

    def _give_way_if_late(self, run: str) -> None:
        """Other processes may have queued runs at the same moment; the first ones have the places.

        Raises:
            QueueFullError: there was no place for this one, which is removed.
        """
        records = self.store.records()
        own = next((record for record in records if record.id == run), None)
        if own is None or not own.is_waiting:
            return
        before = [r for r in records if (r.queued, r.id) < (own.queued, own.id)]
        try:
            order.require_place(before, own.session)
        except order.QueueFullError:
            with contextlib.suppress(InputError):  # it has been removed, or taken up
                self.store.remove(run)
            raise

    def cancel(self, run: str) -> None:
        """Stop a run within an evaluation; see `Store.cancel`."""
        self.store.cancel(run)

    def resume(self, run: str) -> None:
        """Go on with a run that was stopped or has failed; see `Store.resume`.

        Raises:
            QueueFullError: there is no place for it at the moment.
        """
        with _PLACES:
            order.require_place(self.store.records(), self.store.get(run).session)
            self.store.resume(run)

    def position(self, run: str) -> int | None:
        """The run's place in the queue, from 1; None while it is not waiting.

        Raises:
            NoSuchRunError: the id is wrong, or the run has been removed.
        """
        self.store.folder(run)
        return order.position(self.store.records(), run)

    def seconds_until_start(self, run: str) -> float | None:
        """How long the run will still wait; None while it is not waiting.

        Raises:
            NoSuchRunError: the id is wrong, or the run has been removed.
        """
        self.store.folder(run)
        return order.seconds_until_start(self.store.records(), run, workers(self.store))

    def close(self) -> None:
        """Stop what this engine has started; runs under way are interrupted, none is lost."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def workers(store: Store) -> int:
    """How many runs the store's engine computes at once; 1 as long as there is no engine.

    Example:
        >>> workers(Store.open("memory://a new store"))
        1
    """
    return max(1, workers_now(store))


def workers_now(store: Store) -> int:
    """How many workers the store's engine has at this moment; 0 also where there is no engine.

    Example:
        >>> workers_now(Store.open("memory://a new store"))
        0
    """
    claim = lease.living(store.storage)
    if claim is None:
        return 0
    number = claim.details.get("workers")
    return number if isinstance(number, int) else 0
