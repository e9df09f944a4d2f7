"""What the engine's program does when Dask, a worker or the store lets it down: real parts.

What it decides is tested in `test_decisions`.
"""

import contextlib
import gc
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import fsspec
import numpy as np
import psutil
import pytest
from distributed import KilledWorker
from fsspec.implementations.memory import MemoryFileSystem

from nst_core.runs.dask import cluster, connection
from nst_core.runs.dask.cluster import LocalCluster
from nst_core.runs.dask.connection import Connection
from nst_core.runs.dask.dispatcher import Dispatcher, record_ending
from nst_core.runs.engine.compute import Ending
from nst_core.runs.engine.program import ProgramEngine
from nst_core.runs.store import lease
from nst_core.runs.store.record import new_id
from nst_core.runs.store.request import Request
from nst_core.runs.store.storage import Storage
from nst_core.runs.store.store import Store
from nst_core.settings import Settings
from testing.clusters import users_cluster
from testing.waiting import wait_for

ROOT = Path(__file__).resolve().parents[1]
FAILED = Ending("failed", "the disk is full", is_unrecorded=True)


@contextlib.contextmanager
def serving(dispatcher: Dispatcher) -> Iterator[None]:
    over = threading.Event()
    thread = threading.Thread(target=dispatcher.serve, args=(over,))
    thread.start()
    try:
        yield
        assert thread.is_alive()
    finally:
        over.set()
        thread.join()


@pytest.fixture
def scheduler() -> Iterator[LocalCluster]:
    """One that no worker has come to."""
    with users_cluster(workers=0) as empty:
        yield empty


def queue_run(store: Store) -> str:
    picture = np.zeros((32, 32, 3), np.uint8)
    return store.create(Request(picture, picture, Settings(size=64)))


# --- Dask ------------------------------------------------------------------------------------


@contextlib.contextmanager
def listening(greeting: bytes) -> Iterator[str]:
    """Yields: the address of something that is no scheduler, and says one thing to everyone."""
    visitors = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    visitors.append(server.accept()[0])
                    visitors[-1].sendall(greeting)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()
            for visitor in visitors:
                visitor.close()


