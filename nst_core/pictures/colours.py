"""A decoded picture of any mode -> 8-bit sRGB and its mask. Pillow's gaps are filled here."""

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
    """The mask (L) of a picture with transparent parts, else None.

    png_depth: bits a sample in a PNG's file, whose transparent colour is given in that depth.
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
    # Many programs write 32-bit bitmaps with an alpha that nobody filled in.
    return None if image.format == "BMP" and highest == 0 else mask


def to_srgb(image: Image.Image, notes: list[str]) -> Image.Image:
    """The colours without the mask, through the picture's own profile. Returns: RGB.

    Raises:
        ValueError: levels that mean no colours.
    """
    profile = image.info.get("icc_profile")
    plain = _plain(image, notes)
    if profile:
        converted = _through(plain, profile, notes)
        if converted is not None:
            return converted
    if plain.mode == "LAB":
        lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
        plain = ImageCms.profileToProfile(plain, lab, _srgb(), outputMode="RGB") or plain
    return plain.convert("RGB")


def _plain(image: Image.Image, notes: list[str]) -> Image.Image:
    """The colours in one of the modes L, RGB, CMYK and LAB."""
    tags = getattr(image, "tag_v2", {})
    apart = tags.get(_PLANAR) == _SEPARATE and tags.get(_COMPRESSION) == _UNCOMPRESSED
    if apart and tags.get(_BITS, (8,))[0] > 8:
        raise ValueError("16-bit planes that are stored apart")
    if image.mode.startswith(("I", "F")):
        notes.append("its levels were reduced to 8 bits")
        return _rescaled(image, tags)
    if image.mode == "CMYK" and image.format == "JPEG" and "adobe" not in image.info:
        return ImageChops.invert(image)  # Pillow takes all for Adobe's, which are inverted
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
    """Grey levels beyond 8 bits -> L. Pillow's own conversion clips them to white."""
    levels: NDArray[Any] = np.asarray(image)
    bits = tags.get(_BITS, (16,))[0]
    signed = tags.get(_FORMAT, (1,))[0] == _SIGNED
    if image.mode == "I" and bits == 32 and not signed:
        levels = levels.view(np.uint32)
    levels = levels.astype(np.float64)
    if not np.isfinite(levels).all() or levels.min() < 0:
        raise ValueError("levels that are negative or not finite")
    full = _full_scale(levels, image.mode, bits, signed)
    if tags.get(_PHOTOMETRIC) == _MIN_IS_WHITE:
        levels = full - levels
    return Image.fromarray(np.rint(np.clip(levels / full, 0.0, 1.0) * 255.0).astype(np.uint8))


def _full_scale(levels: NDArray[np.float64], mode: str, bits: int, signed: bool) -> float:
    """The level that means white."""
    top = float(levels.max(initial=0.0))
    if mode == "F":
        # No file says what its floats mean: 0..1 with some overshoot, else 0..255, else 16 bits.
        return next((full for full in (1.0, 255.0, 65535.0) if top <= 2 * full), top)
    if bits == 12:
        return 4095.0
    if bits == 32 and top <= 65535.0:
        return 255.0 if top <= 255.0 else 65535.0
    return float((1 << (bits - signed)) - 1)


@functools.cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _through(image: Image.Image, profile: bytes, notes: list[str]) -> Image.Image | None:
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
    except Exception:  # a name that is no text
        return ""
    return "".join(c if c.isprintable() else " " for c in name)[:60].strip()
