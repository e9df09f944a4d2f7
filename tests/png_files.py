"""PNG files written by hand, chunk by chunk."""

import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"\x89PNG\r\n\x1a\n"
END = struct.pack(">I", 0) + b"IEND" + struct.pack(">I", zlib.crc32(b"IEND"))


def chunk(name: bytes, body: bytes = b"") -> bytes:
    """A part of a file."""
    crc = zlib.crc32(name + body)
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", crc)


def head(levels: NDArray[Any], interlace: int = 0) -> bytes:
    """The beginning of a file of such levels, uint8 or uint16, (H, W) or (H, W, 2 to 4)."""
    channels = levels.shape[2] if levels.ndim == 3 else 1
    colour = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    size = (levels.shape[1], levels.shape[0], 8 * levels.dtype.itemsize)
    return MAGIC + chunk(b"IHDR", struct.pack(">IIBBBBB", *size, colour, 0, 0, interlace))


def rows(levels: NDArray[Any]) -> bytes:
    """The levels as a PNG has them before they are compressed: each row after its filter, none."""
    body = levels.astype(levels.dtype.newbyteorder(">")).reshape(len(levels), -1).view(np.uint8)
    return np.pad(body, ((0, 0), (1, 0))).tobytes()


def png(levels: NDArray[Any], *parts: bytes) -> bytes:
    """A file with those chunks before its pixels."""
    pixels = chunk(b"IDAT", zlib.compress(rows(levels)))
    return head(levels) + b"".join(parts) + pixels + END
