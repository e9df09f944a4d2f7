"""Figures of a picture's surface that need no network.

No program: `bench.quality` prints them.
"""

import numpy as np
from numpy.typing import NDArray

from nst_core.pictures.pixels import Pixels

LUMA = (0.299, 0.587, 0.114)
"""ITU-R BT.601: how much red, green and blue count in the lightness Y."""


def grain(pixels: Pixels) -> float:
    """How fine-grained a picture's colours are, apart from its lightness; lower is calmer.

    The mean absolute Laplacian (4 neighbours) of R-Y plus that of B-Y, with levels 0..1, over all
    pixels but the outermost.

    Args:
        pixels: uint8 (H, W, 3).

    Example:
        >>> grain(np.full((64, 80, 3), 128, np.uint8))
        0.0
    """
    return float(sum(np.abs(_laplacian(c)).mean() for c in _chroma(pixels)))


def _chroma(pixels: Pixels) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """R-Y and B-Y, each (H, W), of levels 0..1."""
    levels = pixels / 255.0
    lightness = levels @ LUMA
    return levels[..., 0] - lightness, levels[..., 2] - lightness


def _laplacian(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sum of the four neighbours less four times the middle, (H - 2, W - 2)."""
    middle = values[1:-1, 1:-1]
    beside = values[1:-1, :-2] + values[1:-1, 2:]
    return values[:-2, 1:-1] + values[2:, 1:-1] + beside - 4.0 * middle
