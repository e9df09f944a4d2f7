"""What the dialogs share in which a new run begins with a picture of another one."""

import streamlit as st

from dashboard import address, formatting, session_cache, state, texts
from dashboard.choice import Choice
from dashboard.runs.engine import engine
from dashboard.runs.submitting import submit
from nst_core.errors import NstError
from nst_core.pictures.decoding import Picture
from nst_core.pictures.pixels import Pixels


def choice_and_start(run: str, name: str) -> tuple[Choice, Pixels] | None:
    """What a run was asked for, and its picture of that name, uint8 (H, W, 3).

    None where one of them cannot be had, which is then said.
    """
    store = engine().store
    try:
        record = store.get(run)
        photo, painting, settings, further, masks = session_cache.inputs(store, run)
        data = store.folder(run).read(name)
        start = session_cache.decoded(f"{run} {name}", data, name).pixels
    except FileNotFoundError:
        st.error(texts.FRAME_GONE)
    except NstError as error:
        st.error(formatting.plain(str(error)))
    else:
        pictures = Picture(photo), record.photo, Picture(painting), record.title
        return Choice(*pictures, settings, further, masks), start
    return None


def begin(chosen: Choice, run: str, start: Pixels) -> None:
    """Queue a run that begins with a picture of `run`, and show it; or say why that cannot be."""
    try:
        address.show_run(submit(chosen, parent=run, start=start))
    except NstError as error:
        st.error(formatting.plain(str(error)))
    else:
        state.current().close_dialog()
        st.rerun()
