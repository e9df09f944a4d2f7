"""Colours as boxes and video streams describe them: by the numbers of ITU-T H.273."""

import struct
from collections.abc import Iterable
from dataclasses import dataclass, replace

from nst_core.pictures.colour_spaces import from_cicp
from nst_core.pictures.raster import Raster

FULL_RANGE = 0x80
UNSPECIFIED = 2
_BT601 = 6
_BT709, _SRGB = 1, 13
# Numbers that Chromium knows.
_PRIMARIES = frozenset((1, *range(4, 13), 22))
_TRANSFERS = frozenset((1, *range(4, 19)))
_MATRICES = frozenset((0, 1, 2, *range(4, 10), 15))
_BEYOND = frozenset(range(10, 15))
"""Matrices with which Chromium takes any colours for sRGB: BT.2020's constant luminance (10), what
follows from primaries (12, 13), ICtCp (14)."""
_RESERVED = (0, 3)
"""Transfers with which it does so, too."""

# Decoders turn these into red, green and blue.
_DECODED = frozenset((*range(3), *range(4, 10), 12))
_YCGCO = 8


@dataclass(frozen=True)
class Nclx:
    """Colour primaries, transfer characteristics, matrix coefficients, and the range of levels.

    `range_flags` has the bit FULL_RANGE where 0 is black, not 16.
    """

    primaries: int = UNSPECIFIED
    transfer: int = UNSPECIFIED
    matrix: int = UNSPECIFIED
    range_flags: int = FULL_RANGE

    def to_bytes(self) -> bytes:
        """The content of a box COLR."""
        numbers = (self.primaries, self.transfer, self.matrix, self.range_flags)
        return b"nclx" + struct.pack(">HHHB", *numbers)


def decodable(colours: Nclx) -> Nclx:
    """The same, with BT.601's matrix and sRGB's colours for numbers that decoders do not know.

    They refuse a file for these; Chromium shows it so.

    Example:
        >>> decodable(Nclx(12, 13, 77)).matrix
        6
    """
    return replace(
        colours,
        primaries=colours.primaries if colours.primaries in _PRIMARIES else _BT709,
        transfer=colours.transfer if colours.transfer in _TRANSFERS else _SRGB,
        matrix=colours.matrix if _has_known_matrix(colours, _DECODED) else _BT601,
    )


def _has_known_matrix(colours: Nclx, known: frozenset[int]) -> bool:
    """Whether it is among those; YCgCo is decoded in full range alone."""
    is_full_range = bool(colours.range_flags & FULL_RANGE)
    return colours.matrix in known and (is_full_range or colours.matrix != _YCGCO)


def colours_of(properties: Iterable[tuple[bytes, bytes]]) -> tuple[Nclx | None, bytes]:
    """The numbers and the ICC profile among an item's properties; None and b"" for none."""
    nclx, profile = None, b""
    for name, body in properties:
        if name != b"colr":
            continue
        if body[:4] == b"nclx" and len(body) >= 11 and nclx is None:
            nclx = Nclx(*struct.unpack_from(">HHHB", body, 4))
        elif body[:4] in (b"prof", b"rICC") and not profile:
            profile = body[4:]
    return nclx, profile


def describe(nclx: Nclx, properties: Iterable[tuple[bytes, bytes]], raster: Raster) -> None:
    """Say in a raster which colours it has, as Chromium reads them.

    Args:
        nclx: of the picture.
        properties: of its item, which may say how bright its light is.
        raster: gets `space`, and a note where the colours are none that are known.
    """
    primaries = _BT709 if nclx.primaries == UNSPECIFIED else nclx.primaries
    transfer = _SRGB if nclx.transfer == UNSPECIFIED else nclx.transfer
    is_known = primaries in _PRIMARIES and transfer in _TRANSFERS
    if not (is_known and _has_known_matrix(nclx, _MATRICES)):
        numbers = f"primaries {primaries}, transfer {transfer}, matrix {nclx.matrix}"
        raster.notes.append(f"unknown parts of its colours ({numbers}) were taken as in sRGB")
    if nclx.matrix in _BEYOND or transfer in _RESERVED:
        return
    known = decodable(nclx)
    space = from_cicp(known.primaries, known.transfer)
    peak = _peak(properties)
    raster.space = replace(space, peak=peak) if space and peak else space


def _peak(properties: Iterable[tuple[bytes, bytes]]) -> int:
    """The brightest light in cd/m2; 0 where it is not said."""
    said = dict(properties)
    brightest = int.from_bytes(said.get(b"clli", b"")[:2], "big")
    # What a master's screen could show counts where the picture's own light is not known.
    return brightest or int.from_bytes(said.get(b"mdcv", b"")[16:20], "big") // 10_000
