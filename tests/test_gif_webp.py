"""GIF and WebP files: the first frame as browsers show it, and what is refused."""

import io
import struct
import time
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from nst_core.errors import ImageError
from nst_core.pictures.decoding import decode_picture

YELLOW, BLUE = (255, 255, 0), (0, 0, 255)
PALETTE = ((255, 0, 0), (0, 255, 0), BLUE, YELLOW)


def indices() -> NDArray[np.uint8]:
    """Blue above, yellow below, (40, 40), as the palette has them."""
    result = np.full((40, 40), 3, np.uint8)
    result[:20] = 2
    return result


def frame(
    left: int = 0, top: int = 0, transparent: int | None = None, interlaced: bool = False
) -> bytes:
    """A frame of those indices, without compression: each code after a reset of the table."""
    rows = indices()
    if interlaced:
        rows = np.concatenate([rows[::8], rows[4::8], rows[2::4], rows[1::2]])
    # Codes of three bits: four colours, 4 to clear the table, 5 to end.
    codes = [code for index in rows.flat for code in (4, int(index))] + [5]
    bits = sum(code << 3 * n for n, code in enumerate(codes))
    data = bits.to_bytes(-(-3 * len(codes) // 8), "little")
    blocks = b"".join(
        bytes([len(data[at : at + 255])]) + data[at : at + 255] for at in range(0, len(data), 255)
    )
    control = b"" if transparent is None else b"!\xf9\x04" + bytes((1, 0, 0, transparent, 0))
    place = struct.pack("<HHHHB", left, top, 40, 40, 0x40 * interlaced)
    return control + b"," + place + b"\x02" + blocks + b"\0"


def gif(width: int, height: int, *blocks: bytes) -> bytes:
    """A file whose background is green; its trailer is not in it."""
    screen = struct.pack("<HHBBB", width, height, 0x81, 1, 0)
    return b"GIF89a" + screen + bytes(sum(PALETTE, ())) + b"".join(blocks)


def on_white(width: int, height: int, left: int, top: int) -> NDArray[np.uint8]:
    """The frame, laid on a white screen."""
    screen = np.full((height, width, 3), 255, np.uint8)
    screen[top : top + 40, left : left + 40] = np.array(PALETTE, np.uint8)[indices()]
    return screen


@pytest.mark.parametrize(
    ("screen", "place", "shown"),
    [((40, 40), (0, 0), (40, 40)), ((80, 80), (20, 30), (80, 80)), ((60, 60), (40, 30), (80, 70)),
     ((35, 36), (0, 0), (40, 40)), ((0, 0), (0, 0), (40, 40)), ((64, 64), (70, 70), (110, 110))],
    ids=["all", "smaller", "over the edge", "larger", "no screen", "outside"],
)  # fmt: skip
def test_the_screen_holds_the_first_frame_and_the_rest_is_white(
    screen: tuple[int, int], place: tuple[int, int], shown: tuple[int, int]
) -> None:
    picture = decode_picture(gif(*screen, frame(*place), b";"))
    assert np.array_equal(picture.pixels, on_white(*shown, *place))
    assert any("white" in note for note in picture.notes) == (shown != (40, 40))


def test_a_transparent_colour_and_interlaced_rows() -> None:
    picture = decode_picture(gif(40, 40, frame(transparent=2), b";"))
    assert picture.pixels[:20].min() == 255
    assert picture.pixels[30, 30].tolist() == list(YELLOW)
    picture = decode_picture(gif(40, 40, frame(interlaced=True), b";"))
    assert np.array_equal(picture.pixels, on_white(40, 40, 0, 0))


def test_only_the_first_frame_is_taken() -> None:
    picture = decode_picture(gif(40, 40, frame(), b"!\xfe\x01x\0", frame(20, 20), b";"))
    assert np.array_equal(picture.pixels, on_white(40, 40, 0, 0))
    assert picture.notes == ("only its first frame was taken",)


def test_a_gif_may_end_after_its_last_pixel_but_not_before() -> None:
    whole = gif(40, 40, frame())
    for file in (whole, whole[:-1], whole + b"!\xfe\x40 cut", whole + b",\0\0"):
        assert np.array_equal(decode_picture(file).pixels, on_white(40, 40, 0, 0))
    for lost in (5, 100, len(whole) - 40):
        with pytest.raises(ImageError):
            decode_picture(whole[:-lost])
    with pytest.raises(ImageError, match="no picture"):
        decode_picture(gif(40, 40, b";"))


def test_a_gif_of_a_huge_screen_is_refused_by_its_size() -> None:
    with pytest.raises(ImageError, match="65535 x 65535"):
        decode_picture(gif(65535, 65535, frame(), b";"))


@pytest.mark.parametrize(
    "part",
    [b"!\xfe\0" * 1_000_000, b"!\xfe" + b"\x01x" * 2_000_000 + b"\0", bytes(5_000_000)],
    ids=["comments", "sub-blocks", "zeros"],
)
def test_a_gif_of_endless_parts_costs_nothing(part: bytes) -> None:
    start = time.process_time()
    with pytest.raises(ImageError, match="far too many parts"):
        decode_picture(gif(40, 40, part, frame(), b";"))
    # Behind the picture they do not matter.
    assert len(decode_picture(gif(40, 40, frame(), part, b";")).pixels) == 40
    assert time.process_time() - start < 1.0


def scene() -> NDArray[np.uint8]:
    return np.random.default_rng(1).integers(0, 256, (40, 50, 3)).astype(np.uint8)


def webp(**options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(scene()).save(buffer, "WEBP", lossless=True, **options)
    return buffer.getvalue()


def part(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def extended(flags: int, width: int, height: int, *parts: bytes) -> bytes:
    size = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
    body = part(b"VP8X", bytes((flags, 0, 0, 0)) + size) + b"".join(parts)
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def animation_frame(left: int, top: int) -> bytes:
    numbers = (left // 2, top // 2, 49, 39, 100)
    body = b"".join(struct.pack("<I", number)[:3] for number in numbers) + b"\0" + webp()[12:]
    return part(b"ANMF", body)


LOOP = part(b"ANIM", b"\xff\0\0\xff\0\0")


def test_a_webp_s_first_frame_lies_on_white() -> None:
    file = extended(2, 100, 80, LOOP, animation_frame(20, 10), animation_frame(0, 0))
    picture = decode_picture(file)
    wanted = np.full((80, 100, 3), 255, np.uint8)
    wanted[10:50, 20:70] = scene()
    assert np.array_equal(picture.pixels, wanted)
    assert "only its first frame was taken" in picture.notes


def test_exif_turns_a_webp_and_xmp_does_not() -> None:
    exif = Image.Exif()
    exif[0x0112] = 3
    assert np.array_equal(decode_picture(webp(exif=exif)).pixels, scene()[::-1, ::-1])
    xmp = b'<rdf:Description tiff:Orientation="3"/>'
    assert np.array_equal(decode_picture(webp(xmp=xmp)).pixels, scene())


def test_a_webp_may_end_after_its_last_pixel_but_not_before() -> None:
    whole = extended(8, 50, 40, webp()[12:])
    cut = whole + part(b"EXIF", bytes(100))[:-50]
    assert np.array_equal(decode_picture(cut).pixels, scene())
    for lost in (3, 100, len(whole) - 40):
        with pytest.raises(ImageError):
            decode_picture(whole[:-lost])


def test_a_webp_s_size_is_known_before_room_is_made_for_it() -> None:
    with pytest.raises(ImageError, match="13000 x 13000"):
        decode_picture(extended(0, 13_000, 13_000, webp()[12:]))
    with pytest.raises(ImageError, match="far too many parts"):
        decode_picture(extended(0, 50, 40, part(b"JUNK", b"") * 1_000_000, webp()[12:]))
