"""The pages of a TIFF file: what its directories say, read without trust in them.

tifffile with imagecodecs would read these as well; docs/DEPENDENCIES.md says why they are read
here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_PAGES = 1_000
MOST_TAGS = 1_024
MOST_SUB_PAGES = 32
LARGER = 2
"""How many times as wide and as high a page is of which the first is taken for a thumbnail."""

# Tags.
WIDTH, HEIGHT, COMPRESSION, PHOTOMETRIC = 256, 257, 259, 262
_NEW_SUBFILE, _OLD_SUBFILE, _SUB_PAGES = 254, 255, 330
_DNG_VERSION, _CFA_PATTERN, _LEAF_SUBFILE = 50706, 33422, 34310

# Colours that a camera's sensor sees: a mosaic, and one that was put together.
_RAW_PHOTOMETRICS = frozenset((32803, 34892))
# Compressions of Sony, Nikon (packed, compressed), Samsung, Kodak, Pentax, and of lossy DNGs.
_RAW_COMPRESSIONS = frozenset((32767, 32769, 34713, 32770, 262, 65000, 65535, 34892))
_CANON = re.compile(rb"II\*\x00\x10\x00\x00\x00CR\x02", re.DOTALL)
_PHASE_ONE = re.compile(rb".{8}(IIII.waR|MMMMRaw)", re.DOTALL)

_DTYPES = {1: "u1", 2: "u1", 3: "u2", 4: "u4", 6: "i1", 7: "u1", 8: "i2", 9: "i4", 11: "f4",
           12: "f8", 13: "u4", 16: "u8", 17: "i8", 18: "u8"}  # fmt: skip
_RATIONALS = {5: "u4", 10: "i4"}
_SIZES = {code: int(name[1]) for code, name in _DTYPES.items()} | dict.fromkeys(_RATIONALS, 8)


@dataclass(frozen=True)
class Page:
    """A directory of a TIFF file.

    Attributes:
        data: the whole file.
        order: "<" or ">", the order of its bytes.
        entries: the type, the number of values and the place of the values of each tag.
    """

    data: bytes
    order: str
    entries: dict[int, tuple[int, int, int]]

    def raw(self, tag: int) -> tuple[int, int, bytes] | None:
        """The type, the number and the bytes of a tag's values; None where they are not there."""
        if tag not in self.entries:
            return None
        code, count, place = self.entries[tag]
        end = place + count * _SIZES[code]
        return (code, count, self.data[place:end]) if end <= len(self.data) else None

    def values(self, tag: int) -> NDArray[Any]:
        """A tag's values, numbers of any kind; none where it is missing or damaged."""
        raw = self.raw(tag)
        if raw is None:
            return np.zeros(0, np.int64)
        code, _, values = raw
        if code in _RATIONALS:
            pairs = np.frombuffer(values, self.order + _RATIONALS[code]).reshape(-1, 2)
            return np.asarray(pairs[:, 0] / np.maximum(pairs[:, 1], 1))
        return np.frombuffer(values, self.order + _DTYPES[code])

    def number(self, tag: int, default: int) -> int:
        """The first of a tag's values, a whole number."""
        values = self.values(tag)
        return int(values[0]) if values.size and np.isfinite(values[0]) else default

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.number(WIDTH, 0), self.number(HEIGHT, 0)

    @property
    def is_reduced(self) -> bool:
        """Whether it calls itself a small copy or a mask of another page."""
        return bool(self.number(_NEW_SUBFILE, 0) & 5) or self.number(_OLD_SUBFILE, 0) == 2

    @property
    def is_raw(self) -> bool:
        """Whether it holds what a camera's sensor saw."""
        return (
            self.number(PHOTOMETRIC, 0) in _RAW_PHOTOMETRICS
            or self.number(COMPRESSION, 0) in _RAW_COMPRESSIONS
            or _CFA_PATTERN in self.entries
        )


