"""A new run from a picture of another one, with other settings."""

from typing import Any

import streamlit as st

from dashboard import advanced, choice, dialogs, runs, session, texts, words
from dashboard.choice import Choice
from nst_core.errors import NstError
from nst_core.pictures.decoding import Picture
from nst_core.runs.store import layout
from nst_core.settings import Settings

KIND = "onward"
"""Of its dialog."""


def ask(run: str, number: int) -> None:
    """Have the page ask how to go on from iteration `number` of a run; for callbacks of widgets."""
    for key in [key for key in st.session_state if str(key).startswith("on_")]:
        del st.session_state[key]
    dialogs.ask(KIND, run, number)


def show(run: str, number: int) -> None:
    """Ask for the settings of a run that starts from iteration `number` of another."""
    title = texts.FROM_FRAME.format(number=number + 1)
    st.dialog(title, width="large", on_dismiss=dialogs.close)(_ask)(run, number)


def _ask(run: str, number: int) -> None:
    store = runs.engine().store
    name = layout.iteration_picture(number)
    try:
        record = store.get(run)
        photo, painting, settings = session.inputs(store, run)
        frame = session.decoded(f"{run} {number}", store.folder(run).read(name), name)
    except FileNotFoundError:
        st.error(texts.FRAME_GONE)
        return
    except NstError as error:
        st.error(words.plain(str(error)))
        return
    left, right = st.columns(2, gap="medium")
    with left:
        st.image(frame.pixels, width="stretch", alt=texts.VIEWER["now"])
    with right:
        st.caption(texts.FROM_FRAME_WORDS)
        changed, balance = _choose(settings)
        if st.button(words.on_primary("brush", texts.START_FROM), type="primary", key="go_on"):
            try:
                chosen = Choice(
                    Picture(photo), record.photo, Picture(painting), record.title,
                    choice.balanced(settings.changed(**changed), balance),
                )  # fmt: skip
                st.query_params["run"] = runs.submit(chosen, parent=run, start=frame.pixels)
            except NstError as error:
                st.error(words.plain(str(error)))
            else:
                dialogs.close()
                st.rerun()


def _choose(settings: Settings) -> tuple[dict[str, Any], int]:
    """Draw what can be changed. Returns: what differs from the settings, and the balance."""
    balance = choice.draw_balance("on_balance")
    usual = settings.size or max(settings.rows, settings.columns)
    size = st.number_input(texts.EXACT_SIZE, 32, 8192, usual, step=32, key="on_size")
    if size != usual:
        advanced.mark(words.size(settings), texts.RUN_HAD)
    elif not settings.size:
        st.caption(words.size(settings))
    with st.expander(texts.ADVANCED, icon=":material/tune:"):
        changes = advanced.draw(settings, {}, "on_", texts.RUN_HAD)
    # Only a size that was changed: it would drop an exact one.
    return changes | ({"size": size} if size != usual else {}), balance
