"""The parts of a JPEG file, looked through in linear time before anything is decoded.

A small file can cost a decoder hours: a progressive JPEG may repeat its scans, or carry millions of
empty parts. And a good file may have what a decoder stumbles over: a maker's trailer, fill bytes,
segments of odd lengths. So what counts is picked out here, and `Parts.file` is written of it anew.
"""

from dataclasses import dataclass, field

import numpy as np

from nst_core.pictures.raster import Refused, require_size

MOST_SCANS = 100
MOST_SEGMENTS = 5_000
MOST_TABLES = 1 << 20
"""Bytes of all tables before the first scan; a few hundred are usual."""
MOST_SAMPLES = 2_000_000_000
"""Samples of all scans together.

The usual ten scans over 50 megapixels of colour are 700 million; a billion of samples of nothing
take two seconds to decode.
"""

END = b"\xff\xd9"
_SOI, _EOI, _SOS, _DNL = 0xD8, 0xD9, 0xDA, 0xDC
_FRAMES = (0xC0, 0xC1, 0xC2, 0xC9, 0xCA)
_PROGRESSIVE = (0xC2, 0xCA)
_ARITHMETIC = (0xC9, 0xCA)
_RARE_FRAMES = {
    0xF7: "a JPEG-LS picture",
    **dict.fromkeys((0xC3, 0xCB), "a lossless JPEG picture"),
    **dict.fromkeys((0xC5, 0xC6, 0xC7, 0xCD, 0xCE, 0xCF), "a hierarchical JPEG picture"),
}
_TABLES = (0xC4, 0xCC, 0xDB, 0xDD)
_JFIF = b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
_ICC = b"ICC_PROFILE\0"

# FF 00 is a value in the data of a scan, FF D0 to FF D7 are restarts; below C0 nothing is defined.
_IS_MARKER = np.zeros(256, bool)
_IS_MARKER[0xC0:0xFF] = True
_IS_MARKER[0xD0:0xD8] = False


class Frame:
    """The segment that says what a picture is, and what its scans have brought of it.

    Args:
        kind: the byte of its marker.
        body: the segment without marker and length.

    Raises:
        Refused: it is a picture of a kind that is not decoded.
        ValueError: it is damaged.
    """

    def __init__(self, kind: int, body: bytes) -> None:
        if len(body) < 6 or len(body) < 6 + 3 * body[5]:
            raise ValueError("a head that is damaged")
        if body[0] != 8:
            raise Refused("must be a JPEG picture of 8 bits a channel", f"{body[0]} bits")
        channels = body[5]
        if channels not in (1, 3, 4):
            raise Refused("must be a JPEG picture in grey, RGB or CMYK", f"{channels} channels")
        self.kind, self.body = kind, body
        self.width, self.height = _number(body[3:5]), _number(body[1:3])
        areas = [(byte >> 4) * (byte & 15) for byte in body[7 : 6 + 3 * channels : 3]]
        names = body[6 : 6 + 3 * channels : 3]
        self._shares = dict(zip(names, (area / max(1, *areas) for area in areas), strict=True))
        self._missing_bits = {name: np.full(64, 255) for name in names}
        self._samples = 0.0

    def set_height(self, rows: int) -> None:
        """Take the height that a segment behind the first scan says."""
        self.height = rows
        self.body = self.body[:1] + rows.to_bytes(2, "big") + self.body[3:]

    def add_scan(self, head: bytes) -> None:
        """Take note of what a scan brings.

        Args:
            head: the segment before its data.
        """
        if not head or len(head) < 4 + 2 * head[0]:
            raise ValueError("a head that is damaged")
        first, last, missing = 0, 63, 0
        if self.kind in _PROGRESSIVE:
            first, last, missing = (*head[1 + 2 * head[0] :][:2], head[3 + 2 * head[0]] & 15)
        for name in head[1 : 1 + 2 * head[0] : 2]:
            if name in self._shares:
                self._missing_bits[name][first : last + 1] = missing
                self._samples += self._shares[name] * self.width * self.height
        if self._samples > MOST_SAMPLES:
            raise ValueError("it has far too many scans for its size")

    @property
    def is_complete(self) -> bool:
        """Whether the scans bring each coefficient of each channel with all its bits."""
        return not any(bits.any() for bits in self._missing_bits.values())


