"""Colours as boxes and video streams describe them: by the numbers of ITU-T H.273."""

from collections.abc import Iterable
from dataclasses import dataclass

UNSPECIFIED = 2
_BT601 = 6


@dataclass(frozen=True)
class Nclx:
    """Colour primaries, transfer characteristics, matrix coefficients, and the range of levels."""

    primaries: int = UNSPECIFIED
    transfer: int = UNSPECIFIED
    matrix: int = UNSPECIFIED
    is_full_range: bool = True

    def to_bytes(self) -> bytes:
        """The content of a box COLR."""
        numbers = (self.primaries, self.transfer, self.matrix)
        return (
            b"nclx"
            + b"".join(number.to_bytes(2, "big") for number in numbers)
            + bytes([self.is_full_range << 7])
        )


def colours_of(properties: Iterable[tuple[bytes, bytes]]) -> tuple[Nclx | None, bytes]:
    """The numbers and the ICC profile among an item's properties; None and b"" for none."""
    nclx, profile = None, b""
    for name, body in properties:
        if name != b"colr":
            continue
        if body[:4] == b"nclx" and len(body) >= 11 and nclx is None:
            numbers = [int.from_bytes(body[at : at + 2], "big") for at in (4, 6, 8)]
            nclx = Nclx(*numbers, is_full_range=body[10] >= 128)
        elif body[:4] in (b"prof", b"rICC") and not profile:
            profile = body[4:]
    return nclx, profile
