"""Of a TIFF's pages the picture is taken and never its thumbnail; hostile ones cost nothing."""

import contextlib
import io
import struct
import time
import tracemalloc
import zlib
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from nst_core.errors import ImageError
from nst_core.pictures.decoding import decode_picture
from testing.tiffs import LONG, Page, packed, page, tiff

WIDTH, HEIGHT = 80, 60
PICTURE = bytes(200 - (x + y) for y in range(HEIGHT) for x in range(WIDTH))
SHOWN = np.frombuffer(PICTURE, np.uint8).reshape(HEIGHT, WIDTH, 1).repeat(3, 2)


def full(**numbers: int | Sequence[int]) -> Page:
    return page(WIDTH, HEIGHT, [PICTURE], **numbers)


def small(value: int = 7, **numbers: int | Sequence[int]) -> Page:
    return page(40, 40, [bytes([value]) * 1600], **numbers)


def with_inner(outer: Page, *inner: Page) -> Page:
    outer.inner = inner
    return outer


FILES: dict[str, tuple[list[Page], str]] = {
    "one page": ([full()], ""),
    "a copy that comes later": ([full(), small(t254=1)], ""),
    "a mask that comes later": ([full(), page(WIDTH, HEIGHT, [PICTURE], t254=4)], ""),
    "two pages": ([full(), page(WIDTH, HEIGHT, [bytes(4800)])], "first frame"),
    "a thumbnail before it": ([small(t254=1), full()], "full page"),
    "a thumbnail of the old kind before it": ([small(t255=2), full()], "full page"),
    "within its thumbnail": ([with_inner(small(t254=1), full())], "full page"),
    "within, beside a preview": (
        [with_inner(small(t254=1), page(160, 120, [bytes(19200)], t254=1), full())],
        "full page",
    ),
    "within a thumbnail that does not call itself one": (
        [with_inner(page(40, 32, [bytes(1280)]), page(80, 64, [PICTURE + bytes(320)]))],
        "full page",
    ),
    "the only page calls itself a copy": ([full(t254=1)], ""),
    "the largest of a pyramid": (
        [with_inner(full(), page(40, 30, [bytes(1200)], t254=1), page(20, 15, [bytes(300)]))],
        "",
    ),
}


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("is_big", [False, True])
@pytest.mark.parametrize("kind", FILES)
def test_the_picture_is_taken_and_never_its_thumbnail(kind: str, is_big: bool, order: str) -> None:
    pages, word = FILES[kind]
    picture = decode_picture(tiff(*pages, order=order, is_big=is_big))
    assert np.array_equal(picture.pixels[:HEIGHT], SHOWN)
    assert picture.pixels.shape[1] == WIDTH
    assert [word in note for note in picture.notes] == [True] * bool(word)


def raw_in_tiff(**mark: int | Sequence[int]) -> bytes:
    """As DNG, NEF and ARW are built: a small picture that holds the sensor's levels."""
    return tiff(with_inner(small(t254=1), page(WIDTH, HEIGHT, [PICTURE], **mark)))


def boxes(brand: bytes) -> bytes:
    return struct.pack(">I4s4sI4s", 24, b"ftyp", brand, 1, brand) + b"isom" + bytes(500)


RAW: dict[str, bytes] = {
    "DNG": tiff(with_inner(small(t254=1, t50706=[1, 4, 0, 0]), full(t262=32803))),
    "linear DNG": raw_in_tiff(t262=34892),
    "DNG without its levels": tiff(small(t254=1, t50706=[1, 4, 0, 0])),
    "NEF": raw_in_tiff(t262=32803, t259=34713),
    "ARW": raw_in_tiff(t262=32803, t259=32767),
    "SRW": raw_in_tiff(t259=32770),
    "PEF": tiff(full(t262=32803, t259=65535), small(), order=">"),
    "mosaic by its pattern": raw_in_tiff(t33422=[0, 1, 1, 2]),
    "MOS": tiff(full(t34310=1)),
    "CR2": b"II*\0\x10\0\0\0CR\2\0" + bytes(4) + tiff(full())[8:],
    "IIQ": b"II*\0\x10\0\0\0IIII\x01waR" + bytes(500),
    "CR3": boxes(b"crx "),
    "RAF": b"FUJIFILMCCD-RAW 0201FF" + bytes(500),
    "ORF": b"IIRO\x08\0\0\0" + bytes(500),
    "ORF of later cameras": b"IIRS\x08\0\0\0" + bytes(500),
    "ORF of Motorola's order": b"MMOR\0\0\0\x08" + bytes(500),
    "RW2": b"IIU\0\x18\0\0\0" + bytes(500),
    "X3F": b"FOVb" + bytes(500),
    "MRW": b"\0MRM" + bytes(500),
    "CRW": b"II\x1a\0\0\0HEAPCCDR" + bytes(500),
}


