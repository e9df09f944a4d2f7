"""The first screen: a photo, a style, how much of each, how large, and one button."""

from pathlib import Path
from typing import Any

import streamlit as st

from dashboard import advanced, choice, components, routes, runs, session, texts, words
from dashboard.choice import Choice
from nst_core import presets, terms
from nst_core.decoding import Picture
from nst_core.errors import NstError
from nst_core.presets import Preset
from nst_core.settings import Settings

SAMPLES = Path(__file__).parent / "samples"
_KINDS = ["jpg", "jpeg", "png", "webp", "tiff", "bmp", "gif", "avif", "heic"]
_LEAST_PREVIEW, _PREVIEW_WIDTH, _PREVIEW_HEIGHT = 60, 460, 260
_TYPICAL = (480, 640)
"""Rows and columns, to reckon with before there is a picture."""


def draw() -> None:
    """Draw the screen; the button leads to the run."""
    good, broken = presets.load_all()
    if not good:
        st.error(words.plain("; ".join(broken.values())))
        st.stop()
    # Those that come without a painting are for people who bring one.
    good = dict(sorted(good.items(), key=lambda item: item[1].painting is None))
    left, right = st.columns([3, 2], gap="large")
    with left:
        preset, painting = _choose_style(good)
        _show_broken({**broken, **terms.broken()})
    with right:
        photo, name = _choose_photo()
        controls = st.container()
        with st.expander(texts.ADVANCED, icon=":material/tune:"):
            changes = _choose_settings(preset)
    settings = preset.settings.changed(**changes) if changes else preset.settings
    with controls:
        settings = _choose_balance_and_size(settings, changes, photo, painting)
        title = preset.title if preset.painting or painting is None else texts.OWN_STYLE
        _start(Choice(photo, name, painting, title, settings))
    choice.show_in_address(preset, changes)


def _choose_style(good: dict[str, Preset]) -> tuple[Preset, Picture | None]:
    st.subheader(texts.STYLE)
    chosen = choice.style(list(good))
    options = [
        {
            "name": name,
            "title": preset.title,
            "words": preset.description,
            **{
                kind: routes.PRESET.format(name=name, kind=kind) if file else None
                for kind, file in (("painting", preset.painting), ("preview", preset.preview))
            },
        }
        for name, preset in good.items()
    ]

    def take() -> None:
        name = st.session_state["styles"].get("chosen")
        if name in good:
            choice.choose_style(name)

    components.styles(
        key="styles",
        data={"chosen": chosen, "options": options, "texts": texts.STYLES},
        on_chosen_change=take,
    )
    preset = good[chosen]
    return preset, _painting(preset)


def _painting(preset: Preset) -> Picture | None:
    """The visitor's own painting, else the preset's."""
    with st.expander(
        texts.OWN_PAINTING, expanded=preset.painting is None, icon=":material/palette:"
    ):
        upload = st.file_uploader(
            texts.OWN_PAINTING,
            _KINDS,
            key="painting",
            help=texts.OWN_PAINTING_HELP,
            label_visibility="collapsed",
        )
        if upload is not None:
            own = _decoded(upload.file_id, upload.getvalue(), upload.name)
            if own is not None:
                st.image(own.pixels, words.plain(upload.name), width=240, alt=texts.OWN_PAINTING)
                return own
    if preset.painting is None:
        return None
    try:
        return session.decoded(f"preset {preset.name}", preset.painting.read_bytes(), preset.name)
    except (NstError, OSError) as error:
        st.error(words.plain(str(error)))
        return None


def _show_broken(broken: dict[str, str]) -> None:
    if broken:
        with st.expander(texts.BROKEN_PRESETS, icon=":material/warning:"):
            for sentence in broken.values():
                st.caption(words.plain(sentence))


