"""One contract for every engine: in this process, embedded, and a real cluster of two workers."""

import contextlib
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nst_core import Settings, images
from nst_core.images import Pixels
from nst_core.runs import curves, lease, order
from nst_core.runs.cluster import LocalCluster
from nst_core.runs.engine import Engine
from nst_core.runs.in_process import InProcessEngine
from nst_core.runs.program import ProgramEngine
from nst_core.runs.record import Record
from nst_core.runs.store import NoSuchRunError, Store
from nst_core.runs.writer import PICTURE_NAME

ROOT = Path(__file__).resolve().parents[1]
SHORT = Settings(size=64, scales=2, iterations=4, evaluations=3, precision="float32")
LONG = SHORT.changed(iterations=1000, evaluations=2)


@pytest.fixture(scope="module", params=["in process", "embedded", "cluster of two"])
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    store = Store.open(str(tmp_path_factory.mktemp("runs")))
    if request.param == "in process":
        with InProcessEngine(store) as engine:
            yield engine
    elif request.param == "embedded":
        with ProgramEngine(store) as engine:
            yield engine
    else:
        cluster = LocalCluster(workers=2)
        try:
            with ProgramEngine(store, cluster.address) as engine:
                yield engine
        finally:
            cluster.close()


def wait_for(condition: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
def submit(engine: Engine, photo: Pixels, painting: Pixels) -> Iterator[Callable[..., str]]:
    """Queues a run; at the end of the test all runs are stopped and removed."""
    small, style = images.resize(photo, 64, 64), images.resize(painting, 64, 96)

    def submit(settings: Settings = SHORT, session: str = "one") -> str:
        return engine.submit(small, style, settings, session=session, title="A style")

    yield submit
    for record in engine.store.records():
        engine.cancel(record.id)
    for record in engine.store.records():
        ended(engine, record.id)
        engine.store.remove(record.id)


def ended(engine: Engine, run: str) -> Record:
    wait_for(lambda: engine.store.get(run).is_over)
    return engine.store.get(run)


def picture(engine: Engine, run: str, name: str) -> Pixels:
    return np.asarray(Image.open(io.BytesIO(engine.store.folder(run).read(name))))


def test_a_run_is_computed_and_leaves_all_of_it(engine: Engine, submit: Callable[..., str]) -> None:
    run = submit()
    record = ended(engine, run)
    assert (record.state, record.done, record.progress) == ("finished", 4, 1.0)
    assert record.reason == "all iterations are done"
    assert record.loss is not None
    assert engine.position(run) is None
    assert picture(engine, run, "result.png").shape == (64, 64, 3)
    for number in range(4):
        assert picture(engine, run, PICTURE_NAME.format(number)).shape[2] == 3
    rows = engine.store.folder(run).read("losses.csv").decode().splitlines()
    assert len(rows) == 5
    assert float(rows[-1].split(",")[5]) == record.loss


def test_a_cancelled_run_keeps_its_gallery_and_can_go_on(
    engine: Engine, submit: Callable[..., str]
) -> None:
    run = submit(LONG.changed(iterations=60))
    wait_for(lambda: engine.store.get(run).done >= 3)
    engine.cancel(run)
    record = ended(engine, run)
    assert record.state == "cancelled"
    assert 3 <= record.done < 60
    kept = [picture(engine, run, PICTURE_NAME.format(n)) for n in range(record.done)]
    engine.resume(run)
    again = ended(engine, run)
    assert (again.state, again.done) == ("finished", 60)
    for number, before in enumerate(kept):
        assert np.array_equal(picture(engine, run, PICTURE_NAME.format(number)), before)


def test_a_waiting_run_has_a_place_and_can_be_cancelled(
    engine: Engine, submit: Callable[..., str]
) -> None:
    first = submit(LONG)
    wait_for(lambda: engine.store.get(first).state == "running")
    second, third = submit(), submit()
    assert [engine.position(run) for run in (first, second, third)] == [None, 1, 2]
    wait = engine.seconds_until_start(third)
    assert wait is not None
    assert wait > 0
    engine.cancel(second)
    assert engine.store.get(second).state == "cancelled"
    assert engine.position(third) == 1
    engine.cancel(first)
    assert ended(engine, third).state == "finished"
    assert engine.store.get(second).done == 0


def test_a_session_may_have_three_runs_waiting(engine: Engine, submit: Callable[..., str]) -> None:
    first = submit(LONG)
    wait_for(lambda: engine.store.get(first).state == "running")
    waiting = [submit() for _ in range(3)]
    with pytest.raises(order.QueueFullError, match="3 runs waiting"):
        submit()
    for run in (*waiting, first):
        engine.cancel(run)


def test_another_session_s_run_goes_before_a_session_s_second(
    engine: Engine, submit: Callable[..., str], request: pytest.FixtureRequest
) -> None:
    first = submit(LONG, session="greedy")
    wait_for(lambda: engine.store.get(first).state == "running")
    second = submit(SHORT, session="greedy")
    other = submit(SHORT, session="modest")
    if "cluster of two" in request.node.name:
        # The free worker takes the other session's run, and none of the greedy one's.
        assert ended(engine, other).state == "finished"
        assert engine.store.get(first).state == "running"
        assert engine.store.get(second).state == "queued"
    engine.cancel(first)
    started = [ended(engine, run).started for run in (second, other)]
    assert None not in started
    assert started[1] < started[0]  # type: ignore[operator]


def test_a_run_may_begin_at_a_picture_of_another(
    engine: Engine, submit: Callable[..., str], photo: Pixels, painting: Pixels
) -> None:
    larger = SHORT.changed(size=128)
    first = submit(larger)
    ended(engine, first)
    frame = picture(engine, first, PICTURE_NAME.format(3))
    inputs = images.resize(photo, 64, 64), images.resize(painting, 64, 96)
    run = engine.submit(*inputs, larger, session="one", parent=first, start=frame)
    record = ended(engine, run)
    # A frame of full size needs no coarse scales, and goes on where it stood.
    assert (record.state, record.done, record.parent) == ("finished", 2, first)
    before = curves.read_losses(engine.store.folder(first).read("losses.csv"))
    after = curves.read_losses(engine.store.folder(run).read("losses.csv"))
    assert [row.scale for row in before] == [0, 0, 1, 1]
    assert [row.scale for row in after] == [1, 1]
    assert after[-1].loss < before[-1].loss


def test_a_run_that_cannot_be_done_fails_alone_with_its_reason(
    engine: Engine, submit: Callable[..., str]
) -> None:
    run = submit(session="unlucky")
    other = submit(session="lucky")
    engine.store.folder(run).write("photo.png", b"not a picture")
    record = ended(engine, run)
    if record.state == "failed":  # it may have been read before it was damaged
        assert "photo.png" in record.reason
    assert ended(engine, other).state == "finished"


@pytest.mark.parametrize("verb", ["cancel", "resume", "position", "seconds_until_start"])
def test_an_unknown_run_is_refused(engine: Engine, verb: str) -> None:
    for run in ("a" * 26, "../../etc/passwd", ""):
        with pytest.raises(NoSuchRunError):
            getattr(engine, verb)(run)


@pytest.mark.parametrize("engine", ["cluster of two"], indirect=True)
def test_two_workers_do_two_runs_at_once_and_one_may_die(
    engine: Engine, submit: Callable[..., str]
) -> None:
    runs = [submit(LONG.changed(iterations=150), session=name) for name in ("one", "two")]
    wait_for(lambda: [engine.store.get(run).state for run in runs] == ["running"] * 2)
    wait_for(lambda: engine.store.get(runs[0]).done > 3)
    claim = lease.read(engine.store.folder(runs[0]))
    other = lease.read(engine.store.folder(runs[1]))
    assert claim is not None
    assert other is not None
    assert claim.process != other.process
    os.kill(claim.process, signal.SIGKILL)
    records = [ended(engine, run) for run in runs]
    assert [(record.state, record.done) for record in records] == [("finished", 150)] * 2


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
            said = ""
            while "Not connected" not in said:
                said = engine.stdout.readline()
                assert said
            engine.terminate()
        w.terminate()
    assert "must be able to import nst_core" in said
    assert "Traceback" not in said


def test_the_runs_may_lie_in_an_object_store(s3: None, tmp_path: Path, photo: Pixels) -> None:
    store = Store.open(f"s3://runs/{tmp_path.name}")
    small = images.resize(photo, 64, 64)
    with ProgramEngine(store) as engine:
        run = engine.submit(small, small, SHORT, session="one")
        longer = engine.submit(small, small, LONG, session="two")
        assert ended(engine, run).state == "finished"
        wait_for(lambda: store.get(longer).done > 2)
        engine.cancel(longer)
        record = ended(engine, longer)
        assert record.state == "cancelled"
        assert picture(engine, longer, PICTURE_NAME.format(record.done - 1)).shape[2] == 3
    assert lease.read(store.storage) is None


def test_two_engines_of_one_store_share_the_work(tmp_path: Path, photo: Pixels) -> None:
    """The second finds that the store is served, starts nothing, and its run is computed."""
    store = Store.open(str(tmp_path))
    small = images.resize(photo, 64, 64)
    with ProgramEngine(store) as first:
        run = first.submit(small, small, SHORT, session="one")
        wait_for(lambda: store.get(run).state != "queued")
        with ProgramEngine(store) as second:
            other = second.submit(small, small, SHORT, session="two")
            assert ended(second, other).state == "finished"
            assert second._process is None
        assert ended(first, run).state == "finished"


def test_the_interface_loads_no_keras_and_no_dask() -> None:
    code = (
        "import sys\n"
        "from nst_core.runs.engine import open_engine\n"
        "from nst_core.runs.store import Store\n"
        "from nst_core.runs import program\n"
        "loaded = {'keras', 'tensorflow', 'dask', 'distributed'} & set(sys.modules)\n"
        "assert not loaded, loaded\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120, cwd=ROOT)
