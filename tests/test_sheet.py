"""The contact sheet: where its pictures and words are, whatever their sizes."""

import io

import numpy as np
import pytest
from PIL import Image

from nst_core.pictures.pixels import Pixels
from nst_core.runs.export.sheet import Cell, contact_sheet, encode_jpeg, thumbnail

RED, GREEN, BLUE = (200, 0, 0), (0, 200, 0), (0, 0, 200)


def plain(colour: tuple[int, int, int], rows: int, columns: int) -> Pixels:
    return np.full((rows, columns, 3), colour, np.uint8)


def box(sheet: Pixels, colour: tuple[int, int, int]) -> tuple[int, int, int, int]:
    """Top, left, bottom and right of all pixels of a colour."""
    rows, columns = np.nonzero((sheet == colour).all(axis=2))
    assert len(rows), colour
    return int(rows.min()), int(columns.min()), int(rows.max()) + 1, int(columns.max()) + 1


def has_words(region: Pixels) -> bool:
    return bool((region < 128).all(axis=2).any())


def test_pictures_stand_in_rows_and_columns_made_smaller_and_never_larger() -> None:
    sheet = contact_sheet(
        [
            [Cell(), Cell(("painting",), plain(RED, 400, 200))],
            [Cell(("photo",), plain(GREEN, 50, 80)), Cell(("run",), plain(BLUE, 90, 60))],
        ],
        side=100,
    )
    red, green, blue = (box(sheet, colour) for colour in (RED, GREEN, BLUE))
    assert (red[2] - red[0], red[3] - red[1]) == (100, 50)  # 400 x 200 at a side of 100
    assert (green[2] - green[0], green[3] - green[1]) == (50, 80)
    assert (blue[2] - blue[0], blue[3] - blue[1]) == (90, 60)
    assert red[1] == blue[1]  # one column
    assert green[2] == blue[2]  # one row, whose pictures end on one line
    assert green[3] < blue[1]
    assert red[2] < blue[0]


def test_words_are_under_their_picture_and_do_not_leave_their_column() -> None:
    long = "a name that is much longer than any picture of this sheet is wide, by far"
    sheet = contact_sheet(
        [[Cell((long, "second"), plain(RED, 60, 100)), Cell(("x",), plain(BLUE, 60, 100))]],
        side=100,
    )
    red, blue = box(sheet, RED), box(sheet, BLUE)
    first, second = sheet[red[2] : red[2] + 17], sheet[red[2] + 17 : red[2] + 34]
    for line in (first, second):
        assert has_words(line[:, red[1] : red[3]])
        assert not has_words(line[:, red[3] : blue[1]])
    assert has_words(first[:, blue[1] : blue[3]])
    assert not has_words(second[:, blue[1] : blue[3]])
    assert not has_words(sheet[: red[2]])


def test_words_alone_stand_at_the_top_of_their_row() -> None:
    sheet = contact_sheet([[Cell(("content_weight=0.05",)), Cell((), plain(RED, 90, 90))]])
    top, left, *_ = box(sheet, RED)
    words = np.nonzero((sheet < 128).all(axis=2))[0]
    assert top <= words.min()
    assert words.max() < top + 17
    assert has_words(sheet[:, :left])


def test_the_size_is_the_sum_of_what_is_on_it() -> None:
    cells = [[Cell(("",), plain(RED, 100, 100))] * 3] * 2
    assert contact_sheet(cells).shape == (2 * (100 + 17) + 3 * 8, 3 * 100 + 4 * 8, 3)


@pytest.mark.slow
@pytest.mark.parametrize("is_tall", [True, False])
def test_a_thousand_runs_still_make_a_jpeg_file(is_tall: bool) -> None:
    cell = Cell(("one", "two"), plain(RED, 256, 256))
    rows = [[Cell(("head",)), cell]] * 1000 if is_tall else [[cell] * 1000]
    sheet = contact_sheet(rows)
    assert max(sheet.shape) <= 65_500
    image = Image.open(io.BytesIO(encode_jpeg(sheet)))
    assert image.size == (sheet.shape[1], sheet.shape[0])


def test_a_thumbnail_keeps_the_aspect() -> None:
    small = thumbnail(plain(RED, 300, 512))
    assert small is not None
    assert small.shape == (150, 256, 3)
    assert thumbnail(None) is None
