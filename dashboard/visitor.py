"""Who looks at the page: a name that reloads and further tabs share, for their browser keeps it."""

import re

import streamlit as st

from dashboard import keys, state

_NAME = re.compile(r"[\w-]{22}", re.ASCII)
_KEEP_NAME = st.components.v2.component(
    "visitor",
    js="""
    export default function ({ data, setStateValue }) {
        let name = data.name;
        try {
            name = localStorage.getItem("visitor") ?? name;
            localStorage.setItem("visitor", name);
        } catch {
            // A browser that keeps nothing has a new name after a reload.
        }
        if (name !== data.name || data.ask) setStateValue("name", name);
    }
    """,
)


def name() -> str:
    """This visitor's name."""
    return state.current().visitor


def is_confirmed() -> bool:
    """Whether the browser has answered, so that someone else's run can be told from their own."""
    return state.current().is_visitor_confirmed


def remember(ask: bool) -> None:
    """Have the browser keep the name, or answer with the one that it keeps already.

    This draws nothing.

    Args:
        ask: whether it answers also when it keeps this very name, which costs a run of the page.
    """
    data = {"name": name(), "ask": ask and not is_confirmed()}
    _KEEP_NAME(key=keys.VISITOR, data=data, on_name_change=_adopt)


def _adopt() -> None:
    answer = st.session_state[keys.VISITOR].get("name")
    if isinstance(answer, str) and _NAME.fullmatch(answer):
        state.current().visitor = answer
    state.current().is_visitor_confirmed = True
