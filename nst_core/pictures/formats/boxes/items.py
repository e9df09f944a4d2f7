"""Sizes and turns of the items in HEIC and AVIF files, told before anything is decoded."""

import struct
from collections.abc import Iterable
from fractions import Fraction

from nst_core.pictures.formats.boxes.container import MOST_ITEMS, Container, Item, Reader
from nst_core.pictures.raster import MOST_PIXELS, too_large

DERIVED = (b"grid", b"iovl", b"iden")
"""Pictures that are made of other items: side by side, on each other, or just turned."""

_PICTURES = (*DERIVED, b"hvc1", b"hev1")
_MOST_LEVELS = 4
_MOST_CODED_PIXELS = MOST_PIXELS * 5 // 4
"""Of all coded pictures that one is made of: tiles stand over at the edges."""

# (angle of IROT in quarter turns anticlockwise, axis of IMIR or None) -> as EXIF has it. IMIR comes
# last, and its axis is 1 where left and right are exchanged.
_ORIENTATIONS = {
    (0, None): 1, (1, None): 8, (2, None): 3, (3, None): 6,
    (0, 0): 4, (1, 0): 5, (2, 0): 2, (3, 0): 7,
    (0, 1): 2, (1, 1): 7, (2, 1): 4, (3, 1): 5,
}  # fmt: skip


def size_of(item: Item) -> tuple[int, int] | None:
    """Width and height that ISPE says, in pixels; None where there is none."""
    body = item.property(b"ispe")
    if body is None or len(body) < 12:
        return None
    return int.from_bytes(body[4:8], "big"), int.from_bytes(body[8:12], "big")


def orientation_of(item: Item) -> int:
    """How IROT and IMIR turn the item, as EXIF would say it, 1 to 8.

    Example:
        >>> orientation_of(Item(properties=[(b"irot", b"\\3")]))
        6
    """
    turn, mirror = item.property(b"irot"), item.property(b"imir")
    angle = turn[0] & 3 if turn else 0
    return _ORIENTATIONS[angle, mirror[0] & 1 if mirror else None]


def crop_of(item: Item) -> tuple[int, int] | None:
    """Width and height that CLAP leaves of an item, from its first pixel; None for all of it.

    As Chromium does it: a crop that begins elsewhere, or in the midst of a pixel, does not count.
    """
    body, size = item.property(b"clap"), size_of(item)
    if body is None or size is None or len(body) < 32:
        return None
    numbers = struct.unpack(">IIIIiIiI", body[:32])
    if 0 in numbers[1::2]:
        return None
    width, height, x, y = (Fraction(*numbers[at : at + 2]) for at in (0, 2, 4, 6))
    # X and Y say how far the crop's centre lies from the picture's.
    is_at_first = 2 * x == width - size[0] and 2 * y == height - size[1]
    is_inside = 0 < width <= size[0] and 0 < height <= size[1]
    if not (is_at_first and is_inside and width.denominator == height.denominator == 1):
        return None
    return int(width), int(height)


def coded_items(container: Container, number: int) -> list[Item]:
    """The coded items that a picture is made of; one that is used twice stands there twice.

    Args:
        container: the file.
        number: the picture's item.

    Raises:
        Refused: it has too many pixels.
        ValueError: it is damaged or cut, or made of too many.
    """
    coded: list[Item] = []
    _collect(container, number, 0, coded)
    require_allowed(container, coded)
    return coded


def has_more_pictures(container: Container) -> bool:
    """Whether there are other pictures than the primary one, its parts and what belongs to it."""
    parts = {part for item in container.items.values() for part in item.linked(b"dimg")}
    return any(
        item.kind in _PICTURES
        and number != container.primary
        and number not in parts
        and not item.is_hidden
        and not item.linked(b"auxl")
        and not item.linked(b"thmb")
        for number, item in container.items.items()
    )


def require_allowed(container: Container, coded: list[Item]) -> None:
    """See that coded items have neither too many pixels nor the same bytes over and over.

    Raises:
        Refused: they have too many pixels.
        ValueError: they are cut, or have more bytes than the file.
    """
    require_pixels(size_of(item) or (0, 0) for item in coded)
    if sum(container.length_of(item) for item in coded) > len(container.data):
        raise ValueError("the same bytes many times")


def require_pixels(sizes: Iterable[tuple[int, int]]) -> None:
    """See that a picture's coded parts have not too many pixels, all together.

    Raises:
        Refused: they have.
    """
    sizes = list(sizes)
    pixels = sum(width * height for width, height in sizes)
    if len(sizes) == 1 and pixels > MOST_PIXELS:
        raise too_large(f"{sizes[0][0]} x {sizes[0][1]}")
    if pixels > _MOST_CODED_PIXELS:
        raise too_large(f"{pixels // 1_000_000} megapixels in its parts")


def _collect(container: Container, number: int, level: int, coded: list[Item]) -> None:
    if level > _MOST_LEVELS or len(coded) >= MOST_ITEMS:
        raise ValueError("it has far too many parts")
    item = container.items.get(number)
    if item is None:
        raise ValueError("no picture in it, or not all of its parts")
    if item.kind not in DERIVED:
        coded.append(item)
        return
    if item.kind != b"iden":
        width, height = _canvas(container, item)
        if width * height > MOST_PIXELS:
            raise too_large(f"{width} x {height}")
    parts = item.linked(b"dimg")
    if not parts:
        raise ValueError("a picture of no parts")
    for part in parts:
        _collect(container, part, level + 1, coded)


def _canvas(container: Container, item: Item) -> tuple[int, int]:
    """Width and height that the content of a GRID or IOVL says, in pixels."""
    reader = Reader(memoryview(container.bytes_of(item)), 1)
    wide = 4 if reader.number(1) & 1 else 2
    reader.number(2 if item.kind == b"grid" else 8)
    return reader.number(wide), reader.number(wide)
