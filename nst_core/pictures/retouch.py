"""What is done to a picture after its run: how strong the painting is in it, and whose colours."""

import re
from dataclasses import dataclass

import numpy as np

from nst_core.errors import InputError, shown
from nst_core.pictures.chroma import with_chroma_of
from nst_core.pictures.pixels import Pixels, resize, strips

LEAST, AS_PAINTED, MOST = 0, 100, 150
"""Strengths in percent: the photo, the picture as its run has left it, and the most beyond it."""

_EXPECTED = f"strength must be a whole number from {LEAST} to {MOST}"
_NUMBER = re.compile(r"[0-9]{1,3}")


class RetouchError(InputError):
    """What was asked for cannot be done to a picture: a strength, or colours, that are none."""


def strength_of(text: str) -> int:
    """The strength that someone wrote, in percent.

    Args:
        text: as it stands in an address or on a command line.

    Raises:
        RetouchError: it is no whole number from 0 to 150.

    Example:
        >>> strength_of("70")
        70
    """
    strength = int(text) if _NUMBER.fullmatch(text) else -1
    if not LEAST <= strength <= MOST:
        raise RetouchError(f"{_EXPECTED}. Received: {shown(text)}.")
    return strength


def at_strength(picture: Pixels, photo: Pixels, strength: int) -> Pixels:
    """A picture nearer to its photo, or beyond itself: photo + (picture - photo) * strength / 100.

    Each channel is rounded, halves to the even level, and clipped to 0..255.

    Args:
        picture: uint8 (H, W, 3).
        photo: what it was made of, uint8 of any size; it is brought to the picture's.
        strength: in percent; at 100 the picture is the same, at 0 it is the photo in its size.

    Returns:
        uint8 (H, W, 3), an array of its own.

    Raises:
        RetouchError: the strength is below 0 or above 150.

    Example:
        >>> picture, photo = np.full((2, 64, 64, 3), [[[[200]]], [[[100]]]], np.uint8)
        >>> [int(at_strength(picture, photo, strength)[0, 0, 0]) for strength in (0, 70, 100, 150)]
        [100, 170, 200, 250]
    """
    if not LEAST <= strength <= MOST:
        raise RetouchError(f"{_EXPECTED}. Received: {strength}.")
    if strength == AS_PAINTED:
        return picture.copy()
    photo = resize(photo, *picture.shape[:2])
    result = np.empty_like(picture)
    for rows in strips(picture.shape):
        # Whole numbers, so that only the division rounds, as it does in the viewer's JavaScript.
        sums = photo[rows] * np.int32(AS_PAINTED - strength) + picture[rows] * np.int32(strength)
        result[rows] = np.rint(sums / AS_PAINTED).clip(0, 255)
    return result


@dataclass(frozen=True)
class Retouch:
    """What someone wants to see of a picture, without its run being computed again.

    Attributes:
        strength: in percent, as `at_strength` takes it.
        keeps_colours: whether the photo's chroma is put back over the picture's lightness, before
            the strength.

    Example:
        >>> Retouch().changes_nothing, Retouch(strength=70, keeps_colours=True).words
        (True, "Strength 70 %, the photo's colours")
    """

    strength: int = AS_PAINTED
    keeps_colours: bool = False

    @property
    def changes_nothing(self) -> bool:
        """Whether the picture stays as its run has left it."""
        return self == Retouch()

    @property
    def words(self) -> str:
        """What is done, for people; empty where nothing is."""
        parts = [f"strength {self.strength} %"] if self.strength != AS_PAINTED else []
        parts += ["the photo's colours"] if self.keeps_colours else []
        text = ", ".join(parts)
        return text[:1].upper() + text[1:]

    def apply(self, picture: Pixels, photo: Pixels) -> Pixels:
        """The picture, retouched, uint8 (H, W, 3).

        Args:
            picture: uint8 (H, W, 3).
            photo: what it was made of, uint8 of any size.

        Example:
            >>> retouched = Retouch(strength=70).apply(result.picture, photo)
        """
        photo = resize(photo, *picture.shape[:2])
        if self.keeps_colours and self.strength != LEAST:  # where the picture counts at all
            picture = with_chroma_of(picture, photo)
        return at_strength(picture, photo, self.strength)
