"""How near a picture is to a painting and to a photo, by statistics that no recipe optimises.

No program: `bench.quality` and `bench.precisions` print them.
"""

import numpy as np
from numpy.typing import NDArray

from nst_core.pictures.pixels import Pixels
from nst_core.vgg16.features import build_features
from nst_core.vgg16.layers import LayerName
from nst_core.vgg16.space import to_vgg

STYLE_LAYERS: tuple[LayerName, ...] = ("block2_conv2", "block3_conv2", "block4_conv3")
CONTENT_LAYERS: tuple[LayerName, ...] = ("block3_conv3", "block4_conv3")
PROJECTIONS = 128
QUANTILES = 512

Features = dict[LayerName, NDArray[np.float32]]


def features(pixels: Pixels) -> Features:
    """A picture's features, (h, w, channels) of each layer above. pixels: uint8 (H, W, 3)."""
    model = build_features((*STYLE_LAYERS, *CONTENT_LAYERS), "float32")
    return {layer: np.asarray(f)[0] for layer, f in model(to_vgg(pixels)).items()}


def style_distance(picture: Features, painting: Features) -> float:
    """Sliced Wasserstein-1 distance, in units of the painting's own spread; mean over layers.

    Bonneel et al. 2015, over random directions of channel space; the two may differ in size.
    """
    return float(np.mean([_sliced(picture[layer], painting[layer]) for layer in STYLE_LAYERS]))


def content_cosine(picture: Features, photo: Features) -> float:
    """Cosine between all features of two pictures of one size; mean over layers. 1 is equal."""
    return float(np.mean([_cosine(picture[layer], photo[layer]) for layer in CONTENT_LAYERS]))


def _sliced(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    directions = np.random.default_rng(0).standard_normal((one.shape[-1], PROJECTIONS))
    directions = (directions / np.linalg.norm(directions, axis=0)).astype(np.float32)
    levels = (np.arange(QUANTILES) + 0.5) / QUANTILES
    a, b = (
        np.quantile(f.reshape(-1, f.shape[-1]) @ directions, levels, axis=0) for f in (one, other)
    )
    spread = b.std(axis=0)
    return float(np.mean(np.abs(a - b).mean(axis=0) / spread))


def _cosine(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    a, b = one.ravel().astype(np.float64), other.ravel().astype(np.float64)
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))
