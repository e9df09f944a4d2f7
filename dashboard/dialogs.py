"""The dialog that is open. It is remembered, so that it outlives a run of the page as a whole:
one that comes when the picture that is watched is finished, and not because anyone asked.
"""

from collections.abc import Callable

import streamlit as st

_OPEN, _NEW = "dialog", "dialog_is_new"


def ask(kind: str, *about: str | int) -> None:
    """Have a dialog opened by the next run of the page; for callbacks of widgets."""
    st.session_state[_OPEN] = (kind, about)
    st.session_state[_NEW] = True


def close() -> None:
    """Have no dialog any more."""
    st.session_state.pop(_OPEN, None)


def is_asked_for() -> bool:
    """Whether one was asked for and is not drawn yet: a fragment has the page run for it."""
    return st.session_state.get(_NEW, False) is True


def draw(kinds: dict[str, Callable[..., None]]) -> None:
    """Draw the one that is open.

    kinds: what shows each kind, when it is given what the dialog is about.
    """
    st.session_state.pop(_NEW, None)
    if _OPEN in st.session_state:
        kind, about = st.session_state[_OPEN]
        kinds[kind](*about)