@pytest.mark.parametrize("kind", RAW)
def test_a_camera_s_raw_file_is_told_to_be_exported(kind: str) -> None:
    with pytest.raises(ImageError, match=r"Received: a camera's raw file; export a JPEG\.$"):
        decode_picture(RAW[kind])


def test_pixels_that_look_like_a_maker_s_mark_are_pixels() -> None:
    """Levels lie at byte 8, where raw files have theirs."""
    for mark in (b"CR\2\0", b"IIII"):
        pixels = mark * 1024
        body = page(64, 64, [pixels])
        data = tiff(body)
        assert data[8:12] == mark
        assert decode_picture(data).pixels[0, 0, 0] == mark[0]


@pytest.mark.parametrize(
    ("number", "name"), [(34887, "LERC"), (34712, "JPEG 2000"), (50002, "JPEG XL"), (999, "999")]
)
def test_compressions_that_are_not_read_are_named(number: int, name: str) -> None:
    with pytest.raises(ImageError, match=f"compressed .*{name}"):
        decode_picture(tiff(full(t259=number)))


@pytest.mark.parametrize("compression", [1, 8])
def test_a_tiff_that_ends_too_early_is_refused(compression: int) -> None:
    strip = PICTURE if compression == 1 else zlib.compress(PICTURE)
    one = page(WIDTH, HEIGHT, [strip], t259=compression)
    place = len(tiff(one)) - len(strip) + 1
    # The pixels end one byte behind the file; but for that it is whole.
    one.tags |= {273: (LONG, [place]), 279: (LONG, [len(strip)])}
    with pytest.raises(ImageError, match="ends before its last pixels"):
        decode_picture(tiff(one))


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
def test_a_strip_with_fewer_rows_than_its_page_is_refused(kind: str) -> None:
    buffer = io.BytesIO()
    Image.fromarray(SHOWN).save(buffer, kind)
    number = 7 if kind == "JPEG" else 50001
    colours = 6 if kind == "JPEG" else 2
    rgb: dict[str, Any] = {"t258": [8] * 3, "t277": 3, "t262": colours, "t259": number}
    strip = buffer.getvalue()
    good = decode_picture(tiff(page(WIDTH, HEIGHT, [strip], **rgb))).pixels
    assert np.abs(good.astype(int) - SHOWN).max() <= 20
    for width, height in ((WIDTH, HEIGHT * 2), (WIDTH * 2, HEIGHT)):
        with pytest.raises(ImageError, match="strip or tile of another size"):
            decode_picture(tiff(page(width, height, [strip], **rgb)))


def bomb(width: int, height: int) -> bytes:
    strip = zlib.compress(bytes(30_000_000), 9)
    return tiff(page(width, height, [strip], t259=8))


def entries(count: int) -> bytes:
    return struct.pack("<HHII", 256, 3, 1, 64) * count


