"""The widgets of a setting that holds VGG16 layers: which ones, and how much each counts."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import keys, texts
from nst_core.settings import Settings
from nst_core.settings.layer_weights import HEAVIEST, LayerWeights
from nst_core.vgg16.layers import LAYER_NAMES, LayerName

Chosen = tuple[LayerName, ...] | LayerWeights


def choose_layers(name: str, value: Any, usual: Chosen, group: str) -> Chosen:
    """Draw the layers of a setting, and a weight for each where they are not all alike.

    Args:
        name: of the setting.
        value: what it has at first, a sequence or a mapping.
        usual: what the preset has; a layer that gets a weight begins with the preset's.
        group: what the widgets' keys begin with.

    Returns:
        Layers in the network's order. None at all, or one of weight 0, the settings refuse.
    """
    field = Settings.model_fields[name]
    key = keys.setting(group, name)
    # As with all settings, what they have at first is given as the default, too.
    first = st.session_state.setdefault(key, list(value))
    clicked = st.pills(
        str(field.title), LAYER_NAMES, selection_mode="multi", default=first, key=key,
        help=field.description,
    )  # fmt: skip
    layers = tuple(sorted(clicked, key=LAYER_NAMES.index))
    key = keys.weighs_layers(group, name)
    is_weighted = st.session_state.setdefault(key, isinstance(value, Mapping))
    if st.toggle(texts.WEIGH_LAYERS, is_weighted, key=key, help=texts.WEIGH_LAYERS_HELP):
        before = dict.fromkeys(layers, 1.0)
        for weights in (usual, value):
            before |= weights if isinstance(weights, Mapping) else {}
        return _weigh(name, {layer: float(before[layer]) for layer in layers}, group)
    is_usual = not isinstance(usual, Mapping) and set(layers) == set(usual)
    return usual if is_usual else layers


def _weigh(name: str, weights: dict[LayerName, float], group: str) -> LayerWeights:
    """Draw a number for each layer; it is kept while its layer, or the weighing, is off."""
    chosen = {}
    with st.container(horizontal=True):
        for layer, weight in weights.items():
            key = keys.layer_weight(group, name, layer)
            first = st.session_state.setdefault(key, weight)
            chosen[layer] = st.number_input(
                layer, 0.0, HEAVIEST, first, step=0.5, format="%.4g", key=key, width=130,
                persist_state="session",
            )  # fmt: skip
    return LayerWeights(chosen)
