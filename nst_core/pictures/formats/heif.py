"""AVIF and HEIC files."""

import pillow_heif

from nst_core.pictures.formats import by_pillow
from nst_core.pictures.raster import Raster

pillow_heif.register_heif_opener()


def read_avif(data: bytes) -> Raster:
    """The first frame of an AVIF file."""
    return _read(data, "AVIF")


def read_heic(data: bytes) -> Raster:
    """The first frame of a HEIC file."""
    return _read(data, "HEIF")


def _read(data: bytes, kind: str) -> Raster:
    image = by_pillow.opened(data, kind)
    by_pillow.load(image)
    raster = by_pillow.raster_of(image)
    by_pillow.note_more_frames(data, kind, raster)
    return raster
