"""A change of variable that keeps every pixel in its range, so that no bounds are needed.

L-BFGS-B's own bounds cost several times what the rest of it does. Here x = middle + half * sin(u):
u is free, and x stays between its bounds whatever u is.
"""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_FURTHEST = 0.99
"""Where a start at a bound is put, as a share of the way there: at the bound itself dx/du is 0."""


class Free:
    """No range: u is x."""

    step = 1.0
    """What u moves where x moves by one, in the middle of the range."""

    def to_u(self, x: Array) -> Array:
        """The variable that stands for x."""
        return x

    def to_x(self, u: Array) -> Array:
        """What u stands for."""
        return u

    def chain(self, u: Array, gradient: Array) -> Array:
        """The gradient by u, from the gradient by x there."""
        return gradient


class Within(Free):
    """Between two bounds, each of a shape that broadcasts to x's."""

    def __init__(self, low: Array, high: Array) -> None:
        self._low, self._high = low, high
        self._middle, self._half = (low + high) / 2, (high - low) / 2
        self.step = 1.0 / float(np.mean(self._half))

    def to_u(self, x: Array) -> Array:
        share = (x - self._middle) / self._half
        return np.asarray(np.arcsin(np.clip(share, -_FURTHEST, _FURTHEST)))

    def to_x(self, u: Array) -> Array:
        # Rounding may lead a hair out of the range.
        return np.clip(self._middle + self._half * np.sin(u), self._low, self._high)

    def chain(self, u: Array, gradient: Array) -> Array:
        return gradient * self._half * np.cos(u)
