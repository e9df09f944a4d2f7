"""PNG files: their colours, their orientation, and what is whole enough to be opened."""

import io
import struct
import time
import zlib

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from nst_core.errors import ImageError
from nst_core.pictures.decoding import Picture, decode_picture
from tests.png_files import END, MAGIC, chunk, head, png, rows

SRGB = (31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)
P3 = (31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)
# Linear light of Display P3 -> of sRGB, as CSS Color 4 prints it.
P3_TO_SRGB = [[1.2249, -0.2247, 0.0], [-0.0420, 1.0419, 0.0], [-0.0197, -0.0786, 1.0979]]


def scene(seed: int = 1) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (40, 50, 3)).astype(np.uint8)


def gamma(value: int) -> bytes:
    return chunk(b"gAMA", struct.pack(">I", value))


def chromaticities(*values: int) -> bytes:
    return chunk(b"cHRM", struct.pack(">8I", *values))


def code_points(*values: int) -> bytes:
    return chunk(b"cICP", bytes(values))


def profile_chunk(profile: bytes) -> bytes:
    return chunk(b"iCCP", b"a name\0\0" + zlib.compress(profile))


def swapped_profile(filling: int = 0) -> bytes:
    """An sRGB profile whose red and blue are exchanged, with that many bytes behind it."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack_from(">I", data, 128)[0]
    tags = {bytes(data[132 + 12 * n : 136 + 12 * n]): 132 + 12 * n for n in range(count)}
    red, blue = tags[b"rXYZ"], tags[b"bXYZ"]
    data[red : red + 4], data[blue : blue + 4] = b"bXYZ", b"rXYZ"
    data += np.random.default_rng(0).bytes(filling)
    data[:4] = struct.pack(">I", len(data))
    return bytes(data)


def encoded(light: NDArray[np.float64]) -> NDArray[np.float64]:
    light = np.clip(light, 0.0, 1.0)
    return 255 * np.where(light < 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def by_gamma(levels: NDArray[np.uint8], exponent: float) -> NDArray[np.float64]:
    return encoded((levels / 255) ** exponent)


def said(picture: Picture, words: str) -> bool:
    return any(words in note for note in picture.notes)


def assert_near(picture: Picture, wanted: NDArray[np.float64] | NDArray[np.uint8]) -> None:
    assert np.abs(picture.pixels - wanted.astype(float)).max() <= 1.6


@pytest.mark.parametrize("value", [100_000, 55_556, 40_000, 200_000])
def test_a_gamma_is_obeyed(value: int) -> None:
    for levels in (scene(), scene()[..., 0], scene().astype(np.uint16) * 257):
        picture = decode_picture(png(levels, gamma(value)))
        plain = scene() if levels.ndim == 3 else scene()[..., :1].repeat(3, 2)
        assert_near(picture, by_gamma(plain, 100_000 / value))
        assert said(picture, "linear light" if value == 100_000 else "gamma ")


def test_primaries_are_obeyed_together_with_a_gamma() -> None:
    picture = decode_picture(png(scene(), chromaticities(*P3), gamma(45455)))
    assert_near(picture, encoded((scene() / 255) ** 2.2 @ np.transpose(P3_TO_SRGB)))
    assert said(picture, "converted from Display P3")


def test_the_gamma_of_most_files_is_not_worth_a_word() -> None:
    for parts in ([gamma(45455)], [gamma(47000)], [chromaticities(*P3)]):
        picture = decode_picture(png(scene(), *parts))
        assert np.array_equal(picture.pixels, scene())
        assert picture.notes == ()
    picture = decode_picture(png(scene(), chromaticities(*SRGB), gamma(45455)))
    assert_near(picture, by_gamma(scene(), 2.2))
    assert picture.notes == ()


def test_a_palette_s_colours_are_converted_too() -> None:
    levels = scene()[:, :, 0] % 16
    palette = scene(3)[0, :16]
    file = MAGIC + chunk(b"IHDR", struct.pack(">IIBBBBB", 50, 40, 8, 3, 0, 0, 0)) + gamma(100_000)
    file += chunk(b"PLTE", palette.tobytes()) + chunk(b"tRNS", b"\0")
    picture = decode_picture(file + chunk(b"IDAT", zlib.compress(rows(levels))) + END)
    wanted = by_gamma(palette, 1.0)
    wanted[0] = 255
    assert_near(picture, wanted[levels])


@pytest.mark.parametrize(
    ("parts", "right"),
    [
        ([code_points(1, 13, 0, 1), profile_chunk(swapped_profile())], "plain"),
        ([profile_chunk(swapped_profile()), code_points(1, 8, 0, 1)], "linear"),
        ([code_points(1, 8, 0, 1), chunk(b"sRGB", b"\0")], "linear"),
        ([profile_chunk(swapped_profile()), chunk(b"sRGB", b"\0")], "swapped"),
        ([gamma(100_000), profile_chunk(swapped_profile())], "swapped"),
        ([chunk(b"sRGB", b"\0"), gamma(100_000)], "plain"),
        ([chunk(b"sRGB", b"\x09"), gamma(100_000)], "linear"),
        ([profile_chunk(b"nonsense" * 40), gamma(100_000)], "linear"),
        ([code_points(2, 2, 0, 1), profile_chunk(swapped_profile())], "swapped"),
        ([code_points(12, 13, 0, 0), gamma(100_000)], "linear"),
        ([code_points(12, 13), gamma(100_000)], "linear"),
        ([gamma(100_000), gamma(45455)], "linear"),
        ([gamma(0)], "plain"),
        ([gamma(1)], "plain"),
        ([chunk(b"gAMA", b"\0\1")], "plain"),
        ([gamma(100_000)[:-1] + b"\0"], "plain"),
        ([chromaticities(*[0] * 8), gamma(100_000)], "plain"),
        ([chromaticities(*[2**31] * 8), gamma(45455)], "plain"),
    ],
)
def test_which_description_of_colours_counts(parts: list[bytes], right: str) -> None:
    """In the order of the specification; the damaged and the unknown are as if they were not."""
    picture = decode_picture(png(scene(), *parts))
    plain = scene().astype(np.float64)
    wanted = {"plain": plain, "swapped": plain[..., ::-1], "linear": by_gamma(scene(), 1.0)}
    assert_near(picture, wanted[right])


@pytest.mark.parametrize("part", [gamma(0), chromaticities(*[0] * 8), code_points(99, 99, 0, 1)])
def test_what_is_unusable_is_said(part: bytes) -> None:
    picture = decode_picture(png(scene(), part, gamma(45455)))
    assert len(picture.notes) == 1


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_the_low_bytes_of_sixteen_bits_count(channels: int) -> None:
    """A ramp in the first two levels of eight bits, where linear light rises by 25 of sRGB's."""
    ramp = np.arange(50, dtype=np.uint16)[None] * 10 + np.zeros((40, 1), np.uint16)
    levels = ramp if channels == 1 else np.repeat(ramp[..., None], channels, 2)
    if channels in (2, 4):
        levels[..., -1] = 65535
    picture = decode_picture(png(levels, gamma(100_000)))
    assert_near(picture, encoded(ramp / 65535)[..., None].repeat(3, 2))


