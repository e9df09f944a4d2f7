"""What has been chosen, and the address that says the same: style, size, balance, and each setting
that differs from the preset."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard import texts, words
from nst_core import presets
from nst_core.errors import NstError
from nst_core.pictures.decoding import Picture
from nst_core.presets import Preset
from nst_core.settings import Settings

MIDDLE, MOST = 50, 100
_BALANCE_DECADES = 2.0
_LEAST_CONTENT = 1e-3
_LONGEST_NAME = 64
_CHANGES, _STYLE = "changes", "style"
_PAIR = ("rows", "columns")
"""Settings of which one alone is of no use."""


@dataclass(frozen=True)
class Choice:
    """A photo, a painting, and what to do with them; both pictures may still be missing."""

    photo: Picture | None
    photo_name: str
    painting: Picture | None
    title: str
    settings: Settings


def balanced(settings: Settings, balance: int) -> Settings:
    """Settings with the content's weight moved: the middle is the preset's own.

    balance: 0 (a hundred times the weight) to 100 (a hundredth of it).
    """
    if balance == MIDDLE:
        return settings
    factor = 10 ** (_BALANCE_DECADES * (MIDDLE - balance) / MIDDLE)
    weight = max(settings.content_weight, _LEAST_CONTENT) * factor
    return settings.changed(content_weight=min(1e9, float(f"{weight:.3g}")))


def draw_balance(key: str, in_address: bool = False) -> int:
    """Draw the slider between photo and painting. Returns: where it is, 0 to 100."""
    photo_end, painting_end = texts.BALANCE_ENDS
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(photo_end, width="content")
        balance = st.slider(
            texts.BALANCE,
            0,
            MOST,
            MIDDLE,
            step=5,
            key=key,
            bind="query-params" if in_address else None,
            format=" ",
            label_visibility="collapsed",
        )
        st.caption(painting_end, width="content")
    return balance


def style(names: list[str]) -> str:
    """The chosen preset's name: what was clicked, else what the address says, else the first."""
    if _STYLE not in st.session_state:
        asked = st.query_params.get(_STYLE, "")
        st.session_state[_STYLE] = asked if asked in names else names[0]
        if asked and asked not in names:
            said = texts.NO_SUCH_STYLE.format(name=words.plain(asked[:_LONGEST_NAME]))
            st.toast(said, icon=":material/link_off:")
            # Its settings were meant for another style.
            st.session_state[_CHANGES] = {}
    chosen = st.session_state[_STYLE]
    return chosen if chosen in names else names[0]


def choose_style(name: str) -> None:
    """Take another preset; what was changed in the last one's settings is not carried over."""
    st.session_state[_STYLE] = name
    forget_changes()


def changes(preset: Preset) -> dict[str, Any]:
    """Settings that differ from the preset: those made here, at first those of the address.

    What an address gives is validated like any other value; what is not good is left out.
    """
    if _CHANGES not in st.session_state:
        st.session_state[_CHANGES] = _from_address(preset)
    return dict(st.session_state[_CHANGES])


def set_changes(values: dict[str, Any]) -> None:
    """Remember what differs."""
    st.session_state[_CHANGES] = values


def reset() -> None:
    """Go back to the preset in all that is chosen here."""
    forget_changes()
    st.session_state["balance"] = MIDDLE


def forget_changes() -> None:
    """Go back to the preset's settings; the balance is relative to them and stays."""
    st.session_state[_CHANGES] = {}
    for key in list(st.session_state):
        if str(key).startswith("set_"):
            del st.session_state[key]


def show_in_address(preset: Preset, values: dict[str, Any]) -> None:
    """Have the address carry the choice; the balance looks after itself."""
    wanted = {_STYLE: preset.name} | {name: presets.as_text(v) for name, v in values.items()}
    for name in (_STYLE, *Settings.model_fields):
        if name in wanted:
            if st.query_params.get(name) != wanted[name]:
                st.query_params[name] = wanted[name]
        elif name in st.query_params:
            del st.query_params[name]


def _from_address(preset: Preset) -> dict[str, Any]:
    given: dict[str, Any] = {}
    refused = []
    for name in Settings.model_fields:
        if name in st.query_params and name != "recipe":
            try:
                given[name] = presets.value_of(name, st.query_params[name], name)
            except NstError as error:
                refused.append(str(error))
    found = _usable(preset.settings, given, refused)
    for sentence in refused:
        st.toast(words.plain(sentence), icon=":material/link_off:")
    changed = preset.settings.changed(**found)
    return {n: v for n, v in found.items() if getattr(changed, n) != getattr(preset.settings, n)}


def _usable(base: Settings, given: dict[str, Any], refused: list[str]) -> dict[str, Any]:
    """Of the values all if they are good together, else those that are so one after another.

    refused: takes a sentence for each of the others.
    """
    pair = {name: given[name] for name in _PAIR if name in given}
    singles = [{name: value} for name, value in given.items() if name not in _PAIR]
    found: dict[str, Any] = {}
    for parts in ([given], [pair, *singles]):
        sentences = []
        for part in parts:
            try:
                base.changed(**found, **part)
            except NstError as error:
                sentences.append(str(error))
            else:
                found |= part
        if not sentences:
            return found
    refused += sentences
    return found
