"""Pictures as small as the page shows them: JPEG files, made once and remembered."""

import io
from functools import lru_cache
from pathlib import Path

import numpy as np
from PIL import Image

from dashboard.server import retouched_pictures
from nst_core.pictures.decoding import read_picture
from nst_core.pictures.retouch import Retouch
from nst_core.runs.store import layout
from nst_core.runs.store.store import Store

THUMBNAIL_PIXELS, PREVIEW_PIXELS = 320, 1600
"""The longer side of a picture in a strip or a list, and of one that fills a page."""
_PRESET_PIXELS = 640


@lru_cache(maxsize=512)
def thumbnail(run: str, name: str, checksum: int, retouch: Retouch) -> bytes:
    """A run's picture as a thumbnail; the checksum of its file tells it from an earlier one."""
    data = Store.open().folder(run).read(name)
    if retouch.changes_nothing or not layout.is_repainted(name):
        return _small(data, THUMBNAIL_PIXELS)
    with Image.open(io.BytesIO(data)) as image:
        image.thumbnail((THUMBNAIL_PIXELS, THUMBNAIL_PIXELS))
        small = np.asarray(image.convert("RGB"))
    return _jpeg(Image.fromarray(retouched_pictures.retouched(run, small, retouch)))


@lru_cache(maxsize=32)
def preview(run: str, name: str, checksum: int) -> bytes:
    """A run's picture as large as a page, likewise: a photo is often many times larger."""
    return _small(Store.open().folder(run).read(name), PREVIEW_PIXELS)


@lru_cache(maxsize=128)
def preset_picture(path: Path, changed: int) -> bytes:
    """A preset's picture; `changed`, its file's time in nanoseconds, tells it from an earlier one.

    Raises:
        NstError: it is not a good picture.
    """
    buffer = io.BytesIO()
    Image.fromarray(read_picture(path).pixels).save(buffer, "PNG", compress_level=0)
    return _small(buffer.getvalue(), _PRESET_PIXELS)


def _small(data: bytes, longer_side: int) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        image.thumbnail((longer_side, longer_side))
        return _jpeg(image)


def _jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.convert("RGB").save(buffer, "JPEG", quality=82)
    return buffer.getvalue()
