"""PNG files, whose chunks are looked through first: Pillow decodes damaged data without a word."""

import dataclasses
import io
import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nst_core.pictures.formats import by_pillow, png_colours
from nst_core.pictures.formats.png_chunks import MAGIC, Chunks, Head, inflated, look_through
from nst_core.pictures.pixels import strips
from nst_core.pictures.raster import Model, Raster, require_size

__all__ = ["MAGIC", "read"]

_GREY, _RGB, _PALETTE, _GREY_ALPHA, _RGB_ALPHA = 0, 2, 3, 4, 6
_MOST_STORED = 65535  # bytes in a block of data that is not compressed
MOST_DEEP = 25_000_000
"""Pixels whose colours keep their 16 bits; more would take longer than a stranger's file may."""

Decoded = tuple[NDArray[Any], NDArray[np.uint8] | None]
"""Levels of 8 or 16 bits (H, W) or (H, W, 3), and the alpha if there is one (H, W)."""


def read(data: bytes) -> Raster:
    """A PNG file's picture, the first of an animation."""
    chunks = look_through(data)
    head, parts = chunks.head, chunks.parts
    require_size(head.width, head.height)
    is_grey = head.colour in (_GREY, _GREY_ALPHA)
    colours = png_colours.describe(parts, is_grey)
    notes = colours.notes
    if head.depth == 16:
        notes.append("its levels were reduced to 8 bits")
    is_animated = _is_animation(parts.get(b"acTL", b""))
    # Where the first frame has no data, browsers show the picture in IDAT.
    is_apart = is_animated and not chunks.starts_with_default and chunks.has_first_frame
    if is_apart:
        levels, alpha = _frame(chunks, colours.space is not None)
    else:
        levels, alpha = _decoded(head, parts, chunks.data, colours.space is not None)
    if is_animated and sum(bool(frame) for _, frame in chunks.frames) > is_apart:
        notes.append("only its first frame was taken")
    exif = parts.get(b"eXIf", b"")
    orientation = by_pillow.orientation_in(exif) if exif.startswith((b"II", b"MM")) else 1
    model: Model = "grey" if is_grey else "rgb"
    if alpha is not None and alpha.min() == 255:
        alpha = None
    return Raster(levels, model, alpha, colours.profile, colours.space, orientation, notes)


def _is_animation(control: bytes) -> bool:
    """Whether acTL gives a number of frames that there may be."""
    return len(control) == 8 and 0 < int.from_bytes(control[:4], "big") < 1 << 31


def _frame(chunks: Chunks, deep: bool) -> Decoded:
    """The first frame of an animation to which the picture in IDAT does not belong."""
    control, data = chunks.frames[0]
    if len(control) != 26:
        raise ValueError("a frame's head is damaged")
    width, height, left, top = struct.unpack_from(">IIII", control, 4)
    whole = chunks.head
    if not 0 < width <= whole.width - left or not 0 < height <= whole.height - top:
        raise ValueError("a frame lies outside the picture")
    head = dataclasses.replace(whole, width=width, height=height)
    levels, alpha = _decoded(head, chunks.parts, data, deep)
    if (width, height) == (whole.width, whole.height):
        return levels, alpha
    place = np.s_[top : top + height, left : left + width]
    canvas = np.zeros((whole.height, whole.width, *levels.shape[2:]), levels.dtype)
    canvas[place] = levels
    opacity = np.zeros(canvas.shape[:2], np.uint8)
    opacity[place] = 255 if alpha is None else alpha
    return canvas, opacity


def _decoded(head: Head, parts: dict[bytes, bytes], data: list[memoryview], deep: bool) -> Decoded:
    """The pixels in compressed data that is whole; deep: of 16 bits where the file has them."""
    file = _file(head, data)
    deep = deep and head.width * head.height <= MOST_DEEP
    key = parts.get(b"tRNS", b"") if head.colour in (_GREY, _RGB) else b""
    if head.colour == _PALETTE:
        return _by_palette(np.asarray(_opened(file)), parts)
    if head.colour == _GREY_ALPHA and head.depth == 16:
        return _deep_grey_alpha(file)
    if head.colour != _GREY and head.depth == 16 and (deep or key):
        levels, alpha = _deep_colours(file, head)
    else:
        image = _opened(file)
        alpha = by_pillow.alpha_of(image)
        if head.colour == _GREY and head.depth == 16:
            levels = np.asarray(image).astype(np.uint16)
        else:
            levels, _ = by_pillow.levels_of(image)
    return levels, _all_but(levels, key, head) if key else alpha


