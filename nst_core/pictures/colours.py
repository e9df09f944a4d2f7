"""The colours of any raster in sRGB: by its ICC profile, or by what its file says in numbers."""

import functools
import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from nst_core.pictures.colour_spaces import in_srgb
from nst_core.pictures.pixels import Pixels, strips
from nst_core.pictures.raster import ColourSpace, Model, Raster

_MODES = {"grey": "L", "rgb": "RGB", "cmyk": "CMYK", "lab": "LAB"}


def to_srgb(raster: Raster) -> Pixels:
    """The picture in sRGB, uint8 (H, W, 3), whatever its alpha; notes say what was converted.

    Example:
        >>> to_srgb(Raster(np.full((64, 64), 7, np.uint8), "grey"))[0, 0]
        array([7, 7, 7], dtype=uint8)
    """
    if raster.profile:
        converted = _with_profile(raster)
        if converted is not None:
            return converted
    if raster.space is not None and raster.model in ("grey", "rgb"):
        levels = _with_space(raster.levels, raster.space, raster.notes)
    else:
        levels = eight_bits(raster.levels)
    if raster.model == "rgb":
        return levels
    if raster.model == "lab":
        lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
        return _by_profile(levels, "lab", lab)
    result = np.empty((*levels.shape[:2], 3), np.uint8)
    for rows in strips(levels.shape):
        image = Image.fromarray(levels[rows], _MODES[raster.model])
        result[rows] = np.asarray(image.convert("RGB"))
    return result


def over_white(pixels: Pixels, alpha: NDArray[np.uint8]) -> Pixels:
    """A picture with transparent parts laid over white.

    Args:
        pixels: uint8 (H, W, 3).
        alpha: uint8 (H, W), 255 where it is opaque.

    Example:
        >>> over_white(np.zeros((1, 1, 3), np.uint8), np.array([[0]], np.uint8))
        array([[[255, 255, 255]]], dtype=uint8)
    """
    result = np.empty_like(pixels)
    for rows in strips(pixels.shape):
        image = Image.fromarray(pixels[rows])
        white = Image.new("RGB", image.size, "white")
        result[rows] = np.asarray(Image.composite(image, white, Image.fromarray(alpha[rows])))
    return result


def eight_bits(levels: NDArray[Any]) -> NDArray[np.uint8]:
    """Levels of 8 or 16 bits, of any shape, in 8 bits, rounded.

    Example:
        >>> eight_bits(np.array([[0, 128, 65535]], np.uint16))
        array([[  0,   0, 255]], dtype=uint8)
    """
    if levels.dtype == np.uint8:
        return levels
    result = np.empty(levels.shape, np.uint8)
    for rows in strips(levels.shape):
        result[rows] = (levels[rows] * np.uint32(255) + 32895) >> 16
    return result


@functools.cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _with_profile(raster: Raster) -> Pixels | None:
    """The colours in sRGB that a raster's profile gives them; None if it is unusable."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(raster.profile))
        if raster.model == "grey":
            # Without shortcuts, which cost ten levels in the dark, and only once for each level.
            every = np.arange(256, dtype=np.uint8)[None]
            table = _by_profile(every, "grey", source, ImageCms.Flags.NOOPTIMIZE)[0]
            result: Pixels = table[eight_bits(raster.levels)]
        else:
            result = _by_profile(raster.levels, raster.model, source)
    except Exception:  # a damaged or unfitting profile does not make a bad picture
        raster.notes.append("its colour profile is unusable and was left out")
        return None
    name = _name(source)
    if not name.lower().startswith("srgb"):
        raster.notes.append(f"its colours were converted from {name or 'its profile'}")
    return result


def _by_profile(
    levels: NDArray[Any],
    model: Model,
    source: ImageCms.ImageCmsProfile,
    flags: ImageCms.Flags = ImageCms.Flags.NONE,
) -> Pixels:
    own = _MODES[model]
    is_grey_as_rgb = own == "L" and source.profile.xcolor_space.strip() == "RGB"
    mode = "RGB" if is_grey_as_rgb else own
    # What is printed in black is no full black on a screen, and browsers show it so.
    intent = ImageCms.Intent.RELATIVE_COLORIMETRIC if own == "CMYK" else ImageCms.Intent.PERCEPTUAL
    transform = ImageCms.buildTransform(source, _srgb(), mode, "RGB", intent, flags)
    result = np.empty((*levels.shape[:2], 3), np.uint8)
    for rows in strips(levels.shape):
        image = Image.fromarray(eight_bits(levels[rows]), own).convert(mode)
        result[rows] = np.asarray(ImageCms.applyTransform(image, transform))
    return result


def _with_space(levels: NDArray[Any], space: ColourSpace, notes: list[str]) -> NDArray[np.uint8]:
    """The levels in sRGB that a description gives them; as they are if it makes no sense."""
    try:
        converted = in_srgb(levels, space)
    except ValueError:
        notes.append("what it says of its colours is unusable and was left out")
        return eight_bits(levels)
    if space.name:
        notes.append(f"its colours were converted from {space.name}")
    return converted


def _name(profile: ImageCms.ImageCmsProfile) -> str:
    try:
        name = ImageCms.getProfileDescription(profile)
    except Exception:  # the profile's name is no text
        return ""
    return "".join(c if c.isprintable() else " " for c in name)[:60].strip()
