"""Takes in the pictures that a visitor gives, and keeps the good ones in hand."""

import contextlib
from typing import Any

import streamlit as st

from dashboard import formatting, session_cache, state
from dashboard.state import PictureFile, Slot
from nst_core.errors import NstError, shown
from nst_core.pictures.decoding import Picture

_LONGEST_NAME = 100


def draw_uploader(slot: Slot, label: str, key: str, help_words: str | None = None) -> None:
    """Draw the place for a file; a good picture is in hand from then on.

    Args:
        slot: what the picture is for.
        label: what the uploader is called.
        key: of the widget.
        help_words: what its help says.
    """
    # Any name is taken, also one without an ending: what is in the file decides. Streamlit would
    # refuse by name in the browser, where a photo without a known ending cannot even be dropped.
    upload = st.file_uploader(
        label, key=key, help=help_words, label_visibility="collapsed",
        on_change=_take, args=(slot, key),
    )  # fmt: skip
    _take_or_say_why_not(slot, upload)


def draw_camera(slot: Slot, label: str, key: str) -> None:
    """Draw the visitor's camera, likewise; the label is also the picture's name."""
    shot = st.camera_input(
        label, key=key, label_visibility="collapsed", on_change=_take, args=(slot, key, label)
    )
    _take_or_say_why_not(slot, shot, label)


def in_hand(slot: Slot) -> tuple[Picture, PictureFile] | None:
    """The picture that the visitor holds, and the file that it came from; None without one."""
    file = state.current().in_hand.get(slot)
    picture = decoded(file) if file else None
    return (picture, file) if picture is not None and file is not None else None


def decoded(file: PictureFile) -> Picture | None:
    """A picture; None, with a sentence on the page, where it is not a good one."""
    try:
        return session_cache.decoded(file.key, file.data, file.name)
    except NstError as error:
        st.error(formatting.plain(str(error)))
        return None


def _take(slot: Slot, key: str, name: str = "") -> None:
    """Put a good picture in hand; what was there before is let go of in any case."""
    pictures = state.current().in_hand
    pictures.pop(slot, None)
    upload = st.session_state[key]
    if upload is not None:
        file = _file(upload, name)
        with contextlib.suppress(NstError):  # said where it is drawn
            session_cache.decoded(file.key, file.data, file.name)
            pictures[slot] = file


def _take_or_say_why_not(slot: Slot, upload: Any, name: str = "") -> None:
    """An upload that is not in hand is no good picture, or the next click cut `_take` short."""
    pictures = state.current().in_hand
    if upload is not None and slot not in pictures:
        file = _file(upload, name)
        if decoded(file) is not None:
            pictures[slot] = file


def _file(upload: Any, name: str) -> PictureFile:
    return PictureFile(upload.file_id, upload.getvalue(), shown(name or upload.name, _LONGEST_NAME))
