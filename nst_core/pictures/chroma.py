"""A photo's chroma over a picture's lightness, in CIE Lab: whole levels in, whole levels out."""

import itertools

import numpy as np
from numpy.typing import NDArray

from nst_core.pictures.colour_spaces import SRGB, to_light, to_xyz
from nst_core.pictures.pixels import Pixels, resize, strips
from nst_core.pictures.raster import ColourSpace

Planes = NDArray[np.float32]

_XYZ = to_xyz(SRGB) / to_xyz(SRGB).sum(axis=1, keepdims=True)
"""Linear sRGB -> XYZ in units of white's."""
_TO_XYZ, _TO_SRGB = _XYZ.astype(np.float32), np.linalg.inv(_XYZ).astype(np.float32)
_LIGHT = to_light(np.arange(256) / 255.0, ColourSpace("")).astype(np.float32)
"""Of each level."""
_BEND, _SLOPE, _FOOT = (np.float32(value) for value in (6 / 29, 841 / 108, 4 / 29))
"""Roots below the first lie on a line of this slope in XYZ, which has the last at black."""
_TO_L, _TO_A, _TO_B = 116.0, 500.0, 200.0
"""L = 116 y - 16, a = 500 (x - y), b = 200 (y - z), where x, y, z are the roots of XYZ."""
_SLACK = np.float32(1e-4)
"""Light so far beyond 0..1 is still that of a level: it is a third of the step from 0 to 1."""
_HALVINGS = 12
"""Of the way between two lightnesses, which leaves less of it than a level."""
_LIGHTNESS_SHARE = 0.2
"""How much an error of L counts beside those of a and b where a colour is rounded to levels."""
_AT_ONCE = 1 << 15  # pixels, whose steps fit into a processor's cache


def with_chroma_of(picture: Pixels, photo: Pixels) -> Pixels:
    """A picture's lightness with a photo's chroma, uint8 (H, W, 3).

    Chroma is a and b of CIE Lab. Those of the result are the photo's to one level, at every pixel.
    Lightness is L. That of the result is the picture's where sRGB has a colour of this L, a and b;
    elsewhere it is as near to it as sRGB allows on the way from the photo's own lightness. So it
    is the lightness that gives way: the more saturated the photo's colour, the more of its own it
    keeps.

    Args:
        picture: uint8 (H, W, 3).
        photo: uint8 RGB of any size; it is resized to the picture's.

    Example:
        >>> grey, green = np.full((32, 32, 3), 77, np.uint8), np.full((32, 32, 3), (90, 160, 60))
        >>> with_chroma_of(green.astype(np.uint8), grey)[0, 0]
        array([143, 143, 143], dtype=uint8)
    """
    photo = resize(photo, *picture.shape[:2])
    result = np.empty(picture.shape, np.uint8)
    for rows in strips(picture.shape, _AT_ONCE):
        lit, coloured = _roots(picture[rows]), _roots(photo[rows])
        result[rows] = np.moveaxis(_rounded(_within_srgb(lit[1], coloured)), 0, 2)
    return result


def _within_srgb(lightness: Planes, photo: Planes) -> Planes:
    """The roots of XYZ (3, h, w) that have a photo's chroma and are lit as far as sRGB allows.

    lightness: the root of Y, (h, w). photo: the roots of its XYZ, (3, h, w).
    """
    chroma = photo - photo[1]
    beyond = ~_is_srgb(chroma + lightness)
    if not beyond.any():
        return np.asarray(chroma + lightness)
    lightness = lightness.copy()
    near, far, there = photo[1][beyond], lightness[beyond], chroma[:, beyond]
    for _ in range(_HALVINGS):
        middle = (near + far) / 2
        fits = _is_srgb(there + middle)
        near, far = np.where(fits, middle, near), np.where(fits, far, middle)
    lightness[beyond] = near
    return np.asarray(chroma + lightness)


def _rounded(wanted: Planes) -> NDArray[np.uint8]:
    """Of the eight colours of whole levels around one the nearest in chroma, uint8 (3, h, w).

    Levels that are rounded each by itself would have one and a half times its error at worst.

    wanted: the roots of its XYZ, (3, h, w).
    """
    below = np.floor(255.0 * _encoded(np.clip(_light(wanted), 0.0, 1.0))).astype(np.uint8)
    sides = below, np.minimum(below, 254) + np.uint8(1)
    shares = [_shares(_TO_XYZ, np.take(_LIGHT, side)) for side in sides]
    best: NDArray[np.uint8] = below.copy()
    least = np.full(below.shape[1:], np.inf, np.float32)
    for corner in itertools.product((0, 1), repeat=3):
        red, green, blue = (shares[up][channel] for channel, up in enumerate(corner))
        x, y, z = _rooted(red + green + blue) - wanted
        error = np.square(_TO_A * (x - y)) + np.square(_TO_B * (y - z))
        error += _LIGHTNESS_SHARE * np.square(_TO_L * y)
        nearer = error < least
        np.copyto(least, error, where=nearer)
        for channel, up in enumerate(corner):
            np.copyto(best[channel], sides[up][channel], where=nearer)
    return best


def _roots(levels: NDArray[np.uint8]) -> Planes:
    """The roots of XYZ, (3, h, w), of levels (h, w, 3)."""
    red, green, blue = _shares(_TO_XYZ, np.take(_LIGHT, np.moveaxis(levels, 2, 0)))
    return _rooted(red + green + blue)


def _rooted(xyz: Planes) -> Planes:
    """Roots as CIE Lab takes them."""
    return np.where(xyz > _BEND**3, np.cbrt(xyz), xyz * _SLOPE + _FOOT)


def _light(roots: Planes) -> Planes:
    """Linear sRGB (3, ...) of the roots of XYZ; beyond 0..1 where sRGB has no such colour."""
    xyz = np.where(roots > _BEND, roots**3, (roots - _FOOT) / _SLOPE)
    x, y, z = _shares(_TO_SRGB, xyz)
    return x + y + z


def _shares(matrix: Planes, planes: Planes) -> list[Planes]:
    """What each of three planes adds to its product with a matrix: three times (3, ...).

    Not left to BLAS, whose threads spin on when it is done.
    """
    return [
        np.multiply.outer(column, plane) for column, plane in zip(matrix.T, planes, strict=True)
    ]


def _is_srgb(roots: Planes) -> NDArray[np.bool_]:
    light = _light(roots)
    return np.asarray((light.min(axis=0) >= -_SLACK) & (light.max(axis=0) <= 1 + _SLACK))


def _encoded(light: Planes) -> Planes:
    """Levels, 0..1, of linear light."""
    curve = np.float32(1.055) * np.power(light, np.float32(1 / 2.4)) - np.float32(0.055)
    return np.where(light <= 0.0031308, np.float32(12.92) * light, curve)
