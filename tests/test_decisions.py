"""What the dispatcher decides: records, tasks and a clock in, actions out."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from nst_core.errors import InputError, OutputError
from nst_core.runs.dask.decisions import (
    DEAF_SECONDS,
    GRACE_SECONDS,
    START_SECONDS,
    Action,
    Complain,
    Disconnect,
    HandOut,
    Ledger,
    RecordEnding,
    RestartWorker,
    Say,
    Task,
    View,
    cope,
    decide,
)
from nst_core.runs.engine.compute import Ending
from nst_core.runs.engine.deaths import refusal_of, state_at_beginning
from nst_core.runs.engine.sleep import Clocks, SleepWatch
from nst_core.runs.store.record import Record
from nst_core.runs.store.state import RunState

UNWRITTEN = Ending("failed", "the disk is full", is_unrecorded=True)


@dataclass
class Desk:
    """A dispatcher whose hand does nothing: decides look after look, with a clock of its own."""

    ledger: Ledger = field(default_factory=Ledger)
    now: float = 1000.0
    woke: float = float("-inf")

    def look(
        self,
        *records: Record,
        workers: int = 0,
        endings: dict[str, Ending | None] | None = None,
        after: float = 0.0,
    ) -> Sequence[Action]:
        self.now += after
        view = View(records, endings or {}, workers, self.now, self.woke)
        self.ledger, actions = decide(self.ledger, view)
        return actions


def queued(run: str, session: str = "", at: float = 0.0) -> Record:
    return Record(run, "queued", session=session, queued=at)


# --- handing out -----------------------------------------------------------------------------


def test_each_free_worker_gets_the_next_run() -> None:
    desk = Desk()
    waiting = [queued("third", "c", 3), queued("first", "a", 1), queued("second", "b", 2)]
    assert desk.look(*waiting, workers=2) == [HandOut("first"), HandOut("second")]
    assert desk.look(*waiting, workers=2) == []
    assert desk.look(*waiting, workers=3) == [HandOut("third")]


def test_no_worker_no_run() -> None:
    assert Desk().look(queued("run"), workers=0) == []


def test_runs_that_others_handed_out_keep_their_workers_busy() -> None:
    """An engine that was killed left them running; Dask goes on with them without it."""
    running = Record("other", "running", session="a")
    assert Desk().look(running, queued("run", "b"), workers=1) == []
    assert Desk().look(running, queued("run", "b"), workers=2) == [HandOut("run")]


def test_a_session_has_one_worker_at_a_time() -> None:
    desk = Desk()
    mine = [queued("first", "me", 1), queued("second", "me", 2)]
    assert desk.look(*mine, workers=2) == [HandOut("first")]
    assert desk.look(*mine, workers=2) == []
    finished = Record("first", "finished", session="me")
    assert desk.look(
        finished, mine[1], workers=2, endings={"first": Ending("finished", "all is done")}
    ) == [Say("first is finished: all is done"), HandOut("second")]


def test_a_run_whose_task_was_lost_is_handed_out_again() -> None:
    desk = Desk()
    assert desk.look(queued("run"), workers=1) == [HandOut("run")]
    assert desk.look(queued("run"), workers=1, endings={"run": None}) == [HandOut("run")]
    assert desk.look(workers=0, endings={"run": None}) == []
    assert desk.ledger == Ledger()


# --- endings that a worker could not write down ----------------------------------------------


def test_an_ending_that_its_worker_wrote_down_is_only_told() -> None:
    desk = Desk(Ledger(tasks={"run": Task()}))
    over = Record("run", "cancelled")
    assert desk.look(over, endings={"run": Ending("cancelled")}) == [Say("run is over")]
    assert desk.ledger == Ledger()


def test_an_ending_is_written_down_again_and_again_until_it_is_done() -> None:
    desk = Desk(Ledger(tasks={"run": Task()}))
    # Its worker's last word is that it runs; nobody works on it any more.
    record = Record("run", "interrupted")
    first = desk.look(record, workers=1, endings={"run": UNWRITTEN})
    assert first == [Say("run is failed: the disk is full"), RecordEnding("run", UNWRITTEN)]
    assert desk.look(record, workers=1) == [RecordEnding("run", UNWRITTEN)]
    desk.ledger = desk.ledger.without_ending("run")
    assert desk.look(Record("run", "failed"), workers=1) == []


def test_a_run_whose_ending_is_not_yet_written_is_no_work_for_a_worker() -> None:
    """It is not handed out again, holds no worker, and its session waits for its end."""
    desk = Desk(Ledger(endings={"run": UNWRITTEN}))
    record, own, other = Record("run", "interrupted", session="me"), queued("b", "me"), queued("c")
    actions = desk.look(record, own, other, workers=1)
    assert actions == [RecordEnding("run", UNWRITTEN), HandOut("c")]


# --- workers that do not answer --------------------------------------------------------------


def test_a_worker_has_time_to_load_and_little_to_answer_a_cancel() -> None:
    desk = Desk(Ledger(tasks={"run": Task()}))
    loading, running = queued("run"), Record("run", "running", evaluation_seconds=1.0)
    stopping = Record("run", "running", cancelling=True)
    restart = [RestartWorker("run")]

    assert desk.look(loading, after=3 * DEAF_SECONDS) == []  # TensorFlow on a slow machine
    assert desk.look(running, after=1) == []
    assert desk.look(running, after=1000) == []
    # The engine itself was held up: the clock starts only now.
    assert desk.look(stopping, after=3 * DEAF_SECONDS) == []
    assert desk.look(stopping, after=DEAF_SECONDS - 1) == []
    assert desk.look(stopping, after=2) == restart
    # The restart takes half a minute; then the new worker has its time, too.
    assert desk.look(stopping, after=30) == []
    assert desk.look(stopping, after=DEAF_SECONDS - 1) == []
    assert desk.look(stopping, after=2) == restart
    assert desk.look(loading, after=1) == []
    assert desk.look(loading, after=START_SECONDS - 1) == []
    assert desk.look(loading, after=2) == restart


def test_a_worker_with_slow_evaluations_has_three_of_them_to_answer() -> None:
    desk = Desk(Ledger(tasks={"run": Task()}))
    stopping = Record("run", "running", cancelling=True, evaluation_seconds=100.0)
    assert desk.look(stopping) == []
    assert desk.look(stopping, after=299) == []
    assert desk.look(stopping, after=2) == [RestartWorker("run")]


def test_a_worker_that_keeps_a_cancelled_run_is_ended() -> None:
    """Its lease has gone stale, so that the record says cancelled; the worker is still there."""
    desk = Desk(Ledger(tasks={"run": Task()}))
    assert desk.look(Record("run", "cancelled")) == []
    assert desk.look(Record("run", "cancelled"), after=DEAF_SECONDS + 1) == [RestartWorker("run")]


def test_a_removed_run_gives_its_worker_the_time_of_a_start() -> None:
    desk = Desk(Ledger(tasks={"run": Task()}))
    assert desk.look() == []
    assert desk.look(after=START_SECONDS - 1) == []
    assert desk.look(after=2) == [RestartWorker("run")]


# --- sleep -----------------------------------------------------------------------------------


def test_whoever_sleeps_beside_the_engine_has_its_time_once_more() -> None:
    """As seen by a clock that goes on; one that stands still in the sleep knows less of it."""
    desk = Desk(Ledger(tasks={"run": Task(), "other": Task()}))
    stopping, loading = Record("run", "running", cancelling=True), queued("other")
    assert desk.look(stopping, loading) == []
    for _ in range(2):
        assert desk.look(stopping, loading, after=DEAF_SECONDS - 1) == []
        desk.now += 8 * 3600
        desk.woke = desk.now
        assert desk.look(stopping, loading) == []
    assert desk.look(stopping, loading, after=DEAF_SECONDS - 1) == []
    assert desk.look(stopping, loading, after=2) == [RestartWorker("run")]
    assert desk.look(loading, after=START_SECONDS - DEAF_SECONDS - 2) == []
    assert desk.look(loading, after=2) == [RestartWorker("other")]


def test_a_run_that_looks_dead_after_a_sleep_is_not_handed_out_at_once() -> None:
    """Its worker, of an engine before this one, has slept as well and beats again soon."""
    desk = Desk()
    silent, beating = Record("run", "interrupted"), Record("run", "running")
    desk.woke = desk.now
    assert desk.look(silent, workers=1) == []
    assert desk.look(silent, queued("new", "another"), workers=2, after=1) == [HandOut("new")]
    assert desk.look(beating, workers=1, after=1) == []
    # One that stays silent has died.
    assert desk.look(silent, workers=1, after=GRACE_SECONDS) == [HandOut("run")]


class Times:
    """Clocks that are set by hand."""

    def __init__(self) -> None:
        self.now = Clocks(100.0, 1e9)

    def __call__(self) -> Clocks:
        return self.now

    def go(self, monotonic: float, wall: float) -> None:
        self.now = Clocks(self.now.monotonic + monotonic, self.now.wall + wall)


@pytest.mark.parametrize(
    ("monotonic", "wall"),
    [
        pytest.param(0.5, 8 * 3600.0, id="a sleep: the monotonic clock stands still"),
        pytest.param(340.0, 340.0, id="stopped: both go on"),
        pytest.param(1.0, -3600.0, id="the time of day is set back"),
    ],
)
def test_a_process_notices_that_it_has_slept(monotonic: float, wall: float) -> None:
    times = Times()
    with SleepWatch(times) as watch:
        assert watch.woke() == float("-inf")
        times.go(5, 5)  # a busy machine is not asleep
        assert watch.woke() == float("-inf")
        times.go(monotonic, wall)
        woke = watch.woke()
        assert woke == times.now.monotonic
        times.go(5, 5)
        assert watch.woke() == woke


# --- deaths ----------------------------------------------------------------------------------


def test_deaths_are_counted_and_two_of_them_end_a_run() -> None:
    state = state_at_beginning(RunState(state="queued"), "engine", done=0)
    assert (state.deaths, refusal_of(state)) == (0, "")
    for done, deaths in ((3, 1), (5, 2)):
        state = state_at_beginning(state, "engine", done, silence=5.0)
        assert state.deaths == deaths
    assert "its worker died 2 times" in refusal_of(state)


def test_a_worker_that_was_silent_for_long_has_slept_and_not_died() -> None:
    state = state_at_beginning(RunState(state="queued"), "engine", done=0)
    for done in (3, 5, 7, 9):
        state = state_at_beginning(state, "engine", done, silence=8 * 3600.0)
        assert (state.deaths, state.fruitless, refusal_of(state)) == (0, 0, "")


def test_a_run_that_its_workers_hang_at_fails_all_the_same() -> None:
    state = state_at_beginning(RunState(state="queued"), "engine", done=0)
    for _ in range(3):
        state = state_at_beginning(state, "engine", done=0, silence=200.0)
    assert refusal_of(state) == "it was begun 3 times without finishing an iteration"


# --- errors ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "complaint"),
    [
        (RuntimeError("closed"), "Not connected: RuntimeError: closed"),
        (OSError("no route"), "Not connected: no route"),
        (TimeoutError("too late"), "Not connected: too late"),
        (InputError("workers lack it"), "Not connected: workers lack it"),
    ],
)
def test_whatever_dask_raises_ends_the_connection_and_is_complained_of_once(
    error: Exception, complaint: str
) -> None:
    ledger = Ledger(tasks={"run": Task()}, endings={"other": UNWRITTEN})
    ledger, actions = cope(ledger, error)
    assert actions == [Complain(complaint), Disconnect()]
    assert (ledger.tasks, ledger.endings) == ({}, {"other": UNWRITTEN})
    ledger, actions = cope(ledger, error)
    assert actions == [Disconnect()]
    assert cope(ledger.without_complaint(), error)[1] == [Complain(complaint), Disconnect()]


def test_a_store_that_does_not_answer_costs_no_worker() -> None:
    tasks = {"run": Task("running", 1.0)}
    ledger, actions = cope(Ledger(tasks), OutputError("no answer"))
    assert actions == [Complain("The store does not answer: no answer")]
    assert ledger.tasks == tasks
    assert cope(ledger, OutputError("no answer"))[1] == []


def test_a_complaint_of_something_else_is_made() -> None:
    ledger, _ = cope(Ledger(), OutputError("no answer"))
    assert cope(ledger, OSError("no route"))[1][0] == Complain("Not connected: no route")


def test_a_decision_does_not_yet_mean_that_all_is_well() -> None:
    """What was decided may fail each time in the same way, which is said once."""
    ledger, _ = cope(Ledger(), OSError("no route"))
    ledger, _ = decide(ledger, View([queued("run")], workers=1))
    assert cope(ledger, OSError("no route"))[1] == [Disconnect()]
