"""A bristle brush: curved strokes that lay colour and thickness on an oil canvas."""

from dataclasses import dataclass, field
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from art.tools.fields import Array, Box, noise, window_around

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


@dataclass(frozen=True)
class Stroke:
    """One stroke on the pixels around it.

    For each pixel of ``window``, ``side`` (h, w) is its signed distance from the path and
    ``along`` (h, w) how far along the path it lies, in pixels; ``length`` is the path's and
    ``half`` half the stroke's width.  ``offset`` says where on the brush's texture it begins.
    """

    window: Box
    side: Array
    along: Array
    length: float
    half: float
    offset: NDArray[np.int64]
    dryness: float
    thickness: float

    @property
    def beyond(self) -> Array:
        """How far (h, w) a pixel lies before the start or after the end, in half widths."""
        return np.maximum(-self.along, self.along - self.length).clip(0.0) / self.half


class Mark(NamedTuple):
    """What a stroke leaves on the pixels around it, arrays (h, w).

    ``alpha`` is its opacity, ``tone`` the brightness of its paint, ``share`` the part of the
    second paint, and ``lift`` its thickness, on top of the share ``held`` of what was there.
    """

    alpha: Array
    tone: Array
    share: Array
    lift: Array
    held: float


@dataclass
class Canvas:
    """Wet paint: ``colour`` (H, W, 3) in 0..1 and ``height`` (H, W) in pixels.

    Another tool is a subclass that says what mark a stroke leaves.
    """

    thinnest: ClassVar[float] = 0.6
    """Pixels: the least half width of a stroke."""

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
            path, half = strokes.paths[i], max(strokes.widths[i] / 2, self.thinnest)
            window = window_around(path, self.height.shape, half + 1, half + 2)
            if window is None:
                continue
            stroke = Stroke(window, *project(path, window), half, offsets[i],
                            strokes.dryness, strokes.thickness)  # fmt: skip
            self._blend(stroke, strokes.colours[i], strokes.seconds[i])

    def _blend(self, stroke: Stroke, first: Array, second: Array) -> None:
        """Blend a stroke with its two paints (3,) into the pixels around it."""
        mark = self.mark(stroke)
        paint = first + (second - first) * mark.share[..., None]
        paint = paint * mark.tone[..., None]
        under = self.colour[stroke.window]
        under += mark.alpha[..., None] * (paint - under)
        height = self.height[stroke.window]
        height += mark.alpha * (mark.held * height + mark.lift - height)

    def mark(self, stroke: Stroke) -> Mark:
        """What a bristle brush leaves: streaks, a dry tail and a ridge along both edges."""
        grain, share = self.bristle(stroke)
        alpha, across = _coverage(stroke, grain)
        ridge = np.exp(-(((across - 0.8) / 0.18) ** 2))
        lift = (0.25 + 0.9 * grain) * (1 - 0.4 * across**2) + 0.35 * ridge
        lift *= stroke.thickness * np.sqrt(stroke.half)
        return Mark(alpha, 0.80 + 0.36 * grain, share, lift, 0.35)

    def bristle(self, stroke: Stroke) -> tuple[Array, Array]:
        """Bristle relief and the share of the second paint, both (h, w) in 0..1."""
        scale = 1.5 / (0.75 + 0.05 * stroke.half)
        rows = (stroke.side * scale + stroke.offset[0]).astype(int) % TEXTURE_ROWS
        cols = (stroke.along + stroke.offset[1]).astype(int) % TEXTURE_COLS
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


def _coverage(stroke: Stroke, grain: Array) -> tuple[Array, Array]:
    """Opacity (0..1) of a stroke and its distance from the spine in half widths (0 = spine)."""
    tail = stroke.along / stroke.length
    taper = 1.0 - 0.35 * np.clip(tail, 0.0, 1.0) ** 3
    across = np.hypot(stroke.side / (stroke.half * taper), stroke.beyond)
    edge = np.clip((0.95 + 0.5 * (grain - 0.5) - across) * stroke.half * 0.8, 0.0, 1.0)
    dry = stroke.dryness * 1.9 * np.clip(tail, 0, 1.2) ** 2
    fade = np.clip((grain + 0.75 - dry) * 2.5, 0.0, 1.0)
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
