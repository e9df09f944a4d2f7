"""HEIC, which libheif decodes."""

import io
from typing import Any

import numpy as np
import pillow_heif
from numpy.typing import NDArray

from nst_core.pictures.colour_spaces import strips
from nst_core.pictures.formats import nclx
from nst_core.pictures.formats.boxes import Container
from nst_core.pictures.formats.items import coded_items
from nst_core.pictures.raster import Raster, require_size

pillow_heif.register_heif_opener()


def read(data: bytes, container: Container) -> Raster:
    """The primary picture of a HEIC file, turned and cropped already.

    Raises:
        Refused: it is too large or too small.
        Exception: anything else that libheif may raise for damaged data.
    """
    coded = coded_items(container, container.primary)
    for item in {id(item): item for item in coded}.values():
        container.bytes_of(item)  # libheif takes a tile that is cut for a grey one
    file = pillow_heif.open_heif(
        io.BytesIO(data), convert_hdr_to_8bit=False, hdr_to_16bit=False
    )
    image = file[file.primary_index]
    require_size(*image.size)
    levels = np.asarray(image)
    raster = _raster(levels, image.mode, image.info["bit_depth"])
    picture = container.items[container.primary]
    said = [*picture.properties, *coded[0].properties]
    colours, raster.profile = nclx.colours_of(said)
    if colours and not raster.profile:
        nclx.describe(colours, said, raster)
    if len(file) > 1:
        raster.notes.append("only its first picture was taken")
    return raster


def _raster(levels: NDArray[Any], mode: str, depth: int) -> Raster:
    """Levels as libheif gives them: grey or RGB, perhaps with alpha behind, of 8 to 16 bits."""
    if levels.dtype != np.uint8 and depth < 16:
        levels = levels.copy()
        for rows in strips(levels.shape):
            levels[rows] = levels[rows] << (16 - depth) | levels[rows] >> (2 * depth - 16)
    letters = mode.split(";")[0]
    if letters[-1] not in "Aa":
        return Raster(levels, "grey" if levels.ndim == 2 else "rgb")
    alpha = levels[..., -1]
    colours = np.ascontiguousarray(levels[..., :-1])
    if letters[-1] == "a":
        colours = _unpremultiplied(colours, alpha)
    alpha = alpha if levels.dtype == np.uint8 else (alpha >> 8).astype(np.uint8)
    if colours.shape[2] == 1:
        colours = colours[..., 0]
    model = "grey" if colours.ndim == 2 else "rgb"
    return Raster(colours, model, None if alpha.min() == 255 else alpha)


def _unpremultiplied(colours: NDArray[Any], alpha: NDArray[Any]) -> NDArray[Any]:
    """Colours as they are without the black behind them."""
    top = np.iinfo(colours.dtype).max
    for rows in strips(colours.shape):
        opacity = np.maximum(alpha[rows][..., None].astype(np.float32), 1.0)
        colours[rows] = np.minimum(colours[rows] * np.float32(top) / opacity + 0.5, top)
    return colours
