"""How near a picture is to a painting and to a photo, by statistics that no recipe optimises.

No program: `bench.quality` and `bench.precisions` print them. The figures that need no network are
in `bench.surfaces`.
"""

import numpy as np
from numpy.typing import NDArray

from nst_core.pictures.pixels import Pixels
from nst_core.vgg16.features import build_features
from nst_core.vgg16.layers import LayerName
from nst_core.vgg16.space import to_vgg

STYLE_LAYERS: tuple[LayerName, ...] = (
    "block1_conv2",
    "block2_conv2",
    "block3_conv2",
    "block3_conv3",
    "block4_conv3",
    "block5_conv2",
)
CONTENT_LAYERS: tuple[LayerName, ...] = ("block3_conv3", "block4_conv3", "block5_conv2")
PROJECTIONS = 128
QUANTILES = 512

Features = dict[LayerName, NDArray[np.float32]]


def features(pixels: Pixels) -> Features:
    """A picture's features, (h, w, channels) of each layer above, in float32.

    Args:
        pixels: uint8 (H, W, 3).

    Example:
        >>> features(np.zeros((64, 80, 3), np.uint8))["block2_conv2"].shape
        (32, 40, 128)
    """
    layers = tuple(dict.fromkeys((*STYLE_LAYERS, *CONTENT_LAYERS)))
    model = build_features(layers, "float32")
    return {layer: np.asarray(f)[0] for layer, f in model(to_vgg(pixels)).items()}


def style_distance(picture: Features, painting: Features) -> float:
    """Sliced Wasserstein-1 distance, in units of the painting's own spread; mean over layers.

    Bonneel et al. 2015, over random directions of channel space; the two may differ in size.

    Args:
        picture, painting: what `features` gave.

    Example:
        >>> style_distance(features(painting), features(painting))
        0.0
    """
    return float(np.mean([_sliced(picture[layer], painting[layer]) for layer in STYLE_LAYERS]))


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


def _sliced(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    directions = np.random.default_rng(0).standard_normal((one.shape[-1], PROJECTIONS))
    directions = (directions / np.linalg.norm(directions, axis=0)).astype(np.float32)
    a, b = (_quantiles(f.reshape(-1, f.shape[-1]) @ directions) for f in (one, other))
    spread = b.std(axis=1, keepdims=True)
    return float(np.mean(np.abs(a - b) / spread))


def _quantiles(values: NDArray[np.float32]) -> NDArray[np.float64]:
    """(n, directions) -> (directions, QUANTILES); np.quantile takes several times as long."""
    ordered = np.sort(values.T, axis=1)
    at = (np.arange(QUANTILES) + 0.5) / QUANTILES * (ordered.shape[1] - 1)
    below = at.astype(int)
    above = np.minimum(below + 1, ordered.shape[1] - 1)
    share = at - below
    return np.asarray(ordered[:, below] * (1.0 - share) + ordered[:, above] * share)


def _cosine(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    a, b = (
        (f - f.mean(axis=(0, 1), dtype=np.float64)).astype(np.float64).ravel() for f in (one, other)
    )
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))
