"""Picture -> VGG16 features: {layer: (1, h, w, c)}."""

import functools

import keras
from keras import layers

from nst_core.vgg16.layers import LayerName, up_to
from nst_core.vgg16.weights import load_weights


@functools.lru_cache(maxsize=8)
def build_features(wanted: tuple[LayerName, ...], dtype: str) -> keras.Model:
    """VGG16 up to the deepest of the `wanted` layers, and no deeper.

    Gatys, Ecker and Bethge (arXiv 1508.06576) take VGG19, with average pooling; both recipes have
    VGG16 and its max pooling, as the first Keras example did.

    Args:
        wanted: names from `layers.LAYER_NAMES`.
        dtype: a Keras dtype policy: "float32", "bfloat16" or "float64".

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
    # Whatever Keras is set to: TensorFlow's processor kernels want the channels last, and on a GPU
    # it turns the graph itself.
    channels_last = {"data_format": "channels_last"}
    # A model casts its input to the input's dtype, which is float32 unless said otherwise.
    input_dtype = "float64" if dtype == "float64" else "float32"
    picture = layers.Input((None, None, 3), dtype=input_dtype)
    features, outputs = picture, {}
    for convolution in up_to(wanted):
        if convolution.after_pooling:
            features = layers.MaxPooling2D(2, dtype=dtype, **channels_last)(features)
        layer = layers.Conv2D(
            convolution.channels,
            3,
            padding="same",
            activation="relu",
            dtype=dtype,
            trainable=False,
            name=convolution.name,
            **channels_last,
        )
        features = outputs[convolution.name] = layer(features)
        layer.set_weights(kernels[convolution.name])
    return keras.Model(picture, {name: outputs[name] for name in wanted})
