"""What stands in the starlit valley: the village with its bushes, and the tall pine."""

import numpy as np

from art.tools.canvas import ramp, rgb
from art.tools.fields import spline
from art.tools.oil import INK, Easel, fill_quad

LAMP = rgb("fbe27a")
# x, y of the foot of each house, its width, and its wall and roof colours
HOUSES = (
    (0.300, 0.510, 0.022, "6f8288", "33386b"), (0.340, 0.512, 0.021, "b39f75", "8a4a32"),
    (0.375, 0.520, 0.023, "7a8c90", "2b3468"), (0.590, 0.531, 0.024, "a8966c", "8a4433"),
    (0.635, 0.536, 0.026, "6f8390", "2d3566"), (0.215, 0.524, 0.029, "b8a474", "9a5034"),
    (0.262, 0.530, 0.026, "70868a", "2f3a6c"), (0.318, 0.538, 0.031, "c4ae7c", "a85a35"),
    (0.140, 0.538, 0.033, "7b9094", "343c70"), (0.560, 0.553, 0.034, "bfa977", "a0522f"),
    (0.178, 0.556, 0.037, "bda876", "a4552f"), (0.345, 0.562, 0.034, "7c9298", "2f3a70"),
    (0.240, 0.566, 0.040, "7f9498", "3a3f74"), (0.290, 0.590, 0.045, "ccb582", "b1602f"),
    (0.085, 0.568, 0.039, "b8a26e", "8f4a35"), (0.028, 0.552, 0.033, "6f868c", "2d3566"),
)  # fmt: skip
# centre and half size of each clump of needles, top to bottom
CLUMPS = (
    (0.868, 0.085, 0.058, 0.034), (0.800, 0.150, 0.066, 0.034), (0.925, 0.165, 0.070, 0.038),
    (0.850, 0.195, 0.062, 0.034), (0.775, 0.265, 0.074, 0.038), (0.880, 0.275, 0.076, 0.040),
    (0.965, 0.305, 0.064, 0.040), (0.825, 0.350, 0.066, 0.034), (0.925, 0.395, 0.080, 0.040),
    (0.765, 0.425, 0.056, 0.030),
)  # fmt: skip
TRUNK = ((0.800, 0.740), (0.826, 0.650), (0.872, 0.560), (0.888, 0.470), (0.862, 0.380),
         (0.842, 0.290), (0.862, 0.190), (0.868, 0.090))  # fmt: skip


def paint_house(easel: Easel, house: tuple[float, float, float, str, str]) -> None:
    """A gabled house seen from a corner: lit gable wall, long side wall, roof, windows."""
    x, foot, w, wall, roof = house
    rng = easel.rng
    h, d = w * rng.uniform(0.62, 0.8), w * rng.uniform(0.9, 1.3)
    eave, peak = foot - h, foot - h - w * rng.uniform(0.5, 0.65)
    mid, right = x + w / 2, x + w
    fill_quad(easel, ((x, foot), (right, foot), (right, eave), (x, eave)), rgb(wall), 8)
    fill_quad(easel, ((x, eave), (right, eave), (mid, peak), (mid, peak)), rgb(wall) * 0.95, 8)
    side = rgb(wall) * (0.45, 0.52, 0.72)
    fill_quad(easel, ((right, foot), (right + d, foot), (right + d, eave), (right, eave)), side, 8)
    top = ((mid, peak), (mid + d, peak), (right + d, eave), (right, eave))
    fill_quad(easel, top, rgb(roof), 9)
    ridge, far = (mid, peak), right + d
    edges = (((x, eave), ridge), (ridge, (mid + d, peak)), (ridge, (right, eave)),
             ((x, eave), (x, foot)), ((right, eave), (right, foot)), ((right, eave), (far, eave)),
             ((far, eave), (far, foot)), ((x, foot), (far, foot)))  # fmt: skip
    for start, end in edges:
        path = np.linspace(start, end, 4) + rng.normal(0, 0.0006, (4, 2))
        easel.lines(path[None], 2.6, INK, 0.04, 0.8, 0.1)
    for sx, rise in ((mid, 0.45), (right + d * 0.3, 0.5), (right + d * 0.7, 0.5)):
        sy = foot - h * rise
        tall = h * 0.34
        dab = np.stack([np.full(4, sx), np.linspace(sy - tall / 2, sy + tall / 2, 4)], 1)
        easel.lines(dab[None], w * 300, rgb("e8952e"), 0.05, 1.0, 0.0)
        easel.lines(dab[None], w * 185, LAMP, 0.05, 1.8, 0.0)


