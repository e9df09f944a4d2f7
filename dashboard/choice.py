"""What the visitor has chosen on the first screen; at first that is what the address says."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard import address, formatting, keys, state, texts
from nst_core.pictures.decoding import Picture
from nst_core.pictures.masks import Masks
from nst_core.pictures.pixels import Pixels
from nst_core.plan.schedule import Size
from nst_core.presets import Preset
from nst_core.settings import Settings

MIDDLE, MOST = 50, 100
"""The middle and the highest value of the slider between photo and painting; the lowest is 0."""
_BALANCE_DECADES = 2.0
_LEAST_CONTENT = 1e-3
_LONGEST_NAME = 64


@dataclass(frozen=True)
class Choice:
    """A photo, paintings, and what to do with them; both pictures may still be missing.

    Attributes:
        further: the paintings after the first, uint8 RGB (H, W, 3).
        masks: where to paint, and which painting goes where.
    """

    photo: Picture | None
    photo_name: str
    painting: Picture | None
    title: str
    settings: Settings
    further: tuple[Pixels, ...] = ()
    masks: Masks | None = None

    @property
    def sizes(self) -> list[Size]:
        """Rows and columns of the photo and of each painting, once both are there."""
        assert self.photo is not None
        assert self.painting is not None
        pictures = self.photo.pixels, self.painting.pixels, *self.further
        return [picture.shape[:2] for picture in pictures]


def balanced(settings: Settings, balance: int) -> Settings:
    """Settings with the content's weight moved; in the middle it is the preset's own.

    Args:
        settings: the preset's, with what has been changed.
        balance: 0 (a hundred times the weight) to 100 (a hundredth of it).
    """
    if balance == MIDDLE:
        return settings
    factor = 10 ** (_BALANCE_DECADES * (MIDDLE - balance) / MIDDLE)
    weight = max(settings.content_weight, _LEAST_CONTENT) * factor
    return settings.changed(content_weight=min(1e9, float(f"{weight:.3g}")))


def style(names: list[str]) -> str:
    """The chosen preset's name: what was clicked, else what the address says, else the first."""
    memory = state.current()
    if not memory.style:
        asked = address.style()
        if asked and asked not in names:
            notice = texts.NO_SUCH_STYLE.format(name=formatting.plain(asked[:_LONGEST_NAME]))
            st.toast(notice, icon=":material/link_off:")
            memory.forget_changes()  # the settings in the address were meant for that style
            asked = ""
        memory.style = asked or names[0]
    return memory.style if memory.style in names else names[0]


def changes(preset: Preset) -> dict[str, Any]:
    """Settings that differ from the preset: those made here, at first those of the address."""
    memory = state.current()
    if memory.changes is None:
        memory.changes = address.changes(preset)
    return dict(memory.changes)


def reset() -> None:
    """Go back to the preset in all that is chosen here."""
    state.current().forget_changes()
    st.session_state[keys.BALANCE] = MIDDLE
