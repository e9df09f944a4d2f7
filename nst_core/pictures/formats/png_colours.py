"""What the chunks of a PNG file say of its colours."""

import dataclasses
import struct
import zlib
from dataclasses import dataclass, field

from nst_core.pictures import colour_spaces
from nst_core.pictures.raster import ColourSpace

MOST_PROFILE = 8 * 1024 * 1024
"""Bytes of an ICC profile."""

_SRGB_GAMMA = 45455
_GAMMA_OF_VIDEO = 2.4
Parts = dict[bytes, bytes]


@dataclass
class Description:
    """What a file says of its colours: a profile or a space, and notes of what is unusable."""

    profile: bytes = b""
    space: ColourSpace | None = None
    notes: list[str] = field(default_factory=list)


def describe(parts: Parts, is_grey: bool) -> Description:
    """What a PNG file's chunks say of its colours.

    cICP counts most, then iCCP, sRGB, and gAMA with cHRM, as in the PNG specification (third
    edition, section 4.3). What is left open there is done as Chromium does: cHRM counts nothing
    without gAMA, and gAMA alone nothing near 1/2.2.

    Args:
        parts: the bodies of the chunks that come before the pixels, by their names.
        is_grey: whether its pixels have one channel of colour.
    """
    found = Description()
    if b"cICP" in parts:
        if _has_known_code_points(parts[b"cICP"]):
            found.space = _from_cicp(parts)
            return found
        found.notes.append("its colours are described by numbers that are unknown")
    if b"iCCP" in parts:
        found.profile = _profile(parts[b"iCCP"], is_grey)
        if not found.profile:
            found.notes.append("its colour profile is unusable and was left out")
    is_srgb = len(parts.get(b"sRGB", b"")) == 1 and parts[b"sRGB"][0] <= 3
    if not is_srgb and b"gAMA" in parts:
        # It also serves if the profile turns out to be unusable.
        found.space = _from_gamma(parts, found.notes)
    return found


def _has_known_code_points(body: bytes) -> bool:
    """Whether cICP describes RGB of full range, which is all that a PNG may hold."""
    return len(body) == 4 and body[2:] == b"\0\1" and colour_spaces.is_known(body[0], body[1])


def _from_cicp(parts: Parts) -> ColourSpace | None:
    primaries, transfer = parts[b"cICP"][:2]
    space = colour_spaces.from_cicp(primaries, transfer, _GAMMA_OF_VIDEO)
    peak = 0
    if len(parts.get(b"cLLI", b"")) == 8:
        peak = int.from_bytes(parts[b"cLLI"][:4], "big")
    if not peak and len(parts.get(b"mDCV", b"")) == 24:
        peak = int.from_bytes(parts[b"mDCV"][16:20], "big")
    if space is None or not peak:
        return space
    return dataclasses.replace(space, peak=peak / 10_000)


def _profile(body: bytes, is_grey: bool) -> bytes:
    """The ICC profile in iCCP; empty if it is damaged, too long, or not for such colours."""
    name, zero, rest = body[:80].partition(b"\0")
    if not name or not zero or rest[:1] != b"\0":
        return b""
    inflater = zlib.decompressobj()
    try:
        profile = inflater.decompress(body[len(name) + 2 :], MOST_PROFILE)
    except zlib.error:
        return b""
    fitting = (b"RGB ", b"GRAY") if is_grey else (b"RGB ",)
    if not inflater.eof or profile[16:20] not in fitting:
        return b""
    return profile


def _from_gamma(parts: Parts, notes: list[str]) -> ColourSpace | None:
    gamma = int.from_bytes(parts[b"gAMA"], "big") if len(parts[b"gAMA"]) == 4 else 0
    if not 10_000 <= gamma <= 1_000_000:
        notes.append("the gamma that it gives is unusable and was left out")
        return None
    primaries = None
    if b"cHRM" in parts:
        primaries = _primaries(parts[b"cHRM"])
        if primaries is None:
            notes.append("what it says of its colours is unusable and was left out")
            return None
    is_usual = abs(gamma / _SRGB_GAMMA - 1.0) < 0.05
    if primaries is None and is_usual:
        return None
    own = "" if primaries is None else colour_spaces.name_of(primaries) or "its own primaries"
    if own == "BT.709":
        own, primaries = "", None
    curve = "linear light" if gamma == 100_000 else f"gamma {100_000 / gamma:.2g}"
    names = [own] if own else []
    return ColourSpace(", ".join(names if is_usual else [*names, curve]), primaries, 1e5 / gamma)


def _primaries(body: bytes) -> colour_spaces.Primaries | None:
    """The points of cHRM, if they span colours: red, green, blue and white."""
    if len(body) != 32:
        return None
    white_x, white_y, *points = (value / 100_000 for value in struct.unpack(">8I", body))
    pairs = (*zip(points[::2], points[1::2], strict=True), (white_x, white_y))
    try:
        colour_spaces.matrix_between(pairs, colour_spaces.SRGB)
    except ValueError:
        return None
    return pairs