def paint_lamplight(easel: Easel) -> None:
    """Warm strokes on the ground around the village, where its windows throw their light."""
    near = np.zeros(easel.shape, np.float32)
    for x, foot, w, _, _ in HOUSES:
        away = np.hypot((easel.x - x - 0.8 * w) / (1.6 * w), (easel.y - foot - 0.1 * w) / (0.5 * w))
        near = np.maximum(near, np.exp(-(away**2)))
    lit = ramp(easel.noise(0.02), "5f7a4a b08a3c f2c65a")
    angle = 0.8 * (easel.noise(0.06) - 0.5)
    easel.layer(lit, angle, 0.5 * near, (7, 30, 7), 0.08)


def paint_village(easel: Easel) -> None:
    """The houses from far to near, with round bushes between them."""
    for house in sorted(HOUSES, key=lambda item: item[1]):
        x, foot, w = house[:3]
        paint_bush(easel, (x - 0.006, foot - 0.006), w * 0.32)
        paint_house(easel, house)
        paint_bush(easel, (x + 2.2 * w, foot - 0.002), w * 0.30)


def paint_bush(easel: Easel, centre: tuple[float, float], radius: float) -> None:
    """A round bush: dark curls with a few pale ones towards the moon."""
    for count, tones, lift in ((16, "0a1c3c 12394f", 0.0), (7, "2c7a66 b9b35a", -0.35)):
        where = easel.rng.normal(0, 0.45, (count, 1, 2)) * radius + centre
        where += (lift * 0.6 * radius, lift * radius)
        turns = easel.rng.uniform(2.6, 4.0, (count, 1)) + np.linspace(0, 2.0, 5)
        curl = np.stack([np.cos(turns), np.sin(turns)], -1) * radius * 0.4
        colour = ramp(easel.rng.random(count), tones)
        easel.lines(where + curl, radius * 420, colour, 0.05, 1.2)


def paint_pine(easel: Easel) -> None:
    """The tall dark pine: leaning trunk, boughs, and tiers of curling needle clumps."""
    trunk = spline(TRUNK, 80)
    for x, y, _, _ in CLUMPS:
        root = trunk[np.argmin(np.abs(trunk[:, 1] - (y + 0.075)))]
        bough = spline((root, (0.45 * root[0] + 0.55 * x, y + 0.045), (x, y + 0.006)), 9)
        for shift, tone in ((0.0, "0b0f2a"), (-0.003, "4a3a44")):
            easel.lines(bough[None] + shift, 11 + 1200 * shift, rgb(tone), 0.05, 1.2)
    for strand in np.linspace(1.0, -1.0, 9):
        tone = ramp(0.5 - 0.5 * strand, "070a20 0d1128 241c34 5a3c38 b98048")
        for i in range(int(easel.rng.integers(0, 6)), 72, 6):
            taper = 0.017 * (1.0 - 0.78 * i / 80) + 0.012 * np.exp(-i / 5)
            side = strand * taper + easel.rng.normal(0, 0.0012)
            piece = trunk[i : i + 10] + np.array((side, 0.0))
            easel.lines(piece[None], 900 * taper * 0.5 + 2, tone, 0.07, 1.6, 0.7)
    for clump in sorted(CLUMPS, key=lambda item: -item[1]):
        paint_clump(easel, clump)


def paint_clump(easel: Easel, clump: tuple[float, float, float, float]) -> None:
    """One cloud of needles: curls that wrap its dome, dark below and moonlit on the upper left."""
    cx, cy, wide, tall = clump
    rng = easel.rng
    for count, tones, low, width in (
        (90, "050920 08162f 0c2238", -1.0, 12.0), (110, "0a1d36 10374a 1b5a5e", -0.7, 8.0),
        (60, "14485a 25776f 4a9a72", 0.05, 6.5), (22, "6fae7a c5bb5e ecdc90", 0.45, 4.5),
    ):  # fmt: skip
        reach = np.sqrt(rng.random(4 * count))
        around = rng.uniform(0, 2 * np.pi, 4 * count)
        lit = -reach * (0.55 * np.cos(around) + 0.85 * np.sin(around))
        visible = np.flatnonzero(lit >= low)[:count]
        reach, around = reach[visible, None], around[visible, None]
        sweep = np.linspace(-0.5, 0.5, 6) * rng.uniform(0.008, 0.018, (len(visible), 1)) / wide
        turns = around + sweep / (0.35 + 0.65 * reach) * 2.0
        ripple = 0.06 * np.sin(turns * 5 + cx * 90) + 0.04 * np.sin(turns * 11 + cy * 70)
        ripple = ripple * reach**3 + rng.normal(0, 0.05, (len(visible), 1))
        px = cx + wide * (reach + ripple) * np.cos(turns)
        py = cy + tall * (reach + ripple) * np.sin(turns) * np.where(np.sin(turns) > 0, 0.6, 1.1)
        paths = np.stack([px, py], -1)
        sizes = width * rng.uniform(0.7, 1.25, len(visible))
        easel.lines(paths, sizes, ramp(rng.random(len(visible)), tones), 0.04, 1.5, 0.5)
