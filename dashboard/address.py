"""The page's address: the run that it shows, or the choice that it carries, to be shared as a link.

Example:
    `/?run=01J...&beside=01J...` shows two runs, with `&strength=70` nearer to their photos;
    `/?style=stained_glass&size=300` a choice.
"""

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from dashboard import formatting, mixing, state
from nst_core import presets
from nst_core.errors import NstError, shown
from nst_core.pictures.retouch import AS_PAINTED, Retouch, RetouchError, strength_of
from nst_core.presets import Preset
from nst_core.settings import Settings

_RUN, _BESIDE, _STYLE, _MIX = "run", "beside", "style", "mix"
_STRENGTH, _KEEP_COLOURS = "strength", "keep_colours"
"""Of a run's pictures. `colours` is a setting, which the address of a run may still carry."""
_UNTOUCHED = Retouch()
_REFUSED, _REFUSED_SECONDS = ":material/link_off:", 6.0
_NOT_CARRIED = ("recipe", "recipe_version")
"""Settings that come from the style alone: the others mean something only with them."""
_PAIR = ("rows", "columns")
"""Settings of which one alone is of no use."""
_OF_PAINTINGS = {"style_mix": "a weight", "style_scales": "a stroke size"}
"""Settings of a number for each painting."""


def runs() -> list[str]:
    """The ids of the run to show and of the one beside it; empty for the first screen."""
    run, beside = st.query_params.get(_RUN), st.query_params.get(_BESIDE)
    return [name for name in (run, beside) if name]


def names_run() -> bool:
    """Whether the address leads to a run, which may not exist."""
    return _RUN in st.query_params


def of_run(run: str, retouch: Retouch = _UNTOUCHED) -> str:
    """The address of a run, as a link on the page gives it.

    Args:
        run: its id.
        retouch: how its pictures are to be shown.
    """
    return f"?{urlencode({_RUN: run} | _as_values(retouch))}"


def retouch() -> Retouch:
    """How a run's pictures are shown; what cannot be used is refused in words and forgotten."""
    memory, asked = state.current(), _UNTOUCHED
    try:
        asked = _retouch_of(st.query_params.to_dict())
    except NstError as error:
        memory.refusal, memory.refusal_until = str(error), time.monotonic() + _REFUSED_SECONDS
        show_retouch(_UNTOUCHED)
    if time.monotonic() < memory.refusal_until:
        st.toast(formatting.plain(memory.refusal), icon=_REFUSED)
    return asked


def show_retouch(retouch: Retouch) -> None:
    """Have the address say how a run's pictures are shown."""
    wanted = _as_values(retouch)
    for name in (_STRENGTH, _KEEP_COLOURS):
        if name in wanted:
            if st.query_params.get(name) != wanted[name]:
                st.query_params[name] = wanted[name]
        elif name in st.query_params:
            del st.query_params[name]


def _as_values(retouch: Retouch) -> dict[str, str]:
    """What the address says of a retouch: only what differs from the pictures as they are."""
    values = {_STRENGTH: str(retouch.strength)} if retouch.strength != AS_PAINTED else {}
    return values | ({_KEEP_COLOURS: "true"} if retouch.keeps_colours else {})


def _retouch_of(query: Mapping[str, str]) -> Retouch:
    """Raises: RetouchError: a value is none that can be used."""
    strength = strength_of(query[_STRENGTH]) if _STRENGTH in query else AS_PAINTED
    keeps = query.get(_KEEP_COLOURS, "false")
    if keeps not in ("true", "false"):
        raise RetouchError(f"{_KEEP_COLOURS} must be true or false. Received: {shown(keeps)}.")
    return Retouch(strength, keeps_colours=keeps == "true")


def show_run(run: str, beside: str | None = None) -> None:
    """Have the address lead to a run, alone or with another one beside it."""
    show_retouch(_UNTOUCHED)
    st.query_params[_RUN] = run
    if beside is not None:
        st.query_params[_BESIDE] = beside
    else:
        leave_beside()


def leave_run() -> None:
    """Have the address lead to the first screen."""
    show_retouch(_UNTOUCHED)
    if _RUN in st.query_params:
        del st.query_params[_RUN]
    leave_beside()


def leave_beside() -> None:
    """Have the address lead to the first of two runs alone."""
    if _BESIDE in st.query_params:
        del st.query_params[_BESIDE]


def style() -> str:
    """The name of the style that the address asks for, as it stands there; empty for none."""
    return st.query_params.get(_STYLE, "")


def mix(usable: Mapping[str, Preset]) -> dict[str, int]:
    """How much the paintings of styles count in the mix that the address asks for, by their names.

    Args:
        usable: all styles by their names. What cannot be mixed is refused in words.
    """
    names = {name for name, preset in usable.items() if len(preset.paintings) == 1}
    shares, refusal = mixing.read(st.query_params.get(_MIX, ""), names | {style()} & usable.keys())
    if refusal:
        st.toast(formatting.plain(refusal), icon=_REFUSED)
    return shares


def changes(preset: Preset) -> dict[str, Any]:
    """The settings in which the address differs from the preset.

    They are validated like any other value; the page says which ones are refused.
    """
    values: dict[str, Any] = {}
    refusals = []
    for name in Settings.model_fields:
        if name in st.query_params and name not in _NOT_CARRIED:
            try:
                values[name] = presets.value_of(name, st.query_params[name], name)
            except NstError as error:
                refusals.append(str(error))
    accepted = _accepted(preset.settings, values, refusals)
    for name in accepted.keys() & _OF_PAINTINGS.keys():
        paintings, count = max(1, len(preset.paintings)), len(accepted[name])
        if count not in (0, paintings):
            del accepted[name]
            expected = f"{_OF_PAINTINGS[name]} for each painting of the style: {paintings}"
            refusals.append(f"{name} must have {expected}. Received: {count}.")
    for sentence in refusals:
        st.toast(formatting.plain(sentence), icon=_REFUSED)
    usual, changed = preset.settings, preset.settings.changed(**accepted)
    return {n: v for n, v in accepted.items() if getattr(changed, n) != getattr(usual, n)}


def _accepted(base: Settings, values: dict[str, Any], refusals: list[str]) -> dict[str, Any]:
    """All values if they are good together, else those that are good one after another.

    Args:
        base: what the values change.
        values: by the settings' names.
        refusals: takes a sentence for each value that is not accepted.
    """
    pair = {name: values[name] for name in _PAIR if name in values}
    singles = [{name: value} for name, value in values.items() if name not in _PAIR]
    accepted: dict[str, Any] = {}
    for parts in ([values], [pair, *singles]):
        sentences = []
        for part in parts:
            try:
                base.changed(**accepted, **part)
            except NstError as error:
                sentences.append(str(error))
            else:
                accepted |= part
        if not sentences:
            return accepted
    refusals += sentences
    return accepted


def show_choice(preset: Preset, values: dict[str, Any], mix: Mapping[str, int]) -> None:
    """Have the address carry the style and its changed settings; the balance's slider does its own.

    Args:
        preset: the style.
        values: the settings that differ from it.
        mix: how much the paintings of styles count, by their names, if they are mixed.
    """
    wanted = {_STYLE: preset.name} | {name: presets.as_text(v) for name, v in values.items()}
    if mix:
        wanted[_MIX] = mixing.as_text(mix)
    for name in (_STYLE, _MIX, *Settings.model_fields):
        if name in wanted:
            if st.query_params.get(name) != wanted[name]:
                st.query_params[name] = wanted[name]
        elif name in st.query_params:
            del st.query_params[name]
