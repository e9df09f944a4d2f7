"""BMP files of every kind come in as browsers show them; cut and hostile ones are refused."""

import contextlib
import io
import struct
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageCms

from nst_core.errors import ImageError
from nst_core.pictures.decoding import decode_picture

WIDTH, HEIGHT = 42, 36
ROWS, COLUMNS = np.mgrid[0:HEIGHT, 0:WIDTH]
SCENE = np.stack([COLUMNS * 6, ROWS * 7, (ROWS + COLUMNS) * 3], 2).astype(np.uint8)
PALETTE = np.array([(value, 255 - value, value * 7 % 256) for value in range(256)], np.uint8)
SRGB = b"BGRs"


def bmp(
    body: bytes,
    bits: int,
    packing: int = 0,
    *,
    size: int = 40,
    rest: bytes = b"",
    behind: bytes = b"",
    rows: int = HEIGHT,
    columns: int = WIDTH,
    colours: int = 0,
    tail: bytes = b"",
) -> bytes:
    """A file, by Microsoft's description of the format.

    Args:
        size: of the head, of which `rest` stands from its byte 40 on.
        behind: what stands between head and pixels: masks, or a palette.
        rows: below zero for those from the top.
        colours: the size of the palette as it is said.
    """
    if size == 12:
        head = struct.pack("<IHHHH", size, columns, rows, 1, bits)
    else:
        fields = (size, columns, rows, 1, bits, packing, len(body), 2835, 2835, colours, 0)
        head = (struct.pack("<IiiHHIIiiII", *fields) + rest).ljust(size, b"\0")[:size]
    start = 14 + len(head) + len(behind)
    length = start + len(body) + len(tail)
    return b"BM" + struct.pack("<IHHI", length, 0, 0, start) + head + behind + body + tail


def rows_of(levels: NDArray[np.uint8]) -> bytes:
    """Rows of bytes from below, each filled up to four bytes."""
    flat = levels[::-1].reshape(len(levels), -1)
    return np.pad(flat, ((0, 0), (0, -flat.shape[1] % 4))).tobytes()


def masked(masks: tuple[int, ...], bits: int, alpha: NDArray[np.int64] | None = None) -> bytes:
    """The scene with each channel in the bits of its mask."""
    pixels = np.zeros((HEIGHT, WIDTH), np.uint64)
    opaque = np.full((HEIGHT, WIDTH), 255)
    for number, mask in enumerate(masks):
        levels = SCENE[..., number] if number < 3 else opaque if alpha is None else alpha
        shift = (mask & -mask).bit_length() - 1
        most = mask >> shift
        pixels |= np.rint(levels / 255 * most).astype(np.uint64) << np.uint64(max(shift, 0))
    return rows_of(pixels.astype("<u2" if bits == 16 else "<u4").view(np.uint8))


def masks_in_bytes(masks: tuple[int, ...]) -> bytes:
    return struct.pack(f"<{len(masks)}I", *masks)


def assert_shows(data: bytes, wanted: NDArray[np.uint8], tolerance: float = 0) -> None:
    picture = decode_picture(data)
    assert picture.pixels.shape == wanted.shape
    assert np.abs(picture.pixels.astype(int) - wanted).max() <= tolerance
    assert picture.notes == ()


FULL = rows_of(SCENE[..., ::-1])


def test_24_bits_under_heads_of_every_length() -> None:
    for size in (12, 16, 40, 52, 56, 64, 108, 124):
        assert_shows(bmp(FULL, 24, size=size), SCENE)


def test_rows_may_come_from_the_top() -> None:
    assert_shows(bmp(rows_of(SCENE[::-1, :, ::-1]), 24, rows=-HEIGHT), SCENE)


def test_where_the_pixels_begin_may_be_left_out() -> None:
    data = bmp(FULL, 24)
    assert_shows(data[:10] + bytes(4) + data[14:], SCENE)


@pytest.mark.parametrize(
    ("bits", "masks", "tolerance"),
    [
        (16, (0xF800, 0x7E0, 0x1F), 4.2),
        (16, (0x7C00, 0x3E0, 0x1F), 4.2),
        (16, (0xF00, 0xF0, 0xF), 8.6),
        (16, (0x1F, 0x7E0, 0xF800), 4.2),
        (32, (0xFF0000, 0xFF00, 0xFF), 0),
        (32, (0xFF, 0xFF00, 0xFF0000), 0),
        (32, (0xFF000000, 0xFF0000, 0xFF00), 0),
        (32, (0x3FF00000, 0xFFC00, 0x3FF), 0),
        (32, (0x7FF, 0x1FF800, 0xFFE00000), 0),
    ],
)
def test_channels_in_any_bits(bits: int, masks: tuple[int, ...], tolerance: float) -> None:
    stored = masks_in_bytes(masks)
    for size in (52, 108, 124):
        data = bmp(masked(masks, bits), bits, 3, size=size, rest=stored)
        assert_shows(data, SCENE, tolerance)
    assert_shows(bmp(masked(masks, bits), bits, 3, behind=stored), SCENE, tolerance)


