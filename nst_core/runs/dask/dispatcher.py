"""Hands the runs of a store to Dask's workers, in order, and sees that none is left lying.

The store is the queue: it outlives every process, and its order is fair. Dask places runs
on workers, notices their deaths and starts them again; each worker has at most one run.
"""

import contextlib
import logging
import os
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from dask import config
from distributed import Client, Future, KilledWorker, WorkerPlugin, fire_and_forget

from nst_core.errors import InputError, NstError, OutputError
from nst_core.runs.dask import warm
from nst_core.runs.dask.cluster import ClusterError, LocalCluster
from nst_core.runs.engine import order
from nst_core.runs.engine.compute import Ended, compute
from nst_core.runs.store import lease
from nst_core.runs.store.record import NoSuchRunError, Record
from nst_core.runs.store.retention import leftovers, sweep
from nst_core.runs.store.store import Store

_TICK_SECONDS = 0.2
_SHARE_OF_TIME = 10
_CONNECT_SECONDS = 10.0
_OWN_CONNECT_SECONDS = 60.0
"""To a scheduler of ours: giving up would throw away all that has just been started."""
_SWEEP_SECONDS = 600.0
DEAF_SECONDS = 20.0
"""How long a worker may leave a cancel without an answer."""
_START_SECONDS = 180.0
"""How long a run that was handed out may show no sign of life: a worker may have to load first."""
_DEAF_EVALUATIONS = 3.0

_NICENESS = 5


class WarmWorker(WorkerPlugin):  # type: ignore[misc]
    """Has a worker load TensorFlow and VGG16 as it starts, so that its first run need not."""

    name = "nst-warm"

    def setup(self, worker: object) -> None:
        """Called by Dask on each worker."""
        if hasattr(os, "nice"):
            os.nice(_NICENESS)  # whoever looks at the page comes first
        threading.Thread(target=warm.load, name="warm", daemon=True).start()


def _in_words(error: BaseException) -> str:
    if isinstance(error, KilledWorker):
        return "its worker died again and again (out of memory, or a crash)"
    return f"its worker could not take it: {type(error).__name__}"


@dataclass
class _Task:
    """A run in Dask's hands.

    Attributes:
        future: of its end.
        since: when it was last well, or came into the condition that it is in.
        condition: see `_condition`.
    """

    future: Future
    since: float
    condition: str = "waits"


