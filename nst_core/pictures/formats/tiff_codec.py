"""Strips and tiles of a TIFF, decompressed by libtiff, which is in Pillow.

Pillow knows few of the kinds of pixels that a TIFF may have, but nearly all compressions. So a
small TIFF is made of some strips or tiles that pretends to hold grey pixels of 8 bits, and what
comes out are the bytes as they were before they were compressed.
"""

import io
import struct

import numpy as np
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin

from nst_core.pictures.formats.tiff_layout import FAX, JPEG, UNCOMPRESSED, WEBP, Layout

_SHORT, _LONG = 3, 4
_RGB, _CMYK, _YCBCR = 2, 5, 6
_JPEG_TABLES, _FAX_OPTIONS = 347, (292, 293)
_MOST_PIXELS = 150_000_000
"""Pillow refuses a picture of a few more; then some bytes make a pixel."""
_REVERSED = np.packbits(np.unpackbits(np.arange(256, dtype=np.uint8)).reshape(256, 8)[:, ::-1])

Tags = dict[int, tuple[int, int, bytes]]
"""Type, number and bytes of the values of tags."""


class Rows:
    """Rows of a plane of a picture, decompressed.

    Example:
        >>> Rows(layout, plane=0, first=0, count=1).bytes(0, 2).shape
        (2, 192)
    """

    def __init__(self, layout: Layout, plane: int, first: int, count: int) -> None:
        """Decompress `count` rows of strips or tiles, of which `first` is the first.

        Raises:
            ValueError: they are damaged.
            Exception: anything else that Pillow may raise for damaged data.
        """
        self._is_reversed = layout.fill_order == 2 and layout.compression == UNCOMPRESSED
        rows = count * layout.segment_rows
        if not layout.is_tiled:
            rows = min(rows, layout.coded_rows - first * layout.segment_rows)
        start = plane * layout.across * layout.down + first * layout.across
        segments = layout.segments(start, count * layout.across)
        self._image: Image.Image
        try:
            if layout.compression == JPEG:
                _require_sizes(layout, rows, segments)
            if layout.compression == WEBP:
                self._image = _put_together(layout, rows, segments)
            else:
                data = _written(layout, _geometry(layout, rows) | _passed_on(layout), segments)
                self._image = TiffImagePlugin.TiffImageFile(io.BytesIO(data))
                self._image.load()
        except OSError as error:  # whose words are for programmers
            raise ValueError("a strip or tile that is damaged") from error

    def bytes(self, start: int, stop: int) -> NDArray[np.uint8]:
        """Those rows, uint8 (rows, bytes); of a JPEG or WebP (rows, columns x samples)."""
        width, height = self._image.size
        is_all = (start, stop) == (0, height)
        piece = self._image if is_all else self._image.crop((0, start, width, stop))
        flat = np.frombuffer(piece.tobytes(), np.uint8)
        return (_REVERSED[flat] if self._is_reversed else flat).reshape(stop - start, -1)


def _require_sizes(layout: Layout, rows: int, segments: list[bytes]) -> None:
    """See that strips or tiles are JPEGs of their full size: libtiff leaves the rest as it is."""
    for number, segment in enumerate(segments):
        top = number // layout.across * layout.segment_rows
        height, width = _jpeg_size(segment)
        if height < min(layout.segment_rows, rows - top) or width < layout.segment_columns:
            raise ValueError("a strip or tile of another size than it should have")


def _jpeg_size(stream: bytes) -> tuple[int, int]:
    """Height and width of a JPEG, by its frame's head; 0 if there is none."""
    at = 2
    while at + 9 <= len(stream) and stream[at] == 0xFF:
        if 0xC0 <= stream[at + 1] <= 0xCF and stream[at + 1] not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", stream, at + 5)
            return height, width
        at += 2 + int.from_bytes(stream[at + 2 : at + 4], "big")
    return 0, 0


