"""Pictures of every kind come in with the right colours, or are refused in one sentence."""

import contextlib
import io
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageCms

from nst_core.errors import ImageError
from nst_core.pictures import decoding
from nst_core.pictures.decoding import decode_picture, read_picture

HEIGHT, WIDTH = 48, 64


def scene() -> NDArray[np.uint8]:
    """Four flat quarters, red, green, blue and grey, so that any turn shows: (48, 64, 3)."""
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    pixels[: HEIGHT // 2, : WIDTH // 2] = (200, 30, 40)
    pixels[: HEIGHT // 2, WIDTH // 2 :] = (30, 180, 50)
    pixels[HEIGHT // 2 :, : WIDTH // 2] = (20, 60, 210)
    pixels[HEIGHT // 2 :, WIDTH // 2 :] = (120, 120, 120)
    return pixels


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def chunk(name: bytes, body: bytes = b"") -> bytes:
    """A part of a PNG file."""
    crc = zlib.crc32(name + body)
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", crc)


def assert_like(got: NDArray[np.uint8], wanted: NDArray[np.uint8], tolerance: int) -> None:
    assert got.shape == wanted.shape
    assert got.dtype == np.uint8
    # Away from the quarters' edges, which lossy formats blur.
    for rows in (slice(4, 20), slice(28, 44)):
        for columns in (slice(4, 28), slice(36, 60)):
            error = np.abs(got[rows, columns].astype(int) - wanted[rows, columns])
            assert error.max() <= tolerance


FORMATS: dict[str, tuple[dict[str, Any], int]] = {
    "JPEG": ({"quality": 95}, 6),
    "PNG": ({}, 0),
    "WEBP": ({"lossless": True}, 0),
    "TIFF": ({"compression": "tiff_lzw"}, 0),
    "BMP": ({}, 0),
    "GIF": ({}, 8),
    "AVIF": ({"quality": 95}, 8),
    "HEIF": ({"quality": 95}, 8),
}


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_keeps_its_colours(kind: str) -> None:
    options, tolerance = FORMATS[kind]
    data = encoded(Image.fromarray(scene()), kind, **options)
    assert_like(decode_picture(data).pixels, scene(), tolerance)


def test_the_name_of_a_file_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(encoded(Image.fromarray(scene()), "PNG"))
    assert np.array_equal(read_picture(path).pixels, scene())


# What a camera held in each way stores, by hand from the EXIF standard: how to turn the stored
# array so that it stands upright.
UPRIGHT: dict[int, Callable[[Any], Any]] = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.transpose(1, 0, 2),
    6: lambda a: a.transpose(1, 0, 2)[:, ::-1],
    7: lambda a: a[::-1, ::-1].transpose(1, 0, 2),
    8: lambda a: a.transpose(1, 0, 2)[::-1],
}


@pytest.mark.parametrize("orientation", UPRIGHT)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_pictures_are_turned_upright(kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"quality": 95} if kind == "JPEG" else {"lossless": True} if kind == "WEBP" else {}
    picture = decode_picture(encoded(Image.fromarray(scene()), kind, exif=exif, **options))
    wanted = UPRIGHT[orientation](scene())
    assert picture.pixels.shape == wanted.shape
    for row, column in ((10, 10), (10, -10), (-10, 10), (-10, -10)):
        assert np.abs(picture.pixels[row, column].astype(int) - wanted[row, column]).max() <= 6
    assert any("orientation" in note for note in picture.notes) == (orientation != 1)


def test_damaged_exif_does_not_spoil_a_good_picture() -> None:
    data = encoded(Image.fromarray(scene()), "PNG", exif=b"Exif\0\0II*\0garbage")
    assert np.array_equal(decode_picture(data).pixels, scene())


def test_alpha_is_laid_over_white_and_said() -> None:
    alpha = np.full((HEIGHT, WIDTH, 1), 255, np.uint8)
    alpha[:, : WIDTH // 2] = 51  # a fifth
    picture = decode_picture(encoded(Image.fromarray(np.concatenate([scene(), alpha], 2)), "PNG"))
    by_hand = np.rint(scene()[0, 0] * 0.2 + 255 * 0.8)
    assert np.abs(picture.pixels[0, 0] - by_hand).max() <= 1
    assert np.array_equal(picture.pixels[0, -1], scene()[0, -1])
    assert any("white" in note for note in picture.notes)


def test_opaque_alpha_is_not_worth_a_word() -> None:
    picture = decode_picture(encoded(Image.fromarray(scene()).convert("RGBA"), "PNG"))
    assert picture.notes == ()


def test_grey_alpha_and_transparent_palettes() -> None:
    grey = np.full((HEIGHT, WIDTH, 2), 0, np.uint8)
    grey[..., 1] = 128
    pixels = decode_picture(encoded(Image.fromarray(grey, "LA"), "PNG")).pixels
    assert np.abs(pixels.astype(int) - 127).max() <= 1

    palette = Image.fromarray(scene()).convert("P", palette=Image.Palette.ADAPTIVE)
    index = palette.getpixel((0, 0))
    pixels = decode_picture(encoded(palette, "PNG", transparency=index)).pixels
    assert tuple(pixels[0, 0]) == (255, 255, 255)
    assert tuple(pixels[0, -1]) == tuple(scene()[0, -1])


def test_sixteen_bit_grey_keeps_its_levels() -> None:
    levels = np.linspace(0, 65535, HEIGHT * WIDTH).reshape(HEIGHT, WIDTH)
    for kind in ("PNG", "TIFF"):
        picture = decode_picture(encoded(Image.fromarray(levels.astype(np.uint16)), kind))
        assert np.abs(picture.pixels[..., 0] - levels / 257).max() <= 0.51
        assert any("8 bits" in note for note in picture.notes)


def test_dark_sixteen_bit_grey_stays_dark() -> None:
    levels = np.full((HEIGHT, WIDTH), 257 * 10, np.uint16)
    assert decode_picture(encoded(Image.fromarray(levels), "PNG")).pixels.max() == 10


@pytest.mark.parametrize("mode", ["1", "L"])
def test_grey_and_black_and_white(mode: str) -> None:
    image = Image.fromarray(scene()).convert(mode)
    pixels = decode_picture(encoded(image, "PNG")).pixels
    assert np.array_equal(pixels[..., 0], np.asarray(image.convert("L")))
    assert np.array_equal(pixels[..., 0], pixels[..., 2])


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk(kind: str) -> None:
    ink = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    ink[..., 1] = ink[..., 2] = 255  # magenta and yellow make red
    options = {"quality": 95} if kind == "JPEG" else {}
    pixels = decode_picture(encoded(Image.fromarray(ink, "CMYK"), kind, **options)).pixels
    red, green, blue = pixels[20, 20].tolist()
    assert red > 200
    assert max(green, blue) < 60


def swapped_profile() -> bytes:
    """An sRGB profile whose red and blue primaries are exchanged."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack_from(">I", data, 128)[0]
    tags = {bytes(data[132 + 12 * n : 136 + 12 * n]): 132 + 12 * n for n in range(count)}
    red, blue = tags[b"rXYZ"], tags[b"bXYZ"]
    data[red : red + 4], data[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(data)


def test_an_icc_profile_is_applied() -> None:
    image = Image.fromarray(scene())
    pixels = decode_picture(encoded(image, "PNG", icc_profile=swapped_profile())).pixels
    assert_like(pixels, scene()[..., ::-1], 3)


def test_a_broken_icc_profile_is_left_out_and_said() -> None:
    picture = decode_picture(encoded(Image.fromarray(scene()), "PNG", icc_profile=b"nonsense" * 30))
    assert np.array_equal(picture.pixels, scene())
    assert any("profile" in note for note in picture.notes)


def test_the_first_frame_of_an_animation_is_taken_and_said() -> None:
    frames = [Image.fromarray(scene()), Image.fromarray(255 - scene())]
    for kind in ("GIF", "WEBP", "PNG"):
        options = {"lossless": True} if kind == "WEBP" else {}
        data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], **options)
        picture = decode_picture(data)
        assert_like(picture.pixels, scene(), 8)
        assert any("first frame" in note for note in picture.notes)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_truncated_picture_is_refused(kind: str, photo: NDArray[np.uint8]) -> None:
    data = encoded(Image.fromarray(photo[:200, :300]), kind)
    for share in (0.2, 0.5, 0.9):
        with pytest.raises(ImageError):
            decode_picture(data[: int(len(data) * share)])


def test_too_many_pixels_are_refused_before_decoding() -> None:
    # A PNG of 60 megapixels whose data is nonsense: decoding it would say so.
    header = struct.pack(">IIBBBBB", 10_000, 6_000, 8, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"no") + chunk(b"IEND")
    with pytest.raises(ImageError, match="10000 x 6000"):
        decode_picture(data)


def test_a_decompression_bomb_is_refused() -> None:
    data = encoded(Image.new("1", (20_000, 20_000)), "PNG")
    with pytest.raises(ImageError, match="50 megapixels"):
        decode_picture(data)


def test_too_many_bytes_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.bmp"
    with path.open("wb") as file:
        file.truncate(decoding.MOST_BYTES + 1)
    with pytest.raises(ImageError, match="32 MB"):
        read_picture(path)


def test_too_small_a_picture_is_refused() -> None:
    with pytest.raises(ImageError, match=r"32 pixels a side.*40 x 31"):
        decode_picture(encoded(Image.new("RGB", (40, 31)), "PNG"))
    assert decode_picture(encoded(Image.new("RGB", (32, 32)), "PNG")).pixels.shape == (32, 32, 3)


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="No such file"):
        read_picture(tmp_path / "none.jpg")
    with pytest.raises(ImageError, match="directory"):
        read_picture(tmp_path)


@settings(deadline=None)
@given(st.data())
def test_no_damage_lets_another_error_out(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(FORMATS)))
    good = bytearray(GOOD[kind])
    for _ in range(data.draw(st.integers(1, 8))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(good)))
    with contextlib.suppress(ImageError):
        picture = decode_picture(bytes(good[: cut or len(good)]))
        assert picture.pixels.dtype == np.uint8
        assert picture.pixels.shape[2] == 3


GOOD = {
    kind: encoded(Image.fromarray(scene()), kind, **options)
    for kind, (options, _) in FORMATS.items()
}


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_file_that_is_only_half_there_is_refused(kind: str, photo: NDArray[np.uint8]) -> None:
    """As an interrupted download leaves it: the right length, the rest zeros."""
    data = encoded(Image.fromarray(photo[:200, :300]), kind)
    half = len(data) // 2
    with pytest.raises(ImageError):
        decode_picture(data[:half] + bytes(len(data) - half))


def test_a_png_with_one_wrong_bit_is_refused() -> None:
    data = bytearray(GOOD["PNG"])
    data[data.index(b"IDAT") + 8] ^= 4
    with pytest.raises(ImageError, match="checksum"):
        decode_picture(bytes(data))


@pytest.mark.parametrize(("bits", "key"), [(2, 1), (4, 5)])
def test_a_transparent_grey_of_few_bits(bits: int, key: int) -> None:
    """A PNG written by hand: all grey levels in columns, one of them transparent."""
    levels = np.arange(32 * 32).reshape(32, 32) % (1 << bits)
    rows = b""
    for row in levels:
        digits = "".join(f"{level:0{bits}b}" for level in row)
        rows += b"\0" + int(digits, 2).to_bytes(len(digits) // 8, "big")

    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 32, 32, bits, 0, 0, 0, 0))
    data += chunk(b"tRNS", struct.pack(">H", key)) + chunk(b"IDAT", zlib.compress(rows))
    picture = decode_picture(data + chunk(b"IEND"))
    wanted = levels * 255 // ((1 << bits) - 1)
    wanted[levels == key] = 255
    assert np.array_equal(picture.pixels[..., 0], wanted)
    assert any("white" in note for note in picture.notes)


def test_a_bitmap_whose_alpha_nobody_filled_in_is_opaque() -> None:
    body = np.concatenate([scene()[::-1, :, ::-1], np.zeros((HEIGHT, WIDTH, 1), np.uint8)], 2)
    masks = struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    header = struct.pack(
        "<IiiHHIIiiII", 108, WIDTH, HEIGHT, 1, 32, 3, body.nbytes, 2835, 2835, 0, 0
    )
    header += masks + b"sRGB"[::-1] + bytes(48)
    offset = 14 + len(header)
    file = struct.pack("<2sIHHI", b"BM", offset + body.nbytes, 0, 0, offset)
    assert np.array_equal(decode_picture(file + header + body.tobytes()).pixels, scene())


def test_a_profile_s_name_cannot_spoil_a_good_picture() -> None:
    for name in (b"\xff\xfe\x80", b"Evil\nname\x1b[31m"):
        data = bytearray(swapped_profile())
        start = data.index("sRGB".encode("utf-16-be"))
        data[start : start + len(name)] = name
        picture = decode_picture(encoded(Image.fromarray(scene()), "PNG", icc_profile=bytes(data)))
        assert_like(picture.pixels, scene()[..., ::-1], 3)
        assert all(note.isprintable() for note in picture.notes)


def test_a_damaged_second_frame_does_not_spoil_the_first() -> None:
    frames = [Image.fromarray(scene()), Image.fromarray(255 - scene())]
    data = encoded(frames[0], "GIF")
    assert_like(decode_picture(data[:-1] + b",\0\0").pixels, scene(), 8)


def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ImageError, match="must be a file"):
        read_picture(tmp_path / "pipe")


@pytest.mark.parametrize("path", ["a\0b", None, 3.5, "\ud800"])
def test_names_that_are_no_names_are_refused(path: Any) -> None:
    with pytest.raises(ImageError):
        read_picture(path)


@pytest.mark.parametrize("data", [None, 5, "text", [1, 2]])
def test_what_is_not_bytes_is_refused(data: Any) -> None:
    with pytest.raises(ImageError, match="must be given as bytes"):
        decode_picture(data)
    assert decode_picture(memoryview(GOOD["PNG"])).pixels.shape == (HEIGHT, WIDTH, 3)


def test_an_error_stays_one_line_whatever_the_name() -> None:
    with pytest.raises(ImageError) as refusal:
        decode_picture(b"", "a\nb\u2028c\x1b[31m.png")
    assert str(refusal.value).isprintable()


def test_native_libraries_stay_silent(capfd: pytest.CaptureFixture[str]) -> None:
    data = bytearray(encoded(Image.fromarray(scene()), "TIFF", compression="tiff_lzw"))
    for at in range(20, 60):
        damaged = bytearray(data)
        damaged[at] ^= 0xFF
        with contextlib.suppress(ImageError):
            decode_picture(bytes(damaged))
    assert capfd.readouterr() == ("", "")
