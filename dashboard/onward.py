"""A new run from a picture of another one, with other settings."""

import streamlit as st

from dashboard import advanced, choice, runs, session, texts, words
from dashboard.choice import Choice
from nst_core import decoding
from nst_core.errors import NstError
from nst_core.runs.record import Record
from nst_core.runs.writer import PICTURE_NAME


def ask(record: Record, number: int) -> None:
    """Ask for the settings of a run that starts from iteration `number` of this one."""
    for key in [key for key in st.session_state if str(key).startswith("on_")]:
        del st.session_state[key]
    st.dialog(texts.FROM_FRAME.format(number=number + 1), width="large")(_ask)(record, number)


def _ask(record: Record, number: int) -> None:
    store = runs.engine().store
    name = PICTURE_NAME.format(number)
    try:
        photo, painting, settings = store.inputs(record.id)
        data = store.folder(record.id).read(name)
        frame = session.decoded(f"{record.id} {number}", data, name)
    except (NstError, FileNotFoundError) as error:
        st.error(words.plain(str(error)))
        return
    left, right = st.columns(2, gap="medium")
    with left:
        st.image(frame.pixels, width="stretch", alt=texts.VIEWER["now"])
    with right:
        st.caption(texts.FROM_FRAME_WORDS)
        balance = choice.draw_balance("on_balance")
        size = st.number_input(
            texts.EXACT_SIZE, 32, 8192, settings.size or max(photo.shape[:2]), step=32,
            key="on_size",
        )  # fmt: skip
        with st.expander(texts.ADVANCED, icon=":material/tune:"):
            changes = advanced.draw(settings, {}, "on_")
        if st.button(words.on_primary("brush", texts.START_FROM), type="primary", key="go_on"):
            try:
                changed = settings.changed(**changes, **({"size": size} if settings.size else {}))
                chosen = Choice(
                    decoding.Picture(photo), record.photo, decoding.Picture(painting), record.title,
                    choice.balanced(changed, balance),
                )  # fmt: skip
                run = runs.submit(chosen, parent=record.id, start=frame.pixels)
            except NstError as error:
                st.error(words.plain(str(error)))
            else:
                st.query_params["run"] = run
                st.rerun()