HOSTILE: dict[str, Callable[[], bytes]] = {
    "a directory that leads to itself": lambda: tiff(small(t254=1), start=8)[:8] + bytes(2),
    "a chain of a million directories": lambda: (
        b"II*\0\x08\0\0\0"
        + b"".join(
            struct.pack("<HHHIII", 1, 254, 4, 1, 1, 8 + 18 * (n + 1)) for n in range(1_000_000)
        )
    ),
    "a directory of 65535 tags": lambda: (
        b"II*\0\x08\0\0\0" + struct.pack("<H", 65535) + entries(65535)
    ),
    "a directory of 2**60 tags": lambda: (
        b"II+\0\x08\0\0\0" + struct.pack("<QQ", 16, 2**60) + bytes(4096)
    ),
    "a million inner pages": lambda: tiff(
        Page(
            {256: (LONG, [64]), 257: (LONG, [64]), 330: (LONG, [8] * 1_000_000)},
            [],
        )
    ),
    "a tag of 2**31 values": lambda: (
        b"II*\0\x08\0\0\0"
        + struct.pack("<H", 3)
        + struct.pack("<HHII", 256, 4, 1, 64)
        + struct.pack("<HHII", 257, 4, 1, 64)
        + struct.pack("<HHII", 273, 4, 2**31, 8)
        + bytes(4)
    ),
    "tiles of 2**31": lambda: tiff(page(64, 64, [b"x" * 100], t322=2**31, t323=2**31, t259=5)),
    "tiles of one pixel": lambda: tiff(page(7000, 7000, [b"x"], t322=1, t323=1, t259=5)),
    "a strip for each of too many rows": lambda: tiff(page(32, 1_500_000, [b"x"], t278=1, t259=5)),
    "strips that share their bytes": lambda: tiff(
        Page(
            page(6000, 6000, [], t259=5, t278=1).tags
            | {273: (LONG, [8] * 6000), 279: (LONG, [1_000_000] * 6000)},
            [bytes(1_000_000)],
        )
    ),
    "a size that is a lie": lambda: tiff(page(7000, 7000, [bytes(1000)], t259=8)),
    "a size that is a lie, not compressed": lambda: tiff(page(7000, 7000, [bytes(1000)])),
    "no size": lambda: tiff(page(0, 0, [b"x"])),
    "2**31 pixels a side": lambda: tiff(page(2**31, 2**31, [b"x"])),
    "pixels of 65535 samples": lambda: tiff(page(7000, 7000, [b"x" * 99], t277=65535)),
    "pixels of 16 samples of 64 bits": lambda: tiff(
        page(7000, 7000, [b"x" * 99], t277=16, t258=64, t259=8)
    ),
    "rows of no strip": lambda: tiff(page(64, 64, [b"x"], t278=0)),
    "colours shared by 65535": lambda: tiff(
        page(64, 64, [b"x"], t262=6, t277=3, t530=[65535, 65535])
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_files_are_refused_at_once(kind: str) -> None:
    data = HOSTILE[kind]()
    with contextlib.suppress(ImageError):
        decode_picture(tiff(small()))  # what is loaded the first time is no part of it
    tracemalloc.start()
    start = time.process_time()
    try:
        with pytest.raises(ImageError) as refusal:
            decode_picture(data)
        assert time.process_time() - start < 0.5
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()
    assert str(refusal.value).isprintable()
    assert len(str(refusal.value)) < 300


def test_a_strip_that_swells_gives_only_what_its_page_has() -> None:
    picture = decode_picture(bomb(100, 100))
    assert picture.pixels.shape == (100, 100, 3)
    assert not picture.pixels.any()


SEEDS = [
    tiff(full()),
    tiff(small(t254=1), full(), order=">"),
    tiff(page(WIDTH, HEIGHT, [zlib.compress(PICTURE)], t259=8, t317=2), is_big=True),
    tiff(page(WIDTH, HEIGHT, [PICTURE * 3], t277=3, t258=8, t262=2, t284=2)),
    tiff(page(WIDTH, HEIGHT, [packed(np.arange(4800).reshape(60, 80) % 16, 4)], t258=4, t262=3,
              t320=list(range(48)))),
    tiff(page(WIDTH, HEIGHT, [np.linspace(0, 1, 4800, dtype="f4").tobytes()], t258=32, t339=3)),
    tiff(page(64, 48, [bytes(64 * 16)] * 3, t322=64, t323=16)),
    tiff(page(64, 48, [bytes(64 * 48 * 2)], t262=6, t277=3, t258=8, t530=[2, 1])),
]  # fmt: skip
NUMBERS = (0, 1, 2, 3, 6, 7, 8, 255, 32773, 65535, 2**31 - 1, 2**31, 2**32 - 1)


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_no_change_lets_another_error_out(data: st.DataObject) -> None:
    file = bytearray(data.draw(st.sampled_from(SEEDS)))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(file) - 5) | st.integers(len(file) - 250, len(file) - 5))
        number = data.draw(st.sampled_from(NUMBERS) | st.integers(0, 2**32 - 1))
        wide = data.draw(st.sampled_from([1, 2, 4]))
        order = data.draw(st.sampled_from(["little", "big"]))
        file[at : at + wide] = (number % 256**wide).to_bytes(wide, order)
    with contextlib.suppress(ImageError):
        picture = decode_picture(bytes(file))
        assert picture.pixels.dtype == np.uint8
        assert picture.pixels.shape[2] == 3
