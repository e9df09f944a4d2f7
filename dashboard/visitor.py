"""Who looks at the page: a name that reloads and further tabs share, for their browser keeps it."""

import re
import secrets

import streamlit as st

_NAME = re.compile(r"[\w-]{22}", re.ASCII)
_KEEP = st.components.v2.component(
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
    """This visitor's name; not to be guessed, since it allows to stop their runs."""
    return str(st.session_state.setdefault("visitor_name", secrets.token_urlsafe(16)))


def is_known() -> bool:
    """Whether the browser has answered, so that someone else's run can be told from their own."""
    return "visitor_known" in st.session_state


def remember(ask: bool) -> None:
    """Have the browser keep the name, or tell the one that it has kept; draws nothing.

    ask: have it answer also when it keeps this very name, which costs a run of the page.
    """
    data = {"name": name(), "ask": ask and not is_known()}
    _KEEP(key="visitor", data=data, on_name_change=_adopt)


def _adopt() -> None:
    kept = st.session_state["visitor"].get("name")
    if isinstance(kept, str) and _NAME.fullmatch(kept):
        st.session_state["visitor_name"] = kept
    st.session_state["visitor_known"] = True
