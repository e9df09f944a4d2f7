"""JPEG files as cameras, phones and editors write them are opened, and no cut or hostile one."""

import base64
import contextlib
import io
import re
import struct
import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageCms

from nst_core.errors import ImageError
from nst_core.pictures.decoding import decode_picture

WIDTH, HEIGHT = 96, 80
# Half of it on a quiet machine.
AT_ONCE = 1.0


def scene() -> NDArray[np.uint8]:
    """Slopes in three directions with some structure: (80, 96, 3)."""
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    waves = 20 * np.sin(rows / 3) * np.cos(columns / 4)
    channels = [columns * 2, rows * 3, (rows + columns) * 1.3]
    return np.stack([np.clip(channel + waves, 0, 255) for channel in channels], 2).astype(np.uint8)


def jpeg(image: Image.Image | None = None, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image = image or Image.fromarray(scene())
    image.save(buffer, "JPEG", **{"quality": 95, "subsampling": 0, **options})
    return buffer.getvalue()


def segment(kind: int, body: bytes) -> bytes:
    return bytes((0xFF, kind)) + struct.pack(">H", len(body) + 2) + body


def behind_start(data: bytes, added: bytes) -> bytes:
    return data[:2] + added + data[2:]


def without(data: bytes, kind: int) -> bytes:
    """The same file less its segments of a kind."""
    kept, at = data[:2], 2
    while data[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        kept += data[at:end] if data[at + 1] != kind else b""
        at = end
    return kept + data[at:]


def decoded(data: bytes) -> NDArray[np.int64]:
    return decode_picture(data).pixels.astype(int)


def decoded_or_refused(data: bytes) -> NDArray[np.int64] | None:
    """None if it is refused; anything else that goes wrong fails the test."""
    with contextlib.suppress(ImageError):
        return decoded(data)
    return None


def assert_scene(data: bytes) -> None:
    """It shows the scene, with nothing to say about it."""
    picture = decode_picture(data)
    assert picture.pixels.shape == (HEIGHT, WIDTH, 3)
    assert np.abs(picture.pixels.astype(int) - scene()).mean() < 3
    assert picture.notes == ()


GOOD = jpeg()
KINDS = {
    "baseline": GOOD,
    "subsampled": jpeg(subsampling=2),
    "progressive": jpeg(progressive=True),
    "optimised": jpeg(optimize=True, quality=60),
    "restarts": jpeg(restart_marker_blocks=3),
    "grey": jpeg(Image.fromarray(scene()).convert("L")),
    "CMYK": jpeg(Image.fromarray(scene()).convert("CMYK")),
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_mark_of_the_end_may_be_missing(kind: str) -> None:
    whole = decoded(KINDS[kind])
    unmarked = KINDS[kind][:-2]
    for ending in (b"", b"\xff", bytes(3000), b"\xff" * 50, GOOD):
        data = unmarked + ending
        assert np.array_equal(decoded(data), whole)


@pytest.mark.parametrize("ending", [b"", b"\xff\xd9", bytes(3000), GOOD])
@pytest.mark.parametrize("kind", KINDS)
@settings(deadline=None, max_examples=15)
@given(st.data())
def test_cut_pixels_are_refused_whatever_follows(
    kind: str, ending: bytes, data: st.DataObject
) -> None:
    good = KINDS[kind]
    first = good.index(b"\xff\xda") + 20
    cut = data.draw(st.integers(first, len(good) - 2) | st.integers(len(good) - 40, len(good) - 2))
    pixels = decoded_or_refused(good[:cut] + ending)
    if pixels is None:
        return
    if kind == "progressive" and ending[:2] == b"\xff\xd9":
        return  # scans that only refine the picture may be left out
    wrong = np.abs(pixels - decoded(good)).max(2) > 3
    if ending[:2] in (b"\xff\xd9", b"\0\0"):
        # Where the end is marked, the last block may be incomplete; a zero may be its last byte.
        wrong[-20:, -20:] = False
    assert not wrong.any()


def ending_in_zero() -> bytes:
    """A grey picture whose data ends in a byte of zeros, less the mark of its end."""
    for quality in range(20, 95):
        for tilt in range(1, 4):
            levels = np.clip(scene()[..., 0].astype(int) * tilt, 0, 255).astype(np.uint8)
            data = jpeg(Image.fromarray(levels), quality=quality, optimize=True)
            if data[-3] == 0 and data[-4] != 0xFF:
                return data[:-2]
    raise AssertionError("no such picture")


def test_a_zero_may_be_the_last_byte_of_the_data() -> None:
    data = ending_in_zero()
    whole = decoded(data + b"\xff\xd9")
    for ending in (b"", b"\0\0", bytes(3000), b"\xff"):
        assert np.array_equal(decoded(data + ending), whole)


# A slope, levels = 3 (row + column), of 40 x 32: cjpeg -arithmetic -progressive -grayscale.
ARITHMETIC = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAwJCQsJCAwLCgsODQwPEx8UExEREyYbHRcfLSgwLywoLCsyOEg9MjVE"
    "NissPlU/REpMUFFQMDxYXldOXkhPUE3/ygALCAAgACgBAREA/8wABAAQ/9oACAEBAAAAAf8AZaw6Gi9F6tduaP/M"
    "AAQQBf/aAAgBAQABBQIRWEW7MqD5SpiSwP/MAAQQBf/aAAgBAQAGPwKw/8wABBAF/9oACAEBAAE/IemA/9oACAEB"
    "AAAAEP8A/wD4/8wABBAF/9oACAEBAAE/EExjvAcx6DtQ/9k="
)


def test_arithmetic_data_leaves_out_the_zeros_at_its_end() -> None:
    slope = np.add.outer(np.arange(32), np.arange(40)) * 3
    for ending in (b"\xff\xd9", b"", bytes(3000)):
        pixels = decoded(ARITHMETIC[:-2] + ending)
        assert np.abs(pixels - slope[..., None]).mean() < 3
    with pytest.raises(ImageError, match="ends before its last pixels"):
        decode_picture(ARITHMETIC[:-12])


@pytest.mark.parametrize("restarts", [0, 1])
@pytest.mark.parametrize("quality", [1, 5, 30])
def test_no_cut_of_a_coarse_picture_passes(quality: int, restarts: int) -> None:
    """In its few bits a missing one often means the same as another."""
    for subsampling in (0, 2):
        good = jpeg(
            quality=quality, restart_marker_blocks=restarts, subsampling=subsampling, optimize=True
        )
        whole = decoded(good)
        for cut in range(good.index(b"\xff\xda") + 20, len(good) - 2):
            pixels = decoded_or_refused(good[:cut])
            assert pixels is None or np.array_equal(pixels, whole), cut


def test_a_picture_that_ends_in_mid_grey_is_whole() -> None:
    pixels = scene()
    pixels[40:] = 128
    assert np.abs(decoded(jpeg(Image.fromarray(pixels))) - pixels).mean() < 3


@pytest.mark.parametrize(
    "trailer",
    [
        bytes(5000),
        b"\xff\xd9" * 20,
        b"SEFH\0\0\xff\xd9MotionPhoto_Data\0\0\0\x18ftypmp42",
        GOOD[2:],
    ],
    ids=["zeros", "ends", "a film", "garbage"],
)
def test_what_follows_the_end_changes_nothing(trailer: bytes) -> None:
    assert_scene(GOOD + trailer)


def test_the_first_picture_of_several_is_taken_without_a_word() -> None:
    buffer = io.BytesIO()
    second = Image.fromarray(255 - scene())
    Image.fromarray(scene()).save(
        buffer, "MPO", save_all=True, append_images=[second], quality=95, subsampling=0
    )
    assert b"MPF\0" in buffer.getvalue()
    assert_scene(buffer.getvalue())


PLAIN = without(GOOD, 0xE0)


@pytest.mark.parametrize(
    "data",
    [
        PLAIN,
        behind_start(PLAIN, segment(0xE0, b"JFIF\0")),
        behind_start(PLAIN, segment(0xE0, b"")),
        behind_start(PLAIN, segment(0xEE, b"Adobe\0")),
        behind_start(GOOD, segment(0xE1, b"Exif\0\0")),
        behind_start(GOOD, segment(0xE2, b"ICC_PROFILE\0\1")),
        behind_start(GOOD, segment(0xE5, b"x") + b"\xff\xe5\0\0\xff\xe5\0\1"),
        behind_start(GOOD, segment(0xE5, b"x") + b"garbage" + b"\xff" * 3000),
        behind_start(GOOD, b"\xff\xd8"),
        GOOD.replace(b"\xff\xda", segment(0xFE, b"a comment") + b"\xff\xff\xff\xda"),
    ],
    ids=["no JFIF", "short JFIF", "empty JFIF", "short Adobe", "empty EXIF", "empty profile",
         "lengths below two", "garbage between", "two starts", "fill"],
)  # fmt: skip
def test_odd_segments_do_not_spoil_a_good_picture(data: bytes) -> None:
    assert_scene(data)


def test_a_damaged_restart_spoils_no_more_than_its_place() -> None:
    data = bytearray(jpeg(restart_marker_blocks=3))
    restarts = [match.start() for match in re.finditer(rb"\xff[\xd0-\xd7]", data)]
    data[restarts[10] + 1] ^= 4
    wrong = (np.abs(decoded(bytes(data)) - scene()).max(2) > 40).mean()
    assert wrong < 0.1


def test_a_height_that_follows_the_first_scan() -> None:
    frame = GOOD.index(b"\xff\xc0")
    data = GOOD[: frame + 5] + b"\0\0" + GOOD[frame + 7 : -2]
    assert_scene(data + segment(0xDC, struct.pack(">H", HEIGHT)) + b"\xff\xd9")


def with_names(data: bytes, names: bytes) -> bytes:
    """The same file with other names for its three channels."""
    renamed = bytearray(data)
    frame, scan = data.index(b"\xff\xc0"), data.index(b"\xff\xda")
    renamed[frame + 10 : frame + 19 : 3] = names
    renamed[scan + 5 : scan + 11 : 2] = names
    return bytes(renamed)


ADOBE = b"Adobe\0\x64\0\0\0\0"


def test_red_green_and_blue_may_be_stored_as_such() -> None:
    channels = Image.fromarray(scene()).split()
    stored = without(jpeg(Image.merge("YCbCr", channels)), 0xE0)
    assert_scene(with_names(stored, b"RGB"))
    assert_scene(behind_start(stored, segment(0xEE, ADOBE + b"\0")))
    # Luminance and colour differences otherwise, under whatever name.
    assert_scene(with_names(PLAIN, b"abc"))
    assert_scene(behind_start(PLAIN, segment(0xEE, ADOBE + b"\1")))


def test_inks_are_stored_inverted_with_adobe_s_segment_and_without() -> None:
    data = KINDS["CMYK"]
    assert b"Adobe" in data
    assert_scene(data)
    assert_scene(without(data, 0xEE))


def test_inks_as_luminance_and_colour_differences() -> None:
    inks = Image.fromarray(scene()).convert("CMYK")
    # A decoder inverts what it makes of luminance and colour differences, and Pillow what it saves.
    *colours, black = inks.split()
    ycc = Image.merge("RGB", colours).convert("YCbCr").split()
    stored = [Image.fromarray(255 - np.asarray(channel)) for channel in ycc]
    stored.append(black)
    data = without(jpeg(Image.merge("CMYK", stored)), 0xEE)
    assert_scene(behind_start(data, segment(0xEE, ADOBE + b"\2")))


def press() -> bytes:
    """A profile of inks: paper is white, cyan is as in Lab (60, -40, -40), all others L = 20."""
    corners = np.full((2, 2, 2, 2, 3), (20, 0, 0), float)  # by cyan, magenta, yellow, black
    corners[0, 0, 0, 0] = (100, 0, 0)
    corners[1, 0, 0, 0] = (60, -40, -40)
    stored = np.rint(corners * (2.55, 1, 1) + (0, 128, 128)).astype(np.uint8).tobytes()
    identity = struct.pack(">9I", *(65536 * (n % 4 == 0) for n in range(9)))
    steps = bytes(range(256))
    table = b"mft1" + bytes(4) + bytes((4, 3, 2, 0)) + identity + steps * 4 + stored + steps * 3
    d50 = struct.pack(">3I", 0xF6D6, 0x10000, 0xD32D)
    words = b"Press\0"
    name = b"desc" + bytes(4) + struct.pack(">I", len(words)) + words + bytes(78)
    tags = {b"A2B0": table, b"wtpt": b"XYZ " + bytes(4) + d50, b"desc": name}
    index, bodies, at = b"", b"", 128 + 4 + 12 * len(tags)
    for tag, body in tags.items():
        index += tag + struct.pack(">II", at + len(bodies), len(body))
        bodies += body + bytes(-len(body) % 4)
    body = struct.pack(">I", len(tags)) + index + bodies
    head = struct.pack(">I4sI4s4s4s", 128 + len(body), b"", 0x02400000, b"prtr", b"CMYK", b"Lab ")
    head += struct.pack(">6H4s", 2020, 1, 1, 0, 0, 0, b"acsp")
    return head.ljust(68, b"\0") + d50 + bytes(48) + body


@pytest.mark.parametrize("has_adobe", [True, False])
def test_a_profile_of_inks_is_applied_and_its_black_is_no_full_black(has_adobe: bool) -> None:
    inks = np.zeros((48, 96, 4), np.uint8)
    inks[:, 32:64, 0] = inks[:, 64:, 3] = 255
    data = jpeg(Image.fromarray(inks, "CMYK"), icc_profile=press(), quality=100)
    picture = decode_picture(data if has_adobe else without(data, 0xEE))
    paper, cyan, black = picture.pixels[24, 16], picture.pixels[24, 48], picture.pixels[24, 80]
    # By the formulas of CIE Lab and sRGB: L = 20 is 48.
    assert np.abs(paper.astype(int) - 255).max() <= 1
    assert np.abs(black.astype(int) - 48).max() <= 2
    assert cyan[0] < 20 < 150 < cyan[1] < cyan[2]
    assert picture.notes == ("its colours were converted from Press",)


def test_a_profile_in_pieces_out_of_order() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    pieces = [srgb[:300], srgb[300:]]
    segments = [
        segment(0xE2, b"ICC_PROFILE\0" + bytes((number, 2)) + piece)
        for number, piece in enumerate(pieces, 1)
    ]
    assert_scene(behind_start(GOOD, segments[1] + segments[0]))
    picture = decode_picture(behind_start(GOOD, segments[1]))
    assert np.abs(picture.pixels.astype(int) - scene()).mean() < 3
    assert any("profile is unusable" in note for note in picture.notes)


def green_for_red() -> bytes:
    """An sRGB profile whose red and green are exchanged."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, green = profile.index(b"rXYZ"), profile.index(b"gXYZ")
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    return bytes(profile)


@pytest.mark.parametrize(
    ("numbers", "is_usable"),
    [([(1, 1)], True), ([(2, 2), (1, 2)], True), ([(1, 1), (1, 1)], True), ([(0, 1)], False),
     ([(1, 3)], False), ([(0, 2), (1, 2)], False), ([(1, 2), (2, 3)], False)],
)  # fmt: skip
def test_a_profile_counts_if_its_pieces_are_numbered_as_they_must_be(
    numbers: list[tuple[int, int]], is_usable: bool
) -> None:
    profile = green_for_red()
    whole = len(profile) if len(numbers) == 1 or numbers[0] == numbers[1] else 200
    segments = b""
    for number, total in numbers:
        is_first = number == min(numbers)[0]
        piece = profile[:whole] if is_first else profile[whole:]
        segments += segment(0xE2, b"ICC_PROFILE\0" + bytes((number, total)) + piece)
    picture = decode_picture(behind_start(GOOD, segments))
    wanted = scene()[..., [1, 0, 2]] if is_usable else scene()
    assert np.abs(picture.pixels.astype(int) - wanted).mean() < 4
    assert any("profile is unusable" in note for note in picture.notes) is not is_usable


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("kind", "count", "value", "is_obeyed"),
    [(3, 1, 3, True), (4, 1, 3, False), (3, 2, 3, False), (1, 1, 3, False), (3, 1, 9, False)],
)
def test_an_orientation_is_one_number_of_16_bits(
    order: str, kind: int, count: int, value: int, is_obeyed: bool
) -> None:
    stored = struct.pack(f"{order}I", value) if kind == 4 else struct.pack(f"{order}HH", value, 0)
    tiff = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}IH", 8, 2)
    tiff += struct.pack(f"{order}HHIHH", 0x0100, 3, 1, 640, 0)
    tiff += struct.pack(f"{order}HHI", 0x0112, kind, count) + stored + bytes(4)
    data = behind_start(GOOD, segment(0xE1, b"Exif\0\0" + tiff))
    wanted = scene()[::-1, ::-1] if is_obeyed else scene()
    assert np.abs(decoded(data) - wanted).mean() < 3
    for cut in range(len(tiff)):
        decoded(behind_start(GOOD, segment(0xE1, b"Exif\0\0" + tiff[:cut])))


def test_only_exif_turns_a_picture() -> None:
    xmp = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF><rdf:D" \
        b"escription tiff:Orientation='3'/></rdf:RDF></x:xmpmeta>"  # fmt: skip
    assert_scene(behind_start(GOOD, segment(0xE1, xmp)))
    exif = Image.Exif()
    exif[0x0112] = 3
    turned = behind_start(GOOD, segment(0xE1, xmp) + segment(0xE1, exif.tobytes()))
    assert np.abs(decoded(turned)[::-1, ::-1] - scene()).mean() < 3


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"\xff\xc0\0\x11\x08", b"\xff\xc1\0\x11\x0c", "8 bits a channel. Received: 12 bits"),
        (b"\xff\xc0", b"\xff\xc3", "a lossless JPEG picture"),
        (b"\xff\xc0", b"\xff\xc5", "a hierarchical JPEG picture"),
        (b"\xff\xc0", b"\xff\xf7", "a JPEG-LS picture"),
        (struct.pack(">HHB", HEIGHT, WIDTH, 3), struct.pack(">HHB", HEIGHT, WIDTH, 2), "2 channel"),
    ],
)
def test_rare_kinds_are_named(old: bytes, new: bytes, words: str) -> None:
    assert old in GOOD
    with pytest.raises(ImageError, match=words):
        decode_picture(GOOD.replace(old, new, 1))


HEAD, SCAN, BEHIND = 2, GOOD.index(b"\xff\xda") + 600, len(GOOD) - 2
FLOODS = {
    "FF between segments": (HEAD, b"\xff"),
    "FF in a scan": (SCAN, b"\xff"),
    "FF behind the scan": (BEHIND, b"\xff"),
    "FF 00": (SCAN, b"\xff\0"),
    "restarts": (SCAN, b"\xff\xd0"),
    "a mixture": (SCAN, b"\xff\0\xff\xd3\xff\xff\x12"),
    "starts": (HEAD, b"\xff\xd8"),
    "comments": (HEAD, b"\xff\xfe\0\2"),
    "tables": (HEAD, segment(0xDB, bytes(65_000))),
    "profiles": (HEAD, segment(0xE2, b"ICC_PROFILE\0\1\xff" + bytes(900))),
    "XMP": (HEAD, segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0")),
}


@pytest.mark.parametrize("kind", FLOODS)
def test_floods_are_passed_or_refused_at_once(kind: str) -> None:
    where, part = FLOODS[kind]
    data = GOOD[:where] + part * ((31 << 20) // len(part)) + GOOD[where:]
    before = time.process_time()
    decoded_or_refused(data)
    assert time.process_time() - before < AT_ONCE


def test_ff_to_the_end_is_refused_at_once() -> None:
    for beginning in (GOOD[:20], GOOD[: len(GOOD) // 2]):
        before = time.process_time()
        with pytest.raises(ImageError, match="ends before"):
            decode_picture(beginning + b"\xff" * (31 << 20))
        assert time.process_time() - before < AT_ONCE


def repeated_scans(side: int, times: int) -> bytes:
    data = jpeg(Image.new("L", (side, side), 128), progressive=True)
    table = data.rindex(b"\xff\xc4")
    return data[:-2] + data[table:-2] * times + b"\xff\xd9"


def test_repeated_scans_are_refused_by_the_work_that_they_make() -> None:
    assert decode_picture(repeated_scans(400, 80)).pixels.shape == (400, 400, 3)
    with pytest.raises(ImageError, match="far too many parts"):
        decode_picture(repeated_scans(400, 200))
    large = repeated_scans(7000, 80)
    before = time.process_time()
    with pytest.raises(ImageError, match="too many scans for its size"):
        decode_picture(large)
    assert time.process_time() - before < AT_ONCE


@settings(deadline=None, max_examples=100)
@given(st.data())
def test_no_damage_lets_another_error_out(data: st.DataObject) -> None:
    damaged = bytearray(KINDS[data.draw(st.sampled_from(sorted(KINDS)))])
    head = damaged.index(b"\xff\xda") + 14
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(2, head) | st.integers(2, len(damaged) - 1))
        damaged[at] = data.draw(st.integers(0, 255) | st.just(255))
    decoded_or_refused(bytes(damaged))
