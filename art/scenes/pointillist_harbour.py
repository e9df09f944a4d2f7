"""Pointillist harbour: sailing boats, a bay and a promenade of pines in a golden evening."""

import numpy as np
from numpy.typing import NDArray

from art.motifs.harbour import (
    HORIZON,
    SUN,
    paint_boats,
    paint_figures,
    paint_lighthouse,
    paint_pines,
    paint_town,
)
from art.tools.canvas import mix, painting_of, ramp, rgb, save_painting, to_uint8
from art.tools.fields import Array, smoothstep, spline
from art.tools.pointillism import Plate, dot_picture

HEIGHT = 0.74  # of the longer side
# the edge of the quay, from the foreground round the bay to the town
QUAY = (
    (0.80, 0.760), (0.62, 0.680), (0.46, 0.605), (0.330, 0.530), (0.245, 0.468), (0.205, 0.420),
    (0.185, 0.385),
)  # fmt: skip


def paint_sky(plate: Plate) -> None:
    """Evening sky: rings of warm light round the sun, streaks of rose and violet cloud."""
    dx, dy = plate.x - SUN[0], 1.25 * (plate.y - SUN[1])
    away = np.hypot(dx, dy)
    drift = plate.noise(0.030, 0.22) - 0.5
    tone = 1.0 - away / 0.62 + 0.10 * drift
    colour = ramp(tone, "35549e 4a79c4 7ba0d8 b3aede e9acc0 f7a98c fbbd66 fdd66a fff0ac")
    bands = plate.noise(0.020, 0.24)
    high = smoothstep(0.60, 0.80, bands) * smoothstep(HORIZON, 0.22, plate.y)
    lit = ramp(1.0 - away / 0.55 + 0.3 * (bands - 0.7), "7a6cc0 b183c6 ea9ab0 f9a57c fdc870")
    colour = mix(colour, lit, 0.8 * high)
    under = smoothstep(0.62, 0.78, np.roll(bands, -round(9 * plate.scale), 0)) * (1 - high)
    colour = mix(colour, rgb("fff0c0"), 0.55 * under * smoothstep(0.5, 0.1, away))
    colour = mix(colour, rgb("fffbe2"), smoothstep(0.036, 0.030, away))
    plate.colour = colour.astype(np.float32)
    plate.angle = np.arctan2(dx, -dy).astype(np.float32)
    plate.stretch += 0.25
    plate.detail = 0.9 * smoothstep(0.05, 0.035, away)


def paint_hills(plate: Plate) -> None:
    """Two far ranges in violet and blue, warmed where the sun stands behind them."""
    x = np.linspace(-0.05, 1.05, 200)
    glow = np.exp(-(((plate.x - SUN[0]) / 0.22) ** 2))
    for base, size, phase, codes in (
        (0.322, 0.038, 0.4, "6f7cc8 a88ac8 ee9a94"), (0.345, 0.026, 2.2, "3f58a8 6f62b0 c07a98"),
    ):  # fmt: skip
        rise = 0.6 * np.sin(5.3 * x + phase) + 0.3 * np.sin(13 * x + 2 * phase)
        rise += 0.1 * np.sin(31 * x)
        dip = 0.026 * np.exp(-(((x - SUN[0] - 0.04) / 0.16) ** 2))
        top = np.stack([x, base - size * rise + dip], 1)
        ridge = plate.inside([*top.tolist(), (1.05, HORIZON + 0.004), (-0.05, HORIZON + 0.004)])
        plate.lay(ridge, ramp(0.15 + 0.8 * glow, codes), 0.35)


def paint_water(plate: Plate) -> None:
    """The bay: the sky and the shore mirrored, broken by ripples and the sun's path."""
    depth = np.clip(plate.y - HORIZON, 0, None)
    near = depth / (HEIGHT - HORIZON)
    ripple = plate.noise(0.007, 0.06) - 0.5
    swell = plate.noise(0.016, 0.13) - 0.5
    source = HORIZON - 0.9 * depth + (ripple + swell) * (0.015 + 0.10 * near)
    row = np.clip(source * plate.unit, 0, round(HORIZON * plate.unit) - 2).astype(int)
    col = np.arange(plate.shape[1]) + (ripple * 30 * plate.scale).astype(int)
    mirrored = plate.colour[row, np.clip(col, 0, plate.shape[1] - 1)]
    colour = mix(mirrored, rgb("2f6fb8"), 0.24 + 0.26 * near)
    dark = smoothstep(0.02, 0.22, ripple + 0.6 * swell)
    colour = mix(colour, ramp(near, "5a7cc4 2a6fb0 1f5a9c"), 0.6 * dark)
    light = smoothstep(-0.02, -0.24, ripple + 0.5 * swell)
    colour = mix(colour, ramp(near, "fbd09a e7b6c0 8fc4d8"), 0.5 * light)
    width = 0.024 + 0.16 * near
    path = np.exp(-(((plate.x - SUN[0] - 0.03 * near) / width) ** 2))
    spark = smoothstep(0.34, 0.62, path * (0.62 + 0.9 * (0.6 * swell - ripple)))
    colour = mix(colour, ramp(1 - near, "f7a24a fbc050 ffe27a fff6c4"), 0.92 * spark)
    sea = (plate.y > HORIZON).astype(np.float32)
    plate.lay(sea, colour)
    plate.angle *= 1 - sea
    plate.stretch += sea * (1.55 - plate.stretch)
    plate.detail += sea * (0.3 * smoothstep(0.10, 0.0, depth) + 0.25 * spark - plate.detail)


