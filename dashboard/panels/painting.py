"""The painting: one of the visitor's own, or that of the chosen style."""

import zlib

import streamlit as st

from dashboard import formatting, keys, session_cache, state, texts, uploads
from dashboard.state import PictureFile
from nst_core.pictures.decoding import Picture
from nst_core.presets import Preset

_WIDTH = 240


def choose_own_painting(expanded: bool) -> tuple[Picture, str] | None:
    """Draw the place for a painting of the visitor's own, which is returned with its name.

    Args:
        expanded: whether the place is open though there is no such painting, since one is needed.
    """
    memory = state.current()
    expanded = expanded or "painting" in memory.in_hand
    with st.expander(texts.OWN_PAINTING, expanded=expanded, icon=":material/palette:"):
        key = keys.painting_uploader(memory.painting_turn)
        uploads.draw_uploader("painting", texts.OWN_PAINTING, key, texts.OWN_PAINTING_HELP)
        in_hand = uploads.in_hand("painting")
        if in_hand is None:
            return None
        painting, file = in_hand
        small = session_cache.preview(file.key, painting)
        st.image(small, formatting.plain(file.name), width=_WIDTH, alt=texts.OWN_PAINTING)
        return painting, file.name


def painting_of(preset: Preset) -> tuple[Picture | None, str]:
    """A style's painting and its file's name; without a picture where the style has none to read.

    An error on the page says so if it should have one.
    """
    if preset.painting is None:
        return None, "painting.jpg"
    try:
        data = preset.painting.read_bytes()
    except OSError:
        st.error(texts.PAINTING_GONE)
        return None, preset.painting.name
    key = f"preset {preset.name} {zlib.crc32(data)}"  # a file that is mended is another one
    file = PictureFile(key, data, preset.name)
    return uploads.decoded(file), preset.painting.name
