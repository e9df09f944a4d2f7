"""One contract for every engine: in this process, embedded, and a real cluster of two workers."""

import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nst_core import Settings
from nst_core.pictures.pixels import Pixels, resize
from nst_core.runs.engine import order
from nst_core.runs.engine.engine import StoreEngine, workers
from nst_core.runs.engine.in_process import InProcessEngine
from nst_core.runs.engine.program import ProgramEngine
from nst_core.runs.store import layout, lease
from nst_core.runs.store.losses import losses_from_bytes
from nst_core.runs.store.record import NoSuchRunError, Record
from nst_core.runs.store.request import Request
from nst_core.runs.store.store import Store
from testing.clusters import users_cluster
from testing.waiting import wait_for

pytestmark = pytest.mark.processes

ROOT = Path(__file__).resolve().parents[1]
SHORT = Settings(size=64, scales=2, iterations=4, evaluations=3, precision="float32")
LONG = SHORT.changed(iterations=1000, evaluations=2)


@pytest.fixture(
    scope="module",
    params=[pytest.param("in process", marks=pytest.mark.quick), "embedded", "cluster of two"],
)
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StoreEngine]:
    store = Store.open(str(tmp_path_factory.mktemp("runs")))
    if request.param == "in process":
        with InProcessEngine(store) as engine:
            yield engine
    elif request.param == "embedded":
        with ProgramEngine(store) as engine:
            yield engine
    else:
        with users_cluster(workers=2) as cluster, ProgramEngine(store, cluster.address) as engine:
            yield engine


@pytest.fixture
def submit(engine: StoreEngine, photo: Pixels, painting: Pixels) -> Iterator[Callable[..., str]]:
    """Queues a run; at the end of the test all runs are stopped and removed."""
    small, style = resize(photo, 64, 64), resize(painting, 64, 96)

    def submit(settings: Settings = SHORT, session: str = "one") -> str:
        return engine.submit(Request(small, style, settings, session=session, title="A style"))

    yield submit
    for record in engine.store.records():
        engine.cancel(record.id)
    for record in engine.store.records():
        ended(engine, record.id)
        engine.store.remove(record.id)


def ended(engine: StoreEngine, run: str) -> Record:
    wait_for(lambda: engine.store.get(run).is_over)
    return engine.store.get(run)


def picture(engine: StoreEngine, run: str, name: str) -> Pixels:
    return np.asarray(Image.open(io.BytesIO(engine.store.folder(run).read(name))))


def test_a_run_is_computed_and_leaves_all_of_it(
    engine: StoreEngine, submit: Callable[..., str]
) -> None:
    run = submit()
    record = ended(engine, run)
    assert (record.state, record.done, record.progress) == ("finished", 4, 1.0)
    assert record.reason == "all iterations are done"
    assert record.loss is not None
    assert engine.position(run) is None
    assert picture(engine, run, "result.png").shape == (64, 64, 3)
    for number in range(4):
        assert picture(engine, run, layout.iteration_picture(number)).shape[2] == 3
    rows = engine.store.folder(run).read("losses.csv").decode().splitlines()
    assert len(rows) == 5
    assert float(rows[-1].split(",")[5]) == record.loss


def test_a_cancelled_run_keeps_its_gallery_and_can_go_on(
    engine: StoreEngine, submit: Callable[..., str]
) -> None:
    run = submit(LONG)
    wait_for(lambda: engine.store.get(run).done >= 3)
    engine.cancel(run)
    record = ended(engine, run)
    assert record.state == "cancelled"
    assert 3 <= record.done < LONG.iterations
    pictures = [picture(engine, run, layout.iteration_picture(n)) for n in range(record.done)]
    engine.resume(run)
    wait_for(lambda: engine.store.get(run).done > record.done + 2)
    engine.cancel(run)
    again = ended(engine, run)
    rows = losses_from_bytes(engine.store.folder(run).read("losses.csv"))
    assert [row.iteration for row in rows[: again.done]] == list(range(again.done))
    for number, before in enumerate(pictures):
        assert np.array_equal(picture(engine, run, layout.iteration_picture(number)), before)


