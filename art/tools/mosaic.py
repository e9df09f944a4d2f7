"""Mosaic: rows of hand-cut tesserae that follow the contours of a coloured cartoon."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage import measure

from art.tools.canvas import mix, ramp, relief_light, rgb
from art.tools.fields import Array, Points, polygon, smoothstep
from art.tools.support import Support

GROUT = rgb("2a211c")
FAR = np.float32(99.0)


@dataclass
class Part:
    """One shape of the cartoon: tessera size in pixels, gilding 0..1, and its rows.

    The rows follow ``field`` (H, W) in pixels, or else the shape's own edge.  The row along the
    edge takes the colour ``outline``.
    """

    tile: float
    sheen: float
    jitter: float
    outline: Array | None
    field: Array | None


class Cartoon(Support):
    """The drawing under a mosaic; ``x`` and ``y`` are (H, W) in units of the longer side."""

    def __init__(self, rng: np.random.Generator, unit: int, size: tuple[float, float]) -> None:
        super().__init__(rng, unit, size)
        self.labels = np.zeros(self.shape, np.int32)
        self.colour = np.zeros((*self.shape, 3), np.float32)
        self.parts: list[Part] = []

    def inside(self, points: Points) -> NDArray[np.bool_]:
        """Pixels inside an outline given in units."""
        return polygon(self.shape, self.unit, points, 1) > 0.5

    def part(
        self, mask: NDArray[np.bool_], tone: Array | float, codes: str, tile: float = 8.0,
        outline: str = "", sheen: float = 0.0, jitter: float = 0.05, field: Array | None = None,
    ) -> None:  # fmt: skip
        """Put a shape on top, in the colours of ``tone`` (0..1) on the ramp ``codes``.

        ``tile`` is the tessera's side in pixels of 1280; ``field`` its rows in units.
        """
        tones = np.broadcast_to(np.asarray(tone, np.float32), self.shape)[mask]
        self.colour[mask] = ramp(tones, codes)
        edge = rgb(outline) if outline else None
        rows = None if field is None else field * self.unit
        self.parts.append(Part(tile * self.scale, sheen, jitter, edge, rows))
        self.labels[mask] = len(self.parts)


class Bed:
    """Tesserae pressed into mortar; the nearest one and its lead are kept for each pixel."""

    def __init__(self, shape: tuple[int, int], rng: np.random.Generator) -> None:
        self.rng, self.shape = rng, shape
        self.nearest = np.full(shape, -1, np.int32)
        self.best = np.full(shape, FAR)
        self.second = np.full(shape, FAR)
        self.boxes: list[tuple[float, float, float, float, float]] = []
        self.looks: list[tuple[float, float, float, float]] = []

    def press(self, place: Array, turn: float, halves: Array, look: Array, sheen: float) -> None:
        """Set one tessera with the centre ``place`` (x, y) and ``halves`` sides in pixels."""
        reach = float(np.hypot(*halves)) + 3.0
        low = np.maximum(np.floor(place - reach).astype(int), 0)
        high = np.minimum(np.ceil(place + reach).astype(int) + 1, self.shape[::-1])
        if (high <= low).any():
            return
        window = (slice(low[1], high[1]), slice(low[0], high[0]))
        x = np.arange(low[0], high[0], dtype=np.float32)[None] - place[0]
        y = np.arange(low[1], high[1], dtype=np.float32)[:, None] - place[1]
        cos, sin = np.float32(np.cos(turn)), np.float32(np.sin(turn))
        away = np.maximum(abs(x * cos + y * sin) - halves[0], abs(y * cos - x * sin) - halves[1])
        best, second = self.best[window], self.second[window]
        wins = away < best
        np.copyto(second, np.where(wins, best, np.minimum(second, away)))
        self.nearest[window][wins] = len(self.boxes)
        best[wins] = away[wins]
        self.boxes.append((place[0], place[1], turn, halves[0], halves[1]))
        self.looks.append((*look, sheen))

    def taken(self, place: Array, slack: float) -> bool:
        """Whether another tessera covers the point (x, y) deeper than ``slack`` pixels."""
        col, row = np.clip(place.astype(int), 0, np.array(self.shape[::-1]) - 1)
        return bool(self.best[row, col] < -slack)


def lay(cartoon: Cartoon) -> Bed:
    """Set every part of the cartoon in rows, then fill what is left open."""
    bed = Bed(cartoon.shape, cartoon.rng)
    boxes = ndimage.find_objects(cartoon.labels)
    for index, box in enumerate(boxes):
        if box is not None:
            _lay_part(cartoon, bed, index, box)
    for _ in range(3):
        _fill_gaps(cartoon, bed)
    return bed


def _lay_part(cartoon: Cartoon, bed: Bed, index: int, box: tuple[slice, slice]) -> None:
    """Set the rows of one part within its bounding ``box``, from the edge inwards."""
    part = cartoon.parts[index]
    inside = np.pad(cartoon.labels[box] == index + 1, 2)
    depth = ndimage.distance_transform_edt(inside).astype(np.float32) - 0.5
    if part.field is None:
        rows, limit = ndimage.gaussian_filter(depth, 0.7 * cartoon.scale), inside
    else:
        rows, limit = np.pad(part.field[box], 2, mode="edge"), depth > 0.3 * part.tile
    low, high = rows[inside].min(), rows[inside].max()
    first = 0.5 * part.tile if part.field is None else low + 0.5 * part.tile
    corner = np.array((box[1].start - 2, box[0].start - 2), np.float32)
    for level in np.arange(first, max(high, first + 0.1), part.tile):
        lines = measure.find_contours(rows, min(level, high - 0.05), mask=limit)
        for line in lines:
            _lay_row(cartoon, bed, part, line[:, ::-1].astype(np.float32) + corner, depth, corner)


def _lay_row(
    cartoon: Cartoon, bed: Bed, part: Part, line: Array, depth: Array, corner: Array
) -> None:
    """Cut one contour line (N, 2) in pixels into tesserae and press them."""
    rng = cartoon.rng
    step = np.hypot(*np.diff(line, axis=0).T)
    length = np.concatenate([[0.0], np.cumsum(step)])
    if length[-1] < 0.4 * part.tile:
        return
    count = max(round(length[-1] / part.tile / 1.06), 1)
    sides = rng.uniform(0.78, 1.28, count)
    cuts = np.concatenate([[0.0], np.cumsum(sides)]) * (length[-1] / sides.sum())
    ends = np.stack([np.interp(cuts, length, line[:, i]) for i in (0, 1)], 1)
    middle = (cuts[1:] + cuts[:-1]) / 2
    places = np.stack([np.interp(middle, length, line[:, i]) for i in (0, 1)], 1)
    chord = np.diff(ends, axis=0)
    turns = np.arctan2(chord[:, 1], chord[:, 0]) + rng.normal(0, 0.05, count)
    halves = np.stack([np.diff(cuts) / 2, np.full(count, part.tile / 2)], 1)
    for place, turn, half in zip(places, turns, halves, strict=True):
        if not bed.taken(place, 0.16 * part.tile):
            col, row = np.clip((place - corner).astype(int), 0, np.array(depth.shape[::-1]) - 1)
            look = _look(cartoon, part, place, depth[row, col])
            bed.press(place, turn, half * rng.normal(1, 0.04), look, part.sheen)


def _look(cartoon: Cartoon, part: Part, place: Array, depth: float) -> Array:
    """Colour (3,) of a tessera at ``place``: the cartoon's, with a firing of its own."""
    limit = np.array(cartoon.shape[::-1]) - 1
    col, row = np.clip(place.astype(int), 0, limit)
    base = cartoon.colour[row, col]
    if part.outline is not None and depth < part.tile:
        base = part.outline
    tone, hue = cartoon.rng.normal(0, part.jitter), cartoon.rng.normal(0, 0.35 * part.jitter, 3)
    return np.clip(base * (1 + 1.5 * tone) + 0.3 * tone + hue, 0.0, 1.0)


