"""How the pixels of a TIFF's page lie in the file, checked before anything is decompressed."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nst_core.pictures.formats.tiff_pages import COMPRESSION, PHOTOMETRIC, Page
from nst_core.pictures.raster import Refused, require_size

MOST_SEGMENTS = 200_000
"""How many strips or tiles a page may have."""
MOST_SAMPLES = 16
"""How many numbers a pixel may have."""
MOST_RAW_BYTES = 800_000_000
"""Of a picture that is decompressed piece by piece, so that this is time and not memory."""
MOST_SEGMENT_BYTES = 320_000_000
"""Of a strip or tile, which is decompressed as a whole."""
MOST_STORED_BYTES = 64 * 1024 * 1024
"""Of all strips and tiles together, many of which may be the same."""

UNCOMPRESSED, JPEG, WEBP = 1, 7, 50001
FAX = (2, 3, 4)
_BYTEWISE = (5, 8, 32773, 32946, 34925, 50000)  # LZW, deflate, PackBits, deflate, LZMA, ZSTD
_MOST_SWOLLEN = {5: 1500, 8: 1040, 32946: 1040, 32773: 64, 34925: 10_000, 50000: 40_000}
"""How many bytes a compression can make of one."""
_NAMES = {6: "as JPEG of the old style", 32771: "as fax of words", 32809: "by ThunderScan",
          34676: "as LogLuv", 34677: "as LogLuv", 34712: "as JPEG 2000", 33003: "as JPEG 2000",
          33005: "as JPEG 2000", 34887: "as LERC", 50002: "as JPEG XL", 52546: "as JPEG XL",
          34933: "as PNG", 32909: "as PixarLog", 34661: "as JBIG"}  # fmt: skip
_YCBCR = 6


@dataclass(frozen=True)
class Layout:
    """How the pixels of a page lie in the file; strips are tiles as wide as the picture.

    Attributes:
        page: what its numbers come from.
    """

    page: Page

    @cached_property
    def width(self) -> int:
        """How wide the page is, in pixels."""
        return self.page.size[0]

    @cached_property
    def height(self) -> int:
        """How high the page is, in pixels."""
        return self.page.size[1]

    @cached_property
    def compression(self) -> int:
        """The number of its compression."""
        return self.page.number(COMPRESSION, UNCOMPRESSED)

    @cached_property
    def samples(self) -> int:
        """How many numbers a pixel has."""
        return self.page.number(277, 1)

    @cached_property
    def photometric(self) -> int:
        """What the numbers of a pixel mean."""
        return self.page.number(PHOTOMETRIC, 2 if self.samples >= 3 else 1)

    @cached_property
    def bits(self) -> int:
        """How many bits a sample has."""
        return self.page.number(258, 1)

    @cached_property
    def predictor(self) -> int:
        """1 for none, 2 for differences, 3 for differences of the bytes of floats."""
        return (
            1 if self.compression in (UNCOMPRESSED, JPEG, WEBP, *FAX) else self.page.number(317, 1)
        )

    @cached_property
    def is_added_up(self) -> bool:
        """Whether libtiff can undo the differences, being those of bytes, as floats have them."""
        is_of_bytes = self.predictor == 3 or (self.predictor == 2 and self.bits == 8)
        return is_of_bytes and self.plane_samples in (3, 4)

    @cached_property
    def fill_order(self) -> int:
        """2 where the first pixel is in the lowest bit."""
        return self.page.number(266, 1)

    @cached_property
    def planes(self) -> int:
        """How many parts the picture is stored in: 1, or one for each sample."""
        return self.samples if self.page.number(284, 1) == 2 else 1

    @cached_property
    def plane_samples(self) -> int:
        """How many samples a pixel has within a plane."""
        return self.samples // self.planes

    @cached_property
    def is_tiled(self) -> bool:
        """Whether it is stored in tiles, or else in strips."""
        return 322 in self.page.entries

    @cached_property
    def subsampling(self) -> tuple[int, int]:
        """Of how many columns and rows of brightness the colours are stored once."""
        if self.photometric != _YCBCR or self.compression == JPEG or self.planes > 1:
            return 1, 1
        values = self.page.values(530).tolist()
        return (values[0], values[1]) if len(values) > 1 else (2, 2)

    @cached_property
    def segment_columns(self) -> int:
        """How wide a strip or tile is, in pixels."""
        return self.page.number(322, 0) if self.is_tiled else self.width

    @cached_property
    def segment_rows(self) -> int:
        """Of a strip or tile, in rows as they are stored; 0 where they are damaged."""
        rows = self.page.number(323 if self.is_tiled else 278, self.height)
        return math.ceil((rows if self.is_tiled else min(rows, self.height)) / self.subsampling[1])

    @cached_property
    def coded_rows(self) -> int:
        """Of the picture as it is stored, where rows that share their colours count once."""
        return math.ceil(self.height / self.subsampling[1])

    @cached_property
    def across(self) -> int:
        """How many strips or tiles lie side by side."""
        return math.ceil(self.width / self.segment_columns)

    @cached_property
    def down(self) -> int:
        """How many strips or tiles of a plane lie below each other."""
        return math.ceil(self.coded_rows / self.segment_rows)

    @cached_property
    def coded_columns(self) -> int:
        """Of the picture as it is stored: whole tiles."""
        return self.across * self.segment_columns

    @cached_property
    def offsets(self) -> NDArray[Any]:
        """Where each strip or tile begins."""
        return self.page.values(324 if self.is_tiled else 273)

    @cached_property
    def lengths(self) -> NDArray[Any]:
        """How many bytes each strip or tile has."""
        return self.page.values(325 if self.is_tiled else 279)

    def row_bytes(self, columns: int) -> int:
        """The bytes of a row of so many pixels of a plane, when it is not compressed."""
        wide, high = self.subsampling
        if (wide, high) != (1, 1):
            return math.ceil(columns / wide) * (wide * high + 2)
        return math.ceil(columns * self.plane_samples * self.bits / 8)

    def segments(self, start: int, count: int) -> list[bytes]:
        """The stored bytes of strips or tiles.

        Raises:
            ValueError: some are not in the file.
        """
        return [self._segment(number) for number in range(start, start + count)]

    def _segment(self, number: int) -> bytes:
        begin = int(self.offsets[number])
        end = begin + self._length(number)
        if end > len(self.page.data) or begin == end:
            raise ValueError("it ends before its last pixels")
        return self.page.data[begin:end]

    def _length(self, number: int) -> int:
        if self.compression == UNCOMPRESSED:  # many writers count these wrongly
            rows = self.segment_rows
            if not self.is_tiled:
                rows = min(rows, self.coded_rows - number % self.down * rows)
            return rows * self.row_bytes(self.segment_columns)
        if number < self.lengths.size and self.lengths[number]:
            return int(self.lengths[number])
        return len(self.page.data) - int(self.offsets[number]) if self.offsets.size == 1 else 0


def layout_of(page: Page) -> Layout:
    """How a page's pixels lie in the file, for a page that can be decoded in little time.

    Raises:
        Refused: it is too large.
        ValueError: it is damaged, or of a kind that is not decoded here.
    """
    layout = Layout(page)
    require_size(layout.width, layout.height)
    _require_known(layout)
    if min(*layout.subsampling, layout.segment_columns) < 1 or layout.segment_rows < 1:
        raise ValueError("strips or tiles without a size")
    _require_small(layout)
    return layout


def _require_known(layout: Layout) -> None:
    compression = layout.compression
    if compression not in (UNCOMPRESSED, JPEG, WEBP, *FAX, *_BYTEWISE):
        how = _NAMES.get(compression, f"in the way of number {compression}")
        raise ValueError(f"a TIFF that is compressed {how}")
    if not 1 <= layout.samples <= MOST_SAMPLES or not 1 <= layout.bits <= 64:
        raise ValueError(f"pixels of {layout.samples} samples of {layout.bits} bits")
    if len(set(layout.page.values(258)[: layout.samples].tolist())) > 1:
        raise ValueError("samples of different depth")
    if compression in FAX and (layout.bits, layout.plane_samples) != (1, 1):
        raise ValueError("a fax that is not black and white")
    if compression in (JPEG, WEBP) and layout.bits != 8:
        raise ValueError(f"JPEG or WebP of {layout.bits} bits")
    if layout.predictor == 2 and layout.bits not in (8, 16, 32, 64):  # libtiff knows none either
        raise ValueError(f"differences between numbers of {layout.bits} bits")
    counts = {JPEG: (1, 3, 4), WEBP: (3, 4)}
    if layout.plane_samples not in counts.get(compression, (layout.plane_samples,)):
        raise ValueError(f"JPEG or WebP of {layout.plane_samples} samples")
    is_coarse = layout.photometric == _YCBCR and layout.page.values(530).tolist() != [1, 1]
    if layout.planes > 1 and is_coarse:
        raise ValueError("YCbCr whose colours are stored apart")
    if layout.subsampling != (1, 1) and (layout.bits != 8 or layout.samples != 3):
        raise ValueError("YCbCr that is not of three samples of 8 bits")


def _require_small(layout: Layout) -> None:
    row = layout.row_bytes(layout.segment_columns)
    segment = row * layout.segment_rows
    total = segment * layout.across * layout.down * layout.planes
    pixels = layout.segment_columns * layout.segment_rows
    if layout.is_tiled and pixels > max(4 * layout.width * layout.height, 1 << 20):
        raise ValueError("tiles that are far larger than the picture")
    if segment > MOST_SEGMENT_BYTES or total > MOST_RAW_BYTES:
        raise Refused(
            f"must have at most {MOST_RAW_BYTES // 1_000_000} MB when it is not compressed, and "
            f"{MOST_SEGMENT_BYTES // 1_000_000} MB in each strip",
            f"{total / 1e6:.0f} MB, {segment / 1e6:.0f} MB in a strip",
        )
    count = layout.across * layout.down * layout.planes
    if count > MOST_SEGMENTS:
        raise ValueError("it has far too many parts")
    if layout.offsets.size < count:
        raise ValueError("it ends before its last pixels")
    stored = 0.0 if layout.compression == UNCOMPRESSED else layout.lengths.sum(dtype=np.float64)
    swollen = stored * _MOST_SWOLLEN.get(layout.compression, np.inf)
    if stored and swollen < row * layout.coded_rows * layout.planes:
        raise ValueError("it ends before its last pixels")
    if stored > MOST_STORED_BYTES:
        raise ValueError("strips or tiles that hold the same bytes again and again")
