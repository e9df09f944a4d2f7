"""Pictures of every kind come in with the right colours, or are refused in one sentence."""

import contextlib
import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageCms

from nst_core import images
from nst_core.errors import ImageError

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
    assert_like(images.decode(data).pixels, scene(), tolerance)


def test_the_name_of_a_file_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(encoded(Image.fromarray(scene()), "PNG"))
    assert np.array_equal(images.read(path).pixels, scene())


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
    picture = images.decode(encoded(Image.fromarray(scene()), kind, exif=exif, **options))
    wanted = UPRIGHT[orientation](scene())
    assert picture.pixels.shape == wanted.shape
    for row, column in ((10, 10), (10, -10), (-10, 10), (-10, -10)):
        assert np.abs(picture.pixels[row, column].astype(int) - wanted[row, column]).max() <= 6
    assert any("orientation" in note for note in picture.notes) == (orientation != 1)


def test_damaged_exif_does_not_spoil_a_good_picture() -> None:
    data = encoded(Image.fromarray(scene()), "PNG", exif=b"Exif\0\0II*\0garbage")
    assert np.array_equal(images.decode(data).pixels, scene())


def test_alpha_is_laid_over_white_and_said() -> None:
    alpha = np.full((HEIGHT, WIDTH, 1), 255, np.uint8)
    alpha[:, : WIDTH // 2] = 51  # a fifth
    picture = images.decode(encoded(Image.fromarray(np.concatenate([scene(), alpha], 2)), "PNG"))
    by_hand = np.rint(scene()[0, 0] * 0.2 + 255 * 0.8)
    assert np.abs(picture.pixels[0, 0] - by_hand).max() <= 1
    assert np.array_equal(picture.pixels[0, -1], scene()[0, -1])
    assert any("white" in note for note in picture.notes)


def test_opaque_alpha_is_not_worth_a_word() -> None:
    picture = images.decode(encoded(Image.fromarray(scene()).convert("RGBA"), "PNG"))
    assert picture.notes == ()


def test_grey_alpha_and_transparent_palettes() -> None:
    grey = np.full((HEIGHT, WIDTH, 2), 0, np.uint8)
    grey[..., 1] = 128
    pixels = images.decode(encoded(Image.fromarray(grey, "LA"), "PNG")).pixels
    assert np.abs(pixels.astype(int) - 127).max() <= 1

    palette = Image.fromarray(scene()).convert("P", palette=Image.Palette.ADAPTIVE)
    index = palette.getpixel((0, 0))
    pixels = images.decode(encoded(palette, "PNG", transparency=index)).pixels
    assert tuple(pixels[0, 0]) == (255, 255, 255)
    assert tuple(pixels[0, -1]) == tuple(scene()[0, -1])


def test_sixteen_bit_grey_keeps_its_levels() -> None:
    levels = np.linspace(0, 65535, HEIGHT * WIDTH).reshape(HEIGHT, WIDTH)
    for kind in ("PNG", "TIFF"):
        picture = images.decode(encoded(Image.fromarray(levels.astype(np.uint16)), kind))
        assert np.abs(picture.pixels[..., 0] - levels / 257).max() <= 0.51
        assert any("8 bits" in note for note in picture.notes)


def test_dark_sixteen_bit_grey_stays_dark() -> None:
    levels = np.full((HEIGHT, WIDTH), 257 * 10, np.uint16)
    assert images.decode(encoded(Image.fromarray(levels), "PNG")).pixels.max() == 10


def test_float_grey_keeps_its_levels() -> None:
    levels = np.linspace(0, 1, HEIGHT * WIDTH, dtype=np.float32).reshape(HEIGHT, WIDTH)
    picture = images.decode(encoded(Image.fromarray(levels), "TIFF"))
    assert np.abs(picture.pixels[..., 0] - levels * 255).max() <= 0.51


@pytest.mark.parametrize("mode", ["1", "L"])
def test_grey_and_black_and_white(mode: str) -> None:
    image = Image.fromarray(scene()).convert(mode)
    pixels = images.decode(encoded(image, "PNG")).pixels
    assert np.array_equal(pixels[..., 0], np.asarray(image.convert("L")))
    assert np.array_equal(pixels[..., 0], pixels[..., 2])


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk(kind: str) -> None:
    ink = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    ink[..., 1] = ink[..., 2] = 255  # magenta and yellow make red
    options = {"quality": 95} if kind == "JPEG" else {}
    pixels = images.decode(encoded(Image.fromarray(ink, "CMYK"), kind, **options)).pixels
    red, green, blue = pixels[20, 20].tolist()
    assert red > 200
    assert max(green, blue) < 60


def test_lab_becomes_rgb() -> None:
    lab = ImageCms.profileToProfile(
        Image.fromarray(scene()),
        ImageCms.createProfile("sRGB"),
        ImageCms.createProfile("LAB"),
        outputMode="LAB",
    )
    assert lab is not None
    assert_like(images.decode(encoded(lab, "TIFF")).pixels, scene(), 8)


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
    pixels = images.decode(encoded(image, "PNG", icc_profile=swapped_profile())).pixels
    assert_like(pixels, scene()[..., ::-1], 3)


def test_a_broken_icc_profile_is_left_out_and_said() -> None:
    picture = images.decode(encoded(Image.fromarray(scene()), "PNG", icc_profile=b"nonsense" * 30))
    assert np.array_equal(picture.pixels, scene())
    assert any("profile" in note for note in picture.notes)


def test_the_first_frame_of_an_animation_is_taken_and_said() -> None:
    frames = [Image.fromarray(scene()), Image.fromarray(255 - scene())]
    for kind in ("GIF", "WEBP", "PNG"):
        options = {"lossless": True} if kind == "WEBP" else {}
        data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], **options)
        picture = images.decode(data)
        assert_like(picture.pixels, scene(), 8)
        assert any("2 frames" in note for note in picture.notes)


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("photo.jpg", b"x")
    return buffer.getvalue()


