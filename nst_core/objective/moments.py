"""Style as the mean and the covariance of the features, instead of their Gram matrix.

A Gram matrix mixes what is usual in a painting with how it varies about that. Apart, with mu the
mean of the features over positions and S their covariance (of the picture; mu' and S' of the
painting), the terms are

    covariance        (|S - S'|^2 + |mu |mu| - mu' |mu'||^2) / (|S'|^2 + |mu'|^4)
    wasserstein     4 (|mu - mu'|^2 + tr(S + S' - 2 (S'^1/2 S S'^1/2)^1/2)) / (tr S' + |mu'|^2)

The first is ours: the mean times its own length is of the covariance's unit, so that both are one
block. The second is the squared Wasserstein-2 distance of two normal distributions (Dowson and
Landau 1982; for style transfer Kolkin et al. 2019 and K. Crowson's style-transfer-pytorch), which
sees channels that vary little, as colours do beside lightness. Features that are stronger by a
small share p are off by about 2 p in the first, before it is squared; the 4 makes the second count
alike.

What is kept of a painting is (c + 1, c) for each layer, whatever its size.
"""

import math
from collections.abc import Sequence
from typing import Any

from keras import ops

from nst_core.objective.backend import Tensor
from nst_core.objective.losses import (
    FAINTEST_STYLE,
    StyleLoss,
    at_least,
    squared_error,
    sum_of_squares,
)
from nst_core.settings.term_kinds import Statistic

_RIDGE = 3e-7
"""Added to the eigenvalues of a product of covariances, as a share of their sum: the covariance of
fewer positions than channels has zeros among them, whose roots have no gradient, and float32 rounds
at 1e-7 of the largest. At the five default layers of pictures of 128 and of 512 pixels, distances
of 0.1 to 1 come out at most 0.005 above those without it in float64, and a painting at most 0.011
from itself; all of them before they are counted 4 times."""


def style_loss(statistic: Statistic = "gram", **options: Any) -> StyleLoss:
    """The style term that compares a statistic; a Keras layer.

    Args:
        statistic: "gram", "covariance" or "wasserstein".
        options: as `Term` takes them.

    Raises:
        ValueError: the classic sums are asked of another statistic than Gram matrices.

    Example:
        >>> style_loss("covariance", dtype="float32").sums(ops.ones((1, 2, 3, 4))).shape
        TensorShape([5, 4])
    """
    return _LOSSES[statistic](**options)


def moments(features: Tensor, where: Tensor | None = None) -> Tensor:
    """Products of the channels, and below them the channels themselves, summed over positions.

    Like `losses.gram_matrix`, it is computed in the features' own precision.

    Args:
        features: (1, h, w, c).
        where: how much each position counts, (1, h, w, 1); None if all count alike.

    Returns:
        (c + 1, c).

    Example:
        >>> moments(2 * ops.ones((1, 2, 3, 1)))  # [[24.], [12.]]
    """
    flat = ops.reshape(features, (-1, features.shape[-1]))
    if where is None:
        return _moments_of_columns(flat, ops.ones_like(flat[:, :1]))
    # Both factors of each product have the root, so that together they have the share.
    roots = ops.cast(ops.sqrt(ops.reshape(where, (-1, 1))), flat.dtype)
    return _moments_of_columns(flat * roots, roots)


@ops.custom_gradient  # type: ignore[untyped-decorator]
def _moments_of_columns(flat: Tensor, ones: Tensor) -> Any:
    """flat: (n, c); ones: (n, 1), which stands still. Returns: (c + 1, c)."""

    def gradient(*args: Tensor, upstream: Tensor | None = None) -> tuple[Tensor, Tensor]:
        by = args[0] if upstream is None else upstream
        by_flat = ops.matmul(flat, by[:-1] + ops.transpose(by[:-1])) + ones * by[-1:]
        return by_flat, ops.zeros_like(ones)

    columns = ops.transpose(flat)
    products = [ops.matmul(columns, flat), ops.transpose(ops.matmul(columns, ones))]
    return ops.concatenate(products, axis=0), gradient


