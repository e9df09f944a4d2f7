"""The photo: uploaded, taken with a camera, or one of the samples."""

from pathlib import Path

import streamlit as st

from dashboard import formatting, keys, session_cache, state, texts, uploads
from dashboard.state import PictureFile
from nst_core.pictures.decoding import Picture

SAMPLES = Path(__file__).parents[1] / "samples"
_SAMPLE = "sample "
"""What the key of a sample's file begins with."""
_LEAST_PREVIEW, _PREVIEW_WIDTH, _PREVIEW_HEIGHT = 60, 460, 260


def choose_photo() -> tuple[Picture | None, str]:
    """Draw the ways to give a photo, and the photo in hand, which is returned with its name."""
    st.subheader(texts.PHOTO)
    sources = [texts.FROM_FILE, texts.FROM_CAMERA, texts.FROM_SAMPLES]
    source = st.segmented_control(
        texts.PHOTO,
        sources,
        default=sources[0],
        required=True,
        key=keys.SOURCE,
        persist_state="session",
        label_visibility="collapsed",
    )
    if source == texts.FROM_SAMPLES:
        _offer_samples()
    elif source == texts.FROM_CAMERA:
        uploads.draw_camera("photo", texts.CAMERA, keys.CAMERA)
    else:
        uploads.draw_uploader("photo", texts.UPLOAD, keys.UPLOAD)
    in_hand = uploads.in_hand("photo")
    if in_hand is None:
        return None, ""
    photo, file = in_hand
    _show(photo, file)
    return photo, file.name


def _show(photo: Picture, file: PictureFile) -> None:
    rows, columns = photo.pixels.shape[:2]
    width = max(_LEAST_PREVIEW, min(_PREVIEW_WIDTH, _PREVIEW_HEIGHT * columns // rows))
    small = session_cache.preview(file.key, photo)
    st.image(small, formatting.plain(file.name), width=width, alt=texts.YOUR_PHOTO)
    for note in photo.notes:
        st.caption(formatting.plain(note))


def _offer_samples() -> None:
    samples = {path.stem: path for path in sorted(SAMPLES.glob("*.jpg"))}
    pictures = state.current().in_hand
    photo = pictures.get("photo")
    if keys.SAMPLE not in st.session_state and photo and photo.key.startswith(_SAMPLE):
        st.session_state[keys.SAMPLE] = photo.key.removeprefix(_SAMPLE)

    def hold(name: str | None) -> None:
        if name in samples:
            data = samples[name].read_bytes()
            pictures["photo"] = PictureFile(f"{_SAMPLE}{name}", data, f"{name}.jpg")

    def take() -> None:
        pictures.pop("photo", None)
        hold(st.session_state[keys.SAMPLE])

    chosen = st.pills(
        texts.SAMPLE, list(samples), key=keys.SAMPLE, format_func=str.capitalize, on_change=take,
        label_visibility="collapsed",
    )  # fmt: skip
    if "photo" not in pictures:  # the next click can cut `take` short where it reads the state
        hold(chosen)
