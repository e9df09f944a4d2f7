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
    """A picture in VGG16's space at another size, by Pillow's bicubic resize, not rounded.

    Args:
        x: float (1, h, w, 3).
        rows, columns: of the result, in pixels.

    Returns:
        float64 (1, rows, columns, 3); of x's own size it holds x's own values, and may be x itself.

    Example:
        >>> resize_vgg(np.zeros((1, 32, 48, 3)), 64, 96).shape
        (1, 64, 96, 3)
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
    """A picture in VGG16's space, from its pixels.

    pixels: uint8 RGB (H, W, 3). Returns: a new float32 array (1, H, W, 3), BGR minus mean.

    Example:
        >>> to_vgg(np.zeros((32, 32, 3), np.uint8))[0, 0, 0]
        array([-103.939, -116.779, -123.68 ], dtype=float32)
    """
    bgr = pixels[np.newaxis, :, :, ::-1].astype(np.float32)
    bgr -= IMAGENET_MEAN_BGR.astype(np.float32)
    return bgr


def from_vgg(x: NDArray[np.floating]) -> Pixels:
    """The pixels of a picture in VGG16's space, clipped to 0..255 and rounded.

    x: float (1, H, W, 3), BGR minus mean. Returns: uint8 RGB (H, W, 3).

    Example:
        >>> np.array_equal(from_vgg(to_vgg(photo)), photo)
        True
    """
    bgr = np.clip(x[0] + IMAGENET_MEAN_BGR.astype(x.dtype), 0.0, 255.0)
    pixels: Pixels = np.rint(bgr).astype(np.uint8)
    return pixels[:, :, ::-1].copy()
