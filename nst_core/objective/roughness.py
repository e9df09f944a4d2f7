"""How rough a picture is, compared with nothing: its total variation, and that of its colours.

The total variation is not in the paper; it is that of the first Keras example, in the two
normalisations that `losses.py` explains:

    total variation   classic:   sum(squares^1.25)
                      relative:  mean(squares^1.25), with pixels in 0..1

    chroma            relative:  mean((squares of R - Y and of B - Y)^0.5), likewise

The squares are those of the differences down and right, added up.
"""

import math
from typing import Any

from keras import ops

from nst_core.objective.backend import Tensor
from nst_core.objective.losses import Term

VARIATION_POWER = 1.25
_CHROMA_OF_BGR = ((-0.114, 0.886), (-0.587, -0.587), (0.701, -0.299))
"""Columns: R - Y and B - Y, with Y = 0.299 R + 0.587 G + 0.114 B."""
HIGHEST_LEVEL = 255.0
_FAINT = 0.02
"""A difference that is not seen, with pixels in 0..1."""


def total_variation(picture: Tensor) -> Tensor:
    """Sum over positions and channels of (squared differences down and right) ** 1.25.

    Args:
        picture: (1, H, W, 3). Differences end in the last row and column and begin in none.

    Returns:
        Scalar.

    Example:
        >>> total_variation(ops.ones((1, 8, 8, 3)))  # 0.
    """
    corner = picture[:, :-1, :-1, :]
    down, right = corner - picture[:, 1:, :-1, :], corner - picture[:, :-1, 1:, :]
    return ops.sum(_to_the_variation_power(ops.square(down) + ops.square(right)))


@ops.custom_gradient  # type: ignore[untyped-decorator]
def _to_the_variation_power(squares: Tensor) -> Any:
    """squares ** 1.25 by two square roots, which take a tenth of the time of a power."""
    root = ops.sqrt(ops.sqrt(squares))

    def gradient(*args: Tensor, upstream: Tensor | None = None) -> Tensor:
        by_power = args[0] if upstream is None else upstream
        return by_power * VARIATION_POWER * root

    return squares * root, gradient


class VariationLoss(Term):
    """How rough the picture is, compared with nothing.

    Relative, it is the mean instead of the sum, of pixels in 0..1.
    """

    def call(self, picture: Tensor) -> Tensor:
        """picture: (1, H, W, 3). Returns: scalar."""
        if self.normalization == "classic":
            return self.roughness(picture)
        return self.roughness(picture / HIGHEST_LEVEL) / float(math.prod(picture.shape))

    def roughness(self, picture: Tensor) -> Tensor:
        """A sum over positions. picture: (1, H, W, 3). Returns: scalar."""
        return total_variation(picture)

    def share(self, part: int, whole: int) -> float:
        """How much the value of a part of a picture counts in that of the whole.

        Args:
            part: how many values the part has.
            whole: how many the picture has.
        """
        return 1.0 if self.normalization == "classic" else part / whole


class ChromaLoss(VariationLoss):
    """How rough the picture's colours are, whatever its lightness is.

    The eye takes detail from the lightness; a grain of the colours alone is noise. Differences
    count by their length, not by a power of it: then a calm plane with an edge costs less than the
    same colours in mottles, however faint these are.
    """

    def roughness(self, picture: Tensor) -> Tensor:
        """As of `VariationLoss`, of the chroma."""
        return length_of_differences(chroma(picture))


def chroma(picture: Tensor) -> Tensor:
    """R - Y and B - Y, (1, H, W, 2), of B, G and R (1, H, W, 3), with the luma Y of ITU-R BT.601.

    Example:
        >>> chroma(ops.ones((1, 8, 8, 3)))  # zeros
    """
    return ops.matmul(picture, ops.convert_to_tensor(_CHROMA_OF_BGR, picture.dtype))


def length_of_differences(values: Tensor) -> Tensor:
    """Sum over positions of the length of the differences down and right, all channels in one.

    It is the total variation of Rudin, Osher and Fatemi 1992, of several channels together, and
    rounded off below `_FAINT`, where the length alone would have no gradient.

    Args:
        values: (1, H, W, k), in the unit of `_FAINT`.

    Returns:
        Scalar.

    Example:
        >>> length_of_differences(ops.ones((1, 8, 8, 2)))  # 0.
    """
    corner = values[:, :-1, :-1, :]
    down, right = corner - values[:, 1:, :-1, :], corner - values[:, :-1, 1:, :]
    squares = ops.sum(ops.square(down) + ops.square(right), axis=-1)
    return ops.sum(ops.sqrt(squares + _FAINT**2) - _FAINT)
