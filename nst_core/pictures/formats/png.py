"""PNG files, whose chunks are looked through first: Pillow decodes damaged data without a word."""

import zlib

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nst_core.pictures.formats import by_pillow
from nst_core.pictures.raster import Raster

MOST_CHUNKS = 100_000

MAGIC = b"\x89PNG\r\n\x1a\n"
_CRITICAL = frozenset((b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"fdAT", b"IEND"))
_USEFUL = _CRITICAL | {b"eXIf", b"iCCP", b"acTL", b"fcTL"}


def read(data: bytes) -> Raster:
    """A PNG file's picture, the first of an animation."""
    data = _useful_chunks(data)
    image = by_pillow.opened(data, "PNG")
    by_pillow.load(image)
    depth = data[24]
    if image.mode.startswith("I"):
        levels = np.asarray(image).astype(np.uint16)
        raster = Raster(
            levels, "grey", _alpha(image, depth), image.info.get("icc_profile") or b"",
            orientation=by_pillow.orientation(image),
            notes=["its levels were reduced to 8 bits"],
        )  # fmt: skip
    else:
        raster = by_pillow.raster_of(image)
        raster.alpha = _alpha(image, depth)
    by_pillow.note_more_frames(data, "PNG", raster)
    return raster


def _alpha(image: Image.Image, depth: int) -> NDArray[np.uint8] | None:
    """The alpha of a loaded picture, whose file gives a transparent colour in its own depth."""
    key = image.info.get("transparency")
    if image.mode.startswith("I") and isinstance(key, int):
        return np.where(np.asarray(image) == key, 0, 255).astype(np.uint8)
    if image.mode == "L" and isinstance(key, int):
        image = image.copy()
        image.info["transparency"] = key * 255 // ((1 << depth) - 1)
    elif depth == 16 and isinstance(key, tuple):
        image = image.copy()
        image.info["transparency"] = tuple(level >> 8 for level in key)
    return by_pillow.alpha_of(image)


def _useful_chunks(data: bytes) -> bytes:
    """The PNG without texts and other extras; the chunks that make the picture must be whole."""
    useful: list[bytes | memoryview] = [MAGIC]
    view = memoryview(data)
    at = len(MAGIC)
    for _ in range(MOST_CHUNKS):
        length = int.from_bytes(view[at : at + 4], "big")
        kind = bytes(view[at + 4 : at + 8])
        end = at + 12 + length
        if end > len(data):
            raise ValueError("it ends before its last pixels")
        if kind in _USEFUL:
            checksum = int.from_bytes(view[end - 4 : end], "big")
            is_whole = zlib.crc32(view[at + 4 : end - 4]) == checksum
            if kind in _CRITICAL and not is_whole:
                raise ValueError("a part of it does not have its checksum")
            if is_whole:
                useful.append(view[at:end])
        if kind == b"IEND":
            return b"".join(useful)
        at = end
    raise ValueError("it has far too many parts")
