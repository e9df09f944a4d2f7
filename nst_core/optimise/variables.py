"""What L-BFGS-B moves instead of the pixels, so that it needs no bounds and fewer evaluations.

Changes of variable, one inside the other:

- `Within` keeps every pixel in its range by x = middle + half * sin(v): v is free, and L-BFGS-B's
  own bounds, which cost several times what the rest of it does, are not needed.
- `Frequencies` moves the cosine transform of v, low frequencies further than high ones, for the
  loss is flatter along them. Optimising in Fourier space is described by Olah, Mordvintsev and
  Schubert 2017 ("Feature Visualization", Distill).
- `Blended` leaves the photo as it is where a mask says so.

`python -m bench.variables` measures both. A large picture's vectors are most of a run's memory, so
whatever can be done in place is done in place.
"""

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import fft

Array = NDArray[np.float64]
Chain = Callable[[Array], Array]
"""From the gradient by x to the gradient by u."""

_FURTHEST = 0.99
"""Where a start at a bound is put, as a share of the way there: at the bound itself dx/du is 0."""
_FAINTEST = 0.02
"""The least share through which a picture can be told from what lies beneath it."""
_KNEE, _POWER = 0.02, 0.25
"""A frequency f is moved (1 + f / _KNEE) ** -_POWER as far; f is 1 for the highest of an axis."""


class Variable(Protocol):
    """What L-BFGS-B moves, u, in the place of x; both are float64 of x's shape."""

    def to_u(self, x: Array) -> Array:
        """The u of an x, or of a point near it where x itself cannot be reached."""
        ...

    def at(self, u: Array) -> tuple[Array, Chain]:
        """x at u, in an array of its own, and how a gradient there is carried to u."""
        ...

    def reach(self, step: Array) -> float:
        """How far x moves with a small step of u, as a root mean square.

        It is what the step does to an x in the middle of its range.
        """
        ...


class Free:
    """u is x.

    Example:
        >>> Free().reach(np.ones((1, 32, 32, 3)))
        1.0
    """

    def to_u(self, x: Array) -> Array:
        return x

    def at(self, u: Array) -> tuple[Array, Chain]:
        # SciPy goes on writing into the array that it passes.
        return u.copy(), lambda gradient: gradient

    def reach(self, step: Array) -> float:
        return _rms(step)


class Within:
    """x between two bounds, each of a shape that broadcasts to x's.

    Example:
        >>> variable = Within(np.array(0.0), np.array(255.0))
        >>> float(variable.at(np.zeros((1, 2, 2, 3)))[0].max())  # u = 0 is the middle
        127.5
    """

    def __init__(self, low: Array, high: Array) -> None:
        self._low, self._high = low, high
        self._middle, self._half = (low + high) / 2, (high - low) / 2

    def to_u(self, x: Array) -> Array:
        share = (x - self._middle) / self._half
        return np.asarray(np.arcsin(np.clip(share, -_FURTHEST, _FURTHEST)))

    def at(self, u: Array) -> tuple[Array, Chain]:
        x = np.sin(u)
        x *= self._half
        x += self._middle
        # Rounding may lead a hair out of the range.
        np.clip(x, self._low, self._high, out=x)

        def chain(gradient: Array) -> Array:
            by_u = np.cos(u)
            by_u *= self._half
            by_u *= gradient
            return by_u

        return x, chain

    def reach(self, step: Array) -> float:
        return _rms(step * self._half)


class Blended:
    """Another variable's x where the shares are 1, a fixed picture where they are 0.

    Example:
        >>> variable = Blended(Free(), np.zeros((1, 2, 2, 3)), np.zeros((1, 2, 2, 1)))
        >>> float(variable.at(np.ones((1, 2, 2, 3)))[0].max())
        0.0
    """

    def __init__(self, inner: Variable, beneath: Array, shares: Array) -> None:
        """
        Args:
            inner: whose x is seen through the shares.
            beneath: the fixed picture, of x's shape.
            shares: 0..1, of a shape that broadcasts to x's.
        """
        self._inner, self._beneath, self._shares = inner, beneath, shares

    def to_u(self, x: Array) -> Array:
        # What an earlier blend has taken off is put back, or soft edges would fade at each start.
        share = np.maximum(self._shares, _FAINTEST)
        full = self._beneath + (x - self._beneath) / share
        return self._inner.to_u(np.where(self._shares < _FAINTEST, self._beneath, full))

    def at(self, u: Array) -> tuple[Array, Chain]:
        x, inner_chain = self._inner.at(u)
        x *= self._shares
        x += (1.0 - self._shares) * self._beneath
        return x, lambda gradient: inner_chain(gradient * self._shares)

    def reach(self, step: Array) -> float:
        return self._inner.reach(step)


class Frequencies:
    """The weighted cosine transform of another variable's u; x is a picture (1, H, W, channels).

    Example:
        >>> x = np.random.default_rng(0).normal(size=(1, 32, 32, 3))
        >>> variable = Frequencies(x.shape, Free())
        >>> np.allclose(variable.at(variable.to_u(x))[0], x)
        True
    """

    def __init__(self, shape: tuple[int, ...], inner: Variable) -> None:
        """
        Args:
            shape: of x, (1, H, W, channels).
            inner: the variable whose u is transformed.
        """
        down, right = (np.arange(side) / side for side in shape[1:3])
        distance = np.hypot(down[:, None, None], right[None, :, None])
        self._weights = (1 + distance / _KNEE) ** -_POWER
        self._inner = inner

    def to_u(self, x: Array) -> Array:
        return _transform(self._inner.to_u(x)) / self._weights

    def at(self, u: Array) -> tuple[Array, Chain]:
        x, inner_chain = self._inner.at(self._back(u))

        def chain(gradient: Array) -> Array:
            by_u = _transform(inner_chain(gradient))
            by_u *= self._weights
            return by_u

        return x, chain

    def reach(self, step: Array) -> float:
        return self._inner.reach(self._back(step))

    def _back(self, u: Array) -> Array:
        """The inner variable's u, (1, H, W, channels)."""
        scaled_u = u * self._weights
        return np.asarray(
            fft.idctn(scaled_u, axes=(1, 2), norm="ortho", overwrite_x=True), dtype=np.float64
        )


def _transform(values: Array) -> Array:
    """The cosine transform of each channel; (1, H, W, channels) both."""
    return np.asarray(fft.dctn(values, axes=(1, 2), norm="ortho"), dtype=np.float64)


def _rms(values: Array) -> float:
    return float(np.sqrt(np.mean(np.square(values))))