def _fill_gaps(cartoon: Cartoon, bed: Bed) -> None:
    """Press a small tessera into every hole that is too wide for a joint."""
    room = ndimage.gaussian_filter(np.minimum(bed.best, 12 * cartoon.scale), 0.8)
    size = max(int(5 * cartoon.scale) | 1, 3)
    peak = (room == ndimage.maximum_filter(room, size)) & (room > 1.3 * cartoon.scale)
    for row, col in np.argwhere(peak):
        place = np.array((col, row), np.float32)
        part = cartoon.parts[cartoon.labels[row, col] - 1]
        if not bed.taken(place, -1.0 * cartoon.scale):
            half = np.full(2, np.clip(bed.best[row, col] + 0.16 * part.tile, 0.25 * part.tile,
                                      0.5 * part.tile))  # fmt: skip
            look = _look(cartoon, part, place, part.tile)
            bed.press(place, cartoon.rng.uniform(0, 1.6), half, look, part.sheen)


def light_mosaic(cartoon: Cartoon, bed: Bed, glow: Array) -> Array:
    """Render the bed (H, W, 3): tilted faces, chipped edges, joints; ``glow`` (H, W) is light."""
    rng, scale = cartoon.rng, cartoon.scale
    boxes, looks = np.array(bed.boxes, np.float32), np.array(bed.looks, np.float32)
    tilt = rng.normal(0, 1, (len(boxes), 2)).astype(np.float32)
    near = np.maximum(bed.nearest, 0)
    y, x = np.mgrid[: cartoon.shape[0], : cartoon.shape[1]].astype(np.float32)
    slope = ((x - boxes[near, 0]) * tilt[near, 0] + (y - boxes[near, 1]) * tilt[near, 1]) / scale
    facing = (tilt.sum(1) / np.sqrt(2))[near]
    sheen = looks[near, 3]
    wear = cartoon.grain(2.4, 2)
    fleck = cartoon.grain(9, 2)
    face = 1 + (0.07 + 0.13 * sheen) * facing + 0.012 * slope + 0.10 * (wear - 0.5)
    colour = looks[near, :3] * (face * glow * (0.94 + 0.12 * fleck))[..., None]
    glint = sheen * np.clip(facing - 0.9, 0, 1.2) + 0.22 * np.clip(facing - 1.5, 0, 1)
    colour += (glint * (0.30 + 0.03 * slope))[..., None] * rgb("fff2c4")
    chips = (0.9 * (cartoon.grain(5, 2) - 0.5) + 0.2 * (wear - 0.5)) * scale
    inner = np.minimum((bed.second - bed.best) / 2, 1.5 * scale - bed.best) + chips
    cover = smoothstep(0.35 * scale, 1.25 * scale, inner)
    dome = 2.6 * scale * smoothstep(0.0, 2.8 * scale, inner) + 0.05 * slope + 0.25 * wear
    grout = GROUT * (0.8 + 0.4 * wear)[..., None] + 0.10 * ndimage.gaussian_filter(
        colour, (6 * scale, 6 * scale, 0)
    )
    lit = relief_light(mix(grout, colour, cover), dome, 0.65 / scale**0.2, 0.10, 0.6 * scale)
    return ndimage.gaussian_filter(lit, (0.75 * scale, 0.75 * scale, 0))
