"""The page: choose a photo and a style, press one button, watch the picture grow.

`streamlit run app.py` imports this file once, for the server, and runs it as each session's page.
"""

import streamlit as st
from streamlit.starlette import App

from dashboard import routes, runs, visitor, watching, words
from nst_core import NstError, decoding, presets

SIZES = {"Quick": 256, "Good": 512, "Fine": 768}


def main() -> None:
    """Draw the page."""
    st.set_page_config("Repaint a photo", "🖌️", layout="wide")
    st.title("Repaint a photo")
    try:
        runs.engine()  # from now on, also for runs that wait since the last time
    except NstError as error:
        st.error(words.plain(str(error)))
        st.stop()
    chosen, shown = st.columns([2, 3], gap="large")
    record = runs.find(st.query_params["run"]) if "run" in st.query_params else None
    with chosen:
        photo, name = choose_photo()
        preset = choose_style()
        size = SIZES[st.segmented_control("Size", list(SIZES), default="Good") or "Good"]
        if st.button("Repaint", type="primary", disabled=photo is None, width="stretch"):
            assert photo is not None
            start(photo, name, preset, size)
    with shown:
        if "run" in st.query_params and record is None:
            st.warning("There is no such run; it may have been removed. Start a new one any time.")
        if record is None:
            show_choice(photo, preset)
        else:
            watching.show(record)
    visitor.remember()


def start(photo: decoding.Picture, name: str, preset: presets.Preset, size: int) -> None:
    """Queue a run, and have the address lead to it."""
    try:
        st.query_params["run"] = runs.submit(photo, name, preset, size)
    except NstError as error:
        st.error(words.plain(str(error)))
    else:
        st.rerun()


def choose_photo() -> tuple[decoding.Picture | None, str]:
    """An uploaded photo, decoded, with what was done to it; and its name."""
    upload = st.file_uploader(
        "Photo", ["jpg", "jpeg", "png", "webp", "tiff", "bmp", "gif", "avif", "heic"]
    )
    if upload is None:
        return None, ""
    try:
        photo = decoding.decode(upload.getvalue(), upload.name)
    except NstError as error:
        st.error(words.plain(str(error)))
        return None, ""
    for note in photo.notes:
        st.caption(words.plain(note))
    return photo, upload.name


def choose_style() -> presets.Preset:
    """One of the presets that have a painting."""
    good, _ = presets.load_all()
    names = [name for name, preset in good.items() if preset.painting]
    name = st.pills(
        "Style", names, default=names[0], format_func=lambda name: good[name].title, required=True
    )
    return good[name]


def show_choice(photo: decoding.Picture | None, preset: presets.Preset) -> None:
    """What is going to be repainted, and like what."""
    left, right = st.columns(2) if photo is not None else (None, st.container())
    if left is not None and photo is not None:
        left.image(photo.pixels, caption="Your photo", alt="Your photo", width="stretch")
    try:
        painting = presets.read_painting(preset).pixels
    except NstError as error:
        right.error(words.plain(str(error)))
    else:
        right.image(painting, caption=preset.description, alt=preset.title, width="stretch")


if __name__ == "__main__":
    main()
else:
    app = App(__file__, routes=routes.ROUTES)