def pages(data: bytes) -> Iterator[list[Page]]:
    """Each page of a file, followed by the pages within it: copies, previews or the picture itself.

    Damaged pages end it, and so does a page that was there before.

    Example:
        >>> [page.size for page, *_ in pages(Path("scan.tif").read_bytes())]
        [(2480, 3508), (2480, 3508)]
    """
    order = "<" if data[:2] == b"II" else ">"
    is_big = data[2:4] in (b"+\0", b"\0+")
    at = _number(data, 8, 8, order) if is_big else _number(data, 4, 4, order)
    seen: set[int] = set()
    while at and at not in seen and len(seen) < MOST_PAGES:
        seen.add(at)
        read = _page(data, at, order, is_big)
        if read is None:
            return
        page, at = read
        family = [page]
        for place in page.values(_SUB_PAGES)[:MOST_SUB_PAGES].tolist():
            inner = None if place in seen else _page(data, place, order, is_big)
            seen.add(place)
            family += [inner[0]] if inner else []
        yield family


def is_camera_raw(data: bytes) -> bool:
    """Whether a TIFF file is a camera's raw file, whose picture is not developed yet.

    Example:
        >>> is_camera_raw(Path("photo.nef").read_bytes())
        True
    """
    if _CANON.match(data) or _PHASE_ONE.match(data):
        return True
    families = list(pages(data))
    if not families:
        return False
    first = families[0][0]
    everyone = [page for family in families for page in family]
    if any(page.is_raw for page in everyone) or _LEAF_SUBFILE in first.entries:
        return True
    return _DNG_VERSION in first.entries and all(page.is_reduced for page in everyone)


def picture_of(data: bytes) -> tuple[Page, list[str]]:
    """The page that is the picture, never its thumbnail; and notes about it.

    Raises:
        ValueError: there is no page.

    Example:
        >>> page, notes = picture_of(Path("scan.tif").read_bytes())
        >>> page.size, notes
        ((2480, 3508), ['only its first frame was taken'])
    """
    families = list(pages(data))
    if not families:
        raise ValueError("a TIFF without a page")
    everyone = [page for family in families for page in family if min(page.size) > 0]
    real = [page for page in everyone if not page.is_reduced]
    if not real:
        if not everyone:
            raise ValueError("a page without a size")
        return max(everyone, key=lambda page: page.size[0] * page.size[1]), []
    best = real[0]
    for page in real[1:]:
        if _is_larger_copy(page, best):
            best = page
    notes = []
    if best is not everyone[0]:
        notes.append("its full page was taken, not the small copy before it")
    others = [f[0] for f in families if f[0] is not best and not f[0].is_reduced and all(f[0].size)]
    if any(not _is_larger_copy(best, page) for page in others):
        notes.append("only its first frame was taken")
    return best, notes


def _is_larger_copy(page: Page, first: Page) -> bool:
    """Whether a page shows, as far as sizes tell, what the first one shows smaller."""
    (wide, high), (width, height) = page.size, first.size
    is_alike = abs(wide * height - width * high) <= 0.03 * wide * height
    return is_alike and wide >= LARGER * width and high >= LARGER * height


def _page(data: bytes, at: float, order: str, is_big: bool) -> tuple[Page, int] | None:
    """The page at that place of a file and the place of the next; None where it is damaged."""
    wide = 8 if is_big else 4
    count_size = 8 if is_big else 2
    if not isinstance(at, int) or at < 8:
        return None
    count = _number(data, at, count_size, order)
    start = at + count_size
    entry = np.dtype([("tag", f"{order}u2"), ("type", f"{order}u2"), ("count", f"{order}u{wide}"),
                      ("place", f"{order}u{wide}")])  # fmt: skip
    if not 0 < count <= MOST_TAGS or start + count * entry.itemsize > len(data):
        return None
    rows = np.frombuffer(data, entry, count, start)
    entries: dict[int, tuple[int, int, int]] = {}
    for number in np.unique(rows["tag"], return_index=True)[1].tolist():
        tag, code, values, place = rows[number].tolist()
        if code in _SIZES:
            if values * _SIZES[code] <= wide:
                place = start + number * entry.itemsize + 4 + wide
            entries[tag] = (code, values, place)
    following = _number(data, start + count * entry.itemsize, wide, order)
    return Page(data, order, entries), following


def _number(data: bytes, at: int, size: int, order: str) -> int:
    return int.from_bytes(data[at : at + size], "little" if order == "<" else "big")
