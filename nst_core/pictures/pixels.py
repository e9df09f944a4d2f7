"""Pictures as arrays, uint8 RGB (H, W, 3) in sRGB: checked, resized, written as PNG files."""

import io
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from nst_core.errors import ImageError

SMALLEST_SIDE = 32
"""How many pixels the shorter side of any picture has at least."""

Pixels = NDArray[np.uint8]
"""The type of a picture's pixels: uint8 (H, W, 3), sRGB, 0..255."""


def check_pixels(pixels: object, name: str, smallest: int = SMALLEST_SIDE) -> Pixels:
    """The same array, if it holds a picture: uint8 (H, W, 3).

    Args:
        pixels: what the caller gave as a picture.
        name: what to call it in an error.
        smallest: how many pixels its shorter side must have at least.

    Raises:
        ImageError: it holds no picture, or one that is too small.

    Example:
        >>> check_pixels(np.zeros((64, 80, 3), np.uint8), "content").shape
        (64, 80, 3)
    """
    expected = f"{name} must be a uint8 array (height, width, 3)"
    if not isinstance(pixels, np.ndarray):
        raise ImageError(f"{expected}. Received: {type(pixels).__name__}.")
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
        raise ImageError(f"{expected}. Received: {pixels.dtype} {pixels.shape}.")
    if min(pixels.shape[:2]) < smallest:
        raise ImageError(
            f"{name} must be at least {smallest} pixels a side. "
            f"Received: {pixels.shape[1]} x {pixels.shape[0]}."
        )
    return pixels


def resize(pixels: Pixels, rows: int, columns: int) -> Pixels:
    """A picture of another size, uint8 (rows, columns, 3), by Pillow's bicubic interpolation.

    Args:
        pixels: uint8 (H, W, 3).
        rows, columns: of the result, in pixels.

    Example:
        >>> resize(np.zeros((64, 80, 3), np.uint8), 32, 40).shape
        (32, 40, 3)
    """
    if pixels.shape[:2] == (rows, columns):
        return pixels.copy()
    image = Image.fromarray(np.ascontiguousarray(pixels))
    return np.asarray(image.resize((columns, rows), Image.Resampling.BICUBIC)).copy()


def encode_png(pixels: Pixels, texts: Mapping[str, str] | None = None) -> bytes:
    """The bytes of a PNG file.

    Args:
        pixels: uint8 (H, W, 3).
        texts: what the file carries besides the picture, by keyword.

    Example:
        >>> encode_png(np.zeros((64, 80, 3), np.uint8), {"Software": "nst_core"})[1:4]
        b'PNG'
    """
    chunk = PngImagePlugin.PngInfo()
    for keyword, text in (texts or {}).items():
        chunk.add_itxt(keyword, text)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", pnginfo=chunk)
    return buffer.getvalue()


def strips(shape: tuple[int, ...], pixels: int = 1 << 18) -> Iterator[slice]:
    """The rows of an array (H, W, ...), some pixels at a time, a quarter of a million if not said.

    Example:
        >>> list(strips((600, 1000)))
        [slice(0, 262, None), slice(262, 524, None), slice(524, 786, None)]
    """
    rows = max(1, pixels // shape[1])
    for top in range(0, shape[0], rows):
        yield slice(top, top + rows)
