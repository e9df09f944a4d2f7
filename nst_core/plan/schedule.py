"""Sizes and iterations for each scale, from coarse to fine. No pixels, no TensorFlow."""

from collections.abc import Sequence
from dataclasses import dataclass

from nst_core.errors import InputError
from nst_core.pictures.pixels import SMALLEST_SIDE
from nst_core.plan import tiles
from nst_core.settings import Settings

Size = tuple[int, int]
"""Rows and columns, in pixels."""


@dataclass(frozen=True)
class Scale:
    """One size of the picture.

    Attributes:
        picture: rows and columns of the picture and of the photo.
        painting: rows and columns of the painting, of several that of the first.
        iterations: how many iterations are spent at this size.
        further: rows and columns of the other paintings.
        regions: parts of the picture that masks tell apart, at most; 0 without masks.
    """

    picture: Size
    painting: Size
    iterations: int
    further: tuple[Size, ...] = ()
    regions: int = 0

    @property
    def pixels(self) -> int:
        """Rows times columns of the picture."""
        return self.picture[0] * self.picture[1]

    @property
    def is_tiled(self) -> bool:
        """Whether the picture is computed piece by piece."""
        return any(tiles.are_needed(self.picture, painting) for painting in self.paintings)

    @property
    def paintings(self) -> tuple[Size, ...]:
        """Rows and columns of all paintings, in their order."""
        return self.painting, *self.further


def plan_scales(
    photo: Size, painting: Size, settings: Settings, further: Sequence[Size] = ()
) -> tuple[Scale, ...]:
    """The scales of a run, coarse to fine; the last one has the size that the settings ask for.

    Args:
        photo: rows and columns of the photo as it is.
        painting: rows and columns of the painting as it is, of several that of the first.
        settings: size, scales, iterations, stroke sizes and the terms' kinds are read.
        further: rows and columns of the other paintings as they are.

    Raises:
        InputError: the picture or the painting would be too narrow, or is too large for a term.

    Example:
        >>> [scale.picture for scale in plan_scales((600, 800), (900, 900), Settings(size=512))]
        [(96, 128), (192, 256), (384, 512)]
    """
    finest = _picture_size(photo, settings)
    sizes = (painting, *further)
    paintings = list(zip(sizes, _stroke_sizes(len(sizes), settings), strict=True))
    # Iterations cannot be fewer than scales; the coarsest scales go first.
    count = min(settings.scales, settings.iterations)
    halvings = [
        n for n in reversed(range(count)) if n == 0 or _is_large_enough(finest, paintings, n)
    ]
    shares = _shares(settings.iterations, len(halvings))
    scales = tuple(
        Scale(
            picture=_halved(finest, n),
            painting=first,
            iterations=share,
            further=tuple(others),
        )
        for n, share in zip(halvings, shares, strict=True)
        for first, *others in [_painting_sizes(paintings, _halved(finest, n), settings)]
    )
    if any(scale.is_tiled for scale in scales):
        tiles.require_tiled_kinds(use.kind for use in settings.term_uses())
    return scales


def work(scales: Sequence[Scale], evaluations: int) -> float:
    """What a run costs at most, in pixels times evaluations.

    Args:
        scales: all scales of the run.
        evaluations: for each iteration, at most.

    Example:
        >>> work([Scale((96, 128), (96, 128), iterations=4)], evaluations=10)
        491520.0
    """
    return float(sum(scale.pixels * scale.iterations for scale in scales) * evaluations)


def seconds_left(seconds: float, done: float, left: float) -> float | None:
    """How long the rest of some work will take, if it goes on as fast; None before any is done.

    Args:
        seconds: what the work that is done has taken.
        done, left: work, both in the same unit: shares of a run, or pixels times evaluations.

    Example:
        >>> seconds_left(30.0, done=0.75, left=0.25)
        10.0
    """
    return seconds / done * left if done > 0 else None


def scaled_to(size: Size, longer_side: float) -> Size:
    """A size scaled to a longer side in pixels, with the aspect kept to the nearest pixel.

    Example:
        >>> scaled_to((600, 800), 400)
        (300, 400)
    """
    factor = longer_side / max(size)
    return max(1, round(size[0] * factor)), max(1, round(size[1] * factor))


def _picture_size(photo: Size, settings: Settings) -> Size:
    if not settings.size:
        return settings.rows, settings.columns
    size = scaled_to(photo, settings.size)
    if min(size) < SMALLEST_SIDE:
        needed = -(-SMALLEST_SIDE * max(photo) // min(photo))
        raise InputError(
            f"size must be at least {needed} for so narrow a photo, so that its shorter side has "
            f"{SMALLEST_SIDE} pixels. Received: {settings.size}."
        )
    return size


def _stroke_sizes(paintings: int, settings: Settings) -> list[float]:
    """The longer side of each painting, relative to the picture's."""
    own = settings.style_scales or (1.0,) * paintings
    if len(own) != paintings:
        raise InputError(
            f"style_scales must have a stroke size for each of the {paintings} paintings. "
            f"Received: {len(own)}."
        )
    return [settings.style_scale * scale for scale in own]


def _painting_sizes(
    paintings: Sequence[tuple[Size, float]], picture: Size, settings: Settings
) -> list[Size]:
    """The working sizes of paintings (as they are, and their stroke sizes) beside a picture."""
    if settings.recipe == "classic":
        return [picture] * len(paintings)
    sizes = [scaled_to(painting, max(picture) * scale) for painting, scale in paintings]
    for size in sizes:
        if min(size) < SMALLEST_SIDE:
            raise InputError(
                f"The painting must be at least {SMALLEST_SIDE} pixels a side at its working size; "
                f"raise size or style_scale. Received: {size[1]} x {size[0]}."
            )
    return sizes


def _is_large_enough(finest: Size, paintings: Sequence[tuple[Size, float]], halvings: int) -> bool:
    """Whether picture and paintings are wide enough for VGG16 after so many halvings."""
    picture = _halved(finest, halvings)
    styles = [scaled_to(painting, max(picture) * scale) for painting, scale in paintings]
    return min(*picture, *(side for style in styles for side in style)) >= SMALLEST_SIDE


def _halved(size: Size, times: int) -> Size:
    return round(size[0] / 2**times), round(size[1] / 2**times)


def _shares(iterations: int, scales: int) -> list[int]:
    """Iterations for each scale. Coarse scales are cheap and get more; each gets at least one.

    Three scales share as 4 : 3 : 2. An evaluation at a scale costs four of the one before it.
    """
    weights = range(scales + 1, 1, -1)
    shares, left = [], iterations
    for index, weight in enumerate(weights):
        others = scales - index - 1
        share = round(left * weight / sum(weights[index:])) if others else left
        shares.append(max(1, min(share, left - others)))
        left -= shares[-1]
    return shares
