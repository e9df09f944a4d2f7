"""The styles, as pictures to choose from."""

from typing import Any

import streamlit as st

from dashboard import choice, components, formatting, keys, state, texts
from dashboard.server import addresses
from nst_core.presets import Preset


def choose_style(presets: dict[str, Preset]) -> Preset:
    """Draw the styles. The chosen one is returned.

    Args:
        presets: all that can be used, by their names.
    """
    st.subheader(texts.STYLE)
    chosen = presets[choice.style(list(presets))]

    def take() -> None:
        name = st.session_state[keys.STYLES].get("chosen")
        if name in presets:
            _take_style(presets[name])

    has_own_painting = "painting" in state.current().in_hand
    is_replaced = has_own_painting and bool(chosen.paintings)
    components.styles(
        key=keys.STYLES,
        data={
            "chosen": None if is_replaced else chosen.name,
            "options": [_option(preset) for preset in presets.values()],
            "texts": texts.STYLES,
        },
        on_chosen_change=take,
    )
    return chosen


def _option(preset: Preset) -> dict[str, Any]:
    files = {"painting": preset.painting, "preview": preset.preview}
    pictures = {
        kind: addresses.PRESET.format(name=preset.name, kind=kind) if file else None
        for kind, file in files.items()
    }
    return {"name": preset.name, "title": preset.title, "words": preset.description, **pictures}


def _take_style(preset: Preset) -> None:
    """Take a preset with its painting; one that has none needs the visitor's own."""
    memory = state.current()
    memory.choose_style(preset.name)
    if preset.paintings:
        memory.put_painting_away()


def show_broken(broken: dict[str, str]) -> None:
    """Say which presets and loss terms cannot be used, and why, if there are any."""
    if broken:
        with st.expander(texts.BROKEN_PRESETS, icon=":material/warning:"):
            for sentence in broken.values():
                st.caption(formatting.plain(sentence))
