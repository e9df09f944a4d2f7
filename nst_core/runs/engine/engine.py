"""Who computes the runs of a store: one small interface, whatever is behind it."""

import contextlib
import os
import threading
from typing import Protocol, Self

from nst_core.errors import InputError
from nst_core.pictures.pixels import Pixels
from nst_core.runs.engine import order
from nst_core.runs.store import lease
from nst_core.runs.store.store import Store
from nst_core.settings import Settings

_PLACES = threading.Lock()
"""Between a look at the queue and what is added to it."""


class Engine(Protocol):
    """Takes runs and sees that they are computed, each in a process that is not the caller's."""

    store: Store

    def submit(
        self,
        photo: Pixels,
        painting: Pixels,
        settings: Settings,
        *,
        session: str = "",
        title: str = "",
        photo_name: str = "",
        parent: str | None = None,
        start: Pixels | None = None,
    ) -> str:
        """Queue a run; see `Store.create`. Returns: its id. Raises: QueueFullError, too."""

    def cancel(self, run: str) -> None:
        """Stop a run within an evaluation; see `Store.cancel`."""

    def resume(self, run: str) -> None:
        """Go on with a run that was stopped or has failed; see `Store.resume`."""

    def position(self, run: str) -> int | None:
        """Place in the queue, from 1; None for a run that does not wait."""

    def seconds_until_start(self, run: str) -> float | None:
        """How long a run will wait; None for one that does not wait."""

    def close(self) -> None:
        """Stop what this engine has started; runs under way are interrupted, none is lost."""


class StoreEngine:
    """The verbs of `Engine` that the store alone answers, so that any process may use them."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def submit(
        self,
        photo: Pixels,
        painting: Pixels,
        settings: Settings,
        *,
        session: str = "",
        title: str = "",
        photo_name: str = "",
        parent: str | None = None,
        start: Pixels | None = None,
    ) -> str:
        """See `Engine.submit`."""
        with _PLACES:
            order.require_place(self.store.records(), session)
            run = self.store.create(
                photo,
                painting,
                settings,
                session=session,
                title=title,
                photo_name=photo_name,
                parent=parent,
                start=start,
            )
        self._require_kept_place(run)
        return run

    def _require_kept_place(self, run: str) -> None:
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
        """See `Engine.cancel`."""
        self.store.cancel(run)

    def resume(self, run: str) -> None:
        """See `Engine.resume`."""
        with _PLACES:
            order.require_place(self.store.records(), self.store.get(run).session)
            self.store.resume(run)

    def position(self, run: str) -> int | None:
        """See `Engine.position`."""
        self.store.folder(run)
        return order.position(self.store.records(), run)

    def seconds_until_start(self, run: str) -> float | None:
        """See `Engine.seconds_until_start`."""
        self.store.folder(run)
        return order.seconds_until_start(self.store.records(), run, workers(self.store))

    def close(self) -> None:
        """Nothing was started."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def workers(store: Store) -> int:
    """How many runs the store's engine computes at once; 1 as long as there is none."""
    return max(1, workers_now(store))


def workers_now(store: Store) -> int:
    """How many workers the store's engine has at this moment; 0 also where there is no engine."""
    claim = lease.read(store.storage)
    known = claim.details.get("workers") if claim is not None and claim.is_alive() else None
    return known if isinstance(known, int) else 0


def open_engine(store: Store | None = None) -> Engine:
    """The engine that the environment asks for: on this machine, or at `NST_SCHEDULER`."""
    from nst_core.runs.engine.program import ProgramEngine

    return ProgramEngine(store or Store.open(), os.environ.get("NST_SCHEDULER") or None)
