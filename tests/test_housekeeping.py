"""What an engine removes from its store now and then."""

import time
from pathlib import Path

import numpy as np

from nst_core.runs.dask.housekeeping import SWEEP_SECONDS, Housekeeping
from nst_core.runs.store.record import new_id
from nst_core.runs.store.request import Request
from nst_core.runs.store.state import RunState
from nst_core.runs.store.store import Store
from nst_core.settings import Settings


def queue_run(store: Store) -> str:
    picture = np.zeros((32, 32, 3), np.uint8)
    return store.create(Request(picture, picture, Settings(size=64)))


def test_what_never_became_a_run_is_removed_at_the_second_sweep(tmp_path: Path) -> None:
    store = Store.open(str(tmp_path))
    run, given_up = queue_run(store), new_id()
    store.storage.folder(given_up).write("photo.png", b"half of it")
    said: list[str] = []
    housekeeping = Housekeeping(store, None, None, said.append)
    for seconds in (0.0, 1.0, SWEEP_SECONDS):
        housekeeping.look(seconds)
        assert set(store.storage.names()) == {run, given_up}
    housekeeping.look(SWEEP_SECONDS + 1)
    assert store.storage.names() == [run]
    assert said == []


def test_a_run_that_is_too_old_is_removed_and_that_is_said(tmp_path: Path) -> None:
    store = Store.open(str(tmp_path))
    run = queue_run(store)
    store.write_state(run, RunState(state="finished", ended=time.time() - 3 * 86400))
    said: list[str] = []
    Housekeeping(store, 4, None, said.append).look(0.0)
    assert said == []
    Housekeeping(store, 2, None, said.append).look(0.0)
    assert said == [f"{run} was removed"]
    assert store.records() == []
