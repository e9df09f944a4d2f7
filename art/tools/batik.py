"""Batik: dyed shapes with wax-drawn lines and fine filling patterns on woven cloth."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage, spatial
from skimage import measure

from art.tools.canvas import mix, ramp, relief_light, rgb
from art.tools.fields import Array, Points, arc_length, smoothstep, window_around
from art.tools.support import Support

FINE = 3  # drawing pixels per picture pixel, each way
WAX, DARK = "f6e8c6", "24121a"
Isen = Callable[[Array, Array, Array], Array]


def dots(pitch: float = 9.0, size: float = 2.1) -> Isen:
    """A hexagonal field of dots, lengths in pixels of 1280."""

    def pattern(x: Array, y: Array, depth: Array) -> Array:
        row = np.round(y / (0.87 * pitch))
        col = np.round(x / pitch - 0.5 * (row % 2)) + 0.5 * (row % 2)
        away = np.hypot(x - col * pitch, y - row * 0.87 * pitch)
        return smoothstep(size + 0.6, size - 0.6, away) * (depth > size + 4.0)

    return pattern


def scales(pitch: float = 15.0) -> Isen:
    """Overlapping scales, each with a rim and a dot, that point along +x."""

    def pattern(x: Array, y: Array, depth: Array) -> Array:
        best, spot = np.full(x.shape, 9.0, np.float32), np.full(x.shape, 9.0, np.float32)
        step = 0.62 * pitch
        for back in (2, 1, 0):
            col = np.floor(x / step) - back + 1
            shift = 0.5 * (col % 2)
            row = np.round(y / pitch - shift) + shift
            dx, dy = x - col * step + 0.25 * pitch, y - row * pitch
            reach = np.hypot(dx, dy) / (0.58 * pitch)
            inside = reach < 1.0
            best = np.where(inside & (best > 1), reach, best)
            spot = np.where(inside & (best == reach), np.hypot(dx - 2, dy), spot)
        rim = smoothstep(0.70, 0.80, best) * (best <= 1)
        return np.maximum(rim, smoothstep(2.4, 1.2, spot)) * (depth > 3.5)

    return pattern


def lines(pitch: float = 6.5, width: float = 2.0, margin: float = 7.0) -> Isen:
    """Parallel lines across +x that stop short of the edge."""

    def pattern(x: Array, y: Array, depth: Array) -> Array:
        away = np.abs((x + 0.02 * y * y / pitch) / pitch % 1.0 - 0.5) * pitch
        ends = smoothstep(margin, margin + 3, depth + 2 * np.sin(np.floor(x / pitch)))
        return smoothstep(width / 2 + 0.6, width / 2 - 0.4, away) * ends

    return pattern


def fan(pitch: float = 0.13, inner: float = 0.0, margin: float = 6.0) -> Isen:
    """Rays from the shape's root, ``pitch`` radians apart, beyond ``inner`` pixels."""

    def pattern(x: Array, y: Array, depth: Array) -> Array:
        reach = np.hypot(x, y)
        away = np.abs(np.arctan2(y, x) / pitch % 1.0 - 0.5) * pitch * reach
        start = smoothstep(inner, inner + 4, reach)
        return smoothstep(1.7, 0.6, away) * start * smoothstep(margin, margin + 3, depth)

    return pattern


def echoes(pitch: float = 8.0, width: float = 2.0) -> Isen:
    """Lines that repeat the outline inwards."""

    def pattern(x: Array, y: Array, depth: Array) -> Array:
        away = np.abs((depth - 1.0) / pitch % 1.0 - 0.5) * pitch
        return smoothstep(width / 2 + 0.7, width / 2 - 0.4, away) * (depth > 0.8 * pitch)

    return pattern


