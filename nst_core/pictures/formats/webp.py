"""WebP files, of which Pillow only sees the first frame."""

import struct
from dataclasses import dataclass, field

from nst_core.pictures.formats import by_pillow
from nst_core.pictures.raster import Raster, require_size

MOST_CHUNKS = 20_000

_ALPHA_FLAG, _ANIMATION_FLAG, _PROFILE_FLAG = 0x10, 0x02, 0x20
_PIXELS = (b"VP8 ", b"VP8L", b"ALPH", b"ANMF")
_USEFUL = (*_PIXELS, b"VP8X", b"ICCP", b"ANIM", b"EXIF")


@dataclass
class Chunks:
    """The useful chunks of a file: the first of each kind, and how many frames it has in all."""

    parts: dict[bytes, bytes] = field(default_factory=dict)
    frames: int = 0


def read(data: bytes) -> Raster:
    """The first frame of a WebP file."""
    chunks = _look_through(data)
    parts = chunks.parts
    require_size(*_size(parts))
    orientation = by_pillow.orientation_in(parts.pop(b"EXIF", b""))
    image = by_pillow.opened(_file(parts), "WEBP")
    by_pillow.load(image)
    raster = by_pillow.raster_of(image)
    raster.orientation = orientation
    if chunks.frames > 1:
        raster.notes.append("only its first frame was taken")
    return raster


def _look_through(data: bytes) -> Chunks:
    """The useful chunks; a file may end within the others.

    Raises:
        ValueError: it ends before its last pixels, or has far too many parts.
    """
    chunks = Chunks()
    at = 12
    for _ in range(MOST_CHUNKS):
        if at + 8 > len(data):
            return chunks
        kind = data[at : at + 4]
        end = at + 8 + int.from_bytes(data[at + 4 : at + 8], "little")
        if end > len(data):
            if kind in _PIXELS and not (kind == b"ANMF" and chunks.frames):
                raise ValueError("it ends before its last pixels")
            return chunks
        if kind in _USEFUL and kind not in chunks.parts:
            chunks.parts[kind] = data[at + 8 : end]
        chunks.frames += kind == b"ANMF"
        at = end + (end - at) % 2
    raise ValueError("it has far too many parts")


def _size(parts: dict[bytes, bytes]) -> tuple[int, int]:
    """Width and height in pixels, as the head says, before Pillow makes room for so many."""
    if len(head := parts.get(b"VP8X", b"")) >= 10:
        return (
            int.from_bytes(head[4:7], "little") + 1,
            int.from_bytes(head[7:10], "little") + 1,
        )
    if len(lossless := parts.get(b"VP8L", b"")) >= 5:
        bits = int.from_bytes(lossless[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if len(lossy := parts.get(b"VP8 ", b"")) >= 10:
        width, height = struct.unpack_from("<HH", lossy, 6)
        return width & 0x3FFF, height & 0x3FFF
    raise ValueError("a head that is damaged")


def _file(parts: dict[bytes, bytes]) -> bytes:
    """A WebP file of these chunks."""
    if b"VP8X" in parts:
        head = parts[b"VP8X"]
        flags = head[0] & (_ALPHA_FLAG | _ANIMATION_FLAG | _PROFILE_FLAG)
        if flags & _ANIMATION_FLAG:
            # What its first frame leaves free is transparent, whatever its head says.
            flags |= _ALPHA_FLAG
        parts = {**parts, b"VP8X": bytes((flags,)) + head[1:]}
    order = (b"VP8X", b"ICCP", b"ANIM", b"ANMF", b"ALPH", b"VP8 ", b"VP8L")
    body = b"".join(
        kind + struct.pack("<I", len(parts[kind])) + parts[kind] + bytes(len(parts[kind]) % 2)
        for kind in order
        if kind in parts
    )
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body
