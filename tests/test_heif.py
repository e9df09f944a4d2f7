"""AVIF and HEIC: colours, turns and transparency as browsers have them, in odd containers too."""

import io
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
import pillow_heif
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms

from nst_core.errors import ImageError
from nst_core.pictures.decoding import Picture, decode_picture
from testing import heif_files
from testing.heif_files import ALPHA, Entry, av1, grid, heif_file, hevc, ispe, nclx, sequence_file

Pixels = NDArray[np.uint8]
HEIGHT, WIDTH = 64, 96


def scene() -> Pixels:
    """Four flat quarters, red, green, blue and grey, so that any turn shows: (64, 96, 3)."""
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    pixels[: HEIGHT // 2, : WIDTH // 2] = (200, 30, 40)
    pixels[: HEIGHT // 2, WIDTH // 2 :] = (30, 180, 50)
    pixels[HEIGHT // 2 :, : WIDTH // 2] = (20, 60, 210)
    pixels[HEIGHT // 2 :, WIDTH // 2 :] = (120, 120, 120)
    return pixels


AV1, HEVC = av1(scene()), hevc(scene())
# What both codecs have in common is tried in both.
CODECS = pytest.mark.parametrize(
    ("coded", "brand"), [(AV1, b"avif"), (HEVC, b"heic")], ids=["AVIF", "HEIC"]
)


def quarters(pixels: NDArray[Any]) -> NDArray[np.float64]:
    """The colour in the midst of each quarter, (4, 3), in rows from the top."""
    height, width = pixels.shape[:2]
    places = [(y, x) for y in (height // 4, -height // 4) for x in (width // 4, -width // 4)]
    return np.array([pixels[place] for place in places], float)


def assert_quarters(picture: Picture, wanted: NDArray[Any], tolerance: float = 3) -> None:
    assert np.abs(quarters(picture.pixels) - wanted).max() <= tolerance


# Kr and Kb of ITU-T H.273, table 4.
MATRICES = {1: (0.2126, 0.0722), 4: (0.30, 0.11), 6: (0.299, 0.114), 7: (0.212, 0.087),
            9: (0.2627, 0.0593)}  # fmt: skip


def as_yuv(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """Levels of BT.601 and of full range, (N, 3); chroma is 128 where there is none."""
    kr, kb = MATRICES[6]
    red, green, blue = rgb.T
    luma = kr * red + (1 - kr - kb) * green + kb * blue
    chroma = (blue - luma) / (2 - 2 * kb), (red - luma) / (2 - 2 * kr)
    return np.stack([luma, chroma[0] + 128, chroma[1] + 128], 1)


def as_rgb(yuv: NDArray[np.float64], matrix: int, is_full_range: bool) -> NDArray[np.float64]:
    """Levels (N, 3) -> 0..255, by H.273's equations 20 to 81."""
    if matrix == 0:  # the planes are green, blue and red
        rgb = yuv[:, [2, 0, 1]] / 255 if is_full_range else (yuv[:, [2, 0, 1]] - 16) / 219
        return np.clip(rgb, 0, 1) * 255
    luma = yuv[:, 0] / 255 if is_full_range else (yuv[:, 0] - 16) / 219
    blue, red = (yuv[:, 1:].T - 128) / (255 if is_full_range else 224)
    if matrix == 8:
        rgb = np.stack([luma - blue + red, luma + blue, luma - blue - red], 1)
    else:
        kr, kb = MATRICES[matrix]
        r, b = luma + (2 - 2 * kr) * red, luma + (2 - 2 * kb) * blue
        rgb = np.stack([r, (luma - kr * r - kb * b) / (1 - kr - kb), b], 1)
    return np.clip(rgb, 0, 1) * 255


MUTED = (scene() * 0.2 + 100).round().astype(np.uint8)
"""Within video's range, too: decoders clip its ends, and are coarse about deep blue there."""


@pytest.mark.parametrize("is_full_range", [True, False])
@pytest.mark.parametrize(
    ("encode", "brand", "matrix"),
    [*((av1, b"avif", matrix) for matrix in (0, 1, 4, 6, 7, 9)),
     *((hevc, b"heic", matrix) for matrix in (1, 4, 6, 7, 9))],
)  # fmt: skip
def test_matrix_and_range_are_those_of_the_file(
    encode: Callable[[Pixels], Entry], brand: bytes, matrix: int, is_full_range: bool
) -> None:
    said = encode(MUTED).but(b"colr", extra=[nclx(1, 13, matrix, is_full_range)])
    picture = decode_picture(heif_file(said, brand=brand))
    assert_quarters(picture, as_rgb(as_yuv(quarters(MUTED)), matrix, is_full_range))
    assert picture.notes == ()


@CODECS
def test_the_matrix_ycgco(coded: Entry, brand: bytes) -> None:
    """Chromium shows it in full range alone; in video's range its pictures are taken for BT.601."""
    picture = decode_picture(heif_file(coded.but(b"colr", extra=[nclx(1, 13, 8)]), brand=brand))
    assert_quarters(picture, as_rgb(as_yuv(quarters(scene())), 8, True))
    said = coded.but(b"colr", extra=[nclx(1, 13, 8, is_full_range=False)])
    picture = decode_picture(heif_file(said, brand=brand))
    assert any("taken as in sRGB" in note for note in picture.notes)


def test_without_a_colour_box_av1s_own_range_counts() -> None:
    """A still of video range: black is 0 and white 255 all the same."""
    levels = np.zeros((64, 96, 3), np.uint8)
    levels[:, 48:] = 255
    picture = decode_picture(heif_file(av1(levels, range="limited").but(b"colr")))
    assert_quarters(picture, quarters(levels), 1)


def test_without_a_colour_box_av1s_own_primaries_count() -> None:
    levels = scene().astype(np.uint16) * 4
    coded = heif_files.deep_av1(levels, 10, level=100, primaries=9, transfer=13, matrix=9)
    with_box = decode_picture(heif_file(coded))
    without = decode_picture(heif_file(coded.but(b"colr")))
    assert np.array_equal(with_box.pixels, without.pixels)
    assert without.notes == ("its colours were converted from BT.2020",)


# Linear light of these primaries -> of sRGB's, as published with CSS Color 4.
TO_SRGB = {
    "Display P3": (12, [[1.2249401763, -0.2249401763, 0.0],
                        [-0.0420569547, 1.0420569547, 0.0],
                        [-0.0196375546, -0.0786360456, 1.0982736001]]),
    "BT.2020": (9, [[1.6602274, -0.5875477, -0.0726797],
                    [-0.1245535, 1.1328926, -0.0083391],
                    [-0.0181551, -0.1005971, 1.1187522]]),
}  # fmt: skip


def light(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    values = levels / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def levels_of(linear: NDArray[np.float64]) -> NDArray[np.float64]:
    linear = np.clip(linear, 0, 1)
    values = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return values * 255


@pytest.mark.parametrize("name", TO_SRGB)
@CODECS
def test_primaries_are_brought_to_srgb(coded: Entry, brand: bytes, name: str) -> None:
    number, matrix = TO_SRGB[name]
    said = coded.but(b"colr", extra=[nclx(number, 13, 6)])
    picture = decode_picture(heif_file(said, brand=brand))
    wanted = levels_of(light(quarters(scene())) @ np.array(matrix).T)
    assert_quarters(picture, wanted)
    assert picture.notes == (f"its colours were converted from {name}",)


@pytest.mark.parametrize(
    ("transfer", "shown"), [(8, {64: 137, 128: 188}), (16, {64: 30, 128: 132}),
                            (18, {64: 43, 128: 99})], ids=["linear", "PQ", "HLG"]
)  # fmt: skip
@pytest.mark.parametrize(
    ("encode", "brand"), [(av1, b"avif"), (hevc, b"heic")], ids=["AVIF", "HEIC"]
)
def test_light_is_shown_as_chromium_does(
    encode: Callable[..., Entry], brand: bytes, transfer: int, shown: dict[int, int]
) -> None:
    """`shown`: what Chromium 156 makes of grey levels in an AVIF file."""
    for level, wanted in shown.items():
        grey = encode(np.full((64, 64, 3), level, np.uint8))
        picture = decode_picture(
            heif_file(grey.but(b"colr", extra=[nclx(1, transfer, 6)]), brand=brand)
        )
        assert np.abs(picture.pixels.astype(int) - wanted).max() <= 2
        assert "converted" in picture.notes[0]


@pytest.mark.parametrize("depth", [10, 12])
def test_dark_hdr_levels_stay_apart(depth: int) -> None:
    """PQ packs the dark tightly: in 8 bits neighbours would fall together."""
    ramp = np.linspace(0.30, 0.40, 64) * ((1 << depth) - 1)
    levels = np.broadcast_to(ramp.round().astype(np.uint16)[None, :, None], (64, 64, 3))
    coded = heif_files.deep_av1(
        np.ascontiguousarray(levels), depth, level=100, primaries=9, transfer=16, matrix=0
    )
    row = decode_picture(heif_file(coded)).pixels[32, :, 1].astype(int)
    assert np.all(np.diff(row) >= 0)
    # 8 bits hold 26 levels between 0.30 and 0.40.
    assert len(np.unique(row)) > 30


@pytest.mark.parametrize("depth", [10, 12])
def test_deep_levels_of_a_limited_range_keep_their_blue(depth: int) -> None:
    light = np.array([0.02, 0.05, 0.7])  # linear, so that sRGB's curve is all that follows
    luma = light @ [0.2627, 0.678, 0.0593]
    chroma = (light[2] - luma) / 1.8814, (light[0] - luma) / 1.4746
    unit = 1 << (depth - 8)
    y, cb, cr = 16 + 219 * luma, 128 + 224 * chroma[0], 128 + 224 * chroma[1]
    # Coded without a matrix, and said to be what they are: an encoder could do nothing wrong.
    planes = np.full((64, 64, 3), np.rint(np.array([cr, y, cb]) * unit), np.uint16)
    coded = heif_files.deep_av1(planes, depth, level=100, primaries=1, transfer=8, matrix=0)
    said = coded.but(b"colr", extra=[nclx(1, 8, 9, is_full_range=False)])
    wanted = (1.055 * light ** (1 / 2.4) - 0.055) * 255
    assert np.abs(decode_picture(heif_file(said)).pixels[32, 32] - wanted).max() <= 2


@pytest.mark.parametrize(
    "numbers", [(12, 13, 14), (1, 13, 77), (99, 13, 6), (1, 99, 6), (12, 3, 6)]
)
@CODECS
def test_unknown_colours_are_taken_as_srgb_and_said(
    coded: Entry, brand: bytes, numbers: tuple[int, int, int]
) -> None:
    said = coded.but(b"colr", extra=[nclx(*numbers)])
    picture = decode_picture(heif_file(said, brand=brand))
    assert_quarters(picture, quarters(scene()))
    assert any("taken as in sRGB" in note for note in picture.notes)


def test_what_is_known_of_colours_counts_as_in_chromium() -> None:
    matrix = np.array(TO_SRGB["Display P3"][1])
    for numbers in ((12, 99, 6), (12, 13, 77), (12, 2, 2)):
        picture = decode_picture(heif_file(AV1.but(b"colr", extra=[nclx(*numbers)])))
        assert_quarters(picture, levels_of(light(quarters(scene())) @ matrix.T))


@CODECS
def test_a_profile_counts_more_than_numbers(coded: Entry, brand: bytes) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    both = [nclx(12, 16, 6), (b"colr", b"prof" + profile)]
    picture = decode_picture(heif_file(coded.but(b"colr", extra=both), brand=brand))
    assert_quarters(picture, quarters(scene()))
    assert picture.notes == ()


@pytest.mark.parametrize("subsampling", ["4:0:0", "4:2:0", "4:2:2", "4:4:4"])
def test_all_samplings(subsampling: str) -> None:
    coded = av1(scene(), subsampling=subsampling)
    wanted = quarters(scene())
    if subsampling == "4:0:0":
        wanted = np.repeat(as_yuv(wanted)[:, :1], 3, 1)
    assert_quarters(decode_picture(heif_file(coded)), wanted)


@pytest.mark.parametrize("depth", [10, 12])
def test_more_than_eight_bits(depth: int) -> None:
    levels = (scene() / 255 * ((1 << depth) - 1)).round().astype(np.uint16)
    coded = heif_files.deep_av1(levels, depth, level=100, primaries=1, transfer=13, matrix=6)
    assert_quarters(decode_picture(heif_file(coded)), quarters(scene()))


def test_ten_bits_and_grey_in_a_heic() -> None:
    deep = pillow_heif.from_bytes(
        mode="RGB;16", size=(WIDTH, HEIGHT), data=(scene() * np.uint16(257)).tobytes()
    )
    buffer = io.BytesIO()
    deep.save(buffer, quality=-1, chroma=444)
    assert_quarters(decode_picture(buffer.getvalue()), quarters(scene()), 1)

    buffer = io.BytesIO()
    grey = Image.fromarray(scene()).convert("L")
    grey.save(buffer, "HEIF", quality=100)
    wanted = quarters(np.repeat(np.asarray(grey)[..., None], 3, 2))
    assert_quarters(decode_picture(buffer.getvalue()), wanted)


@pytest.mark.parametrize("mirror", [None, 0, 1])
@pytest.mark.parametrize("angle", [None, 0, 1, 2, 3])
@CODECS
def test_boxes_turn_a_picture(
    coded: Entry, brand: bytes, angle: int | None, mirror: int | None
) -> None:
    """IROT anticlockwise, then IMIR: axis 1 exchanges left and right, 0 top and bottom."""
    turns = [] if angle is None else [(b"irot", bytes([angle]))]
    turns += [] if mirror is None else [(b"imir", bytes([mirror]))]
    file = heif_file(coded.but(extra=turns), brand=brand, essential=(b"irot", b"imir"))
    wanted = np.rot90(scene(), angle or 0)
    if mirror is not None:
        wanted = wanted[:, ::-1] if mirror else wanted[::-1]
    picture = decode_picture(file)
    assert picture.pixels.shape == wanted.shape
    assert_quarters(picture, quarters(wanted))


def exif(orientation: int) -> Entry:
    tiff = b"II*\0" + struct.pack("<IHHHII", 8, 1, 0x0112, 3, 1, orientation) + bytes(4)
    return Entry(b"Exif", bytes(4) + tiff, references=[(b"cdsc", (1,))])


XMP = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:tiff="http://ns.adobe.com/tiff/1.0/"
xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description tiff:Orientation="3"/>
</rdf:RDF></x:xmpmeta>"""


@CODECS
def test_metadata_turns_nothing(coded: Entry, brand: bytes) -> None:
    """Phones write a turn twice, as IROT and in EXIF; EXIF or XMP alone turn no HEIF picture."""
    xmp = Entry(b"mime", b"", references=[(b"cdsc", (1,))])
    xmp.kind, xmp.content = b"mime\0application/rdf+xml", XMP
    for metadata in (exif(6), xmp):
        picture = decode_picture(heif_file(coded, metadata, brand=brand))
        assert_quarters(picture, quarters(scene()))
    turned = coded.but(extra=[(b"irot", b"\3")])
    picture = decode_picture(heif_file(turned, exif(6), brand=brand, essential=(b"irot",)))
    assert_quarters(picture, quarters(np.rot90(scene(), 3)))


def clap(width: int, height: int, x: int, y: int) -> tuple[bytes, bytes]:
    """A crop whose centre lies x and y from the picture's."""
    return b"clap", struct.pack(">IIIIiIiI", width, 1, height, 1, x, 1, y, 1)


def test_an_avif_is_cropped_as_chromium_does() -> None:
    """From the first pixel on; a crop that begins elsewhere does not count, nor one too large."""
    at_first = AV1.but(extra=[clap(48, 32, -24, -16)])
    picture = decode_picture(heif_file(at_first))
    assert picture.pixels.shape == (32, 48, 3)
    assert_quarters(picture, np.tile([200, 30, 40], (4, 1)))
    for other in (clap(48, 32, 0, 0), clap(480, 32, 0, 0), (b"clap", bytes(32))):
        assert decode_picture(heif_file(AV1.but(extra=[other]))).pixels.shape == (64, 96, 3)


def test_a_heic_is_cropped_anywhere() -> None:
    picture = decode_picture(
        heif_file(HEVC.but(extra=[clap(48, 32, 24, 16)]), brand=b"heic", essential=(b"clap",))
    )
    assert picture.pixels.shape == (32, 48, 3)
    assert_quarters(picture, np.tile([120, 120, 120], (4, 1)))


def opacity(level: int = 51) -> Pixels:
    """Of `level` on the left, opaque on the right."""
    alpha = np.full((HEIGHT, WIDTH), 255, np.uint8)
    alpha[:, : WIDTH // 2] = level
    return alpha


OVER_WHITE = quarters(scene())
OVER_WHITE[[0, 2]] = OVER_WHITE[[0, 2]] * 0.2 + 255 * 0.8


@pytest.mark.parametrize("left_out", [(), (b"ispe",), (b"colr",), (b"ispe", b"colr")])
def test_alpha_is_laid_over_white(left_out: tuple[bytes, ...]) -> None:
    alpha = av1(opacity()).but(*left_out, extra=[(b"auxC", ALPHA)])
    alpha.references = [(b"auxl", (1,))]
    picture = decode_picture(heif_file(AV1, alpha))
    assert_quarters(picture, OVER_WHITE)
    assert picture.notes == ("transparent parts were laid over white",)


def test_a_heic_with_alpha() -> None:
    buffer = io.BytesIO()
    pixels = np.concatenate([scene(), opacity()[..., None]], 2)
    Image.fromarray(pixels).save(buffer, "HEIF", quality=100, chroma=444)
    picture = decode_picture(buffer.getvalue())
    assert_quarters(picture, OVER_WHITE)
    assert picture.notes == ("transparent parts were laid over white",)


def test_a_premultiplied_heic() -> None:
    black = scene() * (opacity()[..., None] / 255)
    alpha = hevc(np.repeat(opacity()[..., None], 3, 2)).but(extra=[(b"auxC", ALPHA)])
    alpha.references = [(b"auxl", (1,))]
    picture = hevc(black.round().astype(np.uint8))
    picture.references = [(b"prem", (2,))]
    decoded = decode_picture(heif_file(picture, alpha, brand=b"heic"))
    assert_quarters(decoded, OVER_WHITE)


def test_premultiplied_colours() -> None:
    black = scene() * (opacity()[..., None] / 255)
    picture = av1(black.round().astype(np.uint8))
    picture.references = [(b"prem", (2,))]
    alpha = av1(opacity()).but(extra=[(b"auxC", ALPHA)])
    alpha.references = [(b"auxl", (1,))]
    assert_quarters(decode_picture(heif_file(picture, alpha)), OVER_WHITE)


def test_damaged_alpha_is_left_out_and_said() -> None:
    alpha = av1(opacity()).but(extra=[(b"auxC", ALPHA)])
    alpha.content = alpha.content[:20] + bytes(len(alpha.content) - 20)
    alpha.references = [(b"auxl", (1,))]
    picture = decode_picture(heif_file(AV1, alpha))
    assert_quarters(picture, quarters(scene()))
    assert picture.notes == ("its transparency is damaged and was left out",)


@CODECS
def test_depth_maps_and_thumbnails_are_not_the_picture(coded: Entry, brand: bytes) -> None:
    encode = av1 if brand == b"avif" else hevc
    depth = encode(opacity() if brand == b"avif" else 255 - scene())
    depth = depth.but(extra=[(b"auxC", bytes(4) + b"urn:mpeg:hevc:2015:auxid:2\0")])
    depth.references = [(b"auxl", (3,))]
    thumbnail = encode(np.zeros((32, 48, 3), np.uint8))
    thumbnail.references = [(b"thmb", (3,))]
    picture = decode_picture(heif_file(depth, thumbnail, coded, brand=brand, primary=3))
    assert_quarters(picture, quarters(scene()))
    assert picture.notes == ()


def test_of_several_pictures_in_a_heic_the_primary_is_taken_and_said() -> None:
    file = heif_file(hevc(255 - scene()), HEVC, brand=b"heic", primary=2)
    picture = decode_picture(file)
    assert_quarters(picture, quarters(scene()))
    assert picture.notes == ("only its main picture was taken",)


def tiles(encode: Callable[[Pixels], Entry]) -> list[Entry]:
    """A grid of two tiles of 64 x 64, which stand over at the right."""
    wide = np.pad(scene(), ((0, 0), (0, 32), (0, 0)), "edge")
    whole = Entry(b"grid", grid(1, 2, WIDTH, HEIGHT), [ispe(WIDTH, HEIGHT)], [(b"dimg", (2, 3))])
    return [whole, encode(wide[:, :64].copy()), encode(wide[:, 64:].copy())]


@pytest.mark.parametrize(
    ("encode", "brand"), [(av1, b"avif"), (hevc, b"heic")], ids=["AVIF", "HEIC"]
)
def test_a_grid_of_tiles(encode: Callable[[Pixels], Entry], brand: bytes) -> None:
    entries = tiles(encode)
    picture = decode_picture(heif_file(*entries, brand=brand))
    assert_quarters(picture, quarters(scene()))
    assert picture.notes == ()
    entries[0].properties += [(b"irot", b"\1"), nclx(12, 13, 6)]
    picture = decode_picture(heif_file(*entries, brand=brand, essential=(b"irot",)))
    matrix = np.array(TO_SRGB["Display P3"][1])
    wanted = levels_of(light(quarters(np.rot90(scene()))) @ matrix.T)
    assert_quarters(picture, wanted)


def test_a_grid_whose_tiles_have_alpha() -> None:
    alphas = []
    for number, level in ((2, 51), (3, 255)):
        alpha = av1(np.full((64, 64), level, np.uint8)).but(extra=[(b"auxC", ALPHA)])
        alpha.references = [(b"auxl", (number,))]
        alphas.append(alpha)
    picture = decode_picture(heif_file(*tiles(av1), *alphas))
    wanted = quarters(scene())
    wanted[[0, 2]] = wanted[[0, 2]] * 0.2 + 255 * 0.8
    assert_quarters(picture, wanted)


@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("pieces", [1, 3])
@CODECS
def test_bytes_lie_anywhere(coded: Entry, brand: bytes, inside: bool, pieces: int) -> None:
    file = heif_file(coded, brand=brand, inside=inside, pieces=pieces)
    assert_quarters(decode_picture(file), quarters(scene()))


@CODECS
def test_other_brands_and_sizes_of_boxes(coded: Entry, brand: bytes) -> None:
    good = heif_file(coded, brand=brand)
    for other in (b"mif1", b"miaf", b"1234"):
        picture = decode_picture(good[:8] + other + good[12:])
        assert_quarters(picture, quarters(scene()))
    at = good.rindex(b"mdat")
    to_the_end = good[: at - 4] + bytes(4) + good[at:]
    assert_quarters(decode_picture(to_the_end), quarters(scene()))


@pytest.mark.parametrize(
    "odd",
    [
        Entry(b"Exif", b"\0\0\xff\xff" + b"II*\0", references=[(b"cdsc", (1,))]),
        Entry(b"Exif", b"\0", references=[(b"cdsc", (1,))]),
        Entry(b"Exif", b"", references=[(b"cdsc", (1, 1, 9))]),
        Entry(b"tmap", b"\0\1\2", references=[(b"dimg", (1, 9))]),
        Entry(b"1234", b"what", [(b"free", b"")], [(b"5678", (9,))]),
    ],
    ids=["EXIF elsewhere", "EXIF cut", "EXIF empty", "a gain map", "unknown"],
)
def test_odd_items_do_not_spoil_an_avif(odd: Entry) -> None:
    assert_quarters(decode_picture(heif_file(AV1, odd)), quarters(scene()))


@pytest.mark.parametrize(
    "pixi", [b"\0\0\0\0\3\x08\x08\x08", b"\0\0\0\0\1\x08", b"\0\0\0\0\3\x0a\x0a\x0a", b""]
)
def test_wrong_depths_do_not_spoil_an_avif(pixi: bytes) -> None:
    picture = decode_picture(heif_file(AV1.but(extra=[(b"pixi", pixi)])))
    assert_quarters(picture, quarters(scene()))


def test_the_first_frame_of_sequences() -> None:
    said = ("only its first frame was taken",)
    picture = decode_picture(sequence_file(AV1))
    assert_quarters(picture, quarters(scene()))
    assert picture.notes == said
    picture = decode_picture(sequence_file(HEVC, brand=b"hevc"))
    assert_quarters(picture, quarters(scene()))
    assert picture.notes == said
    picture = decode_picture(sequence_file(AV1, av1(opacity())))
    assert_quarters(picture, OVER_WHITE)


def test_an_animated_avif_of_pillow() -> None:
    frames = [Image.fromarray(scene()), Image.fromarray(255 - scene())]
    buffer = io.BytesIO()
    frames[0].save(buffer, "AVIF", save_all=True, append_images=frames[1:], quality=100)
    picture = decode_picture(buffer.getvalue())
    assert_quarters(picture, quarters(scene()))
    assert picture.notes == ("only its first frame was taken",)


@CODECS
def test_an_item_that_only_turns_another(coded: Entry, brand: bytes) -> None:
    turn = Entry(b"iden", b"\0", [ispe(WIDTH, HEIGHT), (b"irot", b"\1")], [(b"dimg", (2,))])
    picture = decode_picture(heif_file(turn, coded, brand=brand, essential=(b"irot",)))
    assert_quarters(picture, quarters(np.rot90(scene())))


@CODECS
def test_what_lies_behind_the_boxes_does_not_matter(coded: Entry, brand: bytes) -> None:
    good = heif_file(coded, brand=brand)
    for trailer in (bytes(100), b"\0\0\0\5junk", b"\xff" * 50):
        assert_quarters(decode_picture(good + trailer), quarters(scene()))


@pytest.mark.parametrize(("kind", "name"), [(b"jpeg", "JPEG"), (b"avc1", "AVC")])
def test_other_codecs_are_named(kind: bytes, name: str) -> None:
    coded = Entry(kind, b"\xff\xd8\xff", [ispe(64, 64)])
    with pytest.raises(ImageError, match=rf"HEVC or AV1\. Received: {name} in a HEIF file\."):
        decode_picture(heif_file(coded, brand=b"heic"))
