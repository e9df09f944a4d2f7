"""A run's pictures as someone wants to see them: retouched, and some of them remembered."""

import io
import threading
from functools import lru_cache

import numpy as np
from PIL import Image

from nst_core.pictures.decoding import decode_picture
from nst_core.pictures.pixels import Pixels, resize
from nst_core.pictures.retouch import Retouch
from nst_core.runs.export.retouched import retouched_png
from nst_core.runs.store import layout
from nst_core.runs.store.store import Store

_MOST_PIXELS = 2 << 20
"""Of a picture that is remembered, or of a photo in its picture's size: what is larger is made
anew each time, so that all that is remembered stays below 160 MB."""
_one_at_a_time = threading.Lock()


def picture(run: str, name: str, data: bytes, checksum: int, retouch: Retouch) -> bytes:
    """A run's picture as a PNG, retouched.

    Args:
        run, name: the run and the picture's file in it.
        data, checksum: the file as it is now; the checksum tells it from an earlier one.
        retouch: what to do.

    Raises:
        FileNotFoundError: the run was removed meanwhile.
        NstError: the photo's file is damaged.
    """
    if retouch.changes_nothing:
        return data
    make = _small_picture if np.prod(_size(data)) <= _MOST_PIXELS else _picture
    return make(run, name, checksum, retouch)


def retouched(run: str, pixels: Pixels, retouch: Retouch) -> Pixels:
    """A picture of a run in any size, uint8 (H, W, 3), retouched; it raises what `picture` does."""
    return retouch.apply(pixels, _photo(run, *pixels.shape[:2]))


def _picture(run: str, name: str, checksum: int, retouch: Retouch) -> bytes:
    data = Store.open().folder(run).read(name)
    return retouched_png(data, _photo(run, *_size(data)), retouch)


_small_picture = lru_cache(maxsize=16)(_picture)


def _size(data: bytes) -> tuple[int, int]:
    """Height and width of a picture's file, in pixels."""
    with Image.open(io.BytesIO(data)) as image:
        return image.height, image.width


def _photo(run: str, rows: int, columns: int) -> Pixels:
    """The photo of a run in the size of one of its pictures, uint8 (rows, columns, 3)."""
    if rows * columns > _MOST_PIXELS:
        return _resized_photo(run, rows, columns)
    with _one_at_a_time:  # else each of a strip's pictures would decode it
        return _small_photo(run, rows, columns)


def _resized_photo(run: str, rows: int, columns: int) -> Pixels:
    data = Store.open().folder(run).read(layout.PHOTO)
    return resize(decode_picture(data, layout.PHOTO).pixels, rows, columns)


_small_photo = lru_cache(maxsize=8)(_resized_photo)
