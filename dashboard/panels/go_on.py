"""The dialog in which a new run goes on from a picture of another one, with other settings."""

from dataclasses import replace
from typing import Any

import streamlit as st

from dashboard import choice, formatting, keys, state, texts
from dashboard.panels.balance import choose_balance
from dashboard.panels.origin import begin, choice_and_start
from dashboard.panels.setting_widgets import choose_settings, say_usual
from nst_core.errors import NstError
from nst_core.runs.store import layout
from nst_core.settings import Settings

KIND = "go_on"
"""Of its dialog."""


def show_go_on(run: str, number: int) -> None:
    """Ask for the settings of a run that starts from iteration `number`, from 0, of another."""
    title = texts.FROM_FRAME.format(number=number + 1)
    dismiss = state.current().close_dialog
    st.dialog(title, width="large", on_dismiss=dismiss)(_ask)(run, number)


def _ask(run: str, number: int) -> None:
    found = choice_and_start(run, layout.iteration_picture(number))
    if found is None:
        return
    before, start = found
    left, right = st.columns(2, gap="medium")
    with left:
        st.image(start, width="stretch", alt=texts.VIEWER["now"])
    with right:
        st.caption(texts.FROM_FRAME_WORDS)
        changes, balance = _choose_changes(before.settings)
        if st.button(texts.START_FROM, type="primary", icon=":material/brush:", key=keys.GO_ON):
            try:
                settings = choice.balanced(before.settings.changed(**changes), balance)
            except NstError as error:
                st.error(formatting.plain(str(error)))
            else:
                begin(replace(before, settings=settings), run, start)


def _choose_changes(settings: Settings) -> tuple[dict[str, Any], int]:
    """Draw what can be changed. What differs from the settings is returned, and the balance."""
    dialog = state.current().dialog
    group = keys.dialog_settings(dialog.number if dialog else 0)
    balance = choose_balance(keys.setting(group, keys.BALANCE))
    usual = settings.size or max(settings.rows, settings.columns)
    size_key = keys.setting(group, "size")
    size = st.number_input(texts.EXACT_SIZE, 32, 8192, usual, step=32, key=size_key)
    if size != usual:
        say_usual(formatting.size(settings), texts.RUN_HAD)
    elif not settings.size:
        st.caption(formatting.size(settings))
    with st.expander(texts.ADVANCED, icon=":material/tune:"):
        changes = choose_settings(settings, {}, group, texts.RUN_HAD)
    # Only a size that was changed: it would drop an exact one.
    return changes | ({"size": size} if size != usual else {}), balance
