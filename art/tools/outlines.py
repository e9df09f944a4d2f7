"""Closed outlines for designs built of shapes: ribbons, ellipses, leaves and stars.

Outlines are (N, 2) arrays of (x, y) in units of the longer side.
"""

import numpy as np

from art.tools.fields import Array, Points, spline


def ribbon(points: Points, widths: tuple[float, ...], count: int = 60) -> Array:
    """A band along the curve through ``points`` whose full ``widths`` (units) vary evenly."""
    spine = spline(points, count)
    step = np.gradient(spine, axis=0)
    step /= np.hypot(step[:, 0], step[:, 1])[:, None] + 1e-9
    half = np.interp(np.linspace(0, 1, count), np.linspace(0, 1, len(widths)), widths) / 2
    side = np.stack([step[:, 1], -step[:, 0]], 1) * half[:, None]
    return np.concatenate([spine + side, (spine - side)[::-1]])


def turned(u: Array, v: Array, centre: tuple[float, float] | Array, turn: float) -> Array:
    """Points (N, 2) of local coordinates ``u``, ``v`` turned by ``turn`` radians and moved."""
    cos, sin = np.cos(turn), np.sin(turn)
    return np.stack([centre[0] + u * cos - v * sin, centre[1] + u * sin + v * cos], 1)


def ellipse(
    centre: tuple[float, float] | Array, radii: tuple[float, float], turn: float = 0.0,
    count: int = 56,
) -> Array:  # fmt: skip
    """An ellipse (count, 2) of two ``radii`` turned by ``turn`` radians."""
    around = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return turned(radii[0] * np.cos(around), radii[1] * np.sin(around), centre, turn)


def disc(
    centre: tuple[float, float] | Array, radius: float, squash: float = 1.0, count: int = 48
) -> Array:
    """A round polygon (count, 2), or one that is ``squash`` times as high as wide."""
    return ellipse(centre, (radius, squash * radius), 0.0, count)


def leaf(
    root: tuple[float, float], length: float, width: float, turn: float, bend: float = 0.0
) -> Array:
    """A pointed leaf (60, 2) that grows from ``root`` towards ``turn`` and curves by ``bend``."""
    share = np.linspace(0, 1, 30)
    half = 0.5 * width * np.sin(np.pi * share**0.8) ** 0.9
    arc = bend * length * share**2
    u = np.concatenate([share, share[::-1]]) * length
    v = np.concatenate([arc + half, (arc - half)[::-1]])
    return turned(u, v, root, turn)


def drop(centre: tuple[float, float], length: float, width: float, turn: float) -> Array:
    """A teardrop (56, 2) with its point towards ``turn`` + 180 degrees."""
    around = np.linspace(0, 2 * np.pi, 56, endpoint=False)
    u = -0.5 * length * np.cos(around)
    v = 0.5 * width * np.sin(around) * np.sin(around / 2)
    return turned(u, v, centre, turn)


def star(
    centre: tuple[float, float], outer: float, inner: float, points: int, turn: float = 0.0
) -> Array:
    """A star of ``points`` rays between the radii ``inner`` and ``outer``."""
    around = np.arange(2 * points) * np.pi / points
    radius = np.where(np.arange(2 * points) % 2 == 0, outer, inner)
    return turned(radius * np.cos(around), radius * np.sin(around), centre, turn)


def mirrored(points: Points, axis: float) -> Array:
    """The outline or curve reflected in the vertical line ``x = axis``."""
    flipped = np.array(points, np.float32)
    flipped[:, 0] = 2 * axis - flipped[:, 0]
    return flipped
