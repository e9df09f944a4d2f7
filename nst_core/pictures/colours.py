"""A decoded picture of any mode -> 8-bit sRGB and its mask, also where Pillow gets it wrong."""

import functools
import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageCms

# TIFF tags and values.
_BITS, _COMPRESSION, _PHOTOMETRIC, _PLANAR, _FORMAT = 258, 259, 262, 284, 339
_MIN_IS_WHITE, _SEPARATE, _UNCOMPRESSED, _SIGNED = 0, 2, 1, 2


def alpha(image: Image.Image, png_depth: int = 8) -> Image.Image | None:
    """The mask of a picture with transparent parts, in mode L; None if all of it is opaque.

    Args:
        image: a loaded picture of any mode.
        png_depth: how many bits a sample has in a PNG file, which gives its transparent colour in
            that depth.

    Example:
        >>> alpha(Image.new("RGBA", (64, 64), (255, 0, 0, 128))).getextrema()
        (128, 128)
    """
    if not image.has_transparency_data:
        return None
    key = image.info.get("transparency")
    if image.mode.startswith("I") and isinstance(key, int):
        mask = Image.fromarray((np.asarray(image) != key).astype(np.uint8) * 255)
    else:
        if image.mode == "L" and isinstance(key, int):
            image = image.copy()
            image.info["transparency"] = key * 255 // ((1 << png_depth) - 1)
        elif png_depth == 16 and isinstance(key, tuple):
            image = image.copy()
            image.info["transparency"] = tuple(level >> 8 for level in key)
        mask = image.convert("RGBA").getchannel("A")
    lowest, highest = mask.getextrema()
    if lowest == 255:
        return None
    # Many programs write bitmaps of 32 bits and leave their alpha at 0.
    return None if image.format == "BMP" and highest == 0 else mask


def to_srgb(image: Image.Image, notes: list[str]) -> Image.Image:
    """The picture's colours in sRGB, in mode RGB, whatever its mask.

    Args:
        image: a loaded picture of any mode; its own colour profile is applied.
        notes: what was done to the colours is added here, in words.

    Raises:
        ValueError: its levels mean no colours.

    Example:
        >>> to_srgb(Image.new("CMYK", (64, 64), (0, 255, 255, 0)), []).getpixel((0, 0))
        (255, 0, 0)
    """
    profile = image.info.get("icc_profile")
    plain = _plain(image, notes)
    if profile:
        converted = _with_profile(plain, profile, notes)
        if converted is not None:
            return converted
    if plain.mode == "LAB":
        lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
        plain = ImageCms.profileToProfile(plain, lab, _srgb(), outputMode="RGB") or plain
    return plain.convert("RGB")


def _plain(image: Image.Image, notes: list[str]) -> Image.Image:
    """The colours in one of the modes L, RGB, CMYK and LAB."""
    tags = getattr(image, "tag_v2", {})
    is_apart = tags.get(_PLANAR) == _SEPARATE and tags.get(_COMPRESSION) == _UNCOMPRESSED
    if is_apart and tags.get(_BITS, (8,))[0] > 8:
        raise ValueError("16-bit planes that are stored apart")
    if image.mode.startswith(("I", "F")):
        notes.append("its levels were reduced to 8 bits")
        return _rescaled(image, tags)
    if image.mode == "CMYK" and image.format == "JPEG" and "adobe" not in image.info:
        return ImageChops.invert(image)  # Pillow takes every one for Adobe's, which are inverted
    if image.mode in ("LA", "La"):
        return image.convert("LA").getchannel("L")
    if image.mode in ("L", "RGB", "CMYK", "LAB"):
        return image
    if image.mode == "1":
        return image.convert("L")
    return (
        image.convert("RGBA").convert("RGB")
        if image.mode in ("RGBa", "P", "PA")
        else image.convert("RGB")
    )


def _rescaled(image: Image.Image, tags: Any) -> Image.Image:
    """A picture with grey levels of more than 8 bits, in mode L; Pillow's own clips to white.

    tags: those of a TIFF, which say what the levels mean.
    """
    levels: NDArray[Any] = np.asarray(image)
    bits = tags.get(_BITS, (16,))[0]
    is_signed = tags.get(_FORMAT, (1,))[0] == _SIGNED
    if image.mode == "I" and bits == 32 and not is_signed:
        levels = levels.view(np.uint32)
    levels = levels.astype(np.float64)
    if not np.isfinite(levels).all() or levels.min() < 0:
        raise ValueError("levels that are negative or not finite")
    white = _white(levels, image.mode, bits, is_signed)
    if tags.get(_PHOTOMETRIC) == _MIN_IS_WHITE:
        levels = white - levels
    return Image.fromarray(np.rint(np.clip(levels / white, 0.0, 1.0) * 255.0).astype(np.uint8))


def _white(levels: NDArray[np.float64], mode: str, bits: int, is_signed: bool) -> float:
    """The level that means white, for levels (H, W) of that many bits."""
    top = float(levels.max(initial=0.0))
    if mode == "F":
        # No file says what its floats mean: 0..1 with some overshoot, else 0..255, else 16 bits.
        return next((white for white in (1.0, 255.0, 65535.0) if top <= 2 * white), top)
    if bits == 12:
        return 4095.0
    if bits == 32 and top <= 65535.0:
        return 255.0 if top <= 255.0 else 65535.0
    return float((1 << (bits - is_signed)) - 1)


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
