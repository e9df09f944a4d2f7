"""What pictures are compared by once they are finished: statistics that no default term optimises.

The style of each layer is compared as a distribution, the content position by position. Pure NumPy
but for the features themselves, which are computed in float32 whatever precision a run had.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nst_core.pictures.pixels import Pixels
from nst_core.vgg16.layers import LayerName
from nst_core.vgg16.space import to_vgg

STYLE_LAYERS: tuple[LayerName, ...] = (
    "block1_conv2",
    "block3_conv2",
    "block3_conv3",
    "block4_conv3",
    "block5_conv2",
)
CONTENT_LAYERS: tuple[LayerName, ...] = ("block3_conv3", "block4_conv3", "block5_conv2")
"""The default recipe's terms look at neither; of the second block they look at all layers."""

_PROJECTIONS = 128
_QUANTILES = 512

Features = dict[LayerName, NDArray[np.float32]]
Style = dict[LayerName, NDArray[np.float64]]


def features(pixels: Pixels, layers: Sequence[LayerName] = ()) -> Features:
    """A picture's features, (h, w, channels) of each layer, in float32.

    Args:
        pixels: uint8 (H, W, 3).
        layers: which; none for all of `STYLE_LAYERS` and `CONTENT_LAYERS`.

    Raises:
        WeightsError: no source gave VGG16's weights.

    Example:
        >>> features(np.zeros((64, 80, 3), np.uint8))["block3_conv2"].shape
        (16, 20, 256)
    """
    # Imported only now: a process that merely reads scores must not load TensorFlow.
    from nst_core.vgg16.features import build_features

    wanted = tuple(dict.fromkeys(layers or (*STYLE_LAYERS, *CONTENT_LAYERS)))
    model = build_features(wanted, "float32")
    return {layer: np.asarray(f)[0] for layer, f in model(to_vgg(pixels)).items()}


def style(features: Features, layers: Sequence[LayerName] = STYLE_LAYERS) -> Style:
    """How the features of each layer are distributed, wherever they are.

    Along random directions of channel space, always the same ones.

    Args:
        features: what `features` gave.
        layers: which of them count.

    Returns:
        Quantiles, (directions, quantiles) of each layer.

    Example:
        >>> style(features(painting))["block1_conv2"].shape
        (128, 512)
    """
    return {layer: _quantiles(features[layer]) for layer in layers}


def style_distance(picture: Style, painting: Style) -> float:
    """Sliced Wasserstein-1 distance, in units of the painting's own spread; mean over layers.

    Bonneel et al. 2015. The two may differ in size.

    Args:
        picture, painting: what `style` gave, at the same layers.

    Example:
        >>> style_distance(style(features(painting)), style(features(painting)))
        0.0
    """
    return float(np.mean([_distance(picture[layer], painting[layer]) for layer in picture]))


def content_cosine(picture: Features, photo: Features) -> float:
    """Centred cosine between the features of two pictures of one size; mean over layers.

    From both each channel's mean over the positions is taken off, so that a common colour or a
    channel that always fires is no likeness. 1 is equal, 0 is unlike.

    Args:
        picture, photo: what `features` gave, of pictures of one size.

    Example:
        >>> round(content_cosine(features(photo), features(photo)), 6)
        1.0
    """
    return float(np.mean([_cosine(picture[layer], photo[layer]) for layer in CONTENT_LAYERS]))


def _quantiles(features: NDArray[np.float32]) -> NDArray[np.float64]:
    """(h, w, channels) -> (directions, quantiles); np.quantile takes several times as long."""
    channels = features.shape[-1]
    directions = np.random.default_rng(0).standard_normal((channels, _PROJECTIONS))
    directions = (directions / np.linalg.norm(directions, axis=0)).astype(np.float32)
    # In this order each direction's values lie side by side, to be sorted in half the time.
    ordered = directions.T @ features.reshape(-1, channels).T
    ordered.sort(axis=1)
    at = (np.arange(_QUANTILES) + 0.5) / _QUANTILES * (ordered.shape[1] - 1)
    below = at.astype(int)
    above = np.minimum(below + 1, ordered.shape[1] - 1)
    share = at - below
    return np.asarray(ordered[:, below] * (1.0 - share) + ordered[:, above] * share)


def _distance(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    # What has a single position has no spread.
    spread = np.maximum(other.std(axis=1, keepdims=True), np.finfo(np.float32).eps)
    return float(np.mean(np.abs(one - other) / spread))


def _cosine(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    a, b = (
        (f - f.mean(axis=(0, 1), dtype=np.float64)).astype(np.float64).ravel() for f in (one, other)
    )
    lengths = np.linalg.norm(a) * np.linalg.norm(b)
    # Where one is the same everywhere there is nothing to be alike in.
    return float(a @ b / lengths) if lengths else float(np.array_equal(a, b))
