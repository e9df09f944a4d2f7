"""Scalar and vector fields, curves and masks: the drawing under a painting.

Pictures are (H, W) arrays.  Drawing coordinates are (x, y) pairs, y down, in units of one side
of the picture, mostly the longer one, so that a design does not depend on the size it is painted
in; ``unit`` is how many pixels make one.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image, ImageDraw

Array = NDArray[np.float32]
Points = Sequence[tuple[float, float]] | NDArray[np.floating]
Box = tuple[slice, slice]
"""The rows and the columns of a part of a picture."""


def grid(shape: tuple[int, int], unit: int) -> tuple[Array, Array]:
    """Return x and y, each (H, W), of the pixels' centres in drawing units."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    return (x + 0.5) / unit, (y + 0.5) / unit


def smoothstep(low: float, high: float, value: ArrayLike) -> Array:
    """Rise smoothly from 0 at ``low`` to 1 at ``high`` (which may lie below ``low``)."""
    t = np.clip((np.asarray(value, np.float32) - low) / (high - low), 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


def noise(
    shape: tuple[int, int],
    cell: float | tuple[float, float],
    rng: np.random.Generator,
    octaves: int = 3,
) -> Array:
    """Smooth fractal noise (H, W) stretched to 0..1; ``cell`` is the (y, x) grain in pixels."""
    cell_y, cell_x = (cell, cell) if isinstance(cell, int | float) else cell
    total = np.zeros(shape, np.float32)
    for octave in range(octaves):
        step = (max(cell_y / 2**octave, 1.0), max(cell_x / 2**octave, 1.0))
        knots = rng.random([int(n / s) + 4 for n, s in zip(shape, step, strict=True)])
        rows, cols = (np.arange(n) / s + 1.0 for n, s in zip(shape, step, strict=True))
        layer = _spline_rows(_spline_rows(knots, rows).T, cols).T
        total += (0.5**octave * layer).astype(np.float32)
    low, high = np.percentile(total, [0.5, 99.5])
    return np.clip((total - low) / (high - low), 0.0, 1.0)


def _spline_rows(knots: Array, rows: Array) -> Array:
    """Resample ``knots`` (N, M) at fractional ``rows`` with a cubic B-spline."""
    base = rows.astype(int)
    t = (rows - base)[:, None]
    weights = (
        (1 - t) ** 3,
        3 * t**3 - 6 * t**2 + 4,
        -3 * t**3 + 3 * t**2 + 3 * t + 1,
        t**3,
    )
    return sum(w * knots[base - 1 + k] for k, w in enumerate(weights)) / 6.0


def smear(texture: Array, angle: Array, reach: float, steps: int = 14) -> Array:
    """Average ``texture`` along streamlines of ``angle`` (radians), ``reach`` px each way."""
    height, width = texture.shape
    stride = np.float32(reach / steps)
    vx, vy = np.cos(angle).ravel() * stride, np.sin(angle).ravel() * stride
    values, total = texture.ravel(), texture.copy()
    for sign in (np.float32(-1.0), np.float32(1.0)):
        y, x = np.mgrid[:height, :width].astype(np.float32)
        for _ in range(steps):
            row = np.clip(y, 0, height - 1).astype(np.int32)
            place = row * np.int32(width) + np.clip(x, 0, width - 1).astype(np.int32)
            y, x = y + sign * vy[place], x + sign * vx[place]
            total += values[place]
    low, high = np.percentile(total[::3, ::3], [1, 99])
    return np.clip((total - low) / (high - low), 0.0, 1.0)


def spline(points: Points, count: int = 200, closed: bool = False) -> Array:
    """Sample ``count`` points (count, 2) of a Catmull-Rom curve through ``points``."""
    knots = np.asarray(points, np.float32)
    padded = (
        np.concatenate([knots[-1:], knots, knots[:2]])
        if closed
        else np.concatenate([2 * knots[:1] - knots[1:2], knots, 2 * knots[-1:] - knots[-2:-1]])
    )
    place = np.linspace(0, len(padded) - 3 - 1e-4, count, endpoint=not closed)
    i = place.astype(int)
    t = (place - i)[:, None]
    a, b, c, d = (padded[i + k] for k in range(4))
    curve = 2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2
    return ((curve + (3 * b - a - 3 * c + d) * t**3) / 2).astype(np.float32)


def polygon(shape: tuple[int, int], unit: int, points: Points, fine: int = 3) -> Array:
    """Anti-aliased coverage (H, W) in 0..1 of a polygon given in drawing units."""
    return coverage(shape, unit, [points], fine)


def coverage(shape: tuple[int, int], unit: int, polygons: Sequence[Points], fine: int = 3) -> Array:
    """Anti-aliased coverage (H, W) in 0..1 of the union of polygons given in drawing units.

    It is drawn ``fine`` times as large each way, and averaged.
    """
    image = Image.new("L", (shape[1] * fine, shape[0] * fine))
    draw = ImageDraw.Draw(image)
    for corners in polygons:
        places = np.asarray(corners, float) * unit * fine
        draw.polygon(places.ravel().tolist(), fill=255)
    return np.asarray(image.reduce(fine), np.float32) / 255.0


def arc_length(path: Array) -> Array:
    """How far along a path (K, 2) each of its points lies (K,), from 0."""
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(path, axis=0).T))])


def at_shares(path: Array, share: Array) -> Array:
    """Points (N, 2) at shares 0..1 (N,) of the length of a path (K, 2)."""
    run = arc_length(path)
    return np.stack([np.interp(share * run[-1], run, path[:, k]) for k in (0, 1)], 1)


def normals(path: Array) -> Array:
    """Unit normals (K, 2) of a path (K, 2), to the left of travel in a picture with y down."""
    step = np.gradient(path, axis=0)
    step /= np.maximum(np.hypot(step[:, 0], step[:, 1]), 1e-9)[:, None]
    return np.stack([step[:, 1], -step[:, 0]], 1)


def blade(path: Array, half: Array | float) -> Array:
    """Polygon (2K, 2) around a path (K, 2) with half widths (K,), in the units of the path."""
    side = normals(path) * np.broadcast_to(half, len(path))[:, None]
    return np.concatenate([path + side, (path - side)[::-1]])


def window_of(mask: Array, pad: int) -> Box:
    """The pixels around what ``mask`` (H, W) covers, and ``pad`` more on every side."""
    spans = []
    for axis in (1, 0):
        lines = np.flatnonzero(mask.any(axis))
        first, last = (int(lines[0]), int(lines[-1])) if len(lines) else (0, 0)
        spans.append(slice(max(first - pad, 0), last + pad + 1))
    return spans[0], spans[1]


def window_around(points: Array, shape: tuple[int, ...], before: float, after: float) -> Box | None:
    """The pixels around ``points`` (N, 2 pixels), or None where all are off the picture.

    They begin ``before`` pixels above and left of the points and end ``after`` pixels below and
    right of them, within a picture of ``shape`` (H, W).
    """
    low = np.maximum(np.floor(points.min(0) - before), 0).astype(int)
    high = np.minimum(np.ceil(points.max(0) + after).astype(int), shape[::-1])
    if (high <= low).any():
        return None
    return slice(low[1], high[1]), slice(low[0], high[0])
