"""Bytes -> RGB pixels, for every picture that a person may bring.

A file's format is told by its content, never by its name. Whatever is wrong with a picture leaves
this module as an `ImageError` of one sentence.
"""

import contextlib
import os
import stat
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nst_core import files
from nst_core.errors import ImageError, shown
from nst_core.pictures import colours, kinds
from nst_core.pictures.pixels import Pixels
from nst_core.pictures.raster import Refused, require_size, upright
from nst_core.quiet import native_stderr_silenced

MOST_BYTES = 32 * 1024 * 1024
"""How large a picture's file may be."""

_TURNED = {
    2: "mirrored",
    3: "turned by 180 degrees",
    4: "flipped upside down",
    5: "turned and mirrored",
    6: "turned by 90 degrees",
    7: "turned and mirrored",
    8: "turned by 90 degrees",
}

# Pictures are decoded one at a time: what is silenced meanwhile is silenced for the whole process,
# and decoding takes much memory.
_decoding = threading.Lock()


@dataclass(frozen=True)
class Picture:
    """A decoded picture.

    Attributes:
        pixels: uint8 (H, W, 3), sRGB, read-only.
        notes: what was done to the picture as it was decoded, in words; parts of a sentence.
    """

    pixels: Pixels
    notes: tuple[str, ...] = ()


def read_picture(path: str | Path) -> Picture:
    """The picture in a file, as `decode_picture` decodes it.

    Raises:
        ImageError: the file cannot be read, or `decode_picture` refuses what is in it.

    Example:
        >>> photo = read_picture("photo.jpg")
        >>> photo.pixels.shape, photo.notes
        ((600, 800, 3), ('it was turned by 90 degrees, as its orientation tag asks',))
    """
    try:
        # O_NONBLOCK, since opening a pipe would wait for ever.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(handle, "rb") as file:
            is_file = stat.S_ISREG(os.fstat(handle).st_mode)
            # One byte more than allowed tells that it is too large.
            data = file.read(MOST_BYTES + 1) if is_file else b""
    except (OSError, TypeError, ValueError) as error:  # ValueError: a null byte in the name
        raise ImageError(f"{shown(path)} cannot be read: {files.in_words(error)}.") from error
    if not is_file:
        raise ImageError(f"{shown(path)} must be a file. Received: something else of that name.")
    return decode_picture(data, str(path))


def decode_picture(data: bytes | bytearray | memoryview, name: str = "The picture") -> Picture:
    """The picture in a file's bytes: upright, in sRGB, laid over white; the first of its frames.

    JPEG, PNG, WebP, TIFF, BMP, GIF, AVIF and HEIC files are decoded, of at most 32 MB and 50
    megapixels, and from 32 pixels a side.

    Args:
        data: the file's bytes.
        name: what to call the picture in an error.

    Raises:
        ImageError: it is no picture of these formats, or is damaged, too large or too small.

    Example:
        >>> picture = decode_picture(Path("photo.jpg").read_bytes(), "photo.jpg")
        >>> picture.pixels.shape, picture.pixels.dtype
        ((600, 800, 3), dtype('uint8'))
    """
    name = shown(name)
    if not isinstance(data, bytes | bytearray | memoryview):
        raise ImageError(f"{name} must be given as bytes. Received: {type(data).__name__}.")
    data = bytes(data)
    if len(data) > MOST_BYTES:
        raise ImageError(f"{name} must be at most {MOST_BYTES >> 20} MB. Received: more than that.")
    if not data:
        raise ImageError(f"{name} must be {kinds.EXPECTED}. Received: an empty file.")
    with _decoding, _silence():
        try:
            return _decode(data)
        except Refused as refusal:
            raise ImageError(refusal.about(name)) from refusal
        except Exception as error:  # Pillow's plugins raise nearly anything for damaged data
            raise ImageError(
                f"{name} must be a whole picture; it is damaged or of a rare kind, save it anew. "
                f"Received: {files.in_words(error)}."
            ) from error


def _decode(data: bytes) -> Picture:
    kind = kinds.kind_of(data)
    if kind.read is None:
        raise Refused(f"must be {kinds.EXPECTED}", kind.name)
    raster = kind.read(data)
    require_size(raster.levels.shape[1], raster.levels.shape[0])
    pixels = colours.to_srgb(raster)
    if raster.alpha is not None:
        pixels = colours.over_white(pixels, raster.alpha)
        raster.notes.append("transparent parts were laid over white")
    if raster.orientation in _TURNED:
        pixels = upright(pixels, raster.orientation)
        words = _TURNED[raster.orientation]
        raster.notes.append(f"it was {words}, as its orientation tag asks")
    pixels = np.array(pixels, order="C")
    pixels.setflags(write=False)
    return Picture(pixels, tuple(raster.notes))


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Silence Pillow's warnings of odd metadata, and what libtiff writes to standard error."""
    with warnings.catch_warnings(), native_stderr_silenced():
        warnings.simplefilter("ignore")
        yield
