"""A poster in the streamlined manner: sprayed inks with grain, gold leaf and fine gold lines.

Drawing coordinates are (x, y) in units of the poster's width.
"""

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from art.tools.canvas import mix, ramp, relief_light, rgb
from art.tools.fields import Array, Points, smoothstep, spline, window_of
from art.tools.support import Support

FINE = 3  # drawing pixels per picture pixel, each way
GOLD = "4a2f0c 8a6220 c4983c e6c66c fdeeb4"


class Poster(Support):
    """The sheet being printed; ``colour`` is (H, W, 3) in 0..1."""

    def __init__(self, rng: np.random.Generator, width: int, height: float) -> None:
        super().__init__(rng, width, (1.0, height), 1024)
        self.spray = self._spray()
        self.weave = self.grain(2.4, 2)
        self.leaf = self._leaf()
        self.colour = np.broadcast_to(rgb("10161c"), (*self.shape, 3)).astype(np.float32)

    def _spray(self) -> Array:
        """Droplets of an air brush (H, W), about -1..1: fine and coarse spatter together."""
        white = self.rng.normal(0, 1, self.shape).astype(np.float32)
        fine = ndimage.gaussian_filter(white, 0.95 * self.scale)
        white = self.rng.normal(0, 1, self.shape).astype(np.float32)
        coarse = ndimage.gaussian_filter(white, 1.7 * self.scale)
        return np.clip(0.30 * fine / fine.std() + 0.25 * coarse / coarse.std(), -1, 1)

    def _leaf(self) -> Array:
        """Gold leaf (H, W, 3): overlapping squares, crinkles, seams and a little wear."""
        size = 0.052
        drift = 0.006 * (self.grain(40) - 0.5)
        col, row = (self.x + drift) / size, (self.y + 1.3 * drift) / size
        shift = 0.37 * np.floor(row)
        cells = self.rng.random((64, 64)).astype(np.float32)
        square = cells[np.floor(row).astype(int) % 64, np.floor(col + shift).astype(int) % 64]
        seam = np.minimum(np.abs((col + shift + 0.5) % 1 - 0.5), np.abs((row + 0.5) % 1 - 0.5))
        crinkle = self.grain(9, 3)
        sheen = self.grain(150, 2)
        tone = 0.34 + 0.16 * square + 0.34 * sheen + 0.30 * (crinkle - 0.5) + 0.09 * self.spray
        tone += 0.10 * smoothstep(0.05, 0.0, seam)
        lit = relief_light(ramp(tone, GOLD), crinkle * 7.0, 0.8, 0.22, 0.8)
        worn = smoothstep(0.80, 0.92, self.grain(6, 2))
        return mix(lit, rgb("7a3a20"), 0.55 * worn)

    def strokes(self, paths: list[Points], width: float) -> Array:
        """Coverage (H, W) of lines ``width`` px wide on a poster of 1024."""
        image, draw = self._drawing()
        pen = max(round(width * self.scale * FINE), 1)
        for path in paths:
            places = np.asarray(path, float) * self.unit * FINE
            draw.line(places.ravel().tolist(), fill=255, width=pen, joint="curve")
        return np.asarray(image.reduce(FINE), np.float32) / 255.0

    def _drawing(self) -> tuple[Image.Image, ImageDraw.ImageDraw]:
        """An empty sheet at drawing size."""
        image = Image.new("L", (self.shape[1] * FINE, self.shape[0] * FINE))
        return image, ImageDraw.Draw(image)

    def ink(self, mask: Array, codes: str, tone: Array | float, grain: float = 0.22) -> None:
        """Spray ``codes`` (a ramp of hex colours) inside ``mask`` at ``tone`` 0..1."""
        box = window_of(mask, round(5.0 * self.scale))
        level = np.broadcast_to(np.asarray(tone, np.float32), self.shape)[box]
        paint = ramp(level + grain * self.spray[box], codes)
        paint *= (0.93 + 0.12 * self.weave[box])[..., None]
        self.colour[box] = mix(self.colour[box], paint, mask[box])

    def shade(self, mask: Array, code: str, amount: Array | float) -> None:
        """Glaze one colour over ``mask`` with speckled ``amount`` 0..1."""
        box = window_of(mask, round(5.0 * self.scale))
        level = np.broadcast_to(np.asarray(amount, np.float32), self.shape)[box]
        level = np.clip(level * (1 + 0.55 * self.spray[box]), 0, 1) * mask[box]
        self.colour[box] = mix(self.colour[box], rgb(code), level)

    def gild(self, mask: Array) -> None:
        """Lay gold leaf on ``mask``, with a hair of shadow at its lower right."""
        box = window_of(mask, round(5.0 * self.scale))
        part = mask[box]
        moved = ndimage.shift(part, 1.2 * self.scale, order=1)
        under = self.colour[box] * (1 - 0.55 * moved * (1 - part))[..., None]
        self.colour[box] = mix(under, self.leaf[box], part)

    def hatch(self, mask: Array, value: Array, period: float, width: float) -> None:
        """Gild lines of ``width`` px wherever ``value`` (H, W, units) crosses a ``period``."""
        away = np.abs((value / period + 0.5) % 1.0 - 0.5) * period * self.unit
        half = 0.5 * width * self.scale
        self.gild(mask * np.clip(half - away + 0.5, 0, 1))

    def contours(self, mask: Array, period: float, width: float, count: float = 99) -> None:
        """Gild the edge of ``mask`` and lines parallel to it, ``period`` px apart inside."""
        box = window_of(mask, round(5.0 * self.scale))
        inside = np.pad(mask[box] > 0.5, 1)
        depth = np.zeros(self.shape, np.float32)
        depth[box] = ndimage.distance_transform_edt(inside)[1:-1, 1:-1] / self.scale
        soft = np.zeros(self.shape, np.float32)
        soft[box] = ndimage.gaussian_filter(depth[box], 0.8)
        near = mask * (soft < (count - 0.5) * period + width)
        self.hatch(near, (soft - width) * self.scale / self.unit, period / 1024.0, width)


def rectangle(left: float, right: float, top: float, bottom: float) -> Array:
    """Corners (4, 2) of an upright rectangle."""
    return np.array(((left, top), (right, top), (right, bottom), (left, bottom)))


def leaf_shape(root: tuple[float, float], heading: float, length: float, width: float) -> Array:
    """A lens-shaped leaf (60, 2) that leaves ``root`` along ``heading`` (radians)."""
    along = np.linspace(0, 1, 30)
    half = 0.5 * width * np.sin(np.pi * along**0.8) ** 0.8
    ahead = np.array((np.cos(heading), np.sin(heading)))
    spine = np.asarray(root) + along[:, None] * length * ahead
    side = half[:, None] * np.array((-ahead[1], ahead[0]))
    return np.concatenate([spine + side, (spine - side)[::-1]])


def placed(
    points: Points, centre: tuple[float, float], size: float, turn: float, mirror: bool = False
) -> Array:
    """A closed curve through local ``points``, scaled, turned and moved to ``centre``."""
    local = spline(points, 90, closed=True) * size
    if mirror:
        local = local * (-1, 1)
    spin = np.array(((np.cos(turn), np.sin(turn)), (-np.sin(turn), np.cos(turn))))
    return local @ spin + centre
