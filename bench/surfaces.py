"""Figures of a picture's surface that need no network: grain, mottling and frames.

No program: `bench.quality` prints them.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from nst_core.pictures.pixels import Pixels

LUMA = (0.299, 0.587, 0.114)
"""ITU-R BT.601: how much red, green and blue count in the lightness Y."""

FINE, COARSE = 1.0, 8.0
"""What counts as mottling: sizes between these sigmas, in pixels where the longer side has 512."""

FLAT_BELOW = 0.02
"""A photo is flat where all that it has of those sizes deviates less, in levels 0..1."""

LEAST_SHARE = 0.02
"""A photo with a smaller share of flat positions has no flat region."""

EDGE = 4
"""How many differences between neighbours at each side may be a frame."""

INSIDE = slice(8, 40)
"""The differences, counted from a side, that those at the side are compared with."""

BLOCK = 16
"""Pixels along a side over which differences are averaged with their sign: only lines stay."""

Planes = NDArray[np.float64]


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
    colours = _colours(pixels)[..., 1:]
    middle = colours[1:-1, 1:-1]
    beside = colours[1:-1, :-2] + colours[1:-1, 2:]
    laplacian = colours[:-2, 1:-1] + colours[2:, 1:-1] + beside - 4.0 * middle
    return float(np.abs(laplacian).mean(axis=(0, 1)).sum())


def flat_regions(photo: Pixels) -> NDArray[np.bool_]:
    """Where a photo is flat, as a sky or a wall is: bool (H, W).

    There neither Y nor R-Y nor B-Y has anything of the sizes that count as mottling, and a slow
    change of colours is no matter.

    Args:
        photo: uint8 (H, W, 3).

    Example:
        >>> flat_regions(np.full((64, 80, 3), 128, np.uint8)).all()
        np.True_
    """
    return _deviation(_colours(photo), max(photo.shape[:2])) < FLAT_BELOW


def mottling(pixels: Pixels, regions: NDArray[np.bool_] | None = None) -> float:
    """How mottled a picture's colours are, apart from its lightness; lower is calmer.

    R-Y and B-Y, with levels 0..1, are band-passed to sizes of some 2 to 30 pixels of 512 (the
    difference of two Gaussians), and their standard deviation is taken around each position. The
    median is handed out: an edge between two calm planes counts little, a pattern all over does.

    Args:
        pixels: uint8 (H, W, 3).
        regions: bool (H, W): which positions count; None for all, as for a painting.

    Returns:
        The median; nan where less than `LEAST_SHARE` of the positions count.

    Example:
        >>> mottling(np.full((64, 80, 3), 128, np.uint8))
        0.0
    """
    deviation = _deviation(_colours(pixels)[..., 1:], max(pixels.shape[:2]))
    if regions is None:
        return float(np.median(deviation))
    if regions.mean() < LEAST_SHARE:
        return float("nan")
    return float(np.median(deviation[regions]))


def frame(pixels: Pixels) -> float:
    """How much stronger lines along the worst of the four sides are than further inside.

    Across each side, differences between neighbours are averaged over `BLOCK` pixels along it, and
    the mean of their sizes over the `EDGE` outermost is divided by that at `INSIDE`. A photo has
    about 1, a picture whose outermost pixels form a line 2 and more. A pale band whose inner edge
    wavers is not seen: look at the picture.

    Args:
        pixels: uint8 (H, W, 3), of at least 32 pixels a side.

    Example:
        >>> frame(np.random.default_rng(0).integers(0, 256, (64, 80, 3), np.uint8)) < 2.0
        True
    """
    levels = pixels / 255.0
    turned = levels.swapaxes(0, 1)
    return max(_line(side) for side in (levels, levels[::-1], turned, turned[::-1]))


def _line(levels: Planes) -> float:
    """The ratio that `frame` speaks of at the top of some levels (H, W, 3)."""
    differences = np.diff(levels[: INSIDE.stop + 1], axis=0)
    whole = differences.shape[1] // BLOCK * BLOCK
    blocks = differences[:, :whole].reshape(len(differences), -1, BLOCK, 3).mean(axis=2)
    strength = np.abs(blocks).mean(axis=(1, 2))
    inside = strength[INSIDE].mean()
    return float(strength[:EDGE].mean() / inside) if inside else float(strength[:EDGE].any())


def _colours(pixels: Pixels) -> Planes:
    """Y, R-Y and B-Y as (H, W, 3), of levels 0..1."""
    levels = pixels / 255.0
    lightness = levels @ LUMA
    return np.stack([lightness, levels[..., 0] - lightness, levels[..., 2] - lightness], axis=-1)


def _deviation(planes: Planes, longer_side: int) -> Planes:
    """The local standard deviation of the band, over all planes together: (H, W)."""
    scale = longer_side / 512
    fine, coarse = (_blurred(planes, sigma * scale) for sigma in (FINE, COARSE))
    return np.sqrt(_blurred(np.square(fine - coarse).sum(axis=-1), COARSE * scale))


def _blurred(planes: Planes, sigma: float) -> Planes:
    return np.asarray(gaussian_filter(planes, sigma, mode="nearest", axes=(0, 1)))