class Dispatcher:
    """Serves a store until it is told to stop; one at a time for each store."""

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
            say: told of what happens.
            complain: told of what keeps it from computing, once.
        """
        # It tells of each lost connection in forty lines; we say it in one.
        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
        self._store = store
        self._scheduler = scheduler
        self._keep = (keep_days, most_bytes)
        self._say = say
        self._tell_trouble = complain
        self._cluster: LocalCluster | None = None
        self._client: Client | None = None
        self._engine = ""
        self._tasks: dict[str, _Task] = {}
        self._untold: dict[str, Ended] = {}
        self._leftovers: set[str] = set()
        self._workers = 0
        self._trouble = ""
        self._swept = float("-inf")

    def serve(self, over: threading.Event) -> None:
        """Serve until `over` is set.

        Raises:
            InputError: another engine serves this store.
            OutputError: the store cannot be written to.
        """
        held = lease.Lease(self._store.storage, lambda: {"workers": self._workers})
        if not held.take():
            raise InputError(
                f"A store has one engine. Received: {self._store.url}, served already."
            )
        try:
            pause = 0.0
            while not over.wait(pause) and not held.is_lost():
                began = time.monotonic()
                self._tick()
                pause = max(_TICK_SECONDS, _SHARE_OF_TIME * (time.monotonic() - began))
                pause = min(pause, 5.0)
        finally:
            self._disconnect()
            held.release()

    def _tick(self) -> None:
        try:
            self._connect()
            assert self._client is not None
            self._collect()
            self._tell()
            records = self._store.records()
            self._watch({record.id: record for record in records})
            self._workers = len(self._client.scheduler_info(n_workers=-1)["workers"])
            self._dispatch(records)
            self._trouble = ""
        except OutputError as error:  # of the store; the workers are not to blame
            self._complain(f"The store does not answer: {error}")
        except (OSError, TimeoutError, NstError) as error:
            self._complain(f"Not connected: {error}")
            self._disconnect()
        except Exception as error:  # Dask has more to raise where a connection was lost
            self._complain(f"Not connected: {type(error).__name__}: {error}")
            self._disconnect()
        if time.monotonic() - self._swept > _SWEEP_SECONDS:
            self._swept = time.monotonic()
            self._sweep()

    def _complain(self, sentence: str) -> None:
        if sentence != self._trouble:
            self._trouble = sentence
            self._tell_trouble(sentence)

    def _sweep(self) -> None:
        with contextlib.suppress(OutputError):
            for run in sweep(self._store, *self._keep):
                self._say(f"{run} was removed")
            # None takes as long as from one sweep to the next to become a run.
            found = set(leftovers(self._store))
            for run in found & self._leftovers:
                self._store.storage.remove(run)
            self._leftovers = found

    def _connect(self) -> None:
        broken = self._cluster is not None and not self._cluster.is_whole
        if self._client is not None and not broken and self._client.status == "running":
            return
        self._disconnect()
        if self._scheduler is None:
            self._cluster = LocalCluster()
        address = self._cluster.address if self._cluster else self._scheduler
        seconds = _OWN_CONNECT_SECONDS if self._cluster else _CONNECT_SECONDS
        with config.set({"distributed.comm.timeouts.connect": seconds}):
            self._client = Client(address, timeout=seconds, set_as_default=False)
        try:
            self._client.register_plugin(WarmWorker())
        except (OSError, TimeoutError):
            raise
        except Exception as error:  # whatever its workers raised, as Dask retells it
            raise ClusterError(
                "Dask's workers must be able to import nst_core; start them in its folder "
                f"with PYTHONPATH=. and its packages. Received: {error}"
            ) from error
        # A new name: deaths under the old scheduler were not the runs' doing.
        self._engine = secrets.token_hex(8)
        self._say(f"Connected to {address}")

    def _disconnect(self) -> None:
        self._tasks.clear()
        self._workers = 0
        client, self._client = self._client, None
        cluster, self._cluster = self._cluster, None
        if client is not None:
            client.close(timeout=2)  # first, or it would try to find the scheduler again
        if cluster is not None:
            cluster.close()

    def _collect(self) -> None:
        for run, task in list(self._tasks.items()):
            if not task.future.done():
                continue
            del self._tasks[run]
            if task.future.cancelled():
                continue  # the scheduler was lost, or has forgotten it; it is handed out again
            if task.future.status == "error":
                ended = Ended("failed", _in_words(task.future.exception()), untold=True)
            else:
                ended = task.future.result()
            self._say(
                f"{run} is {ended.state}: {ended.reason}" if ended.reason else f"{run} is over"
            )
            if ended.untold:
                self._untold[run] = ended

    def _tell(self) -> None:
        """Write down how runs ended where their workers could not; again until it is done."""
        for run, ended in list(self._untold.items()):
            with contextlib.suppress(OutputError):
                if self._is_told(run, ended):
                    del self._untold[run]

    def _is_told(self, run: str, ended: Ended) -> bool:
        try:
            held = lease.Lease(self._store.folder(run))
            if self._store.get(run).is_over:
                return True
            if not held.take():
                return False  # the worker's last claim, which it could not remove
            try:
                before = self._store.state(run)
                state = replace(before, state=ended.state, reason=ended.reason, ended=time.time())
                self._store.write_state(run, state)
            finally:
                held.release()
        except NoSuchRunError:
            pass  # it has been removed; nobody wants to know any more
        return True

    def _watch(self, records: dict[str, Record]) -> None:
        """End the workers that do not answer."""
        for run, task in self._tasks.items():
            record = records.get(run)
            condition = _condition(record)
            if condition == "well" or condition != task.condition:
                task.condition, task.since = condition, time.monotonic()
            patience = DEAF_SECONDS if condition == "stops" else _START_SECONDS
            evaluation = record.evaluation_seconds if record is not None else 0.0
            if time.monotonic() - task.since > max(patience, _DEAF_EVALUATIONS * evaluation):
                self._restart_worker_of(task)
                task.since = time.monotonic()  # only now: a restart may take half a minute

    def _restart_worker_of(self, task: _Task) -> None:
        assert self._client is not None
        processing = self._client.processing()
        deaf = [address for address, keys in processing.items() if task.future.key in keys]
        if deaf:
            self._say(f"{deaf[0]} does not answer and is ended")
            self._client.restart_workers(deaf, timeout=30, raise_for_error=False)

    def _dispatch(self, records: list[Record]) -> None:
        assert self._client is not None
        taken = self._tasks.keys() | self._untold.keys()
        seen = [replace(r, state="running") if r.id in taken else r for r in records]
        busy = sum(r.state == "running" and r.id not in self._untold for r in seen)
        for record in order.startable(seen)[: max(0, self._workers - busy)]:
            future = self._client.submit(
                compute,
                self._store.url,
                record.id,
                self._engine,
                key=f"{record.id}-{secrets.token_hex(4)}",
                pure=False,
            )
            fire_and_forget(future)  # it goes on also without this process
            self._tasks[record.id] = _Task(future, time.monotonic())
            self._say(f"{record.id} was handed out")


def _condition(record: Record | None) -> str:
    """What a run that was handed out is waited for: "well" for nothing, "stops", "waits"."""
    if record is None:
        return "waits"
    if record.cancelling or record.state == "cancelled":
        return "stops"
    return "well" if record.state == "running" else "waits"
