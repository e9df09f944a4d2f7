"""A Dask scheduler and one warm worker on this machine, as programs of their own."""

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil
from distributed.system import MEMORY_LIMIT

from nst_core.errors import NstError
from nst_core.runs.engine import program
from nst_core.runs.store import lease

PRELOAD = "nst_core.runs.dask.preload"
_START_SECONDS = 180.0
_STOP_SECONDS = 3.0
_SHARE_OF_MEMORY = 0.9


class ClusterError(NstError):
    """The scheduler's program did not start."""


class LocalCluster:
    """Loopback only, no dashboard; ended with this process, also when it is killed.

    Attributes:
        address: of the scheduler.
        processes: scheduler, then the workers' nannies.
    """

    def __init__(self, workers: int = 1) -> None:
        """
        Raises:
            ClusterError: the scheduler does not start.
        """
        self._folder = _make_folder()
        self.processes: list[subprocess.Popen[bytes]] = []
        try:
            self.address = self._start_scheduler()
            for number in range(workers):
                self._start_worker(number, workers)
        except BaseException:
            self.close()
            raise

    @property
    def is_whole(self) -> bool:
        """Whether all of its programs run."""
        return all(process.poll() is None for process in self.processes)

    def close(self) -> None:
        """End the programs, and what they have started."""
        started = [child for process in self.processes for child in _children(process.pid)]
        for process in self.processes:
            with contextlib.suppress(OSError):
                assert process.stdin is not None
                process.stdin.close()
        for process in self.processes:
            program.end(process, _STOP_SECONDS)
        # A worker that is stopped or hangs does not notice that its nanny is gone.
        _, left = psutil.wait_procs(started, timeout=_STOP_SECONDS)
        for child in left:
            with contextlib.suppress(psutil.Error):
                child.kill()
        psutil.wait_procs(left, timeout=_STOP_SECONDS)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start_scheduler(self) -> str:
        file = self._folder / "scheduler.json"
        process = self._start(
            "distributed.Scheduler",
            host="127.0.0.1",
            port=0,
            dashboard=False,
            dashboard_address="127.0.0.1:0",
            scheduler_file=str(file),
            preload=PRELOAD,
        )
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            try:
                return str(json.loads(file.read_text())["address"])
            except (OSError, ValueError):
                time.sleep(0.05)
        raise ClusterError("Dask's scheduler must start, and soon. Received: it did not.")

    def _start_worker(self, number: int, of: int) -> None:
        self._start(
            "distributed.Nanny",
            scheduler_ip=self.address,
            host="127.0.0.1",
            nthreads=1,
            name=f"worker-{number}",
            memory_limit=int(MEMORY_LIMIT * _SHARE_OF_MEMORY / of),
            local_directory=str(self._folder),
            preload=PRELOAD,
            preload_nanny=PRELOAD,
            dashboard_address="127.0.0.1:0",
        )

    def _start(self, kind: str, **options: Any) -> subprocess.Popen[bytes]:
        cores = str(os.cpu_count() or 1)
        environment = dict(os.environ)
        # A nanny would give each library one thread.
        for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
            environment.setdefault(name, cores)
        # Nothing is kept in Dask's memory that could be spilled; a worker past 95 % is ended.
        for name in ("TARGET", "SPILL", "PAUSE"):
            environment[f"DASK_DISTRIBUTED__WORKER__MEMORY__{name}"] = "False"
        # Dask samples its workers' stacks a hundred times a second and keeps an hour of that.
        environment["DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED"] = "False"
        environment.setdefault("DASK_LOGGING__DISTRIBUTED", "error")
        # They end at once, and multiprocessing's tracker would complain while it cleans up.
        environment.setdefault(
            "PYTHONWARNINGS", "ignore::UserWarning:multiprocessing.resource_tracker"
        )
        spec = json.dumps({"cls": kind, "opts": options})
        process = program.start([sys.executable, "-m", "dask", "spec", "--spec", spec], environment)
        self.processes.append(process)
        return process


def _children(process: int) -> list[psutil.Process]:
    with contextlib.suppress(psutil.Error):
        return list(psutil.Process(process).children(recursive=True))
    return []


def _make_folder() -> Path:
    """A folder that says whose it is; those that dead processes of this machine left are removed.

    Process numbers mean nothing to another container that has the same folder for such things.
    """
    here = hashlib.sha256(lease.this_machine().encode()).hexdigest()[:8]
    for old in Path(tempfile.gettempdir()).glob(f"nst-engine-{here}-*-*"):
        number = old.name.split("-")[3]
        if number.isdecimal() and not psutil.pid_exists(int(number)):
            shutil.rmtree(old, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"nst-engine-{here}-{os.getpid()}-"))
