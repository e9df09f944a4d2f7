"""Content and style, the terms of the paper: a pure function each, and a thin Keras layer over it.

They are those of Gatys, Ecker and Bethge 2015 (arXiv 1508.06576), whose equations are named below;
`moments.py` compares more of style, and `roughness.py` has the terms that are not in the paper.
Each term comes in two normalisations: "classic", the sums of the first Keras example, and
"relative", of the default recipe, which depends neither on the picture's size nor on how strong its
features are:

    content,          the paper: sum((F - P)^2) / 2
    equation 1        classic:   sum((F - P)^2)
                      relative:  sum((F - P)^2) / sum(P^2)
    style,            the paper: sum((G - A)^2) / (4 N^2 M^2)
    equations 3, 4    classic:   sum((G - A)^2) / (4 3^2 (H W)^2)
                      relative:  sum((G - A)^2) / sum(A^2), with G and A divided by their M

F and P are features of the picture and of the photo, G and A Gram matrices of the picture and of
the painting, N a layer's channels and M its positions, H and W the picture's rows and columns.
Centred, F and P are taken without each channel's mean over the positions. The weights of equations
5 and 7 are in the settings.

Relative, a photo without contrast would be divided by next to nothing, and its emptiness would
weigh hundreds of times as much as any painting. So the divisor is at least a share of what is usual
at the layer, which only faint pictures fall below.

A package's own term is a subclass of `Term`, and an `nst_core.TermKind` makes it known.
"""

import math
from collections.abc import Sequence
from typing import Any, Literal

import keras
from keras import ops

from nst_core.objective.backend import Tensor
from nst_core.vgg16.strengths import Strength

Normalization = Literal["classic", "relative"]

FAINTEST_CONTENT, FAINTEST_STYLE = 0.1, 0.03
"""Least divisors, as shares of the mean square and of the statistic's squares that are usual."""


def gram_matrix(features: Tensor) -> Tensor:
    """Products of the channels, summed over positions (equation 3).

    It is computed in the features' own precision, like the convolutions; processors keep the sums
    in float32 inside.

    Args:
        features: (1, h, w, c).

    Returns:
        (c, c).

    Example:
        >>> gram_matrix(ops.ones((1, 2, 3, 1)))  # [[6.]]
    """
    return _gram_of_columns(ops.reshape(features, (-1, features.shape[-1])))


@ops.custom_gradient  # type: ignore[untyped-decorator]
def _gram_of_columns(flat: Tensor) -> Any:
    """flat: (n, c). Returns: (c, c)."""

    def gradient(*args: Tensor, upstream: Tensor | None = None) -> Tensor:
        # Without this, a backend multiplies twice: it does not know that both factors are one.
        by_gram = args[0] if upstream is None else upstream
        return ops.matmul(flat, by_gram + ops.transpose(by_gram))

    return ops.matmul(ops.transpose(flat), flat), gradient


def sum_of_squares(values: Tensor) -> Tensor:
    """Sum of the squares of all values, of any shape. Returns: scalar.

    Example:
        >>> sum_of_squares(ops.convert_to_tensor([[3.0], [4.0]]))  # 25.
    """
    return ops.sum(ops.square(values))


def squared_error(value: Tensor, target: Tensor) -> Tensor:
    """Sum of squared differences of two tensors of one shape. Returns: scalar.

    Example:
        >>> value, target = ops.convert_to_tensor([3.0, 1.0]), ops.convert_to_tensor([1.0, 0.0])
        >>> squared_error(value, target)  # 5.
    """
    return sum_of_squares(value - target)


@ops.custom_gradient  # type: ignore[untyped-decorator]
def squares_about_mean(features: Tensor) -> Any:
    """Sum of the squares of features (1, h, w, c) less each channel's mean over the positions.

    What is left without the mean is computed again for the gradient, which is less than to keep it.

    Example:
        >>> squares_about_mean(ops.ones((1, 2, 3, 4)))  # 0.
    """
    mean = ops.mean(features, axis=(1, 2), keepdims=True)

    def gradient(*args: Tensor, upstream: Tensor | None = None) -> Tensor:
        by_squares = args[0] if upstream is None else upstream
        return 2.0 * by_squares * (features - mean)

    return sum_of_squares(features - mean), gradient


def relative_error(value: Tensor, target: Tensor) -> Tensor:
    """Sum of squared differences, in units of the target's own sum of squares. Returns: scalar.

    It depends neither on how many values there are nor on how large they are.

    Example:
        >>> value, target = ops.convert_to_tensor([3.0, 2.0]), ops.convert_to_tensor([2.0, 0.0])
        >>> relative_error(value, target)  # 1.25
    """
    return squared_error(value, target) / at_least(sum_of_squares(target), 0.0)


def at_least(squares: Tensor, least: float) -> Tensor:
    """A target's own sum of squares as a divisor, which is neither 0 nor below `least`."""
    return ops.maximum(squares, max(least, keras.config.epsilon()))


