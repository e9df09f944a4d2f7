"""How far a run is, or how it ended and what to try next."""

import streamlit as st

from dashboard import formatting, texts
from dashboard.runs.queue import place_in_words
from dashboard.runs.scores import score_of
from nst_core.plan.schedule import seconds_left
from nst_core.runs.store.losses import LossRow
from nst_core.runs.store.record import Record

_SHARE_THAT_DOMINATES = 0.85


def show_progress(record: Record, rows: list[LossRow]) -> None:
    """Draw how far a run is."""
    st.progress(min(1.0, max(0.0, record.progress)), progress_in_words(record, rows))


def progress_in_words(record: Record, rows: list[LossRow]) -> str:
    """Where a run is, and how long it will take."""
    if record.state == "interrupted":
        return texts.INTERRUPTED
    if record.state == "queued":
        return place_in_words(record)
    if record.doing:
        return formatting.plain(record.doing)
    if not record.done:
        return texts.GETTING_READY
    sentence = formatting.iteration(record.done, record.iterations, record.loss)
    if rows:
        sentence = f"{sentence}, {texts.EVALUATIONS.format(evaluations=rows[-1].evaluations)}"
    left = seconds_left(record.seconds, done=record.progress, left=1 - record.progress)
    if left is None:
        return sentence
    return f"{sentence}, {texts.LEFT.format(time=formatting.duration(left))}"


def show_end(record: Record, rows: list[LossRow], own: bool) -> None:
    """Draw how a run ended and how near it came; `own` as in `advice`."""
    score = score_of(record)
    near = formatting.likeness(score) if score is not None else ""
    hint = f"{near} {advice(record, rows, own)}"
    if record.state == "failed":
        st.error(f"{formatting.sentence(record.reason or texts.FAILED)} {hint}")
    elif record.state == "cancelled":
        st.info(f"{texts.STOPPED.format(done=record.done, iterations=record.iterations)} {hint}")
    else:
        st.success(f"{texts.FINISHED.format(reason=formatting.plain(record.reason))} {hint}")


def advice(record: Record, rows: list[LossRow], own: bool = True) -> str:
    """What to try next; empty where there is nothing to say.

    Args:
        record: of a run that is over.
        rows: its losses.
        own: whether it is said to the one who can go on with the run.
    """
    if record.state == "cancelled":
        return texts.ADVICE["cancelled"] if own else ""
    if record.state == "finished" and record.stopped in ("stalled", "converged"):
        return texts.ADVICE[record.stopped]
    if not rows:
        return ""
    shares = dict.fromkeys(("content", "style", "variation", "chroma"), 0.0)
    for name, value in rows[-1].terms.items():
        kind = name.split("/")[0]
        if kind in shares:
            shares[kind] += value / (rows[-1].loss or 1.0)
    kind, share = max(shares.items(), key=lambda item: item[1])
    return texts.ADVICE[kind] if share > _SHARE_THAT_DOMINATES else ""
