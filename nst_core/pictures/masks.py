"""Masks: grey pictures that say where to paint, and which painting goes where.

White (255) is all of it, black (0) nothing, and grey a share between: a soft edge.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from nst_core.errors import ImageError
from nst_core.pictures.pixels import SMALLEST_SIDE

_LARGEST_SIDE = 4096
Mask = NDArray[Any]
"""The type of a mask, (H, W) of any size; uint8 0..255 once `Masks` holds it."""


@dataclass(frozen=True, eq=False)
class Masks:
    """Where to paint, and which painting goes where. What is None covers everything.

    Each may be given as uint8 0..255, as float 0..1 or as bool, (H, W) of any size, or as the
    pixels of a grey picture, (H, W, 3).

    Attributes:
        paint: where the photo is painted; elsewhere it stays as it is, pixel for pixel.
        paintings: for each painting where on the photo it goes. One that has none goes where no
            other's mask is.
        of_paintings: for each painting which part of it counts.

    Raises:
        ImageError: an array that is no mask.

    Example:
        >>> sky = np.zeros((300, 400)); sky[:100] = 1.0
        >>> result = stylize(photo, [waves, stars], Settings(), masks=Masks(paintings=[None, sky]))
    """

    paint: Mask | None = None
    paintings: tuple[Mask | None, ...] = ()
    of_paintings: tuple[Mask | None, ...] = ()

    def __post_init__(self) -> None:
        # Whatever was given is a mask from here on.
        object.__setattr__(self, "paint", _mask(self.paint, "paint"))
        for name in ("paintings", "of_paintings"):
            given: Sequence[object] = getattr(self, name)
            object.__setattr__(self, name, tuple(_mask(mask, name) for mask in given))


def as_mask(values: ArrayLike, name: str) -> Mask:
    """A mask, from what a caller gives for one.

    Args:
        values: (H, W) as uint8 0..255, as float 0..1 or as bool; or (H, W, 3) uint8, whose
            lightness counts.
        name: what to call it in an error.

    Raises:
        ImageError: it is no mask.

    Example:
        >>> as_mask([[0.0, 1.0]], "paint")
        array([[  0, 255]], dtype=uint8)
    """
    array = np.asarray(values)
    if array.dtype == np.uint8 and array.ndim == 3 and array.shape[2] == 3 and array.size:
        array = np.asarray(Image.fromarray(np.ascontiguousarray(array)).convert("L"))
    if array.ndim != 2 or not array.size or array.dtype.kind not in "bfu":
        raise ImageError(
            f"{name}: a mask must be an array (height, width) of 0..255, 0.0..1.0 or bool. "
            f"Received: {array.dtype} {array.shape}."
        )
    if array.dtype == np.uint8:
        return array
    if not (np.isfinite(array).all() and array.min() >= 0 and array.max() <= 1):
        raise ImageError(f"{name}: a mask of {array.dtype} must hold values from 0 to 1.")
    return np.rint(array * 255.0).astype(np.uint8)


def resize_mask(mask: Mask, rows: int, columns: int) -> NDArray[np.float32]:
    """The shares 0..1 of a mask at another size, (rows, columns), by Pillow's bilinear filter.

    Example:
        >>> resize_mask(np.full((2, 2), 255, np.uint8), 3, 4).min()
        1.0
    """
    image = Image.fromarray(np.ascontiguousarray(mask))
    resized = image.resize((columns, rows), Image.Resampling.BILINEAR)
    return np.asarray(resized, dtype=np.float32) / np.float32(255.0)


def encode_mask(mask: Mask) -> bytes:
    """The bytes of a mask's PNG file, which `decode_picture` reads again.

    It is enlarged to the smallest picture that there may be where it is smaller, and made smaller
    where it is larger than is of use.

    Example:
        >>> encode_mask(np.zeros((64, 80), np.uint8))[1:4]
        b'PNG'
    """
    image = Image.fromarray(np.ascontiguousarray(mask))
    width, height = (min(_LARGEST_SIDE, max(SMALLEST_SIDE, side)) for side in image.size)
    if image.size != (width, height):
        image = image.resize((width, height), Image.Resampling.BILINEAR)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _mask(values: object, name: str) -> Mask | None:
    return None if values is None else as_mask(values, name)  # type: ignore[arg-type]
