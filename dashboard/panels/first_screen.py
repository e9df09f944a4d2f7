"""The first screen: a photo, a style, how much of each, how large, and one button."""

import contextlib
from typing import Any

import streamlit as st

from dashboard import choice, components, texts, words
from dashboard.choice import Choice
from dashboard.panels import photo as inputs
from dashboard.panels import setting_widgets as advanced
from dashboard.runs import finding as runs
from dashboard.server import routes
from nst_core import presets
from nst_core.errors import NstError
from nst_core.pictures.decoding import Picture
from nst_core.presets import Preset
from nst_core.settings import Settings
from nst_core.settings import term_kinds as terms

_TYPICAL = (480, 640)
"""Rows and columns, to reckon with before there is a picture."""
_NOT_IN_DRAWER = ("content_weight", "rows", "columns")


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
        preset = _choose_style(good)
        own = inputs.choose_painting(expanded=preset.painting is None)
        painting, painting_name = own or _painting_of(preset)
        _show_broken({**broken, **terms.broken()})
    title = texts.OWN_STYLE if own else preset.title
    with right:
        photo, name = inputs.choose_photo()
        controls = st.container()
        drawer = st.expander(texts.ADVANCED, icon=":material/tune:")
    with drawer:
        changes = _choose_settings(preset)
    settings = preset.settings.changed(**changes) if changes else preset.settings
    with controls:
        balance = choice.draw_balance("balance", in_address=True)
        final = choice.balanced(settings, balance)
        _choose_size(settings, changes, photo, painting)
        _start(Choice(photo, name, painting, title, final))
    with drawer:
        _offer_settings(preset, final, title, painting_name, bool(changes))
    choice.show_in_address(preset, changes)


def _choose_style(good: dict[str, Preset]) -> Preset:
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
            _take_style(good[name])

    replaced = inputs.has_painting() and good[chosen].painting is not None
    components.styles(
        key="styles",
        data={
            "chosen": None if replaced else chosen,
            "options": options,
            "texts": texts.STYLES,
        },
        on_chosen_change=take,
    )
    return good[chosen]


def _take_style(preset: Preset) -> None:
    """Take a preset, and its painting instead of the visitor's own; one without needs theirs."""
    choice.choose_style(preset.name)
    if preset.painting is not None:
        inputs.drop_painting()


def _painting_of(preset: Preset) -> tuple[Picture | None, str]:
    if preset.painting is None:
        return None, "painting.jpg"
    try:
        data = preset.painting.read_bytes()
    except OSError:
        st.error(texts.PAINTING_GONE)
        return None, preset.painting.name
    return inputs.decoded(f"preset {preset.name}", data, preset.name), preset.painting.name


def _show_broken(broken: dict[str, str]) -> None:
    if broken:
        with st.expander(texts.BROKEN_PRESETS, icon=":material/warning:"):
            for sentence in broken.values():
                st.caption(words.plain(sentence))


def _choose_settings(preset: Preset) -> dict[str, Any]:
    before = choice.changes(preset)
    after = {name: before[name] for name in _NOT_IN_DRAWER if name in before}
    after |= advanced.draw(preset.settings, before, f"set_{preset.name}_")
    after = _with_exact_size(preset.settings, before.get("size", 0), after)
    try:
        preset.settings.changed(**after)
    except NstError as error:
        st.error(words.plain(str(error)))
        after = before
    choice.set_changes(after)
    return after


def _with_exact_size(base: Settings, size: int, changes: dict[str, Any]) -> dict[str, Any]:
    """Draw the exact size. Returns: the changes with the size that was chosen in either way.

    size: that was chosen before; 0 for none.
    """
    key = "set_exact_size"
    first = st.session_state.setdefault(key, size if size not in texts.SIZES else 0)
    pixels = st.number_input(
        texts.EXACT_SIZE, 0, 8192, first, step=32, key=key, help=texts.EXACT_SIZE_HELP, width=240
    )
    changes = dict(changes)
    if pixels or size in texts.SIZES:
        changes = {n: v for n, v in changes.items() if n not in ("rows", "columns")}
        if (pixels or size) != base.size:
            changes["size"] = pixels or size
    if changes.keys() & {"size", "rows", "columns"}:
        advanced.mark(words.size(base))
    return changes


def _offer_settings(
    preset: Preset, final: Settings, title: str, painting: str, differs: bool
) -> None:
    """Draw what is to be done with the settings as a whole: go back to the preset, or keep them."""
    usual, weight = preset.settings.content_weight, final.content_weight
    if weight != usual:
        name = str(Settings.model_fields["content_weight"].title)
        advanced.mark(f"{usual:g}", f"{name} {weight:g}; {texts.PRESET_HAS}")
    with st.container(horizontal=True):
        st.button(texts.RESET, on_click=choice.reset, disabled=not differs and weight == usual)
        st.download_button(
            texts.SAVE_PRESET,
            presets.render(
                title=texts.CHANGED_PRESET.format(title=title),
                description=preset.description,
                painting=painting,
                settings=final,
            ),
            texts.PRESET_FILE,
            "application/yaml",
            on_click="ignore",
            icon=":material/download:",
        )


def _choose_size(
    settings: Settings, changes: dict[str, Any], photo: Picture | None, painting: Picture | None
) -> None:
    rows = photo.pixels.shape[:2] if photo else _TYPICAL
    columns = painting.pixels.shape[:2] if painting else _TYPICAL

    def in_words(size: int) -> str:
        try:
            seconds = runs.foretell(settings.changed(size=size), rows, columns).seconds
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
    with contextlib.suppress(NstError):  # what cannot be done is said when it is asked for
        told = runs.foretell(settings, rows, columns)
        st.caption(
            texts.FORETOLD.format(
                size=words.size(settings),
                time=words.duration(told.seconds),
                memory=f"{told.memory / 1e9:.1f}",
            )
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
