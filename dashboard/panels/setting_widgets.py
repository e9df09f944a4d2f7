"""A widget for each setting and for each further loss term, made from the settings model."""

from typing import Any, Literal, get_args, get_origin

import streamlit as st
from pydantic.fields import FieldInfo

from dashboard import formatting, keys, texts
from dashboard.panels.layer_widgets import choose_layers
from nst_core import presets
from nst_core.settings import Settings, bounds, term_kinds, term_uses
from nst_core.settings.recipes import NEWEST

_ELSEWHERE = {
    "recipe", "recipe_version", "size", "rows", "columns", "content_weight", "terms",
    "style_mix", "style_scales",
}  # fmt: skip
_OF_LAYERS = ("content_layers", "style_layers")
NAMES = [name for name in Settings.model_fields if name not in _ELSEWHERE]


def choose_settings(
    base: Settings, changes: dict[str, Any], group: str, usual_words: str = texts.PRESET_HAS
) -> dict[str, Any]:
    """Draw a widget for each setting. Those that differ from `base` are returned.

    Args:
        base: the preset's, or those of the run that is gone on from.
        changes: what differs at first.
        group: what the widgets' keys begin with.
        usual_words: how to say what `base` has.
    """
    if base.recipe == "default" and base.recipe_version != NEWEST:
        st.caption(texts.EARLIER_RECIPE.format(version=base.recipe_version, newest=NEWEST))
    differing = {}
    for name, cell in zip(NAMES, _cells(), strict=True):
        usual = getattr(base, name)
        with cell:
            first = changes.get(name, usual)
            value: Any = (
                choose_layers(name, first, usual, group)
                if name in _OF_LAYERS
                else _widget(name, first, keys.setting(group, name))
            )
            if value != usual:
                differing[name] = value
                say_usual(presets.as_text(usual), usual_words)
    usual_uses = term_uses.as_mapping(base.terms)
    uses = _choose_terms(changes.get("terms", usual_uses), usual_uses, group, usual_words)
    if uses != usual_uses:
        differing["terms"] = uses
    return differing


def say_usual(usual: str, usual_words: str = texts.PRESET_HAS) -> None:
    """Say beside a widget what it would have if nothing had been changed."""
    st.caption(f":material/edit: {formatting.plain(usual_words.format(value=usual))}")


def _choose_terms(
    uses: dict[str, Any], usual_uses: dict[str, Any], group: str, usual_words: str
) -> dict[str, Any]:
    """A weight for each further term that the preset names or a package brings; 0 leaves it out."""
    built_in = {kind.name for kind in term_kinds.BUILT_IN}
    in_use = uses.keys() | usual_uses.keys()
    kinds = {n: k for n, k in term_kinds.kinds().items() if n in in_use or n not in built_in}
    chosen = {}
    for name, kind in kinds.items():
        use = uses.get(name, usual_uses.get(name, 0.0))
        usual = _weight(usual_uses.get(name, 0.0))
        key = keys.term(group, name)
        first = st.session_state.setdefault(key, _weight(uses.get(name, 0.0)))
        weight = st.number_input(
            formatting.plain(kind.title), 0.0, 1e9, first, step=0.05, format="%.4g", key=key,
            help=formatting.plain(kind.description),
        )  # fmt: skip
        if weight != usual:
            say_usual(f"{usual:g}", usual_words)
        if weight:
            chosen[name] = use | {"weight": weight} if isinstance(use, dict) else weight
    return chosen


def _weight(use: Any) -> float:
    return float(use["weight"] if isinstance(use, dict) else use)


def _cells() -> list[Any]:
    grid = st.grid("auto", min_column_width=220)
    return [grid.cell() for _ in NAMES]


def _widget(name: str, value: Any, key: str) -> Any:
    field = Settings.model_fields[name]
    # The value is given as the default, too: what only the state holds can be lost on its way to a
    # browser from which a click comes at once, and a number would then be its lowest.
    first = st.session_state.setdefault(key, value)
    shared: dict[str, Any] = {"label": str(field.title), "key": key, "help": field.description}
    if get_origin(field.annotation) is Literal:
        options = get_args(field.annotation)
        return st.selectbox(options=options, index=options.index(first), **shared)
    if field.annotation is bool:
        return st.toggle(value=first, **shared)
    return _number(field, first, shared)


def _number(field: FieldInfo, first: float, shared: dict[str, Any]) -> Any:
    low, high = bounds(field)
    if field.annotation is int:
        return st.number_input(
            min_value=int(low), max_value=int(high), value=int(first), step=1, **shared
        )
    return st.number_input(
        min_value=float(low), max_value=float(high), value=float(first), step=0.05, format="%.4g",
        **shared,
    )  # fmt: skip
