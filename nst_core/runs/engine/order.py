"""Who is next: bounds on the queue, fairness between sessions, the time to wait. Pure functions."""

from collections import Counter
from collections.abc import Iterable, Sequence

from nst_core.errors import NstError
from nst_core.runs.store.record import Record

MOST_WAITING = 32
MOST_WAITING_EACH = 3
SECONDS_PER_WORK = 1e-5
"""An evaluation's price for each pixel on two processor cores, before a run has shown it."""


class QueueFullError(NstError):
    """There is no place for another run at the moment."""


def require_place(records: Iterable[Record], session: str) -> None:
    """See that `session` may add a run.

    Raises:
        QueueFullError: the queue is full, or the session has its share of it.
    """
    waiting = [record for record in records if record.is_waiting]
    own = sum(record.session == session for record in waiting)
    if own >= MOST_WAITING_EACH:
        raise QueueFullError(
            f"A session may have {MOST_WAITING_EACH} runs waiting; please wait for one of yours, "
            f"or cancel one. Received: one more than {own}."
        )
    if len(waiting) >= MOST_WAITING:
        raise QueueFullError(
            f"The queue holds {MOST_WAITING} runs; please try again in some minutes. "
            f"Received: one more than {len(waiting)}."
        )


def in_order(records: Iterable[Record]) -> list[Record]:
    """The waiting runs, the next one first.

    Sessions take turns: a session's second run comes after every other session's first, and a run
    that is under way counts. Among equals the session goes first whose last turn is longest ago.
    """
    records = list(records)
    ahead = Counter(record.session for record in records if record.state == "running")
    last: dict[str, float] = {}
    for record in records:
        last[record.session] = max(last.get(record.session, 0.0), record.started or 0.0)
    turns = []
    for record in sorted((r for r in records if r.is_waiting), key=lambda r: (r.queued, r.id)):
        turn = (ahead[record.session], last[record.session], record.queued, record.id)
        turns.append((turn, record))
        ahead[record.session] += 1
    return [record for _, record in sorted(turns, key=lambda pair: pair[0])]


def startable(records: Iterable[Record]) -> list[Record]:
    """Those of the waiting runs that may start now, in order: one for each session at a time."""
    records = list(records)
    busy = {record.session for record in records if record.state == "running"}
    chosen = []
    for record in in_order(records):
        if record.session not in busy:
            busy.add(record.session)
            chosen.append(record)
    return chosen


def position(records: Iterable[Record], run: str) -> int | None:
    """Place in the queue, from 1 for the next; None for a run that does not wait."""
    places = [record.id for record in in_order(records)]
    return places.index(run) + 1 if run in places else None


def seconds_until_start(records: Sequence[Record], run: str, workers: int = 1) -> float | None:
    """How long a waiting run will wait, reckoned from what runs have cost; None if it waits not."""
    place = position(records, run)
    if place is None:
        return None
    price = seconds_per_work(records)
    before = in_order(records)[: place - 1]
    running = [record for record in records if record.state == "running"]
    if len(running) + len(before) < workers:
        return 0.0
    left = sum(record.work * (1 - record.progress) for record in (*running, *before))
    return left * price / max(1, workers)


def seconds_per_work(records: Iterable[Record]) -> float:
    """What a pixel's evaluation has cost: the median of the runs that have got somewhere."""
    prices = sorted(
        record.seconds / (record.work * record.progress)
        for record in records
        if record.seconds > 0 and record.work * record.progress > 0
    )
    return prices[len(prices) // 2] if prices else SECONDS_PER_WORK