def _choose_photo() -> tuple[Picture | None, str]:
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
    found = _from_samples() if source == texts.FROM_SAMPLES else _from_upload(source or "")
    if found is not None:
        st.session_state["photo_in_hand"] = found
    key, data, name = found or st.session_state.get("photo_in_hand") or ("", b"", "")
    photo = _decoded(key, data, name) if key else None
    if photo is None:
        return None, ""
    rows, columns = photo.pixels.shape[:2]
    width = max(_LEAST_PREVIEW, min(_PREVIEW_WIDTH, _PREVIEW_HEIGHT * columns // rows))
    st.image(photo.pixels, words.plain(name), width=width, alt=texts.YOUR_PHOTO)
    for note in photo.notes:
        st.caption(words.plain(note))
    return photo, name


def _from_upload(source: str) -> tuple[str, bytes, str] | None:
    if source == texts.FROM_CAMERA:
        shot = st.camera_input(texts.CAMERA, label_visibility="collapsed")
        return None if shot is None else (shot.file_id, shot.getvalue(), texts.CAMERA)
    upload = st.file_uploader(texts.UPLOAD, _KINDS, key="upload", label_visibility="collapsed")
    return None if upload is None else (upload.file_id, upload.getvalue(), upload.name)


def _from_samples() -> tuple[str, bytes, str] | None:
    files = {path.stem: path for path in sorted(SAMPLES.glob("*.jpg"))}
    name = st.pills(
        texts.SAMPLE, list(files), format_func=str.capitalize, label_visibility="collapsed"
    )
    return None if name is None else (f"sample {name}", files[name].read_bytes(), f"{name}.jpg")


def _decoded(key: str, data: bytes, name: str) -> Picture | None:
    try:
        return session.decoded(key, data, name)
    except NstError as error:
        st.error(words.plain(str(error)))
        return None


def _choose_settings(preset: Preset) -> dict[str, Any]:
    before = choice.changes(preset)
    exact = before.get("size", 0)
    after = advanced.draw(preset.settings, before, f"set_{preset.name}_")
    key = "set_exact_size"
    if key not in st.session_state:
        st.session_state[key] = exact if exact not in texts.SIZES else 0
    pixels = st.number_input(
        texts.EXACT_SIZE, 0, 8192, step=32, key=key, help=texts.EXACT_SIZE_HELP, width=240
    )
    if pixels or exact in texts.SIZES:
        after["size"] = pixels or exact
    if after.get("size") == preset.settings.size:
        del after["size"]
    try:
        preset.settings.changed(**after)
    except NstError as error:
        st.error(words.plain(str(error)))
        after = before
    choice.set_changes(after)
    with st.container(horizontal=True):
        st.button(texts.RESET, on_click=choice.forget_changes, disabled=not after)
        st.download_button(
            texts.SAVE_PRESET,
            _as_preset(preset, after),
            "my_style.yaml",
            "application/yaml",
            on_click="ignore",
            icon=":material/download:",
        )
    return after


def _as_preset(preset: Preset, changes: dict[str, Any]) -> str:
    settings = preset.settings.changed(**changes) if changes else preset.settings
    return presets.render(
        title=f"{preset.title}, changed",
        description=preset.description,
        painting=preset.painting.name if preset.painting else "painting.jpg",
        settings=settings,
    )


def _choose_balance_and_size(
    settings: Settings, changes: dict[str, Any], photo: Picture | None, painting: Picture | None
) -> Settings:
    balance = choice.draw_balance("balance", in_address=True)
    _choose_size(settings, changes, photo, painting)
    return choice.balanced(settings, balance)


def _choose_size(
    settings: Settings, changes: dict[str, Any], photo: Picture | None, painting: Picture | None
) -> None:
    rows = photo.pixels.shape[:2] if photo else _TYPICAL
    columns = painting.pixels.shape[:2] if painting else _TYPICAL

    def in_words(size: int) -> str:
        try:
            seconds = runs.seconds_of(settings.changed(size=size), rows, columns)
        except NstError:
            return texts.SIZES[size]
        return f"{texts.SIZES[size]} · {words.duration(seconds)}"

    def take() -> None:
        choice.set_changes(changes | {"size": st.session_state["size_word"]})
        st.session_state["set_exact_size"] = 0

    st.session_state["size_word"] = settings.size if settings.size in texts.SIZES else None
    st.segmented_control(
        texts.SIZE,
        list(texts.SIZES),
        format_func=in_words,
        key="size_word",
        on_change=take,
        required=True,
    )


def _start(chosen: Choice) -> None:
    missing = texts.CHOOSE_PAINTING if chosen.painting is None else ""
    missing = texts.CHOOSE_PHOTO if chosen.photo is None else missing
    if st.button(
        texts.START if missing else words.on_primary("brush", texts.START),
        type="primary",
        disabled=bool(missing),
        width="stretch",
        icon=":material/brush:" if missing else None,
        help=missing or None,
        key="start",
    ):
        try:
            st.query_params["run"] = runs.submit(chosen)
        except NstError as error:
            st.error(words.plain(str(error)))
        else:
            st.rerun()
