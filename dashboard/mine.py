"""A visitor's runs, and two of them side by side."""

import streamlit as st

from dashboard import dialogs, routes, runs, texts, watching, words
from nst_core.errors import NstError
from nst_core.runs.store import layout
from nst_core.runs.store.record import Record

_MOST = 24
KIND = "mine"
"""Of its dialog."""


def show() -> None:
    """Show the visitor's runs, to open one or to see two side by side."""
    st.dialog(texts.MY_RUNS, width="large", on_dismiss=dialogs.close)(_show)()


def _show() -> None:
    try:
        every = runs.own()
    except NstError as error:
        st.error(words.plain(str(error)))
        return
    if not every:
        st.caption(texts.NO_RUNS)
        return
    records = every[:_MOST]
    if len(every) > _MOST:
        st.caption(texts.NEWEST_OF.format(shown=_MOST, of=len(every)))
    grid = st.grid("auto", min_column_width=160)
    chosen = []
    for record in records:
        with grid.cell():
            name = runs.newest_picture(record) or layout.PHOTO
            thumbnail = routes.THUMBNAIL.format(run=record.id, name=name)
            st.markdown(f"![{words.plain(_title(record))}]({thumbnail})")
            st.caption(words.plain(_title(record)))
            if st.button(texts.OPEN, key=f"open_{record.id}", width="stretch"):
                _lead_to(record.id)
            if st.checkbox(texts.CHOOSE, key=f"beside_{record.id}"):
                chosen.append(record.id)
    two = len(chosen) == 2
    label = words.on_primary("splitscreen", texts.BESIDE) if two else texts.BESIDE
    if st.button(label, disabled=not two, help=texts.BESIDE_HELP, type="primary", key="two"):
        _lead_to(*chosen)


def _title(record: Record) -> str:
    return texts.RUN_TITLE.format(title=record.title, state=texts.STATES[record.state])


def _lead_to(run: str, beside: str | None = None) -> None:
    st.query_params["run"] = run
    if beside is not None:
        st.query_params["beside"] = beside
    elif "beside" in st.query_params:
        del st.query_params["beside"]
    dialogs.close()
    st.rerun()


def draw_two(records: tuple[Record, Record]) -> None:
    """Two runs side by side: pictures and curves."""

    def leave() -> None:
        del st.query_params["beside"]

    st.button(texts.LEAVE_BESIDE, on_click=leave, icon=":material/close:")
    if all(record.is_over for record in records):
        _draw_two(records)
    else:
        _watch_two(records[0].id, records[1].id)


@st.fragment(run_every=2.0)
def _watch_two(one: str, other: str) -> None:
    try:
        found = runs.find(one), runs.find(other)
    except NstError as error:
        st.warning(words.plain(str(error)))  # they are looked at again in a moment
        return
    if found[0] is None or found[1] is None or all(r is not None and r.is_over for r in found):
        st.rerun()
    _draw_two((found[0], found[1]))


def _draw_two(records: tuple[Record, Record]) -> None:
    for number, (record, column) in enumerate(
        zip(records, st.columns(2, gap="medium"), strict=True)
    ):
        with column:
            st.subheader(words.plain(record.title or texts.YOUR_PHOTO))
            rows = runs.losses(record)
            over = texts.STATES[record.state] if record.is_over else ""
            st.caption(over or watching.in_words(record, rows))
            watching.draw_pictures(record, rows, own=False, key=f"viewer_{number}")
            watching.draw_curves(record, rows, key=f"chart_{number}")
