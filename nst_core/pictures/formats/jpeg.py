"""JPEG files, of which Pillow sees only what counts.

What a file has besides its picture changes nothing: previews and second pictures, as phones and
cameras add them (MPO, gain maps, short films), XMP, comments, and whatever follows the end.
"""

import hashlib
import re

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nst_core.pictures.formats import by_pillow
from nst_core.pictures.formats.jpeg_parts import END, Parts, look_through
from nst_core.pictures.raster import Raster

# Bits that say something else than the zeros with which libjpeg goes on where data is missing. They
# begin with a one, as a few bits may be all that is missing; and there are two without a pattern,
# as any may happen to mean the same as zeros.
_OTHER_BITS = [
    first + hashlib.shake_128(first).digest(63).replace(b"\xff", b"\x7e")
    for first in (b"\xa5", b"\xdb")
]
_OF_DATA = re.compile(rb"(\xff\0)?\0?")
# Arithmetic coding leaves out the zeros that end its data, seldom more than one; more of them here
# would hide more cuts.
_LEFT_OUT = bytes(1)
_CUT = "it ends before its last pixels"


def read(data: bytes) -> Raster:
    """A JPEG file's picture, if its data is whole; the mark of its end may be missing."""
    parts = look_through(data)
    if not parts.has_end:
        if not parts.is_complete:
            raise ValueError(_CUT)
        _leave_out_fill(parts)
    image = _decoded(parts.file())
    raster = by_pillow.raster_of(image)
    raster.profile = parts.profile
    if parts.icc and not raster.profile:
        raster.notes.append("its colour profile is unusable and was left out")
    if not parts.has_end or _ends_in_nothing(raster.levels):
        _require_whole(parts, raster.levels)
    return raster


def _decoded(file: bytes) -> Image.Image:
    image = by_pillow.opened(file, "JPEG")
    # In one piece: where a decoder has to wait for more it begins anew, which is quadratic.
    image.decodermaxblock = len(file)  # type: ignore[attr-defined]
    by_pillow.load(image)
    return image


def _leave_out_fill(parts: Parts) -> None:
    """Leave out the zeros behind the data, as unfinished downloads have them, and half a marker."""
    scans = bytes(parts.scans)
    length = len(scans.rstrip(b"\0\xff"))
    # The last bytes of the data may be zeros, or FF with its zero: more than these is rare.
    data = _OF_DATA.match(scans, length)
    parts.scans = parts.scans[: data.end() if data else length]


def _ends_in_nothing(levels: NDArray[np.uint8]) -> bool:
    """Whether the last pixels are as libjpeg fills in missing ones: in the middle of all levels."""
    last = levels[-1, -8:]
    return bool(((last == 127) | (last == 128)).all())


def _require_whole(parts: Parts, levels: NDArray[np.uint8]) -> None:
    """See that all pixels are in the data.

    libjpeg says nothing of missing ones. But bits that are added behind the data change the picture
    only if there is a place for them.

    Args:
        parts: of the file.
        levels: its picture.

    Raises:
        ValueError: pixels are missing.
    """
    left_out = _LEFT_OUT if parts.is_arithmetic else b""
    for bits in _OTHER_BITS:
        other = _decoded(parts.file(left_out + _more_data(bytes(parts.scans), bits) + END))
        if not np.array_equal(np.asarray(by_pillow.plain_mode(other)), levels):
            raise ValueError(_CUT)


def _more_data(scans: bytes, bits: bytes) -> bytes:
    """Data that could follow the last scan's, for this restart interval and for the next ones."""
    begin = scans.rfind(b"\xff\xda")
    places = [scans.rfind(_restart(number), begin) for number in range(8)]
    last = places.index(max(places)) if max(places) >= 0 else -1
    following = (_restart((last + 1 + n) % 8) + bits for n in range(8))
    return bits + b"".join(following)


def _restart(number: int) -> bytes:
    return bytes((0xFF, 0xD0 + number))
