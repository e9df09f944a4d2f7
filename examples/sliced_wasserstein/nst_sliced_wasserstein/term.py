"""The squared sliced Wasserstein-2 distance between two pictures' features.

A position's features are a point; a picture is a cloud of them. On a line the distance between two
clouds is found by sorting both. So the clouds are projected on random directions, and the mean over
these of the distances is taken: Bonneel, Rabin, Peyre and Pfister 2015 ("Sliced and Radon
Wasserstein Barycenters of Measures"); as a loss of textures, Heitz, Vanhoey, Chambon and Belcour
2021 (arXiv 2006.07229). A Gram matrix sees second moments of the features only; this sees how they
are distributed.

Departs from the paper: the directions stay the same for the whole run, since L-BFGS needs a
function that stands still; sorted values are averaged over `SHARES` equal shares of the positions,
so that painting and picture may differ in size and little is kept of the painting; and the distance
is counted in units of the painting's own spread.
"""

from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from nst_core.objective.losses import Term

SHARES = 256
"""Into how many shares the sorted values of a projection are averaged."""
FAINTEST = 0.1
"""Least spread to divide by, as a share of the usual mean square of the layer's features."""


def random_directions(count: int, channels: int, seed: int) -> NDArray[np.float64]:
    """Random unit vectors, the same for the same arguments.

    Returns:
        (count, channels).

    Example:
        >>> np.linalg.norm(random_directions(2, 64, seed=0), axis=1)
        array([1., 1.])
    """
    normal = np.random.default_rng(seed).standard_normal((count, channels))
    unit: NDArray[np.float64] = normal / np.linalg.norm(normal, axis=1, keepdims=True)
    return unit


def shares(values: int, count: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Which sorted values are in which share of all, and how much each counts in its mean.

    A value at a border is divided between both shares; where there are fewer values than shares,
    a value fills several.

    Args:
        values: how many there are.
        count: of the shares.

    Returns:
        Indices of values and their weights, both (count, w); the weights of a share sum to 1.

    Example:
        >>> shares(3, 2)
        (array([[0, 1, 2], [1, 2, 2]]), array([[0.67, 0.33, 0.], [0.33, 0.67, 0.]]))
    """
    # In units of 1 / count of a value, in which all borders are whole numbers.
    share = np.arange(count)[:, None]
    index = share * values // count + np.arange(-(-values // count) + 1)
    stop = np.minimum((index + 1) * count, (share + 1) * values)
    start = np.maximum(index * count, share * values)
    return np.minimum(index, values - 1), np.maximum(stop - start, 0) / values


class SlicedWassersteinLoss(Term):
    """How far the features would have to move to be spread as the painting's are.

    Relative, in units of the painting's own spread, which is the same for every size and layer:
    1 is as far as its features lie from their mean. Classic, in units of the features, squared.

    Args:
        directions: how many the features are projected on.
        seed: of the random directions.
        kwargs: those of `Term`.

    Example:
        >>> term = SlicedWassersteinLoss(directions=16)
        >>> term(features, term.target(features_of_the_painting))
    """

    def __init__(self, directions: int = 32, seed: int = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.directions = directions
        self.seed = seed

    def target(self, features: Any) -> Any:
        """The sorted projections, averaged over equal shares of the positions.

        Args:
            features: (1, h, w, c), in any precision.

        Returns:
            (directions, SHARES), in the term's dtype.
        """
        positions, channels = features.shape[1] * features.shape[2], features.shape[3]
        # `target` is no `call`: Keras casts nothing here.
        points = ops.reshape(ops.cast(features, self.compute_dtype), (positions, channels))
        onto = random_directions(self.directions, channels, self.seed)
        projected = ops.matmul(
            ops.convert_to_tensor(onto, dtype=self.compute_dtype), ops.transpose(points)
        )
        index, weights = shares(positions, SHARES)
        in_shares = ops.take(ops.sort(projected, axis=-1), index, axis=-1)
        return ops.sum(in_shares * ops.convert_to_tensor(weights, dtype=self.compute_dtype), -1)

    def call(self, features: Any, target: Any) -> Any:
        """features: (1, h, w, c); target: (directions, SHARES). Returns: scalar."""
        distance = ops.mean(ops.square(self.target(features) - target))
        if self.normalization == "classic":
            return distance
        spread = ops.mean(ops.var(target, axis=-1))
        # A painting of one colour has no spread.
        least = FAINTEST * self.usual.square if self.usual else 0.0
        return distance / ops.maximum(spread, max(least, keras.config.epsilon()))