def exif(orientation: int) -> bytes:
    entry = struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", 1) + entry + bytes(4)


def test_only_exif_turns_a_picture() -> None:
    turned = decode_picture(png(scene(), chunk(b"eXIf", exif(3))))
    assert np.array_equal(turned.pixels, scene()[::-1, ::-1])
    # Browsers obey no EXIF behind the pixels, nor one that begins as in a JPEG.
    for file in (png(scene())[:-12] + chunk(b"eXIf", exif(3)) + END,
                 png(scene(), chunk(b"eXIf", b"Exif\0\0" + exif(3)))):  # fmt: skip
        assert np.array_equal(decode_picture(file).pixels, scene())
    xmp = b"<tiff:Orientation>3</tiff:Orientation>"
    raw = b"\nexif\n%8d\n" % len(exif(3)) + exif(3).hex().encode()
    for part in (chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp),
                 chunk(b"tEXt", b"Raw profile type exif\0" + raw),
                 chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(raw))):  # fmt: skip
        assert np.array_equal(decode_picture(png(scene(), part)).pixels, scene())


def test_what_ends_after_its_last_pixel_is_opened() -> None:
    whole = png(scene())[:-12]
    for file in (whole, whole[:-4], whole[:-8], whole + chunk(b"tEXt", b"a\0 text")[:-6],
                 whole + bytes(100), whole + b"\0\0\xff\xffiTXt"):  # fmt: skip
        assert np.array_equal(decode_picture(file).pixels, scene())


