"""A run: how far it is, its pictures and curves, and what can be done with it."""

import streamlit as st

from dashboard import address, formatting, keys, state, texts, visitor
from dashboard.panels.downloads import offer_downloads
from dashboard.panels.likeness import draw_likeness
from dashboard.panels.loss_curves import draw_loss_curves
from dashboard.panels.progress import show_end, show_progress
from dashboard.panels.share import offer_link
from dashboard.panels.viewer import draw_viewer
from dashboard.runs.engine import resume, stop
from dashboard.runs.finding import find, is_own
from dashboard.runs.losses import losses
from nst_core.errors import NstError
from nst_core.runs.store.record import Record

_SECONDS_BETWEEN_LOOKS, _SECONDS_OF_OTHERS = 1.0, 2.0


def draw_run(record: Record) -> None:
    """Draw a run: live while it goes on, whoever looks."""
    # A fragment also at the end, so that the widgets stay the same ones, with zoom and all.
    between = _SECONDS_BETWEEN_LOOKS if is_own(record) else _SECONDS_OF_OTHERS
    st.fragment(_look, run_every=None if record.is_over else between)(record.id, record.is_over)


def _look(run: str, is_last: bool) -> None:
    try:
        record = find(run)
    except NstError as error:
        st.warning(formatting.plain(str(error)))  # it is looked at again in a moment
        return
    is_as_before = record is not None and record.is_over == is_last and run in address.runs()
    if record is None or not is_as_before or state.current().awaits_dialog():
        st.rerun()
    _draw_once(record)


def _draw_once(record: Record) -> None:
    rows = losses(record)
    own = is_own(record)
    with st.container(horizontal=True, vertical_alignment="center", key=keys.STATUS):
        if record.is_over:
            show_end(record, rows, own)
        else:
            show_progress(record, rows)
        if own:
            _offer_control(record)
    if not own and not record.is_over and visitor.is_confirmed():
        st.caption(texts.WATCHING_ANOTHERS)
    left, right = st.columns([3, 2], gap="large")
    with left:
        draw_viewer(record, rows, own)
    with right:
        draw_loss_curves(record, rows)
        with st.container(horizontal=True):
            offer_downloads(record)
            offer_link(record)
        if own and record.is_over:
            draw_likeness(record)
        if record.parent is not None:
            st.caption(texts.CAME_FROM.format(link=address.of_run(record.parent)))


def _offer_control(record: Record) -> None:
    """Draw the button that stops a run, or the one that goes on with it."""
    if not record.is_over:
        st.button(
            texts.STOPPING if record.cancelling else texts.STOP,
            key=keys.STOP,
            on_click=stop,
            args=(record.id,),
            disabled=record.cancelling,
            icon=":material/stop_circle:",
        )
    elif record.state in ("cancelled", "failed"):
        st.button(
            texts.CONTINUE,
            key=keys.CONTINUE,
            type="primary",
            on_click=resume,
            args=(record.id,),
            icon=":material/play_circle:",
        )
