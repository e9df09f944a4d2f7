"""The dialog "My pictures": a visitor's runs, to open one or to see two side by side."""

import streamlit as st

from dashboard import address, formatting, keys, state, texts
from dashboard.runs.finding import own_runs
from dashboard.runs.losses import newest_picture
from dashboard.server import addresses
from nst_core.errors import NstError
from nst_core.runs.store import layout
from nst_core.runs.store.record import Record

KIND = "my_pictures"
"""Of its dialog."""
_MOST = 24


def show_my_pictures() -> None:
    """Show the dialog."""
    dismiss = state.current().close_dialog
    st.dialog(texts.MY_RUNS, width="large", on_dismiss=dismiss)(_list_runs)()


def _list_runs() -> None:
    try:
        every = own_runs()
    except NstError as error:
        st.error(formatting.plain(str(error)))
        return
    if not every:
        st.caption(texts.NO_RUNS)
        return
    if len(every) > _MOST:
        st.caption(texts.NEWEST_OF.format(shown=_MOST, of=len(every)))
    grid = st.grid("auto", min_column_width=160)
    chosen = []
    for record in every[:_MOST]:
        with grid.cell():
            if _draw_card(record):
                chosen.append(record.id)
    if st.button(
        texts.BESIDE,
        disabled=len(chosen) != 2,
        help=texts.BESIDE_HELP,
        type="primary",
        icon=":material/splitscreen:",
        key=keys.BESIDE,
    ):
        _lead_to(*chosen)


def _draw_card(record: Record) -> bool:
    """Draw a run. Whether it is chosen is returned."""
    name = newest_picture(record) or layout.PHOTO
    thumbnail = addresses.THUMBNAIL.format(run=record.id, name=name)
    state_in_words = texts.STATES[record.state]
    title = formatting.plain(texts.RUN_TITLE.format(title=record.title, state=state_in_words))
    st.markdown(f"![{title}]({thumbnail})")
    st.caption(title)
    if st.button(texts.OPEN, key=keys.open_run(record.id), width="stretch"):
        _lead_to(record.id)
    return st.checkbox(texts.CHOOSE, key=keys.choose_run(record.id))


def _lead_to(run: str, beside: str | None = None) -> None:
    address.show_run(run, beside)
    state.current().close_dialog()
    st.rerun()
