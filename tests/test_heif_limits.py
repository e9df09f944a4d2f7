"""AVIF and HEIC files that are cut, lie about their size or never end are refused at once."""

import contextlib
import struct
import time
import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nst_core.errors import ImageError
from nst_core.pictures.decoding import decode_picture
from testing.heif_files import (
    ALPHA,
    Entry,
    av1,
    box,
    full,
    grid,
    heif_file,
    hevc,
    ispe,
    sequence_file,
)  # fmt: skip

SCENE = np.zeros((64, 64, 3), np.uint8)
SCENE[:20] = (200, 100, 0)
AV1, HEVC = av1(SCENE), hevc(SCENE)


def with_alpha() -> bytes:
    alpha = av1(SCENE[..., 0].copy()).but(extra=[(b"auxC", ALPHA)])
    alpha.references = [(b"auxl", (1,))]
    return heif_file(AV1, alpha)


def in_tiles(tile: Entry, brand: bytes) -> bytes:
    whole = Entry(b"grid", grid(1, 2, 128, 64), [ispe(128, 64)], [(b"dimg", (2, 3))])
    return heif_file(whole, tile, tile.but(), brand=brand)


GOOD = {
    "AVIF": heif_file(AV1),
    "AVIF with alpha": with_alpha(),
    "AVIF grid": in_tiles(AV1, b"avif"),
    "AVIF sequence": sequence_file(AV1),
    "HEIC": heif_file(HEVC, brand=b"heic"),
    "HEIC grid": in_tiles(HEVC, b"heic"),
    "HEIC sequence": sequence_file(HEVC, brand=b"hevc"),
}


@pytest.mark.parametrize("kind", GOOD)
def test_a_cut_file_is_refused(kind: str) -> None:
    good = GOOD[kind]
    decode_picture(good)
    for share in np.linspace(0.02, 0.98, 49):
        with pytest.raises(ImageError):
            decode_picture(good[: int(len(good) * share)])