def _put_together(layout: Layout, rows: int, segments: list[bytes]) -> Image.Image:
    """Rows of strips or tiles that are WebP files each, of which Pillow's libtiff knows nothing."""
    mode = "RGBA" if layout.plane_samples == 4 else "RGB"
    whole = Image.new(mode, (layout.coded_columns, rows))
    for number, segment in enumerate(segments):
        down, across = divmod(number, layout.across)
        top = down * layout.segment_rows
        size = (layout.segment_columns, min(layout.segment_rows, rows - top))
        is_reversed = layout.fill_order == 2 and not segment.startswith(b"RIFF")
        stream = _REVERSED[np.frombuffer(segment, np.uint8)].tobytes() if is_reversed else segment
        with Image.open(io.BytesIO(stream), formats=["WEBP"]) as image:
            if image.size != size:
                raise ValueError("a strip or tile of another size than it should have")
            whole.paste(image.convert(mode), (across * layout.segment_columns, top))
    return whole


def _geometry(layout: Layout, rows: int) -> Tags:
    order = layout.page.order
    is_as_it_is = layout.compression in (*FAX, JPEG)

    # As many bytes as make a pixel of the small TIFF.
    samples = layout.plane_samples if layout.compression == JPEG or layout.is_added_up else 1

    def unit(columns: int) -> int:
        return columns if is_as_it_is else layout.row_bytes(columns) // samples

    def short(*values: int) -> tuple[int, int, bytes]:
        return _SHORT, len(values), struct.pack(f"{order}{len(values)}H", *values)

    def long(value: int) -> tuple[int, int, bytes]:
        return _LONG, 1, struct.pack(f"{order}I", value)

    columns = unit(layout.coded_columns)
    if samples == 1 and columns * rows > _MOST_PIXELS and not is_as_it_is and not layout.is_tiled:
        samples = next((count for count in (4, 3) if columns % count == 0), 1)
        columns //= samples
    tags = {
        256: long(columns),
        257: long(rows),
        258: short(*[1 if layout.compression in FAX else 8] * samples),
        259: short(layout.compression),
        262: short({3: _RGB, 4: _CMYK}.get(samples, 1)),
        277: short(samples),
    }
    if layout.is_tiled:
        tags |= {322: long(unit(layout.segment_columns)), 323: long(layout.segment_rows)}
    else:
        tags[278] = long(layout.segment_rows)
    if layout.is_added_up:
        tags[317] = short(2)
    if layout.fill_order == 2 and layout.compression != UNCOMPRESSED:
        tags[266] = short(2)
    if layout.compression == JPEG and layout.photometric == _YCBCR and samples == 3:
        tags[262] = short(_YCBCR)
    return tags


def _passed_on(layout: Layout) -> Tags:
    tags = {JPEG: (_JPEG_TABLES, 530)}.get(layout.compression, ())
    tags = _FAX_OPTIONS if layout.compression in FAX else tags
    return {tag: raw for tag in tags if (raw := layout.page.raw(tag))}


def _written(layout: Layout, tags: Tags, segments: list[bytes]) -> bytes:
    """A TIFF file of one page: head, directory, longer values, strips or tiles."""
    order, count = layout.page.order, len(segments)
    lengths = [len(segment) for segment in segments]
    places = (324, 325) if layout.is_tiled else (273, 279)
    tags[places[1]] = (_LONG, count, struct.pack(f"{order}{count}I", *lengths))
    tags[places[0]] = (_LONG, count, bytes(4 * count))
    at = 8 + 2 + 12 * len(tags) + 4
    begin = at + sum(len(value) for _, _, value in tags.values() if len(value) > 4)
    offsets = begin + np.concatenate([[0], np.cumsum(lengths)[:-1]])
    tags[places[0]] = (_LONG, count, offsets.astype(f"{order}u4").tobytes())

    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}IH", 8, len(tags))
    directory, longer = [head], []
    for tag in sorted(tags):
        code, number, value = tags[tag]
        if len(value) > 4:
            place = struct.pack(f"{order}I", at)
            longer.append(value)
            at += len(value)
        else:
            place = value.ljust(4, b"\0")
        directory.append(struct.pack(f"{order}HHI", tag, code, number) + place)
    return b"".join([*directory, bytes(4), *longer, *segments])
