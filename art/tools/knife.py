"""A palette knife: flat slabs of thick paint with raised edges and a lip where the blade lifts."""

import numpy as np

from art.tools.brush import TEXTURE_COLS, TEXTURE_ROWS, Canvas, Mark, Stroke, Strokes, vary
from art.tools.canvas import rgb
from art.tools.fields import Array
from art.tools.oil import Easel


class KnifeCanvas(Canvas):
    """A canvas on which every stroke is one press of the blade along its path."""

    thinnest = 0.7

    def mark(self, stroke: Stroke) -> Mark:
        """A slab: square at its start, torn at its end, ridged along both edges."""
        half, along, length = stroke.half, stroke.along, stroke.length
        streak, share = self._streaks(stroke)
        run, across = np.clip(along / length, 0.0, 1.2), np.abs(stroke.side) / half
        edge = np.clip((1.0 + 0.16 * (streak - 0.5) - across) * half, 0.0, 1.0)
        torn = np.clip(length * (1.04 - 0.5 * stroke.dryness * streak) - along, 0.0, 1.0)
        start = np.clip(along + 1.0 - 2.0 * streak, 0.0, 1.0)
        film = np.clip((1.35 - streak - stroke.dryness * 1.25 * run**1.4) * 4.0, 0.0, 1.0)
        lip = np.exp(-(((across - 0.92) / 0.13) ** 2)) * np.where(stroke.side > 0, 0.9, 0.5)
        stop = np.exp(-(((along - 0.96 * length) / (0.10 * half + 1.2)) ** 2))
        lift = 0.55 + 0.35 * (1 - streak) + lip + 0.8 * stop
        lift = lift * stroke.thickness * np.sqrt(half)
        return Mark(edge * torn * start * film, 0.92 + 0.14 * (1 - streak), share, lift, 0.3)

    def _streaks(self, stroke: Stroke) -> tuple[Array, Array]:
        """Scrape marks along the slab and the share of its second paint, both (h, w) in 0..1."""
        scale = 0.5 + 2.0 / stroke.half
        rows = (stroke.side * scale + stroke.offset[0]).astype(int) % TEXTURE_ROWS
        cols = (stroke.along * 1.6 + stroke.offset[1]).astype(int) % TEXTURE_COLS
        streak = self.bristles[rows, cols]
        blend = self.bristles[(rows // 3 + 90) % TEXTURE_ROWS, (cols // 3) % TEXTURE_COLS]
        return streak, np.clip((blend - 0.5) * 2.6 + 0.4, 0.0, 1.0)


class KnifeEasel(Easel):
    """An easel whose canvas is worked with the knife over a toned ground."""

    def __init__(self, seed: int, longer_side: int, height: float, ground: str) -> None:
        super().__init__(seed, longer_side, height)
        toned = np.broadcast_to(rgb(ground), (*self.shape, 3)).astype(np.float32)
        self.canvas = KnifeCanvas(toned.copy(), self.rng)

    def slabs(
        self, places: Array, angle: Array | float, length: Array | float, width: Array | float,
        colour: Array, jitter: float = 0.05, thickness: float = 1.0, dryness: float = 0.4,
    ) -> None:  # fmt: skip
        """Straight slabs centred on ``places`` (N, 2 units); sizes are for a 1280 pixel picture."""
        count = len(places)
        turn, reach, broad = (
            np.broadcast_to(np.asarray(v, np.float32), count) for v in (angle, length, width)
        )
        ahead = np.stack([np.cos(turn), np.sin(turn)], 1) * reach[:, None] / 2560.0
        paths = np.stack([places - ahead, places, places + ahead], 1) * self.unit
        base = np.broadcast_to(colour, (count, 3))
        first, second = vary(base, jitter, self.rng), vary(base, 2.2 * jitter, self.rng)
        batch = Strokes(
            paths.astype(np.float32), broad * self.scale, first, second, dryness, thickness
        )
        self.canvas.paint(batch)
