"""The support of a picture, as painters call what they work on: canvas, paper, cloth or wall."""

import numpy as np

from art.tools.fields import Array, Points, coverage, grid, noise


class Support:
    """The pixels of a picture in progress, their places, and its random numbers.

    Attributes:
        shape: rows and columns (H, W).
        unit: pixels to a drawing unit.
        scale: its size beside a picture whose unit is 1280 (or ``nominal``) pixels.
        x, y: (H, W), the places of the pixels' centres in units.
    """

    def __init__(
        self, rng: np.random.Generator, unit: int, size: tuple[float, float], nominal: int = 1280
    ) -> None:
        """A support of ``size`` (width, height) units; ``nominal`` is the usual ``unit``."""
        self.rng = rng
        self.unit = unit
        self.scale = unit / nominal
        self.shape = (round(unit * size[1]), round(unit * size[0]))
        self.x, self.y = grid(self.shape, unit)

    def noise(self, cell_y: float, cell_x: float | None = None, octaves: int = 3) -> Array:
        """Fractal noise (H, W) in 0..1 with a grain of ``cell_y`` by ``cell_x`` units."""
        wide = cell_y if cell_x is None else cell_x
        return noise(self.shape, (cell_y * self.unit, wide * self.unit), self.rng, octaves)

    def grain(self, cell: float | tuple[float, float], octaves: int = 3) -> Array:
        """Fractal noise (H, W) in 0..1 with a grain of ``cell`` (or y, x) pixels of 1280."""
        high, wide = (cell, cell) if isinstance(cell, int | float) else cell
        return noise(self.shape, (high * self.scale, wide * self.scale), self.rng, octaves)

    def mask(self, shapes: list[Points], fine: int = 3) -> Array:
        """Coverage (H, W) in 0..1 of the union of polygons in units."""
        return coverage(self.shape, self.unit, shapes, fine)
