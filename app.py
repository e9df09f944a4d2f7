"""The page: choose a photo and a style, press one button, watch the picture grow."""

import streamlit as st

from dashboard import worker
from nst_core import NstError, decoding, presets

SIZES = {"Quick": 256, "Good": 512, "Fine": 768}
SECONDS_BETWEEN_LOOKS = 1.0


def main() -> None:
    """Draw the page."""
    st.set_page_config("Repaint a photo", ":material/brush:", layout="wide")
    st.title("Repaint a photo")
    chosen, shown = st.columns([2, 3], gap="large")
    with chosen:
        photo = choose_photo()
        preset = choose_style()
        size = SIZES[st.segmented_control("Size", list(SIZES), default="Good") or "Good"]
        run: worker.Run | None = st.session_state.get("run")
        going = run is not None and run.is_going
        if st.button("Repaint", type="primary", disabled=photo is None or going, width="stretch"):
            assert photo is not None
            st.session_state["run"] = worker.start(photo, preset, size)
            st.rerun()
    with shown:
        if run is None:
            show_choice(photo, preset)
        elif run.is_going:
            watch(run)
        else:
            show_picture(run)


def choose_photo() -> decoding.Picture | None:
    """An uploaded photo, decoded, with what was done to it."""
    upload = st.file_uploader(
        "Photo", ["jpg", "jpeg", "png", "webp", "tiff", "bmp", "gif", "avif", "heic"]
    )
    if upload is None:
        return None
    try:
        photo = decoding.decode(upload.getvalue(), upload.name)
    except NstError as error:
        st.error(str(error))
        return None
    for note in photo.notes:
        st.caption(note)
    return photo


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
        right.error(str(error))
    else:
        right.image(painting, caption=preset.description, alt=preset.title, width="stretch")


@st.fragment(run_every=SECONDS_BETWEEN_LOOKS)
def watch(run: worker.Run) -> None:
    """Look again and again until the run ends."""
    if not run.is_going:
        st.rerun()
    done = len(run.losses)
    words = f"Iteration {done} of {run.iterations}" if done else "Getting ready"
    st.progress(done / run.iterations, words)
    st.button("Stop", on_click=run.stop)
    show_picture(run)


def show_picture(run: worker.Run) -> None:
    """The newest picture, and the downloads once there are any."""
    if run.error:
        st.error(run.error)
    elif run.picture is None and not run.is_going:
        st.info("It was stopped before there was a picture.")
    if run.picture is not None:
        st.image(str(run.picture), alt="The repainted photo", width="stretch")
    gallery = run.folder / "gallery.zip"
    if not run.is_going and gallery.exists():
        left, right = st.columns(2)
        left.download_button(
            "Picture", (run.folder / "result.png").read_bytes(), "repainted.png", width="stretch"
        )
        right.download_button(
            "All iterations (zip)", gallery.read_bytes(), "gallery.zip", width="stretch"
        )


main()
