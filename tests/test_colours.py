"""Colours that numbers describe come out in sRGB, as formulas and Chromium have them."""

import dataclasses
import struct
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nst_core.pictures.colour_spaces import from_cicp, in_srgb, is_known
from nst_core.pictures.colours import over_white, to_srgb
from nst_core.pictures.raster import ColourSpace, Raster

Floats = NDArray[np.float64]

# XYZ of D65 -> linear sRGB, and linear light of each space -> XYZ, as their standards print them.
TO_SRGB = [[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]]
DISPLAY_P3 = [[0.4866, 0.2657, 0.1982], [0.2290, 0.6917, 0.0793], [0.0, 0.0451, 1.0439]]
BT2020 = [[0.6370, 0.1446, 0.1689], [0.2627, 0.6780, 0.0593], [0.0, 0.0281, 1.0610]]
# Chromium 156's greys for the levels 0, 16, 32 ... of each HDR transfer.
OF_PQ = [0, 1, 5, 15, 30, 48, 70, 98, 132, 175, 213, 237, 255, 255, 255, 255]
OF_PQ_OF_400_NITS = [0, 1, 8, 21, 39, 61, 88, 121, 163, 214, 249, 255, 255, 255, 255, 255]
OF_PQ_OF_4000_NITS = [0, 1, 5, 15, 30, 48, 70, 98, 132, 175, 202, 214, 226, 238, 250, 255]
OF_HLG = [0, 3, 14, 29, 43, 57, 71, 85, 99, 115, 135, 160, 189, 212, 228, 243]


def colours() -> NDArray[np.uint8]:
    return np.random.default_rng(5).integers(0, 256, (40, 50, 3)).astype(np.uint8)