class Cloth(Support):
    """A cloth in the making: ``colour`` (H, W, 3) and what is ``drawn`` on (H, W)."""

    def __init__(self, rng: np.random.Generator, unit: int, size: tuple[float, float]) -> None:
        super().__init__(rng, unit, size)
        self.colour = np.zeros((*self.shape, 3), np.float32)
        self.drawn = np.zeros(self.shape, bool)
        self.wobble = self.grain(7, 2)
        self.mottle = self.grain(46, 4)

    def shape_in(
        self, points: Points, codes: str, isen: Isen | None = None, turn: float = 0.0,
        root: tuple[float, float] | None = None, ink: str = WAX, line: float = 4.6,
        beads: str = "",
    ) -> None:  # fmt: skip
        """Dye an outline (units) from edge to heart along ``codes``, fill it and wax its line.

        The pattern ``isen``, in the colour ``ink``, is laid in axes at ``root`` along ``turn``;
        ``beads`` is the colour of a row of dots within the line.
        """
        corners = np.asarray(points, np.float32) * self.unit
        pad = 8 * self.scale
        window = window_around(corners, self.shape, pad, pad)
        if window is None:
            return
        origin = np.array((window[1].start, window[0].start), np.float32)
        signed, inside = _signed(corners - origin, self.colour[window].shape[:2], self.scale)
        colour, wobble = self.colour[window], self.wobble[window]
        deepest = max(float(signed.max()), 1.0)
        tone = signed / deepest + 0.55 * (self.mottle[window] - 0.5)
        dyed = ramp(tone, codes)
        if isen is not None:
            at = corners.mean(0) if root is None else np.asarray(root, np.float32) * self.unit
            dx = (self.x[window] * self.unit - at[0]) / self.scale
            dy = (self.y[window] * self.unit - at[1]) / self.scale
            cos, sin = np.cos(turn), np.sin(turn)
            fill = isen(dx * cos + dy * sin, dy * cos - dx * sin, signed)
            dyed = mix(dyed, rgb(ink), 0.94 * fill * smoothstep(0.02, 0.22, wobble))
        rim = np.abs(signed - line * 0.72)
        dyed = mix(dyed, rgb(DARK), 0.55 * smoothstep(1.5, 0.4, rim))
        colour += inside[..., None] * (dyed - colour)
        half = line * (0.36 + 0.28 * wobble)
        colour[:] = mix(colour, rgb(WAX), smoothstep(half + 0.6, half - 0.6, np.abs(signed)))
        self.drawn[window] |= signed > -line / 2
        if beads:
            self._beads(signed, origin, line + 5.0, 8.4, 1.9, beads)

    def _beads(
        self, signed: Array, origin: Array, level: float, pitch: float, size: float, code: str
    ) -> None:  # fmt: skip
        """A row of dots at ``level`` pixels within an outline, as a canting sets them."""
        places = []
        for contour in measure.find_contours(signed, level):
            length = arc_length(contour)
            count = int(length[-1] / (pitch * self.scale))
            where = (np.arange(count) + 0.5) * (length[-1] / max(count, 1))
            places += [np.stack([np.interp(where, length, contour[:, i]) for i in (1, 0)], 1)]
        if places:
            self.spots(np.concatenate(places) + origin, size, code)

    def spots(self, places: Array, size: float, code: str) -> None:
        """Round dots at ``places`` (N, 2) pixels, ``size`` pixels of 1280 in radius."""
        if not len(places):
            return
        pad = 6 * self.scale
        window = window_around(places, self.shape, pad, pad)
        if window is None:
            return
        height, width = self.colour[window].shape[:2]
        image = Image.new("L", (width * FINE, height * FINE))
        pen = ImageDraw.Draw(image)
        radii = size * self.scale * FINE * self.rng.uniform(0.8, 1.2, len(places))
        middles = (places - (window[1].start, window[0].start) + 0.5) * FINE
        for (x, y), r in zip(middles, radii, strict=True):
            pen.ellipse((x - r, y - r, x + r, y + r), fill=255)
        cover = np.asarray(image.reduce(FINE), np.float32) / 255.0
        self.colour[window] = mix(self.colour[window], rgb(code), cover)

    def open_places(self, count: int, room: float) -> Array:
        """At most ``count`` places (N, 2), units, ``room`` pixels of 1280 from anything drawn."""
        free, places = ~self.drawn, []
        for _ in range(count):
            away = ndimage.distance_transform_edt(free[::3, ::3]) * (3 / self.scale)
            row, col = np.unravel_index(np.argmax(away), away.shape)
            if away[row, col] < room:
                break
            places.append((3 * col + 1, 3 * row + 1))
            x, y = np.array(places[-1]) / self.unit
            reach = np.hypot(self.x - x, self.y - y)
            free &= reach * 1280 > 1.9 * room
        return np.array(places, np.float32).reshape(-1, 2) / self.unit

    def fill_ground(self, where: NDArray[np.bool_], codes: tuple[str, str]) -> None:
        """Rows of dots that echo the motifs across the ground ``where``, large and small."""
        depth = ndimage.distance_transform_edt(where & ~self.drawn).astype(np.float32)
        depth = ndimage.gaussian_filter(depth, 1.2 * self.scale) / self.scale
        origin = np.zeros(2, np.float32)
        for i, level in enumerate(np.arange(8.0, depth.max(), 9.0)):
            size, pitch = ((2.3, 8.8), (1.5, 6.6))[i % 2]
            self._beads(depth, origin, float(level), pitch, size, codes[i % 2])


