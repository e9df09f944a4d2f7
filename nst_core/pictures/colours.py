"""The colours of any raster in sRGB: by its ICC profile, or by what its file says in numbers."""

import functools
import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

from nst_core.pictures.pixels import Pixels
from nst_core.pictures.raster import Raster

_MODES = {"grey": "L", "rgb": "RGB", "cmyk": "CMYK", "lab": "LAB"}


def to_srgb(raster: Raster) -> Pixels:
    """The picture in sRGB, uint8 (H, W, 3), whatever its alpha; notes say what was converted.

    Example:
        >>> to_srgb(Raster(np.full((64, 64), 7, np.uint8), "grey"))[0, 0]
        array([7, 7, 7], dtype=uint8)
    """
    image = Image.fromarray(_eight_bits(raster.levels), _MODES[raster.model])
    if raster.profile:
        converted = _with_profile(image, raster.profile, raster.notes)
        if converted is not None:
            return np.asarray(converted)
    if image.mode == "LAB":
        lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
        image = ImageCms.profileToProfile(image, lab, _srgb(), outputMode="RGB") or image
    return np.asarray(image.convert("RGB"))


def over_white(pixels: Pixels, alpha: NDArray[np.uint8]) -> Pixels:
    """A picture with transparent parts laid over white.

    Args:
        pixels: uint8 (H, W, 3).
        alpha: uint8 (H, W), 255 where it is opaque.

    Example:
        >>> over_white(np.zeros((1, 1, 3), np.uint8), np.array([[0]], np.uint8))
        array([[[255, 255, 255]]], dtype=uint8)
    """
    image = Image.fromarray(pixels)
    white = Image.new("RGB", image.size, "white")
    return np.asarray(Image.composite(image, white, Image.fromarray(alpha)))


def _eight_bits(levels: NDArray[Any]) -> NDArray[np.uint8]:
    """uint8 or uint16 of any shape -> uint8."""
    if levels.dtype == np.uint8:
        return levels
    return ((levels.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8)


@functools.cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _with_profile(image: Image.Image, profile: bytes, notes: list[str]) -> Image.Image | None:
    """The colours in sRGB that a profile gives them; None if the profile is unusable."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if image.mode == "L" and source.profile.xcolor_space.strip() == "RGB":
            image = image.convert("RGB")
        converted = ImageCms.profileToProfile(image, source, _srgb(), outputMode="RGB")
    except Exception:  # a damaged or unfitting profile does not make a bad picture
        notes.append("its colour profile is unusable and was left out")
        return None
    name = _name(source)
    if not name.lower().startswith("srgb"):
        notes.append(f"its colours were converted from {name or 'its profile'}")
    return converted


def _name(profile: ImageCms.ImageCmsProfile) -> str:
    try:
        name = ImageCms.getProfileDescription(profile)
    except Exception:  # the profile's name is no text
        return ""
    return "".join(c if c.isprintable() else " " for c in name)[:60].strip()
