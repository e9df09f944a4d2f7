"""Pointillism: small dots of pure pigment on a cream ground that mix in the eye."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from art.tools.brush import scatter
from art.tools.canvas import relief_light, rgb
from art.tools.fields import Array, polygon
from art.tools.support import Support

# pure pigments at full strength; tints with white are added to them
PIGMENTS = (
    "f7d02c f6a81c f0792b e2492f d33a5c c0459a 8a4bb0 5a49b5 3558b8 2f7fc9 2aa3b8 2a9d84 "
    "3f9c4a 86b53a c9cf3c 2b2f6e 5a2a52 1f4a4a"
)
TINTS = (0.0, 0.28, 0.55, 0.78)
GROUND = "f3e6c8"
_TO_CONE = np.array(
    ((0.4122, 0.5363, 0.0514), (0.2119, 0.6807, 0.1074), (0.0883, 0.2817, 0.6300)), np.float32
)
_TO_LAB = np.array(
    ((0.2105, 0.7936, -0.0041), (1.9780, -2.4286, 0.4506), (0.0259, 0.7828, -0.8087)), np.float32
)


def to_lab(colour: Array) -> Array:
    """Perceptual lightness and two opponent hues (..., 3) of sRGB colours (..., 3)."""
    light = np.clip(colour, 0, 1) ** 2.2
    return np.cbrt(light @ _TO_CONE.T) @ _TO_LAB.T


def from_lab(lab: Array) -> Array:
    """Turn ``to_lab`` values (..., 3) back into sRGB colours, clipped to 0..1."""
    cone = (lab @ np.linalg.inv(_TO_LAB).T) ** 3
    return np.clip(cone @ np.linalg.inv(_TO_CONE).T, 0, 1) ** (1 / 2.2)


def palette() -> Array:
    """Every pigment in every tint as Lab values (N, 3)."""
    pure = np.stack([rgb(code) for code in PIGMENTS.split()])
    cream = rgb("fffaec")
    return np.concatenate([to_lab(pure + (cream - pure) * tint) for tint in TINTS])


class Plate(Support):
    """A picture composed in units of its longer side, to be translated into dots.

    ``colour`` (H, W, 3) is the local colour, ``detail`` (H, W) asks for smaller dots (0..1),
    ``angle`` (H, W, radians) and ``stretch`` (H, W, 1 = round) shape them.
    """

    def __init__(self, seed: int, unit: int, height: float) -> None:
        super().__init__(np.random.default_rng(seed), unit, (1.0, height))
        self.colour = np.ones((*self.shape, 3), np.float32)
        self.detail = np.zeros(self.shape, np.float32)
        self.angle = np.zeros(self.shape, np.float32)
        self.stretch = np.ones(self.shape, np.float32)

    def inside(self, points: Array) -> Array:
        """Coverage (H, W) of a polygon in units."""
        return polygon(self.shape, self.unit, points, 2)

    def lay(self, mask: Array, colour: Array | str, detail: float | None = None) -> None:
        """Cover ``mask`` (H, W) with a colour (hex, (3,) or (H, W, 3)); set its dot detail."""
        paint = rgb(colour) if isinstance(colour, str) else colour
        self.colour += mask[..., None] * (paint - self.colour)
        if detail is not None:
            self.detail += mask * (detail - self.detail)


@dataclass
class Dots:
    """Laid dots: ``colour`` (H, W, 3) and paint ``relief`` (H, W) in pixels."""

    colour: Array
    relief: Array

    def stamp(self, place: Array, radius: Array, shape: Array, colours: Array) -> None:
        """Lay N dots in order: ``place`` (N, 2) px, ``radius`` (N,) px, ``shape`` (N, 3) holds
        the angle, the stretch and the phase of the uneven rim."""
        height, width = self.relief.shape
        for (cx, cy), r, (turn, long, phase), paint in zip(
            place.tolist(), radius.tolist(), shape.tolist(), colours, strict=True
        ):
            reach = r * long + 1.5
            x0, x1 = max(int(cx - reach), 0), min(int(cx + reach) + 2, width)
            y0, y1 = max(int(cy - reach), 0), min(int(cy + reach) + 2, height)
            dx = (np.arange(x0, x1, dtype=np.float32) - cx)[None]
            dy = (np.arange(y0, y1, dtype=np.float32) - cy)[:, None]
            c, s = np.cos(turn), np.sin(turn)
            u, v = (dx * c + dy * s) / long, (dy * c - dx * s) * long**0.5
            lump = 0.06 * r * np.sin((u * c - v) * (2.2 / r) + phase)
            inside = r - np.sqrt(u * u + v * v) + lump
            alpha = np.clip(inside + 0.5, 0.0, 1.0)
            patch = self.colour[y0:y1, x0:x1]
            patch += alpha[..., None] * (paint - patch)
            dome = 0.35 * np.sqrt(np.clip(inside * r, 0.0, None))
            bump = self.relief[y0:y1, x0:x1]
            bump += alpha * (0.3 * bump + dome - bump)


def split_colours(
    targets: Array, pigments: Array, spread: float, accent: float, rng: np.random.Generator
) -> Array:
    """Break Lab colours (N, 3) up into pure pigments (N, 3), some of them complementary.

    ``spread`` is the scatter of hue; ``accent`` the share of complements in deep shadow.
    """
    target = targets.copy()
    target[:, 1:] *= 1.25
    target += rng.normal(0, 1, target.shape) * np.array((0.7, 1.0, 1.0)) * spread
    shade = np.clip((0.78 - targets[:, 0]) / 0.4, 0.15, 1.0)
    opposite = rng.random(len(targets)) < accent * shade
    target[opposite, 1:] = -1.1 * targets[opposite, 1:] + rng.normal(0, 0.02, (opposite.sum(), 2))
    target[opposite, 0] += 0.05
    weight = np.array((1.5, 1.0, 1.0))
    pigment = np.empty_like(target)
    for part in np.array_split(np.arange(len(target)), max(len(target) // 8000, 1)):
        gap = (target[part, None] - pigments[None]) * weight
        pigment[part] = pigments[np.argmin((gap**2).sum(-1), 1)]
    return 0.62 * pigment + 0.38 * target


def dot_layer(
    dots: Dots, plate: Plate, mask: Array, radius: float, spacing: float,
    spread: float, accent: float,
) -> None:  # fmt: skip
    """Cover ``mask`` with dots; ``radius`` and ``spacing`` are pixels of a 1280 picture.

    Each dot also corrects what the eye would see there: the local mean of the dots below.
    """
    rng = plate.rng
    place = scatter(mask, spacing * plate.scale, rng)
    col, row = place.astype(int).T
    below = ndimage.gaussian_filter(dots.colour, (9 * plate.scale, 9 * plate.scale, 0))
    here = to_lab(plate.colour[row, col])
    targets = here + 0.45 * (here - to_lab(below[row, col]))
    colours = from_lab(split_colours(targets, palette(), spread, accent, rng)).astype(np.float32)
    size = radius * plate.scale * rng.uniform(0.72, 1.2, len(place))
    turn = plate.angle[row, col] + rng.normal(0, 0.25, len(place))
    shape = np.stack([turn, plate.stretch[row, col], rng.uniform(0, 6.3, len(place))], 1)
    dots.stamp(place, size, shape, colours)


def dot_picture(plate: Plate) -> Array:
    """Translate the plate into three layers of dots and light them; returns (H, W, 3)."""
    ground = rgb(GROUND) + 0.05 * (plate.noise(0.0022) - 0.5)[..., None]
    dots = Dots(ground.astype(np.float32), np.zeros(plate.shape, np.float32))
    fine = np.clip(plate.detail, 0, 1)
    broad = 1 - fine
    dot_layer(dots, plate, broad, 6.2, 8.6, 0.030, 0.05)
    dot_layer(dots, plate, fine, 3.4, 4.2, 0.020, 0.03)
    dot_layer(dots, plate, broad, 4.7, 7.6, 0.050, 0.20)
    dot_layer(dots, plate, 0.8 * broad, 3.5, 6.8, 0.055, 0.22)
    dot_layer(dots, plate, fine, 2.7, 4.4, 0.035, 0.12)
    dot_layer(dots, plate, 0.75 * fine, 2.1, 3.6, 0.030, 0.08)
    return relief_light(dots.colour, dots.relief / plate.scale, 0.3, 0.04, 0.5 * plate.scale)
