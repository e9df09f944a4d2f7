"""RGB pixels <-> the space VGG16 sees, and PNG files.

Pixels are uint8 (H, W, 3) sRGB. The space of VGG16 is float (1, H, W, 3), BGR minus the ImageNet
mean. How pixels come from files is told in `decoding.py`.
"""

import io
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image, PngImagePlugin

from nst_core.errors import ImageError
from nst_core.settings import SMALLEST_SIDE

IMAGENET_MEAN_BGR = np.array([103.939, 116.779, 123.68])
LOWEST_VGG = 0.0 - IMAGENET_MEAN_BGR
HIGHEST_VGG = 255.0 - IMAGENET_MEAN_BGR
"""The range of pixels in VGG16's space, by channel: float64 (3,)."""

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


def resize_vgg(x: NDArray[np.floating], rows: int, columns: int) -> NDArray[np.float64]:
    """The same in VGG16's space, unrounded.

    x: float (1, h, w, 3). Returns: float64 (1, rows, columns, 3), x itself where it fits.
    """
    if x.shape[1:3] == (rows, columns):
        return np.asarray(x, dtype=np.float64)
    channels = [
        np.asarray(
            Image.fromarray(np.ascontiguousarray(x[0, :, :, channel], dtype=np.float32)).resize(
                (columns, rows), Image.Resampling.BICUBIC
            )
        )
        for channel in range(3)
    ]
    return np.stack(channels, axis=-1)[np.newaxis].astype(np.float64)


def to_vgg(pixels: Pixels) -> NDArray[np.float32]:
    """RGB pixels uint8 (H, W, 3) -> a new float32 (1, H, W, 3), BGR minus mean."""
    bgr = pixels[np.newaxis, :, :, ::-1].astype(np.float32)
    bgr -= IMAGENET_MEAN_BGR.astype(np.float32)
    return bgr


def from_vgg(x: NDArray[np.floating]) -> Pixels:
    """The inverse of `to_vgg`, clipped and rounded. x: (1, H, W, 3). Returns: uint8 (H, W, 3)."""
    bgr = np.clip(x[0] + IMAGENET_MEAN_BGR.astype(x.dtype), 0.0, 255.0)
    pixels: Pixels = np.rint(bgr).astype(np.uint8)
    return pixels[:, :, ::-1].copy()


def encode_png(pixels: Pixels, texts: Mapping[str, str] | None = None) -> bytes:
    """A PNG file of uint8 (H, W, 3) pixels that carries `texts` (keyword -> text)."""
    chunk = PngImagePlugin.PngInfo()
    for keyword, text in (texts or {}).items():
        chunk.add_itxt(keyword, text)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", pnginfo=chunk)
    return buffer.getvalue()
