"""The boxes of HEIC and AVIF files: which items there are, what is said of them, and their bytes.

Only what belongs to the picture is read, and counts are bounded: a small file may name millions of
parts. The names in capitals are those of ISO/IEC 14496-12 (boxes) and 23008-12 (items).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

MOST_BOXES = 5_000
MOST_ITEMS = 4_000
MOST_EXTENTS = 8_000
MOST_LINKS = 40_000
"""Of items to properties, and to other items."""


@dataclass
class Item:
    """One item of a file: a coded picture, a tile, metadata.

    Attributes:
        kind: as in b"av01", b"hvc1", b"grid", b"Exif".
        properties: name and content of each, in the file's order.
        references: (kind, ids of other items), as in (b"dimg", (2, 3)).
        extents: (first byte, length) of its parts; length 0 means the rest of the file.
        is_inside: the bytes are those of the box IDAT, not of the file.
        is_hidden: it is not meant to be shown by itself.
    """

    kind: bytes = b""
    properties: list[tuple[bytes, bytes]] = field(default_factory=list)
    references: list[tuple[bytes, tuple[int, ...]]] = field(default_factory=list)
    extents: list[tuple[int, int]] = field(default_factory=list)
    is_inside: bool = False
    is_hidden: bool = False

    def property(self, name: bytes) -> bytes | None:
        """The content of its first property of that name."""
        return next((body for kind, body in self.properties if kind == name), None)

    def linked(self, kind: bytes) -> tuple[int, ...]:
        """The items that it refers to in that way."""
        return tuple(i for name, ids in self.references if name == kind for i in ids)


@dataclass
class Container:
    """What a file of boxes holds.

    Attributes:
        data: the file.
        primary: the item that is the picture; 0 where the file names none.
        items: by id.
        inside: the content of IDAT.
        has_track: there is a sequence of pictures, too.
    """

    data: memoryview
    primary: int = 0
    items: dict[int, Item] = field(default_factory=dict)
    inside: memoryview = field(default_factory=lambda: memoryview(b""))
    has_track: bool = False

    def bytes_of(self, item: Item) -> bytes:
        """The item's content.

        Raises:
            ValueError: the file ends before it, or repeats itself in it.
        """
        self.length_of(item)
        return b"".join(self._parts(item))

    def length_of(self, item: Item) -> int:
        """How many bytes its content has.

        Raises:
            ValueError: the file ends before it, or repeats itself in it.
        """
        length = sum(map(len, self._parts(item)))
        if not 0 < length <= len(self.data):
            raise ValueError("an item without bytes, or with the same ones many times")
        return length

    def _parts(self, item: Item) -> Iterator[memoryview]:
        source = self.inside if item.is_inside else self.data
        for start, length in item.extents:
            end = start + length if length else len(source)
            if end > len(source):
                raise ValueError("it ends before its last pixels")
            yield source[start:end]


class Reader:
    """Big-endian numbers from bytes, one after the other; ValueError where they end."""

    def __init__(self, data: memoryview, at: int = 0) -> None:
        self.data, self.at = data, at

    def number(self, size: int) -> int:
        """The next `size` bytes, 0 for none."""
        return int.from_bytes(self.bytes(size), "big")

    def bytes(self, size: int) -> bytes:
        """The next `size` bytes as they are."""
        end = self.at + size
        if end > len(self.data):
            raise ValueError("a box that ends too early")
        self.at, start = end, self.at
        return bytes(self.data[start:end])

    def version(self) -> tuple[int, int]:
        """Version and flags, with which a full box begins."""
        return self.number(1), self.number(3)


def boxes(data: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """Name and content of each box; the last one may be cut.

    Example:
        >>> [(name, bytes(body)) for name, body in boxes(memoryview(b"\\0\\0\\0\\x09free!"))]
        [(b'free', b'!')]
    """
    at = 0
    for _ in range(MOST_BOXES):
        if at + 8 > len(data):
            return
        head, length = 8, int.from_bytes(data[at : at + 4], "big")
        if length == 1:
            head, length = 16, int.from_bytes(data[at + 8 : at + 16], "big")
        elif length == 0:
            length = len(data) - at
        if length < head:
            raise ValueError("a box that is smaller than its head")
        yield bytes(data[at + 4 : at + 8]), data[at + head : at + length]
        at += length
    raise ValueError("it has far too many parts")


def container_of(data: bytes) -> Container:
    """What the file holds, without a look at any pixel.

    Raises:
        ValueError: it is damaged, or has far too many parts.

    Example:
        >>> photo = container_of(Path("photo.heic").read_bytes())
        >>> photo.items[photo.primary].kind
        b'grid'
    """
    container = Container(memoryview(data))
    meta = None
    try:
        for name, body in boxes(container.data):
            container.has_track |= name == b"moov"
            if name == b"meta" and meta is None:
                meta = body
    except ValueError:
        if meta is None:  # what is behind it may be anything
            raise
    if meta is not None:
        _read_meta(meta, container)
    return container


def _read_meta(body: memoryview, container: Container) -> None:
    readers = {b"iloc": _read_places, b"iinf": _read_kinds, b"iref": _read_references,
               b"iprp": _read_properties}  # fmt: skip
    for name, content in boxes(body[4:]):
        if name in readers:
            # Only the first one counts: a file could repeat them without end.
            readers.pop(name)(Reader(content), container.items)
        elif name == b"pitm":
            reader = Reader(content)
            container.primary = reader.number(4 if reader.version()[0] else 2)
        elif name == b"idat":
            container.inside = content


def _item(items: dict[int, Item], number: int) -> Item:
    if number not in items and len(items) >= MOST_ITEMS:
        raise ValueError("it has far too many parts")
    return items.setdefault(number, Item())


def _read_kinds(reader: Reader, items: dict[int, Item]) -> None:
    reader.number(2 if reader.version()[0] == 0 else 4)
    for name, body in boxes(reader.data[reader.at :]):
        if name == b"infe":
            entry = Reader(body)
            version, flags = entry.version()
            if version >= 2:
                item = _item(items, entry.number(2 if version == 2 else 4))
                entry.number(2)
                item.kind, item.is_hidden = entry.bytes(4), bool(flags & 1)


def _read_places(reader: Reader, items: dict[int, Item]) -> None:
    version, _ = reader.version()
    sizes = reader.number(2)
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version in (1, 2) else 0
    wide = 4 if version == 2 else 2
    extents = 0
    for _ in range(reader.number(wide)):
        item = _item(items, reader.number(wide))
        method = reader.number(2) & 15 if version in (1, 2) else 0
        if reader.number(2):
            raise ValueError("a part that lies in another file")
        base = reader.number(base_size)
        item.extents, item.is_inside = [], method == 1
        for _ in range(reader.number(2)):
            extents += 1
            if extents > MOST_EXTENTS:
                raise ValueError("it has far too many parts")
            reader.number(index_size)
            start = base + reader.number(offset_size)
            item.extents.append((start, reader.number(length_size)))
        if method > 1:
            item.extents = []


def _read_references(reader: Reader, items: dict[int, Item]) -> None:
    wide = 4 if reader.version()[0] else 2
    links = 0
    for kind, body in boxes(reader.data[reader.at :]):
        entry = Reader(body)
        item = _item(items, entry.number(wide))
        count = entry.number(2)
        links += count
        if links > MOST_LINKS:
            raise ValueError("it has far too many parts")
        item.references.append((kind, tuple(entry.number(wide) for _ in range(count))))


def _read_properties(reader: Reader, items: dict[int, Item]) -> None:
    known: list[tuple[bytes, bytes]] = []
    links = 0
    for name, body in boxes(reader.data):
        if name == b"ipco" and not known:
            # One copy of each, to which any number of items may be linked.
            known = [(kind, bytes(content)) for kind, content in boxes(body)]
        elif name == b"ipma":
            links = _associate(Reader(body), known, items, links)


def _associate(
    reader: Reader, known: list[tuple[bytes, bytes]], items: dict[int, Item], links: int
) -> int:
    """Link items to properties; `links` there are already. How many there are then."""
    version, flags = reader.version()
    for _ in range(reader.number(4)):
        item = _item(items, reader.number(4 if version else 2))
        count = reader.number(1)
        links += 1 + count
        if links > MOST_LINKS:
            raise ValueError("it has far too many parts")
        for _ in range(count):
            index = reader.number(2) & 0x7FFF if flags & 1 else reader.number(1) & 0x7F
            if 0 < index <= len(known):
                item.properties.append(known[index - 1])
    return links
