"""An engine in a program of its own, `python -m nst_core engine`, looked after by this process."""

import contextlib
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping

from nst_core import environment
from nst_core.runs.engine.engine import StoreEngine
from nst_core.runs.engine.sleep import SleepWatch
from nst_core.runs.store import lease
from nst_core.runs.store.store import Store

_LOOK_SECONDS = 0.5
_MOST_PAUSE_SECONDS = 30.0
_STOP_SECONDS = 45.0

log = logging.getLogger(__name__)


class ProgramEngine(StoreEngine):
    """Sees that some engine serves the store: one that does so already, or else one of its own.

    Example:
        >>> with ProgramEngine(Store.open()) as engine:
        ...     run = engine.submit(Request(photo, painting, settings))

    Attributes:
        process: the engine's program if it is ours; None while another's serves the store.
    """

    def __init__(self, store: Store, scheduler: str | None = None) -> None:
        """
        Args:
            store: whose runs; every worker must reach it.
            scheduler: address of a Dask scheduler; None for a worker on this machine.
        """
        super().__init__(store)
        self._scheduler = scheduler
        self.process: subprocess.Popen[bytes] | None = None
        self._over = threading.Event()
        self._sleep = SleepWatch()
        self._thread = threading.Thread(target=self._watch, name="engine", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop the program if it is ours; runs under way are interrupted, none is lost."""
        self._over.set()
        self._thread.join()
        self._sleep.close()
        if self.process is not None:
            end_program(self.process, _STOP_SECONDS)

    def _watch(self) -> None:
        pause = _LOOK_SECONDS
        while not self._over.is_set():
            try:
                pause = self._look(pause)
            except Exception as error:  # the store does not answer, or no program can be started
                log.warning("no engine can be seen to: %s", error)
                pause = min(2 * pause, _MOST_PAUSE_SECONDS)
            self._over.wait(pause)

    def _look(self, pause: float) -> float:
        """See that there is an engine.

        Args:
            pause: seconds from the last look to this one; it grows while programs end as soon as
                they start.

        Returns: seconds until the next look.
        """
        if self.process is not None and self.process.poll() is not None:
            end_program(self.process, 0)
            self.process = None
            pause = min(2 * pause, _MOST_PAUSE_SECONDS)
        # Another's engine that slept as well has yet to give a sign of life.
        is_served = self.is_served()
        is_drowsy = time.monotonic() - self._sleep.woke() < lease.STALE_SECONDS
        if is_drowsy or is_served:
            return _LOOK_SECONDS
        if self.process is None:
            self.process = self._start()
        return pause

    def is_served(self) -> bool:
        """Whether an engine serves the store at this moment, be it this one's or another's.

        Raises:
            OutputError: the store does not answer.
        """
        return lease.living(self.store.storage) is not None

    def _start(self) -> subprocess.Popen[bytes]:
        # An empty address means this machine, whatever this process has in its environment.
        variables = {environment.RUNS: self.store.url, environment.SCHEDULER: self._scheduler or ""}
        command = [sys.executable, "-m", "nst_core", "engine", "--with-parent"]
        return start_program(command, os.environ | variables)


def start_program(command: list[str], variables: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a program that must end when its standard input does, and so ends with this process.

    Args:
        command: the program and its arguments.
        variables: its whole environment.

    Example:
        >>> cat = start_program(["cat"], os.environ)
        >>> end_program(cat, seconds=3)
    """
    # The program must find this package by itself: installed, or in the folder it is started from.
    # A child does not inherit what `streamlit run` adds to `sys.path`.
    # In a session of its own, since a terminal sends a Ctrl-C to all that run in its own, and those
    # that are still loading would each answer by a traceback.
    return subprocess.Popen(
        command,
        # Libraries read their settings, as Dask does its own, in the locale's encoding otherwise.
        env={**variables, "PYTHONUTF8": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def end_program(process: subprocess.Popen[bytes], seconds: float) -> None:
    """End a program that `start_program` has started: politely, and after `seconds` by force.

    Example:
        >>> end_program(start_program(["cat"], os.environ), seconds=3)
    """
    assert process.stdin is not None
    with contextlib.suppress(OSError):
        process.stdin.close()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def open_engine(store: Store | None = None) -> ProgramEngine:
    """The engine that the environment asks for: on this machine, or at `NST_SCHEDULER`.

    Example:
        >>> with open_engine() as engine:
        ...     run = engine.submit(Request(photo, painting, settings))
    """
    return ProgramEngine(store or Store.open(), environment.scheduler())
