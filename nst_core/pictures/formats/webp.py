"""WEBP files."""

from nst_core.pictures.formats import by_pillow
from nst_core.pictures.raster import Raster


def read(data: bytes) -> Raster:
    """The first frame of a WEBP file."""
    image = by_pillow.opened(data, "WEBP")
    by_pillow.load(image)
    raster = by_pillow.raster_of(image)
    by_pillow.note_more_frames(data, "WEBP", raster)
    return raster
