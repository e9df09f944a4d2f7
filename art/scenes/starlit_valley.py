"""Starlit valley: moonlit hills, a river village and a tall pine, in flowing impasto."""

import numpy as np
from numpy.typing import NDArray

from art.motifs.valley_land import HEIGHT, HILLS, paint_hill, paint_meadow, paint_river
from art.motifs.valley_village import paint_lamplight, paint_pine, paint_village
from art.tools.canvas import mix, painting_of, ramp, relief_light, save_painting, to_uint8
from art.tools.fields import Array, smear, smoothstep
from art.tools.oil import Easel, paint_dab, paint_disc

MOON = (0.265, 0.135)
NIGHT = "070b2a 0d1c55 15398c 1c5f9e 2390a0 7cc4ab f3e9a4"
# x, y and radius of each star's glow
STARS = (
    (0.050, 0.070, 0.034), (0.092, 0.265, 0.060), (0.440, 0.060, 0.034), (0.480, 0.238, 0.072),
    (0.610, 0.090, 0.050), (0.655, 0.305, 0.038), (0.720, 0.205, 0.028), (0.965, 0.065, 0.044),
    (0.330, 0.318, 0.034), (0.190, 0.350, 0.026), (0.556, 0.165, 0.022), (0.370, 0.245, 0.018),
    (0.020, 0.170, 0.022), (0.740, 0.045, 0.022), (0.570, 0.352, 0.018),
)  # fmt: skip
# x, y, radius and spin of the eddies along the stream of the Milky Way
EDDIES = (
    (0.160, 0.225, 0.060, 1.0), (0.375, 0.165, 0.075, -1.0), (0.570, 0.270, 0.070, 1.0),
    (0.700, 0.090, 0.080, -1.0), (0.880, 0.190, 0.070, 1.0), (0.020, 0.390, 0.050, -1.0),
)  # fmt: skip


def stream_centre(x: Array) -> Array:
    """Height (units) of the middle of the Milky Way at ``x``."""
    return 0.345 - 0.27 * x + 0.045 * np.sin(7.5 * x + 0.6)


def sky_flow(easel: Easel) -> Array:
    """Direction of the brush (radians, H x W): a stream across the sky, rings around lights."""
    slope = np.arctan(-0.27 + 0.34 * np.cos(7.5 * easel.x + 0.6))
    away = smoothstep(0.05, 0.25, np.abs(easel.y - stream_centre(easel.x)))
    heading = slope * (1 - 0.6 * away) + 0.7 * (easel.noise(0.22) - 0.5)
    vx, vy = np.cos(heading), np.sin(heading)
    rings = [(x, y, 1.5 * r, 1.0, 0.0) for x, y, r in STARS] + [(*MOON, 0.15, 1.0, 0.0)]
    for cx, cy, reach, spin, pull in [*((*e, 0.4) for e in EDDIES), *rings]:
        dx, dy = easel.x - cx, easel.y - cy
        radius = np.hypot(dx, dy) + 1e-5
        weight = np.exp(-((radius / reach) ** 2) * 1.1)
        vx = vx * (1 - weight) + weight * (-spin * dy - pull * dx) / radius
        vy = vy * (1 - weight) + weight * (spin * dx - pull * dy) / radius
    return np.arctan2(vy, vx)


def sky_colour(easel: Easel, angle: Array) -> Array:
    """Reference colours (H, W, 3) of the sky: ribbons along the flow and ringed halos."""
    ribbons = smear(easel.noise(0.025), angle, 60 * easel.scale)
    broad = smear(easel.noise(0.07), angle, 90 * easel.scale)
    band = np.exp(-(((easel.y - stream_centre(easel.x)) / 0.055) ** 2))
    tone = 0.06 + 0.30 * ribbons + 0.22 * broad + 0.42 * band * (0.3 + 0.7 * ribbons)
    tone += 0.22 * smoothstep(0.22, 0.42, easel.y)
    colour = ramp(tone, NIGHT)
    for cx, cy, reach in [*STARS, (*MOON, 0.125)]:
        radius = np.hypot(easel.x - cx, easel.y - cy) / reach
        rings = 0.74 + 0.26 * np.cos(radius * 9.0 + 3.0 * (ribbons - 0.5))
        glow = np.exp(-((radius / 0.85) ** 3)) * rings
        warm = ramp(radius * 0.8 + 0.2 * (ribbons - 0.5), "ffee9a fbe06a efc04a 8fc7a0 2f90b0")
        colour = mix(colour, warm, np.clip(1.5 * glow, 0, 1))
    hollow = smoothstep(0.062, 0.046, np.hypot(easel.x - MOON[0], easel.y - MOON[1]))
    return mix(colour, ramp(ribbons, "12307f 1f6fa4 46a8b0"), hollow)


