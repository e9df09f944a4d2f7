"""The space that VGG16 sees: float (1, H, W, 3), BGR minus the ImageNet mean."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nst_core.pictures.pixels import Pixels

IMAGENET_MEAN_BGR = np.array([103.939, 116.779, 123.68])
LOWEST_VGG = 0.0 - IMAGENET_MEAN_BGR
HIGHEST_VGG = 255.0 - IMAGENET_MEAN_BGR
"""The range of pixels in VGG16's space, by channel: float64 (3,)."""


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
