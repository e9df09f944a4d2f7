"""BMP files."""

from nst_core.pictures.formats import by_pillow
from nst_core.pictures.raster import Raster


def read(data: bytes) -> Raster:
    """A BMP file's picture."""
    image = by_pillow.opened(data, "BMP")
    by_pillow.load(image)
    raster = by_pillow.raster_of(image)
    # Many programs write bitmaps of 32 bits and leave their alpha at 0.
    if raster.alpha is not None and not raster.alpha.any():
        raster.alpha = None
    return raster
