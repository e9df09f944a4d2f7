"""TIFFs whose numbers have any depth and range, and samples beside the colours."""

import io
import time
import zlib
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image

from nst_core.errors import ImageError
from nst_core.pictures.decoding import Picture, decode_picture
from testing.tiffs import RATIONAL, packed, page, tiff

HEIGHT, WIDTH = 45, 67
Y, X = np.mgrid[0:HEIGHT, 0:WIDTH]
SCENE = np.stack([X / (WIDTH - 1), Y / (HEIGHT - 1), (X + Y) / (HEIGHT + WIDTH - 2)], 2)
RGB = np.rint(SCENE * 255)
TURNED_BYTES = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def written(levels: NDArray[Any], **options: Any) -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, levels, **options)
    return buffer.getvalue()


def assert_shows(data: bytes, wanted: NDArray[Any], tolerance: float = 1) -> Picture:
    picture = decode_picture(data)
    assert picture.pixels.shape == wanted.shape
    assert np.abs(picture.pixels - wanted).max() <= tolerance
    return picture


@pytest.mark.parametrize("is_apart", [False, True])
@pytest.mark.parametrize("bits", [17, 20, 23, 25, 31, 33, 40, 47, 57, 63])
def test_depths_that_no_machine_counts_in(bits: int, is_apart: bool) -> None:
    lowest = (1 << (bits - 16)) - 1  # all ones, which must not spill into other numbers
    levels = np.rint(SCENE * 65535).astype(np.uint64) << np.uint64(bits - 16) | np.uint64(lowest)
    if is_apart:
        strips = [packed(levels[..., channel], bits) for channel in range(3)]
    else:
        strips = [packed(levels.reshape(HEIGHT, -1), bits)]
    one = page(WIDTH, HEIGHT, strips, t258=[bits] * 3, t277=3, t262=2, t278=HEIGHT,
               t284=2 if is_apart else 1)  # fmt: skip
    assert_shows(tiff(one), RGB)


@pytest.mark.parametrize("bits", [1, 3, 5, 12, 24])
@pytest.mark.parametrize("samples", [2, 5, 16])
def test_samples_that_are_not_used_are_stepped_over(bits: int, samples: int) -> None:
    rng = np.random.default_rng(1)
    levels = rng.integers(0, 1 << bits, (HEIGHT, WIDTH, samples))
    strip = packed(levels.reshape(HEIGHT, -1), bits)
    one = page(WIDTH, HEIGHT, [strip], t258=[bits] * samples, t277=samples, t262=1,
               t338=[0] * (samples - 2) + [2])  # fmt: skip
    share = levels[..., -1:] / ((1 << bits) - 1)
    wanted = levels[..., :1] / ((1 << bits) - 1) * 255 * share + 255 * (1 - share)
    picture = assert_shows(tiff(one), wanted.repeat(3, 2), 1.6)
    assert ("what it holds beside its colours was left out" in picture.notes) == (samples > 2)


