"""Keeps a store within its limits, and free of what never became a run."""

import contextlib
from collections.abc import Callable

from nst_core.errors import OutputError
from nst_core.runs.store.retention import leftovers, sweep
from nst_core.runs.store.store import Store

SWEEP_SECONDS = 600.0


class Housekeeping:
    """Sweeps a store now and then.

    Example:
        >>> housekeeping = Housekeeping(store, keep_days=30, most_bytes=None, say=print)
        >>> housekeeping.look(time.monotonic())  # again and again
    """

    def __init__(
        self,
        store: Store,
        keep_days: float | None,
        most_bytes: float | None,
        say: Callable[[str], None],
    ) -> None:
        """
        Args:
            store: what is swept.
            keep_days, most_bytes: see `retention.sweep`.
            say: called with each removal, in a sentence.
        """
        self._store = store
        self._limits = keep_days, most_bytes
        self._say = say
        self._swept = float("-inf")
        self._leftovers: set[str] = set()

    def look(self, now: float) -> None:
        """Sweep if the last time is long enough ago; a store that does not answer is left alone.

        Args:
            now: seconds of a clock that only goes forward.
        """
        if now - self._swept <= SWEEP_SECONDS:
            return
        self._swept = now
        with contextlib.suppress(OutputError):
            for run in sweep(self._store, *self._limits):
                self._say(f"{run} was removed")
            # Making a run takes far less time than passes between two sweeps, so what is
            # incomplete in both is a leftover.
            incomplete = set(leftovers(self._store))
            for run in incomplete & self._leftovers:
                self._store.storage.remove(run)
            self._leftovers = incomplete
