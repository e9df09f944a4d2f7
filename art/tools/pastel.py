"""Chalk on toothed paper: sticks that catch the paper's grain and leave its hollows bare."""

import numpy as np
from scipy import ndimage

from art.tools.brush import Canvas, Mark, Stroke
from art.tools.canvas import rgb
from art.tools.fields import Array, noise, polygon
from art.tools.oil import Easel


def paper_tooth(shape: tuple[int, int], scale: float, rng: np.random.Generator) -> Array:
    """Relief of the paper (H, W), evenly spread over 0..1; ``scale`` 1 is a 1280 pixel sheet."""
    fine = noise(shape, 2.1 * scale, rng, 1)
    coarse = noise(shape, 4.2 * scale, rng, 1)
    weave = noise(shape, (2.0 * scale, 9.0 * scale), rng, 1)
    mixed = 0.55 * fine + 0.30 * coarse + 0.15 * weave
    stops = np.linspace(0, 100, 65)
    levels = np.percentile(mixed[::2, ::2], stops)
    return np.interp(mixed, levels, stops / 100).astype(np.float32)


class ChalkSheet(Canvas):
    """A sheet whose strokes are chalk: their ``thickness`` is the pressure, 0 (air) to 1.5."""

    def __init__(self, colour: Array, rng: np.random.Generator, scale: float) -> None:
        super().__init__(colour, rng)
        self.tooth = paper_tooth(colour.shape[:2], scale, rng)

    def mark(self, stroke: Stroke) -> Mark:
        """Chalk rubbed over the tops of the tooth; the hollows keep the colour below."""
        grain, share = self.bristle(stroke)
        tooth = self.tooth[stroke.window]
        across = np.hypot(stroke.side / stroke.half, stroke.beyond)
        edge = np.clip((1.0 + 0.5 * (grain - tooth) - across) * stroke.half * 0.45, 0.0, 1.0)
        run = 2.0 * np.clip(stroke.along / stroke.length, 0, 1) - 1.0
        ends = 1.0 - stroke.dryness * run**4
        press = stroke.thickness * ends * (1.05 - 0.25 * across**2) + 0.35 * (grain - 0.5)
        alpha = np.clip((press - tooth) * 1.55 + 0.18 * stroke.thickness, 0.0, 0.94) * edge
        return Mark(alpha, 0.93 + 0.14 * grain, share, 0.6 + 0.8 * grain + 0.5 * tooth, 0.0)


class PastelEasel(Easel):
    """An easel that holds a chalk sheet of the given paper colour."""

    def __init__(self, seed: int, longer_side: int, height: float, paper: str) -> None:
        super().__init__(seed, longer_side, height)
        ground = np.broadcast_to(rgb(paper), (*self.shape, 3)).astype(np.float32)
        self.canvas: ChalkSheet = ChalkSheet(ground.copy(), self.rng, self.scale)

    def rub(self, colour: Array, mask: Array, strength: float = 0.8) -> None:
        """Rub ``colour`` (H, W, 3) into the paper where ``mask`` allows; the tooth still shows."""
        hold = strength * mask * (1.15 - 0.45 * self.canvas.tooth)
        self.canvas.colour += np.clip(hold, 0, 1)[..., None] * (colour - self.canvas.colour)

    def finished(self) -> Array:
        """The picture (H, W, 3): chalk and bare tooth under a raking light, with loose dust."""
        relief = self.canvas.height * 0.6 - 0.9 * self.canvas.tooth
        down, right = np.gradient(ndimage.gaussian_filter(relief, 0.5 * self.scale))
        dust = self.rng.normal(0, 0.018, self.shape).astype(np.float32)
        light = 1.0 + 0.15 * np.tanh((down + right) * 1.3 * self.scale) + dust
        return self.canvas.colour * light[..., None]


def facet(easel: PastelEasel, corners: Array, colour: Array, angle: float = 0.0) -> None:
    """A flat face (N, 2 corners in units) rubbed in and hatched with short strokes at ``angle``."""
    mask = polygon(easel.shape, easel.unit, corners)
    plane = np.broadcast_to(colour, (*easel.shape, 3))
    easel.rub(plane, mask, 1.1)
    turn = np.full(easel.shape, angle, np.float32)
    easel.layer(plane, turn, mask > 0.95, (3.6, 12, 4.2), 0.06, 0.75, 0.4)