def _deep_colours(file: io.BytesIO, head: Head) -> Decoded:
    """Colours of 16 bits, of which Pillow gives the high bytes and the low ones apart."""
    both = np.empty((head.height, head.width, 3, 2), np.uint8)
    image = _opened(file)
    alpha = by_pillow.alpha_of(image)
    by_pillow.copy_levels(image, both[..., 1])
    del image  # one after the other, for they are large
    image = _opened(file, "RGBA;16L" if head.colour == _RGB_ALPHA else "RGB;16L")
    by_pillow.copy_levels(image, both[..., 0])
    return both.view("<u2")[..., 0].astype(np.uint16, copy=False), alpha


def _file(head: Head, data: list[memoryview]) -> io.BytesIO:
    """A PNG file of these pixels and nothing else, no longer compressed.

    So they are checked and inflated once, though Pillow may read them twice.
    """
    file = io.BytesIO()
    file.write(MAGIC + _chunk(b"IHDR", head.packed()))
    if head.colour == _PALETTE:  # Pillow wants one, whichever
        file.write(_chunk(b"PLTE", bytes(768)))
    start, checksum = file.tell(), 1
    file.write(_chunk(b"IDAT", b"\x78\x01")[:-4])
    for piece in inflated(head, data):
        checksum = zlib.adler32(piece, checksum)
        for at in range(0, len(piece), _MOST_STORED):
            part = memoryview(piece)[at : at + _MOST_STORED]
            file.write(struct.pack("<BHH", 0, len(part), ~len(part) & 0xFFFF))
            file.write(part)
    file.write(b"\x01\0\0\xff\xff" + struct.pack(">I", checksum))
    length = file.tell() - start - 8
    file.write(bytes(4) + _chunk(b"IEND", b""))  # Pillow does not look at this checksum
    file.seek(start)
    file.write(struct.pack(">I", length))
    return file


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _opened(file: io.BytesIO, raw_mode: str = "") -> Image.Image:
    """The file, loaded by Pillow; raw_mode: what its bytes are taken for, if not for their own.

    Pillow only knows the high bytes of colours of 16 bits; in the other order of bytes it takes
    the low ones for high.
    """
    file.seek(0)
    image = Image.open(file, formats=["PNG"])
    if raw_mode:
        image.tile = [tile._replace(args=raw_mode) for tile in image.tile]
    image.load()
    return image


def _deep_grey_alpha(file: io.BytesIO) -> Decoded:
    """Grey and alpha of 16 bits, which are four bytes, as is a pixel of RGBA."""
    image = _opened(file, "RGBA")
    levels = np.empty((image.height, image.width), np.uint16)
    alpha = np.empty(levels.shape, np.uint8)
    for rows in strips(levels.shape):
        part = image.crop((0, rows.start, image.width, min(rows.stop, image.height)))
        high, low, alpha[rows], _ = np.moveaxis(np.asarray(part), 2, 0)
        levels[rows] = high.astype(np.uint16) << 8 | low
    return levels, alpha


def _by_palette(indices: NDArray[np.uint8], parts: dict[bytes, bytes]) -> Decoded:
    entries = np.frombuffer(parts.get(b"PLTE", b""), np.uint8)
    if not 0 < entries.size <= 768 or entries.size % 3:
        raise ValueError("its palette is missing or damaged")
    palette = np.zeros((256, 3), np.uint8)
    palette[: entries.size // 3] = entries.reshape(-1, 3)
    opacities = np.frombuffer(parts.get(b"tRNS", b"")[:256], np.uint8)
    opacity = np.full(256, 255, np.uint8)
    opacity[: opacities.size] = opacities
    return palette[indices], opacity[indices] if opacities.size else None


def _all_but(levels: NDArray[Any], key: bytes, head: Head) -> NDArray[np.uint8] | None:
    """An alpha that makes one colour transparent; None where tRNS is damaged."""
    channels = levels.shape[2] if levels.ndim == 3 else 1
    if len(key) != 2 * channels:
        return None
    most = (1 << head.depth) - 1
    colour = np.array(struct.unpack(f">{channels}H", key)) & most
    if head.depth < 8:
        colour = colour * 255 // most
    alpha = np.full(levels.shape[:2], 255, np.uint8)
    for rows in strips(levels.shape):
        some = levels[rows].reshape(-1, levels.shape[1], channels)
        same = some[..., 0] == colour[0]
        for channel in range(1, channels):
            same &= some[..., channel] == colour[channel]
        alpha[rows][same] = 0
    return alpha
