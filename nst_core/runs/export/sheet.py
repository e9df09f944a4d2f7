"""A contact sheet: small pictures in rows and columns, with words under each."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from nst_core.pictures.pixels import Pixels, resize
from nst_core.plan.schedule import scaled_to

SIDE = 256
"""The longest side of a small picture, in pixels, and the widest that words may be."""
_GAP = 8
_LINE = 17
_LETTERS = 13
_PAPER, _INK = (255, 255, 255), (32, 32, 32)
_MOST_SIDE = 65_000
"""Pixels that a side of a JPEG file can have, nearly."""
_QUALITY = 90


@dataclass(frozen=True)
class Cell:
    """A place of the sheet.

    Attributes:
        lines: words under the picture, or alone; what is too wide is cut.
        picture: uint8 (H, W, 3), or None for words alone; it is made smaller, never larger.
    """

    lines: tuple[str, ...] = ()
    picture: Pixels | None = None


def contact_sheet(rows: Sequence[Sequence[Cell]], side: int = SIDE) -> Pixels:
    """All cells on one white sheet, uint8 (H, W, 3).

    A column is as wide as the widest thing in it, a row as high as its highest picture with the
    words under it; pictures stand at the left and on one line, words alone at the top. A sheet that
    would have more rows or columns than a JPEG file takes gets smaller pictures.

    Args:
        rows: from top to bottom, the cells of each from left to right; a row may be shorter.
        side: the longest side of a picture, in pixels.

    Example:
        >>> photo = Cell(("photo",), np.zeros((300, 512, 3), np.uint8))
        >>> contact_sheet([[photo, Cell(("size 300",))]]).shape[0]  # 8 + 150 + 17 + 8
        183
    """
    most = max(len(rows), *(len(row) for row in rows))
    lines = max(len(cell.lines) for row in rows for cell in row)
    side = max(1, min(side, _MOST_SIDE // most - _GAP - lines * _LINE))
    font = ImageFont.load_default(_LETTERS)
    cells = [[Cell(cell.lines, thumbnail(cell.picture, side)) for cell in row] for row in rows]
    widths = _widths(cells, font, side)
    heights = [_row_height(row) for row in cells]
    size = sum(widths) + _GAP * (len(widths) + 1), sum(heights) + _GAP * (len(heights) + 1)
    image = Image.new("RGB", size, _PAPER)
    draw = ImageDraw.Draw(image)
    top = _GAP
    for row, height in zip(cells, heights, strict=True):
        left = _GAP
        under = top + max(_height(cell) for cell in row)
        for cell, width in zip(row, widths, strict=False):
            if cell.picture is not None:
                image.paste(Image.fromarray(cell.picture), (left, under - _height(cell)))
            first = top if cell.picture is None else under
            for number, line in enumerate(cell.lines):
                place = left, first + number * _LINE + 1
                draw.text(place, _cut(line, font, width), fill=_INK, font=font)
            left += width + _GAP
        top += height + _GAP
    return np.asarray(image).copy()


def thumbnail(picture: Pixels | None, side: int = SIDE) -> Pixels | None:
    """A picture whose longer side has at most `side` pixels, uint8 (h, w, 3); None stays None.

    Example:
        >>> thumbnail(np.zeros((300, 512, 3), np.uint8)).shape
        (150, 256, 3)
    """
    if picture is None or max(picture.shape[:2]) <= side:
        return picture
    return resize(picture, *scaled_to((picture.shape[0], picture.shape[1]), side))


def encode_jpeg(pixels: Pixels) -> bytes:
    """The bytes of a JPEG file.

    Args:
        pixels: uint8 (H, W, 3).

    Example:
        >>> encode_jpeg(contact_sheet([[Cell(("nothing yet",))]]))[:3]
        b'\\xff\\xd8\\xff'
    """
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=_QUALITY, subsampling=0)
    return buffer.getvalue()


_Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def _widths(cells: Sequence[Sequence[Cell]], font: _Font, side: int) -> list[int]:
    """The width of each column, in pixels."""
    widths = [1] * max(len(row) for row in cells)
    for row in cells:
        for number, cell in enumerate(row):
            words = max((font.getlength(line) for line in cell.lines), default=0.0)
            picture = 0 if cell.picture is None else cell.picture.shape[1]
            widths[number] = max(widths[number], picture, min(side, int(words) + 1))
    return widths


def _height(cell: Cell) -> int:
    return 0 if cell.picture is None else cell.picture.shape[0]


def _row_height(row: Sequence[Cell]) -> int:
    """The height of a row: of its highest picture and the words under it, or of words alone."""
    under = [len(cell.lines) for cell in row if cell.picture is not None]
    alone = [len(cell.lines) for cell in row if cell.picture is None]
    with_pictures = max(map(_height, row)) + _LINE * max(under, default=0)
    return max(with_pictures, _LINE * max(alone, default=0))


def _cut(line: str, font: _Font, width: int) -> str:
    """As much of a line as `width` pixels have room for, with dots where the rest was."""
    if font.getlength(line) <= width:
        return line
    while line and font.getlength(f"{line}...") > width:
        line = line[:-1]
    return f"{line}..."
