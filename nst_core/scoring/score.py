"""A finished picture, its photo and its painting -> how near it is to each, in three numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nst_core.errors import InputError, shown
from nst_core.objective import backend
from nst_core.pictures.masks import Masks
from nst_core.pictures.palette import with_palette_of
from nst_core.pictures.pixels import SMALLEST_SIDE, Pixels, check_pixels, resize
from nst_core.plan.schedule import Size, scaled_to
from nst_core.scoring import statistics
from nst_core.settings import Settings

LONGEST_SIDE = 384
"""Pixels; larger pictures are compared at this size, which bounds time and memory."""


@dataclass(frozen=True)
class Score:
    """How near a picture is to its photo and to its painting.

    Attributes:
        style_distance: from the painting: 0 is equal; the unit is how much the painting's own
            features vary.
        photo_likeness: 1 is the photo itself, 0 has nothing in common with it.
        painting_likeness: how far the way from photo to painting was gone: 0 is as far from the
            painting as the photo itself, 1 is a style distance of 0.
    """

    style_distance: float
    photo_likeness: float
    painting_likeness: float

    @property
    def painting_tenths(self) -> int:
        """The painting's likeness as people read it: 0 (the photo as it was) to 10."""
        return _tenths(self.painting_likeness)

    @property
    def photo_tenths(self) -> int:
        """The photo's likeness as people read it: 0 (nothing of it) to 10 (the photo as it was)."""
        return _tenths(self.photo_likeness)

    def in_words(self) -> str:
        """Both likenesses in a few words.

        Example:
            >>> Score(0.13, 0.66, 0.82).in_words()
            'painting 8 of 10, photo 7 of 10'
        """
        return f"painting {self.painting_tenths} of 10, photo {self.photo_tenths} of 10"


def score(
    picture: Pixels,
    photo: Pixels,
    painting: Pixels | Sequence[Pixels],
    weights: Sequence[float] | None = None,
    style_scale: float | Sequence[float] = 1.0,
) -> Score:
    """How near a picture is to a photo and to a painting, by what no default term optimises.

    Style is a sliced Wasserstein distance and content a centred cosine (`statistics.py`), both of
    VGG16's features at `STYLE_LAYERS` and `CONTENT_LAYERS` there. The default recipe has its terms
    at other layers. Where a run's own terms look at one of these, the run has optimised what it is
    measured by: its score flatters it, and compares with that of no other run.

    The same pictures always have the same score, in whatever precision they were made. It is
    computed in float32, of at most 384 pixels on the longer side, in some seconds; finer grain
    does not count.

    Args:
        picture: what a run has made, uint8 RGB (H, W, 3), of any size from 32 pixels a side.
        photo: what it was made of, of any size; it is compared at the picture's.
        painting: likewise, or several, of which the distances' weighted mean counts.
        weights: of several paintings, beside each other; all alike if None.
        style_scale: the painting's longer side relative to the picture's, as in the settings; of
            several paintings one for all, or one for each.

    Raises:
        InputError: an array that is no picture, or weights that do not fit the paintings.
        WeightsError: no source gave VGG16's weights.

    Example:
        >>> result = stylize(photo, painting, Settings())
        >>> score(result.picture, photo, painting)
        Score(style_distance=0.13, photo_likeness=0.66, painting_likeness=0.82)
    """
    backend.require_supported()
    check_pixels(picture, "picture")
    check_pixels(photo, "photo")
    paintings = [painting] if isinstance(painting, np.ndarray) else list(painting)
    shares = _shares(weights, len(paintings))
    for one in paintings:
        check_pixels(one, "painting")
    scales = np.broadcast_to(style_scale, len(paintings)).tolist()
    longer_side = min(max(picture.shape[:2]), LONGEST_SIDE / max(1.0, *scales))
    size = _at_least_smallest(scaled_to(picture.shape[:2], longer_side))
    made = statistics.features(resize(picture, *size))
    original = statistics.features(resize(photo, *size))
    likeness = statistics.content_cosine(made, original)
    styles = statistics.style(made), statistics.style(original)
    del made, original
    distance = distance_of_photo = 0.0
    for one, share, scale in zip(paintings, shares, scales, strict=True):
        at = _at_least_smallest(scaled_to(one.shape[:2], longer_side * scale))
        target = statistics.style(statistics.features(resize(one, *at)))
        distance += share * statistics.style_distance(styles[0], target)
        distance_of_photo += share * statistics.style_distance(styles[1], target)
    return Score(distance, likeness, _share_of_the_way(distance, distance_of_photo))


def score_of_run(
    picture: Pixels,
    photo: Pixels,
    paintings: Sequence[Pixels],
    settings: Settings,
    masks: Masks | None,
) -> Score | None:
    """The score of what a run has made; None where masks leave parts of the photo or divide it.

    Args:
        picture, photo: as `score` takes them.
        paintings: as the run was given them, each uint8 RGB (h, w, 3).
        settings, masks: of the run.

    Raises:
        NstError: as `score` does.

    Example:
        >>> score_of_run(result.picture, photo, [painting], settings, None).in_words()
        'painting 8 of 10, photo 6 of 10'
    """
    if masks is not None:
        return None  # the whole picture would be compared with what a part of it is to be like
    if settings.colours == "photo":
        paintings = [with_palette_of(painting, photo) for painting in paintings]
    scales = [settings.style_scale * scale for scale in settings.style_scales]
    mix = settings.style_mix or None
    return score(picture, photo, paintings, mix, scales or settings.style_scale)


def _tenths(share: float) -> int:
    return round(10 * min(1.0, max(0.0, share)))


def _share_of_the_way(distance: float, whole: float) -> float:
    """0..1; a photo that is its own painting leaves no way to go."""
    if distance >= whole:
        return 0.0 if distance else 1.0
    return 1.0 - distance / whole


def _shares(weights: Sequence[float] | None, count: int) -> list[float]:
    """Each painting's share; their sum is 1."""
    values = [1.0] * count if weights is None else [float(weight) for weight in weights]
    good = len(values) == count and all(0.0 <= value < np.inf for value in values)
    if not good or not sum(values):
        raise InputError(
            f"weights must be a number of at least 0 for each of the {count} paintings, and one "
            f"above 0. Received: {shown(str(values))}."
        )
    return [value / sum(values) for value in values]


def _at_least_smallest(size: Size) -> Size:
    """A size of which VGG16 sees something also where a picture is a narrow strip."""
    return max(SMALLEST_SIDE, size[0]), max(SMALLEST_SIDE, size[1])
