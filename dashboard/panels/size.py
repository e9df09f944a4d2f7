"""The picture's size: in a word with the time that it takes, or exactly."""

import contextlib
from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard import formatting, keys, state, texts
from dashboard.panels.setting_widgets import say_usual
from dashboard.runs.foretelling import foretell
from nst_core.errors import NstError
from nst_core.pictures.decoding import Picture
from nst_core.pictures.masks import Masks
from nst_core.plan.schedule import Size
from nst_core.settings import Settings

_TYPICAL: Size = (480, 640)
"""Rows and columns, to reckon with before there is a picture."""


def choose_size(
    settings: Settings,
    changes: dict[str, Any],
    photo: Picture | None,
    paintings: Sequence[Picture],
    masks: Masks | None,
) -> None:
    """Draw the sizes in words, and what a run takes with the settings as they are.

    Args:
        settings: with what has been changed.
        changes: what differs from the preset; a click adds the size to them.
        photo: the one in hand.
        paintings: all that count; none while there is none.
        masks: where to paint.
    """
    sizes = [p.pixels.shape[:2] if p else _TYPICAL for p in (photo, *(paintings or (None,)))]

    def in_words(size: int) -> str:
        try:
            seconds = foretell(settings.changed(size=size), sizes, masks).seconds
        except NstError:
            return texts.SIZES[size]
        return f"{texts.SIZES[size]} · {formatting.duration(seconds)}"

    def take() -> None:
        memory = state.current()
        memory.changes = changes | {"size": st.session_state[keys.SIZE_IN_WORDS]}
        st.session_state[keys.exact_size(memory.settings_turn)] = 0

    is_in_words = settings.size in texts.SIZES
    st.session_state[keys.SIZE_IN_WORDS] = settings.size if is_in_words else None
    st.segmented_control(
        texts.SIZE,
        list(texts.SIZES),
        format_func=in_words,
        key=keys.SIZE_IN_WORDS,
        on_change=take,
        required=True,
    )
    with contextlib.suppress(NstError):  # what cannot be done is said when it is asked for
        st.caption(foretold(settings, sizes, masks))


def foretold(settings: Settings, sizes: Sequence[Size], masks: Masks | None = None) -> str:
    """ "512 pixels, about 40 seconds and 1.3 GB of memory".

    Raises:
        NstError: it cannot be done at that size.
    """
    forecast = foretell(settings, sizes, masks)
    return texts.FORETOLD.format(
        size=formatting.size(settings),
        time=formatting.duration(forecast.seconds),
        memory=f"{forecast.memory / 1e9:.1f}",
    )


def choose_exact_size(base: Settings, size: int, changes: dict[str, Any]) -> dict[str, Any]:
    """Draw the exact size. The changes are returned with the size that was chosen in either way.

    Args:
        base: the preset's settings.
        size: the longer side in pixels that was chosen before; 0 for none.
        changes: what differs from the preset.
    """
    key = keys.exact_size(state.current().settings_turn)
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
        say_usual(formatting.size(base))
    return changes
