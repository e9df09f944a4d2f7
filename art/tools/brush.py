"""A bristle brush: curved strokes that lay colour and thickness on an oil canvas."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from art.tools.fields import noise

Array = NDArray[np.float32]

TEXTURE_ROWS, TEXTURE_COLS = 512, 2048


def _bristle_texture() -> Array:
    """Long streaks (rows across the brush, columns along the stroke), values 0..1."""
    rng = np.random.default_rng(11)
    fine = noise((TEXTURE_ROWS, TEXTURE_COLS), (1.6, 90.0), rng, 1)
    coarse = noise((TEXTURE_ROWS, TEXTURE_COLS), (5.0, 160.0), rng, 1)
    grit = noise((TEXTURE_ROWS, TEXTURE_COLS), (2.0, 9.0), rng, 1)
    mixed = 0.5 * fine + 0.35 * coarse + 0.15 * grit
    return np.clip((mixed - 0.5) * 1.9 + 0.5, 0.0, 1.0)


@dataclass
class Strokes:
    """A batch of N strokes, painted in order.

    ``paths`` is (N, K, 2) in pixels (x, y); ``widths`` (N,) full widths in pixels;
    ``colours`` and ``seconds`` (N, 3) are the two paints the brush is loaded with.
    """

    paths: Array
    widths: Array
    colours: Array
    seconds: Array
    dryness: float = 0.5
    thickness: float = 1.0


@dataclass
class Canvas:
    """Wet paint: ``colour`` (H, W, 3) in 0..1 and ``height`` (H, W) in pixels."""

    colour: Array
    rng: np.random.Generator
    height: Array = field(init=False)
    bristles: Array = field(init=False)

    def __post_init__(self) -> None:
        self.height = np.zeros(self.colour.shape[:2], np.float32)
        self.bristles = _bristle_texture()

    def paint(self, strokes: Strokes) -> None:
        """Lay every stroke of the batch on the canvas, one after the other."""
        count = len(strokes.paths)
        offsets = self.rng.integers(0, (TEXTURE_ROWS, TEXTURE_COLS), (count, 2))
        for i in range(count):
            self._paint_one(strokes, i, offsets[i])

    def _paint_one(self, strokes: Strokes, i: int, offset: NDArray[np.int64]) -> None:
        """Blend stroke ``i`` into the pixels around it, colour and height alike."""
        path, half = strokes.paths[i], max(strokes.widths[i] / 2, 0.6)
        window = self._window(path, half)
        if window is None:
            return
        side, along, length = project(path, window)
        grain, second = self._grain(side, along, half, offset)
        alpha, across = _coverage(side, along, length, half, grain, strokes.dryness)
        paint = strokes.colours[i] + (strokes.seconds[i] - strokes.colours[i]) * second[..., None]
        paint *= (0.80 + 0.36 * grain)[..., None]
        under = self.colour[window]
        under += alpha[..., None] * (paint - under)
        ridge = np.exp(-(((across - 0.8) / 0.18) ** 2))
        lift = (0.25 + 0.9 * grain) * (1 - 0.4 * across**2) + 0.35 * ridge
        lift *= strokes.thickness * np.sqrt(half)
        height = self.height[window]
        height += alpha * (0.35 * height + lift - height)

    def _window(self, path: Array, half: float) -> tuple[slice, slice] | None:
        """Pixel window that holds the stroke, or None where it misses the canvas."""
        low = np.maximum(np.floor(path.min(0) - half - 1), 0).astype(int)
        limit = np.array(self.height.shape[::-1])
        high = np.minimum(np.ceil(path.max(0) + half + 2).astype(int), limit)
        if (high <= low).any():
            return None
        return slice(low[1], high[1]), slice(low[0], high[0])

    def _grain(
        self, side: Array, along: Array, half: float, offset: NDArray[np.int64]
    ) -> tuple[Array, Array]:
        """Bristle relief and the share of the second paint, both (h, w) in 0..1."""
        scale = 1.5 / (0.75 + 0.05 * half)
        rows = (side * scale + offset[0]).astype(int) % TEXTURE_ROWS
        cols = (along + offset[1]).astype(int) % TEXTURE_COLS
        grain = self.bristles[rows, cols]
        second = self.bristles[(rows // 2 + 77) % TEXTURE_ROWS, (cols // 2) % TEXTURE_COLS]
        return grain, np.clip((second - 0.5) * 3.0 + 0.4, 0.0, 1.0)


def project(path: Array, window: tuple[slice, slice]) -> tuple[Array, Array, float]:
    """Signed distance to ``path`` (K, 2) and arc length along it, for each pixel of a window."""
    y, x = (np.arange(s.start, s.stop, dtype=np.float32) for s in window)
    start, step = path[:-1], np.diff(path, axis=0)
    length = np.maximum(np.hypot(step[:, 0], step[:, 1]), 1e-3)
    unit = (step / length[:, None])[:, :, None, None]
    dx = x[None, None] - start[:, 0, None, None]
    dy = y[None, :, None] - start[:, 1, None, None]
    run = dx * unit[:, 0] + dy * unit[:, 1]
    side = dy * unit[:, 0] - dx * unit[:, 1]
    spare = run - np.clip(run, 0.0, length[:, None, None])
    nearest = np.argmin(side**2 + spare**2, axis=0)[None]
    side = np.take_along_axis(side, nearest, 0)[0]
    run = np.take_along_axis(run, nearest, 0)[0]
    before = np.concatenate([[0.0], np.cumsum(length)[:-1]]).astype(np.float32)
    return side, run + before[nearest[0]], float(length.sum())


def _coverage(
    side: Array, along: Array, length: float, half: float, grain: Array, dryness: float
) -> tuple[Array, Array]:
    """Opacity (0..1) of a stroke and its distance from the spine in half widths (0 = spine)."""
    tail = along / length
    taper = 1.0 - 0.35 * np.clip(tail, 0.0, 1.0) ** 3
    over = np.maximum(-along, along - length).clip(0.0) / half
    across = np.hypot(side / (half * taper), over)
    edge = np.clip((0.95 + 0.5 * (grain - 0.5) - across) * half * 0.8, 0.0, 1.0)
    fade = np.clip((grain + 0.75 - dryness * 1.9 * np.clip(tail, 0, 1.2) ** 2) * 2.5, 0.0, 1.0)
    return edge * fade, np.minimum(across, 1.0)


def trace(angle: Array, starts: Array, lengths: Array, points: int = 7) -> Array:
    """Follow ``angle`` (H, W) radians from ``starts`` (N, 2) px; return paths (N, points, 2).

    Each path has its ``lengths`` (N,) in pixels and is centred on its start.
    """
    stride = (lengths / (points - 1))[:, None]
    half = points // 2
    backward = _walk(angle, starts, -stride, half)
    forward = _walk(angle, starts, stride, points - 1 - half)
    return np.stack([*backward[::-1], starts, *forward], axis=1).astype(np.float32)


def _walk(angle: Array, starts: Array, stride: Array, steps: int) -> list[Array]:
    """Take ``steps`` strides (N, 1), in pixels, along ``angle``; return every place on the way."""
    limit = np.array(angle.shape[::-1]) - 1
    place, places = starts, []
    for _ in range(steps):
        col, row = np.clip(place, 0, limit).astype(int).T
        turn = angle[row, col]
        place = place + stride * np.stack([np.cos(turn), np.sin(turn)], 1)
        places.append(place)
    return places


def scatter(mask: Array, spacing: float, rng: np.random.Generator) -> Array:
    """Jittered-grid points (N, 2), in random order, that land where ``mask`` (H, W) allows."""
    height, width = mask.shape
    y, x = np.mgrid[0 : height + spacing : spacing, 0 : width + spacing : spacing]
    places = np.stack([x.ravel(), y.ravel()], 1) + rng.uniform(-0.6, 0.6, (x.size, 2)) * spacing
    col, row = places.astype(int).T
    inside = (col >= 0) & (row >= 0) & (col < width) & (row < height)
    places, col, row = places[inside], col[inside], row[inside]
    places = places[rng.random(len(places)) < mask[row, col]]
    return rng.permutation(places).astype(np.float32)


def brush_layer(
    canvas: Canvas,
    reference: Array,
    angle: Array,
    mask: Array,
    size: tuple[float, float, float],
    jitter: float = 0.05,
    thickness: float = 1.0,
    dryness: float = 0.5,
) -> None:
    """Cover ``mask`` (H, W) with strokes that follow ``angle`` and take ``reference`` colours.

    ``size`` is (width, length, spacing) in pixels; ``jitter`` varies tone per stroke.
    """
    rng = canvas.rng
    width, length, spacing = size
    starts = scatter(mask, spacing, rng)
    count = len(starts)
    if not count:
        return
    paths = trace(angle, starts, length * rng.uniform(0.6, 1.35, count))
    col, row = starts.astype(int).T
    colours = vary(reference[row, col], jitter, rng)
    seconds = vary(reference[row, col], jitter * 2.0, rng)
    widths = width * rng.uniform(0.65, 1.3, count)
    canvas.paint(Strokes(paths, widths, colours, seconds, dryness, thickness))


def vary(colours: Array, jitter: float, rng: np.random.Generator) -> Array:
    """Shift each colour (N, 3) by a common brightness and a smaller change of hue."""
    tone = rng.normal(0.0, jitter, (len(colours), 1))
    hue = rng.normal(0.0, jitter * 0.45, colours.shape)
    return np.clip(colours * (1.0 + 1.6 * tone) + 0.4 * tone + hue, 0.0, 1.0).astype(np.float32)