def encoded(light: Floats) -> Floats:
    """Linear light -> levels of sRGB, 0..255, by its standard."""
    light = np.clip(light, 0.0, 1.0)
    return 255 * np.where(light < 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def linear(levels: NDArray[Any]) -> Floats:
    values = levels / np.iinfo(levels.dtype).max
    return np.where(values < 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize(("primaries", "to_xyz"), [(12, DISPLAY_P3), (9, BT2020)])
def test_wide_colours_are_brought_to_srgb(
    primaries: int, to_xyz: list[list[float]], dtype: type
) -> None:
    levels = colours().astype(dtype) * dtype(np.iinfo(dtype).max // 255)
    space = from_cicp(primaries, 13)
    assert space is not None
    by_hand = encoded(linear(levels) @ np.transpose(to_xyz) @ np.transpose(TO_SRGB))
    assert np.abs(in_srgb(levels, space) - by_hand).max() <= 1.5


@pytest.mark.parametrize(
    ("transfer", "light"),
    [
        (4, lambda v: v**2.2),
        (5, lambda v: v**2.8),
        (8, lambda v: v),
        (7, lambda v: np.where(v < 0.0913, v / 4, ((v + 0.1115) / 1.1115) ** (1 / 0.45))),
        (17, lambda v: v**2.6 * 52.37 / 48),
        (1, lambda v: v**2.4),
        (6, lambda v: v**2.4),
        (14, lambda v: v**2.4),
    ],
)
def test_every_transfer_is_that_of_its_standard(transfer: int, light: Any) -> None:
    space = from_cicp(1, transfer, video_gamma=2.4)
    assert space is not None
    levels = colours()
    assert np.abs(in_srgb(levels, space) - encoded(light(levels / 255))).max() <= 0.6
    assert np.array_equal(in_srgb(levels[..., 0], space), in_srgb(levels, space)[..., 0])


@pytest.mark.parametrize(
    ("transfer", "peak", "shown"),
    [(16, 1000, OF_PQ), (16, 400, OF_PQ_OF_400_NITS), (16, 4000, OF_PQ_OF_4000_NITS),
     (18, 1000, OF_HLG)],
)  # fmt: skip
def test_hdr_greys_are_shown_as_chromium_does(transfer: int, peak: int, shown: list[int]) -> None:
    space = from_cicp(9, transfer)
    assert space is not None
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None], 32, axis=0)
    greys = in_srgb(ramp, dataclasses.replace(space, peak=float(peak)))
    assert np.abs(greys[0, ::16].astype(int) - shown).max() <= 3
    # 16 bits, and three equal channels.
    deep = in_srgb(np.repeat(ramp[..., None].astype(np.uint16) * 257, 3, 2), space)
    if peak == 1000:
        assert np.abs(deep[..., 1].astype(int) - greys).max() <= 1
    assert np.ptp(deep.astype(int), axis=2).max() <= 1


def test_hdr_colours_are_shown_as_chromium_does() -> None:
    """Measured for a few levels of PQ and HLG in the primaries of BT.2020."""
    levels = np.array([[[217, 163, 130], [92, 38, 132]]], np.uint8)
    pq, hlg = from_cicp(9, 16), from_cicp(9, 18)
    assert pq is not None
    assert hlg is not None
    assert np.abs(in_srgb(levels, pq)[0, 0].astype(int) - [255, 53, 30]).max() <= 1
    assert np.abs(in_srgb(levels, pq)[0, 1].astype(int) - [72, 0, 149]).max() <= 1
    assert np.abs(in_srgb(levels, hlg)[0, 0].astype(int) - [254, 117, 94]).max() <= 1


@pytest.mark.parametrize("code", [(1, 13), (1, 1), (2, 13), (12, 2), (12, 9), (3, 3), (200, 200)])
def test_srgb_and_the_unknown_are_left_as_they_are(code: tuple[int, int]) -> None:
    assert from_cicp(*code) is None


def test_names_are_those_that_people_use() -> None:
    codes = [(12, 13), (12, 1), (9, 14), (9, 16), (9, 18), (11, 17), (1, 16), (1, 8)]
    assert [getattr(from_cicp(*code), "name", "") for code in codes] == [
        "Display P3", "Display P3", "BT.2020", "BT.2020 PQ", "BT.2100 HLG", "DCI P3 SMPTE 428",
        "BT.709 PQ", "linear light",
    ]  # fmt: skip
    assert is_known(9, 16)
    assert not is_known(2, 2)


def test_white_stays_white_whatever_white_a_space_has() -> None:
    for primaries in (4, 5, 6, 7, 8, 9, 10, 11, 12, 22):
        space = from_cicp(primaries, 13)
        assert space is not None
        assert in_srgb(np.full((1, 1, 3), 255, np.uint8), space).min() >= 254


@pytest.mark.parametrize(
    "primaries",
    [((0.64, 0.33),) * 3 + ((0.31, 0.33),), ((0.64, 0.33), (0.3, 0.6), (0.15, 0.06), (0.31, 0.0)),
     ((0.64, 0.33), (0.3, 0.6), (0.15, 0.06), (0.9, 0.05))],
    ids=["one point", "white without light", "white outside"],
)  # fmt: skip
def test_primaries_that_make_no_sense_are_left_out_and_said(primaries: Any) -> None:
    levels = colours()
    raster = Raster(levels, space=ColourSpace("odd", primaries, 2.2))
    assert np.array_equal(to_srgb(raster), levels)
    assert raster.notes == ["what it says of its colours is unusable and was left out"]


def test_a_conversion_is_said_and_a_grey_raster_has_one_too() -> None:
    raster = Raster(np.full((40, 40), 128, np.uint8), "grey", space=from_cicp(1, 8))
    assert to_srgb(raster)[0, 0].tolist() == [188, 188, 188]
    assert raster.notes == ["its colours were converted from linear light"]


def linear_grey_profile() -> bytes:
    """An ICC profile of grey levels that are linear light, by hand: a head and three tags."""
    text = b"desc\0\0\0\0" + struct.pack(">I", 7) + b"linear\0" + bytes(81)
    white = b"XYZ \0\0\0\0" + struct.pack(">iii", 63190, 65536, 54061)
    curve = b"curv\0\0\0\0" + struct.pack(">IHH", 1, 256, 0)
    table, bodies, at = struct.pack(">I", 3), b"", 168
    for name, body in ((b"desc", text), (b"wtpt", white), (b"kTRC", curve)):
        table += name + struct.pack(">II", at + len(bodies), len(body))
        bodies += body
    size = at + len(bodies)
    head = struct.pack(">I4xI12s", size, 0x02100000, b"mntrGRAYXYZ ") + bytes(12) + b"acsp"
    return head + bytes(28) + struct.pack(">iii", 63190, 65536, 54061) + bytes(48) + table + bodies


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_profile_of_greys_is_exact_in_the_dark_too(dtype: type) -> None:
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[None], 32, axis=0)
    levels = ramp.astype(dtype) * dtype(np.iinfo(dtype).max // 255)
    raster = Raster(levels, "grey", profile=linear_grey_profile())
    assert np.abs(to_srgb(raster)[..., 0] - encoded(ramp / 255)).max() <= 1
    assert raster.notes == ["its colours were converted from linear"]


def test_sixteen_bits_are_rounded() -> None:
    levels = np.random.default_rng(2).integers(0, 65536, (300, 1000, 3)).astype(np.uint16)
    assert np.array_equal(to_srgb(Raster(levels)), np.rint(levels / 257))


def test_a_picture_of_many_strips_is_as_one_of_one() -> None:
    levels = np.tile(colours(), (20, 20, 1))
    space = from_cicp(9, 16)
    assert space is not None
    assert np.array_equal(in_srgb(levels, space), np.tile(in_srgb(colours(), space), (20, 20, 1)))
    alpha = levels[..., 0]
    share = alpha[..., None] / 255
    by_hand = levels * share + 255 * (1 - share)
    assert np.abs(over_white(levels, alpha) - by_hand).max() <= 1