@settings(deadline=None)
@given(st.data())
def test_no_damage_lets_another_error_out(data: st.DataObject) -> None:
    good = bytearray(GOOD[data.draw(st.sampled_from(sorted(GOOD)))])
    for _ in range(data.draw(st.integers(1, 8))):
        good[data.draw(st.integers(8, len(good) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ImageError):
        picture = decode_picture(bytes(good))
        assert picture.pixels.dtype == np.uint8
        assert picture.pixels.shape[2] == 3


@pytest.mark.parametrize(("coded", "brand"), [(AV1, b"avif"), (HEVC, b"heic")])
def test_a_size_that_is_too_large_is_refused(coded: Entry, brand: bytes) -> None:
    said = coded.but(b"ispe", extra=[ispe(60_000, 50_000)])
    with pytest.raises(ImageError, match=r"50 megapixels\. Received: 60000 x 50000"):
        decode_picture(heif_file(said, brand=brand))
    whole = Entry(b"grid", grid(1, 2, 60_000, 50_000), [ispe(64, 64)], [(b"dimg", (2, 3))])
    with pytest.raises(ImageError, match="60000 x 50000"):
        decode_picture(heif_file(whole, coded, coded, brand=brand))


def as_bytes(bits: str) -> bytes:
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def exp_golomb(number: int) -> str:
    bits = f"{number + 1:b}"
    return "0" * (len(bits) - 1) + bits


def test_av1_data_larger_than_its_box_says_is_refused_undecoded() -> None:
    """A sequence header written bit by bit, as the AV1 specification has it in 5.5.1."""
    reduced_still_picture = "0001100000"
    size = f"{15:04b}{15:04b}{10_999:016b}{11_999:016b}"
    header = as_bytes(reduced_still_picture + size + "0" * 40)
    coded = AV1.but()
    coded.content = bytes([0x0A, len(header)]) + header
    with pytest.raises(ImageError, match="11000 x 12000"):
        decode_picture(heif_file(coded))


def test_hevc_data_larger_than_its_box_says_is_refused_undecoded() -> None:
    """A parameter set written bit by bit, as ITU-T H.265 has it in 7.3.2.2."""
    level = "00000001" + "01" * 48
    size = exp_golomb(0) + exp_golomb(1) + exp_golomb(11_000) + exp_golomb(12_000)
    unit = b"\x42\x01" + as_bytes(level + size + "1" * 40)
    configuration = bytes(22) + b"\1" + struct.pack(">BHH", 33, 1, len(unit)) + unit
    coded = HEVC.but(b"hvcC", extra=[(b"hvcC", configuration)])
    with pytest.raises(ImageError, match="11000 x 12000"):
        decode_picture(heif_file(coded, brand=b"heic"))


def meta(*boxes: bytes) -> bytes:
    ftyp = box(b"ftyp", b"avif" + bytes(4) + b"avif")
    handler = full(b"hdlr", bytes(4) + b"pict" + bytes(13))
    return ftyp + full(b"meta", handler + full(b"pitm", b"\0\1") + b"".join(boxes))


def derived(links: dict[int, tuple[int, ...]]) -> bytes:
    """Items that are nothing but other items, turned."""
    names = [full(b"infe", struct.pack(">HH", n, 0) + b"iden\0", version=2) for n in links]
    references = [
        box(b"dimg", struct.pack(f">HH{len(ids)}H", n, len(ids), *ids)) for n, ids in links.items()
    ]
    kinds = full(b"iinf", struct.pack(">H", len(names)) + b"".join(names))
    return meta(kinds, full(b"iref", b"".join(references)))


def one_tile_often() -> bytes:
    """Each tile a large part of the file: joined they would be gigabytes."""
    whole = Entry(b"grid", grid(60, 60, 3840, 3840), [ispe(3840, 3840)])
    whole.references = [(b"dimg", (2,) * 3600)]
    tile = AV1.but()
    tile.content += bytes(1_000_000)
    return heif_file(whole, tile)


def one_alpha_often() -> bytes:
    """A grid whose thousands of tiles have the same megabyte as their transparency."""
    tiles = tuple(range(2, 1002))
    whole = Entry(b"grid", grid(25, 40, 2560, 1600), [ispe(2560, 1600)], [(b"dimg", tiles)])
    alpha = av1(SCENE[..., 0].copy()).but(extra=[(b"auxC", ALPHA)])
    alpha.content += bytes(1_000_000)
    alpha.references = [(b"auxl", tiles)]
    return heif_file(whole, *[AV1] * len(tiles), alpha)


def one_profile_often() -> bytes:
    """A profile of 4 MB that thousands of items have."""
    count = 3000
    places = struct.pack(">I", count)
    for number in range(1, count + 1):
        places += struct.pack(">HB", number, 4) + bytes([1, 1, 1, 1])
    profile = box(b"colr", b"prof" + bytes(4_000_000))
    auxiliary = box(b"auxC", bytes(4_000_000))
    return meta(box(b"iprp", box(b"ipco", profile + auxiliary) + full(b"ipma", places)))


EXTENTS = struct.pack(">II", 100, 10) * 65_535
NUMBER = struct.pack(">H", 1)
HOSTILE: dict[str, Callable[[], bytes]] = {
    "empty boxes": lambda: meta()[:20] + box(b"free", b"") * 1_000_000,
    "empty boxes inside": lambda: meta(box(b"free", b"") * 1_000_000),
    "a million extents": lambda: meta(
        full(b"iloc", b"\x44\0" + struct.pack(">H", 16)
             + b"".join(struct.pack(">HHH", n, 0, 65_535) + EXTENTS for n in range(16)))
    ),
    "extents of no bytes": lambda: meta(
        full(b"iloc", b"\0\0" + b"\xff" * 4
             + b"".join(struct.pack(">IHHH", n, 0, 0, 65_535) for n in range(200_000)), version=2)
    ),
    "many places of items": lambda: meta(
        *[full(b"iloc", b"\x44\0" + struct.pack(">HHHH", 1, 1, 0, 7000) + EXTENTS[:56_000])] * 300
    ),
    "a million items": lambda: meta(
        full(b"iinf", b"\xff\xff" + full(b"infe", bytes(4) + b"av01\0", version=2) * 1_000_000)
    ),
    "a million references": lambda: meta(
        full(b"iref", b"".join(
            box(b"dimg", struct.pack(">HH", n, 65_535) + NUMBER * 65_535) for n in range(16)))
    ),
    "a million properties": lambda: meta(
        box(b"iprp", box(b"ipco", box(b"ispe", bytes(12)) * 4000)
            + full(b"ipma", b"\xff" * 4 + b"".join(
                struct.pack(">HB", n, 255) + bytes(range(255)) for n in range(4000))))
    ),
    "an item of itself": lambda: derived({1: (1,)}),
    "a long chain": lambda: derived({n: (n + 1,) for n in range(1, 100)}),
    "a wide tree": lambda: derived({n: (n + 1,) * 60 for n in range(1, 30)}),
    "one tile often": one_tile_often,
    "one alpha often": one_alpha_often,
    "one profile often": one_profile_often,
    "a box of size 1": lambda: GOOD["AVIF"].replace(
        struct.pack(">I", GOOD["AVIF"].index(b"mdat") - 28) + b"meta", b"\0\0\0\1meta"
    ),
    "a million tracks": lambda: box(b"ftyp", b"avis" + bytes(4) + b"avis")
    + box(b"moov", box(b"trak", box(b"mdia", b"")) * 500_000),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_at_once(kind: str) -> None:
    data = HOSTILE[kind]()
    for brand in (b"avif", b"heic"):
        file = data[:8] + brand + data[12:]
        began = time.process_time()
        with pytest.raises(ImageError):
            decode_picture(file)
        assert time.process_time() - began < 0.5
        tracemalloc.start()
        try:
            with pytest.raises(ImageError):
                decode_picture(file)
            assert tracemalloc.get_traced_memory()[1] < 50e6
        finally:
            tracemalloc.stop()
