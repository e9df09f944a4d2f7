"""The classic objective as others compute it, and the machine's limit, to be timed beside ours."""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf
from keras import ops

from nst_core.pictures.pixels import Pixels
from nst_core.settings import Settings
from nst_core.vgg16.features import build_features
from nst_core.vgg16.layers import up_to
from nst_core.vgg16.space import to_vgg


def three_pictures(
    photo: Pixels, painting: Pixels, settings: Settings
) -> Callable[[Any], tuple[float, Any]]:
    """The classic objective as the first Keras examples computed it, in float32.

    Its argument is the picture in VGG16's space, (1, H, W, 3); it returns loss and gradient. Photo,
    painting and picture are one batch at each evaluation, so that the targets are computed every
    time, and every gradient is the backend's own.
    """
    layers = tuple(dict.fromkeys((*settings.content_layers, *settings.style_layers)))
    features_of = build_features(layers, "float32")
    pair = np.concatenate([to_vgg(photo), to_vgg(painting)])
    rows, columns = photo.shape[:2]
    scale = 4.0 * 3**2 * float(rows * columns) ** 2

    @tf.function  # type: ignore[untyped-decorator]
    def evaluate(picture: Any) -> tuple[Any, Any]:
        with tf.GradientTape() as tape:
            tape.watch(picture)
            features = features_of(ops.concatenate([ops.convert_to_tensor(pair), picture]))
            loss = settings.variation_weight * _variation(picture)
            for layer in settings.content_layers:
                f = features[layer]
                loss += settings.content_weight * ops.sum(ops.square(f[2:3] - f[0:1]))
            for layer in settings.style_layers:
                f = features[layer]
                error = ops.sum(ops.square(_gram(f[2:3]) - _gram(f[1:2])))
                loss += settings.style_weight / len(settings.style_layers) * error / scale
        return loss, tape.gradient(loss, picture)

    def objective(x: Any) -> tuple[float, Any]:
        loss, gradient = evaluate(tf.constant(x, tf.float32))
        return float(loss), gradient.numpy().astype(np.float64)

    return objective


def _gram(features: Any) -> Any:
    flat = ops.reshape(features, (-1, features.shape[-1]))
    return ops.matmul(ops.transpose(flat), flat)


def _variation(x: Any) -> Any:
    corner = x[:, :-1, :-1, :]
    squares = ops.square(corner - x[:, 1:, :-1, :]) + ops.square(corner - x[:, :-1, 1:, :])
    return ops.sum(ops.power(squares, 1.25))


def matrix_product(precision: str, side: int = 2048) -> Callable[[], Any]:
    """A large matrix product, which is as fast as a processor gets; 2 * side ** 3 operations."""
    a, b = (tf.cast(tf.random.normal((side, side), seed=seed), precision) for seed in (0, 1))
    multiply = tf.function(tf.matmul)

    def product() -> Any:
        return multiply(a, b).numpy()

    return product


def convolutions(rows: int, columns: int, precision: str) -> Callable[[], Any]:
    """VGG16's convolutions alone, forward and backward: no bias, ReLU, pooling or loss."""
    tensors = []
    for height, width, channels, filters in _convolution_shapes(rows, columns):
        shapes = (
            (1, height, width, channels),
            (3, 3, channels, filters),
            (1, height, width, filters),
        )
        tensors.append([tf.cast(tf.random.normal(shape, seed=0), precision) for shape in shapes])

    @tf.function  # type: ignore[untyped-decorator]
    def both_ways(tensors: Any) -> Any:
        corners = []
        for features, kernel, gradient in tensors:
            onward = tf.nn.conv2d(features, kernel, 1, "SAME")
            back = tf.nn.conv2d_transpose(gradient, kernel, features.shape, 1, "SAME")
            corners += [onward[0, 0, 0, 0], back[0, 0, 0, 0]]
        return tf.stack(corners)

    return lambda: both_ways(tensors).numpy()


def convolution_arithmetic(rows: int, columns: int) -> float:
    """Operations of VGG16's convolutions to `block5_conv1`, forward and backward to the picture."""
    shapes = _convolution_shapes(rows, columns)
    return 2 * sum(2.0 * 9 * channels * filters * h * w for h, w, channels, filters in shapes)


def _convolution_shapes(rows: int, columns: int) -> list[tuple[int, int, int, int]]:
    """Rows, columns, channels and filters of each convolution to `block5_conv1`."""
    network = up_to(("block5_conv1",))
    channels = (3, *(convolution.channels for convolution in network))
    return [
        (rows // convolution.stride, columns // convolution.stride, before, convolution.channels)
        for before, convolution in zip(channels, network, strict=False)
    ]
