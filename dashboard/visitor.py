"""Who looks at the page: a name that reloads and further tabs share, for their browser keeps it."""

import re
import secrets

import streamlit as st

_NAME = re.compile(r"[\w-]{22}", re.ASCII)
_KEEP = st.components.v2.component(
    "visitor",
    js="""
    export default function ({ data, setStateValue }) {
        try {
            const name = localStorage.getItem("visitor") ?? data;
            localStorage.setItem("visitor", name);
            if (name !== data) setStateValue("name", name);
        } catch {
            // A browser that keeps nothing has a new name after a reload.
        }
    }
    """,
)


def name() -> str:
    """This visitor's name; not to be guessed, since it allows to stop their runs."""
    return str(st.session_state.setdefault("visitor_name", secrets.token_urlsafe(16)))


def remember() -> None:
    """Have the browser keep the name, or tell the one that it has kept; draws nothing."""
    _KEEP(key="visitor", data=name(), on_name_change=_adopt)


def _adopt() -> None:
    kept = st.session_state["visitor"].get("name")
    if isinstance(kept, str) and _NAME.fullmatch(kept):
        st.session_state["visitor_name"] = kept
