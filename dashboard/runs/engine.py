"""The one engine of this server, and what a visitor may ask of it once a run exists."""

import streamlit as st

from dashboard import formatting
from nst_core.errors import NstError
from nst_core.runs.engine.engine import StoreEngine
from nst_core.runs.engine.program import open_engine


@st.cache_resource(show_spinner=False, on_release=lambda engine: engine.close())
def engine() -> StoreEngine:
    """The engine that computes what this server's pages ask for.

    Raises:
        NstError: `NST_RUNS` leads nowhere.
    """
    return open_engine()


def stop(run: str) -> None:
    """Stop a run; a notice says why where that is not possible."""
    try:
        engine().cancel(run)
    except NstError as error:
        _notify(error)


def resume(run: str) -> None:
    """Go on with a run that was stopped or has failed; a notice says why where it cannot."""
    try:
        engine().resume(run)
    except NstError as error:
        _notify(error)


def _notify(error: NstError) -> None:
    st.toast(formatting.plain(str(error)), icon=":material/error:")
