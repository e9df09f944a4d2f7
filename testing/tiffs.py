"""TIFF files written by hand, of kinds that no library writes, and wrong ones."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED, LONG8 = 1, 2, 3, 4, 5, 7, 16
_CODES = {BYTE: "B", ASCII: "B", SHORT: "H", LONG: "I", RATIONAL: "I", UNDEFINED: "B", LONG8: "Q"}


@dataclass
class Page:
    """A page of a TIFF.

    Attributes:
        tags: type and values by the tag's number; only the strips' places and lengths are added.
        strips: their bytes.
        inner: the pages of its tag SubIFDs.
    """

    tags: dict[int, tuple[int, Sequence[int]]]
    strips: Sequence[bytes]
    inner: Sequence["Page"] = field(default_factory=list)


def page(width: int, height: int, strips: Sequence[bytes], **numbers: int | Sequence[int]) -> Page:
    """A page whose tags are given as t262=2; 8 bits, grey, one strip unless they say otherwise.

    Example:
        >>> page(64, 48, [bytes(64 * 48)], t262=0).tags[262]
        (3, [0])
    """
    tags: dict[int, tuple[int, Sequence[int]]] = {
        256: (LONG, [width]),
        257: (LONG, [height]),
        258: (SHORT, [8]),
        259: (SHORT, [1]),
        262: (SHORT, [1]),
        277: (SHORT, [1]),
        278: (LONG, [-(-height // max(len(strips), 1))]),
    }
    for name, value in numbers.items():
        tag = int(name[1:])
        values = [value] if isinstance(value, int) else list(value)
        kind = RATIONAL if tag in (529, 532) else LONG if max(values) > 65535 else SHORT
        tags[tag] = (kind, values)
    return Page(tags, strips)


def tiff(*pages: Page, order: str = "<", is_big: bool = False, start: int | None = None) -> bytes:
    """A file of those pages.

    Args:
        pages: in order.
        order: "<" or ">".
        is_big: whether to write a BigTIFF.
        start: where the first directory seems to be, instead of where it is.
    """
    mark = b"II" if order == "<" else b"MM"
    head = mark + struct.pack(f"{order}H", 43 if is_big else 42)
    head += struct.pack(f"{order}HHQ", 8, 0, 0) if is_big else bytes(4)
    file, link = bytearray(head), 8 if is_big else 4
    wide = "Q" if is_big else "I"
    for one in pages:
        place, next_link = _append(file, one, order, is_big)
        struct.pack_into(order + wide, file, link, place)
        link = next_link
    if start is not None:
        struct.pack_into(order + wide, file, 8 if is_big else 4, start)
    return bytes(file)


def _append(file: bytearray, one: Page, order: str, is_big: bool) -> tuple[int, int]:
    """Write a page behind the file; where it is, and where the place of the next one belongs."""
    wide, size = ("Q", 8) if is_big else ("I", 4)
    tags = dict(one.tags)
    if one.inner:
        places = [_append(file, inner, order, is_big)[0] for inner in one.inner]
        tags[330] = (LONG8 if is_big else LONG, places)
    if one.strips:
        begins = []
        for strip in one.strips:
            begins.append(len(file))
            file += strip
        is_tiled = 322 in tags
        tags.setdefault(324 if is_tiled else 273, (LONG, begins))
        tags.setdefault(325 if is_tiled else 279, (LONG, [len(strip) for strip in one.strips]))
    entries = []
    for tag, (kind, values) in sorted(tags.items()):
        raw = struct.pack(f"{order}{len(values)}{_CODES[kind]}", *values)
        count = len(values) // (2 if kind == RATIONAL else 1)
        if len(raw) > size:
            raw, where = struct.pack(order + wide, len(file)), raw
            file += where
        entries.append(struct.pack(f"{order}HH{wide}", tag, kind, count) + raw.ljust(size, b"\0"))
    place = len(file)
    file += struct.pack(f"{order}{'Q' if is_big else 'H'}", len(entries)) + b"".join(entries)
    file += bytes(size)
    return place, len(file) - size


def packed(numbers: NDArray[Any], bits: int) -> bytes:
    """Whole numbers (rows, columns) in rows of bits, each row filled up to a byte.

    Example:
        >>> packed(np.array([[1, 0, 1]]), 1)
        b'\\xa0'
    """
    rows = []
    for row in numbers.tolist():
        digits = "".join(f"{number:0{bits}b}" for number in row)
        digits += "0" * (-len(digits) % 8)
        rows.append(int(digits, 2).to_bytes(len(digits) // 8, "big"))
    return b"".join(rows)
