"""Whose run is next: bounds, fairness, waiting times."""

import contextlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nst_core import Settings
from nst_core.pictures.pixels import Pixels, resize
from nst_core.plan.schedule import seconds_left
from nst_core.runs.engine import order
from nst_core.runs.engine.engine import StoreEngine
from nst_core.runs.store import lease
from nst_core.runs.store.record import Record, State
from nst_core.runs.store.request import Request
from nst_core.runs.store.retention import leftovers
from nst_core.runs.store.store import Store

SHORT = Settings(size=64, scales=1, iterations=2, evaluations=2, precision="float32")


def record(
    name: str, session: str, queued: float = 0.0, state: State = "queued", **rest: float
) -> Record:
    return Record(name, state, session=session, queued=queued, work=100.0, **rest)  # type: ignore[arg-type]


def ids(records: list[Record]) -> list[str]:
    return [record.id for record in records]


def test_first_come_first_served_between_sessions_of_one_run() -> None:
    records = [record("late", "a", 2.0), record("early", "b", 1.0)]
    assert ids(order.in_order(records)) == ["early", "late"]


def test_a_session_with_many_runs_does_not_starve_others() -> None:
    records = [record(f"greedy {n}", "greedy", float(n)) for n in range(3)]
    records.append(record("modest", "modest", 9.0))
    assert ids(order.in_order(records)) == ["greedy 0", "modest", "greedy 1", "greedy 2"]


def test_a_run_under_way_counts_as_a_turn() -> None:
    records = [
        record("running", "greedy", state="running"),
        record("greedy", "greedy", 1.0),
        record("modest", "modest", 2.0),
    ]
    assert ids(order.in_order(records)) == ["modest", "greedy"]
    assert ids(order.startable(records)) == ["modest"]


def test_who_had_a_turn_lately_waits_for_who_had_none() -> None:
    records = [
        record("done", "greedy", state="finished", started=50.0),
        record("greedy", "greedy", 1.0),
        record("modest", "modest", 60.0),
    ]
    assert ids(order.in_order(records)) == ["modest", "greedy"]


def test_interrupted_runs_wait_too() -> None:
    records = [record("again", "a", 1.0, "interrupted"), record("new", "b", 2.0)]
    assert ids(order.in_order(records)) == ["again", "new"]
    assert order.position(records, "again") == 1


def test_a_session_may_have_three_runs_waiting_besides_one_running() -> None:
    records = [record("r", "a", state="running"), *(record(str(n), "a") for n in range(2))]
    order.require_place(records, "a")
    records.append(record("third", "a"))
    with pytest.raises(
        order.QueueFullError, match="You have 3 runs waiting, and a session may have 3"
    ):
        order.require_place(records, "a")
    order.require_place(records, "b")


def test_the_queue_holds_thirty_two() -> None:
    records = [record(str(n), str(n)) for n in range(31)]
    order.require_place(records, "new")
    records.append(record("last", "last"))
    with pytest.raises(order.QueueFullError, match="holds 32 runs; please try again"):
        order.require_place(records, "new")
    ended = [replace(one, state="finished") for one in records]
    order.require_place(ended, "new")


def test_the_wait_is_reckoned_from_what_runs_have_cost() -> None:
    cost = record("done", "x", state="finished", seconds=20.0, progress=1.0)  # 0.2 s for each work
    running = record("running", "a", state="running", progress=0.5, seconds=10.0)
    records = [cost, running, record("first", "b", 1.0), record("second", "c", 2.0)]
    assert order.seconds_until_start(records, "first") == pytest.approx(10.0)
    assert order.seconds_until_start(records, "second") == pytest.approx(30.0)
    assert order.seconds_until_start(records, "second", workers=2) == pytest.approx(15.0)
    assert order.seconds_until_start(records, "running") is None
    assert order.seconds_until_start(records, "nobody") is None


def test_a_free_worker_takes_the_first_at_once() -> None:
    assert order.seconds_until_start([record("only", "a")], "only") == 0.0


STATES: tuple[State, ...] = ("queued", "running", "finished", "cancelled", "failed", "interrupted")
RECORDS = st.lists(
    st.tuples(
        st.sampled_from("abcd"),
        st.sampled_from(STATES),
        st.floats(0, 9),
        st.none() | st.floats(0, 9),
    ),
    max_size=30,
).map(
    lambda rows: [
        Record(str(n), state, session=session, queued=queued, started=started, work=1.0)
        for n, (session, state, queued, started) in enumerate(rows)
    ]
)


def test_the_rest_of_a_work_takes_as_long_for_each_part_as_what_is_done() -> None:
    assert seconds_left(30.0, done=0.75, left=0.25) == pytest.approx(10.0)
    assert seconds_left(30.0, done=200.0, left=0.0) == 0.0
    assert seconds_left(30.0, done=0.0, left=1.0) is None


@settings(max_examples=300, deadline=None)
@given(RECORDS)
def test_every_waiting_run_has_a_place_and_no_session_is_far_ahead(records: list[Record]) -> None:
    waiting = order.in_order(records)
    assert sorted(ids(waiting)) == sorted(one.id for one in records if one.is_waiting)
    assert [order.position(records, one.id) for one in waiting] == list(range(1, len(waiting) + 1))
    turns = Counter(one.session for one in records if one.state == "running")
    for index, one in enumerate(waiting):
        for other in {later.session for later in waiting[index:]} - {one.session}:
            assert turns[one.session] <= turns[other]
        turns[one.session] += 1
    sessions = [one.session for one in order.startable(records)]
    running = {one.session for one in records if one.state == "running"}
    assert len(sessions) == len(set(sessions))
    assert not running & set(sessions)


def test_a_session_has_its_share_also_when_it_asks_many_times_at_once(
    tmp_path: Path, photo: Pixels
) -> None:
    engine = StoreEngine(Store.open(str(tmp_path)))
    small = resize(photo, 64, 64)

    def submit(_: int) -> bool:
        with contextlib.suppress(order.QueueFullError):
            engine.submit(Request(small, small, SHORT, session="one"))
            return True
        return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(submit, range(8))) == 3
    assert len(engine.store.records()) == 3


def test_of_runs_that_two_processes_queued_at_once_the_last_gives_way(
    tmp_path: Path, photo: Pixels, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = StoreEngine(Store.open(str(tmp_path)))
    small = resize(photo, 64, 64)
    for _ in range(2):
        engine.submit(Request(small, small, SHORT, session="one"))
    seen_before = engine.store.records()
    engine.submit(Request(small, small, SHORT, session="one"))
    real, looks = engine.store.records, iter([seen_before])
    # What the other process saw before the third run was there.
    monkeypatch.setattr(engine.store, "records", lambda: next(looks, None) or real())
    with pytest.raises(order.QueueFullError, match="3 runs waiting"):
        engine.submit(Request(small, small, SHORT, session="one"))
    assert len(real()) == 3
    assert leftovers(engine.store) == []


def test_the_wait_is_shared_by_all_workers_of_the_engine(tmp_path: Path, photo: Pixels) -> None:
    engine = StoreEngine(Store.open(f"memory://{tmp_path.name}"))
    small = resize(photo, 64, 64)
    runs = [engine.submit(Request(small, small, SHORT, session=str(n))) for n in range(5)]
    alone = engine.seconds_until_start(runs[-1])
    assert alone is not None
    held = lease.Lease(engine.store.storage, lambda: {"workers": 4})
    assert held.take()
    assert engine.seconds_until_start(runs[-1]) == pytest.approx(alone / 4)
    held.release()
