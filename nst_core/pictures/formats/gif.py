"""GIF files, whose blocks are looked through first: Pillow only unpacks the first frame's data.

The frame is shown as browsers do: the screen grows to hold it, what it leaves free is transparent,
and the background colour counts nothing.
"""

import io
import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nst_core.pictures.raster import Raster, require_size

MOST_BLOCKS = 20_000
"""Up to the second frame."""
MOST_SUB_BLOCKS = 400_000
"""Twice what a GIF of 32 MB needs."""

_IMAGE, _EXTENSION, _TRAILER, _GRAPHIC_CONTROL = 0x2C, 0x21, 0x3B, 0xF9
_HAS_PALETTE, _INTERLACED, _IS_TRANSPARENT = 0x80, 0x40, 1


@dataclass
class Frame:
    """The first frame of a file.

    Attributes:
        screen: its width and height, in pixels, as the file says.
        place: left, top, width and height of the frame on it.
        interlaced: the flag that says so, or 0.
        palette: uint8 (N, 3); of no entries where the file has none.
        transparent: the index of the palette that is; None where all are opaque.
        code_size, data: of the compressed indices.
        has_next: whether another frame comes.
    """

    screen: tuple[int, int]
    place: tuple[int, int, int, int]
    interlaced: int
    palette: NDArray[np.uint8]
    transparent: int | None
    code_size: int
    data: bytes
    has_next: bool


def read(data: bytes) -> Raster:
    """The first frame of a GIF file."""
    frame = _Blocks(data).first_frame()
    left, top, width, height = frame.place
    columns = max(frame.screen[0], left + width)
    rows = max(frame.screen[1], top + height)
    require_size(columns, rows)
    indices = _unpacked(frame)
    palette = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    if len(frame.palette):
        palette[:] = 0
        palette[: len(frame.palette)] = frame.palette
    raster = Raster(palette[indices])
    opacity = np.full(256, 255, np.uint8)
    if frame.transparent is not None:
        opacity[frame.transparent] = 0
    alpha = opacity[indices]
    if (columns, rows) != (width, height):
        place = np.s_[top : top + height, left : left + width]
        levels, raster.levels = raster.levels, np.zeros((rows, columns, 3), np.uint8)
        raster.levels[place] = levels
        alpha, inside = np.zeros((rows, columns), np.uint8), alpha
        alpha[place] = inside
    raster.alpha = None if alpha.min() == 255 else alpha
    if frame.has_next:
        raster.notes.append("only its first frame was taken")
    return raster


def _unpacked(frame: Frame) -> NDArray[np.uint8]:
    """The indices of a frame, (height, width).

    Raises:
        OSError, ValueError: there are too few of them, or they are damaged.
    """
    _, _, width, height = frame.place
    if not width or not height:
        raise ValueError("a frame without pixels")
    # A file of this frame alone and without a palette, so that Pillow gives the indices.
    parts = [struct.pack("<6sHHBBB", b"GIF89a", width, height, 0, 0, 0)]
    parts.append(struct.pack("<BHHHHBB", _IMAGE, 0, 0, width, height, frame.interlaced,
                             frame.code_size))  # fmt: skip
    for at in range(0, len(frame.data), 255):
        block = frame.data[at : at + 255]
        parts += (bytes((len(block),)), block)
    parts.append(b"\0;")
    image = Image.open(io.BytesIO(b"".join(parts)), formats=["GIF"])
    image.load()
    if image.mode not in ("L", "P"):
        raise ValueError(f"indices as {image.mode}")
    return np.asarray(image)


class _Blocks:
    """The blocks of a file, read from the first on."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 6
        self._blocks_left = MOST_BLOCKS
        self._sub_blocks_left = MOST_SUB_BLOCKS

    def first_frame(self) -> Frame:
        """The first frame, and whether another follows."""
        columns, rows, flags, _, _ = self._unpack("<HHBBB")
        shared = self._palette(flags)
        transparent = None
        while (kind := self._next()) != _IMAGE:
            if kind == _TRAILER:
                raise ValueError("it has no picture")
            if kind == _EXTENSION:
                (label,) = self._unpack("<B")
                body = self._sub_blocks(keep=label == _GRAPHIC_CONTROL)
                if label == _GRAPHIC_CONTROL and len(body) >= 4:
                    transparent = body[3] if body[0] & _IS_TRANSPARENT else None
        *place, flags = self._unpack("<HHHHB")
        own = self._palette(flags)
        (code_size,) = self._unpack("<B")
        compressed = self._sub_blocks(keep=True)
        left, top, width, height = place
        return Frame(
            (columns, rows), (left, top, width, height), flags & _INTERLACED,
            own if len(own) else shared, transparent, code_size, compressed, self._has_next(),
        )  # fmt: skip

    def _has_next(self) -> bool:
        try:
            while (kind := self._next()) != _IMAGE:
                if kind == _TRAILER:
                    return False
                if kind == _EXTENSION:
                    self._unpack("<B")
                    self._sub_blocks(keep=False)
            return len(self._unpack("<HHHHBBB")) > 0
        except ValueError:  # the first frame is whole, whatever comes
            return False

    def _next(self) -> int:
        self._blocks_left -= 1
        if self._blocks_left < 0:
            raise ValueError("it has far too many parts")
        (kind,) = self._unpack("<B")
        return int(kind)

    def _unpack(self, layout: str) -> tuple[int, ...]:
        size = struct.calcsize(layout)
        if self._at + size > len(self._data):
            raise ValueError("it ends before its last pixels")
        self._at += size
        return struct.unpack_from(layout, self._data, self._at - size)

    def _palette(self, flags: int) -> NDArray[np.uint8]:
        if not flags & _HAS_PALETTE:
            return np.zeros((0, 3), np.uint8)
        size = 3 * (2 << (flags & 7))
        body = self._unpack(f"<{size}B")
        return np.array(body, np.uint8).reshape(-1, 3)

    def _sub_blocks(self, keep: bool) -> bytes:
        """What sub-blocks hold together; empty if it is not kept. A file may end within them."""
        data, at = self._data, self._at
        body = bytearray()
        while at < len(data) and data[at]:
            self._sub_blocks_left -= 1
            if self._sub_blocks_left < 0:
                raise ValueError("it has far too many parts")
            if keep:
                body += data[at + 1 : at + 1 + data[at]]
            at += 1 + data[at]
        self._at = at + 1
        return bytes(body)