def paint_promenade(plate: Plate) -> None:
    """The pale walk with its long violet shadows, the lawn and a low wall above the water."""
    edge = spline(QUAY, 160)
    shade = plate.noise(0.012, 0.02)
    land = plate.inside([*edge.tolist(), (0.0, 0.380), (-0.1, 0.380), (-0.1, 0.80), (0.9, 0.80)])
    far = smoothstep(0.74, 0.40, plate.y)
    patches = plate.noise(0.020, 0.07)
    ground = ramp(0.35 * far + 0.65 * patches, "e89a68 f2b478 f8cb8c fbdca4 fbe3b8")
    plate.lay(land, ground, 0.15)
    shore = np.interp(plate.y, edge[::-1, 1], edge[::-1, 0])
    walk = 0.006 + 0.98 * np.clip(plate.y - 0.375, 0, None) + 0.016 * (patches - 0.5)
    grass = smoothstep(0.0, 0.012, shore - walk - plate.x)
    tufts = plate.noise(0.010, 0.016)
    green = ramp(tufts - 0.25 * far + 0.1, "1f4f6a 2f6f5a 4f9450 8fb548 d9cc50")
    plate.lay(land * grass, green, 0.25)
    flowers = smoothstep(0.80, 0.84, plate.noise(0.006, 0.007, 1)) * (plate.y > 0.48)
    plate.lay(land * grass * flowers, ramp(plate.noise(0.02), "e2494a f7d0c8 f9c0d8 f7d02c"), 0.8)
    paint_shadows(plate, land)
    rise = np.array((0.0, 1.0)) * (0.003 + 0.085 * np.clip(edge[:, 1:] - 0.385, 0, None))
    wall = np.concatenate([edge, (edge - rise)[::-1]])
    plate.lay(plate.inside(wall), ramp(shade, "4a4a9c 6a5aa8 8a6aa8 b07a9c"), 0.6)
    stone = np.concatenate([edge - 0.85 * rise, (edge - 1.25 * rise - (0.0, 0.001))[::-1]])
    plate.lay(plate.inside(stone), ramp(shade, "fbc886 fde0a4 fff2cc"), 0.8)
    plate.angle += land * (0.45 - plate.angle)
    plate.stretch += land * (1.2 - plate.stretch)


def paint_shadows(plate: Plate, land: Array) -> None:
    """Long shadows of trees and strollers, thrown towards us, away from the sun."""
    for x, y, wide, long in (
        (0.155, 0.690, 0.020, 0.25), (0.118, 0.560, 0.013, 0.16), (0.136, 0.470, 0.008, 0.09),
        (0.402, 0.670, 0.038, 0.13), (0.449, 0.674, 0.020, 0.13), (0.262, 0.569, 0.021, 0.07),
        (0.203, 0.478, 0.004, 0.04), (0.218, 0.482, 0.004, 0.04),
    ):  # fmt: skip
        away = np.array((x - SUN[0], 2.2 * (y - SUN[1])))
        away = away / np.hypot(*away) * long
        side = np.array((wide, 0.15 * wide))
        tip = np.array((x, y)) + away
        band = plate.inside([(x, y) - 0.5 * side, (x, y) + 0.5 * side, tip + side, tip - side])
        fade = smoothstep(y + 1.3 * away[1], y, plate.y)
        plate.lay(0.85 * band * land * fade, "6f63b4", 0.3)
    wavy = plate.noise(0.05, 0.10)
    crown = np.hypot((plate.x - 0.02) / 0.24, (plate.y - 0.72) / 0.07)
    plate.lay(0.75 * land * smoothstep(1.1, 0.8, crown + 0.5 * (wavy - 0.5)), "5f5aa8")


def paint_border(plate: Plate) -> None:
    """A painted frame of deep blue that turns violet beside the sun."""
    edge = np.minimum.reduce([plate.x, 1 - plate.x, plate.y, HEIGHT - plate.y])
    warm = np.exp(-(((plate.x - SUN[0]) / 0.35) ** 2))
    plate.lay(smoothstep(0.0145, 0.0135, edge), ramp(warm, "1f3a8a 3a3a92 5f3a8c"), 0.5)
    plate.lay(smoothstep(0.002, 0.001, np.abs(edge - 0.0155)), "f2a23c", 0.9)


def paint(seed: int = 3, longer_side: int = 1280) -> NDArray[np.uint8]:
    """Paint the picture; returns uint8 RGB (H, W, 3)."""
    plate = Plate(seed, longer_side, HEIGHT)
    paint_sky(plate)
    paint_hills(plate)
    paint_lighthouse(plate)
    paint_town(plate)
    paint_water(plate)
    paint_boats(plate)
    paint_promenade(plate)
    paint_figures(plate)
    paint_pines(plate)
    paint_border(plate)
    return to_uint8(dot_picture(plate))


if __name__ == "__main__":
    save_painting(paint(), painting_of(__file__))
