"""A run on the page: how far it is, its picture, and what can be done with it."""

from collections.abc import Callable

import streamlit as st

from dashboard import routes, runs, words
from nst_core.errors import NstError
from nst_core.runs.record import Record

_SECONDS_BETWEEN_LOOKS = 1.0


def show(record: Record) -> None:
    """Draw a run: live while it goes on, whoever looks."""
    if record.is_over:
        show_end(record)
    else:
        watch(record.id)


@st.fragment(run_every=_SECONDS_BETWEEN_LOOKS)
def watch(run: str) -> None:
    """Look again and again until the run ends."""
    record = runs.find(run)
    if record is None or record.is_over:
        st.rerun()
    own, stopping = runs.is_own(record), record.cancelling
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(min(1.0, max(0.0, record.progress)), progress_in_words(record))
        if own:
            label = "Stopping" if stopping else "Stop"
            st.button(label, on_click=do, args=(runs.engine().cancel, run), disabled=stopping)
    if not own:
        st.caption("You are watching someone's run; only they can stop it.")
    show_picture(runs.newest_picture(record), record)


def progress_in_words(record: Record) -> str:
    """Where the run is, and how long it will take."""
    if record.state == "running":
        return running_in_words(record)
    if record.state == "interrupted":
        return "Interrupted; it goes on shortly"
    place = runs.engine().position(record.id) or 1
    wait = runs.engine().seconds_until_start(record.id) or 0.0
    words_of_place = "Next in the queue" if place == 1 else f"Place {place} in the queue"
    return f"{words_of_place}, about {words.duration(wait)} to wait" if wait else words_of_place


def running_in_words(record: Record) -> str:
    """What the worker is at."""
    if record.doing:
        return words.plain(record.doing)
    if not record.done or record.loss is None:
        return "Getting ready"
    parts = [f"Iteration {record.done} of {record.iterations}", f"loss {record.loss:.4g}"]
    if record.progress > 0:
        left = record.seconds / record.progress * (1 - record.progress)
        parts.append(f"about {words.duration(left)} left")
    return ", ".join(parts)


def show_end(record: Record) -> None:
    """The last picture, why it ended, and what to do with it."""
    if record.state == "failed":
        st.error(words.sentence(record.reason or "It failed"))
    elif record.state == "cancelled":
        st.info(f"Stopped after {record.done} of {record.iterations} iterations.")
    picture = runs.newest_picture(record)
    with st.container(horizontal=True):
        if record.state != "finished" and runs.is_own(record):
            st.button("Continue", on_click=do, args=(runs.engine().resume, record.id))
        if picture is not None:
            st.download_button(
                "Picture",
                picture,
                "repainted.png",
                "image/png",
                on_click="ignore",
                icon=":material/download:",
            )
            st.link_button(
                "All iterations (zip)",
                routes.GALLERY.format(run=record.id),
                icon=":material/photo_library:",
            )
    show_picture(picture, record)


def show_picture(picture: bytes | None, record: Record) -> None:
    """The newest picture, once there is one."""
    if picture is not None:
        caption = ", ".join(filter(None, (record.photo, record.title)))
        st.image(picture, words.plain(caption), alt="The repainted photo", width="stretch")


def do(verb: Callable[[str], None], run: str) -> None:
    """Stop a run, or go on with it; say so if that is not possible."""
    try:
        verb(run)
    except NstError as error:
        st.toast(words.plain(str(error)), icon=":material/error:")
