"""Whether this process has slept, so that it does not take for dead who slept beside it."""

import threading
import time
from collections.abc import Callable
from typing import NamedTuple

MISSED_SECONDS = 10.0
"""A clock that has gone so much further than it should between two ticks means a sleep."""
_TICK_SECONDS = 1.0


class Clocks(NamedTuple):
    """What the clocks say at one moment, in seconds.

    While a machine sleeps, Linux's monotonic clock stands still and the time of day jumps at the
    end; while only the processes are stopped, both go on.
    """

    monotonic: float
    wall: float


def read_clocks() -> Clocks:
    """What the clocks say now.

    Example:
        >>> read_clocks().monotonic <= read_clocks().monotonic
        True
    """
    return Clocks(time.monotonic(), time.time())


def has_slept(before: Clocks, now: Clocks) -> bool:
    """Whether a process that ticks every second must have slept between two ticks.

    A time of day that is set anew counts as well, for all signs of life look old after it.

    Example:
        >>> has_slept(Clocks(0.0, 1000.0), Clocks(1.0, 8000.0))
        True
    """
    return any(abs(b - a) > MISSED_SECONDS for a, b in zip(before, now, strict=True))


class SleepWatch:
    """Ticks in a thread, and so remembers when this process was last woken up.

    Example:
        >>> with SleepWatch() as watch:
        ...     watch.woke()
        -inf
    """

    def __init__(self, clocks: Callable[[], Clocks] = read_clocks) -> None:
        self._clocks = clocks
        self._lock = threading.Lock()
        self._last = clocks()
        self._woke = float("-inf")
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._tick, name="sleep", daemon=True)
        self._thread.start()

    def woke(self) -> float:
        """When this process was last woken up, in seconds of `time.monotonic`; -inf if never."""
        with self._lock:
            now = self._clocks()
            if has_slept(self._last, now):
                self._woke = now.monotonic
            self._last = now
            return self._woke

    def close(self) -> None:
        """Tick no more."""
        self._over.set()
        self._thread.join()

    def __enter__(self) -> "SleepWatch":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _tick(self) -> None:
        while not self._over.wait(_TICK_SECONDS):
            self.woke()
