"""A photo, a painting and settings in; `loss, gradient = objective(x)` out.

The formulas of the terms are in `losses.py`, how a gradient is taken in `gradient.py`, and what the
network computes in `vgg16/features.py`.
"""

import math
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nst_core.machine.precision import precision_for
from nst_core.objective.formula import Formula
from nst_core.objective.tiled import Tiled
from nst_core.objective.whole import Whole
from nst_core.pictures.masks import Masks
from nst_core.pictures.pixels import Pixels, check_pixels
from nst_core.plan import tiles
from nst_core.plan.paintings import listed
from nst_core.plan.regions import (
    Region,
    Source,
    regions_of,
    require_mix,
    require_terms_for_masks,
)
from nst_core.settings import Settings
from nst_core.settings.recipes import FIRST
from nst_core.vgg16.layers import smallest_side
from nst_core.vgg16.space import to_vgg

USUAL_ERROR = 1.3
"""The style's error at the photo itself for ordinary pairs, at a weight of 1."""
MOST_GAIN = 2.0


class Evaluator(Protocol):
    """A way to compute a loss: `whole.Whole` or `tiled.Tiled`."""

    def evaluate(
        self, picture: NDArray[np.floating], weights: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.floating]]:
        """The weighted terms and the gradient of their sum.

        Args:
            picture: (1, H, W, 3), BGR minus mean, in the formula's dtype.
            weights: of each of the formula's parts, (t,).

        Returns:
            The weighted terms (t,), and the gradient (1, H, W, 3) in the formula's dtype.
        """
        ...


class Objective:
    """The loss of a picture and its gradient: `loss, gradient = objective(x)`.

    Args:
        formula: the terms.
        evaluator: computes them.
        shape: rows, columns and 3, of the picture.
        settings: their weights are read.
        painted: how much of the picture has a style to reach, 0..1.

    Attributes:
        evaluator: as it was given.
        terms: the last evaluation's weighted terms by name ("content/LAYER", "style/LAYER",
            "variation", and those of `Settings.terms`); their sum is the loss.
    """

    def __init__(
        self,
        formula: Formula,
        evaluator: Evaluator,
        shape: tuple[int, ...],
        settings: Settings,
        painted: float = 1.0,
    ) -> None:
        self.evaluator = evaluator
        self.terms: dict[str, float] = {}
        self._names = formula.names
        self._dtype = formula.dtype
        self._shape = shape
        self._painted = painted
        self._at_photo: NDArray[np.float64] | None = None  # the style's errors, unweighted
        self.set_weights(settings)

    def set_weights(self, settings: Settings) -> None:
        """Take the weights of `settings`; nothing is traced and no target computed again.

        Example:
            >>> objective.set_weights(settings.changed(style_weight=3.0))
        """
        uses = settings.term_uses()
        self._weights = np.array([share for use in uses for share in use.shares()])
        kinds = np.array([use.kind for use in uses for _ in use.names()])
        if self._at_photo is not None:
            # At a weight of 1: whether the style counts at all says nothing of the two pictures.
            alone = settings.changed(style_weight=1.0)
            shares = np.array([share for use in alone.term_uses() for share in use.shares()])
            style = np.where(kinds == "style", shares, 0.0)
            error = float(style @ self._at_photo / style.sum()) / self._painted
            gain = np.clip(math.sqrt(max(0.0, error) / USUAL_ERROR), 1 / MOST_GAIN, MOST_GAIN)
            self._weights[kinds == "content"] *= gain

    def calibrate(self, photo: Pixels, settings: Settings) -> None:
        """Let the content's weight mean the same whatever the painting, and take `settings`.

        The further a painting is from the photo, the more there is to be gained by leaving it: the
        content then counts more, with the root of the style's error at the photo itself.

        Args:
            photo: uint8 (H, W, 3), of the objective's shape.
            settings: their weights are read.
        """
        kinds = [use.kind for use in settings.term_uses() for _ in use.names()]
        picture = np.asarray(to_vgg(photo), dtype=self._dtype)
        ones = np.array([float(kind == "style") for kind in kinds])
        self._at_photo = self.evaluator.evaluate(picture, ones)[0]
        self.set_weights(settings)

    def __call__(self, x: ArrayLike) -> tuple[float, NDArray[np.float64]]:
        """Evaluate at a picture.

        Args:
            x: any shape that holds H*W*3 values, ordered (H, W, 3), BGR minus mean.

        Returns:
            The loss, and its gradient, float64 of x's shape.

        Raises:
            ValueError: x holds another number of values.
            BackendError: the memory cannot hold the picture's features.
        """
        x = np.asarray(x)
        if x.size != np.prod(self._shape):
            raise ValueError(
                f"x must hold {' x '.join(map(str, self._shape))} values. Received: {x.shape}"
            )
        picture = np.asarray(x.reshape(1, *self._shape), dtype=self._dtype)
        weighted, gradient = self.evaluator.evaluate(picture, self._weights)
        values = weighted.tolist()
        # A new one each time, so that whoever keeps the last one keeps it unchanged.
        self.terms = dict(zip(self._names, values, strict=True))
        # SciPy wants float64; the gradient arrives as float32.
        return sum(values), gradient.astype(np.float64).reshape(x.shape)


def build_objective(
    content: Pixels,
    style: Pixels | Sequence[Pixels],
    settings: Settings,
    dtype_policy: str | None = None,
    masks: Masks | None = None,
) -> Objective:
    """The objective of `settings` for a photo and paintings; their targets are computed here.

    Pictures of more than `tiles.LARGEST_WHOLE` pixels are computed by tiles.

    Args:
        content: the photo, uint8 RGB (H, W, 3), at working size.
        style: the painting, uint8 RGB (h, w, 3), at working size; or a list of paintings, which
            count as `style_mix` says.
        settings: the recipe, its weights and layers; sizes are those of the arrays.
        dtype_policy: a Keras dtype policy to use instead of `settings.precision`; "float64" is
            for checking.
        masks: which painting goes where; None if all go everywhere.

    Raises:
        ImageError: an array of another kind, or too small for the deepest layer.
        InputError: a package's term cannot be imported, or not be computed by tiles.
        WeightsError: no source gave VGG16's weights.

    Example:
        >>> objective = build_objective(photo, painting, Settings())
        >>> loss, gradient = objective(to_vgg(photo))
        >>> gradient.shape  # of a photo (300, 400, 3)
        (1, 300, 400, 3)
    """
    uses = settings.term_uses()
    smallest = smallest_side(layer for use in uses for layer in use.layers)
    check_pixels(content, "content", smallest)
    paintings = listed(style, smallest)
    size = content.shape[:2]
    require_mix(len(paintings), settings.style_mix, masks)
    if masks is not None:
        require_terms_for_masks(settings)
    # At a coarse size a small mask may vanish, and with it the style.
    nothing = Region((Source(paintings[0], 1.0),), share=0.0)
    regions = regions_of(paintings, settings.style_mix, masks, size) or (nothing,)
    by_tiles = any(tiles.are_needed(size, painting.shape[:2]) for painting in paintings)
    if by_tiles:
        tiles.require_tiled_kinds(use.kind for use in uses)
    pixels = size[0] * size[1]
    formula = Formula.of(settings, dtype_policy or precision_for(settings, pixels), pixels)
    evaluator = (Tiled if by_tiles else Whole)(formula, content, regions)
    area = sum(region.share for region in regions) or 1.0
    objective = Objective(formula, evaluator, content.shape, settings, area)
    if settings.recipe == "default" and settings.recipe_version > FIRST:
        objective.calibrate(content, settings)
    return objective
