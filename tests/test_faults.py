"""Real processes killed for real, real full disks: `python -m bench.faults` at a small size.

Each part raises `Broken` where something that was finished is lost, half there, or changed, and
where a run does not go on or end as it should.
"""

import contextlib
import errno
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import skimage

from nst_core import files
from nst_core.pictures.pixels import resize
from nst_core.runs.engine.compute import compute
from nst_core.runs.engine.program import ProgramEngine
from nst_core.runs.store import layout
from nst_core.runs.store.request import Request
from nst_core.runs.store.storage import Storage
from nst_core.runs.store.store import Store
from testing.faults import disks, kills
from testing.faults.sockets import sockets
from testing.faults.submitters import kill_submitters
from testing.faults.tools import SHORT, temporary_engine
from testing.faults.witness import Witness
from testing.waiting import Broken


@pytest.fixture
def rng() -> random.Random:
    return random.Random(1)


@pytest.fixture(scope="module")
def engine() -> Iterator[ProgramEngine]:
    """One engine for all that its processes can survive."""
    with temporary_engine() as engine:
        yield engine


@pytest.fixture(scope="module")
def engine_on_a_disk() -> Iterator[tuple[ProgramEngine, disks.Disk]]:
    """An engine whose store lies on a disk of its own."""
    with contextlib.ExitStack() as stack:
        try:
            pair = stack.enter_context(disks.engine_on_a_disk())
        except PermissionError as error:
            pytest.skip(str(error))
        yield pair


@pytest.mark.processes
def test_the_engine_listens_on_loopback_only(engine: ProgramEngine) -> None:
    assert sockets(engine)


@pytest.mark.processes
def test_the_worker_is_killed(engine: ProgramEngine, rng: random.Random) -> None:
    """The third time comes after a resume: the second death has failed the run."""
    assert " 0 resumes" not in kills.kill_workers(engine, 3, rng)


@pytest.mark.processes
def test_a_run_that_crashes_fails_alone(engine: ProgramEngine, rng: random.Random) -> None:
    assert kills.crash(engine, 1, rng)


@pytest.mark.processes
def test_a_worker_that_does_not_answer_is_replaced(engine: ProgramEngine) -> None:
    assert kills.deaf(engine, 1)


@pytest.mark.processes
def test_scheduler_nanny_and_engine_are_killed(engine: ProgramEngine, rng: random.Random) -> None:
    assert kills.kill_schedulers(engine, 4, rng)


@pytest.mark.processes
def test_whoever_submits_is_killed(rng: random.Random) -> None:
    assert kill_submitters(3, rng)


@pytest.mark.processes
@pytest.mark.parametrize("fault", [disks.full_disk, disks.read_only])
def test_the_disk(
    engine_on_a_disk: tuple[ProgramEngine, disks.Disk],
    fault: Callable[[ProgramEngine, disks.Disk], str],
) -> None:
    assert fault(*engine_on_a_disk)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS])
def test_a_store_that_can_no_longer_be_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """The same where no disk may be mounted: the run says why it stopped, and goes on later."""
    store = Store(Storage.at(tmp_path))
    photo = resize(skimage.data.astronaut(), 64, 64)
    run = store.create(Request(photo, photo, SHORT.changed(iterations=4)))
    folder, really = store.folder(run), files.replacing

    def is_there_room() -> bool:
        names = folder.names()
        if number == errno.EROFS:
            return layout.iteration_picture(2) not in names
        # What a run holds back is room for its last words.
        return layout.iteration_picture(2) not in names or layout.RESERVE not in names

    @contextlib.contextmanager
    def replacing(path: Path) -> Iterator[Path]:
        if not is_there_room():
            raise OSError(number, os.strerror(number))
        with really(path) as temporary:
            yield temporary

    witness = Witness(store, run)
    with monkeypatch.context() as patch:
        patch.setattr(files, "replacing", replacing)
        ended = compute(store.url, run, "test")
        assert ended.state == "failed"
        assert os.strerror(number) in ended.reason
        assert ended.is_unrecorded == (number == errno.EROFS)
        assert witness.look(dead=True) == 2
        assert store.get(run).state == ("interrupted" if ended.is_unrecorded else "failed")
    if not ended.is_unrecorded:
        store.resume(run)
    assert compute(store.url, run, "test").state == "finished"
    assert witness.look(dead=True) == 4


def test_the_witness_notices_what_it_is_there_for() -> None:
    """What is lost, half there, changed or too much must not pass."""
    store = Store(Storage.open("memory://witnessed"))
    photo = resize(skimage.data.astronaut(), 64, 64)
    run = store.create(Request(photo, photo, SHORT))
    folder = store.folder(run)
    assert compute(store.url, run, "test").state == "finished"
    witness = Witness(store, run)
    assert witness.look(dead=True) == 3
    good = {name: folder.read(name) for name in folder.names()}
    second = good[layout.iteration_picture(1)]
    half_rows = b"".join(good[layout.LOSSES].splitlines(keepends=True)[:3])
    for name, data in (
        (layout.iteration_picture(0), second),
        (layout.iteration_picture(1), second[:1000]),
        (layout.LOSSES, half_rows),
    ):
        folder.write(name, data)
        with pytest.raises(Broken):
            witness.look()
        folder.write(name, good[name])
    for number in (3, 4):
        folder.write(layout.iteration_picture(number), second)
    with pytest.raises(Broken, match="2 iterations are going to be computed again"):
        witness.look(dead=True)
    folder.remove(layout.CHECKPOINT)
    with pytest.raises(Broken, match="3 iterations were finished, now 0"):
        witness.look()
