"""A painting in the colours of a photo: Gatys et al. 2016, "Preserving Color in Neural Artistic
Style Transfer" (arXiv 1606.05897), its linear transfer with symmetric square roots.
"""

import numpy as np
from numpy.typing import NDArray

from nst_core.pictures.pixels import Pixels, strips

Floats = NDArray[np.float64]

_ROUNDING = 1.0 / 12.0
"""The variance that rounding to whole levels brings, in squared levels: below it nothing is known.

It is added to both covariances, so that a painting in one colour can be transformed, and one that
has the photo's colours stays as it is.
"""


def with_palette_of(painting: Pixels, photo: Pixels) -> Pixels:
    """The painting, its colours brought to the mean and covariance of the photo's.

    p -> A (p - mean(painting)) + mean(photo), with A = C(photo)^(1/2) C(painting)^(-1/2) of the
    covariances C of all RGB pixels; what leaves 0..255 is clipped, so that the result's mean and
    covariance may be a little off.

    Args:
        painting: uint8 RGB (H, W, 3).
        photo: uint8 RGB of any size.

    Example:
        >>> np.array_equal(with_palette_of(painting, painting), painting)
        True
    """
    mean, covariance = _moments(painting)
    wanted_mean, wanted_covariance = _moments(photo)
    matrix = _power(wanted_covariance, 0.5) @ _power(covariance, -0.5)
    result = np.empty(painting.shape, np.uint8)
    for rows in strips(painting.shape):
        moved = (painting[rows] - mean) @ matrix.T + wanted_mean
        result[rows] = np.rint(np.clip(moved, 0.0, 255.0))
    return result


def _moments(pixels: Pixels) -> tuple[Floats, Floats]:
    """Mean (3,) and covariance (3, 3) of a picture's colours, in levels and squared levels."""
    count = pixels.shape[0] * pixels.shape[1]
    total, products = np.zeros(3), np.zeros((3, 3))
    for rows in strips(pixels.shape):
        colours = pixels[rows].reshape(-1, 3).astype(np.float64)
        # Whole numbers, which float64 adds up exactly.
        total += colours.sum(axis=0)
        products += colours.T @ colours
    mean = total / count
    return mean, products / count - np.outer(mean, mean) + _ROUNDING * np.eye(3)


def _power(matrix: Floats, exponent: float) -> Floats:
    """A symmetric positive definite matrix to a power."""
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray(vectors * values**exponent @ vectors.T)
