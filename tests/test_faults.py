"""Real processes killed for real, real full disks: `python -m bench.faults` at a small size.

Each part raises `Broken` where something that was finished is lost, half there, or changed, and
where a run does not go on or end as it should.
"""

import contextlib
import errno
import json
import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import skimage

from bench.sleep import sleep
from nst_core import files
from nst_core.pictures.pixels import resize
from nst_core.runs.engine.compute import compute
from nst_core.runs.engine.program import ProgramEngine
from nst_core.runs.store import layout, lease
from nst_core.runs.store.request import Request
from nst_core.runs.store.storage import Storage
from nst_core.runs.store.store import Store
from testing.faults import disks, kills
from testing.faults.sockets import sockets
from testing.faults.submitters import kill_submitters
from testing.faults.tools import SHORT, temporary_engine
from testing.faults.witness import Witness
from testing.waiting import Broken, wait_for


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


# --- sleep -----------------------------------------------------------------------------------


@pytest.mark.processes
def test_an_engine_that_is_stopped_for_a_while_goes_on_with_its_run(engine: ProgramEngine) -> None:
    """For longer than a sign of life is good for; `bench.sleep` is longer than Dask's patience."""
    line = sleep(engine, 1, lease.STALE_SECONDS + 2)
    assert "no death, 0 beginnings in vain" in line
    assert line.endswith("programs that were replaced: none")


def claim_on(folder: Storage) -> dict[str, Any]:
    claim: dict[str, Any] = json.loads(folder.read(layout.LEASE))
    return claim


def test_who_wakes_up_keeps_what_it_has() -> None:
    """Its last sign of life is hours old, and who looks is quicker than its next one."""
    folder = Storage.open("memory://slept")
    holder = lease.Lease(folder)
    assert holder.take()
    old = claim_on(folder) | {"time": time.time() - 8 * 3600}
    folder.write(layout.LEASE, json.dumps(old).encode())
    assert lease.living(folder) is None
    other = lease.Lease(folder)
    assert not other.take()
    assert not holder.is_lost()
    holder.release()
    assert other.take()
    assert other.silence == 0
    other.release()


def test_who_stays_silent_loses_what_it_has_and_how_long_it_was_is_known() -> None:
    folder = Storage.open("memory://silent")
    gone = {"token": "t", "machine": "elsewhere", "process": 1, "started": 0.0, "details": {}}
    spoken = gone | {"time": time.time() - 500}
    folder.write(layout.LEASE, json.dumps(spoken).encode())
    other = lease.Lease(folder)
    assert other.take()
    assert other.silence == pytest.approx(503, abs=2)
    other.release()


def test_a_clock_that_is_set_anew_kills_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Linux tells a process's beginning by the time of day, so that it moves with the clock."""
    folder = Storage.open("memory://clock")
    holder = lease.Lease(folder)
    assert holder.take()
    began = psutil.Process.create_time
    monkeypatch.setattr(psutil.Process, "create_time", lambda self: began(self) + 3600)
    wait_for(lambda: lease.living(folder) is not None, seconds=10)
    assert not lease.Lease(folder).take()
    holder.release()


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
