"""What the engine's program does when Dask, a worker or the store lets it down."""

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from nst_core.errors import OutputError
from nst_core.runs.dask import cluster, dispatcher
from nst_core.runs.dask.cluster import LocalCluster
from nst_core.runs.dask.dispatcher import DEAF_SECONDS, Dispatcher
from nst_core.runs.engine import program
from nst_core.runs.engine.program import ProgramEngine
from nst_core.runs.store.record import Record
from nst_core.runs.store.store import Store

ROOT = Path(__file__).resolve().parents[1]


class LostFuture:
    """Of a task that a client gave up as its connection was lost."""

    key, status = "task", "cancelled"

    def done(self) -> bool:
        return True

    def cancelled(self) -> bool:
        return True

    def result(self) -> None:
        raise AssertionError("there is none")


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def served(tmp_path: Path, said: list[str]) -> Dispatcher:
    """Connected to nothing."""
    return Dispatcher(Store.open(str(tmp_path)), say=said.append, complain=said.append)


def raising(error: Exception) -> Any:
    def act(*_: object) -> None:
        raise error

    return act


def test_a_run_whose_future_was_lost_is_handed_out_again(served: Dispatcher) -> None:
    served._tasks["run"] = dispatcher._Task(LostFuture(), time.monotonic())
    served._collect()
    assert served._tasks == {}
    assert served._untold == {}


def test_whatever_dask_raises_ends_the_connection_and_not_the_engine(
    served: Dispatcher, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served, "_connect", raising(RuntimeError("closed")))
    served._tasks["run"] = dispatcher._Task(LostFuture(), time.monotonic())
    served._tick()
    served._tick()
    assert said == ["Not connected: RuntimeError: closed"]
    assert served._tasks == {}


def test_a_store_that_does_not_answer_costs_no_worker(
    served: Dispatcher, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served, "_connect", lambda: None)
    monkeypatch.setattr(served, "_client", object())
    monkeypatch.setattr(served._store, "records", raising(OutputError("no answer")))
    served._tasks["run"] = dispatcher._Task(LostFuture(), time.monotonic())
    monkeypatch.setattr(served, "_collect", lambda: None)
    served._tick()
    assert said == ["The store does not answer: no answer"]
    assert list(served._tasks) == ["run"]
    assert served._client is not None


def test_a_worker_has_time_to_load_and_little_to_answer_a_cancel(
    served: Dispatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[float] = []
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    monkeypatch.setattr(served, "_restart_worker_of", lambda task: ended.append(now))
    served._tasks["run"] = dispatcher._Task(LostFuture(), now)
    loading, running = Record("run", "queued"), Record("run", "running", evaluation_seconds=1.0)
    stopping = Record("run", "running", cancelling=True)

    def watch(record: Record, seconds: float) -> None:
        nonlocal now
        now += seconds
        served._watch({record.id: record})

    watch(loading, 3 * DEAF_SECONDS)  # TensorFlow on a slow machine
    watch(running, 1)
    watch(running, 1000)
    watch(stopping, 3 * DEAF_SECONDS)  # the engine itself was held up: the clock starts only now
    watch(stopping, DEAF_SECONDS - 1)
    assert ended == []
    watch(stopping, 2)
    assert ended == [now]
    watch(stopping, DEAF_SECONDS - 1)  # the new worker has its time, too
    assert len(ended) == 1
    watch(loading, 1)
    watch(loading, 181)
    assert len(ended) == 2


def test_a_program_that_hangs_does_not_outlive_its_cluster(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(cluster, "_STOP_SECONDS", 0.5)
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
    owner = LocalCluster.__new__(LocalCluster)
    owner.processes, owner._folder = [nanny], tmp_path / "folder"
    owner.close()
    nanny.stdout.close()
    assert not worker.is_running() or worker.status() == psutil.STATUS_ZOMBIE


def test_what_a_killed_engine_left_is_removed_by_the_next(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ours = cluster._make_folder()
    with subprocess.Popen(["true"]) as ended:
        pass
    dead = tmp_path / ours.name.replace(f"-{os.getpid()}-", f"-{ended.pid}-")
    dead.mkdir()
    (dead / "scheduler.json").write_text("{}")
    elsewhere = tmp_path / f"nst-engine-0000-{ended.pid}-x"
    elsewhere.mkdir()
    other = cluster._make_folder()
    assert set(tmp_path.iterdir()) == {ours, other, elsewhere}


def test_an_engine_is_seen_to_also_after_a_failure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(program, "_LOOK_SECONDS", 0.01)
    tries = threading.Semaphore(0)

    def start(self: ProgramEngine) -> None:
        tries.release()
        raise OSError("too many open files")

    monkeypatch.setattr(ProgramEngine, "_start", start)
    with ProgramEngine(Store.open(str(tmp_path))):
        assert tries.acquire(timeout=60)
        assert tries.acquire(timeout=60)


def test_workers_that_lack_the_project_are_told_in_one_sentence(tmp_path: Path) -> None:
    cluster = LocalCluster(workers=0)
    dask = str(Path(sys.executable).with_name("dask"))
    worker = [dask, "worker", cluster.address, "--nthreads", "1", "--host", "127.0.0.1"]
    worker += ["--no-dashboard", "--no-nanny"]
    variables = os.environ | {"NST_SCHEDULER": cluster.address, "NST_RUNS": str(tmp_path / "runs")}
    variables.pop("PYTHONPATH", None)
    with (
        subprocess.Popen(
            worker, cwd=tmp_path, stderr=subprocess.PIPE, text=True, env=variables
        ) as w,
        contextlib.closing(cluster),
    ):
        assert w.stderr is not None
        while "Registered to" not in w.stderr.readline():
            assert w.poll() is None
        w.stderr.close()
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
        w.terminate()
    assert "Not connected" in lines[-1]
    assert "Traceback" not in "".join(lines)
