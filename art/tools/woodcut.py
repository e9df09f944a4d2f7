"""A woodblock print: washi paper, grained boards, translucent inks and a dark key block."""

from itertools import pairwise

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from art.tools.canvas import mix, rgb
from art.tools.fields import Array, blade, smoothstep, window_of
from art.tools.support import Support

KEY_INK = rgb("12204a")


class Print(Support):
    """The sheet being printed; ``colour`` is (H, W, 3) in 0..1, shapes are in units."""

    def __init__(self, rng: np.random.Generator, unit: int, height: float) -> None:
        super().__init__(rng, unit, (1.0, height))
        self.paper = self._washi()
        self.colour = self.paper.copy()
        self.boards = [self._board(), self._board()]
        self.swell = self.grain(60)
        self.mottle = self.grain(7, 2)
        self.offsets: dict[str, tuple[float, float]] = {}

    def _washi(self) -> Array:
        """Cream paper (H, W, 3) with clouds, tooth and long loose fibres."""
        cloud = self.grain(120)
        tooth = self.grain(2.5, 2)
        tone = 0.93 + 0.05 * (cloud - 0.5) + 0.05 * (tooth - 0.5)
        fibres = Image.new("L", (self.shape[1] * 2, self.shape[0] * 2))
        draw = ImageDraw.Draw(fibres)
        for _ in range(900):
            start = self.rng.random(2) * fibres.size
            turns = self.rng.uniform(0, 2 * np.pi) + np.cumsum(self.rng.normal(0, 0.25, 9))
            steps = np.stack([np.cos(turns), np.sin(turns)], 1) * self.rng.uniform(3, 10)
            path = (start + np.cumsum(steps * self.scale, 0)).ravel().tolist()
            draw.line(path, fill=int(self.rng.integers(40, 150)), width=2)
        hair = np.asarray(fibres.reduce(2), np.float32) / 255.0
        return (rgb("f6ead0") * (tone - 0.14 * hair)[..., None] / 0.93).astype(np.float32)

    def _board(self) -> Array:
        """Wood grain (H, W) in 0..1: long wavering growth lines that part around knots."""
        unit = self.unit
        warp = self.grain((90, 520), 2)
        rings = self.y * 46 + 7.0 * warp + 0.8 * self.x
        for _ in range(7):
            kx, ky = self.rng.random(2) * (1.0, self.shape[0] / unit)
            reach = self.rng.uniform(0.018, 0.045)
            knot = np.exp(-(((self.x - kx) / (2.6 * reach)) ** 2) - ((self.y - ky) / reach) ** 2)
            rings = rings + 3.2 * knot * np.tanh((self.y - ky) / (0.6 * reach))
        cut = rings % 1.0
        line = smoothstep(0.0, 0.85, cut) * smoothstep(1.0, 0.90, cut)
        fibre = self.grain((1.3, 70), 1)
        return (0.62 * line + 0.38 * fibre).astype(np.float32)

    def ink(
        self, mask: Array, code: str, amount: Array | float = 1.0, grain: float = 0.4,
        clear: bool = True,
    ) -> None:  # fmt: skip
        """Print one colour inside ``mask``; ``amount`` (H, W) or a number grades it (bokashi).

        ``clear`` wipes what lies beneath, so that a nearer shape hides the ones behind it.
        """
        box = window_of(mask, round(8 * self.scale))
        if code not in self.offsets:
            dx, dy = self.rng.normal(0, 0.8, 2) * self.scale
            self.offsets[code] = (float(dy), float(dx))
        paper, under, part = self.paper[box], self.colour[box], mask[box]
        if clear:
            under = mix(under, paper, part)
        plate = ndimage.shift(part, self.offsets[code], order=1, mode="nearest")
        rim = np.clip(plate - ndimage.gaussian_filter(plate, 2.5 * self.scale), 0, 1)
        board = self.boards[sum(map(ord, code)) % 2][box]
        wear = 0.75 * board + 0.3 * self.mottle[box] + 0.25 * self.swell[box] - 0.35
        load = np.clip(0.97 - grain * wear + 0.25 * rim, 0.0, 1.0) * plate
        load = load * np.broadcast_to(amount, self.shape)[box]
        self.colour[box] = mix(under, rgb(code) * (0.35 + 0.65 * paper), load)

    def press_key(self, mask: Array, amount: float = 0.95) -> None:
        """Print ``mask`` in the dark key ink, slightly starved along the grain."""
        box = window_of(mask, round(8 * self.scale))
        load = mask[box] * amount * (1.0 - 0.22 * self.boards[0][box] * self.mottle[box])
        ink = np.broadcast_to(KEY_INK, (*load.shape, 3))
        self.colour[box] = mix(self.colour[box], ink, load)

    def outline(self, mask: Array, width: float = 2.4) -> None:
        """Key line along the edge of ``mask``; about ``width`` px (of 1280) and ever changing."""
        box = window_of(mask, round(8 * self.scale))
        sigma = 1.6 * self.scale
        soft = np.clip(ndimage.gaussian_filter(mask[box], sigma), 1e-3, 1 - 1e-3)
        away = np.abs(np.log(soft / (1 - soft))) * sigma / 1.7
        half = width * self.scale * (0.22 + 0.62 * self.swell[box])
        line = np.zeros(self.shape, np.float32)
        line[box] = np.clip(half - away + 0.5, 0.0, 1.0)
        self.press_key(line)

    def cut_lines(self, paths: list[Array], width: float) -> None:
        """Carved key lines along ``paths`` (each (K, 2)), swelling to ``width`` px mid-way."""
        self.press_key(self.mask([tapered(path, width / 1280.0) for path in paths]))


def tapered(path: Array, width: float, power: float = 0.6) -> Array:
    """Polygon of a line of full ``width`` (units) at its middle, pointed at both ends."""
    along = np.linspace(0, 1, len(path))
    half = width / 2 * np.sin(np.pi * np.clip(along, 0.02, 0.98)) ** power
    return blade(path, half)


def claw(
    root: tuple[float, float] | Array, heading: float, length: float, turn: float, width: float
) -> Array:
    """A hooked, tapering finger of foam that leaves ``root`` along ``heading`` (radians)."""
    along = np.linspace(0, 1, 18)
    bearing = heading + turn * along**1.3
    steps = np.stack([np.cos(bearing), np.sin(bearing)], 1) * (length / 17)
    spine = np.asarray(root) + np.concatenate([np.zeros((1, 2)), np.cumsum(steps[:-1], 0)])
    half = width / 2 * (1 - along) ** 0.75 * (1 + 0.25 * np.sin(along * 7.0))
    return blade(spine, half)


def bands(upper: Array, lower: Array, edges: Array) -> list[Array]:
    """Strips between two curves (K, 2); ``edges`` (M, K) are shares 0..1 from upper to lower."""
    curves = [upper + (lower - upper) * edge[:, None] for edge in edges]
    return [np.concatenate([a, b[::-1]]) for a, b in pairwise(curves)]
