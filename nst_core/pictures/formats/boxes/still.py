"""A new AVIF or HEIC file of one picture, as plain as can be.

Decoders refuse files for metadata that has nothing to do with their pixels. In a new file there is
only what makes the picture.
"""

from dataclasses import dataclass, field


@dataclass
class Part:
    """One item of the new file; the first one is the picture.

    Attributes:
        kind: as in b"av01", b"grid".
        content: its bytes.
        properties: name and content of each.
        references: kind, and the places of other parts in the list, the first being 0.
    """

    kind: bytes
    content: bytes
    properties: list[tuple[bytes, bytes]]
    references: list[tuple[bytes, tuple[int, ...]]] = field(default_factory=list)


# Decoders must know these, or not show the item.
_ESSENTIAL = (b"av1C", b"hvcC", b"a1op", b"lsel")
_PICTURE_HANDLER = bytes(8) + b"pict" + bytes(13)


def still_file(parts: list[Part], brand: bytes = b"avif") -> bytes:
    """The bytes of a new file of these parts, the first of which is its picture.

    Example:
        >>> still_file([Part(b"av01", data, [(b"ispe", size), (b"av1C", configuration)])])[4:12]
        b'ftypavif'
    """
    head = _box(b"ftyp", brand + bytes(4) + brand + b"mif1miaf")
    length = len(head) + len(_meta(parts, 0)) + 8  # 8 for the head of MDAT
    contents = b"".join(part.content for part in parts)
    return head + _meta(parts, length) + _box(b"mdat", contents)


def _meta(parts: list[Part], at: int) -> bytes:
    """The box META, of parts whose content begins at that byte of the file."""
    kinds, places, links, own = [], [], [], []
    known: dict[tuple[bytes, bytes], int] = {}
    for number, part in enumerate(parts, 1):
        kinds.append(_box(b"infe", b"\2\0\0\0" + _two(number) + _two(0) + part.kind + b"\0"))
        places.append(_two(number) + _two(0) + _two(1) + _four(at) + _four(len(part.content)))
        at += len(part.content)
        for kind, others in part.references:
            ids = b"".join(_two(other + 1) for other in others)
            links.append(_box(kind, _two(number) + _two(len(others)) + ids))
        indices = b"".join(
            _two(known.setdefault(entry, len(known) + 1) | (0x8000 * (entry[0] in _ESSENTIAL)))
            for entry in part.properties
        )
        own.append(_two(number) + bytes([len(part.properties)]) + indices)
    count = _two(len(parts))
    properties = _box(b"ipco", b"".join(_box(*entry) for entry in known))
    properties += _box(b"ipma", b"\0\0\0\1" + _four(len(parts)) + b"".join(own))
    return _box(
        b"meta",
        bytes(4)
        + _box(b"hdlr", _PICTURE_HANDLER)
        + _box(b"pitm", bytes(4) + _two(1))
        + _box(b"iloc", bytes(4) + b"\x44\0" + count + b"".join(places))
        + _box(b"iinf", bytes(4) + count + b"".join(kinds))
        + (_box(b"iref", bytes(4) + b"".join(links)) if links else b"")
        + _box(b"iprp", properties),
    )


def _box(name: bytes, body: bytes) -> bytes:
    return _four(8 + len(body)) + name + body


def _two(number: int) -> bytes:
    return number.to_bytes(2, "big")


def _four(number: int) -> bytes:
    return number.to_bytes(4, "big")
