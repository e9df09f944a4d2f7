"""AVIF and HEIC files of any odd kind, written box by box around what encoders give."""

import io
import struct
from dataclasses import dataclass, field
from typing import Any

import imagecodecs
import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image

pillow_heif.register_heif_opener()

ALPHA = bytes(4) + b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0"
"""The content of a box AUXC."""


@dataclass
class Entry:
    """An item: its kind, its bytes, (name, body) of its properties, (kind, ids) it refers to."""

    kind: bytes
    content: bytes
    properties: list[tuple[bytes, bytes]] = field(default_factory=list)
    references: list[tuple[bytes, tuple[int, ...]]] = field(default_factory=list)

    def but(self, *without: bytes, extra: list[tuple[bytes, bytes]] | None = None) -> "Entry":
        """The same item without properties of these names, and with others."""
        left = [entry for entry in self.properties if entry[0] not in without]
        return Entry(self.kind, self.content, left + (extra or []), list(self.references))


def box(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", 8 + len(body)) + name + body


def full(name: bytes, body: bytes, version: int = 0, flags: int = 0) -> bytes:
    return box(name, struct.pack(">I", version << 24 | flags) + body)


def ispe(width: int, height: int) -> tuple[bytes, bytes]:
    return b"ispe", struct.pack(">III", 0, width, height)


def nclx(
    primaries: int, transfer: int, matrix: int, is_full_range: bool = True
) -> tuple[bytes, bytes]:
    return b"colr", b"nclx" + struct.pack(">HHHB", primaries, transfer, matrix, is_full_range << 7)


def grid(rows: int, columns: int, width: int, height: int) -> bytes:
    return struct.pack(">BBBBHH", 0, 0, rows - 1, columns - 1, width, height)


def av1(pixels: NDArray[np.uint8], **options: Any) -> Entry:
    """A picture as Pillow encodes it, with the properties ISPE, AV1C and COLR: BT.601, sRGB.

    pixels: uint8 (H, W, 3), or (H, W) for grey. options: of Pillow's AVIF encoder.
    """
    options = {"quality": 100, "subsampling": "4:0:0" if pixels.ndim == 2 else "4:4:4", **options}
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "AVIF", **options)
    return _entry(b"av01", b"av1C", buffer.getvalue(), pixels.shape)


def deep_av1(levels: NDArray[np.uint16], depth: int, **options: Any) -> Entry:
    """A picture of levels of 10 or 12 bits, uint16 (H, W, 3)."""
    data = imagecodecs.avif_encode(levels, bitspersample=depth, **options)
    return _entry(b"av01", b"av1C", bytes(data), levels.shape)


def hevc(pixels: NDArray[np.uint8], **options: Any) -> Entry:
    """A picture as libheif encodes it, with the properties ISPE, HVCC and COLR: BT.601, sRGB."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "HEIF", **{"quality": 100, "chroma": 444, **options})
    return _entry(b"hvc1", b"hvcC", buffer.getvalue(), pixels.shape)


def _entry(kind: bytes, configuration: bytes, data: bytes, shape: tuple[int, ...]) -> Entry:
    said = [(name, _body(data, name)) for name in (configuration, b"colr")]
    return Entry(kind, _body(data, b"mdat"), [ispe(shape[1], shape[0]), *said])


def _body(data: bytes, name: bytes) -> bytes:
    at = data.index(name)
    length = int.from_bytes(data[at - 4 : at], "big")
    return data[at + 4 : at - 4 + length]


def heif_file(*entries: Entry, brand: bytes = b"avif", primary: int = 1, inside: bool = False,
              pieces: int = 1, essential: tuple[bytes, ...] = ()) -> bytes:  # fmt: skip
    """A file of these items, whose ids are 1, 2 ...

    Args:
        brand: its first.
        primary: the item that is the picture.
        inside: the items' bytes lie in the box IDAT instead of MDAT.
        pieces: into how many each item's bytes are cut, one byte apart.
        essential: properties that a reader must know.
    """
    ftyp = box(b"ftyp", brand + bytes(4) + (b"heic" if brand == b"heic" else b"avif") + b"mif1")
    at, places, contents = 0, [], b""
    for number, entry in enumerate(entries, 1):
        step = -(-len(entry.content) // pieces) or 1
        cuts = [entry.content[n : n + step] for n in range(0, len(entry.content), step)]
        extents = b""
        for cut in cuts:
            extents += struct.pack(">II", at, len(cut))
            contents += cut + b"\0"
            at += len(cut) + 1
        places.append((number, len(cuts), extents))

    def meta(base: int) -> bytes:
        iloc = b"\x44\x40" + struct.pack(">H", len(entries))
        for number, count, extents in places:
            iloc += struct.pack(">HHHIH", number, int(inside), 0, base, count) + extents
        infe = [full(b"infe", struct.pack(">HH", n, 0) + entry.kind + b"\0", version=2)
                for n, entry in enumerate(entries, 1)]  # fmt: skip
        iinf = struct.pack(">H", len(entries)) + b"".join(infe)
        iref = b"".join(
            box(kind, struct.pack(f">HH{len(ids)}H", number, len(ids), *ids))
            for number, entry in enumerate(entries, 1)
            for kind, ids in entry.references
        )
        ipco, ipma, count = b"", struct.pack(">I", len(entries)), 0
        for number, entry in enumerate(entries, 1):
            ipma += struct.pack(">HB", number, len(entry.properties))
            for name, body in entry.properties:
                count += 1
                ipco += box(name, body)
                ipma += struct.pack(">H", count | 0x8000 * (name in essential))
        return full(
            b"meta",
            full(b"hdlr", bytes(4) + b"pict" + bytes(13))
            + full(b"pitm", struct.pack(">H", primary))
            + full(b"iloc", iloc, version=1)
            + full(b"iinf", iinf)
            + (full(b"iref", iref) if iref else b"")
            + box(b"iprp", box(b"ipco", ipco) + full(b"ipma", ipma, flags=1))
            + (box(b"idat", contents) if inside else b""),
        )

    if inside:
        return ftyp + meta(0)
    return ftyp + meta(len(ftyp) + len(meta(0)) + 8) + box(b"mdat", contents)


def sequence_file(*entries: Entry, brand: bytes = b"avis") -> bytes:
    """A file of one track for each picture, of one frame; no items. The second is the first's
    transparency."""
    ftyp = box(b"ftyp", brand + bytes(4) + brand)
    contents = b"".join(entry.content for entry in entries)
    start = len(ftyp) + 8
    tracks = b""
    for number, entry in enumerate(entries, 1):
        size = entry.properties[0][1]
        sample = bytes(24) + size[6:8] + size[10:12] + bytes(50)
        sample += b"".join(box(*said) for said in entry.properties[1:])
        tables = (
            full(b"stsd", struct.pack(">I", 1) + box(entry.kind, sample))
            + full(b"stsz", struct.pack(">III", 0, 1, len(entry.content)))
            + full(b"stco", struct.pack(">II", 1, start))
        )
        start += len(entry.content)
        handler = full(b"hdlr", bytes(4) + (b"pict" if number == 1 else b"auxv") + bytes(13))
        tracks += box(
            b"trak",
            full(b"tkhd", bytes(8) + struct.pack(">I", number) + bytes(68))
            + (box(b"tref", box(b"auxl", struct.pack(">I", 1))) if number > 1 else b"")
            + box(b"mdia", handler + box(b"minf", box(b"stbl", tables))),
        )
    return ftyp + box(b"mdat", contents) + box(b"moov", tracks)
