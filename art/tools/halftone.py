"""A comic-book page: three screened process inks, a black key plate and yellowed newsprint.

Drawing coordinates are (x, y) in units of the panel's width.  A tint is (cyan, magenta,
yellow), each 0..1 or an (H, W) array.
"""

import numpy as np
from scipy import ndimage

from art.tools.canvas import rgb
from art.tools.fields import Array, Points, arc_length, normals, smoothstep, window_of
from art.tools.support import Support
from art.tools.woodcut import tapered

PAPER, KEY = "fbf0d3", rgb("141018")
INKS = ("029de0", "e41c6a", "ffdb12")
ANGLES = (15.0, 75.0, 0.0)  # degrees, of the three screens
SLIPS = ((1.6, -1.1), (-1.3, 1.4), (0.4, 1.9))  # misregistration in px of 1280
PITCH = 8.8  # px of 1280 between dots
Tint = tuple[Array | float, Array | float, Array | float]


class Panel(Support):
    """The panel in progress: ``tints`` (H, W, 3) and ``key`` (H, W), coverage 0..1."""

    def __init__(self, rng: np.random.Generator, width: int, height: float) -> None:
        super().__init__(rng, width, (1.0, height))
        self.tints = np.zeros((*self.shape, 3), np.float32)
        self.key = np.zeros(self.shape, np.float32)
        self.swell = self.grain(45)

    def fill(self, mask: Array, tint: Tint) -> None:
        """Cover ``mask`` with a tint; it hides colours and lines that lie behind."""
        self.tint(mask, tint)
        box = window_of(mask, round(12 * self.scale))
        self.key[box] *= 1 - mask[box]

    def tint(self, mask: Array, tint: Tint) -> None:
        """Change the tint inside ``mask`` and leave the lines."""
        box = window_of(mask, round(12 * self.scale))
        for plate, value in enumerate(tint):
            level = np.broadcast_to(np.asarray(value, np.float32), self.shape)[box]
            under = self.tints[box][..., plate]
            under += (level - under) * mask[box]

    def ink(self, mask: Array) -> None:
        """Add black."""
        self.key = np.maximum(self.key, mask)

    def lines(self, paths: list[Array], width: float) -> None:
        """Brush lines along ``paths`` that swell to ``width`` px (of 1280) and taper off."""
        self.ink(self.mask([tapered(path, width / 1280.0, 0.8) for path in paths]))

    def outline(self, mask: Array, width: float) -> None:
        """Brush line around ``mask``, up to ``width`` px, heavy on its lower right side."""
        box = window_of(mask, round(12 * self.scale))
        sigma = 1.7 * self.scale
        soft = np.clip(ndimage.gaussian_filter(mask[box], sigma), 1e-3, 1 - 1e-3)
        away = np.abs(np.log(soft / (1 - soft))) * sigma / 1.7
        down, right = np.gradient(ndimage.gaussian_filter(mask[box], 2 * sigma))
        facing = -(0.55 * right + 0.83 * down) / (np.hypot(down, right) + 1e-6)
        weight = 0.30 + 0.45 * np.clip(facing, 0, 1) + 0.30 * self.swell[box]
        line = np.clip(0.5 * width * self.scale * weight - away + 0.5, 0.0, 1.0)
        self.key[box] = np.maximum(self.key[box], line)

    def draw(self, shapes: list[Points], tint: Tint, width: float = 4.0) -> Array:
        """Fill and outline the union of polygons; returns its mask."""
        mask = self.mask(shapes)
        self.fill(mask, tint)
        self.outline(mask, width)
        return mask

    def feather(
        self, path: Array, length: float, spacing: float = 0.007, side: float = 1.0,
        within: Array | float = 1.0, lean: float = 0.5,
    ) -> None:  # fmt: skip
        """Tapered brush marks that leave ``path`` (K, 2) on one side and fade into the light.

        ``length`` and ``spacing`` are units; ``lean`` tilts the marks along the path.
        """
        travelled = arc_length(path)
        places = np.arange(0.3 * spacing, travelled[-1], spacing)
        places = places + self.rng.normal(0, 0.12 * spacing, len(places))
        across = side * normals(path)
        marks = []
        for place in places:
            root = np.array([np.interp(place, travelled, path[:, k]) for k in (0, 1)])
            out = np.array([np.interp(place, travelled, across[:, k]) for k in (0, 1)])
            ahead = np.array((-out[1], out[0]))
            reach = length * self.rng.uniform(0.55, 1.2)
            t = np.linspace(-0.12, 1, 9)[:, None]
            spine = root + reach * (t * out + lean * t**2 * ahead)
            half = 0.42 * spacing * np.clip(1 - t, 0, 1) ** 0.8
            marks.append(np.concatenate([spine + half * ahead, (spine - half * ahead)[::-1]]))
        self.ink(self.mask(marks) * within)

    def press(self) -> Array:
        """Print the page: paper (H, W, 3) under screened cyan, magenta, yellow and the key."""
        colour = newsprint(self)
        mottle = self.grain(5, 3)
        wear = self.grain(1.6, 2)
        for plate in (2, 1, 0):
            slip = tuple(shift * self.scale for shift in SLIPS[plate])
            cover = ndimage.shift(self.tints[..., plate], slip, order=1, mode="nearest")
            dots = ndimage.gaussian_filter(screened(self, cover, ANGLES[plate]), 0.7 * self.scale)
            load = dots * (0.90 + 0.12 * mottle - 0.10 * wear)
            colour = colour * (1 - load[..., None] * (1 - rgb(INKS[plate])))
        starved = smoothstep(0.86, 0.99, wear) * 0.35
        black = ndimage.gaussian_filter(self.key, 0.45 * self.scale) * (
            0.97 - 0.06 * mottle - starved
        )
        return colour + (KEY - colour) * black[..., None]


