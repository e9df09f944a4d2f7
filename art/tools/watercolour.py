"""Watercolour: transparent washes that multiply on grainy paper, with blooms and pen lines."""

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from art.tools.canvas import ramp, rgb
from art.tools.fields import Array, Box, Points, coverage, smoothstep, spline
from art.tools.support import Support

PAPER = "faf6ea"


class Sheet(Support):
    """Cold-pressed paper: ``stain`` (H, W, 3) is the optical density of all washes so far.

    ``valley`` (H, W) is the tooth of the paper, 1 in its hollows; drawing units are longer sides.
    """

    def __init__(self, seed: int, longer_side: int, height: float, margin: float) -> None:
        super().__init__(np.random.default_rng(seed), longer_side, (1.0, height))
        self.paper = PAPER
        self.stain = np.zeros((*self.shape, 3), np.float32)
        tooth = 0.5 * self.noise(0.0048, octaves=2) + 0.5 * self.noise(0.0026, octaves=1)
        self.valley = smoothstep(0.18, 0.82, tooth)
        self._fields = [self.noise(0.10), self.noise(0.045), self.noise(0.016), self.noise(0.007)]
        rim = np.minimum.reduce([self.x, 1 - self.x, self.y, height - self.y])
        ragged = 0.006 * (self._fields[2] - 0.5) + 0.0025 * (self._fields[3] - 0.5)
        self.tape = smoothstep(margin - 0.0008, margin + 0.0008, rim + ragged)

    def field(self, size: int, window: Box) -> Array:
        """A window of one of the four noises (0 broad .. 3 fine), from a random place on it."""
        source = self._fields[size]
        high, wide = window[0].stop - window[0].start, window[1].stop - window[1].start
        top = int(self.rng.integers(0, self.shape[0] - high + 1))
        left = int(self.rng.integers(0, self.shape[1] - wide + 1))
        return source[top : top + high, left : left + wide]

    def window(self, points: Points, spare: float = 0.012) -> Box:
        """Pixel window that holds ``points`` (N, 2) units and ``spare`` units around them."""
        places = np.asarray(points, float)
        low, high = places.min(0) - spare, places.max(0) + spare
        limits = np.array(self.shape[::-1])
        first = np.clip((low * self.unit).astype(int), 0, limits - 1)
        last = np.clip((high * self.unit).astype(int) + 1, first + 1, limits)
        return slice(first[1], last[1]), slice(first[0], last[0])

    def shapes(self, outlines: list[Points], window: Box | None = None) -> Array:
        """Coverage (h, w) of the union of polygons in units, within a window."""
        rows, cols = window or (slice(0, self.shape[0]), slice(0, self.shape[1]))
        corner = np.array((cols.start, rows.start)) / self.unit
        size = (rows.stop - rows.start, cols.stop - cols.start)
        places = [np.asarray(outline) - corner for outline in outlines]
        return coverage(size, self.unit, places, 3 if len(places) == 1 else 2)

    def patch(
        self, points: Points, codes: str, strength: float = 1.0, clear: float = 0.0, **how: float
    ) -> None:
        """Wash one polygon (units); ``clear`` first takes off what lies under it (0..1)."""
        window = self.window(points)
        mask = self.shapes([points], window)
        if clear:
            self.stain[window] *= 1 - clear * mask[..., None]
        self.wash(mask, codes, strength, window, **how)

    def wash(
        self, mask: Array, codes: str, strength: float = 1.0, window: Box | None = None,
        wet: float = 0.0, rim: float = 0.9, grain: float = 0.5, dry: float = 0.0,
        rough: float = 0.5, fade: Array | float = 1.0,
    ) -> None:  # fmt: skip
        """Lay a wash over ``mask`` (h, w); its hues wander between the hex ``codes``.

        ``wet`` softens the edge (units), ``rim`` darkens it, ``grain`` settles pigment in the
        hollows, ``dry`` leaves the paper's bumps bare, ``rough`` makes the edge unsteady and
        ``fade``, over the window or the whole sheet, thins the wash.
        """
        window = window or (slice(0, self.shape[0]), slice(0, self.shape[1]))
        body = self._body(mask, window, wet, rough)
        valley = self.valley[window]
        if dry:
            body = body * smoothstep(dry - 0.16, dry + 0.16, valley + 0.5 * self.field(1, window))
        reach = 3.4 * self.scale
        edge = np.clip(body - ndimage.gaussian_filter(body, reach), 0, None)
        pool = 0.7 * self.field(0, window) + 0.3 * self.field(1, window)
        flow = 0.66 + 0.66 * pool + rim * 1.5 * edge * (1 if wet == 0 else 0.15)
        flow = flow * (1 + grain * 1.1 * (valley - 0.5))
        hue = np.clip(
            (0.75 * self.field(0, window) + 0.25 * self.field(1, window) - 0.5) * 2.4, -1, 1
        )
        density = -np.log(np.clip(ramp(0.5 + 0.5 * hue, codes), 0.02, 1.0))
        if isinstance(fade, np.ndarray) and fade.shape == self.shape:
            fade = fade[window]
        amount = strength * fade * body * flow * self.tape[window]
        self.stain[window] += density * amount[..., None]

    def _body(self, mask: Array, window: Box, wet: float, rough: float) -> Array:
        """Coverage (h, w) of a wash: the mask with an unsteady or a bleeding edge."""
        if wet:
            bleed = 0.9 * (self.field(1, window) - 0.5) + 0.5 * (self.field(2, window) - 0.5)
            soft = ndimage.gaussian_filter(mask, wet * self.unit, mode="nearest")
            return smoothstep(0.05, 0.95, soft + bleed * np.clip(4 * soft * (1 - soft), 0, 1))
        soft = ndimage.gaussian_filter(mask, 1.3 * self.scale, mode="nearest")
        wobble = rough * (0.6 * (self.field(3, window) - 0.5) + 0.5 * (self.field(2, window) - 0.5))
        return smoothstep(0.28, 0.72, soft + wobble * np.clip(4 * soft * (1 - soft), 0, 1))

    def lift(self, mask: Array, amount: float, window: Box | None = None) -> None:
        """Take a share of the paint under ``mask`` (h, w) off the paper again."""
        window = window or (slice(0, self.shape[0]), slice(0, self.shape[1]))
        self.stain[window] *= 1 - amount * mask[..., None]

    def blooms(self, places: Array, radius: float) -> None:
        """Backruns at ``places`` (N, 2) units: pale hearts with a dark, crinkled fringe."""
        for x, y in places:
            reach = radius * self.rng.uniform(0.5, 1.4)
            window = self.window([(x, y)], 1.9 * reach)
            away = np.hypot(self.x[window] - x, 0.8 * (self.y[window] - y)) / reach
            away += 0.7 * (self.field(1, window) - 0.5) + 0.5 * (self.field(2, window) - 0.5)
            away += 0.22 * (self.field(3, window) - 0.5)
            heart = smoothstep(1.0, 0.80, away)
            fringe = heart * smoothstep(0.55, 0.98, away)
            self.stain[window] *= (1 - 0.34 * heart + 0.55 * fringe)[..., None]

    def dabs(
        self, paths: Array, widths: Array, codes: str, strength: float = 0.8, groups: int = 3,
        **how: Array | float,
    ) -> None:  # fmt: skip
        """Touches of a pointed brush along ``paths`` (N, K, 2) units, ``widths`` (N,) units."""
        hues = codes.split()
        for part in np.array_split(self.rng.permutation(len(paths)), groups):
            outlines = [leaf(paths[i], widths[i]) for i in part]
            window = self.window(np.concatenate(outlines))
            pair = f"{self.rng.choice(hues)} {self.rng.choice(hues)} {self.rng.choice(hues)}"
            self.wash(self.shapes(outlines, window), pair, strength, window, **how)

    def lines(self, paths: list[Points], width: float, code: str, strength: float) -> None:
        """Pen lines (units; ``width`` in pixels of a 1280 picture) that skip on the bumps."""
        if not paths:
            return
        fine = 3
        image = Image.new("L", (self.shape[1] * fine, self.shape[0] * fine))
        draw = ImageDraw.Draw(image)
        for path in paths:
            curve = spline(path, max(8 * len(path), 24)) if len(path) > 2 else np.array(path)
            shake = self.rng.normal(0, 0.0016, curve.shape)
            curve = curve + ndimage.gaussian_filter1d(shake, 4.0, axis=0)
            places = [tuple(p) for p in (curve * self.unit * fine).tolist()]
            wide = max(round(width * self.scale * fine * self.rng.uniform(0.7, 1.2)), 1)
            draw.line(places, fill=int(self.rng.uniform(150, 255)), width=wide, joint="curve")
        ink = np.asarray(image.reduce(fine), np.float32) / 255.0
        press = smoothstep(0.12, 0.5, 0.6 * self._fields[2] + 0.4 * self.valley)
        density = -np.log(rgb(code))
        self.stain += density * (ink * press * strength * self.tape)[..., None]

    def picture(self) -> Array:
        """The paper seen through its washes, its tooth lit from the upper left (H, W, 3)."""
        down, right = np.gradient(ndimage.gaussian_filter(self.valley, 0.7 * self.scale))
        shade = np.tanh(-(down + right) * 1.6 * self.scale)
        paper = rgb(self.paper) * (1.0 + 0.075 * shade + 0.02 * (self._fields[3] - 0.5))[..., None]
        return paper * np.exp(-self.stain)


def sideways(path: Array) -> Array:
    """Unit vectors (K, 2) across a path (K, 2), to the right of travel with y down."""
    ahead = np.gradient(path, axis=0)
    side = np.stack([-ahead[:, 1], ahead[:, 0]], 1)
    return side / (np.linalg.norm(side, axis=1, keepdims=True) + 1e-9)


def leaf(path: Array, width: float) -> Array:
    """Outline (2K, 2) of a brush touch along ``path`` (K, 2): pointed, full, then pointed."""
    side = sideways(path)
    run = np.linspace(0, 1, len(path))
    half = width / 2 * np.sin(np.pi * (0.06 + 0.88 * run**0.8)) ** 0.7
    return np.concatenate([path + side * half[:, None], (path - side * half[:, None])[::-1]])
