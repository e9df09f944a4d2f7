"""Whose run is next: bounds on the queue, fairness between sessions, the time to wait.

These are pure functions of the records in the store.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from nst_core.errors import NstError
from nst_core.plan.schedule import seconds_left
from nst_core.runs.store.record import Record

MOST_WAITING = 32
MOST_WAITING_EACH = 3
SECONDS_PER_WORK = 1e-5
"""An evaluation's price for each pixel on two processor cores, before a run has shown it."""


class QueueFullError(NstError):
    """There is no place for another run at the moment."""


def require_place(records: Iterable[Record], session: str) -> None:
    """See that there is a place in the queue for a run of `session`.

    Raises:
        QueueFullError: the queue is full, or the session has its share of it.

    Example:
        >>> require_place(store.records(), "one session")
    """
    waiting = [record for record in records if record.is_waiting]
    own = sum(record.session == session for record in waiting)
    if own >= MOST_WAITING_EACH:
        raise QueueFullError(
            f"You have {own} runs waiting, and a session may have {MOST_WAITING_EACH}; please wait "
            "for one of them, or cancel one."
        )
    if len(waiting) >= MOST_WAITING:
        raise QueueFullError(
            f"The queue is full: it holds {MOST_WAITING} runs; please try again in some minutes."
        )


def in_order(records: Iterable[Record]) -> list[Record]:
    """The waiting runs, the next one first.

    Sessions take turns: a session's second run comes after every other session's first, and a run
    that is under way counts as a turn. Among equals, the session whose last turn is longest ago
    goes first.

    Example:
        >>> [record.title for record in in_order(store.records())]
        ['Waves', 'Stained glass']
    """
    records = list(records)
    ahead = Counter(record.session for record in records if record.state == "running")
    last: dict[str, float] = {}
    for record in records:
        last[record.session] = max(last.get(record.session, 0.0), record.started or 0.0)
    turns: dict[str, tuple[int, float]] = {}
    waiting = sorted((r for r in records if r.is_waiting), key=lambda r: (r.queued, r.id))
    for record in waiting:
        turns[record.id] = (ahead[record.session], last[record.session])
        ahead[record.session] += 1
    return sorted(waiting, key=lambda record: turns[record.id])


def startable(records: Iterable[Record]) -> list[Record]:
    """The waiting runs that may start now, in order: a session has one run under way at a time.

    Example:
        >>> a, b = Record("a", "queued", session="me"), Record("b", "queued", session="me")
        >>> [record.id for record in startable([a, b])]
        ['a']
    """
    records = list(records)
    busy = {record.session for record in records if record.state == "running"}
    chosen = []
    for record in in_order(records):
        if record.session not in busy:
            busy.add(record.session)
            chosen.append(record)
    return chosen


def position(records: Iterable[Record], run: str) -> int | None:
    """The place of a run in the queue, from 1 for the next; None for one that does not wait.

    Example:
        >>> position([Record("a", "queued"), Record("b", "queued")], "b")
        2
    """
    places = [record.id for record in in_order(records)]
    return places.index(run) + 1 if run in places else None


def seconds_until_start(records: Sequence[Record], run: str, workers: int = 1) -> float | None:
    """How many seconds a run will wait, going by what runs have cost; None if it does not wait.

    Args:
        records: of all runs.
        run: the id of the run.
        workers: how many runs are computed at once.

    Example:
        >>> seconds_until_start(store.records(), run)
        42.0
    """
    place = position(records, run)
    if place is None:
        return None
    ahead = [record for record in records if record.state == "running"]
    ahead += in_order(records)[: place - 1]
    if len(ahead) < workers:
        return 0.0
    work = sum(record.work * (1 - record.progress) for record in ahead)
    return work * seconds_per_work(records) / max(1, workers)


def seconds_per_work(records: Iterable[Record]) -> float:
    """What a pixel's evaluation costs: the median of the runs that have done some of their work.

    Example:
        >>> seconds_per_work([Record("a", "finished", work=1e6, progress=1.0, seconds=20.0)])
        2e-05
    """
    prices = (
        seconds_left(record.seconds, done=record.work * record.progress, left=1.0)
        for record in records
        if record.seconds > 0
    )
    comparable = sorted(price for price in prices if price is not None)
    return comparable[len(comparable) // 2] if comparable else SECONDS_PER_WORK
