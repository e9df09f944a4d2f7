"""What the reader of a file format gives: levels as the file has them, and what these mean."""

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from nst_core.pictures.pixels import SMALLEST_SIDE

MOST_PIXELS = 50_000_000
"""How many pixels a picture may have."""

Model = Literal["grey", "rgb", "cmyk", "lab"]
"""What the channels of a raster mean."""


@dataclass(frozen=True)
class ColourSpace:
    """Colours described by numbers instead of a profile.

    Attributes:
        name: for people, as in "Display P3"; empty for one hardly apart from sRGB.
        primaries: CIE xy of red, green, blue and white; None for those of sRGB.
        transfer: how levels become light: "srgb", "pq", "hlg", "linear", "smpte240", "smpte428",
            or an exponent as in 2.2.
        peak: the brightest light of a picture in PQ or HLG, in cd/m2, as its file says.
    """

    name: str
    primaries: tuple[tuple[float, float], ...] | None = None
    transfer: str | float = "srgb"
    peak: float = 1000.0


@dataclass
class Raster:
    """A decoded picture whose colours are still those of its file.

    Attributes:
        levels: uint8 or uint16, (H, W) where `model` is grey, (H, W, 3) for rgb and lab and
            (H, W, 4) for cmyk; full range, so that 0 and 255 (65535) are the least and the most of
            a channel. Lab has L as any other channel, and a and b as signed bytes in two's
            complement, 0 for neutral, as NumPy sees Pillow's mode LAB.
        model: what the channels mean.
        alpha: uint8 (H, W), 255 where the picture is opaque; None where all of it is.
        profile: an ICC profile; it counts more than `space`.
        space: the colours where there is no usable profile; None for sRGB.
        orientation: as EXIF has it, 1 to 8; the reader has not turned the picture.
        notes: what was done to the picture, in words.
    """

    levels: NDArray[Any]
    model: Model = "rgb"
    alpha: NDArray[np.uint8] | None = None
    profile: bytes = b""
    space: ColourSpace | None = None
    orientation: int = 1
    notes: list[str] = field(default_factory=list)


class Refused(Exception):
    """A picture is not as it must be; the sentence about it needs its name in front.

    Example:
        >>> Refused("must be at least 32 pixels a side", "8 x 8").about("photo.png")
        'photo.png must be at least 32 pixels a side. Received: 8 x 8.'
    """

    def __init__(self, expected: str, received: str) -> None:
        super().__init__(expected, received)
        self.expected, self.received = expected, received

    def about(self, name: str) -> str:
        """The sentence about the picture of that name."""
        return f"{name} {self.expected}. Received: {self.received}."


def require_size(width: int, height: int) -> None:
    """See that a picture is neither too large nor too small, before it is decoded.

    Args:
        width, height: in pixels, as the file says.

    Raises:
        Refused: it has too many pixels, or too few a side.
    """
    size = f"{width} x {height}"
    if width * height > MOST_PIXELS:
        raise too_large(size)
    if min(width, height) < SMALLEST_SIDE:
        raise Refused(f"must be at least {SMALLEST_SIDE} pixels a side", size)


def too_large(size: str) -> Refused:
    """The refusal of a picture with too many pixels."""
    return Refused(f"must have at most {MOST_PIXELS // 1_000_000} megapixels", size)


def upright(levels: NDArray[Any], orientation: int) -> NDArray[Any]:
    """An array of pixels turned as its orientation tag asks.

    Args:
        levels: (H, W) or (H, W, C).
        orientation: as EXIF has it: 1 as it is, 2 mirrored, 3 by 180 degrees, 4 flipped,
            5 transposed, 6 by 90 degrees clockwise, 7 transposed the other way, 8 by 90 degrees
            anticlockwise.

    Example:
        >>> upright(np.array([[1, 2]]), 3)
        array([[2, 1]])
    """
    if orientation in (5, 6, 7, 8):
        levels = levels.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        levels = levels[::-1]
    if orientation in (2, 3, 6, 7):
        levels = levels[:, ::-1]
    return levels
