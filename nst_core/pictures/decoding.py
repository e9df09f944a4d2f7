"""Bytes -> RGB pixels, for every picture that a person may bring.

A file's format is told by its content, never by its name. Whatever is wrong with a picture leaves
this module as an `ImageError` of one sentence.
"""

import contextlib
import io
import os
import stat
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pillow_heif
from PIL import Image, ImageOps, UnidentifiedImageError

from nst_core import files
from nst_core.errors import ImageError
from nst_core.pictures import colours, containers
from nst_core.pictures.pixels import SMALLEST_SIDE, Pixels
from nst_core.quiet import native_stderr_silenced

pillow_heif.register_heif_opener()

MOST_BYTES = 32 * 1024 * 1024
MOST_PIXELS = 50_000_000

_PILLOW_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "AVIF", "HEIF")
_EXPECTED = "a JPEG, PNG, WebP, TIFF, BMP, GIF, AVIF or HEIC picture"
_LOOKALIKES = (
    (b"%!PS", "an EPS or PostScript file"),
    (b"\xc5\xd0\xd3\xc6", "an EPS file"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"8BPS", "a Photoshop file"),
    (b"II*\0", "a TIFF picture that is damaged or of a rare kind; save it as 8-bit RGB"),
    (b"MM\0*", "a TIFF picture that is damaged or of a rare kind; save it as 8-bit RGB"),
    (b"\xff\xd8", "a damaged JPEG picture"),
    (b"\x89PNG", "a damaged PNG picture"),
)
_ORIENTATION_TAG = 0x0112
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
        raise ImageError(f"{path} cannot be read: {files.in_words(error)}.") from error
    if not is_file:
        raise ImageError(f"{path} must be a file. Received: something else of that name.")
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
    if not isinstance(data, bytes | bytearray | memoryview):
        raise ImageError(f"{name} must be given as bytes. Received: {type(data).__name__}.")
    data = bytes(data)
    if len(data) > MOST_BYTES:
        raise ImageError(f"{name} must be at most {MOST_BYTES >> 20} MB. Received: more than that.")
    if not data:
        raise ImageError(f"{name} must be {_EXPECTED}. Received: an empty file.")
    with _decoding, _silence():
        try:
            return _decode(data, name)
        except ImageError:
            raise
        except Exception as error:  # Pillow's plugins raise nearly anything for damaged data
            raise ImageError(
                f"{name} must be a whole picture; it is damaged or of a rare kind, save it anew. "
                f"Received: {files.in_words(error)}."
            ) from error


def _decode(data: bytes, name: str) -> Picture:
    parts = containers.essential_parts(data)
    image = _open(parts, data, name)
    notes: list[str] = []
    size, orientation = image.size, _orientation(image)
    image.load()
    if image.format != "TIFF" and image.size != size:
        raise ValueError(f"a size of {image.size} where {size} is said")
    if _has_more_frames(parts):
        notes.append("only its first frame was taken")
    image = _upright(image, orientation, notes)
    mask = colours.alpha(image, containers.png_depth(data))
    rgb = colours.to_srgb(image, notes)
    if mask is not None:
        rgb = Image.composite(rgb, Image.new("RGB", rgb.size, "white"), mask)
        notes.append("transparent parts were laid over white")
    pixels = np.asarray(rgb).copy()
    pixels.setflags(write=False)
    return Picture(pixels, tuple(notes))


def _open(parts: bytes, data: bytes, name: str) -> Image.Image:
    """The picture, not yet decoded; refused if its kind or size is not as it must be.

    parts: those of the file that make the picture; data: the whole file.
    """
    too_many = f"{name} must have at most {MOST_PIXELS // 1_000_000} megapixels."
    try:
        image = Image.open(io.BytesIO(parts), formats=_PILLOW_FORMATS)
    except Image.DecompressionBombError as error:
        raise ImageError(f"{too_many} Received: far more.") from error
    except UnidentifiedImageError as error:
        raise ImageError(f"{name} must be {_EXPECTED}. Received: {_likely_kind(data)}.") from error
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise ImageError(f"{too_many} Received: {width} x {height}.")
    if min(width, height) < SMALLEST_SIDE:
        raise ImageError(
            f"{name} must be at least {SMALLEST_SIDE} pixels a side. Received: {width} x {height}."
        )
    return image


def _likely_kind(data: bytes) -> str:
    """What a file is that is no picture, by how it begins."""
    for magic, kind in _LOOKALIKES:
        if data.startswith(magic):
            return kind
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in head:
        return "an SVG drawing"
    if head.startswith((b"<!doctype html", b"<html")):
        return "an HTML page"
    return "data that is none of these, or is damaged from the start"


def _orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; 1 where the tag is missing, damaged or out of range."""
    try:
        value = image.getexif().get(_ORIENTATION_TAG, 1)
    except Exception:  # damaged metadata does not make a bad picture
        return 1
    return value if value in _TURNED else 1


def _has_more_frames(parts: bytes) -> bool:
    """Whether there is a second frame; a damaged one counts as none."""
    try:
        Image.open(io.BytesIO(parts), formats=_PILLOW_FORMATS).seek(1)
    except Exception:
        return False
    return True


def _upright(image: Image.Image, orientation: int, notes: list[str]) -> Image.Image:
    if orientation == 1:
        return image
    notes.append(f"it was {_TURNED[orientation]}, as its orientation tag asks")
    if image.format == "TIFF":
        return image  # Pillow turns TIFF pictures itself as it loads them
    return ImageOps.exif_transpose(image)


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Silence Pillow's warnings of odd metadata, and what libtiff writes to standard error."""
    with warnings.catch_warnings(), native_stderr_silenced():
        warnings.simplefilter("ignore")
        yield
