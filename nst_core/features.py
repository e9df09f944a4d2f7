"""Picture -> VGG16 features: {layer: (1, h, w, c)}."""

import functools

import keras
from keras import layers

from nst_core.weights import LAYER_NAMES, LayerName, load_weights


@functools.lru_cache(maxsize=8)
def build_features(wanted: tuple[LayerName, ...], dtype: str, data_format: str) -> keras.Model:
    """VGG16 up to the deepest of the `wanted` layers, and no deeper.

    Args:
        wanted: names from `weights.LAYER_NAMES`.
        dtype: a Keras dtype policy: "float32", "mixed_bfloat16" or "float64".
        data_format: "channels_last" or "channels_first".

    Returns:
        A model from a picture (1, H, W, 3), BGR minus mean, to {layer: ReLU output (1, h, w, c)};
        with "channels_first" the channels stand second.

    Raises:
        WeightsError: no source gave the weights.
    """
    kernels = load_weights().kernels
    channels_last = data_format == "channels_last"
    picture = layers.Input((None, None, 3) if channels_last else (3, None, None), batch_size=1)
    features, found = picture, {}
    for name in LAYER_NAMES[: 1 + max(LAYER_NAMES.index(layer) for layer in wanted)]:
        if name.endswith("conv1") and name != LAYER_NAMES[0]:
            features = layers.MaxPooling2D(2, data_format=data_format, dtype=dtype)(features)
        kernel, bias = kernels[name]
        convolution = layers.Conv2D(
            bias.size,
            3,
            padding="same",
            activation="relu",
            data_format=data_format,
            dtype=dtype,
            trainable=False,
            name=name,
        )
        features = found[name] = convolution(features)
        convolution.set_weights([kernel, bias])
    return keras.Model(picture, {name: found[name] for name in wanted})


def smallest_side(wanted: tuple[LayerName, ...]) -> int:
    """Pixels a side that leave the deepest of the `wanted` layers one position."""
    poolings = max(int(name[len("block")]) - 1 for name in wanted)
    return 1 << poolings
