"""TIFFs of every kind of pixel show the colours that they mean."""

import io
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from PIL import Image, ImageCms

from nst_core.errors import ImageError
from nst_core.pictures.decoding import Picture, decode_picture
from testing.tiffs import packed, page, tiff

HEIGHT, WIDTH = 45, 67


def scene() -> NDArray[np.float64]:
    """Three ramps that no turn and no exchange of channels leaves alone: 0..1, (45, 67, 3)."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    return np.stack([x / (WIDTH - 1), y / (HEIGHT - 1), (x + y) / (HEIGHT + WIDTH - 2)], 2)


SCENE = scene()
RGB = np.rint(SCENE * 255)
GREY = RGB[..., :1].repeat(3, 2)


def written(levels: NDArray[Any], **options: Any) -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, levels, **options)
    return buffer.getvalue()


def by_pillow(image: Image.Image, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "TIFF", **options)
    return buffer.getvalue()


def assert_shows(data: bytes, wanted: NDArray[Any], tolerance: float = 1) -> Picture:
    picture = decode_picture(data)
    assert picture.pixels.shape == wanted.shape
    assert np.abs(picture.pixels - wanted).max() <= tolerance
    return picture


MOST: dict[str, float] = {
    "u1": 255, "u2": 65535, "u4": 2**32 - 1, "u8": 2**64 - 2**12,
    "i1": 127, "i2": 32767, "i4": 2**31 - 1, "f2": 1, "f4": 1, "f8": 1,
}  # fmt: skip


@pytest.mark.parametrize("compression", [None, "zlib"])
@pytest.mark.parametrize("order", "<>")
@pytest.mark.parametrize("kind", MOST)
def test_numbers_of_every_kind(kind: str, order: str, compression: str | None) -> None:
    """Whether 8-bit integers or floats, in either order: grey and RGB, in planes and tiles."""
    scaled = SCENE * MOST[kind]
    levels = scaled.astype(kind) if kind[0] == "f" else np.rint(scaled).astype(kind)
    planes = np.ascontiguousarray(np.moveaxis(levels, 2, 0))
    plain: dict[str, Any] = {"byteorder": order, "compression": compression}
    picture = assert_shows(written(levels, photometric="rgb", **plain), RGB)
    assert any("8 bits" in note for note in picture.notes) == (kind not in ("u1", "i1"))
    assert_shows(written(levels[..., 0], photometric="minisblack", **plain), GREY)
    assert_shows(written(levels[..., 0], photometric="miniswhite", **plain), 255 - GREY)
    assert_shows(written(planes, photometric="rgb", planarconfig="separate", **plain), RGB)
    assert_shows(written(levels, photometric="rgb", tile=(16, 32), **plain), RGB)
    assert_shows(written(levels, photometric="rgb", rowsperstrip=7, bigtiff=True, **plain), RGB)


@pytest.mark.parametrize("size", ["u1", "u2", "u4"])
@pytest.mark.parametrize("tile", [None, (32, 16)])
def test_differences_between_neighbours(size: str, tile: tuple[int, int] | None) -> None:
    levels = np.rint(SCENE * MOST[size]).astype(size)
    data = written(levels, photometric="rgb", compression="zlib", predictor=2, tile=tile)
    assert_shows(data, RGB)


@pytest.mark.parametrize(
    "compression",
    ["tiff_lzw", "tiff_adobe_deflate", "tiff_deflate", "packbits", "zstd", "lzma"],
)
def test_every_compression_without_loss(compression: str) -> None:
    image = Image.fromarray(RGB.astype(np.uint8))
    assert_shows(by_pillow(image, compression=compression), RGB, 0)


@pytest.mark.parametrize("is_tiled", [False, True])
def test_webp_within_a_tiff(is_tiled: bool) -> None:
    """Its alpha is missing where all of a strip is opaque."""
    parts = []
    numbers: dict[str, Any] = {"t258": [8] * 4, "t277": 4, "t262": 2, "t259": 50001, "t338": 2}
    padded = np.zeros((48, 128, 3), np.uint8)
    padded[:HEIGHT, :WIDTH] = RGB
    if is_tiled:
        numbers |= {"t322": 64, "t323": 16}
        places = [(y, 16, x, 64) for y in (0, 16, 32) for x in (0, 64)]
    else:
        places = [(0, 23, 0, WIDTH), (23, 22, 0, WIDTH)]
    for y, rows, x, columns in places:
        buffer = io.BytesIO()
        part = Image.fromarray(padded[y : y + rows, x : x + columns])
        part.save(buffer, "WEBP", lossless=True)
        parts.append(buffer.getvalue())
    assert_shows(tiff(page(WIDTH, HEIGHT, parts, **numbers)), RGB, 0)


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK", "YCbCr"])
def test_jpeg_within_a_tiff(mode: str) -> None:
    image = Image.fromarray(RGB.astype(np.uint8)).convert(mode)
    data = by_pillow(image, compression="jpeg", quality=98)
    assert_shows(data, np.asarray(image.convert("RGB")).astype(float), 12)


@pytest.mark.parametrize("compression", ["tiff_ccitt", "group3", "group4"])
def test_faxes(compression: str) -> None:
    image = Image.fromarray(SCENE[..., 2] > 0.5)
    data = by_pillow(image, compression=compression)
    assert_shows(data, np.asarray(image)[..., None].repeat(3, 2) * 255.0, 0)


TURNED_BYTES = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


@pytest.mark.parametrize("compression", ["tiff_ccitt", "group4"])
def test_faxes_whose_bits_come_in_the_other_order(compression: str) -> None:
    image = Image.fromarray(SCENE[..., 2] > 0.5)
    data = by_pillow(image, compression=compression)
    read = Image.open(io.BytesIO(data))
    (start,), (length,) = read.tag_v2[273], read.tag_v2[279]  # type: ignore[attr-defined]
    strip = data[start : start + length].translate(TURNED_BYTES)
    numbers = {tag: read.tag_v2[tag] for tag in (259, 262)}  # type: ignore[attr-defined]
    one = page(WIDTH, HEIGHT, [strip], t258=1, t266=2, t259=numbers[259], t262=numbers[262])
    assert_shows(tiff(one), np.asarray(image)[..., None].repeat(3, 2) * 255.0, 0)


def test_a_colour_profile_is_applied() -> None:
    """One of sRGB whose red and blue are exchanged."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile.replace(b"rXYZ", b"-XYZ").replace(b"bXYZ", b"rXYZ").replace(b"-XYZ", b"bXYZ")
    for kind in ("u1", "u2", "f4"):
        scaled = SCENE * MOST[kind]
        levels = scaled.astype(kind) if kind == "f4" else np.rint(scaled).astype(kind)
        assert_shows(written(levels, photometric="rgb", iccprofile=profile), RGB[..., ::-1], 3)


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
@pytest.mark.parametrize("unit", [257, 256, 1])
def test_palettes(bits: int, unit: int) -> None:
    """Whose levels are written as x * 257, as x * 256, or as they are, as some scanners do."""
    size = 2**bits
    colours = np.random.default_rng(3).integers(0, 256, (size, 3))
    colours[0] = 255
    indices = np.arange(HEIGHT * WIDTH).reshape(HEIGHT, WIDTH) % size
    table = (colours * unit).T.ravel().tolist()
    order = ">" if bits == 16 else "<"
    strip = indices.astype(">u2").tobytes() if bits == 16 else packed(indices, bits)
    one = page(WIDTH, HEIGHT, [strip], t258=bits, t262=3, t320=table)
    assert_shows(tiff(one, order=order), colours[indices].astype(float), 0)