def test_bits_of_channels_when_nothing_is_said() -> None:
    assert_shows(bmp(masked((0x7C00, 0x3E0, 0x1F), 16), 16), SCENE, 4.2)
    assert_shows(bmp(masked((0xFF0000, 0xFF00, 0xFF), 32), 32), SCENE)


@pytest.mark.parametrize(
    ("bits", "packing", "masks", "tolerance"),
    [
        (16, 3, (0xF00, 0xF0, 0xF, 0xF000), 17),
        (32, 3, (0xFF0000, 0xFF00, 0xFF, 0xFF000000), 1),
        (32, 3, (0xFF000000, 0xFF0000, 0xFF00, 0xFF), 1),
        (32, 0, (0xFF0000, 0xFF00, 0xFF, 0xFF000000), 1),
    ],
)
def test_alpha_is_laid_over_white(
    bits: int, packing: int, masks: tuple[int, ...], tolerance: int
) -> None:
    alpha = COLUMNS * 6
    data = bmp(masked(masks, bits, alpha), bits, packing, size=124, rest=masks_in_bytes(masks))
    picture = decode_picture(data)
    opacity = alpha[..., None] / 255
    wanted = SCENE * opacity + 255 * (1 - opacity)
    assert np.abs(picture.pixels - wanted).max() <= tolerance
    assert any("white" in note for note in picture.notes)


def test_what_stands_beside_the_colours_without_a_mask_is_no_alpha() -> None:
    masks = (0xFF0000, 0xFF00, 0xFF)
    body = masked((*masks, 0xFF000000), 32, COLUMNS * 6)
    assert_shows(bmp(body, 32), SCENE)
    # Where others have a mask of alpha, OS/2's head of 64 bytes has something else.
    assert_shows(bmp(body, 32, size=64, rest=masks_in_bytes((*masks, 0xFF000000))), SCENE)
    assert_shows(bmp(body, 32, 3, behind=masks_in_bytes(masks)), SCENE)
    # Pixels without masks may have an alpha from heads of 108 bytes on.
    assert_shows(bmp(body, 32, size=56, rest=masks_in_bytes((*masks, 0xFF000000))), SCENE)
    with_alpha = bmp(body, 32, size=108, rest=masks_in_bytes((*masks, 0xFF000000)))
    assert any("white" in note for note in decode_picture(with_alpha).notes)


def test_masks_that_share_bits_are_refused() -> None:
    for masks in ((0xFF0000, 0xFFF00, 0xFF), (0xFF0000, 0xF0F0, 0xFF)):
        data = bmp(masked((0xFF0000, 0xFF00, 0xFF), 32), 32, 3, behind=masks_in_bytes(masks))
        with pytest.raises(ImageError, match=r"mask of its own .* Received: masks FF0000, F"):
            decode_picture(data)


def stored_palette(colours: int, entry: int = 4) -> bytes:
    bgr = PALETTE[:colours, ::-1]
    return np.pad(bgr, ((0, 0), (0, entry - 3))).astype(np.uint8).tobytes()


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_palettes(bits: int) -> None:
    indices = ((ROWS * 5 + COLUMNS) % (1 << bits)).astype(np.uint8)
    digits = np.unpackbits(indices[..., None], axis=2)[..., 8 - bits :].reshape(HEIGHT, -1)
    body = rows_of(np.packbits(digits, axis=1))
    wanted = PALETTE[indices]
    assert_shows(bmp(body, bits, behind=stored_palette(1 << bits)), wanted)
    assert_shows(bmp(body, bits, behind=stored_palette(1 << bits), colours=9999), wanted)
    assert_shows(bmp(body, bits, size=12, behind=stored_palette(1 << bits, 3)), wanted)
    # What is missing in a short palette is black.
    few = (1 << bits) - 1
    wanted[indices >= few] = 0
    assert_shows(bmp(body, bits, behind=stored_palette(few), colours=few), wanted)


