"""Two runs side by side: pictures and curves."""

import streamlit as st

from dashboard import address, formatting, keys, texts
from dashboard.panels.loss_curves import draw_loss_curves
from dashboard.panels.progress import progress_in_words
from dashboard.panels.viewer import draw_viewer
from dashboard.runs.finding import find
from dashboard.runs.losses import losses
from nst_core.errors import NstError
from nst_core.runs.store.record import Record

_SECONDS_BETWEEN_LOOKS = 2.0


def draw_two_runs(one: Record, other: Record) -> None:
    """Draw both: live while either goes on."""
    st.button(texts.LEAVE_BESIDE, on_click=address.leave_beside, icon=":material/close:")
    if one.is_over and other.is_over:
        _draw_once(one, other)
    else:
        st.fragment(_look, run_every=_SECONDS_BETWEEN_LOOKS)(one.id, other.id)


def _look(one: str, other: str) -> None:
    try:
        records = find(one), find(other)
    except NstError as error:
        st.warning(formatting.plain(str(error)))  # they are looked at again in a moment
        return
    if records[0] is None or records[1] is None or all(r and r.is_over for r in records):
        st.rerun()
    _draw_once(records[0], records[1])


def _draw_once(*records: Record) -> None:
    columns = st.columns(2, gap="medium")
    retouch = address.retouch()
    for number, (record, column) in enumerate(zip(records, columns, strict=True)):
        with column:
            st.subheader(formatting.plain(record.title or texts.YOUR_PHOTO))
            rows = losses(record)
            over = texts.STATES[record.state] if record.is_over else ""
            st.caption(over or progress_in_words(record, rows))
            viewer = keys.beside(keys.VIEWER, number)
            draw_viewer(record, rows, own=False, retouch=retouch, key=viewer)
            draw_loss_curves(record, rows, key=keys.beside(keys.CHART, number))
