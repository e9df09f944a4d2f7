"""A photo and paintings as a caller gives them -> the scales of their run, or a refusal."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from nst_core.errors import ImageError
from nst_core.pictures.masks import Masks
from nst_core.pictures.pixels import SMALLEST_SIDE, Pixels, check_pixels
from nst_core.plan.regions import require_mix, require_terms_for_masks
from nst_core.plan.schedule import Scale, Size, plan_scales
from nst_core.settings import Settings
from nst_core.settings.numbers import MOST_PAINTINGS


def listed(style: object, smallest: int = SMALLEST_SIDE) -> list[Pixels]:
    """The paintings of a run.

    Args:
        style: one painting, uint8 RGB (h, w, 3), or a list of such.
        smallest: how many pixels the shorter side of each must have at least.

    Raises:
        ImageError: it is something else, or one of them holds no picture.

    Example:
        >>> len(listed([waves, stars]))
        2
    """
    is_one = isinstance(style, np.ndarray) or not isinstance(style, Sequence)
    paintings = [style] if is_one else list(style)  # type: ignore[call-overload]
    require_few(paintings)
    return [check_pixels(painting, "style", smallest) for painting in paintings]


def require_few(paintings: Sequence[object]) -> None:
    """See that a run can have so many paintings.

    Raises:
        ImageError: it cannot.

    Example:
        >>> require_few([waves, stars])
    """
    if not 1 <= len(paintings) <= MOST_PAINTINGS:
        raise ImageError(
            f"style must be a painting, or a list of 1 to {MOST_PAINTINGS} paintings. "
            f"Received: a list of {len(paintings)}."
        )


def plan_for(
    photo: Pixels, paintings: Sequence[Pixels], settings: Settings, masks: Masks | None = None
) -> tuple[Scale, ...]:
    """The scales of a run, once all that can be refused beforehand has been looked at.

    Args:
        photo: uint8 (H, W, 3), of any size.
        paintings: likewise, one or more.
        settings: of the run.
        masks: of the run.

    Raises:
        InputError: a size, a weight or a mask that cannot be worked with.

    Example:
        >>> [scale.further for scale in plan_for(photo, [waves, stars], Settings(size=128))]
        [((24, 32),), ((48, 64),), ((96, 128),)]
    """
    sizes = [picture.shape[:2] for picture in (photo, *paintings)]
    return plan_for_sizes(sizes, settings, masks)


def plan_for_sizes(
    sizes: Sequence[Size], settings: Settings, masks: Masks | None = None
) -> tuple[Scale, ...]:
    """As `plan_for`, where the pictures themselves are not at hand.

    Args:
        sizes: rows and columns of the photo and of each painting, as they are.
        settings, masks: of the run.

    Raises:
        InputError: a size, a weight or a mask that cannot be worked with.

    Example:
        >>> plan_for_sizes([(600, 800), (900, 900)], Settings(size=128))[-1].picture
        (96, 128)
    """
    photo, first, *further = sizes
    require_mix(1 + len(further), settings.style_mix, masks)
    scales = plan_scales(photo, first, settings, further)
    if masks is None:
        return scales
    require_terms_for_masks(settings)
    return tuple(replace(scale, regions=_regions(masks)) for scale in scales)


def _regions(masks: Masks) -> int:
    """How many regions the masks may make, at most."""
    places = sum(mask is not None for mask in masks.paintings)
    return 1 + places if places else int(masks.paint is not None)
