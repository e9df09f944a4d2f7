"""What the dispatcher does next: pure functions of the store's records, Dask's tasks and a clock.

Nothing here knows Dask, waits, reads a clock or touches a disk. `decide` and `cope` take what the
dispatcher remembers (a `Ledger`) and what it sees; they return the next ledger, and actions that
`dispatcher` carries out in their order.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from nst_core.errors import NstError, OutputError
from nst_core.runs.dask.configuration import in_short, one_line
from nst_core.runs.engine import order
from nst_core.runs.engine.compute import Ending
from nst_core.runs.store.lease import STALE_SECONDS
from nst_core.runs.store.record import Record

DEAF_SECONDS = 20.0
"""How long a worker may leave a cancel without an answer."""
START_SECONDS = 180.0
"""How long a run that was handed out may show no sign of life: its worker may have to load."""
GRACE_SECONDS = STALE_SECONDS
"""How long after a sleep nobody is taken for dead: who slept, too, has yet to give a sign."""
_DEAF_EVALUATIONS = 3.0
"""How many evaluations long a worker may be silent; it answers only between two."""


# --- what the dispatcher may have to do ------------------------------------------------------


@dataclass(frozen=True)
class Say:
    """Tell whoever watches the engine what has happened."""

    sentence: str


@dataclass(frozen=True)
class Complain:
    """Tell whoever looks after the engine what keeps it from computing."""

    sentence: str


@dataclass(frozen=True)
class RecordEnding:
    """Write into the store how a run ended, because its worker could not.

    It comes again with each decision until `Ledger.without_ending` says that it is done.
    """

    run: str
    ending: Ending


@dataclass(frozen=True)
class RestartWorker:
    """End the worker that has the run, and start another in its place."""

    run: str


@dataclass(frozen=True)
class HandOut:
    """Give the run to Dask, which places it on a worker."""

    run: str


@dataclass(frozen=True)
class Disconnect:
    """Let go of Dask; the next look connects anew."""


Action = Say | Complain | RecordEnding | RestartWorker | HandOut | Disconnect


# --- what it remembers and what it sees ------------------------------------------------------

Phase = Literal["new", "starting", "running", "stopping"]
"""Of a run in Dask's hands: "new" until the next look at it, "starting" until a worker has begun,
"running" while all is well, "stopping" from the moment on that it is to stop."""


@dataclass(frozen=True)
class Task:
    """A run in Dask's hands.

    Attributes:
        phase: what it was doing at the last look.
        since: when it came into that phase, in seconds of `View.now`; a running one is at every
            look as if it had only just come.
    """

    phase: Phase = "new"
    since: float = 0.0


@dataclass(frozen=True)
class Ledger:
    """What the dispatcher remembers from one look to the next.

    Attributes:
        tasks: the runs in Dask's hands, by id.
        endings: of runs whose workers could not write them into the store, by id.
        complaint: the last one, as long as nothing has gone well since.
    """

    tasks: Mapping[str, Task] = field(default_factory=dict)
    endings: Mapping[str, Ending] = field(default_factory=dict)
    complaint: str = ""

    def without_tasks(self) -> "Ledger":
        """The ledger after the scheduler was lost, and all tasks with it."""
        return replace(self, tasks={})

    def without_ending(self, run: str) -> "Ledger":
        """The ledger after the ending of `run` was written into the store."""
        return replace(self, endings={r: e for r, e in self.endings.items() if r != run})

    def without_complaint(self) -> "Ledger":
        """The ledger after all actions went well: the same trouble would be news again."""
        return replace(self, complaint="")


@dataclass(frozen=True)
class View:
    """What there is to see at one moment.

    Attributes:
        records: all runs of the store, read after `endings` were.
        endings: of the tasks that are over, by run; None where Dask has lost the task.
        workers: how many Dask has.
        now: seconds of a clock that only goes forward.
        woke: when this process was last woken up from a sleep, on the same clock.
    """

    records: Sequence[Record] = ()
    endings: Mapping[str, Ending | None] = field(default_factory=dict)
    workers: int = 0
    now: float = 0.0
    woke: float = float("-inf")

    @property
    def is_drowsy(self) -> bool:
        """Whether this process has been awake for so short that all others look dead."""
        return self.now - self.woke < GRACE_SECONDS


# --- decisions -------------------------------------------------------------------------------


def decide(ledger: Ledger, view: View) -> tuple[Ledger, list[Action]]:
    """The next ledger, and what is to be done, in order.

    Example:
        >>> decide(Ledger(), View([Record("a", "queued")], workers=1))[1]
        [HandOut(run='a')]
    """
    unrecorded, sentences = _unrecorded_endings(ledger, view)
    left = {run: task for run, task in ledger.tasks.items() if run not in view.endings}
    tasks, restarts = _watch(left, view)
    hand_outs = _hand_outs(view, tasks.keys(), unrecorded.keys())
    actions: list[Action] = [
        *sentences,
        *(RecordEnding(run, ending) for run, ending in unrecorded.items()),
        *restarts,
        *hand_outs,
    ]
    tasks |= {action.run: Task() for action in hand_outs}
    return replace(ledger, tasks=tasks, endings=unrecorded), actions


def cope(ledger: Ledger, error: Exception) -> tuple[Ledger, list[Action]]:
    """The next ledger and the actions after an error.

    A complaint is made once, until something has gone well.

    Where the store does not answer, the workers are not to blame and stay. All other errors mean
    that Dask is lost with all its tasks; their runs are handed out again after the next connection.

    Example:
        >>> cope(Ledger(), TimeoutError("no answer"))[1]
        [Complain(sentence='Not connected: no answer'), Disconnect()]
    """
    is_from_store = isinstance(error, OutputError)
    if is_from_store:
        complaint = f"The store does not answer: {error}"
    elif isinstance(error, NstError):
        complaint = f"Not connected: {error}"
    elif isinstance(error, OSError):  # a TimeoutError is one
        complaint = f"Not connected: {one_line(error)}"
    else:  # Dask has more to raise where a connection was lost
        complaint = f"Not connected: {in_short(error)}"
    actions: list[Action] = [] if complaint == ledger.complaint else [Complain(complaint)]
    ledger = replace(ledger, complaint=complaint)
    if is_from_store:
        return ledger, actions
    return ledger.without_tasks(), [*actions, Disconnect()]


def _unrecorded_endings(ledger: Ledger, view: View) -> tuple[dict[str, Ending], list[Say]]:
    """All endings that the store does not have yet, and what to say of the tasks that are over."""
    unrecorded = dict(ledger.endings)
    sentences = []
    for run, ending in view.endings.items():
        if ending is None:
            continue  # the run is handed out again, as any other that waits
        sentences.append(
            Say(f"{run} is {ending.state}: {ending.reason}" if ending.reason else f"{run} is over")
        )
        if ending.is_unrecorded:
            unrecorded[run] = ending
    return unrecorded, sentences


def _watch(tasks: Mapping[str, Task], view: View) -> tuple[dict[str, Task], list[RestartWorker]]:
    """The tasks as they are now; the workers that have kept silent for too long."""
    records = {record.id: record for record in view.records}
    current, restarts = {}, []
    for run, task in tasks.items():
        record = records.get(run)
        phase = _phase(record)
        stays = phase == task.phase and phase != "running"
        # Whoever was silent before a sleep has its time once more.
        since = max(task.since, view.woke) if stays else view.now
        if view.now - since > _patience(phase, record):
            restarts.append(RestartWorker(run))
            current[run] = Task()  # a restart takes long: the new worker's time begins after it
        else:
            current[run] = Task(phase, since)
    return current, restarts


def _phase(record: Record | None) -> Phase:
    if record is None:
        return "starting"
    if record.cancelling or record.state == "cancelled":
        return "stopping"
    return "running" if record.state == "running" else "starting"


def _patience(phase: Phase, record: Record | None) -> float:
    """How many seconds a task may stay in a phase."""
    evaluation = record.evaluation_seconds if record is not None else 0.0
    patience = DEAF_SECONDS if phase == "stopping" else START_SECONDS
    return max(patience, _DEAF_EVALUATIONS * evaluation)


def _hand_outs(view: View, tasks: Iterable[str], unrecorded: Iterable[str]) -> list[HandOut]:
    """The next runs, one for each free worker."""
    over = set(unrecorded)
    # Whatever the store says of them as yet, these are not to be handed out again.
    unavailable = {*tasks, *over}
    if view.is_drowsy:
        unavailable |= {r.id for r in view.records if r.state == "interrupted"}
    records = [replace(r, state="running") if r.id in unavailable else r for r in view.records]
    busy = sum(record.state == "running" and record.id not in over for record in records)
    free = max(0, view.workers - busy)
    return [HandOut(record.id) for record in order.startable(records)[:free]]