# Dask does not close what it has made no sense of; Python does, and tells pytest.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(
    "greeting",
    [b"HTTP/1.1 400 Bad Request\r\n\r\n", bytes(100), b""],
    ids=["a web server", "zeros", "silence"],
)
def test_what_is_no_scheduler_is_complained_of_once_and_the_engine_goes_on(
    greeting: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of some answers Dask makes an error that no connection makes; in others it waits for ever."""
    monkeypatch.setattr(connection, "_CONNECT_SECONDS", 1.0)
    complaints: list[str] = []
    said: list[str] = []
    with listening(greeting) as address:
        served = Dispatcher(
            Store.open(str(tmp_path)), address, say=said.append, complain=complaints.append
        )
        with serving(served):
            wait_for(lambda: bool(complaints))
            time.sleep(1)  # it has tried some more
    assert len(complaints) == 1
    gc.collect()
    there = f"Not connected: The scheduler at {address} is not reached. Received: "
    assert complaints[0].startswith(there)
    assert said == []


@pytest.mark.processes
def test_a_run_whose_scheduler_was_lost_is_lost_with_it(
    scheduler: LocalCluster, tmp_path: Path
) -> None:
    store = Store.open(str(tmp_path))
    with Connection(scheduler.address) as workers:
        assert workers.is_well
        assert workers.count_workers() == 0
        workers.hand_out(store.url, "run")
        assert workers.worker_of("run") is None
        assert workers.endings() == {}
        scheduler.processes[0].kill()
        wait_for(lambda: workers.endings() == {"run": None})
        assert not workers.is_well
        workers.forget("run")
        assert workers.endings() == {}


def test_a_run_that_dask_gave_up_says_why() -> None:
    killed = KilledWorker("task", None, 3)
    assert connection.reason_of(killed).startswith("its worker died again and again")
    assert connection.reason_of(ImportError("x")) == "its worker could not take it: ImportError"


@pytest.mark.processes
def test_a_program_that_hangs_does_not_outlive_its_cluster() -> None:
    code = (
        "import subprocess, sys\n"
        "print(subprocess.Popen(['sleep', '1000'], stdout=subprocess.DEVNULL).pid, flush=True)\n"
        "sys.stdin.read()\n"
    )
    nanny = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert nanny.stdout is not None
    worker = psutil.Process(int(nanny.stdout.readline()))
    cluster.end_trees([nanny], 0.5)
    nanny.stdout.close()
    assert nanny.returncode == 0
    assert not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE


@pytest.mark.processes
def test_what_a_killed_engine_left_is_removed_by_the_next(tmp_path: Path) -> None:
    ours = cluster.make_folder(tmp_path)
    with subprocess.Popen(["true"]) as ended:
        pass
    dead = tmp_path / ours.name.replace(f"-{os.getpid()}-", f"-{ended.pid}-")
    dead.mkdir()
    (dead / "scheduler.json").write_text("{}")
    elsewhere = tmp_path / f"nst-engine-0000-{ended.pid}-x"
    elsewhere.mkdir()
    other = cluster.make_folder(tmp_path)
    assert set(tmp_path.iterdir()) == {ours, other, elsewhere}


# --- the store -------------------------------------------------------------------------------


class SilentFileSystem(MemoryFileSystem):  # type: ignore[misc]
    """An object store that has times at which it does not answer."""

    protocol: ClassVar[Any] = "silent"
    store: ClassVar[dict[str, Any]] = {}
    pseudo_dirs: ClassVar[list[str]] = [""]
    is_silent = False
    asked = 0

    def ls(self, path: str, detail: bool = True, **options: Any) -> Any:
        SilentFileSystem.asked += 1
        if SilentFileSystem.is_silent:
            raise ConnectionError("no answer")
        return super().ls(path, detail, **options)


@pytest.mark.processes
def test_a_store_that_does_not_answer_costs_no_worker(
    scheduler: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    fsspec.register_implementation("silent", SilentFileSystem, clobber=True)
    said: list[str] = []
    complaints: list[str] = []
    store = Store(Storage.open("silent://runs"))
    served = Dispatcher(store, scheduler.address, say=said.append, complain=complaints.append)
    connected = [f"Connected to {scheduler.address}"]
    with serving(served):
        wait_for(lambda: said == connected)
        for is_silent in (True, False):
            monkeypatch.setattr(SilentFileSystem, "is_silent", is_silent)
            before = SilentFileSystem.asked
            wait_for(lambda: SilentFileSystem.asked > before + 3)  # noqa: B023
    assert said == connected
    assert len(complaints) == 1
    assert complaints[0].startswith("The store does not answer: ")
    assert "no answer" in complaints[0]


def test_an_ending_is_written_down_for_a_worker_that_could_not(tmp_path: Path) -> None:
    store = Store.open(str(tmp_path))
    run = queue_run(store)
    assert record_ending(store, run, FAILED)
    record = store.get(run)
    assert (record.state, record.reason) == ("failed", "the disk is full")
    assert record.ended is not None
    assert lease.read(store.folder(run)) is None
    assert record_ending(store, run, Ending("cancelled", is_unrecorded=True))
    assert store.get(run) == record  # the first word was the last


def test_an_ending_waits_for_the_worker_s_last_claim(tmp_path: Path) -> None:
    store = Store.open(str(tmp_path))
    run = queue_run(store)
    claim = lease.Lease(store.folder(run))
    assert claim.take()
    assert not record_ending(store, run, FAILED)
    assert store.state(run).state == "queued"
    claim.release()
    assert record_ending(store, run, FAILED)
    assert store.get(run).state == "failed"


def test_nobody_asks_how_a_removed_run_has_ended(tmp_path: Path) -> None:
    store = Store.open(str(tmp_path))
    assert record_ending(store, new_id(), FAILED)
    assert store.records() == []


def test_an_ending_stays_to_be_written_while_the_store_does_not_answer(tmp_path: Path) -> None:
    store = Store.open(str(tmp_path))
    run = queue_run(store)
    (tmp_path / run / "lease.json").mkdir()
    assert not record_ending(store, run, FAILED)


# --- the engine's program --------------------------------------------------------------------


@pytest.mark.processes
@pytest.mark.processes
def test_an_engine_is_seen_to_also_after_a_failure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A program that cannot be started is tried again, and started once it can be."""
    python = tmp_path / "python"
    monkeypatch.setattr(sys, "executable", str(python))
    caplog.set_level(logging.WARNING)
    with ProgramEngine(Store.open(str(tmp_path / "runs"))) as engine:
        wait_for(lambda: len(caplog.messages) >= 2)
        assert engine.process is None
        half = tmp_path / "half"
        half.write_text("#!/bin/sh\nexec cat\n")
        half.chmod(0o755)
        half.rename(python)
        wait_for(lambda: engine.process is not None)
    assert engine.process is not None
    assert engine.process.returncode == 0
    assert all("no engine can be seen to" in message for message in caplog.messages)


@pytest.mark.processes
def test_workers_that_lack_the_project_are_told_in_one_sentence(
    scheduler: LocalCluster, tmp_path: Path
) -> None:
    # It hides the package also where that is installed.
    (tmp_path / "nst_core.py").write_text("raise ModuleNotFoundError('No module named nst_core')")
    dask = [sys.executable, "-m", "dask", "worker", scheduler.address, "--host", "127.0.0.1"]
    variables = os.environ | {
        "NST_SCHEDULER": scheduler.address,
        "NST_RUNS": str(tmp_path / "runs"),
    }
    with subprocess.Popen(
        [*dask, "--nthreads", "1", "--no-dashboard", "--no-nanny"], cwd=tmp_path,
        stderr=subprocess.PIPE, text=True, env=variables | {"PYTHONPATH": str(tmp_path)},
    ) as worker:  # fmt: skip
        assert worker.stderr is not None
        while "Registered to" not in worker.stderr.readline():
            assert worker.poll() is None
        worker.stderr.close()
        command = [sys.executable, "-m", "nst_core", "engine"]
        with subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=variables,
        ) as engine:  # fmt: skip
            assert engine.stdout is not None
            lines: list[str] = []
            # On a slow machine it may first say that the scheduler took too long.
            while not any("must be able to import nst_core" in line for line in lines):
                lines.append(engine.stdout.readline())
                assert lines[-1]
            engine.terminate()
        worker.terminate()
    assert "Not connected" in lines[-1]
    assert "pip install" in lines[-1]
    assert "Traceback" not in "".join(lines)
