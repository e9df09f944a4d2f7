"""Pictures as arrays, uint8 RGB (H, W, 3) in sRGB: checked, resized, written as PNG files."""

import io
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from nst_core.errors import ImageError

SMALLEST_SIDE = 32
"""Pixels; the shortest side of any picture taken or made."""

Pixels = NDArray[np.uint8]
"""RGB pixels, uint8 (H, W, 3), sRGB."""


def check_pixels(pixels: object, name: str, smallest: int = SMALLEST_SIDE) -> Pixels:
    """`pixels` itself, if it is a uint8 array (H, W, 3) with sides of at least `smallest`.

    Raises:
        ImageError: it is not.
    """
    wanted = f"{name} must be a uint8 array (height, width, 3)"
    if not isinstance(pixels, np.ndarray):
        raise ImageError(f"{wanted}. Received: {type(pixels).__name__}.")
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
        raise ImageError(f"{wanted}. Received: {pixels.dtype} {pixels.shape}.")
    if min(pixels.shape[:2]) < smallest:
        raise ImageError(
            f"{name} must be at least {smallest} pixels a side. "
            f"Received: {pixels.shape[1]} x {pixels.shape[0]}."
        )
    return pixels


def resize(pixels: Pixels, rows: int, columns: int) -> Pixels:
    """Pillow's bicubic resize. pixels: uint8 (H, W, 3). Returns: uint8 (rows, columns, 3)."""
    if pixels.shape[:2] == (rows, columns):
        return pixels.copy()
    image = Image.fromarray(np.ascontiguousarray(pixels))
    return np.asarray(image.resize((columns, rows), Image.Resampling.BICUBIC)).copy()


def encode_png(pixels: Pixels, texts: Mapping[str, str] | None = None) -> bytes:
    """A PNG file of uint8 (H, W, 3) pixels that carries `texts` (keyword -> text)."""
    chunk = PngImagePlugin.PngInfo()
    for keyword, text in (texts or {}).items():
        chunk.add_itxt(keyword, text)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", pnginfo=chunk)
    return buffer.getvalue()