def test_indices_beyond_a_palette_are_one_sentence() -> None:
    one = page(64, 64, [bytes(4096)], t262=3, t320=[0] * 30)
    with pytest.raises(ImageError, match="palette that ends too early"):
        decode_picture(tiff(one))


@pytest.mark.parametrize("kind", ["u1", "u2", "f4"])
@pytest.mark.parametrize("is_associated", [False, True])
def test_alpha(kind: str, is_associated: bool) -> None:
    """Colours that are multiplied by alpha already give the same picture as those that are not."""
    alpha = SCENE[..., 2:] * 0.9 + 0.1
    colours = SCENE * alpha if is_associated else SCENE
    levels = np.concatenate([colours, alpha], 2) * MOST[kind]
    levels = (levels if kind == "f4" else np.rint(levels)).astype(kind)
    extra = ["assocalpha" if is_associated else "unassalpha"]
    wanted = RGB * alpha + 255 * (1 - alpha)
    picture = assert_shows(written(levels, photometric="rgb", extrasamples=extra), wanted, 1.6)
    assert any("white" in note for note in picture.notes)
    grey = np.ascontiguousarray(levels[..., [0, 3]])
    data = written(grey, photometric="minisblack", planarconfig="contig", extrasamples=extra)
    assert_shows(data, wanted[..., :1].repeat(3, 2), 1.6)


