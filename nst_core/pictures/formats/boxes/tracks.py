"""The first frame of an image sequence: its bytes, found in the boxes of a track."""

from collections.abc import Iterator
from dataclasses import dataclass

from nst_core.pictures.formats.boxes.container import Container, Reader, boxes

_MOST_TRACKS = 8
_BEFORE_NUMBER = {0: 8, 1: 16}  # bytes in TKHD, by its version
_IN_SAMPLE_ENTRY = 78
"""Bytes of a visual sample entry before its boxes."""


@dataclass(frozen=True)
class Frame:
    """The first frame of one track.

    Attributes:
        kind: its codec, as in b"av01".
        content: its bytes.
        properties: boxes that say its colours and how to decode it, as items have them.
        track: number of the track.
        is_auxiliary: it belongs to another track, as transparency does.
        targets: (kind, numbers of other tracks) as in (b"auxl", (1,)).
    """

    kind: bytes
    content: bytes
    properties: list[tuple[bytes, bytes]]
    track: int
    is_auxiliary: bool
    targets: list[tuple[bytes, tuple[int, ...]]]


def first_frames(container: Container) -> list[Frame]:
    """The first frame of each track of pictures, in the file's order.

    Raises:
        ValueError: the tracks are damaged, or there is none.
    """
    frames = []
    for name, body in boxes(container.data):
        if name == b"moov":
            tracks = [track for kind, track in boxes(body) if kind == b"trak"]
            for track in tracks[:_MOST_TRACKS]:
                if frame := _first_frame(container.data, track):
                    frames.append(frame)
            break
    if not frames:
        raise ValueError("a sequence without a picture")
    return frames


def _first_frame(data: memoryview, track: memoryview) -> Frame | None:
    handler = _find(track, b"mdia", b"hdlr")
    kind = bytes(handler[8:12])
    if kind not in (b"pict", b"auxv", b"vide"):
        return None
    table = _find(track, b"mdia", b"minf", b"stbl")
    entry_kind, entry = next(boxes(_find(table, b"stsd")[8:]), (b"", memoryview(b"")))
    start, length = _place(table)
    if start + length > len(data):
        raise ValueError("it ends before its last pixels")
    tkhd = Reader(_find(track, b"tkhd"))
    tkhd.bytes(_BEFORE_NUMBER.get(tkhd.version()[0], 8))
    number = tkhd.number(4)
    size = bytes(4) + bytes(2) + bytes(entry[24:26]) + bytes(2) + bytes(entry[26:28])
    properties = [(name, bytes(body)) for name, body in boxes(entry[_IN_SAMPLE_ENTRY:])]
    return Frame(
        entry_kind,
        bytes(data[start : start + length]),
        [(b"ispe", size), *properties],
        number,
        kind == b"auxv",
        list(_targets(track)),
    )


def _place(table: memoryview) -> tuple[int, int]:
    """Where the first sample is in the file, and how long it is."""
    sizes = Reader(_find(table, b"stsz"), 4)
    length = sizes.number(4)
    if sizes.number(4) == 0:
        raise ValueError("a sequence without a picture")
    length = length or sizes.number(4)
    names = {name for name, _ in boxes(table)}
    wide = 8 if b"co64" in names else 4
    chunks = Reader(_find(table, b"co64" if wide == 8 else b"stco"), 4)
    if chunks.number(4) == 0:
        raise ValueError("a sequence without a picture")
    return chunks.number(wide), length


def _targets(track: memoryview) -> Iterator[tuple[bytes, tuple[int, ...]]]:
    for name, body in boxes(track):
        if name == b"tref":
            for kind, ids in boxes(body):
                reader = Reader(ids)
                count = min(len(ids) // 4, 16)
                yield kind, tuple(reader.number(4) for _ in range(count))


def _find(data: memoryview, *names: bytes) -> memoryview:
    for wanted in names:
        found = next((body for name, body in boxes(data) if name == wanted), None)
        if found is None:
            raise ValueError(f"a sequence without its box {wanted.decode()}")
        data = found
    return data