class CovarianceLoss(StyleLoss):
    """How far covariance and mean of the features are from the painting's."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.normalization == "classic":
            raise ValueError("statistic must be gram where normalization is classic.")

    def sums(self, features: Tensor, where: Tensor | None = None) -> Tensor:
        """What is summed over positions: (c + 1, c).

        features: (1, h, w, c); where: how much each position counts, (1, h, w, 1).
        """
        return ops.cast(moments(features, where), self.compute_dtype)

    def statistic(self, sums: Tensor, positions: Tensor) -> Tensor:
        """The covariance, and below it the mean times its length: (c + 1, c) from `sums`."""
        covariance, mean = covariance_and_mean(sums, positions)
        length = ops.sqrt(sum_of_squares(mean) + _TINY)
        return ops.concatenate([covariance, mean * length], axis=0)

    def mixture(self, statistics: Sequence[Tensor], weights: Sequence[float]) -> Tensor:
        """Covariances and means are averaged apart: (c + 1, c) from one (c + 1, c) of each."""
        covariance = super().mixture([each[:-1] for each in statistics], weights)
        # A mean that is multiplied by its own length is as long as its square.
        rows = [each[-1:] for each in statistics]
        means = [row / (sum_of_squares(row) + _TINY) ** 0.25 for row in rows]
        mean = super().mixture(means, weights)
        length = ops.sqrt(sum_of_squares(mean) + _TINY)
        return ops.concatenate([covariance, mean * length], axis=0)

    def error(self, value: Tensor, target: Tensor) -> Tensor:
        """How far two statistics (c + 1, c) are apart. Returns: scalar."""
        return squared_error(value, target) / at_least(sum_of_squares(target), self.least())

    def least(self) -> float:
        """The least that an error is divided by."""
        return FAINTEST_STYLE * self.usual.covariance_squares if self.usual else 0.0


class WassersteinLoss(CovarianceLoss):
    """The squared Wasserstein-2 distance of two normal distributions, in units of the painting's.

    Features that are normally distributed have to be moved by so much to be distributed as the
    painting's are.
    """

    def sums(self, features: Tensor, where: Tensor | None = None) -> Tensor:
        """As of `CovarianceLoss`, in the term's dtype throughout.

        Products that are rounded to bfloat16 are no covariance: some directions of the channels
        would vary less than not at all, and the root has no value there.
        """
        return moments(ops.cast(features, self.compute_dtype), where)

    def statistic(self, sums: Tensor, positions: Tensor) -> Tensor:
        """The covariance, and below it the mean: (c + 1, c) from `sums`."""
        return ops.concatenate(covariance_and_mean(sums, positions), axis=0)

    def mixture(self, statistics: Sequence[Tensor], weights: Sequence[float]) -> Tensor:
        """Covariances and means are averaged: (c + 1, c) from one (c + 1, c) of each."""
        return StyleLoss.mixture(self, statistics, weights)

    def keep(self, statistic: Tensor) -> Tensor:
        """The root of the covariance, and below it the mean: (c + 1, c)."""
        return ops.concatenate([square_root(statistic[:-1]), statistic[-1:]], axis=0)

    def error(self, value: Tensor, target: Tensor) -> Tensor:
        """How far a statistic (c + 1, c) is from what was kept of the painting. Returns: scalar."""
        covariance, root = value[:-1], target[:-1]
        between = ops.matmul(ops.matmul(root, covariance), root)
        spread = sum_of_squares(root)
        moved = squared_error(value[-1:], target[-1:]) + ops.trace(covariance) + spread
        moved = moved - 2.0 * trace_of_root(between)
        unit = at_least(spread + sum_of_squares(target[-1:]), self.least())
        return _AS_COVARIANCES * moved / unit

    def least(self) -> float:
        """The least that an error is divided by: the share is that of squares of squares."""
        return math.sqrt(FAINTEST_STYLE) * self.usual.length_squared if self.usual else 0.0


def covariance_and_mean(sums: Tensor, positions: Tensor) -> tuple[Tensor, Tensor]:
    """Covariance (c, c) and mean (1, c), from `moments` (c + 1, c) over so many positions.

    Example:
        >>> covariance_and_mean(moments(2 * ops.ones((1, 2, 3, 1))), 6.0)  # [[0.]], [[2.]]
    """
    means = sums / positions
    mean = means[-1:]
    return means[:-1] - ops.matmul(ops.transpose(mean), mean), mean


def square_root(matrix: Tensor) -> Tensor:
    """The symmetric square root of a symmetric positive matrix (c, c).

    Example:
        >>> square_root(ops.convert_to_tensor([[4.0, 0.0], [0.0, 9.0]]))  # [[2., 0.], [0., 3.]]
    """
    values, vectors = _eigen(matrix)
    return ops.matmul(vectors * ops.sqrt(values), ops.transpose(vectors))


@ops.custom_gradient  # type: ignore[untyped-decorator]
def trace_of_root(matrix: Tensor) -> Any:
    """The trace of the square root of a symmetric positive matrix (c, c). Returns: scalar.

    With v an eigenvalue and e the ridge it is the sum of v (v + e)^-1/2, which is never too large:
    directions in which nothing varies add nothing, where (v + e)^1/2 would add the root of e.

    On a processor a decomposition takes less than half the time of Newton and Schulz's iteration
    for the same root (`python -m bench.statistics_cost`), and it cannot diverge.

    Example:
        >>> trace_of_root(ops.convert_to_tensor([[4.0, 0.0], [0.0, 9.0]]))  # 5.
    """
    values, vectors = _eigen(matrix)
    ridge = _RIDGE * ops.sum(values) + _TINY
    inverse = ops.rsqrt(values + ridge)

    def gradient(*args: Tensor, upstream: Tensor | None = None) -> Tensor:
        by = args[0] if upstream is None else upstream
        by_values = 0.5 * (inverse + ridge * inverse**3)
        # The ridge follows the eigenvalues' sum.
        by_values = by_values - 0.5 * _RIDGE * ops.sum(values * inverse**3)
        return by * ops.matmul(vectors * by_values, ops.transpose(vectors))

    return ops.sum(values * inverse), gradient


def _eigen(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Eigenvalues (c,) and eigenvectors, the columns of (c, c), of a symmetric positive matrix."""
    values, vectors = ops.linalg.eigh(matrix)
    # Rounding makes some a little less than 0.
    return ops.maximum(values, 0.0), vectors


_TINY = 1e-12
_AS_COVARIANCES = 4.0
_LOSSES = {"gram": StyleLoss, "covariance": CovarianceLoss, "wasserstein": WassersteinLoss}
