"""GIF files."""

from nst_core.pictures.formats import by_pillow
from nst_core.pictures.raster import Raster


def read(data: bytes) -> Raster:
    """The first frame of a GIF file."""
    image = by_pillow.opened(data, "GIF")
    by_pillow.load(image)
    raster = by_pillow.raster_of(image)
    by_pillow.note_more_frames(data, "GIF", raster)
    return raster
