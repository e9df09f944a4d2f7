"""Tempera and crayon on raw cardboard: dry bands of colour that leave the board showing."""

import numpy as np
from scipy import ndimage

from art.tools.brush import Canvas, Mark, Stroke
from art.tools.canvas import mix, ramp, rgb
from art.tools.fields import Array, smear, smoothstep
from art.tools.pastel import ChalkSheet, PastelEasel


class Board(ChalkSheet):
    """A cardboard that takes wet tempera or, while ``dry`` is set, crayon."""

    dry = False

    def mark(self, stroke: Stroke) -> Mark:
        """A mark of the bristles or of the crayon."""
        return super().mark(stroke) if self.dry else Canvas.mark(self, stroke)


class TemperaEasel(PastelEasel):
    """An easel with a cardboard whose fibres and flecks are part of the picture."""

    def __init__(self, seed: int, longer_side: int, height: float, board: str) -> None:
        super().__init__(seed, longer_side, height, board)
        scale = self.scale
        fibre = self.grain((2.0, 16.0), 2) - 0.5
        cloud = self.grain(70.0, 3) - 0.5
        fleck = smoothstep(0.80, 0.95, self.grain((3, 7), 1))
        colour = rgb(board) * (1.0 + 0.22 * fibre + 0.16 * cloud)[..., None]
        colour = mix(colour, np.broadcast_to(rgb("6a4a30"), colour.shape), 0.5 * fleck)
        self.canvas: Board = Board(colour.astype(np.float32), self.rng, scale)
        self.board = self.canvas.colour.copy()
        self.canvas.tooth = 0.2 + 0.6 * self.canvas.tooth

    def bands(
        self,
        level: Array,
        mask: Array,
        codes: str,
        size: float = 1.0,
        cover: float = 1.0,
        fresh: bool = True,
    ) -> Array:
        """Fill ``mask`` with streaks along the contours of ``level``, coloured by its value.

        ``level`` (H, W) runs over 0..1 along the hex stops ``codes``; ``size`` scales the brush.
        A ``fresh`` area is scraped back to the board first, so that its bare spots show it.
        Returns the direction of the streaks (radians, H x W).
        """
        smooth = ndimage.gaussian_filter(level, 2.0 * self.scale)
        down, right = np.gradient(smooth)
        angle = np.arctan2(-right, down).astype(np.float32)
        streak = smear(self.noise(0.012), angle, 70 * self.scale * size)
        wander = 0.10 * (streak - 0.5)
        colour = ramp(level + wander, codes)
        keep = mask * cover * (1.0 - 0.85 * smoothstep(0.56, 0.74, streak))
        if fresh:
            self.rub(self.board, mask, 1.6)
        self.rub(colour, keep, 0.34)
        self.canvas.dry = False
        self.layer(colour, angle, keep, (15 * size, 170 * size, 16 * size), 0.035, 0.8, 0.7)
        self.layer(colour, angle, keep * 0.8, (8 * size, 120 * size, 13 * size), 0.06, 0.9, 0.8)
        self.canvas.dry = True
        light = ramp(level + wander + 0.09, codes) * 1.08 + 0.03
        self.layer(np.clip(light, 0, 1), angle, keep * 0.6, (5.5, 90 * size, 13), 0.05, 0.88, 0.6)
        deep = ramp(level - wander - 0.09, codes) * 0.72
        self.layer(deep, angle, keep * 0.4, (4.5, 80 * size, 15), 0.06, 0.85, 0.6)
        return angle

    def contour(self, path: Array, colour: str, width: float = 6.0, passes: int = 3) -> None:
        """Draw ``path`` (N, 2 units) over and over with a soft stick, never quite the same."""
        self.canvas.dry = True
        count = len(path)
        for _ in range(passes):
            drift = self.rng.normal(0, 0.0016, 2)
            pieces = [path[i : i + 12] + drift + self.rng.normal(0, 0.0007, (1, 2))
                      for i in range(0, count - 11, 8)]  # fmt: skip
            self.lines(np.stack(pieces), width * self.rng.uniform(0.6, 1.1), rgb(colour),
                       0.05, 1.05, 0.5)  # fmt: skip

    def finished(self) -> Array:
        """The picture (H, W, 3): matt paint and crayon under a raking light."""
        relief = 0.35 * self.canvas.height - 0.6 * self.canvas.tooth
        down, right = np.gradient(ndimage.gaussian_filter(relief, 0.6 * self.scale))
        grain = self.rng.normal(0, 0.014, self.shape).astype(np.float32)
        light = 1.0 + 0.20 * np.tanh((down + right) * 0.9 * self.scale) + grain
        return self.canvas.colour * light[..., None]
