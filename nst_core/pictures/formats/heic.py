"""HEIC, which libheif decodes."""

import io
from collections.abc import Iterable
from typing import Any

import numpy as np
import pillow_heif
from numpy.typing import NDArray

from nst_core.pictures.formats.boxes import nclx
from nst_core.pictures.formats.boxes.container import Container
from nst_core.pictures.formats.boxes.hevc import coded_size
from nst_core.pictures.formats.boxes.items import coded_items, has_more_pictures, require_pixels
from nst_core.pictures.formats.boxes.still import Part, still_file
from nst_core.pictures.formats.boxes.tracks import first_frames
from nst_core.pictures.pixels import strips
from nst_core.pictures.raster import Raster, require_size

pillow_heif.register_heif_opener()

Properties = list[tuple[bytes, bytes]]


def read(data: bytes, container: Container) -> Raster:
    """The primary picture of a HEIC file, turned and cropped already.

    Raises:
        Refused: it is too large.
        Exception: anything else that libheif may raise for damaged data.
    """
    coded = coded_items(container, container.primary)
    _require_pixels(item.properties for item in coded)
    said = [*container.items[container.primary].properties, *coded[0].properties]
    raster = _decoded(data, said)
    if has_more_pictures(container):
        raster.notes.append("only its main picture was taken")
    return raster


def read_sequence(container: Container) -> Raster:
    """The first frame of a file's sequence.

    Raises:
        Refused: it is too large.
        Exception: anything else that libheif may raise for damaged data.
    """
    kinds = (b"hvc1", b"hev1")
    frames = [f for f in first_frames(container) if f.kind in kinds and not f.is_auxiliary]
    if not frames:
        raise ValueError("a sequence without HEVC pictures")
    frame = frames[0]
    _require_pixels([frame.properties])
    own = [entry for entry in frame.properties if entry[0] in (b"ispe", b"hvcC", b"colr")]
    file = still_file([Part(b"hvc1", frame.content, own)], brand=b"heic")
    return _decoded(file, frame.properties)


def _require_pixels(coded: Iterable[Properties]) -> None:
    sizes = [coded_size(dict(said).get(b"hvcC", b"")) for said in coded]
    require_pixels(size or (0, 0) for size in sizes)


def _decoded(data: bytes, said: Properties) -> Raster:
    """The raster of a file that libheif decodes; its properties say its colours."""
    colours, profile = nclx.colours_of(said)
    if colours:
        data = data.replace(colours.to_bytes()[:-1], nclx.decodable(colours).to_bytes()[:-1])
    file = pillow_heif.open_heif(io.BytesIO(data), convert_hdr_to_8bit=False, hdr_to_16bit=False)
    image = file[file.primary_index]
    require_size(*image.size)
    raster = _raster(np.asarray(image), image.mode, image.info["bit_depth"])
    raster.profile = profile
    if colours and not profile:
        nclx.describe(colours, said, raster)
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
    transparency = None if alpha.min() == 255 else alpha
    return Raster(colours, "grey" if colours.ndim == 2 else "rgb", transparency)


def _unpremultiplied(colours: NDArray[Any], alpha: NDArray[Any]) -> NDArray[Any]:
    """Colours as they are without the black behind them."""
    top = np.iinfo(colours.dtype).max
    for rows in strips(colours.shape):
        opacity = np.maximum(alpha[rows][..., None].astype(np.float32), 1.0)
        colours[rows] = np.minimum(colours[rows] * np.float32(top) / opacity + 0.5, top)
    return colours
