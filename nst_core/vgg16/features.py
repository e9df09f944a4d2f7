"""Picture -> VGG16 features: {layer: (1, h, w, c)}."""

import functools
from typing import Any

import keras
from keras import layers, ops

from nst_core.vgg16.layers import AS_TRAINED, LayerName, Network, Pooling, up_to
from nst_core.vgg16.weights import load_weights

# Whatever Keras is set to: TensorFlow's processor kernels want the channels last, and on a GPU it
# turns the graph itself.
_CHANNELS_LAST = {"data_format": "channels_last"}


@functools.lru_cache(maxsize=8)
def build_features(
    wanted: tuple[LayerName, ...], dtype: str, network: Network = AS_TRAINED
) -> keras.Model:
    """VGG16 up to the deepest of the `wanted` layers, and no deeper.

    Gatys, Ecker and Bethge (arXiv 1508.06576) take VGG19, with average pooling; the classic recipe
    has VGG16 and its max pooling, as the first Keras example did.

    Args:
        wanted: names from `layers.LAYER_NAMES`.
        dtype: a Keras dtype policy: "float32", "bfloat16" or "float64".
        network: how it pools and pads.

    Returns:
        A model from pictures (n, H, W, 3), BGR minus mean, to {layer: ReLU output (n, h, w, c)}.

    Raises:
        WeightsError: no source gave the weights.

    Example:
        >>> features = build_features(("block2_conv1",), "float32")(to_vgg(photo))
        >>> features["block2_conv1"].shape  # of a photo (300, 400, 3)
        TensorShape([1, 150, 200, 128])
    """
    kernels = load_weights().kernels
    # A model casts its input to the input's dtype, which is float32 unless said otherwise.
    input_dtype = "float64" if dtype == "float64" else "float32"
    picture = layers.Input((None, None, 3), dtype=input_dtype)
    features, outputs = picture, {}
    for convolution in up_to(wanted):
        if convolution.after_pooling:
            features = _pool(network.pooling, dtype)(features)
        if network.padding == "replicate":
            features = EdgePadding(dtype=dtype)(features)
        layer = layers.Conv2D(
            convolution.channels,
            3,
            padding="same" if network.padding == "zero" else "valid",
            activation="relu",
            dtype=dtype,
            trainable=False,
            name=convolution.name,
            **_CHANNELS_LAST,
        )
        features = outputs[convolution.name] = layer(features)
        layer.set_weights(kernels[convolution.name])
    return keras.Model(picture, {name: outputs[name] for name in wanted})


def _pool(pooling: Pooling, dtype: str) -> keras.layers.Layer:
    if pooling == "max":
        return layers.MaxPooling2D(2, dtype=dtype, **_CHANNELS_LAST)
    if pooling == "average":
        return layers.AveragePooling2D(2, dtype=dtype, **_CHANNELS_LAST)
    return RootMeanSquarePooling(dtype=dtype)


class RootMeanSquarePooling(layers.Layer):  # type: ignore[misc]
    """2 x 2 pooling to the root of the mean square; (n, h, w, c) -> (n, h // 2, w // 2, c)."""

    def call(self, features: Any) -> Any:
        squares = ops.average_pool(ops.square(features), 2, data_format="channels_last")
        return ops.sqrt(squares + keras.config.epsilon())


class EdgePadding(layers.Layer):  # type: ignore[misc]
    """The outermost values once more around; (n, h, w, c) -> (n, h + 2, w + 2, c)."""

    def call(self, features: Any) -> Any:
        # One row on each side mirrored about the border is that row again.
        return ops.pad(features, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="symmetric")
