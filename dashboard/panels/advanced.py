"""The drawer "Advanced": all other settings, the way back to the preset, and a preset to save."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard import choice, formatting, keys, state, texts
from dashboard.panels.setting_widgets import choose_settings, say_usual
from dashboard.panels.size import choose_exact_size
from nst_core import presets
from nst_core.errors import NstError
from nst_core.presets import Preset
from nst_core.settings import Settings

_NOT_IN_DRAWER = ("content_weight", "rows", "columns", "style_mix", "style_scales")


def choose_changes(preset: Preset) -> dict[str, Any]:
    """Draw the settings. Those that differ from the preset are returned, and remembered."""
    memory = state.current()
    before = choice.changes(preset)
    after = {name: before[name] for name in _NOT_IN_DRAWER if name in before}
    group = keys.preset_settings(memory.settings_turn, preset.name)
    after |= choose_settings(preset.settings, before, group)
    after = choose_exact_size(preset.settings, before.get("size", 0), after)
    try:
        preset.settings.changed(**after)
    except NstError as error:
        st.error(formatting.plain(str(error)))
        after = before
    memory.changes = after
    return after


def offer_preset(
    preset: Preset,
    final: Settings,
    title: str,
    files: Sequence[Mapping[str, str]],
    painting: str,
    differs: bool,
) -> None:
    """Draw what can be done with the settings as a whole: go back to the preset, or save them.

    Args:
        preset: the chosen one.
        final: its settings with all changes and the balance.
        title: of the style as it is now.
        files: of its paintings, as a preset's file names them.
        painting: the name of a file for the only one of them.
        differs: whether a setting besides the balance was changed.
    """
    usual, weight = preset.settings.content_weight, final.content_weight
    if weight != usual:
        name = str(Settings.model_fields["content_weight"].title)
        say_usual(f"{usual:g}", f"{name} {weight:g}; {texts.PRESET_HAS}")
    with st.container(horizontal=True):
        st.button(texts.RESET, on_click=choice.reset, disabled=not differs and weight == usual)
        st.download_button(
            texts.SAVE_PRESET,
            presets.render(
                title=texts.CHANGED_PRESET.format(title=title),
                description=preset.description,
                painting=painting,
                settings=final,
                paintings=files if len(files) > 1 else (),
            ),
            texts.PRESET_FILE,
            "application/yaml",
            on_click="ignore",
            icon=":material/download:",
        )
