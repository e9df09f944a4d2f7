"""Hands the runs of a store to Dask's workers, in order, and sees that none is left lying.

The store is the queue: it outlives every process, and its order is fair. Dask places runs
on workers, notices their deaths and starts them again; each worker has at most one run.
What is to be done is decided in `decisions`; here it is done.
"""

import contextlib
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from nst_core.errors import InputError, OutputError
from nst_core.runs.dask.connection import Connection
from nst_core.runs.dask.decisions import (
    GRACE_SECONDS,
    Action,
    Complain,
    Disconnect,
    HandOut,
    Ledger,
    RecordEnding,
    RestartWorker,
    Say,
    View,
    cope,
    decide,
)
from nst_core.runs.dask.housekeeping import Housekeeping
from nst_core.runs.dask.users_scheduler import require_usable
from nst_core.runs.engine.compute import Ending
from nst_core.runs.engine.sleep import SleepWatch
from nst_core.runs.store import lease
from nst_core.runs.store.record import NoSuchRunError
from nst_core.runs.store.store import Store

_PAUSE_SECONDS = 0.2
_MOST_PAUSE_SECONDS = 5.0
_PAUSE_FACTOR = 10
"""A pause is so many times as long as the look before it, so that a slow store has its rest."""


class Dispatcher:
    """Serves a store until it is asked to stop; a store has one dispatcher at a time.

    Example:
        >>> over = threading.Event()
        >>> Dispatcher(Store.open(), say=print, complain=print).serve(over)  # until over.set()
    """

    def __init__(
        self,
        store: Store,
        scheduler: str | None = None,
        *,
        keep_days: float | None = None,
        most_bytes: float | None = None,
        say: Callable[[str], None] = lambda sentence: None,
        complain: Callable[[str], None] = lambda sentence: None,
    ) -> None:
        """
        Args:
            store: whose runs; every worker must reach it.
            scheduler: address of a Dask scheduler; None for a worker on this machine.
            keep_days, most_bytes: see `retention.sweep`.
            say: called with each thing that happens, in a sentence.
            complain: called with what keeps it from computing, once for each trouble.

        Raises:
            InputError: an address, or a configuration of Dask, with which no scheduler is reached.
        """
        if scheduler is not None:
            require_usable(scheduler)
        self._store = store
        self._scheduler = scheduler
        self._say = say
        self._complain = complain
        self._housekeeping = Housekeeping(store, keep_days, most_bytes, say)
        self._ledger = Ledger()
        self._connection: Connection | None = None
        self._workers = 0
        self._woke: Callable[[], float] = lambda: float("-inf")

    def serve(self, over: threading.Event) -> None:
        """Serve until `over` is set.

        Raises:
            InputError: another engine serves this store.
            OutputError: the store cannot be written to.
        """
        claim = lease.Lease(self._store.storage, lambda: {"workers": self._workers})
        if not claim.take():
            raise InputError(f"Another engine serves {self._store.url} already; a store has one.")
        try:
            with SleepWatch() as watch:
                self._woke = watch.woke
                self._serve(over, claim)
        finally:
            self._disconnect()
            claim.release()

    def _serve(self, over: threading.Event, claim: lease.Lease) -> None:
        pause = 0.0
        while not over.wait(pause) and not claim.is_lost():
            began = time.monotonic()
            self._look()
            if time.monotonic() - self._woke() > GRACE_SECONDS:
                self._housekeeping.look(time.monotonic())
            pause = max(_PAUSE_SECONDS, _PAUSE_FACTOR * (time.monotonic() - began))
            pause = min(pause, _MOST_PAUSE_SECONDS)

    def _look(self) -> None:
        """See how things are, and do what is to be done, once."""
        try:
            connection = self._connected()
            view = self._view(connection)
            self._ledger, actions = decide(self._ledger, view)
            for run in view.endings:
                connection.forget(run)
            self._carry_out(actions)
            self._ledger = self._ledger.without_complaint()
        except Exception as error:
            self._ledger, actions = cope(self._ledger, error)
            self._carry_out(actions)

    def _connected(self) -> Connection:
        if self._connection is not None and not self._connection.is_well:
            self._disconnect()
            self._ledger = self._ledger.without_tasks()
        if self._connection is None:
            self._connection = Connection(self._scheduler)
            self._say(f"Connected to {self._connection.address}")
            if self._connection.trouble:
                self._complain(self._connection.trouble)
        return self._connection

    def _view(self, connection: Connection) -> View:
        # First what fails with a lost connection, so that no ending is lost with it. Then the
        # endings: the record of a run that is over says so, too.
        self._workers = connection.count_workers()
        endings = connection.endings()
        records = self._store.records()
        # Last, for the machine may have slept while all this was asked.
        return View(records, endings, self._workers, time.monotonic(), self._woke())

    def _carry_out(self, actions: Sequence[Action]) -> None:
        for action in actions:
            match action:
                case Say(sentence):
                    self._say(sentence)
                case Complain(sentence):
                    self._complain(sentence)
                case RecordEnding(run, ending):
                    if record_ending(self._store, run, ending):
                        self._ledger = self._ledger.without_ending(run)
                case RestartWorker(run):
                    self._restart_worker_of(run)
                case HandOut(run):
                    self._hand_out(run)
                case Disconnect():
                    self._disconnect()

    def _hand_out(self, run: str) -> None:
        assert self._connection is not None
        self._connection.hand_out(self._store.url, run)
        self._say(f"{run} was handed out")

    def _restart_worker_of(self, run: str) -> None:
        assert self._connection is not None
        worker = self._connection.worker_of(run)
        if worker is not None:
            self._say(f"{worker} does not answer and is ended")
            self._connection.restart(worker)

    def _disconnect(self) -> None:
        self._workers = 0
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def record_ending(store: Store, run: str, ending: Ending) -> bool:
    """Write down how a run ended where its worker could not.

    Returns: whether nothing is left to do; False if it has to be tried again, because the store
    does not answer or the worker's last claim on the run has not yet gone stale.

    Example:
        >>> record_ending(store, run, Ending("failed", "the disk is full", is_unrecorded=True))
        True
    """
    with contextlib.suppress(OutputError):
        return _record_ending(store, run, ending)
    return False


def _record_ending(store: Store, run: str, ending: Ending) -> bool:
    try:
        claim = lease.Lease(store.folder(run))
        if store.get(run).is_over:
            return True
        if not claim.take():
            return False
        try:
            before = store.state(run)
            state = replace(before, state=ending.state, reason=ending.reason, ended=time.time())
            store.write_state(run, state)
        finally:
            claim.release()
    except NoSuchRunError:
        pass  # it has been removed, and nobody asks for it any more
    return True