class Term(keras.layers.Layer):  # type: ignore[misc]
    """One term of the loss: `term(value, target)` gives its unweighted value, a scalar.

    The value is a layer's features (1, h, w, c) or the picture (1, H, W, 3), BGR minus mean, as
    `nst_core.TermKind.sees` says; a term that is compared with nothing is called with the value
    alone.

    Args:
        normalization: "classic" or "relative".
        pixels: H * W of the picture in the classic recipe, else 1.

    Raises:
        ValueError: there is no such normalization.

    Example:
        >>> class MeanLoss(Term):
        ...     def target(self, features):
        ...         return ops.mean(features, axis=(0, 1, 2))
        ...     def call(self, features, target):
        ...         return relative_error(self.target(features), target)
    """

    def __init__(
        self, normalization: Normalization = "relative", pixels: int = 1, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        if normalization not in ("classic", "relative"):
            raise ValueError(
                f"normalization must be 'classic' or 'relative'. Received: {normalization!r}"
            )
        self.normalization = normalization
        self.pixels = pixels

    usual: Strength | None = None
    """How strong the features of the term's layer usually are; `Formula` says so."""

    def target(self, features: Tensor) -> Tensor:
        """What the term compares with, from the features of the photo or of the painting."""
        raise NotImplementedError


class ContentLoss(Term):
    """How far the features are from the photo's (equation 1).

    Departs from the paper: no factor 1/2; relative, it is counted in units of the photo's own
    features, so that every layer and size counts alike; centred, without each channel's mean over
    the positions, for what a picture shows is where its features differ, and their mean is style.

    Args:
        centred: whether the means are taken off.
        args, options: as `Term` takes them.
    """

    def __init__(self, *args: Any, centred: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.centred = centred

    def target(self, features: Tensor) -> Tensor:
        """features: (1, h, w, c) of the photo. Returns: the same, in the term's dtype."""
        return ops.cast(features, self.compute_dtype)

    def call(self, features: Tensor, target: Tensor) -> Tensor:
        """features, target: (1, h, w, c). Returns: scalar."""
        squares = squares_about_mean if self.centred else sum_of_squares
        unit = self.unit(squares(target), math.prod(target.shape))
        return squares(ops.cast(features, self.compute_dtype) - target) / unit

    def unit(self, target_squares: Tensor, values: int) -> Tensor:
        """What the squared error is divided by, a scalar.

        Args:
            target_squares: the target's sum of squares, a scalar.
            values: how many values that is the sum of.
        """
        if self.normalization == "classic":
            return 1.0
        least = FAINTEST_CONTENT * self.usual.square * values if self.usual else 0.0
        return at_least(target_squares, least)


class StyleLoss(Term):
    """How far the Gram matrix is from the painting's (equations 3 and 4).

    `sums`, `statistic` and `error` are its three steps: only the first sees features, and what it
    gives for the pieces of a picture adds up to what it gives for the whole.

    Departs from the paper: classic, every layer's error is divided by the picture's own channels
    and pixels instead of by the layer's N and M; relative, Gram matrices are means over positions,
    so that painting and picture may differ in size, and the error is counted in units of the
    painting's own, so that every layer counts alike.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Keras would cast bfloat16 features to float32 before they are multiplied: slower, and
        # rounded otherwise than the target, which is computed outside of `call`.
        super().__init__(*args, autocast=False, **kwargs)

    def target(self, features: Tensor) -> Tensor:
        """features: (1, h, w, c) of the painting. Returns: what is kept of it, (c, c)."""
        return self.keep(self.statistic_of(features))

    def call(self, features: Tensor, target: Tensor, where: Tensor | None = None) -> Tensor:
        """How far the features are from the painting's, everywhere or in one region.

        features: (1, h, w, c); target: (c, c); where: how much each position counts, (1, h, w, 1).
        Returns: scalar.
        """
        return self.error(self.statistic_of(features, where), target)

    def statistic_of(self, features: Tensor, where: Tensor | None = None) -> Tensor:
        """`statistic` of features (1, h, w, c), whose positions count as `where` (1, h, w, 1)."""
        if where is None:
            positions = float(features.shape[1] * features.shape[2])
            return self.statistic(self.sums(features), positions)
        # A region may be narrower than a deep layer's positions, and then has no style there.
        positions = ops.maximum(ops.sum(where), keras.config.epsilon())
        return self.statistic(self.sums(features, where), positions)

    def sums(self, features: Tensor, where: Tensor | None = None) -> Tensor:
        """What is summed over positions: (c, c) in the term's dtype.

        features: (1, h, w, c); where: how much each position counts, (1, h, w, 1).
        """
        if where is not None:
            features = features * ops.cast(ops.sqrt(where), features.dtype)
        return ops.cast(gram_matrix(features), self.compute_dtype)

    def statistic(self, sums: Tensor, positions: Tensor) -> Tensor:
        """What is compared, from `sums` (c, c) over so many positions. Returns: (c, c)."""
        return sums if self.normalization == "classic" else sums / positions

    def mixture(self, statistics: Sequence[Tensor], weights: Sequence[float]) -> Tensor:
        """The statistic of several paintings together: (c, c) from one (c, c) of each.

        weights: of the paintings; they add up to 1.
        """
        return sum(weight * each for weight, each in zip(weights, statistics, strict=True))

    def keep(self, statistic: Tensor) -> Tensor:
        """What is kept of the painting's statistic (c, c), to be compared with. Returns: (c, c)."""
        return statistic

    def error(self, value: Tensor, target: Tensor) -> Tensor:
        """How far a statistic (c, c) is from what was kept of the painting's. Returns: scalar."""
        if self.normalization == "classic":
            return squared_error(value, target) / (4.0 * 3**2 * float(self.pixels) ** 2)
        return squared_error(value, target) / at_least(sum_of_squares(target), self.least())

    def least(self) -> float:
        """The least that an error is divided by."""
        return FAINTEST_STYLE * self.usual.gram_squares if self.usual else 0.0
