"""The chunks of a PNG file, looked through before anything is decoded."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

MAGIC = b"\x89PNG\r\n\x1a\n"
MOST_CHUNKS = 100_000

_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_OF_COLOUR = frozenset((b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"cLLI", b"mDCV"))
_CRITICAL = frozenset((b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"fdAT"))
_USEFUL = _CRITICAL | _OF_COLOUR | {b"eXIf", b"acTL", b"fcTL"}
# Where the passes of an interlaced picture begin and how far apart their pixels are: x, y.
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
           (0, 1, 1, 2))  # fmt: skip
_PIECE = 1 << 16
_MOST_AT_ONCE = 1 << 20


@dataclass(frozen=True)
class Head:
    """What the chunk IHDR says: width and height in pixels, bits of a channel, kind of colour."""

    width: int
    height: int
    depth: int
    colour: int
    interlace: int

    def packed(self) -> bytes:
        """The body of the chunk."""
        return struct.pack(
            ">IIBBBBB", self.width, self.height, self.depth, self.colour, 0, 0, self.interlace
        )

    def rows(self) -> Iterator[tuple[int, int]]:
        """For each pass: how many rows it has, and the bytes of each, its filter's too."""
        bits = self.depth * _CHANNELS[self.colour]
        for x, y, across, down in _PASSES if self.interlace else ((0, 0, 1, 1),):
            width = -(-(self.width - x) // across)
            height = -(-(self.height - y) // down)
            if width > 0 and height > 0:
                yield height, 1 + (width * bits + 7) // 8


@dataclass
class Chunks:
    """The useful chunks of a file.

    Attributes:
        head: what its first chunk says.
        parts: the bodies of all others that may come once, by their names; the first of each.
        data: the bodies of IDAT.
        frames: of an animation, the body of each frame's fcTL, and the data of its own.
        starts_with_default: whether the picture in IDAT is the animation's first frame.
    """

    head: Head
    parts: dict[bytes, bytes] = field(default_factory=dict)
    data: list[memoryview] = field(default_factory=list)
    frames: list[tuple[bytes, list[memoryview]]] = field(default_factory=list)
    starts_with_default: bool = False

    @property
    def has_first_frame(self) -> bool:
        """Whether there is data of the animation's first frame."""
        return bool(self.frames) and bool(self.frames[0][1])


def look_through(data: bytes) -> Chunks:
    """The useful chunks of a PNG file; those that make the picture must be whole.

    A file may end anywhere after its pixels, even within them: `inflated` tells.

    Raises:
        ValueError: a part is damaged, or there are far too many.
    """
    chunks: Chunks | None = None
    for kind, body, is_whole in _each(data):
        if chunks is None:
            if kind != b"IHDR" or len(body) != 13 or not is_whole:
                raise ValueError("a head that is damaged")
            chunks = Chunks(_head(body))
        elif is_whole:
            _take(chunks, kind, body)
        elif kind in _CRITICAL:
            raise ValueError("a part of it does not have its checksum")
    if chunks is None:
        raise ValueError("it ends before its last pixels")
    return chunks


def _head(body: memoryview) -> Head:
    width, height, depth, colour, method, filters, interlace = struct.unpack(">IIBBBBB", body)
    depths = {0: (1, 2, 4, 8, 16), 3: (1, 2, 4, 8)}.get(colour, (8, 16))
    if colour not in _CHANNELS or depth not in depths or method or filters or interlace > 1:
        raise ValueError("a head that no PNG picture has")
    return Head(width, height, depth, colour, interlace)


def _each(data: bytes) -> Iterator[tuple[bytes, memoryview, bool]]:
    """Name, body and whether its checksum is right, of each useful chunk in turn."""
    view = memoryview(data)
    at = len(MAGIC)
    for _ in range(MOST_CHUNKS):
        length = int.from_bytes(view[at : at + 4], "big")
        kind = bytes(view[at + 4 : at + 8])
        end = at + 12 + length
        if kind == b"IEND" or not kind.isalpha():
            return
        if end > len(data):
            # The last pixels may still be there.
            if kind in (b"IDAT", b"fdAT"):
                yield kind, view[at + 8 : end - 4], True
            return
        if kind in _USEFUL:
            checksum = int.from_bytes(view[end - 4 : end], "big")
            yield kind, view[at + 8 : end - 4], zlib.crc32(view[at + 4 : end - 4]) == checksum
        at = end
    raise ValueError("it has far too many parts")


def _take(chunks: Chunks, kind: bytes, body: memoryview) -> None:
    if kind == b"IDAT":
        if not chunks.data:
            chunks.starts_with_default = bool(chunks.frames)
        chunks.data.append(body)
    elif kind == b"fcTL":
        chunks.frames.append((bytes(body), []))
    elif kind == b"fdAT":
        if chunks.frames:
            chunks.frames[-1][1].append(body[4:])
    elif not chunks.data:  # browsers obey no part behind the pixels
        chunks.parts.setdefault(kind, bytes(body))


def inflated(head: Head, data: list[memoryview]) -> Iterator[bytes]:
    """The rows of a picture from its compressed data, in pieces of at most a megabyte.

    Raises:
        ValueError: the data breaks off, or is damaged; behind the pieces that are right.
    """
    missing = sum(rows * length for rows, length in head.rows())
    inflater = zlib.decompressobj()
    try:
        for compressed in _pieces(data):
            rest: bytes | memoryview = compressed
            while rest and not inflater.eof:
                piece = inflater.decompress(rest, _MOST_AT_ONCE)
                yield piece[: max(0, missing)]
                missing -= len(piece)
                rest = inflater.unconsumed_tail
                if missing < -_MOST_AT_ONCE:  # all of it, and more than belongs to it
                    return
            if inflater.eof:
                break
        piece = inflater.flush()
        yield piece[: max(0, missing)]
        missing -= len(piece)
    except zlib.error as error:
        raise ValueError("its pixels are damaged") from error
    if missing > 0:
        raise ValueError("it ends before its last pixels")


def _pieces(data: list[memoryview]) -> Iterator[memoryview]:
    for body in data:
        for at in range(0, len(body), _PIECE):
            yield body[at : at + _PIECE]
