"""A reduction linocut: five flat tones, from bare paper to the key black, cut with gouges."""

import numpy as np
from scipy import ndimage

from art.tools.canvas import mix, rgb
from art.tools.fields import Array, Points, blade, coverage, smoothstep
from art.tools.hatching import sample, streamlines
from art.tools.support import Support

INKS = ("d9a02c", "35877f", "1a5348", "101417")  # printed light to dark, each over the last
BLACK = 4


class Lino(Support):
    """The print in progress: ``plates`` (4, H, W) say where each ink is left standing.

    Depths run from 0 (paper) to 4 (black); shapes are in units of the longer (upright) side.
    """

    def __init__(self, seed: int, unit: int, width: float) -> None:
        super().__init__(np.random.default_rng(seed), unit, (width, 1.0))
        self.plates = np.zeros((len(INKS), *self.shape), np.float32)

    def mask(self, shapes: list[Points]) -> Array:
        """Coverage (H, W) of the union of polygons in units."""
        return coverage(self.shape, 1, [np.asarray(shape) * self.unit for shape in shapes])

    def fill(self, mask: Array, depth: int) -> None:
        """Leave the inks up to ``depth`` inside ``mask`` and none above it."""
        self.plates[:depth] += mask * (1.0 - self.plates[:depth])
        self.cut(mask, depth)

    def cut(self, mask: Array, depth: int) -> None:
        """Carve away every ink above ``depth``."""
        self.plates[depth:] *= 1.0 - mask

    def halo(self, mask: Array, width: float, depth: int) -> None:
        """A cut contour of ``width`` px (of 1280) that lifts a shape off what lies behind."""
        reach = width * self.scale
        away = ndimage.distance_transform_edt(mask < 0.5)
        self.cut(np.clip(reach + 0.5 - away, 0, 1) * (mask < 0.5), depth)

    def carve(
        self, mask: Array, depth: Array, angle: Array, spacing: float = 7.0,
        length: tuple[float, float] = (24.0, 70.0),
    ) -> None:  # fmt: skip
        """Render ``depth`` (H, W), 0..4, inside ``mask`` with gouges along ``angle``.

        Between two inks the gouges swell with the share of the lighter one.
        """
        spread = np.hypot(*np.gradient(depth)) + 1e-3
        for k in range(len(INKS)):
            standing = np.clip((depth - k - 0.06) / spread + 0.5, 0, 1)
            self.plates[k] += mask * (standing - self.plates[k])
        reach = (length[0] * self.scale, length[1] * self.scale)
        gap = spacing * self.scale
        lines = streamlines(angle, mask, gap, reach, self.rng, 5 * self.scale)
        marks: list[list[Array]] = [[] for _ in INKS]
        for line in lines:
            tone = sample(depth, line)
            level = int(np.clip(np.ceil(np.median(tone)), 1, BLACK))
            share = np.clip(level - tone + self.rng.normal(0, 0.06), 0.0, 0.93)
            half = 0.56 * gap * share * taper(len(line), self.rng)
            if half.max() > 0.45 * self.scale:
                marks[level - 1].append(blade(line, half))
        for k, shapes in enumerate(marks):
            self.cut(coverage(self.shape, 1, shapes) * np.clip(mask * 2 - 1, 0, 1), k)

    def chatter(self, mask: Array, angle: Array, depth: int, amount: float = 0.3) -> None:
        """Thin ridges of ink that the gouge missed in a cleared area."""
        gap = 13 * self.scale
        lines = streamlines(angle, mask, gap, (10 * self.scale, 44 * self.scale), self.rng)
        missed = [line for line in lines if self.rng.random() < amount]
        widths = self.rng.uniform(0.5, 1.3, len(missed)) * self.scale
        ridges = [
            blade(p, w * taper(len(p), self.rng)) for p, w in zip(missed, widths, strict=True)
        ]
        self.fill(coverage(self.shape, 1, ridges) * np.clip(mask * 2 - 1, 0, 1), depth)

    def pull(self) -> Array:
        """Print the plates one over the other; returns the colours (H, W, 3)."""
        cloud, tooth = self.grain(150), self.grain(2.2, 1)
        tone = 0.965 + 0.05 * (cloud - 0.5) + 0.06 * (tooth - 0.5)
        colour = (rgb("f4e8c9") * tone[..., None]).astype(np.float32)
        for code, plate in zip(INKS, self.plates, strict=True):
            shift = self.rng.normal(0, 0.45, 2) * self.scale
            block = ndimage.shift(plate, shift, order=1, mode="nearest")
            colour = mix(colour, self._ink(code, block), self._load(block))
        return colour

    def _ink(self, code: str, block: Array) -> Array:
        """Colour (H, W, 3) of a rolled ink: faint roller mottle and a squeezed dark rim."""
        mottle = 0.6 * self.grain(5, 2) + 0.4 * self.grain((40, 90), 2)
        rim = np.clip(block - ndimage.gaussian_filter(block, 2.2 * self.scale), 0, 1)
        return rgb(code) * (0.93 + 0.16 * mottle - 0.22 * rim)[..., None]

    def _load(self, block: Array) -> Array:
        """How much ink reached the paper (H, W): salt specks and starved patches."""
        worn = self.grain(90, 2)
        salt = self.grain(2.6, 2) + 0.24 * (worn - 0.5)
        pores = smoothstep(0.80, 0.93, salt)
        return block * (0.97 - 0.62 * pores)


def taper(count: int, rng: np.random.Generator) -> Array:
    """Profile (count,) of a gouge: a blunt entry and a long pointed way out, either way round."""
    along = np.linspace(0.02, 0.98, count)
    along = along if rng.random() < 0.5 else along[::-1]
    return np.sin(np.pi * along**0.65) ** 0.7