@pytest.mark.parametrize("kind", ["u1", "u2"])
@pytest.mark.parametrize("has_alpha", [False, True])
def test_inks(kind: str, has_alpha: bool) -> None:
    """CMYK without a profile: each ink takes its share of the light."""
    inks = np.concatenate([SCENE, SCENE[..., :1] * 0.5], 2)
    wanted = 255 * (1 - inks[..., :3]) * (1 - inks[..., 3:])
    alpha = np.full((HEIGHT, WIDTH, 1), 0.2)
    extra: dict[str, Any] = {}
    if has_alpha:
        inks, extra = np.concatenate([inks, alpha], 2), {"extrasamples": ["unassalpha"]}
        wanted = wanted * 0.2 + 255 * 0.8
    levels = np.rint(inks * MOST[kind]).astype(kind)
    assert_shows(written(levels, photometric="separated", **extra), wanted, 2.5)


def srgb_of_lab(lab: NDArray[np.float64]) -> NDArray[np.float64]:
    """CIE's formulas of 1976, white of D50, Bradford to D65, IEC 61966-2-1: 0..255."""
    fy = (lab[..., 0] + 16) / 116
    f = np.stack([fy + lab[..., 1] / 500, fy, fy - lab[..., 2] / 200], -1)
    xyz = np.where(f > 6 / 29, f**3, (f - 4 / 29) * 3 * (6 / 29) ** 2)
    xyz = xyz * np.array([0.9642, 1.0, 0.8249])
    matrix = np.array([[3.1338561, -1.6168667, -0.4906146], [-0.9787684, 1.9161415, 0.0334540],
                       [0.0719453, -0.2289914, 1.4052427]])  # fmt: skip
    light = np.clip(xyz @ matrix.T, 0, 1)
    shown = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.asarray(255 * shown)


@pytest.mark.parametrize("has_alpha", [False, True])
@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("photometric", ["cielab", "icclab"])
def test_lab(photometric: str, bits: int, has_alpha: bool) -> None:
    lab = np.stack([30 + 40 * SCENE[..., 0], 40 * SCENE[..., 1] - 20, 30 - 60 * SCENE[..., 2]], 2)
    unit = 1 << (bits - 8)
    if photometric == "cielab":
        most = 255 * 257 if bits == 16 else 255
        stored = np.stack([lab[..., 0] * most / 100, lab[..., 1] * unit, lab[..., 2] * unit], 2)
    else:
        light = lab[..., 0] * 2.55
        stored = np.stack([light, lab[..., 1] + 128, lab[..., 2] + 128], 2) * unit
    levels = np.rint(stored).astype(int).astype(np.uint8 if bits == 8 else np.uint16)
    extra: dict[str, Any] = {}
    wanted = srgb_of_lab(lab)
    if has_alpha:
        fifth = np.full_like(levels[..., :1], 51 if bits == 8 else 13107)
        levels = np.concatenate([levels, fifth], 2)
        wanted, extra = wanted * 0.2 + 255 * 0.8, {"extrasamples": ["unassalpha"]}
    assert_shows(written(levels, photometric=photometric, **extra), wanted, 5)