def test_runs_of_8_bits() -> None:
    indices = np.zeros((HEIGHT, WIDTH), np.uint8)
    body = b""
    for row in range(HEIGHT):  # from below
        stored = bytes(range(row, row + WIDTH - 13))
        body += bytes((10, row, 3, 200, 0, len(stored))) + stored + bytes(len(stored) % 2) + b"\0\0"
        indices[HEIGHT - 1 - row] = [row] * 10 + [200] * 3 + list(stored)
    assert_shows(bmp(body + b"\0\1", 8, 1, behind=stored_palette(256)), PALETTE[indices])


def test_runs_of_4_bits() -> None:
    indices = np.zeros((HEIGHT, WIDTH), np.uint8)
    body = b""
    for row in range(HEIGHT):
        literal = [(row + column) % 16 for column in range(WIDTH - 5 - 3)]
        nibbles = bytes(a << 4 | b for a, b in zip(literal[::2], literal[1::2], strict=True))
        body += bytes((5, 0x3C, 3, 0x12, 0, len(literal)))
        body += nibbles + bytes(len(nibbles) % 2) + b"\0\0"
        indices[HEIGHT - 1 - row] = [3, 12, 3, 12, 3, 1, 2, 1, *literal]
    assert_shows(bmp(body + b"\0\1", 4, 2, behind=stored_palette(16)), PALETTE[indices])


@pytest.mark.parametrize("bits", [4, 8])
def test_many_short_runs(bits: int) -> None:
    values = np.arange(WIDTH) % 16
    body = b"".join(bytes((1, value * 17 if bits == 4 else value)) for value in values) + b"\0\0"
    wanted = np.broadcast_to(PALETTE[values], (HEIGHT, WIDTH, 3))
    behind = stored_palette(1 << bits)
    assert_shows(bmp(body * HEIGHT, bits, 2 if bits == 4 else 1, behind=behind), wanted)
    wide = bmp(body[:-2] * 5 + b"\0\0" + b"\0\1", bits, 2 if bits == 4 else 1, behind=behind)
    assert decode_picture(wide).pixels[-1, -1].tolist() == PALETTE[values[-1]].tolist()


def test_pixels_that_runs_skip_are_black() -> None:
    wanted = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    wanted[-1, :7] = PALETTE[9]  # the lowest row is the first
    wanted[-2, :5] = PALETTE[20]
    wanted[-5, 8:10] = PALETTE[30]  # three rows up, three to the right
    body = b"\x07\x09\0\0" + b"\x05\x14" + b"\0\2\3\3" + b"\2\x1e" + b"\0\1"
    assert_shows(bmp(body, 8, 1, behind=stored_palette(256)), wanted)


def test_runs_beyond_the_end_of_a_row_are_dropped() -> None:
    wanted = np.broadcast_to(PALETTE[9], (HEIGHT, WIDTH, 3))
    body = (b"\xff\x09" + b"\x08\x33" + b"\0\3abc\0" + b"\0\0") * HEIGHT
    assert_shows(bmp(body, 8, 1, behind=stored_palette(256)), wanted)


@pytest.mark.parametrize("size", [40, 108, 124])
def test_the_head_of_the_file_may_be_missing_as_in_a_clipboard(size: int) -> None:
    assert_shows(bmp(FULL, 24, size=size)[14:], SCENE)
    indices = ((ROWS * 5 + COLUMNS) % 256).astype(np.uint8)
    data = bmp(rows_of(indices), 8, size=size, behind=stored_palette(200), colours=200)
    assert_shows(data[14:], np.where(indices[..., None] < 200, PALETTE[indices], 0))
    masks = (0xF800, 0x7E0, 0x1F)
    stored = masks_in_bytes(masks)
    if size == 40:
        data = bmp(masked(masks, 16), 16, 3, behind=stored)
    else:
        data = bmp(masked(masks, 16), 16, 3, size=size, rest=stored)
    assert_shows(data[14:], SCENE, 4.2)
    with pytest.raises(ImageError, match="ends before its last pixels"):
        decode_picture(bmp(FULL, 24, size=size)[14:-60])


def test_a_profile_is_applied() -> None:
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, blue = profile.index(b"rXYZ"), profile.index(b"bXYZ")
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    place = struct.pack("<4I", 4, 124 + len(FULL), len(profile), 0)
    rest = bytes(16) + b"DEBM" + bytes(48) + place
    picture = decode_picture(bmp(FULL, 24, size=124, rest=rest, tail=bytes(profile)))
    assert np.abs(picture.pixels.astype(int) - SCENE[..., ::-1]).max() <= 3

    elsewhere = bytes(16) + b"KNIL" + bytes(48) + place
    picture = decode_picture(bmp(FULL, 24, size=124, rest=elsewhere, tail=b"C:\\a.icc\0"))
    assert np.array_equal(picture.pixels, SCENE)
    assert any("profile is in another file" in note for note in picture.notes)


