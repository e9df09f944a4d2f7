"""The dialog in which a new run goes on from a picture of another one, with other settings."""

from typing import Any

import streamlit as st

from dashboard import address, choice, formatting, keys, session_cache, state, texts
from dashboard.choice import Choice
from dashboard.panels.balance import choose_balance
from dashboard.panels.setting_widgets import choose_settings, say_usual
from dashboard.runs.engine import engine
from dashboard.runs.submitting import submit
from nst_core.errors import NstError
from nst_core.pictures.decoding import Picture
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
    store = engine().store
    name = layout.iteration_picture(number)
    try:
        record = store.get(run)
        photo, painting, settings = session_cache.inputs(store, run)
        further, masks = store.further(run)
        data = store.folder(run).read(name)
        start = session_cache.decoded(f"{run} {number}", data, name).pixels
    except FileNotFoundError:
        st.error(texts.FRAME_GONE)
        return
    except NstError as error:
        st.error(formatting.plain(str(error)))
        return
    left, right = st.columns(2, gap="medium")
    with left:
        st.image(start, width="stretch", alt=texts.VIEWER["now"])
    with right:
        st.caption(texts.FROM_FRAME_WORDS)
        changes, balance = _choose_changes(settings)
        if st.button(texts.START_FROM, type="primary", icon=":material/brush:", key=keys.GO_ON):
            try:
                final = choice.balanced(settings.changed(**changes), balance)
                pictures = Picture(photo), record.photo, Picture(painting), record.title
                chosen = Choice(*pictures, final, further, masks)
                address.show_run(submit(chosen, parent=run, start=start))
            except NstError as error:
                st.error(formatting.plain(str(error)))
            else:
                state.current().close_dialog()
                st.rerun()


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
