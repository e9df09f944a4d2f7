"""The painting: one of the visitor's own, or that of the chosen style."""

import zlib

import streamlit as st

from dashboard import formatting, keys, mixing, session_cache, state, texts, uploads
from dashboard.mixing import Part
from dashboard.state import PictureFile
from nst_core.pictures.decoding import Picture
from nst_core.presets import Preset

_WIDTH = 240


def choose_own_painting(expanded: bool) -> Part | None:
    """Draw the place for a painting of the visitor's own, which is returned.

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
        return own_part(file, painting)


def painting_name(preset: Preset, own: Part | None) -> str:
    """The name of the file that a preset of the choice would name for its painting."""
    if own is not None:
        return own.files[0]["file"]
    return preset.painting.name if preset.painting else "painting.jpg"


def own_part(file: PictureFile, painting: Picture, share: int = mixing.USUAL) -> Part:
    """A painting of the visitor's own, as a part of a mix."""
    return Part(texts.OWN_STYLE, (painting,), ({"file": file.name},), (file.key,), share)


def part_of(preset: Preset, share: int = mixing.USUAL, *, is_style: bool = False) -> Part:
    """A style's paintings, as a part of a mix; without any where the style has none to read.

    An error on the page says so if it should have some.
    """
    pictures: list[Picture] = []
    keys_of: list[str] = []
    for path in preset.paintings:
        try:
            data = path.read_bytes()
        except OSError:
            st.error(texts.PAINTING_GONE)
            return Part(preset.title, (), (), (), share, is_style)
        key = f"preset {path} {zlib.crc32(data)}"  # a file that is mended is another one
        picture = uploads.decoded(PictureFile(key, data, preset.name))
        if picture is None:
            return Part(preset.title, (), (), (), share, is_style)
        pictures.append(picture)
        keys_of.append(key)
    # Only a preset of one painting can be named by another.
    is_one = len(preset.paintings) == 1
    files = tuple(
        {"preset": preset.name} if is_one else {"file": path.name} for path in preset.paintings
    )
    return Part(preset.title, tuple(pictures), files, tuple(keys_of), share, is_style)