def _signed(corners: Array, shape: tuple[int, int], scale: float) -> tuple[Array, Array]:
    """Signed distance (h, w), in pixels of 1280, inside an outline, and its coverage 0..1."""
    image = Image.new("L", (shape[1] * FINE, shape[0] * FINE))
    ImageDraw.Draw(image).polygon([tuple(p) for p in (corners * FINE).tolist()], fill=255)
    inside = np.pad(np.asarray(image) > 127, FINE, mode="edge")
    away = ndimage.distance_transform_edt(inside) - ndimage.distance_transform_edt(~inside)
    away = away[FINE:-FINE, FINE:-FINE].reshape(shape[0], FINE, shape[1], FINE).mean((1, 3))
    cover = np.asarray(image.reduce(FINE), np.float32) / 255.0
    return (away / (FINE * scale)).astype(np.float32), cover


def crackle(cloth: Cloth, cell: float, width: float) -> Array:
    """Broken veins (H, W), 0..1, where wax of ``cell`` pixels cracked."""
    rng, scale, shape = cloth.rng, cloth.scale, cloth.shape
    count = int(shape[0] * shape[1] / (cell * scale) ** 2) + 8
    knots = rng.uniform(-0.05, 1.05, (count, 2)) * shape[::-1]
    bend = [
        (cloth.grain(60) - 0.5) * 30 * scale + (cloth.grain(8, 2) - 0.5) * 5 * scale
        for _ in range(2)
    ]
    x, y = cloth.x * cloth.unit + bend[0], cloth.y * cloth.unit + bend[1]
    away, _ = spatial.cKDTree(knots).query(np.stack([x.ravel(), y.ravel()], 1), k=2)
    gap = ((away[:, 1] - away[:, 0]) / 2).reshape(shape).astype(np.float32) / scale
    slope = np.hypot(*np.gradient(gap)) * scale
    gap /= np.clip(ndimage.maximum_filter(slope, 3), 0.15, 1.0)
    force = smoothstep(0.28, 0.75, cloth.grain(75))
    return smoothstep(width + 0.7, 0.2, gap / (0.6 + 0.4 * force)) * (0.35 + 0.6 * force)


def finish(cloth: Cloth) -> Array:
    """Crack the wax, let the dye bleed, and weave the cloth (H, W, 3)."""
    scale = cloth.scale
    veins = np.maximum(crackle(cloth, 58.0, 1.1), crackle(cloth, 120.0, 1.5))
    hair = 0.7 * crackle(cloth, 27.0, 0.75)
    stain = ndimage.gaussian_filter(veins, 2.2 * scale)
    soft = ndimage.gaussian_filter(cloth.colour, (0.6 * scale, 0.6 * scale, 0))
    light = soft.mean(-1)
    amount = (0.84 * np.maximum(veins, hair) + 0.4 * np.minimum(stain, 0.2)) * (0.45 + 0.55 * light)
    colour = mix(soft, rgb("2a1c34"), amount.clip(0, 0.9))
    colour = mix(colour, rgb("8a6a4a"), 0.35 * veins * smoothstep(0.30, 0.12, light))
    colour *= (0.86 + 0.28 * cloth.grain(120))[..., None]
    x, y = cloth.x * 1280, cloth.y * 1280
    slub_x, slub_y = cloth.grain((2, 60), 1), cloth.grain((60, 2), 1)
    over = np.sin(x * (np.pi / 2.1)) * np.sin(y * (np.pi / 2.1))
    colour *= (1 + 0.10 * (slub_x - 0.5) + 0.10 * (slub_y - 0.5))[..., None]
    return relief_light(colour, scale * (0.8 * over + 0.4 * slub_x + 0.4 * slub_y), 0.22, 0.0, 0.4)
