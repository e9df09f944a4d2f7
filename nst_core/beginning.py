"""Where a run starts: at a checkpoint, which has no finished iterations if the run is new."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nst_core.events import Checkpoint
from nst_core.pictures.pixels import Pixels, resize
from nst_core.plan.schedule import Scale, Size
from nst_core.settings import Settings
from nst_core.vgg16.space import to_vgg


def at_first_picture(
    content: Pixels, style: Pixels, scales: Sequence[Scale], settings: Settings
) -> Checkpoint:
    """The beginning of a run from the picture that its settings ask for.

    Args:
        content, style: uint8 RGB (H, W, 3), any size.
        scales: of the run, coarse to fine.
        settings: start, blend and seed are read.

    Example:
        >>> at_first_picture(photo, painting, scales, Settings()).x.shape  # of the coarsest scale
        (1, 96, 128, 3)
    """
    return Checkpoint(first_picture(content, style, scales[0].picture, settings))


def at_picture(picture: Pixels, scales: Sequence[Scale]) -> Checkpoint:
    """The beginning of a run from a picture, at the first scale that is as large as it is.

    Args:
        picture: uint8 RGB (H, W, 3); its aspect should be that of the scales.
        scales: of the run, coarse to fine.

    Example:
        >>> at_picture(result.picture, scales).scale == len(scales) - 1
        True
    """
    longer_side = max(picture.shape[:2])
    large = [n for n, scale in enumerate(scales) if max(scale.picture) >= longer_side]
    scale = large[0] if large else len(scales) - 1
    x = to_vgg(resize(picture, *scales[scale].picture)).astype(np.float64)
    return Checkpoint(x, scale, began=scale)


def first_picture(
    content: Pixels, style: Pixels, size: Size, settings: Settings
) -> NDArray[np.float64]:
    """The picture that a run starts from, in VGG16's space.

    Gatys et al. start from noise; the default recipe starts from the photo, which takes fewer
    evaluations to the same loss.

    Args:
        content, style: uint8 RGB (H, W, 3), any size.
        size: rows and columns of the result.
        settings: start, blend and seed are read.

    Returns:
        float64 (1, rows, columns, 3).

    Example:
        >>> first_picture(photo, painting, (96, 128), Settings(start="noise")).shape
        (1, 96, 128, 3)
    """
    share = {"noise": 1.0, "blend": settings.blend}.get(settings.start, 0.0)
    source = style if settings.start == "painting" else content
    picture = to_vgg(resize(source, *size))
    if not share:
        return picture.astype(np.float64)
    noise = np.random.default_rng(settings.seed).uniform(0, 255, (1, *size, 3)) - 128
    return (1 - share) * picture + share * noise


def first_step(start: Checkpoint, settings: Settings) -> float:
    """Root mean square of the first step from a checkpoint, in pixel levels.

    It is what one evaluation moved the picture on average in the last iteration. 0 leaves it to
    the recipe. With `restart` each iteration is a new call of SciPy, which begins with the
    recipe's step. Adam does not read it, for its steps are always alike.

    Args:
        start: the checkpoint; step is read.
        settings: restart and evaluations are read.

    Example:
        >>> first_step(Checkpoint(x, step=3.0), Settings(restart=False, evaluations=10))
        0.3
    """
    return 0.0 if settings.restart else start.step / settings.evaluations
