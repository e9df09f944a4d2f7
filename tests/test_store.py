"""What the store says of runs: ids, states, what may be done with them, retention."""

import errno
import json
import os
import pickle
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fsspec.implementations.local import LocalFileSystem
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nst_core.errors import InputError, OutputError
from nst_core.events import Checkpoint, Evaluated, Fetching, Note
from nst_core.pictures.pixels import Pixels, resize
from nst_core.runs.engine.compute import compute
from nst_core.runs.store import layout, lease
from nst_core.runs.store.checkpoint import checkpoint_from_bytes, checkpoint_to_bytes
from nst_core.runs.store.losses import LossRow, losses_from_bytes, losses_to_bytes
from nst_core.runs.store.record import ID_PATTERN, NoSuchRunError, new_id
from nst_core.runs.store.request import Request
from nst_core.runs.store.retention import leftovers, sweep
from nst_core.runs.store.state import Progress, RunState
from nst_core.runs.store.storage import Storage
from nst_core.runs.store.store import Store
from nst_core.settings import Settings

SHORT = Settings(size=64, scales=1, iterations=2, evaluations=2, precision="float32")


@pytest.fixture(params=["local", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    local = request.param == "local"
    return Store.open(str(tmp_path / "runs") if local else f"memory://{tmp_path.name}")


@pytest.fixture
def create(photo: Pixels, painting: Pixels) -> Callable[..., str]:
    small, style = resize(photo, 48, 64), resize(painting, 64, 48)

    def create(store: Store, settings: Settings = SHORT, **rest: Any) -> str:
        return store.create(Request(small, style, settings, **rest))

    return create


@pytest.fixture
def held() -> Iterator[Callable[[Store, str], subprocess.Popen[str]]]:
    """Starts a process that holds a run as a worker does, until it is killed."""
    processes = []
    code = (
        "import sys\n"
        "from dataclasses import replace\n"
        "from nst_core.runs.store import lease\n"
        "from nst_core.runs.store.store import Store\n"
        "store, run = Store.open(sys.argv[1]), sys.argv[2]\n"
        "store.write_state(run, replace(store.state(run), state='running', started=1.0))\n"
        "held = lease.Lease(store.folder(run), lambda: {'done': 7, 'progress': 0.5})\n"
        "print(held.take(), flush=True)\n"
        "sys.stdin.read()\n"
    )

    def held(store: Store, run: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", code, store.url, run],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        return process

    yield held
    for process in processes:
        process.kill()
        process.communicate()


def test_ids_are_random_and_fit_an_address() -> None:
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(ID_PATTERN.match(run) and re.fullmatch(r"[\w-]+", run) for run in ids)
    # 26 letters of 5 bits hold 128; every place varies.
    assert all(len({run[place] for run in ids}) >= 8 for place in range(26))


@pytest.mark.parametrize(
    "run",
    ["", ".", "..", "../x", "a" * 25, "a" * 27, "A" * 26, "a" * 26 + "\n", "a/" * 13, "a" * 26],
)
def test_no_id_reaches_anything_else(store: Store, run: str) -> None:
    verbs = (store.get, store.folder, store.inputs, store.cancel, store.resume, store.remove,
             store.pin, store.checkpoint)  # fmt: skip
    for verb in verbs:
        with pytest.raises(NoSuchRunError, match="must be in the store"):
            verb(run)


def test_a_new_run_waits_and_holds_what_it_needs(
    store: Store, create: Callable[..., str], photo: Pixels, painting: Pixels
) -> None:
    run = create(store, session="me", title="Waves", photo_name="cat.jpg")
    record = store.get(run)
    assert (record.state, record.session, record.title, record.photo) == (
        "queued", "me", "Waves", "cat.jpg",
    )  # fmt: skip
    assert (record.iterations, record.done, record.progress) == (2, 0, 0.0)
    assert record.work == 48 * 64 * 2 * 2
    assert abs(record.created - time.time()) < 60
    content, style, settings = store.inputs(run)
    assert np.array_equal(content, resize(photo, 48, 64))
    assert np.array_equal(style, resize(painting, 64, 48))
    assert settings == SHORT
    assert Store.open(store.url).records() == [record]


def test_runs_are_listed_the_newest_first(store: Store, create: Callable[..., str]) -> None:
    runs = [create(store) for _ in range(3)]
    store.storage.write("notes.txt", b"someone's")
    assert [record.id for record in store.records()] == runs[::-1]


@pytest.mark.parametrize("side", [0, 16, 31])
def test_pictures_that_cannot_be_worked_with_leave_nothing(
    store: Store, photo: Pixels, side: int
) -> None:
    with pytest.raises(InputError):
        store.create(Request(photo[:side, :side], photo, SHORT))
    assert store.storage.names() == []


def test_a_waiting_run_is_cancelled_at_once_and_resumed(
    store: Store, create: Callable[..., str]
) -> None:
    run = create(store)
    store.cancel(run)
    store.cancel(run)
    assert store.get(run).state == "cancelled"
    assert store.is_cancelled(run)
    store.resume(run)
    record = store.get(run)
    assert record.state == "queued"
    assert not store.is_cancelled(run)
    with pytest.raises(InputError, match=r"is queued; only one that was cancelled or has failed"):
        store.resume(run)


@pytest.mark.processes
def test_a_worker_s_run_is_running_until_the_worker_is_killed(
    tmp_path: Path, create: Callable[..., str], held: Callable[..., subprocess.Popen[str]]
) -> None:
    store = Store.open(str(tmp_path))
    run = create(store)
    worker = held(store, run)
    record = store.get(run)
    assert (record.state, record.done, record.progress) == ("running", 7, 0.5)
    with pytest.raises(InputError, match="stop it before you remove it"):
        store.remove(run)
    assert not lease.Lease(store.folder(run)).take()
    assert compute(store.url, run, "engine").state == "running"
    store.cancel(run)
    assert store.get(run).cancelling
    worker.kill()
    worker.wait()
    assert store.get(run).state == "cancelled"
    store.resume(run)
    assert store.get(run).state == "queued"


@pytest.mark.processes
def test_a_killed_worker_s_run_is_interrupted_and_knows_how_far_it_was(
    tmp_path: Path, create: Callable[..., str], held: Callable[..., subprocess.Popen[str]]
) -> None:
    store = Store.open(str(tmp_path))
    run = create(store)
    worker = held(store, run)
    worker.kill()
    os.waitid(os.P_PID, worker.pid, os.WEXITED | os.WNOWAIT)
    assert store.get(run).state == "interrupted"  # also while it is a zombie
    worker.wait()
    unfinished = [tmp_path / run / f".state.json.{age}.part" for age in ("old", "new")]
    for part in unfinished:
        part.write_bytes(b"half")
    os.utime(unfinished[0], (0, 0))
    record = store.get(run)
    assert (record.state, record.reason, record.done) == ("interrupted", "its worker died", 7)
    assert record.is_waiting
    assert compute(store.url, run, "engine").state == "finished"
    assert [part.exists() for part in unfinished] == [False, True]


def test_a_holder_on_another_machine_is_dead_after_a_silence(
    store: Store, create: Callable[..., str]
) -> None:
    run = create(store)
    store.write_state(run, replace(store.state(run), state="running"))
    claim = {"token": "t", "machine": "elsewhere", "process": 1, "started": 0.0, "details": {}}

    def seen(seconds_ago: float) -> str:
        spoken = claim | {"time": time.time() - seconds_ago}
        store.folder(run).write(layout.LEASE, json.dumps(spoken).encode())
        return store.get(run).state

    assert seen(1) == "running"
    assert seen(lease.STALE_SECONDS + 1) == "interrupted"
    assert lease.STALE_SECONDS < 30


def test_a_process_number_that_another_has_now_is_not_the_holder(
    store: Store, create: Callable[..., str]
) -> None:
    run = create(store)
    held = lease.Lease(store.folder(run))
    assert held.take()
    claim = json.loads(store.folder(run).read(layout.LEASE))
    held.release()
    claim["started"] -= 1000
    store.folder(run).write(layout.LEASE, json.dumps(claim).encode())
    assert lease.Lease(store.folder(run)).take()


def test_a_lease_that_another_took_is_lost_and_left_alone(
    store: Store, create: Callable[..., str]
) -> None:
    folder = store.folder(create(store))
    first = lease.Lease(folder)
    assert first.take()
    claim = json.loads(folder.read(layout.LEASE)) | {"token": "another"}
    folder.write(layout.LEASE, json.dumps(claim).encode())
    assert first.is_lost()
    first.release()
    assert json.loads(folder.read(layout.LEASE))["token"] == "another"


def test_a_removed_run_is_gone(store: Store, create: Callable[..., str]) -> None:
    run, other = create(store), create(store)
    store.remove(run)
    with pytest.raises(NoSuchRunError):
        store.get(run)
    assert store.storage.names() == [other]


def test_a_run_that_is_removed_while_others_look_is_never_half(
    tmp_path: Path, create: Callable[..., str]
) -> None:
    store = Store.open(str(tmp_path))
    run = create(store)
    (tmp_path / run / "request.json").unlink()  # as `remove` does first
    assert store.records() == []


def test_a_run_whose_worker_is_about_to_let_go_is_removed_as_a_whole(
    tmp_path: Path, create: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "BEAT_SECONDS", 0.001)
    store = Store.open(str(tmp_path))
    for _ in range(5):
        run = create(store)
        held = lease.Lease(store.folder(run))
        assert held.take()
        store.write_state(run, replace(store.state(run), state="finished"))
        worker = threading.Timer(0.05, held.release)
        worker.start()
        store.remove(run)
        worker.join()
        assert list(tmp_path.iterdir()) == []


def test_a_run_that_is_removed_during_a_look_is_gone_and_not_failed(
    store: Store, create: Callable[..., str]
) -> None:
    run = create(store)
    store.get(run)
    store.folder(run).remove("state.json")
    assert store.get(run).state == "failed"  # for it is damaged
    store.folder(run).remove("request.json")
    with pytest.raises(NoSuchRunError):
        store.state(run)


def test_a_run_that_ends_during_a_look_is_not_interrupted(
    store: Store, create: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = create(store)
    store.write_state(run, replace(store.state(run), state="running"))
    assert store.get(run).state == "interrupted"

    def has_ended(folder: Storage) -> None:
        store.write_state(run, replace(store.state(run), state="finished"))

    monkeypatch.setattr(lease, "read", has_ended)
    assert store.get(run).state == "finished"


def test_a_store_that_does_not_answer_for_once_takes_no_lease_away(
    tmp_path: Path, create: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "BEAT_SECONDS", 0.001)
    store = Store.open(str(tmp_path))
    folder = store.folder(create(store))
    beats = threading.Semaphore(0)

    def details() -> dict[str, Any]:
        beats.release()
        return {}

    held = lease.Lease(folder, details)
    assert held.take()
    with monkeypatch.context() as patch:
        failed = threading.Semaphore(0)

        def fail(self: Storage, *_: object, **__: object) -> bytes:
            failed.release()
            raise OutputError("the wire was cut")

        patch.setattr(Storage, "read", fail)
        assert not held.is_lost()
        for _ in range(3):
            assert failed.acquire(timeout=60)
    while beats.acquire(blocking=False):
        pass
    assert beats.acquire(timeout=60)
    assert not held.is_lost()
    held.release()
    assert lease.read(folder) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["state", "done", "loss", "queued", "session", "time", "process", "id", "x"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=6,
).map(lambda value: json.dumps(value).encode())


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.sampled_from(["request.json", "state.json", "lease.json", "checkpoint.npz", "cancel"]),
    st.binary(max_size=40) | JSON,
)
def test_damaged_files_harm_no_listing(
    tmp_path: Path, create: Callable[..., str], name: str, data: bytes
) -> None:
    store = Store.open(str(tmp_path / "runs"))
    good, bad = create(store), create(store)
    store.write_state(bad, replace(store.state(bad), state="running"))
    store.folder(bad).write(name, data)
    records = {record.id: record for record in Store.open(store.url).records()}
    assert records[good].state == "queued"
    assert records[bad].state in (
        "queued", "running", "finished", "cancelled", "failed", "interrupted",
    )  # fmt: skip
    for run in (good, bad):
        if records[run].state == "running":
            store.write_state(run, RunState(state="failed"))
        store.remove(run)
    assert store.records() == []


def test_a_run_with_a_damaged_checkpoint_begins_anew(
    tmp_path: Path, create: Callable[..., str]
) -> None:
    store = Store.open(str(tmp_path))
    run = create(store)
    store.folder(run).write(layout.CHECKPOINT, b"PK\x03\x04 half")
    with pytest.raises(InputError, match="The checkpoint is damaged: its 9 bytes"):
        store.checkpoint(run)
    assert compute(store.url, run, "engine").state == "finished"
    assert store.get(run).done == 2


def test_a_checkpoint_comes_back_to_the_bit() -> None:
    rng = np.random.default_rng(0)
    before = Checkpoint(rng.normal(size=(1, 3, 4, 3)) * 1e-300, 1, 2, 0.1, (3.0, 1 / 3), 7, 0.5)
    after = checkpoint_from_bytes(checkpoint_to_bytes(before))
    assert after.x.dtype == np.float64
    assert after.x.tobytes() == before.x.tobytes()
    assert (after.scale, after.done_here, after.step) == (1, 2, 0.1)
    assert (after.losses, after.evaluations, after.seconds) == ((3.0, 1 / 3), 7, 0.5)


@pytest.mark.processes
def test_run_yaml_repeats_the_run_wherever_its_folder_is_taken(
    tmp_path: Path, create: Callable[..., str]
) -> None:
    store = Store.open(str(tmp_path / "runs"))
    run = create(store)
    assert compute(store.url, run, "engine").state == "finished"
    (tmp_path / "runs" / run).rename(tmp_path / "elsewhere")
    config, again = tmp_path / "elsewhere" / "run.yaml", tmp_path / "again"
    command = [sys.executable, "-m", "nst_core", "stylize", "--config", str(config)]
    subprocess.run([*command, "--output", str(again)], check=True, timeout=600, capture_output=True)
    before = (tmp_path / "elsewhere" / "losses.csv").read_bytes()
    assert (tmp_path / "again" / "losses.csv").read_bytes() == before


def test_the_store_is_where_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NST_RUNS", str(tmp_path / "here"))
    assert Store.open().url == str(tmp_path / "here")
    monkeypatch.delenv("NST_RUNS")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Path(Store.open().url).is_relative_to(tmp_path)


@pytest.mark.processes
def test_retention_removes_the_oldest_and_spares_those_that_run_wait_or_are_pinned(
    tmp_path: Path, create: Callable[..., str], held: Callable[..., subprocess.Popen[str]]
) -> None:
    store = Store.open(str(tmp_path))
    old, pinned, young, waiting, running = (create(store) for _ in range(5))
    day = 86400
    for run, age in ((old, 9), (pinned, 8), (young, 1)):
        ended = time.time() - age * day
        store.write_state(run, replace(store.state(run), state="finished", ended=ended))
    store.pin(pinned)
    held(store, running)
    assert store.get(pinned).pinned
    assert sweep(store, None, None) == []
    assert sweep(store, 7, None) == [old]
    assert sweep(store, None, 10e6) == []
    store.pin(pinned, False)
    size = sum(store.folder(run).size() for run in (young, waiting, running))
    # The lease of the one that runs is written again and again.
    assert sweep(store, None, size + 1000) == [pinned]
    assert sweep(store, None, 1) == [young]
    assert {record.id for record in store.records()} == {waiting, running}


def test_retention_looks_again_before_it_removes(
    store: Store, create: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pinned, resumed, old = (create(store) for _ in range(3))
    for run in (pinned, resumed, old):
        store.write_state(run, replace(store.state(run), state="failed", ended=1.0))
    before = store.records()
    store.pin(pinned)
    store.resume(resumed)
    monkeypatch.setattr(store, "records", lambda: before)
    assert sweep(store, 7, None) == [old]
    assert store.storage.names() == sorted([pinned, resumed])


def test_only_what_never_became_a_run_is_left_over(
    tmp_path: Path, create: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store.open(str(tmp_path))
    create(store)
    given_up = create(store)
    store.folder(given_up).remove("request.json")
    assert leftovers(store) == [given_up]

    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(LocalFileSystem, "info", fail)
    with pytest.raises(OutputError, match="Input/output error"):
        leftovers(store)


RUN_OF_BEFORE = "kg65tehagtuu4jdlyj24d7c564"


def test_a_store_of_an_earlier_version_opens(
    tmp_path: Path, create: Callable[..., str], photo: Pixels
) -> None:
    """Its files lack values that are written today, and have some that mean nothing any more."""
    store = Store.open(str(tmp_path))
    folder = tmp_path / RUN_OF_BEFORE
    (tmp_path / create(store)).rename(folder)  # for its pictures and settings
    asked = {"created": 7.0, "session": "me", "title": "Waves", "photo": "cat.jpg", "parent": None,
             "iterations": 2, "work": 12288.0, "browser": "of before"}  # fmt: skip
    state = {"state": "running", "queued": 7.0, "reason": "", "stopped": "", "started": 8.0,
             "engine": "e", "deaths": 0, "fruitless": 0, "begun_at": 0, "done": 0,
             "attempt": 3, "mood": ["of before"]}  # fmt: skip
    claim = {"token": "t", "machine": "elsewhere", "process": 1, "started": 8.0, "time": 9.0,
             "details": {"done": 1, "loss": 0.25, "progress": 0.5, "seconds": 4.0,
                         "evaluation_seconds": 1.0, "doing": "", "attempt": 3}}  # fmt: skip
    for name, values in (("request", asked), ("state", state), ("lease", claim)):
        (folder / f"{name}.json").write_text(json.dumps(values))
    store = Store.open(str(tmp_path))
    record = store.get(RUN_OF_BEFORE)
    assert store.records() == [record]
    assert (record.state, record.reason) == ("interrupted", "its worker died")
    assert (record.done, record.loss, record.progress, record.seconds) == (1, 0.25, 0.5, 4.0)
    assert (record.title, record.photo, record.work) == ("Waves", "cat.jpg", 12288.0)
    assert (record.created, record.queued, record.started) == (7.0, 7.0, 8.0)
    assert np.array_equal(store.inputs(RUN_OF_BEFORE)[0], resize(photo, 48, 64))
    # One that only waits has a state of two values, and no lease.
    (folder / "lease.json").unlink()
    (folder / "state.json").write_text(json.dumps({"state": "queued", "queued": 7.0, "attempt": 1}))
    assert (store.get(RUN_OF_BEFORE).state, store.get(RUN_OF_BEFORE).done) == ("queued", 0)
    assert compute(store.url, RUN_OF_BEFORE, "engine").state == "finished"
    assert store.get(RUN_OF_BEFORE).done == 2


def test_files_of_today_keep_the_names_that_an_earlier_version_reads(
    tmp_path: Path, create: Callable[..., str]
) -> None:
    store = Store.open(str(tmp_path))
    run = create(store)
    files = [
        json.loads((tmp_path / run / name).read_text()) for name in ("request.json", "state.json")
    ]
    assert {"created", "session", "title", "photo", "parent", "iterations", "work"} == set(files[0])
    assert {"state", "queued", "reason", "stopped", "started", "ended", "engine", "deaths",
            "fruitless", "begun_at", "done", "loss", "progress", "seconds", "evaluation_seconds",
            "doing"} == set(files[1])  # fmt: skip
    held = lease.Lease(store.folder(run), store.state(run).as_details)
    assert held.take()
    claim = json.loads((tmp_path / run / "lease.json").read_text())
    held.release()
    assert set(claim) == {"token", "machine", "process", "started", "time", "details"}
    assert set(claim["details"]) == {
        "done", "loss", "progress", "seconds", "evaluation_seconds", "doing",
    }  # fmt: skip


def test_progress_follows_what_a_run_tells() -> None:
    progress = Progress(done=1, loss=3.0, progress=0.5, seconds=7.0, evaluation_seconds=1.0)
    fetching = progress.after(Fetching("VGG16 weights", 12_000_000, 60_000_000))
    assert fetching == replace(progress, doing="Fetching VGG16 weights, 12 MB")
    evaluated = fetching.after(Evaluated(1, 2.5, 0.75, "float32"), 2.0)
    assert evaluated == replace(progress, progress=0.75, evaluation_seconds=2.0)
    assert evaluated.after(Note("It goes on in float32")).doing == "It goes on in float32"


def test_losses_come_back_to_the_bit_and_are_written_again_as_they_were() -> None:
    terms = {"content/a": 1 / 3, "style/b": 1e-300, "variation": 0.0}
    rows = [LossRow(n, 0, 48, 64, 20 * n, 1 / 3 + 1e16 * n, terms) for n in range(3)]
    data = losses_to_bytes(rows)
    assert data.splitlines()[:2] == [
        b"iteration,scale,rows,columns,evaluations,loss,content/a,style/b,variation",
        b"0,0,48,64,0,0.3333333333333333,0.3333333333333333,1e-300,0.0",
    ]
    assert losses_from_bytes(data) == rows
    assert losses_to_bytes(losses_from_bytes(data)) == data
    assert losses_from_bytes(losses_to_bytes([])) == []


def test_that_there_is_no_such_run_is_said_once_also_from_another_process() -> None:
    error = NoSuchRunError("x")
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again)) == (NoSuchRunError, str(error))


@pytest.mark.parametrize("data", [b"\xff", b"iteration,scale\n0,0\n", b"a,b\n1\n"])
def test_damaged_losses_are_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(InputError, match=r"losses\.csv is damaged"):
        losses_from_bytes(data)


def test_the_home_folder_may_stand_in_the_store_s_address(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NST_RUNS", "~/runs")
    assert Store.open().url == str(tmp_path / "runs")
    monkeypatch.setenv("NST_RUNS", "memory://runs")
    assert Store.open().url == "memory:///runs"