@dataclass
class Parts:
    """What counts of a JPEG file.

    Attributes:
        exif: the first EXIF segment, from "Exif" on.
        adobe: Adobe's segment, from "Adobe" on; empty without one.
        has_jfif: whether there is a whole JFIF segment; then three channels are YCbCr.
        tables: all other segments before the first scan that a decoder needs.
        scans: from the first scan on, up to the end; a view of the file, which may be large.
        has_end: whether the end is marked.
        icc: the pieces of the ICC profile by their numbers: how many there are, and the data.
    """

    exif: bytes = b""
    adobe: bytes = b""
    has_jfif: bool = False
    tables: bytearray = field(default_factory=bytearray)
    frame: Frame | None = None
    scans: memoryview = field(default_factory=lambda: memoryview(b""))
    has_end: bool = False
    icc: dict[int, bytes] = field(default_factory=dict)

    @property
    def profile(self) -> bytes:
        """The ICC profile, put together; empty where its pieces are not exactly those it needs."""
        pieces = sorted(self.icc.items())
        numbers = [(number, len(pieces)) for number in range(1, len(pieces) + 1)]
        if [(number, piece[0]) for number, piece in pieces] != numbers:
            return b""
        return b"".join(piece[1:] for _, piece in pieces)

    @property
    def is_complete(self) -> bool:
        """Whether there is a scan for each bit of the picture, its last one maybe cut."""
        return self.frame is not None and self.frame.is_complete

    @property
    def is_arithmetic(self) -> bool:
        """Whether its data is coded so, and not in Huffman's way."""
        return self.frame is not None and self.frame.kind in _ARITHMETIC

    def file(self, ending: bytes = END) -> bytes:
        """A JPEG file of nothing but these parts, without the profile.

        Args:
            ending: what comes behind the data of the scans.
        """
        segments = [(0xE0, _JFIF if self.has_jfif else b""), (0xEE, self.adobe), (0xE1, self.exif)]
        head = [_segment(kind, body) for kind, body in segments if body]
        assert self.frame is not None
        frame = _segment(self.frame.kind, self.frame.body)
        return b"".join((b"\xff\xd8", *head, self.tables, frame, self.scans, ending))

    def add(self, kind: int, body: bytes) -> None:
        """Take in a segment that stands before the first scan."""
        if kind in _TABLES:
            self.tables += _segment(kind, body)
            if len(self.tables) > MOST_TABLES:
                raise ValueError("it has far too many parts")
        elif kind in _FRAMES and self.frame is None:
            self.frame = Frame(kind, body)
        elif kind in _RARE_FRAMES:
            raise Refused("must be a common JPEG picture; save it anew", _RARE_FRAMES[kind])
        elif kind == 0xE0 and body.startswith(b"JFIF\0") and len(body) >= len(_JFIF):
            self.has_jfif = True
        elif kind == 0xE1 and body.startswith(b"Exif\0") and not self.exif:
            self.exif = body
        elif kind == 0xE2 and body.startswith(_ICC) and len(body) > 14:
            self.icc.setdefault(body[12], body[13:])
        elif kind == 0xEE and body.startswith(b"Adobe") and len(body) >= 12:
            self.adobe = body[:12]


def look_through(data: bytes) -> Parts:
    """The parts of a JPEG file, of a size that may be decoded.

    Raises:
        Refused: the picture is too large, too small or of a rare kind.
        ValueError: it has no pixels, or so many parts that it would take long to decode.

    Example:
        >>> look_through(Path("photo.jpg").read_bytes()).has_end
        True
    """
    parts, at, first_scan, scans, segments = Parts(), 2, 0, 0, 0
    while (found := _next_marker(data, at)) >= 0:
        kind, at = data[found + 1], found + 2
        if kind == _EOI or (kind == _SOI and first_scan):  # a second picture begins
            parts.scans, parts.has_end = memoryview(data)[first_scan:found], kind == _EOI
            break
        length = max(2, _number(data[at : at + 2])) if kind != _SOI else 0
        body = data[at + 2 : at + length]
        at += length
        segments += 1
        scans += kind == _SOS
        if scans > MOST_SCANS or segments > MOST_SEGMENTS:
            raise ValueError("it has far too many parts")
        if kind == _SOS and at <= len(data):
            if parts.frame is None:
                raise ValueError("a head that is damaged")
            first_scan = first_scan or found
            parts.frame.add_scan(body)
        elif kind == _DNL and parts.frame and not parts.frame.height and len(body) == 2:
            parts.frame.set_height(_number(body))
        elif not first_scan and kind != _SOI:
            parts.add(kind, body)
    else:
        parts.scans = memoryview(data)[first_scan:]
    if not first_scan or parts.frame is None:
        raise ValueError("it ends before its first pixels")
    require_size(parts.frame.width, parts.frame.height)
    return parts


def _next_marker(data: bytes, at: int) -> int:
    """Where the next marker begins from `at` on; -1 if there is none."""
    window = 64
    while at < len(data) - 1:
        piece = np.frombuffer(data, np.uint8, min(window, len(data) - at), at)
        begins = (piece[:-1] == 0xFF) & _IS_MARKER[piece[1:]]
        first = int(begins.argmax())
        if begins[first]:
            return at + first
        at += len(piece) - 1
        window = min(4 * window, 1 << 20)
    return -1


def _segment(kind: int, body: bytes) -> bytes:
    return bytes((0xFF, kind)) + (len(body) + 2).to_bytes(2, "big") + body


def _number(two_bytes: bytes) -> int:
    return int.from_bytes(two_bytes, "big")
