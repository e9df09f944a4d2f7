"""The dispatcher's hand: Dask's workers, and the runs that they have."""

import contextlib
import logging
import secrets
from typing import Self

from dask import config
from distributed import Client, Future, KilledWorker, fire_and_forget

from nst_core.runs.dask.cluster import ClusterError, LocalCluster
from nst_core.runs.dask.configuration import in_short
from nst_core.runs.dask.users_scheduler import knock, version_trouble
from nst_core.runs.dask.warm import WarmWorker
from nst_core.runs.engine.compute import Ending, compute

_CONNECT_SECONDS = 10.0
_OWN_CONNECT_SECONDS = 60.0
"""To a scheduler of ours: giving up would throw away all that has just been started."""
_RESTART_SECONDS = 30.0
_CLOSE_SECONDS = 2.0


class Connection:
    """A scheduler of Dask, somewhere or started here, with workers that have been made ready.

    Example:
        >>> with Connection("tcp://10.0.0.1:8786") as workers:
        ...     workers.hand_out(store.url, run)

    Attributes:
        address: of the scheduler.
        trouble: what may go wrong there, in a sentence; empty if nothing is foreseen.
    """

    def __init__(self, scheduler: str | None = None) -> None:
        """
        Args:
            scheduler: address of a Dask scheduler; None starts one with one worker here.

        Raises:
            ClusterError: Dask's programs do not start, or its workers lack this package.
            NotReachedError: nobody answers at that address in time.
            OSError: the scheduler was lost at once.
        """
        # Dask tells of each lost connection in forty lines; the dispatcher says it in one.
        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
        # A new name: deaths under an earlier scheduler were not the runs' doing.
        self._engine = secrets.token_hex(8)
        self._futures: dict[str, Future] = {}
        self._client: Client | None = None
        self.trouble = ""
        self._cluster = LocalCluster() if scheduler is None else None
        self.address = self._cluster.address if self._cluster else scheduler
        try:
            self._client = self._connect()
        except BaseException:
            self.close()
            raise

    def _connect(self) -> Client:
        seconds = _OWN_CONNECT_SECONDS if self._cluster else _CONNECT_SECONDS
        security = self._cluster.security if self._cluster else None
        with contextlib.ExitStack() as stack:
            if self._cluster:
                stack.enter_context(self._cluster.temporary_files())
            else:
                knock(str(self.address), seconds)
            stack.enter_context(config.set({"distributed.comm.timeouts.connect": seconds}))
            self._client = Client(
                self.address, timeout=seconds, security=security, set_as_default=False
            )
        if self._cluster is None:
            self.trouble = version_trouble(self._client)
        try:
            self._client.register_plugin(WarmWorker())
        except OSError:
            raise
        except Exception as error:  # whatever its workers raised, as Dask retells it
            raise ClusterError(
                "Dask's workers must be able to import nst_core: install the package where they "
                "run, with `pip install` in the project's folder (Dask says: "
                f"{in_short(error)})."
            ) from error
        return self._client

    @property
    def is_well(self) -> bool:
        """Whether the scheduler answers, and the programs that were started here run."""
        whole = self._cluster is None or self._cluster.is_whole
        return whole and self._client is not None and bool(self._client.status == "running")

    def count_workers(self) -> int:
        """How many workers there are at this moment."""
        return len(self._open_client.scheduler_info(n_workers=-1)["workers"])

    def hand_out(self, url: str, run: str) -> None:
        """Have a worker compute a run of the store at `url`; it goes on also without us."""
        future = self._open_client.submit(
            compute, url, run, self._engine, key=f"{run}-{secrets.token_hex(4)}", pure=False
        )
        fire_and_forget(future)
        self._futures[run] = future

    def endings(self) -> dict[str, Ending | None]:
        """How the runs that are over have ended, until they are forgotten.

        None stands for a run that Dask does not have any more: the scheduler was lost, or has
        forgotten it.
        """
        return {run: _ending(future) for run, future in self._futures.items() if future.done()}

    def forget(self, run: str) -> None:
        """Let go of a run that is over."""
        self._futures.pop(run, None)

    def worker_of(self, run: str) -> str | None:
        """The address of the worker that has a run; None while it waits for one."""
        if run not in self._futures:
            return None
        key = self._futures[run].key
        tasks_of = self._open_client.processing()
        return next((worker for worker, keys in tasks_of.items() if key in keys), None)

    def restart(self, worker: str) -> None:
        """End a worker and start another in its place; takes up to half a minute."""
        self._open_client.restart_workers([worker], timeout=_RESTART_SECONDS, raise_for_error=False)

    def close(self) -> None:
        """Let go of the scheduler; what was started here is ended."""
        client, self._client = self._client, None
        if client is not None:
            client.close(timeout=_CLOSE_SECONDS)  # first, or it would look for the scheduler again
        if self._cluster is not None:
            self._cluster.close()

    @property
    def _open_client(self) -> Client:
        assert self._client is not None, "the connection was closed"
        return self._client

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def _ending(future: Future) -> Ending | None:
    if future.cancelled():
        return None
    if future.status == "error":
        return Ending("failed", reason_of(future.exception()), is_unrecorded=True)
    ending: Ending = future.result()
    return ending


def reason_of(error: BaseException) -> str:
    """Why Dask gave a run up, as the run's reason.

    Example:
        >>> reason_of(KilledWorker("task", None, 3))
        'its worker died again and again (out of memory, or a crash)'
    """
    if isinstance(error, KilledWorker):
        return "its worker died again and again (out of memory, or a crash)"
    return f"its worker could not take it: {type(error).__name__}"