@pytest.mark.parametrize("lost", [9, 12, 100, 3000])
def test_what_ends_within_its_pixels_is_refused(lost: int) -> None:
    with pytest.raises(ImageError, match="ends before its last pixels"):
        decode_picture(png(scene())[: -12 - lost])


def damaged_streams() -> dict[str, bytes]:
    raw = rows(scene())
    good = bytearray(zlib.compress(raw))
    middle, checksum = good.copy(), good.copy()
    middle[len(good) // 2] ^= 0x55
    checksum[-1] ^= 1
    filters = bytearray(raw)
    filters[20 * 151] = 9
    return {
        "breaks": bytes(middle),
        "checksum": bytes(checksum),
        "half": zlib.compress(raw[: len(raw) // 2]),
        "one row less": zlib.compress(raw[:-151]),
        "one byte less": zlib.compress(raw[:-1]),
        "a filter that is none": zlib.compress(bytes(filters)),
        "nothing": b"",
    }


@pytest.mark.parametrize("kind", damaged_streams())
def test_damaged_data_in_chunks_that_are_whole_is_refused(kind: str) -> None:
    stream = damaged_streams()[kind]
    halves = chunk(b"IDAT", stream[:700]) + chunk(b"IDAT", stream[700:])
    with pytest.raises(ImageError):
        decode_picture(head(scene()) + halves + END)


def test_interlaced_pictures_are_whole_or_refused() -> None:
    """The seven passes, written by hand."""
    levels = scene()
    steps = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2),
             (1, 0, 2, 1))  # fmt: skip
    raw = b"".join(rows(np.ascontiguousarray(levels[y::down, x::across]))
                   for y, x, down, across in steps)  # fmt: skip
    begin = head(levels, interlace=1)
    picture = decode_picture(begin + chunk(b"IDAT", zlib.compress(raw)) + END)
    assert np.array_equal(picture.pixels, levels)
    with pytest.raises(ImageError, match="ends before"):
        decode_picture(begin + chunk(b"IDAT", zlib.compress(raw[:-1])) + END)


def control(number: int, width: int, height: int, left: int = 0, top: int = 0) -> bytes:
    layout = (number, width, height, left, top, 1, 1, 0, 0)
    return chunk(b"fcTL", struct.pack(">IIIIIHHBB", *layout))


def test_an_animation_s_first_frame_is_the_one_that_browsers_show() -> None:
    small = np.ascontiguousarray(scene(7)[:20, :30])
    default = chunk(b"IDAT", zlib.compress(rows(scene())))
    frame = chunk(b"fdAT", struct.pack(">I", 1) + zlib.compress(rows(small)))
    begin = head(scene()) + chunk(b"acTL", struct.pack(">II", 2, 0))
    # The picture in IDAT is the first frame if a frame's head comes before it.
    inside = decode_picture(begin + control(0, 50, 40) + default + control(1, 30, 20) + frame + END)
    assert np.array_equal(inside.pixels, scene())
    assert said(inside, "first frame")
    apart = decode_picture(begin + default + control(0, 30, 20, 5, 10) + frame + END)
    wanted = np.full_like(scene(), 255)
    wanted[10:30, 5:35] = small
    assert np.array_equal(apart.pixels, wanted)
    for broken in (control(0, 30, 20, 30, 10) + frame, control(0, 30, 21) + frame):
        with pytest.raises(ImageError):
            decode_picture(begin + default + broken + END)


def test_an_animation_that_is_none_shows_the_picture_itself() -> None:
    default = chunk(b"IDAT", zlib.compress(rows(scene())))
    small = np.ascontiguousarray(scene(7)[:20, :30])
    frame = chunk(b"fdAT", struct.pack(">I", 1) + zlib.compress(rows(small)))
    first = control(0, 30, 20, 5, 10)
    for count, parts in ((2, first), (2, first + first + frame), (0x80000000, first + frame),
                         (0, first + frame)):  # fmt: skip
        begin = head(scene()) + chunk(b"acTL", struct.pack(">II", count, 0))
        assert np.array_equal(decode_picture(begin + default + parts + END).pixels, scene())


def test_a_profile_of_a_megabyte_is_applied() -> None:
    picture = decode_picture(png(scene(), profile_chunk(swapped_profile(1_200_000))))
    assert np.array_equal(picture.pixels.shape, scene().shape)
    assert_near(picture, scene()[..., ::-1])


def test_only_the_first_of_many_profiles_counts() -> None:
    other = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    start = time.process_time()
    picture = decode_picture(
        png(scene(), profile_chunk(swapped_profile()), profile_chunk(other) * 30_000)
    )
    assert time.process_time() - start < 1.0
    assert_near(picture, scene()[..., ::-1])


def test_bombs_do_no_harm() -> None:
    deflater = zlib.compressobj(9)
    bomb = b"".join(deflater.compress(bytes(1 << 20)) for _ in range(200)) + deflater.flush()
    animation = chunk(b"acTL", struct.pack(">II", 2, 0)) + control(0, 50, 40)
    start = time.process_time()
    for parts in ([chunk(b"iCCP", b"a name\0\0" + bomb)], [chunk(b"zTXt", b"a\0\0" + bomb)] * 20,
                  [animation, chunk(b"fdAT", struct.pack(">I", 1) + bomb)]):  # fmt: skip
        assert np.array_equal(decode_picture(png(scene(), *parts)).pixels, scene())
    with pytest.raises(ImageError, match="far too many parts"):
        decode_picture(png(scene(), chunk(b"tEXt") * 1_000_000))
    assert time.process_time() - start < 2.0


def test_a_transparent_colour_of_sixteen_bits_is_that_colour_alone() -> None:
    levels = scene().astype(np.uint16) * 257
    levels[:20] = (30_000, 20_000, 10_000)
    levels[:10] += 1
    picture = decode_picture(
        png(levels, chunk(b"tRNS", struct.pack(">3H", 30_000, 20_000, 10_000)))
    )
    assert np.abs(picture.pixels[:10].astype(int) - [117, 78, 39]).max() <= 1
    assert picture.pixels[10:20].min() == 255
    assert_near(decode_picture(png(levels)), levels / 257)


@pytest.mark.parametrize("depth", [4, 8])
def test_bits_of_a_transparent_colour_that_the_depth_lacks_do_not_count(depth: int) -> None:
    levels = (np.arange(2000).reshape(40, 50) % (1 << depth)).astype(np.uint8)
    stored = levels if depth == 8 else levels[:, ::2] << 4 | levels[:, 1::2]
    begin = MAGIC + chunk(b"IHDR", struct.pack(">IIBBBBB", 50, 40, depth, 0, 0, 0, 0))
    key = chunk(b"tRNS", struct.pack(">H", 5 + 0x4300))
    picture = decode_picture(begin + key + chunk(b"IDAT", zlib.compress(rows(stored))) + END)
    wanted = levels.astype(np.float64) * (255 / ((1 << depth) - 1))
    wanted[levels == 5] = 255
    assert_near(picture, wanted[..., None].repeat(3, 2))


def test_a_head_that_no_png_has_is_refused() -> None:
    for body in ((50, 40, 8, 1, 0, 0, 0), (50, 40, 3, 0, 0, 0, 0), (50, 40, 16, 3, 0, 0, 0),
                 (50, 40, 8, 2, 0, 0, 7)):  # fmt: skip
        pixels = chunk(b"IDAT", zlib.compress(rows(scene())))
        with pytest.raises(ImageError, match="head"):
            decode_picture(MAGIC + chunk(b"IHDR", struct.pack(">IIBBBBB", *body)) + pixels + END)
    buffer = io.BytesIO()
    Image.fromarray(scene()).quantize(16).save(buffer, "PNG")
    without = buffer.getvalue().replace(b"PLTE", b"pLTE")
    with pytest.raises(ImageError, match="palette"):
        decode_picture(without)


def test_a_large_picture_of_16_bits_has_the_same_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    levels = np.random.default_rng(3).integers(0, 65536, (40, 50, 3)).astype(np.uint16)
    image = png(levels, code_points(12, 13, 0, 1))
    exact = decode_picture(image).pixels
    monkeypatch.setattr("nst_core.pictures.formats.png.MOST_DEEP", 1999)
    coarse = decode_picture(image).pixels.astype(int)
    assert 0 < np.abs(coarse - exact).max() <= 16  # next to black, where a level is steep
    assert np.abs(coarse - exact).mean() < 0.5
