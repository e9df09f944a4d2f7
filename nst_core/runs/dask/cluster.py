"""A Dask scheduler and workers on this machine, as programs of their own.

Dask has a `SubprocessCluster`; docs/DEPENDENCIES.md says why it does not serve here.
"""

import contextlib
import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil
from distributed import Security
from distributed.system import MEMORY_LIMIT

from nst_core.errors import NstError
from nst_core.runs.dask.certificates import make_security
from nst_core.runs.dask.configuration import dask_variables
from nst_core.runs.engine.program import end_program, start_program
from nst_core.runs.store import lease

PRELOAD = "nst_core.runs.dask.preload"
_PROGRAM = "nst_core.runs.dask.program"
_START_SECONDS = 180.0
_STOP_SECONDS = 3.0
_SHARE_OF_MEMORY = 0.9


class ClusterError(NstError):
    """The scheduler's program did not start."""


class LocalCluster:
    """A scheduler and its workers, which only who has their certificate can reach.

    No browser can look into them. They end with this process, also when it is killed.

    Example:
        >>> cluster = LocalCluster(workers=2)
        >>> client = distributed.Client(cluster.address, security=cluster.security)
        >>> cluster.close()

    Attributes:
        address: of the scheduler.
        security: what a client of the scheduler needs.
        processes: the scheduler, then each worker's nanny.
    """

    def __init__(self, workers: int = 1) -> None:
        """
        Raises:
            ClusterError: the scheduler does not start.
        """
        self._folder = _private_folder()
        self._security = make_security()
        self.security = Security(**self._security)
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
        """Whether all of its programs still run."""
        return all(process.poll() is None for process in self.processes)

    @contextlib.contextmanager
    def temporary_files(self) -> Iterator[None]:
        """While it lasts, this process's temporary files go where no other user can read them.

        Python reads a key from files only, so Dask writes one for a moment.
        """
        before, tempfile.tempdir = tempfile.tempdir, str(self._folder)
        try:
            yield
        finally:
            tempfile.tempdir = before

    def close(self) -> None:
        """End the programs, and what they have started."""
        end_trees(self.processes, _STOP_SECONDS)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _start_scheduler(self) -> str:
        file = self._folder / "scheduler.json"
        process = self._start(
            "distributed.Scheduler",
            protocol="tls",
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
                return str(json.loads(file.read_bytes())["address"])
            except (OSError, ValueError):
                time.sleep(0.05)
        raise ClusterError("Dask's scheduler did not start.")

    def _start_worker(self, number: int, count: int) -> None:
        self._start(
            "distributed.Nanny",
            scheduler_ip=self.address,
            protocol="tls",
            host="127.0.0.1",
            nthreads=1,
            name=f"worker-{number}",
            memory_limit=int(MEMORY_LIMIT * _SHARE_OF_MEMORY / count),
            local_directory=str(self._folder),
            preload=PRELOAD,
            preload_nanny=PRELOAD,
            dashboard_address="127.0.0.1:0",
        )

    def _start(self, kind: str, **options: Any) -> subprocess.Popen[bytes]:
        spec = json.dumps({"cls": kind, "opts": options})
        command = [sys.executable, "-m", _PROGRAM, spec]
        process = start_program(command, self._environment())
        self.processes.append(process)
        assert process.stdin is not None
        with contextlib.suppress(OSError):  # it may have ended already, which is seen later
            process.stdin.write(json.dumps(self._security).encode() + b"\n")
            process.stdin.flush()
        return process

    def _environment(self) -> dict[str, str]:
        """What Dask's programs find in their environment."""
        theirs = dask_variables()
        environment = {name: os.environ[name] for name in os.environ if name not in theirs}
        environment["TMPDIR"] = str(self._folder)
        # A nanny would give each library one thread.
        for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
            environment.setdefault(name, str(os.cpu_count() or 1))
        # They end at once, and multiprocessing's tracker would complain while it cleans up.
        environment.setdefault(
            "PYTHONWARNINGS", "ignore::UserWarning:multiprocessing.resource_tracker"
        )
        return environment


def end_trees(processes: Sequence[subprocess.Popen[bytes]], seconds: float) -> None:
    """End programs that `start_program` has started, and whatever they have started themselves.

    Args:
        processes: the programs.
        seconds: how long each step waits before it uses force.

    Example:
        >>> end_trees([start_program(["cat"], os.environ)], seconds=3)
    """
    descendants = [child for process in processes for child in _children(process.pid)]
    for process in processes:
        with contextlib.suppress(OSError):
            assert process.stdin is not None
            process.stdin.close()
    for process in processes:
        end_program(process, seconds)
    # A worker that is stopped or hangs does not notice that its nanny is gone.
    _, alive = psutil.wait_procs(descendants, timeout=seconds)
    for child in alive:
        with contextlib.suppress(psutil.Error):
            child.kill()
    psutil.wait_procs(alive, timeout=seconds)


def _children(process: int) -> list[psutil.Process]:
    with contextlib.suppress(psutil.Error):
        return list(psutil.Process(process).children(recursive=True))
    return []


def make_folder(parent: Path) -> Path:
    """A new folder within `parent` whose name says which process of which machine it belongs to.

    Those that dead processes of this machine left there are removed. Process numbers mean nothing
    to another container that has the same `parent`: its folders bear another machine's name.

    Example:
        >>> make_folder(Path("/tmp")).name
        'nst-engine-5f70bf18-4711-x2k9w_ab'
    """
    here = hashlib.sha256(lease.this_machine().encode()).hexdigest()[:8]
    for old in parent.glob(f"nst-engine-{here}-*-*"):
        number = old.name.split("-")[3]
        if number.isdecimal() and not psutil.pid_exists(int(number)):
            shutil.rmtree(old, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"nst-engine-{here}-{os.getpid()}-", dir=parent))


def _private_folder() -> Path:
    """A new folder that no other user can look into, if any file system here keeps modes."""
    usual = Path(tempfile.gettempdir())
    others = (os.environ.get("XDG_RUNTIME_DIR", ""), "/dev/shm")  # noqa: S108
    for parent in (usual, *(Path(other) for other in others if other)):
        with contextlib.suppress(OSError):
            folder = make_folder(parent)
            if is_private(folder):
                return folder
            folder.rmdir()
    return make_folder(usual)


def is_private(folder: Path) -> bool:
    """Whether the modes of a folder keep other users out of it.

    Example:
        >>> is_private(Path("/tmp"))
        False
    """
    # Windows has no modes; a user's temporary files are their own there.
    return os.name == "nt" or not stat.S_IMODE(folder.stat().st_mode) & 0o077
