"""What a worker does where a run does not simply go through; the method itself is a stand-in."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import skimage

import nst_core.stylize  # noqa: F401
from nst_core.errors import OutputError
from nst_core.events import Event, Fetching, Result, Started
from nst_core.pictures.pixels import resize
from nst_core.runs.engine.compute import compute
from nst_core.runs.store import layout, lease
from nst_core.runs.store.request import Request
from nst_core.runs.store.storage import Storage
from nst_core.runs.store.store import Store
from nst_core.settings import Settings

SHORT = Settings(size=64, scales=1, iterations=2, evaluations=2, precision="float32")
FINISHED = Result(np.zeros((64, 64, 3), np.uint8), (), "finished", "all iterations are done")

Act = Callable[[Callable[[Event], None], Callable[[], bool]], None]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(f"memory://{tmp_path.name}")


@pytest.fixture
def run(store: Store) -> str:
    photo = resize(skimage.data.astronaut(), 64, 64)
    return store.create(Request(photo, photo, SHORT))


@pytest.fixture
def during(monkeypatch: pytest.MonkeyPatch) -> Callable[[Act], None]:
    """Has something happen while a worker is at a run, which then is finished."""

    def during(act: Act) -> None:
        def stylize(
            _p: object, _q: object, _s: object, on_event: Callable[[Event], None],
            should_stop: Callable[[], bool], *_: object,
        ) -> Result:  # fmt: skip
            act(on_event, should_stop)
            return FINISHED

        monkeypatch.setattr(sys.modules["nst_core.stylize"], "stylize", stylize)

    return during


def test_a_cancel_ends_also_a_download(
    store: Store, run: str, during: Callable[[Act], None]
) -> None:
    def fetch(on_event: Callable[[Event], None], _: object) -> None:
        store.cancel(run)
        on_event(Fetching("VGG16 weights", 1, 2))
        raise AssertionError("it goes on")

    during(fetch)
    assert compute(store.url, run, "engine").state == "cancelled"
    record = store.get(run)
    assert (record.state, record.stopped) == ("cancelled", "cancelled")
    assert record.reason == "it was stopped on request"


def test_what_auto_meant_is_written_down(store: Store, during: Callable[[Act], None]) -> None:
    photo = resize(skimage.data.astronaut(), 64, 64)
    run = store.create(Request(photo, photo, SHORT.changed(precision="auto")))
    assert store.inputs(run)[2].precision == "auto"
    during(lambda on_event, _: on_event(Started((), "bfloat16")))
    assert compute(store.url, run, "engine").state == "finished"
    assert store.inputs(run)[2] == SHORT.changed(precision="bfloat16")
    text = store.folder(run).read("run.yaml").decode()
    assert text.startswith("# Repeats this run")
    assert "photo_sha256: " in text


def test_a_worker_that_was_replaced_has_no_last_word(
    store: Store, run: str, during: Callable[[Act], None]
) -> None:
    folder = store.folder(run)

    def lose(*_: object) -> None:
        claim = json.loads(folder.read(layout.LEASE)) | {"token": "another"}
        folder.write(layout.LEASE, json.dumps(claim).encode())

    during(lose)
    assert compute(store.url, run, "engine").state == "running"
    assert store.state(run).state == "running"
    claim = lease.read(folder)
    assert claim is not None
    assert claim.token == "another"


def test_a_store_that_does_not_answer_for_once_does_not_end_a_run(
    store: Store, run: str, during: Callable[[Act], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> bool:
        raise OutputError("the wire was cut")

    def look(_: object, should_stop: Callable[[], bool]) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(Storage, "exists", fail)
            assert not should_stop()

    during(look)
    assert compute(store.url, run, "engine").state == "finished"
    run = store.create(Request(*store.inputs(run)))
    with monkeypatch.context() as patch:
        patch.setattr(Storage, "names", fail)
        assert compute(store.url, run, "engine").state == "queued"
    assert store.get(run).state == "queued"


def test_a_worker_that_is_to_end_leaves_its_run_to_others(
    store: Store, run: str, during: Callable[[Act], None]
) -> None:
    during(lambda on_event, _: on_event(Fetching("VGG16 weights", 1, 2)))
    assert compute(store.url, run, "engine", lambda: True).state == "interrupted"
    record = store.get(run)
    assert (record.state, record.is_waiting) == ("interrupted", True)
    assert compute(store.url, run, "engine").state == "finished"
    assert store.state(run).deaths == 0


def test_a_run_that_is_removed_under_a_worker_is_not_written_again(
    store: Store, run: str, during: Callable[[Act], None]
) -> None:
    def remove(on_event: Callable[[Event], None], should_stop: object) -> None:
        store.storage.remove(run)
        store.inputs(run)

    during(remove)
    assert compute(store.url, run, "engine").state == "failed"
    assert layout.STATE not in store.storage.folder(run).names()
