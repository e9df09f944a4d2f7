"""CIE's Lab in a TIFF, whose white the file may say."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from nst_core.pictures.colour_spaces import srgb_levels
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

Lab = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]
"""L, a and b of some rows of pixels, (rows, width) each: NumPy is slow where they alternate."""


def is_of_daylight(page: Page) -> bool:
    """Whether a page says that its white is that of sRGB, D65; else it is D50, as in printing.

    ImageMagick writes such files.
    """
    white = page.values(_WHITE_POINT)
    return white.size == 2 and bool(np.abs(white - _D65_XY).max() < 0.002)


def lab_of(samples: NDArray[Any], is_signed: bool, bits: int) -> Lab:
    """L as 0..255, a and b as -128..127, of samples (rows, width, 3) of 8 or 16 bits.

    Args:
        samples: as they are in the file.
        is_signed: whether a and b are, as in CIE's way; in ICC's 128 is their zero.
        bits: of a sample.
    """
    plain = samples.view(f"u{bits // 8}")
    light, a, b = (plain[..., place] for place in range(3))
    unit = np.float32(1 << (bits - 8))
    # In ICC's way 255 is FF00 where there are 16 bits, in CIE's FFFF.
    whole = np.float32(257 if bits == 16 and is_signed else unit)
    if is_signed:
        a, b = (hue.view(f"i{bits // 8}").astype(np.float32) / unit for hue in (a, b))
    else:
        a, b = (hue.astype(np.float32) / unit - 128 for hue in (a, b))
    return light.astype(np.float32) / whole, a, b


def bytes_of_lab(lab: Lab) -> NDArray[np.uint8]:
    """Lab in bytes, uint8 (rows, width, 3), as a `Raster` has it: a and b are signed."""
    light, *hues = lab
    result = np.empty((*light.shape, 3), np.uint8)
    result[..., 0] = np.rint(np.minimum(light, 255))
    for place, hue in enumerate(hues, 1):
        result[..., place] = np.rint(np.clip(hue, -128, 127)).astype(np.int8).view(np.uint8)
    return result


def rgb_of_daylight(lab: Lab, is_cut: bool) -> NDArray[np.uint8]:
    """Lab whose white is D65 in sRGB, uint8 (rows, width, 3), by the formulas of CIE 15.

    Args:
        lab: as `lab_of` gives them.
        is_cut: whether what was behind the point of a and b is missing, as in ImageMagick's files
            of 8 bits; it reads them half a step higher, too.

    Example:
        >>> white, grey = np.full((1, 1), 255, np.float32), np.zeros((1, 1), np.float32)
        >>> rgb_of_daylight((white, grey, grey), is_cut=False)
        array([[[255, 255, 255]]], dtype=uint8)
    """
    missing = np.float32(0.5 if is_cut else 0)
    middle = (lab[0] * np.float32(100 / 255) + 16) / 116
    roots = (middle + (lab[1] + missing) / 500, middle, middle - (lab[2] + missing) / 200)
    xyz = [
        np.where(root > 6 / 29, root**3, (root - 4 / 29) * (108 / 841)) * np.float32(share)
        for root, share in zip(roots, _D65, strict=True)
    ]
    rgb = np.empty((*middle.shape, 3), np.uint8)
    for place, row in enumerate(_TO_RGB):
        light = sum(part * np.float32(weight) for part, weight in zip(xyz, row, strict=True))
        steps = np.clip(light * np.float32(_FINEST) + np.float32(0.5), 0, _FINEST)
        rgb[..., place] = srgb_levels()[steps.astype(np.uint16)]
    return rgb