def moved(points: Points, right: float, down: float) -> Array:
    """``points`` (K, 2), shifted by so many units."""
    return np.asarray(points) + np.array((right, down))


def newsprint(panel: Panel) -> Array:
    """Cheap yellowed paper (H, W, 3): clouds of age, fibres and specks."""
    cloud = panel.grain(210)
    fibre = panel.grain((1.8, 7), 2)
    tooth = panel.grain(2.2, 2)
    speck = smoothstep(0.93, 1.0, panel.grain(3.2, 1))
    tone = 1.0 - 0.07 * fibre - 0.04 * tooth - 0.14 * speck
    aged = rgb(PAPER) * (1 - 0.10 * cloud[..., None] * np.array((0.35, 0.7, 1.6), np.float32))
    return (aged * tone[..., None]).astype(np.float32)


def screened(panel: Panel, cover: Array, degrees: float) -> Array:
    """Turn coverage (H, W) into round dots that grow until they leave round holes."""
    turn, pitch = np.deg2rad(degrees), PITCH / 1280.0
    u = (panel.x * np.cos(turn) + panel.y * np.sin(turn)) * 2 * np.pi / pitch
    v = (panel.y * np.cos(turn) - panel.x * np.sin(turn)) * 2 * np.pi / pitch
    cell = np.linspace(0, 2 * np.pi, 64, endpoint=False)
    levels = np.sort((np.cos(cell)[:, None] + np.cos(cell)).ravel())
    limit = np.interp(1 - cover, np.linspace(0, 1, levels.size), levels)
    slope = np.maximum(np.hypot(np.sin(u), np.sin(v)), 0.35) * 2 * np.pi / (PITCH * panel.scale)
    dots = np.clip((np.cos(u) + np.cos(v) - limit) / slope * 0.9 + 0.5, 0, 1)
    dots = np.where(cover < 0.04, 0.0, np.where(cover > 0.96, 1.0, dots))
    return dots.astype(np.float32)
