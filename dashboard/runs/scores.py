"""How near a visitor's runs came to photo and painting."""

import streamlit as st

from dashboard.runs.engine import engine
from dashboard.runs.finding import own_runs
from nst_core.errors import NstError
from nst_core.runs.store.record import Record
from nst_core.scoring.score import Score

_MOST, _SECONDS = 40, 30


def score_of(record: Record) -> Score | None:
    """How near a run that is over came; None where that is not known, or cannot be read now."""
    if not record.is_over or not record.done:
        return None
    try:
        return _score(record.id, record.ended)
    except NstError:
        return None  # removed meanwhile, or the store does not answer


def own_scores(record: Record) -> list[tuple[Record, Score]]:
    """The visitor's newest runs that have a score, `record` among them if it has one."""
    try:
        records = _newest(record.session, record.id, record.ended)
    except NstError:
        records = []
    others = [other for other in records if other.id != record.id]
    scores = [(each, score_of(each)) for each in (record, *others)]
    return [(each, score) for each, score in scores if score is not None]


# A resume gives a run another end.
@st.cache_data(max_entries=2048, show_spinner=False)
def _score(run: str, ended: float | None) -> Score | None:
    return engine().store.score(run)


# Each click on a finished run draws it anew, and the store is looked through as a whole.
@st.cache_data(max_entries=64, ttl=_SECONDS, show_spinner=False)
def _newest(session: str, run: str, ended: float | None) -> list[Record]:
    return [record for record in own_runs() if record.is_over][:_MOST]
