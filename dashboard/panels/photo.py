"""The photo and the painting that a visitor has in hand, however they came there.

An uploader forgets its file as soon as it is not drawn, so what is in hand is kept beside it.
"""

import contextlib
from pathlib import Path
from typing import Any, NamedTuple

import streamlit as st

from dashboard import session_cache as session
from dashboard import texts, words
from nst_core.errors import NstError
from nst_core.pictures.decoding import Picture

SAMPLES = Path(__file__).parents[1] / "samples"
_KINDS = ["jpg", "jpeg", "png", "webp", "tiff", "bmp", "gif", "avif", "heic"]
_LEAST_PREVIEW, _PREVIEW_WIDTH, _PREVIEW_HEIGHT = 60, 460, 260
_PHOTO, _PAINTING, _TURN = "photo_in_hand", "painting_in_hand", "painting_turn"


class _Held(NamedTuple):
    key: str
    data: bytes
    name: str


def choose_photo() -> tuple[Picture | None, str]:
    """Draw the ways to give a photo, and the photo. Returns: it, and its name."""
    st.subheader(texts.PHOTO)
    sources = [texts.FROM_FILE, texts.FROM_CAMERA, texts.FROM_SAMPLES]
    source = st.segmented_control(
        texts.PHOTO,
        sources,
        default=sources[0],
        required=True,
        key="source",
        persist_state="session",
        label_visibility="collapsed",
    )
    if source == texts.FROM_SAMPLES:
        _offer_samples()
    elif source == texts.FROM_CAMERA:
        shot = st.camera_input(
            texts.CAMERA, key="camera", label_visibility="collapsed",
            on_change=_take, args=(_PHOTO, "camera", texts.CAMERA),
        )  # fmt: skip
        _take_or_say_why_not(_PHOTO, shot, texts.CAMERA)
    else:
        _take_or_say_why_not(_PHOTO, _uploader(texts.UPLOAD, "upload", _PHOTO))
    held: _Held | None = st.session_state.get(_PHOTO)
    photo = decoded(*held) if held else None
    if held is None or photo is None:
        return None, ""
    _show(photo, held.key, held.name)
    return photo, held.name


def _show(photo: Picture, key: str, name: str) -> None:
    rows, columns = photo.pixels.shape[:2]
    width = max(_LEAST_PREVIEW, min(_PREVIEW_WIDTH, _PREVIEW_HEIGHT * columns // rows))
    st.image(session.preview(key, photo), words.plain(name), width=width, alt=texts.YOUR_PHOTO)
    for note in photo.notes:
        st.caption(words.plain(note))


def choose_painting(expanded: bool) -> tuple[Picture, str] | None:
    """Draw the place for a painting of the visitor's own. Returns: it and its name, if any.

    expanded: it is needed.
    """
    with st.expander(
        texts.OWN_PAINTING, expanded=expanded or has_painting(), icon=":material/palette:"
    ):
        # A new key is the only way to empty an uploader.
        key = f"painting_{st.session_state.get(_TURN, 0)}"
        upload = _uploader(texts.OWN_PAINTING, key, _PAINTING, texts.OWN_PAINTING_HELP)
        _take_or_say_why_not(_PAINTING, upload)
        held: _Held | None = st.session_state.get(_PAINTING)
        own = decoded(*held) if held else None
        if held is None or own is None:
            return None
        shown = session.preview(held.key, own)
        st.image(shown, words.plain(held.name), width=240, alt=texts.OWN_PAINTING)
        return own, held.name


def has_painting() -> bool:
    """Whether the visitor holds a painting of their own."""
    return _PAINTING in st.session_state


def drop_painting() -> None:
    """Put the visitor's own painting away, for that of a style."""
    if st.session_state.pop(_PAINTING, None):
        st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1


def decoded(key: str, data: bytes, name: str) -> Picture | None:
    """A picture; None, with a sentence on the page, if it is not a good one."""
    try:
        return session.decoded(key, data, name)
    except NstError as error:
        st.error(words.plain(str(error)))
        return None


def _uploader(label: str, key: str, slot: str, help_words: str | None = None) -> Any:
    return st.file_uploader(
        label, _KINDS, key=key, help=help_words, label_visibility="collapsed",
        on_change=_take, args=(slot, key),
    )  # fmt: skip


def _take(slot: str, key: str, name: str = "") -> None:
    """Hold what was given, if it is a good picture; let go of what was held before in any case."""
    st.session_state.pop(slot, None)
    upload = st.session_state[key]
    if upload is not None:
        held = _held(upload, name)
        with contextlib.suppress(NstError):  # said where it is drawn
            session.decoded(*held)
            st.session_state[slot] = held


def _take_or_say_why_not(slot: str, upload: Any, name: str = "") -> None:
    """What was given and is not held is no good picture, or the next click cut `_take` short."""
    if upload is not None and slot not in st.session_state:
        held = _held(upload, name)
        if decoded(*held) is not None:
            st.session_state[slot] = held


def _held(upload: Any, name: str) -> _Held:
    return _Held(upload.file_id, upload.getvalue(), name or upload.name)


def _offer_samples() -> None:
    files = {path.stem: path for path in sorted(SAMPLES.glob("*.jpg"))}
    held: _Held | None = st.session_state.get(_PHOTO)
    if "sample" not in st.session_state and held and held.key.startswith("sample "):
        st.session_state["sample"] = held.key.removeprefix("sample ")

    def take() -> None:
        st.session_state.pop(_PHOTO, None)
        name = st.session_state["sample"]
        if name in files:
            data = files[name].read_bytes()
            st.session_state[_PHOTO] = _Held(f"sample {name}", data, f"{name}.jpg")

    st.pills(
        texts.SAMPLE, list(files), key="sample", format_func=str.capitalize, on_change=take,
        label_visibility="collapsed",
    )  # fmt: skip
