"""Picture -> VGG16 features: {layer: (1, h, w, c)}."""

import functools

import keras
from keras import layers

from nst_core.vgg16.layers import LAYER_NAMES, LayerName
from nst_core.vgg16.weights import load_weights


@functools.lru_cache(maxsize=8)
def build_features(wanted: tuple[LayerName, ...], dtype: str) -> keras.Model:
    """VGG16 up to the deepest of the `wanted` layers, and no deeper.

    Args:
        wanted: names from `weights.LAYER_NAMES`.
        dtype: a Keras dtype policy: "float32", "bfloat16" or "float64".

    Returns:
        A model from pictures (n, H, W, 3), BGR minus mean, to {layer: ReLU output (n, h, w, c)}.

    Raises:
        WeightsError: no source gave the weights.
    """
    kernels = load_weights().kernels
    # Whatever Keras is set to: TensorFlow's processor kernels want the channels last, and on a GPU
    # it turns the graph itself.
    channels_last = {"data_format": "channels_last"}
    # A model casts its input to this; it is float32 unless said.
    input_dtype = "float64" if dtype == "float64" else "float32"
    picture = layers.Input((None, None, 3), dtype=input_dtype)
    features, found = picture, {}
    for name in LAYER_NAMES[: 1 + max(LAYER_NAMES.index(layer) for layer in wanted)]:
        if name.endswith("conv1") and name != LAYER_NAMES[0]:
            features = layers.MaxPooling2D(2, dtype=dtype, **channels_last)(features)
        kernel, bias = kernels[name]
        convolution = layers.Conv2D(
            bias.size,
            3,
            padding="same",
            activation="relu",
            dtype=dtype,
            trainable=False,
            name=name,
            **channels_last,
        )
        features = found[name] = convolution(features)
        convolution.set_weights([kernel, bias])
    return keras.Model(picture, {name: found[name] for name in wanted})