def test_a_rare_depth_takes_hardly_more_time_than_any_other() -> None:
    """12 megapixels of 63 bits each; bit by bit they took three seconds."""
    size = 3500
    strip = zlib.compress(bytes(-(-size * 63 // 8) * size), 1)
    data = tiff(page(size, size, [strip], t258=63, t259=8))
    start = time.process_time()
    assert not decode_picture(data).pixels.any()
    assert time.process_time() - start < 1.5


@pytest.mark.parametrize("bits", [1, 4, 12, 24, 31])
def test_differences_between_numbers_of_rare_depths_are_refused(bits: int) -> None:
    """libtiff knows none either, and so no program writes them."""
    strip = zlib.compress(bytes(HEIGHT * -(-WIDTH * bits // 8)))
    with pytest.raises(ImageError, match=f"differences between numbers of {bits} bits"):
        decode_picture(tiff(page(WIDTH, HEIGHT, [strip], t258=bits, t259=8, t317=2)))


def floats_of_24_bits(numbers: NDArray[Any]) -> NDArray[np.uint8]:
    """Adobe's note 3: a sign, 7 bits of exponent that count from 63, 16 of fraction."""
    fraction, exponent = np.frexp(numbers)  # fraction is in 0.5..1
    bits = (exponent - 1 + 63).astype(int) << 16 | np.rint((2 * fraction - 1) * 65535).astype(int)
    bits = np.where(numbers == 0, 0, bits)
    return np.stack([bits >> 16, bits >> 8 & 255, bits & 255], -1).astype(np.uint8)


@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("has_differences", [False, True])
@pytest.mark.parametrize("samples", [1, 3])
def test_floats_of_24_bits(samples: int, has_differences: bool, order: str) -> None:
    stored = floats_of_24_bits(SCENE[..., :samples].reshape(HEIGHT, -1))
    if has_differences:
        rows = stored.swapaxes(1, 2).reshape(HEIGHT, -1)
        data = rows.copy()
        data[:, samples:] -= rows[:, :-samples]
    else:
        data = stored if order == ">" else stored[..., ::-1]
    one = page(WIDTH, HEIGHT, [zlib.compress(data.tobytes())], t258=[24] * samples, t277=samples,
               t262=2 if samples == 3 else 1, t259=8, t317=3 if has_differences else 1,
               t339=[3] * samples)  # fmt: skip
    wanted = RGB if samples == 3 else RGB[..., :1].repeat(3, 2)
    assert_shows(tiff(one, order=order), wanted)


def test_floats_of_24_bits_that_are_not_finite_are_one_sentence() -> None:
    one = page(WIDTH, HEIGHT, [bytes([127, 0, 0]) * WIDTH * HEIGHT], t258=24, t339=3)
    with pytest.raises(ImageError, match="not finite"):
        decode_picture(tiff(one, order=">"))


@pytest.mark.parametrize("is_turned", [False, True])
def test_webp_whose_bits_come_in_the_other_order(is_turned: bool) -> None:
    """libtiff writes it so; other programs turn no compressed bytes."""
    buffer = io.BytesIO()
    Image.fromarray(RGB.astype(np.uint8)).save(buffer, "WEBP", lossless=True)
    strip = buffer.getvalue().translate(TURNED_BYTES) if is_turned else buffer.getvalue()
    one = page(WIDTH, HEIGHT, [strip], t258=[8] * 3, t277=3, t262=2, t259=50001, t266=2)
    assert_shows(tiff(one), RGB, 0)


@pytest.mark.parametrize("kind", ["u1", "u2"])
@pytest.mark.parametrize("photometric", ["rgb", "minisblack", "separated", "cielab"])
def test_a_lone_sample_of_no_stated_kind_is_alpha(photometric: str, kind: str) -> None:
    """As tifffile and GraphicsMagick write it, and ImageMagick takes it."""
    channels = {"rgb": 3, "minisblack": 1, "separated": 4, "cielab": 3}[photometric]
    alpha = np.rint(SCENE[..., 2:] * 150 + 50)
    colours = np.concatenate([RGB, RGB[..., :1] // 2], 2)[..., :channels]
    if photometric == "cielab":
        colours = np.rint(colours / 10) + np.array([100, 0, 0])
    unit = 1 if kind == "u1" else 257
    bare = (colours * unit).astype(kind)
    levels = (np.concatenate([colours, alpha], 2) * unit).astype(kind)
    plain = written(bare if channels > 1 else bare[..., 0], photometric=photometric)
    data = written(levels, photometric=photometric, planarconfig="contig", extrasamples=[0])
    wanted = decode_picture(plain).pixels * (alpha / 255) + 255 * (1 - alpha / 255)
    picture = assert_shows(data, wanted, 1.6)
    assert any("white" in note for note in picture.notes)


def test_colours_stay_where_an_alpha_is_left_empty() -> None:
    """They are not multiplied by an alpha that is zero everywhere, whatever the file says."""
    levels = np.concatenate([SCENE, 0 * SCENE[..., :1]], 2).astype(np.float32)
    assert_shows(written(levels, photometric="rgb", extrasamples=["assocalpha"]), RGB)


@pytest.mark.parametrize("white", [None, (3127, 3290), (3457, 3585)])
@pytest.mark.parametrize("bits", [8, 16])
def test_lab_has_the_white_that_its_file_says(bits: int, white: tuple[int, int] | None) -> None:
    """CIE's formulas backwards from sRGB, whose white D65 is; or for that of printing, D50."""
    light = np.where(SCENE <= 0.04045, SCENE / 12.92, ((SCENE + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
                       [0.0193339, 0.1191920, 0.9503041]])  # fmt: skip
    xyz = light @ to_xyz.T
    if white != (3127, 3290):  # Bradford's matrix from D65 to D50
        bradford = np.array([[1.0478112, 0.0228866, -0.0501270], [0.0295424, 0.9904844, -0.0170491],
                             [-0.0092345, 0.0150436, 0.7521316]])  # fmt: skip
        xyz = xyz @ bradford.T / (0.96422, 1, 0.82521)
    else:
        xyz = xyz / to_xyz.sum(1)
    roots = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz * 841 / 108 + 4 / 29)
    x, y, z = np.moveaxis(roots, 2, 0)
    unit = 1 << (bits - 8)
    most = 255 * 257 if bits == 16 else 255
    lab = np.stack([(116 * y - 16) * most / 100, 500 * (x - y) * unit, 200 * (y - z) * unit], 2)
    is_cut = bits == 8 and white == (3127, 3290)  # as ImageMagick writes it
    stored = np.floor(lab if is_cut else lab + 0.5).astype(int) % (1 << bits)
    strip = stored.astype("<u2" if bits == 16 else "u1").tobytes()
    tags = {"t318": [white[0], 10000, white[1], 10000]} if white else {}
    one = page(WIDTH, HEIGHT, [strip], t258=[bits] * 3, t277=3, t262=8, **tags)
    if white:
        one.tags[318] = (RATIONAL, tags["t318"])
    picture = decode_picture(tiff(one))
    assert np.abs(picture.pixels - RGB).mean() <= 1.5


@pytest.mark.parametrize("bits", [*range(1, 17), 24])
@pytest.mark.parametrize("is_reversed", [False, True])
def test_any_number_of_bits(bits: int, is_reversed: bool) -> None:
    levels = np.rint(SCENE * (2**bits - 1)).astype(int)
    wanted = np.rint(levels / (2**bits - 1) * 255)
    fill = {"t266": 2} if is_reversed else {}

    def stored(numbers: NDArray[Any]) -> bytes:
        if bits == 16:  # in the order of the file, not bit by bit
            return numbers.astype(">u2").tobytes()
        data = packed(numbers, bits)
        return data.translate(TURNED_BYTES) if is_reversed else data

    strips = [stored(levels.reshape(HEIGHT, -1)[rows]) for rows in (slice(0, 23), slice(23, 45))]
    if not (bits == 16 and is_reversed):
        rgb = page(WIDTH, HEIGHT, strips, t258=[bits] * 3, t277=3, t262=2, **fill)
        assert_shows(tiff(rgb, order=">"), wanted)
        grey = page(WIDTH, HEIGHT, [stored(levels[..., 0])], t258=bits, t262=0, **fill)
        assert_shows(tiff(grey, order=">"), 255 - wanted[..., :1].repeat(3, 2))


@pytest.mark.parametrize("size", [2, 4, 8])
@pytest.mark.parametrize("order", "<>")
def test_differences_between_the_bytes_of_floats(size: int, order: str) -> None:
    """Predictor 3, by hand: in each row first the highest bytes, and all less those before."""
    rows = SCENE.astype(f">f{size}").reshape(HEIGHT, -1)
    stored = rows.view(np.uint8).reshape(HEIGHT, -1, size).transpose(0, 2, 1).reshape(HEIGHT, -1)
    differences = stored.copy()
    differences[:, 3:] -= stored[:, :-3]
    strip = zlib.compress(differences.tobytes())
    one = page(WIDTH, HEIGHT, [strip], t258=[8 * size] * 3, t277=3, t262=2, t259=8, t317=3,
               t339=[3] * 3)  # fmt: skip
    assert_shows(tiff(one, order=order), RGB)


def test_floats_that_overshoot() -> None:
    """Highlights beyond white, and a little less than black, as resizing makes them."""
    levels = (SCENE * 1.5 - 0.2).astype(np.float32)
    wanted = np.rint(np.clip(SCENE * 1.5 - 0.2, 0, 1) * 255)
    assert_shows(written(levels, photometric="rgb"), wanted)
    lamp = levels.copy()
    lamp[3, 4] = 60
    wanted[3, 4] = 255
    assert_shows(written(lamp, photometric="rgb"), wanted)


@pytest.mark.parametrize("white", [255, 65535])
@pytest.mark.parametrize("kind", ["f4", "i4", "u4"])
def test_numbers_that_are_far_wider_than_what_is_in_them(white: int, kind: str) -> None:
    levels = np.rint(SCENE * white).astype(kind)
    assert_shows(written(levels, photometric="rgb"), RGB)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_levels_that_are_not_finite_are_one_sentence(value: float) -> None:
    levels = SCENE.astype(np.float32)
    levels[20, 20, 1] = value
    with pytest.raises(ImageError, match="not finite"):
        decode_picture(written(levels, photometric="rgb"))


def test_negative_numbers_lie_between_black_and_white() -> None:
    levels = np.rint(SCENE * 65535 - 32768).astype(np.int16)
    assert_shows(written(levels, photometric="rgb"), RGB)


def test_masks_beside_the_colours_are_left_out() -> None:
    """Photoshop keeps selections as more samples, which are no transparency."""
    levels = np.concatenate([RGB, 255 - RGB[..., :2]], 2).astype(np.uint8)
    data = written(levels, photometric="rgb", extrasamples=["unspecified"] * 2)
    picture = assert_shows(data, RGB, 0)
    assert picture.notes == ("what it holds beside its colours was left out",)