def paint_sky(easel: Easel) -> None:
    """Sky from broad underpaint to thin bright ribbons, then the moon and the stars."""
    angle = sky_flow(easel)
    colour = sky_colour(easel, angle)
    open_sky = (easel.y < 0.43).astype(np.float32)
    easel.layer(colour, angle, open_sky, (30, 110, 17), 0.04, 0.8)
    easel.layer(colour, angle, open_sky, (17, 84, 11.5), 0.045, 1.0)
    easel.layer(colour, angle, 0.75 * open_sky, (11, 60, 11), 0.06, 1.1)
    bright = colour.mean(2)
    glints = open_sky * smoothstep(0.30, 0.75, bright) * 0.8
    easel.layer(np.clip(colour * 1.15 + 0.04, 0, 1), angle, glints, (7, 38, 9), 0.05, 1.5)
    paint_small_stars(easel)
    for x, y, reach in STARS:
        paint_halo(easel, (x, y), reach)
        warmth = ramp(easel.rng.random(), "fffbe0 fff4b0 ffe68a")
        paint_disc(easel, (x, y), reach * easel.rng.uniform(0.14, 0.22), warmth)
    paint_moon(easel)


def paint_halo(easel: Easel, centre: tuple[float, float], reach: float) -> None:
    """Loose arcs around a star, pale near it and deepening to ochre and teal."""
    count = round(500 * reach)
    share = np.sqrt(easel.rng.uniform(0.06, 0.75, count))
    span = easel.rng.uniform(0.012, 0.026, (count, 1)) / (reach * share[:, None])
    turns = easel.rng.uniform(0, 2 * np.pi, (count, 1)) + span * np.linspace(-0.5, 0.5, 7)
    arcs = np.stack([np.cos(turns), np.sin(turns)], -1) * (reach * share)[:, None, None] + centre
    colour = ramp(share + easel.rng.normal(0, 0.12, count), "ffee9a fbe06a f2c44e e0a83f 8fc7a0")
    easel.lines(arcs, easel.rng.uniform(4.5, 8.0, count), colour, 0.04, 1.4, 0.6)


def paint_small_stars(easel: Easel) -> None:
    """Faint stars: single dabs of pale paint, away from the great lights."""
    lights = np.array([*STARS, (*MOON, 0.14)])
    for x, y in easel.rng.uniform((0, 0), (1, 0.37), (60, 2)):
        if (np.hypot(lights[:, 0] - x, lights[:, 1] - y) > lights[:, 2] + 0.02).all():
            size = easel.rng.uniform(0.004, 0.009)
            paint_dab(easel, (x, y), size, ramp(easel.rng.random(), "fff8d8 ffe89a 9fd8c4"))


def paint_moon(easel: Easel) -> None:
    """A crescent of nested arcs, open to the upper right."""
    for share in np.linspace(0.0, 1.0, 7):
        turns = np.linspace(0.35, 3.75, 12) + 0.12 * share
        bulge = np.sin((turns - turns[0]) / (turns[-1] - turns[0]) * np.pi)
        radius = 0.046 - 0.026 * share * bulge
        arc = np.stack([np.cos(turns), np.sin(turns)], 1) * radius[:, None] + MOON
        tone = ramp(share, "f2c65a fbe58a fff8d0 fff3b8")
        for piece in (arc[:5], arc[3:9], arc[7:]):
            easel.lines(piece[None], 7.5, tone, 0.03, 2.2, 0.2)


def paint(seed: int = 7, longer_side: int = 1280) -> NDArray[np.uint8]:
    """Paint the picture; returns uint8 RGB (H, W, 3)."""
    easel = Easel(seed, longer_side, HEIGHT)
    paint_sky(easel)
    for hill in HILLS[:3]:
        paint_hill(easel, hill)
    paint_lamplight(easel)
    paint_river(easel)
    paint_village(easel)
    for hill in HILLS[3:]:
        paint_hill(easel, hill)
    paint_pine(easel)
    paint_meadow(easel)
    lit = relief_light(easel.canvas.colour, easel.canvas.height / easel.scale, 0.6, 0.14)
    return to_uint8(lit)


if __name__ == "__main__":
    save_painting(paint(), painting_of(__file__))