def test_a_waiting_run_has_a_place_and_can_be_cancelled(
    engine: StoreEngine, submit: Callable[..., str]
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


def test_a_session_may_have_three_runs_waiting(
    engine: StoreEngine, submit: Callable[..., str]
) -> None:
    first = submit(LONG)
    wait_for(lambda: engine.store.get(first).state == "running")
    waiting = [submit() for _ in range(3)]
    with pytest.raises(order.QueueFullError, match="3 runs waiting"):
        submit()
    for run in (*waiting, first):
        engine.cancel(run)


def test_another_session_s_run_goes_before_a_session_s_second(
    engine: StoreEngine, submit: Callable[..., str], request: pytest.FixtureRequest
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
    engine: StoreEngine, submit: Callable[..., str], photo: Pixels, painting: Pixels
) -> None:
    larger = SHORT.changed(size=128)
    first = submit(larger)
    ended(engine, first)
    frame = picture(engine, first, layout.iteration_picture(3))
    inputs = resize(photo, 64, 64), resize(painting, 64, 96)
    request = Request(*inputs, larger, session="one", parent=first, start=frame)
    run = engine.submit(request)
    record = ended(engine, run)
    # A frame of full size needs no coarse scales, and goes on where it stood.
    assert (record.state, record.done, record.parent) == ("finished", 2, first)
    before = losses_from_bytes(engine.store.folder(first).read("losses.csv"))
    after = losses_from_bytes(engine.store.folder(run).read("losses.csv"))
    assert [row.scale for row in before] == [0, 0, 1, 1]
    assert [row.scale for row in after] == [1, 1]
    assert after[-1].loss < before[-1].loss


def test_a_run_that_cannot_be_done_fails_alone_with_its_reason(
    engine: StoreEngine, submit: Callable[..., str]
) -> None:
    run = submit(session="unlucky")
    other = submit(session="lucky")
    engine.store.folder(run).write("photo.png", b"not a picture")
    record = ended(engine, run)
    if record.state == "failed":  # it may have been read before it was damaged
        assert "photo.png" in record.reason
    assert ended(engine, other).state == "finished"


@pytest.mark.parametrize("verb", ["cancel", "resume", "position", "seconds_until_start"])
def test_an_unknown_run_is_refused(engine: StoreEngine, verb: str) -> None:
    for run in ("a" * 26, "../../etc/passwd", ""):
        with pytest.raises(NoSuchRunError):
            getattr(engine, verb)(run)


@pytest.mark.parametrize("engine", ["cluster of two"], indirect=True)
def test_two_workers_do_two_runs_at_once_and_one_may_die(
    engine: StoreEngine, submit: Callable[..., str]
) -> None:
    wait_for(lambda: workers(engine.store) == 2)
    claims: list[lease.Claim] = []

    def are_both_under_way(runs: list[str]) -> bool:
        found = [lease.read(engine.store.folder(run)) for run in runs]
        claims[:] = [claim for claim in found if claim is not None and claim.is_alive()]
        return len(claims) == 2 and all(claim.details.get("done", 0) > 1 for claim in claims)

    def is_over(run: str) -> bool:
        return engine.store.get(run).is_over

    for _ in range(5):  # one may be done before the other's worker has loaded
        runs = [submit(LONG.changed(iterations=40), session=name) for name in ("one", "two")]
        wait_for(lambda: are_both_under_way(runs) or all(map(is_over, runs)))  # noqa: B023
        if len(claims) == 2:
            break
    assert claims[0].process != claims[1].process
    os.kill(claims[0].process, signal.SIGKILL)
    records = [ended(engine, run) for run in runs]
    assert [(record.state, record.done) for record in records] == [("finished", 40)] * 2


def test_the_runs_may_lie_in_an_object_store(s3: None, tmp_path: Path, photo: Pixels) -> None:
    store = Store.open(f"s3://runs/{tmp_path.name}")
    small = resize(photo, 64, 64)
    with ProgramEngine(store) as engine:
        run = engine.submit(Request(small, small, SHORT, session="one"))
        longer = engine.submit(Request(small, small, LONG, session="two"))
        assert ended(engine, run).state == "finished"
        wait_for(lambda: store.get(longer).done > 2)
        engine.cancel(longer)
        record = ended(engine, longer)
        assert record.state == "cancelled"
        assert picture(engine, longer, layout.iteration_picture(record.done - 1)).shape[2] == 3
    claim = lease.read(store.storage)
    assert claim is None or not claim.is_alive()


def test_two_engines_of_one_store_share_the_work(tmp_path: Path, photo: Pixels) -> None:
    """The second finds that the store is served, starts nothing, and its run is computed."""
    store = Store.open(str(tmp_path))
    small = resize(photo, 64, 64)
    with ProgramEngine(store) as first:
        run = first.submit(Request(small, small, SHORT, session="one"))
        wait_for(lambda: store.get(run).state != "queued")
        with ProgramEngine(store) as second:
            other = second.submit(Request(small, small, SHORT, session="two"))
            assert ended(second, other).state == "finished"
            assert second.process is None
        assert ended(first, run).state == "finished"
        under_way = first.submit(Request(small, small, LONG, session="one"))
        wait_for(lambda: store.get(under_way).done > 1)
    assert_interrupted(store, under_way)


def assert_interrupted(store: Store, run: str) -> None:
    """An engine that was closed has left a run that another will go on with."""
    record = store.get(run)
    assert (record.state, record.is_waiting) == ("interrupted", True)
    reached = store.checkpoint(run)
    assert reached is not None
    assert len(reached.losses) > 1


def test_an_engine_that_is_closed_interrupts_its_run(tmp_path: Path, photo: Pixels) -> None:
    store = Store.open(str(tmp_path))
    small = resize(photo, 64, 64)
    with InProcessEngine(store) as engine:
        run = engine.submit(Request(small, small, LONG))
        wait_for(lambda: store.get(run).done > 1)
    assert_interrupted(store, run)
    before = store.get(run).done
    with InProcessEngine(store) as engine:
        wait_for(lambda: store.get(run).done > before)
        engine.cancel(run)
        assert ended(engine, run).state == "cancelled"


def test_the_interface_loads_no_keras_and_no_dask() -> None:
    code = (
        "import sys\n"
        "from nst_core.runs.engine.program import open_engine\n"
        "from nst_core.runs.store.store import Store\n"
        "open_engine\n"
        "loaded = {'keras', 'tensorflow', 'dask', 'distributed'} & set(sys.modules)\n"
        "assert not loaded, loaded\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=600, cwd=ROOT)
