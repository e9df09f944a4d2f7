"""TIFF files."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nst_core.pictures.formats import by_pillow
from nst_core.pictures.raster import Raster, upright

# Tags and values.
_BITS, _COMPRESSION, _PHOTOMETRIC, _PLANAR, _FORMAT = 258, 259, 262, 284, 339
_MIN_IS_WHITE, _SEPARATE, _UNCOMPRESSED, _SIGNED = 0, 2, 1, 2


def read(data: bytes) -> Raster:
    """The first page of a TIFF file."""
    image = by_pillow.opened(data, "TIFF")
    orientation = by_pillow.orientation(image)
    image.load()
    tags = getattr(image, "tag_v2", {})
    is_apart = tags.get(_PLANAR) == _SEPARATE and tags.get(_COMPRESSION) == _UNCOMPRESSED
    if is_apart and tags.get(_BITS, (8,))[0] > 8:
        raise ValueError("16-bit planes that are stored apart")
    if image.mode.startswith(("I", "F")):
        grey = _rescaled(image, tags)
        raster = Raster(np.asarray(grey), "grey", notes=["its levels were reduced to 8 bits"])
        raster.profile = image.info.get("icc_profile") or b""
    else:
        raster = by_pillow.raster_of(image)
    # Pillow has turned it already as it loaded it.
    raster.orientation = orientation
    raster.levels = _turned_back(raster.levels, orientation)
    if raster.alpha is not None:
        raster.alpha = _turned_back(raster.alpha, orientation)
    by_pillow.note_more_frames(data, "TIFF", raster)
    return raster


def _turned_back(levels: NDArray[Any], orientation: int) -> NDArray[Any]:
    return upright(levels, {6: 8, 8: 6}.get(orientation, orientation))


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