@pytest.mark.parametrize(("wide", "high"), [(1, 1), (2, 1), (2, 2), (4, 2)])
@pytest.mark.parametrize("rows", [HEIGHT, 8])
def test_colours_that_neighbours_share(wide: int, high: int, rows: int) -> None:
    """YCbCr that is not a JPEG: a block of brightness, then Cb and Cr once."""
    columns, lines = -(-WIDTH // wide) * wide, -(-HEIGHT // high) * high
    blocks = np.arange(lines // high * columns // wide).reshape(lines // high, -1)
    cb, cr = 90 + blocks % 70, 100 + blocks % 50
    y = 80 + np.add.outer(np.arange(lines), np.arange(columns))
    strips = []
    for top in range(0, HEIGHT, rows):
        strip = bytearray()
        for row in range(top // high, -(-min(top + rows, HEIGHT) // high)):
            for column in range(columns // wide):
                square = y[row * high : (row + 1) * high, column * wide : (column + 1) * wide]
                strip += bytes([*square.ravel().tolist(), cb[row, column], cr[row, column]])
        strips.append(bytes(strip))
    one = page(WIDTH, HEIGHT, strips, t258=[8] * 3, t277=3, t262=6, t278=rows, t530=[wide, high])
    full = [c.repeat(wide, 1).repeat(high, 0)[:HEIGHT, :WIDTH] - 128.0 for c in (cb, cr)]
    light = y[:HEIGHT, :WIDTH].astype(float)
    # ITU-R BT.601, as JFIF has it.
    red, blue = light + 1.402 * full[1], light + 1.772 * full[0]
    green = light - 0.344136 * full[0] - 0.714136 * full[1]
    assert_shows(tiff(one), np.clip(np.stack([red, green, blue], 2), 0, 255))


TURNS = {1: (0, False), 2: (0, True), 3: (2, False), 4: (2, True), 5: (1, True), 6: (3, False),
         7: (3, True), 8: (1, False)}  # fmt: skip


@pytest.mark.parametrize("orientation", TURNS)
@pytest.mark.parametrize("kind", ["u1", "u2"])
def test_every_orientation(orientation: int, kind: str) -> None:
    """By NumPy's quarter turns, anticlockwise, and mirrors."""
    quarters, is_mirrored = TURNS[orientation]
    wanted = np.rot90(RGB, quarters)
    wanted = wanted[:, ::-1] if is_mirrored and quarters % 2 == 0 else wanted
    wanted = wanted[::-1] if is_mirrored and quarters % 2 else wanted
    levels = np.rint(SCENE * MOST[kind]).astype(kind)
    tag = [(274, 3, 1, orientation, True)]
    picture = assert_shows(written(levels, photometric="rgb", extratags=tag), wanted)
    assert any("orientation" in note for note in picture.notes) == (orientation != 1)


def test_xmp_turns_nothing() -> None:
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="3"/></x:xmpmeta>'
    data = written(
        RGB.astype(np.uint8), photometric="rgb", extratags=[(700, 1, len(xmp), xmp, True)]
    )
    assert assert_shows(data, RGB, 0).notes == ()


def test_a_big_picture_comes_in_pieces() -> None:
    """More than is unpacked at once, in many small strips and in one."""
    y, x = np.mgrid[0:1500, 0:1400]
    levels = np.stack([x * 40, y * 40, (x ^ y) * 30], 2).astype(np.uint16)
    wanted = np.rint(levels / 257.0)
    for rows in (1, 400, 1500):
        data = written(levels, photometric="rgb", compression="zlib", rowsperstrip=rows)
        assert_shows(data, wanted)
