"""The button and the dialog that take a finished picture up again at a larger size."""

import streamlit as st

from dashboard import address, formatting, keys, session_cache, state, texts
from dashboard.choice import Choice
from dashboard.panels.size import foretold
from dashboard.runs.engine import engine
from dashboard.runs.foretelling import require_memory, require_time
from dashboard.runs.submitting import submit
from nst_core.errors import NstError
from nst_core.pictures.decoding import Picture
from nst_core.plan.larger import larger_settings, paper_size, papers_above
from nst_core.plan.schedule import Size
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
    store = engine().store
    try:
        record = store.get(run)
        photo, painting, settings = session_cache.inputs(store, run)
        further, masks = store.further(run)
        data = store.folder(run).read(layout.RESULT)
        start = session_cache.decoded(f"{run} result", data, layout.RESULT).pixels
    except FileNotFoundError:
        st.error(texts.FRAME_GONE)
        return
    except NstError as error:
        st.error(formatting.plain(str(error)))
        return
    st.caption(texts.LARGER_WORDS)
    sizes = _sizes(max(start.shape[:2]))
    if not sizes:
        st.info(texts.LARGEST)
        return
    words = st.selectbox(texts.NEW_SIZE, list(sizes), key=keys.NEW_SIZE)
    final = larger_settings(settings, start.shape[:2], sizes[words])
    fits = _foretell(final, *(picture.shape[:2] for picture in (photo, painting, *further)))
    if st.button(
        texts.LARGER,
        type="primary",
        icon=":material/brush:",
        key=keys.START_LARGER,
        disabled=not fits,
    ):
        pictures = Picture(photo), record.photo, Picture(painting), record.title
        chosen = Choice(*pictures, final, further, masks)
        try:
            address.show_run(submit(chosen, parent=run, start=start))
        except NstError as error:
            st.error(formatting.plain(str(error)))
        else:
            state.current().close_dialog()
            st.rerun()


def _sizes(longer_side: int) -> dict[str, int]:
    """The longer sides to choose from, in pixels, by what the page calls them."""
    twice = 2 * longer_side
    most = bounds(Settings.model_fields["size"])[1]
    sizes = {texts.TWICE: twice} if twice <= most else {}
    return sizes | {
        texts.ON_PAPER.format(paper=paper, dpi=dpi): paper_size(paper, dpi)
        for paper, dpi in papers_above(longer_side)
    }


def _foretell(settings: Settings, photo: Size, painting: Size, *further: Size) -> bool:
    """Say what a run takes, or why it cannot be done. Whether it can is returned."""
    try:
        st.caption(foretold(settings, photo, painting, *further))
        require_memory(settings, photo, painting, *further)
        require_time(settings, photo, painting, *further)
    except NstError as error:
        st.error(formatting.plain(str(error)))
        return False
    return True
