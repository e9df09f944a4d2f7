"""TIFFs that are compressed as JPEG in the way of the format's version 6."""

import io
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

from nst_core.errors import ImageError
from nst_core.pictures.decoding import decode_picture
from testing.tiffs import LONG, SHORT, Page, page, tiff

WIDTH, HEIGHT = 80, 60
PICTURE = bytes(200 - (x + y) for y in range(HEIGHT) for x in range(WIDTH))
SHOWN = np.frombuffer(PICTURE, np.uint8).reshape(HEIGHT, WIDTH, 1).repeat(3, 2)


def test_a_page_that_is_a_jpeg_of_the_old_style() -> None:
    buffer = io.BytesIO()
    Image.fromarray(SHOWN).save(buffer, "JPEG", quality=95)
    stream = buffer.getvalue()
    one = page(WIDTH, HEIGHT, [stream], t259=6, t262=6, t258=[8] * 3, t277=3)
    one.tags |= {513: (LONG, [8]), 514: (LONG, [len(stream)])}
    data = tiff(one)
    assert data[8:10] == b"\xff\xd8"
    assert np.abs(decode_picture(data).pixels.astype(int) - SHOWN).max() <= 6
    one.tags |= {513: (LONG, [9])}
    with pytest.raises(ImageError, match="JPEG of the old style"):
        decode_picture(tiff(one))


def test_a_jpeg_of_the_old_style_reaches_to_the_end_where_no_length_is_said() -> None:
    buffer = io.BytesIO()
    Image.fromarray(SHOWN).save(buffer, "JPEG", quality=95)
    one = page(WIDTH, HEIGHT, [buffer.getvalue()], t259=6, t262=6, t258=[8] * 3, t277=3, t513=8)
    assert np.abs(decode_picture(tiff(one)).pixels.astype(int) - SHOWN).max() <= 6


def segments_of_jpeg(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """Each marker of a JPEG's head with what follows it; at last that of its scan, and the scan."""
    at = 2
    while True:
        length = int.from_bytes(stream[at + 2 : at + 4], "big")
        marker, body = stream[at + 1], stream[at + 4 : at + 2 + length]
        if marker == 0xDA:
            yield marker, stream[at + 2 + length : -2]
            return
        yield marker, body
        at += 2 + length


def jpeg_in_parts(quality: int, **more: int) -> Page:
    """A page as version 6 of the format has it: tables by tags 519 to 521, and the bare scan."""
    levels = np.stack([SHOWN[..., 0], 255 - SHOWN[..., 0], SHOWN[..., 0] // 2], 2)
    buffer = io.BytesIO()
    Image.fromarray(levels).save(buffer, "JPEG", quality=quality, subsampling=0)
    blob, places = b"", {0xDB: list[int](), 0x00: list[int](), 0x10: list[int]()}
    scan = b""
    for marker, body in segments_of_jpeg(buffer.getvalue()):
        if marker == 0xDB:  # Pillow writes one table each
            places[0xDB].append(8 + len(blob))
            blob += body[1:]
        elif marker == 0xC4:
            places[body[0] & 0x10].append(8 + len(blob))
            blob += body[1:]
        elif marker == 0xDA:
            scan = body
    one = page(WIDTH, HEIGHT, [scan + blob], t259=6, t262=6, t258=[8] * 3, t277=3, t512=1, **more)
    for tag, kind in ((519, 0xDB), (520, 0x00), (521, 0x10)):
        first, second = (place + len(scan) for place in places[kind])
        one.tags[tag] = (LONG, [first, second, second])
    one.tags |= {530: (SHORT, [1, 1]), 279: (LONG, [len(scan)])}
    return one


@pytest.mark.parametrize("orientation", [1, 3])
def test_a_jpeg_whose_tables_lie_apart_from_its_pixels(orientation: int) -> None:
    shown = np.stack([SHOWN[..., 0], 255 - SHOWN[..., 0], SHOWN[..., 0] // 2], 2).astype(int)
    wanted = shown[::-1, ::-1] if orientation == 3 else shown
    for order in "<>":
        data = tiff(jpeg_in_parts(95, t274=orientation), order=order)
        assert np.abs(decode_picture(data).pixels - wanted).max() <= 8


def test_a_jpeg_in_parts_of_which_some_lie_behind_the_file_is_refused() -> None:
    for tag in (279, 519, 520, 521):
        one = jpeg_in_parts(95)
        kind, values = one.tags[tag]
        end = len(tiff(one))
        one.tags[tag] = (kind, [*values[:-1], end - 10 if tag > 500 else end])
        with pytest.raises(ImageError, match="ends before its last pixels"):
            decode_picture(tiff(one))


def test_a_jpeg_in_parts_with_far_too_few_pixels_is_refused() -> None:
    one = jpeg_in_parts(95)
    one.tags |= {tag: (LONG, [4000]) for tag in (256, 257, 278)}
    with pytest.raises(ImageError, match="ends before its last pixels"):
        decode_picture(tiff(one))
