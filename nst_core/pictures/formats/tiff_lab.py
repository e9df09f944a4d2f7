"""CIE's Lab in a TIFF, whose white the file may say."""

import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nst_core.pictures.formats.tiff_pages import Page

_WHITE_POINT = 318
_D65_XY, _D65 = (0.3127, 0.3290), (0.95047, 1.0, 1.08883)
# From XYZ to red, green and blue light: IEC 61966-2-1.
_TO_RGB = (
    (3.2404542, -1.5371385, -0.4985314),
    (-0.9692660, 1.8760108, 0.0415560),
    (0.0556434, -0.2040259, 1.0572252),
)
_FINEST = 65535
"""Steps of light in a table: a twentieth of a level where sRGB is steepest."""


def is_of_daylight(page: Page) -> bool:
    """Whether a page says that its white is that of sRGB, D65; else it is D50, as in printing.

    ImageMagick writes such files.
    """
    white = page.values(_WHITE_POINT)
    return white.size == 2 and bool(np.abs(white - _D65_XY).max() < 0.002)


def lab_of(samples: NDArray[Any], is_signed: bool, bits: int) -> NDArray[np.float32]:
    """L as 0..255, a and b as -128..127, of samples (rows, width, 3) of 8 or 16 bits.

    Args:
        samples: as they are in the file.
        is_signed: whether a and b are, as in CIE's way; in ICC's 128 is their zero.
        bits: of a sample.
    """
    plain = samples.view(f"u{bits // 8}")
    lab = plain.astype(np.float32)
    if is_signed:
        lab[..., 1:] = plain[..., 1:].view(f"i{bits // 8}")
    else:
        lab[..., 1:] -= 1 << (bits - 1)
    if bits == 16:
        # In ICC's way 255 is FF00, in CIE's FFFF.
        lab[..., 0] /= 257 if is_signed else 256
        lab[..., 1:] /= 256
    return lab


def bytes_of_lab(lab: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Such numbers as Pillow's mode LAB shows them in an array: a and b are signed bytes."""
    light = np.rint(np.minimum(lab[..., :1], 255)).astype(np.uint8)
    hues = np.rint(np.clip(lab[..., 1:], -128, 127)).astype(np.int8).view(np.uint8)
    return np.concatenate([light, hues], 2)


def rgb_of_daylight(lab: NDArray[np.float32], is_cut: bool) -> NDArray[np.uint8]:
    """Such numbers whose white is D65 in sRGB, by the formulas of CIE 15.

    Args:
        lab: (rows, width, 3).
        is_cut: whether what was behind the point of a and b is missing, as in ImageMagick's files
            of 8 bits; it reads them half a step higher, too.

    Example:
        >>> rgb_of_daylight(np.array([[[255, 0, 0]]], np.float32), is_cut=False)
        array([[[255, 255, 255]]], dtype=uint8)
    """
    hues = lab[..., 1:] + np.float32(0.5 if is_cut else 0)
    middle = (lab[..., 0] * np.float32(100 / 255) + 16) / 116
    roots = (middle + hues[..., 0] / 500, middle, middle - hues[..., 1] / 200)
    xyz = [
        np.where(root > 6 / 29, root**3, (root - 4 / 29) * (108 / 841)) * np.float32(share)
        for root, share in zip(roots, _D65, strict=True)
    ]
    rgb = np.empty(lab.shape, np.uint8)
    for place, row in enumerate(_TO_RGB):
        light = sum(part * np.float32(weight) for part, weight in zip(xyz, row, strict=True))
        steps = np.clip(light * np.float32(_FINEST) + np.float32(0.5), 0, _FINEST)
        rgb[..., place] = _levels_of_light()[steps.astype(np.uint16)]
    return rgb


@functools.cache
def _levels_of_light() -> NDArray[np.uint8]:
    light = np.arange(_FINEST + 1) / _FINEST
    shown = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    levels: NDArray[np.uint8] = np.rint(255 * shown).astype(np.uint8)
    return levels
