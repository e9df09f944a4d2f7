"""The drawer of all other settings, made from the settings model."""

from typing import Any, Literal, get_args, get_origin

import streamlit as st
from pydantic.fields import FieldInfo

from dashboard import texts, words
from nst_core import presets, term_uses, terms
from nst_core.layers import LAYER_NAMES
from nst_core.settings import Settings, bounds

_ELSEWHERE = {"recipe", "size", "rows", "columns", "content_weight", "terms"}
NAMES = [name for name in Settings.model_fields if name not in _ELSEWHERE]


def draw(base: Settings, changes: dict[str, Any], prefix: str) -> dict[str, Any]:
    """Draw a widget for each setting. Returns: those that differ from `base`.

    Args:
        base: the preset's, or those of the run that is gone on from.
        changes: what differs at first.
        prefix: of the widgets' keys.
    """
    found = {}
    for name, cell in zip(NAMES, _cells(), strict=True):
        usual = getattr(base, name)
        with cell:
            value = _widget(name, changes.get(name, usual), prefix)
            if isinstance(value, list):  # in the order of the clicks
                value = tuple(sorted(value, key=LAYER_NAMES.index))
            if value != usual:
                found[name] = value
                shown = words.plain(presets.as_text(usual))
                st.caption(f":material/edit: {texts.PRESET_HAS.format(value=shown)}")
    uses = _draw_terms(changes.get("terms", term_uses.as_mapping(base.terms)), prefix)
    if uses != term_uses.as_mapping(base.terms):
        found["terms"] = uses
    return found


def _draw_terms(uses: dict[str, Any], prefix: str) -> dict[str, Any]:
    """A weight for each further term that the preset names or a package brings; 0 leaves it out."""
    built_in = {kind.name for kind in terms.BUILT_IN}
    names = [name for name in terms.kinds() if name in uses or name not in built_in]
    drawn = {}
    for name in names:
        kind, given = terms.kinds()[name], uses.get(name, 0.0)
        key = f"{prefix}term_{name}"
        if key not in st.session_state:
            st.session_state[key] = float(given["weight"] if isinstance(given, dict) else given)
        weight = st.number_input(
            words.plain(kind.title), 0.0, 1e9, step=0.05, format="%.4g", key=key,
            help=words.plain(kind.description),
        )  # fmt: skip
        if weight:
            drawn[name] = given | {"weight": weight} if isinstance(given, dict) else weight
    return drawn


def _cells() -> list[Any]:
    grid = st.grid("auto", min_column_width=220)
    return [grid.cell() for _ in NAMES]


def _widget(name: str, value: Any, prefix: str) -> Any:
    field = Settings.model_fields[name]
    key = f"{prefix}{name}"
    if key not in st.session_state:
        st.session_state[key] = list(value) if isinstance(value, tuple) else value
    label, help_words = str(field.title), field.description
    if get_origin(field.annotation) is Literal:
        return st.selectbox(label, get_args(field.annotation), key=key, help=help_words)
    if name in ("content_layers", "style_layers"):
        return st.pills(label, LAYER_NAMES, selection_mode="multi", key=key, help=help_words)
    if field.annotation is bool:
        return st.toggle(label, key=key, help=help_words)
    return _number(label, field, key, help_words)


def _number(label: str, field: FieldInfo, key: str, help_words: str | None) -> Any:
    low, high = bounds(field)
    if field.annotation is int:
        return st.number_input(label, int(low), int(high), step=1, key=key, help=help_words)
    return st.number_input(
        label, float(low), float(high), step=0.05, format="%.4g", key=key, help=help_words
    )
