"""An easel for oil pictures composed in units of their longer side."""

import numpy as np

from art.tools.brush import Canvas, Strokes, brush_layer, vary
from art.tools.canvas import rgb
from art.tools.fields import Array
from art.tools.support import Support

INK = rgb("0a1030")


class Easel(Support):
    """A canvas in progress and its pixel grid: ``x`` and ``y`` (H, W) in units."""

    def __init__(self, seed: int, longer_side: int, height: float) -> None:
        super().__init__(np.random.default_rng(seed), longer_side, (1.0, height))
        ground = np.broadcast_to(rgb("131f4a"), (*self.shape, 3)).astype(np.float32)
        self.canvas = Canvas(ground.copy(), self.rng)

    def layer(
        self, colour: Array, angle: Array, mask: Array, size: tuple[float, float, float],
        jitter: float = 0.05, thickness: float = 1.0, dryness: float = 0.5,
    ) -> None:  # fmt: skip
        """``brush_layer`` with the brush ``size`` given for a 1280 pixel picture."""
        width, length, spacing = (value * self.scale for value in size)
        brush_layer(
            self.canvas, colour, angle, mask, (width, length, spacing), jitter, thickness, dryness
        )

    def lines(
        self, paths: Array, width: Array | float, colour: Array, jitter: float = 0.05,
        thickness: float = 1.0, dryness: float = 0.3,
    ) -> None:  # fmt: skip
        """Paint explicit paths (N, K, 2) in units; ``width`` is for a 1280 pixel picture."""
        count = len(paths)
        widths = np.broadcast_to(np.asarray(width, np.float32) * self.scale, count)
        base = np.broadcast_to(colour, (count, 3))
        first, second = vary(base, jitter, self.rng), vary(base, 2 * jitter, self.rng)
        pixels = np.asarray(paths, np.float32) * self.unit
        self.canvas.paint(Strokes(pixels, widths, first, second, dryness, thickness))


def paint_disc(easel: Easel, centre: tuple[float, float], radius: float, colour: Array) -> None:
    """A thick round dab built of short arcs from its rim to its centre (units)."""
    for share in (0.85, 0.55, 0.2):
        turns = easel.rng.uniform(0, 2 * np.pi, 7)[:, None] + np.linspace(0, 1.6, 6)
        ring = np.stack([np.cos(turns), np.sin(turns)], -1) * radius * share + centre
        width = radius * 0.75 * easel.unit / easel.scale
        easel.lines(ring, width, colour, 0.03, 2.2, 0.2)


def paint_dab(
    easel: Easel, centre: tuple[float, float], size: float, colour: Array, touches: int = 1
) -> None:
    """A few crossing touches of the brush's tip, about ``size`` units across."""
    turn = easel.rng.uniform(0, np.pi, (touches, 1))
    reach = np.linspace(-0.2, 0.2, 4) * touches
    ahead = np.stack([np.cos(turn), np.sin(turn)], -1) * reach[:, None]
    easel.lines(ahead * size + centre, size * 1300 / touches**0.5, colour, 0.06, 2.0, 0.1)


def fill_quad(
    easel: Easel, corners: tuple[tuple[float, float], ...], colour: Array, rows: int
) -> None:
    """Fill a quadrilateral (units) with ``rows`` strokes from its first edge to its last."""
    a, b, c, d = (np.array(corner) for corner in corners)
    share = (np.arange(rows)[:, None, None] + 0.5) / rows
    width = max(np.hypot(*(d - a)) / rows * 1.4, 0.0016)
    start, end = a + (d - a) * share, b + (c - b) * share
    inset = np.clip(width / 2 / np.maximum(np.linalg.norm(end - start, axis=-1), 1e-6), 0, 0.45)
    first, last = inset[..., None], 1 - inset[..., None]
    for low, high in ((0.0, 0.45), (0.3, 0.75), (0.6, 1.0)):
        run = np.clip(np.linspace(low, high, 4)[None, :, None], first, last)
        paths = start + (end - start) * run + easel.rng.normal(0, 0.0004, (rows, 4, 2))
        easel.lines(paths, width * 1280, colour, 0.06, 1.1, 0.2)