@pytest.mark.parametrize("calibrated", [bytes(4), SRGB])
def test_numbers_for_colours_change_nothing(calibrated: bytes) -> None:
    ends_and_gammas = struct.pack("<12I", *([1 << 28] * 9), *([1 << 16] * 3))
    rest = bytes(16) + calibrated + ends_and_gammas
    assert_shows(bmp(FULL, 24, size=108, rest=rest), SCENE)


def test_kinds_that_are_not_decoded_are_refused_in_a_sentence() -> None:
    with pytest.raises(ImageError, match="a PNG picture within"):
        decode_picture(bmp(b"\x89PNG", 0, 5))
    with pytest.raises(ImageError, match="a JPEG picture within"):
        decode_picture(bmp(b"\xff\xd8", 0, 4))
    for bits, packing in ((24, 3), (8, 2), (4, 1), (3, 0), (64, 0), (8, 77)):
        with pytest.raises(ImageError, match=f"{bits} bits a pixel"):
            decode_picture(bmp(FULL * 8, bits, packing))


def test_cut_pixels_are_refused() -> None:
    runs = (bytes((WIDTH, 9)) + b"\0\0") * HEIGHT
    for data in (bmp(FULL, 24), bmp(runs, 8, 1, behind=stored_palette(256))):
        for lost in (5, 9, 50, len(data) // 2, len(data) - 60, len(data) - 20):
            with pytest.raises(ImageError, match="Received: "):
                decode_picture(data[:-lost])
    # Two bytes of fill end the last row.
    assert_shows(bmp(FULL, 24)[:-2], SCENE)


MILLION = 1 << 20


@pytest.mark.parametrize(
    ("body", "columns", "rows"),
    [
        (b"\xff\1" * 15 * MILLION, 64, 64),
        (b"\1\7" * 15 * MILLION, 4000, 3900),
        (b"\0\3abc\0" * 5 * MILLION, 64, 640),
        (b"\0\2\0\0" * 7 * MILLION, 4000, 3900),
        (b"\0\0" * 15 * MILLION, 32, 1_500_000),
        (b"\0\3abc\0" * 5 * MILLION, 5000, 5000),
        (b"\0\x04\0\0\0\0" * 5 * MILLION, 5000, 5000),
    ],
    ids=["runs", "short runs", "literals", "steps", "rows", "tiny literals", "zeros"],
)
def test_hostile_runs_are_refused_at_once(body: bytes, columns: int, rows: int) -> None:
    data = bmp(body, 8, 1, columns=columns, rows=rows, behind=stored_palette(256))
    before = time.process_time()
    with pytest.raises(ImageError, match=r"ends before its last pixels|far too small parts"):
        decode_picture(data)
    assert time.process_time() - before < 0.5


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_no_damage_lets_another_error_out(data: st.DataObject) -> None:
    masks = masks_in_bytes((0xF00, 0xF0, 0xF, 0xF000))
    good = data.draw(
        st.sampled_from(
            [
                bmp(FULL, 24, size=124),
                bmp(masked((0xF00, 0xF0, 0xF, 0xF000), 16), 16, 3, size=108, rest=masks),
                bmp((b"\x20\x09\0\2\1\1" * 90), 8, 1, behind=stored_palette(256)),
                bmp((b"\x20\x09\0\5abc\0\0\0" * 40), 4, 2, behind=stored_palette(16)),
            ]
        )
    )
    damaged = bytearray(good)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(2, 70) | st.integers(2, len(damaged) - 1))
        damaged[at] = data.draw(st.integers(0, 255) | st.sampled_from([0, 1, 2, 255]))
    cut = data.draw(st.integers(0, len(damaged)) | st.just(len(damaged)))
    with contextlib.suppress(ImageError):
        assert decode_picture(bytes(damaged[:cut])).pixels.dtype == np.uint8


def test_pillow_reads_the_same() -> None:
    """The files that it can write."""
    for mode in ("1", "L", "P", "RGB", "RGBA"):
        image = Image.fromarray(SCENE).convert(mode)
        file = io.BytesIO()
        image.save(file, "BMP")
        assert_shows(file.getvalue(), np.asarray(image.convert("RGB")))
