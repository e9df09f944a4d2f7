"""The button and the dialog that take a finished picture up again at a larger size."""

from dataclasses import replace

import streamlit as st

from dashboard import formatting, keys, state, texts
from dashboard.choice import Choice
from dashboard.panels.origin import begin, choice_and_start
from dashboard.panels.size import foretold
from dashboard.runs.foretelling import require_memory, require_time
from nst_core.errors import NstError
from nst_core.plan.larger import larger_settings, paper_size, papers_above
from nst_core.runs.store import layout
from nst_core.runs.store.record import Record
from nst_core.settings import Settings, bounds

KIND = "larger"
"""Of its dialog."""


def offer_larger(record: Record) -> None:
    """Draw the button that opens the dialog, if the run has finished."""
    if record.state == "finished":
        st.button(
            texts.LARGER,
            key=keys.LARGER,
            on_click=state.current().open_dialog,
            args=(KIND, record.id),
            icon=":material/open_in_full:",
        )


def show_larger(run: str) -> None:
    """Ask for the size at which a run's result is taken up again."""
    dismiss = state.current().close_dialog
    st.dialog(texts.LARGER, on_dismiss=dismiss)(_ask)(run)


def _ask(run: str) -> None:
    found = choice_and_start(run, layout.RESULT)
    if found is None:
        return
    before, start = found
    st.caption(texts.LARGER_WORDS)
    sizes = _sizes(max(start.shape[:2]))
    if not sizes:
        st.info(texts.LARGEST)
        return
    words = st.selectbox(texts.NEW_SIZE, list(sizes), key=keys.NEW_SIZE)
    final = larger_settings(before.settings, start.shape[:2], sizes[words])
    chosen = replace(before, settings=final)
    if st.button(
        texts.LARGER,
        type="primary",
        icon=":material/brush:",
        key=keys.START_LARGER,
        disabled=not _foretell(chosen),
    ):
        begin(chosen, run, start)


def _sizes(longer_side: int) -> dict[str, int]:
    """The longer sides to choose from, in pixels, by what the page calls them."""
    twice = 2 * longer_side
    most = bounds(Settings.model_fields["size"])[1]
    sizes = {texts.TWICE: twice} if twice <= most else {}
    return sizes | {
        texts.ON_PAPER.format(paper=paper, dpi=dpi): paper_size(paper, dpi)
        for paper, dpi in papers_above(longer_side)
    }


def _foretell(chosen: Choice) -> bool:
    """Say what a run takes, or why it cannot be done. Whether it can is returned."""
    try:
        st.caption(foretold(chosen.settings, chosen.sizes, chosen.masks))
        require_memory(chosen.settings, chosen.sizes, chosen.masks)
        require_time(chosen.settings, chosen.sizes, chosen.masks)
    except NstError as error:
        st.error(formatting.plain(str(error)))
        return False
    return True