NOT_PICTURES = {
    "empty": (b"", "empty file"),
    "SVG": (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
    "HTML": (b"\n<!DOCTYPE html><html></html>", "HTML"),
    "ZIP": (zipped(), "ZIP"),
    "EPS": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n", "EPS"),
    "PDF": (b"%PDF-1.7\n", "PDF"),
    "text": (b"hello, I am a picture", "none of these"),
    "zeros": (bytes(5000), "none of these"),
    "a JPEG's first bytes": (b"\xff\xd8\xff\xe0", "damaged"),
}


@pytest.mark.parametrize("kind", NOT_PICTURES)
def test_what_is_no_picture_is_refused_by_its_kind(kind: str) -> None:
    data, word = NOT_PICTURES[kind]
    with pytest.raises(ImageError, match=word):
        images.decode(data)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_truncated_picture_is_refused(kind: str, photo: NDArray[np.uint8]) -> None:
    data = encoded(Image.fromarray(photo[:200, :300]), kind)
    for share in (0.2, 0.5, 0.9):
        with pytest.raises(ImageError):
            images.decode(data[: int(len(data) * share)])


def test_too_many_pixels_are_refused_before_decoding() -> None:
    # A PNG of 60 megapixels whose data is nonsense: decoding it would say so.
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + b"\0\0\0\0"

    import zlib

    header = struct.pack(">IIBBBBB", 10_000, 6_000, 8, 2, 0, 0, 0)
    good_crc = struct.pack(">I", zlib.crc32(b"IHDR" + header))
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)[:-4] + good_crc + chunk(b"IDAT", b"no")
    with pytest.raises(ImageError, match="10000 x 6000"):
        images.decode(data)


def test_a_decompression_bomb_is_refused() -> None:
    data = encoded(Image.new("1", (20_000, 20_000)), "PNG")
    with pytest.raises(ImageError, match="50 megapixels"):
        images.decode(data)


def test_too_many_bytes_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.bmp"
    with path.open("wb") as file:
        file.truncate(images.MOST_BYTES + 1)
    with pytest.raises(ImageError, match="32 MB"):
        images.read(path)


def test_too_small_a_picture_is_refused() -> None:
    with pytest.raises(ImageError, match=r"32 pixels a side.*40 x 31"):
        images.decode(encoded(Image.new("RGB", (40, 31)), "PNG"))
    assert images.decode(encoded(Image.new("RGB", (32, 32)), "PNG")).pixels.shape == (32, 32, 3)


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="No such file"):
        images.read(tmp_path / "none.jpg")
    with pytest.raises(ImageError, match="directory"):
        images.read(tmp_path)


@given(st.data())
def test_no_damage_lets_another_error_out(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(sorted(FORMATS)))
    good = bytearray(GOOD[kind])
    for _ in range(data.draw(st.integers(1, 8))):
        good[data.draw(st.integers(0, len(good) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(good)))
    with contextlib.suppress(ImageError):
        picture = images.decode(bytes(good[: cut or len(good)]))
        assert picture.pixels.dtype == np.uint8
        assert picture.pixels.shape[2] == 3


GOOD = {
    kind: encoded(Image.fromarray(scene()), kind, **options)
    for kind, (options, _) in FORMATS.items()
}


def test_to_vgg_and_back_is_exact_and_copies() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (40, 50, 3), dtype=np.uint8)
    before = pixels.copy()
    x = images.to_vgg(pixels)
    assert x.shape == (1, 40, 50, 3)
    assert x.dtype == np.float32
    assert x[0, 3, 4, 0] == pytest.approx(float(pixels[3, 4, 2]) - 103.939, abs=1e-5)
    assert x[0, 3, 4, 2] == pytest.approx(float(pixels[3, 4, 0]) - 123.68, abs=1e-5)
    assert np.array_equal(images.from_vgg(x), pixels)
    x += 1000.0
    assert np.array_equal(pixels, before)
    assert images.from_vgg(x).min() == 255


def test_a_saved_picture_tells_how_it_was_made(tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(images.encode_png(scene(), {"nst_core": "size: 64\nstart: photo — né\n"}))
    assert images.read_texts(path)["nst_core"] == "size: 64\nstart: photo — né\n"
    assert np.array_equal(images.read(path).pixels, scene())


@pytest.mark.parametrize(
    "wrong",
    [
        "photo.jpg",
        np.zeros((40, 40, 3)),
        np.zeros((40, 40), np.uint8),
        np.zeros((40, 40, 4), np.uint8),
        np.zeros((31, 40, 3), np.uint8),
    ],
    ids=["text", "float", "grey", "alpha", "small"],
)
def test_arrays_of_another_kind_are_refused(wrong: Any) -> None:
    with pytest.raises(ImageError, match=r"^content must be .*Received: "):
        images.check_pixels(wrong, "content")
