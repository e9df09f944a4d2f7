"""Expressionist shore: a pier, a lone figure and a low sun in wavering bands of colour."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from art.motifs.shore import paint_boat, paint_figure, paint_pier, paint_sail, paint_stone
from art.tools.canvas import mix, painting_of, ramp, rgb, save_painting, to_uint8
from art.tools.fields import Array, polygon, smoothstep, spline
from art.tools.tempera import TemperaEasel

HEIGHT = 0.76  # of the longer side
HORIZON = 0.365
SUN = (0.545, 0.230)
SKY = "34123c 8e1824 d23a1a ef7a1e f6b030 c8361c f08c26 f9cf52 da5220 8c5870 f6b43c fbe48a e88a30"
HILL = "f0b050 4a6a8c 1c3a78 14204e 2a5a7a 16306a 3a7a6a 1a2a5c 0f1a44"
SEA = "d8bc74 5a8c84 1f5a8c 16306e 2a7a8c 12265c 3f9080 1a4a8a 0f1c4e 2c7490 4aa088 143a78 101c48"
BEACH = (
    "f6e2b0 cf9450 4f7040 dca65e 93502e 3c5c3c e6bc70 b04a2c 5c3c30 6e8440 36223a c88a4a 7a3424 "
    "3c5038 d09a54 5a2c34 2c2444 8a5630"
)
FAR_LEFT = ((-0.03, 0.235), (0.05, 0.205), (0.13, 0.225), (0.21, 0.285), (0.29, 0.300),
            (0.37, 0.335), (0.46, 0.357), (0.54, HORIZON), (0.54, 0.378),
            (-0.03, 0.378))  # fmt: skip
FAR_RIGHT = ((0.70, HORIZON), (0.77, 0.350), (0.83, 0.318), (0.89, 0.300), (0.95, 0.262),
             (1.03, 0.240), (1.03, 0.378), (0.70, 0.378))  # fmt: skip
SHORE = ((-0.03, 0.455), (0.08, 0.458), (0.17, 0.480), (0.235, 0.525), (0.235, 0.575),
         (0.265, 0.620), (0.36, 0.655), (0.47, 0.680), (0.545, 0.720), (0.58, 0.79))  # fmt: skip


def sky_level(easel: TemperaEasel) -> Array:
    """Band coordinate (H, W, 0..1) of the sky: waves that part around the sun."""
    x, y = easel.x, easel.y
    wave = 0.030 * np.sin(5.6 * x + 9.0 * y + 0.4) + 0.014 * np.sin(13.0 * x - 6.0 * y + 2.0)
    wave = (wave + 0.006 * np.sin(31 * x + 20 * y)) * smoothstep(HORIZON + 0.02, 0.12, y)
    dx, dy = (x - SUN[0]) / 0.15, (y - SUN[1]) / 0.085
    part = 0.055 * np.tanh(2.2 * dy) * np.exp(-(dx**2) - np.abs(dy))
    return np.clip((y + wave - part + 0.02) / (HORIZON + 0.03), 0, 1)


def paint_sky(easel: TemperaEasel) -> None:
    """Blood orange and yellow bands, then the sun in rings."""
    sky = (easel.y < HORIZON + 0.012).astype(np.float32)
    easel.bands(sky_level(easel), sky, SKY, 1.0)
    radius = np.hypot(easel.x - SUN[0], easel.y - SUN[1])
    halo = smoothstep(0.105, 0.04, radius)
    easel.bands(np.clip(radius / 0.10, 0, 1), halo, "fff6c0 ffe880 fbd058 f8b83c f5ac38",
                0.45, 1.0, False)  # fmt: skip
    disc = smoothstep(0.046, 0.041, radius)
    easel.rub(np.broadcast_to(rgb("fff3b4"), (*easel.shape, 3)), disc, 0.9)
    turns = np.linspace(0, 2 * np.pi, 90)
    for share, code in ((1.0, "e8541c"), (0.72, "fffbe0"), (0.4, "fff0a0")):
        ring = np.stack([np.cos(turns), np.sin(turns)], 1) * 0.044 * share + SUN
        easel.contour(ring, code, 6.5, 2)


def paint_hills(easel: TemperaEasel) -> None:
    """Two blue headlands whose bands run parallel to their crests."""
    for outline in (FAR_LEFT, FAR_RIGHT):
        crest = spline(outline[:-2], 200)
        body = polygon(easel.shape, easel.unit, [*crest.tolist(), *outline[-2:]])
        order = np.argsort(crest[:, 0])
        top = np.interp(easel.x, crest[order, 0], crest[order, 1]).astype(np.float32)
        depth = (easel.y - top) / 0.15 + 0.05 * np.sin(24 * easel.x + 30 * easel.y)
        easel.bands(np.clip(depth + 0.10, 0, 1), body, HILL, 0.7, 1.2)
        easel.contour(crest, "0f1a4a", 7.0, 3)


def sea_level(easel: TemperaEasel) -> Array:
    """Band coordinate (H, W, 0..1) of the water: level far off, swinging into the bay near."""
    x, y = easel.x, easel.y
    near = smoothstep(HORIZON, 0.66, y)
    swing = 0.055 * np.sin(4.6 * x + 7.0 * y + 1.2) + 0.020 * np.sin(12 * x - 9 * y)
    swing = swing + 0.006 * np.sin(37 * x + 26 * y)
    off = np.clip(-shore_distance(easel), 0, None)
    pull = 0.10 * np.exp(-off / 0.075) * smoothstep(0.37, 0.47, y)
    return np.clip((y - HORIZON + near * swing - pull) / 0.43 + 0.04, 0, 1)


def shore_distance(easel: TemperaEasel) -> Array:
    """Distance (H, W, units) from the waterline: positive on the land, negative in the bay."""
    land = polygon(easel.shape, easel.unit, [*spline(SHORE, 240).tolist(), (-0.05, 0.80)]) > 0.5
    inside = ndimage.distance_transform_edt(land)
    outside = ndimage.distance_transform_edt(~land)
    return ((inside - outside) / easel.unit).astype(np.float32)


def paint_sea(easel: TemperaEasel) -> None:
    """Blue and green swells, and the sun's pillar broken by them."""
    level = sea_level(easel)
    sea = (easel.y > HORIZON).astype(np.float32)
    angle = easel.bands(level, sea, SEA, 1.0)
    depth = easel.y - HORIZON
    sway = 0.010 * np.sin(34 * easel.y)
    half = 0.026 + 0.10 * depth
    pillar = smoothstep(1.0, 0.55, np.abs(easel.x - SUN[0] - sway) / half)
    pillar *= sea * smoothstep(0.30, 0.12, depth)
    glow = ramp(0.5 + 0.5 * np.sin(150 * easel.y), "e8541c f6a02c fbd458 fff0a8")
    easel.canvas.dry = False
    easel.layer(glow, angle, pillar * 0.85, (8.5, 42, 8), 0.05, 0.9, 0.6)
    easel.canvas.dry = True
    easel.layer(glow, angle, pillar * 0.7, (5, 36, 7), 0.06, 0.85, 0.5)
    embers = sea * 0.10 * smoothstep(0.0, 0.03, depth)
    warm = mix(glow, np.broadcast_to(rgb("d8401c"), glow.shape), np.full(easel.shape, 0.5))
    easel.layer(warm, angle, embers, (5, 80, 12), 0.06, 0.75, 0.6)


def paint_beach(easel: TemperaEasel) -> None:
    """The shore at the left: bands that echo the waterline, foam, and a few round stones."""
    shore = spline(SHORE, 240)
    inward = ndimage.gaussian_filter(shore_distance(easel), 0.006 * easel.unit)
    sway = 0.012 * np.sin(16 * easel.x + 22 * easel.y) + 0.005 * np.sin(47 * easel.x - 9 * easel.y)
    depth = inward + sway * smoothstep(0.0, 0.08, inward)
    body = smoothstep(-0.001, 0.001, inward)
    easel.bands(np.clip(depth / 0.36 + 0.01, 0, 1), body, BEACH, 0.75, 1.2)
    for shift, code, width in (
        (0.016, "fbe8b0", 7.0),
        (0.030, "8cc0a4", 5.0),
        (0.002, "2a2038", 6.0),
    ):
        easel.contour(shore + np.array((shift, -0.5 * shift)), code, width, 3)
    for x, y, size in ((0.075, 0.525, 0.021), (0.118, 0.534, 0.012), (0.160, 0.612, 0.024),
                       (0.205, 0.640, 0.013), (0.33, 0.705, 0.021),
                       (0.372, 0.715, 0.012)):  # fmt: skip
        paint_stone(easel, (x, y), size)


def paint(seed: int = 4, longer_side: int = 1280) -> NDArray[np.uint8]:
    """Paint the picture; returns uint8 RGB (H, W, 3)."""
    easel = TemperaEasel(seed, longer_side, HEIGHT, "b58c5c")
    paint_sky(easel)
    paint_hills(easel)
    paint_sea(easel)
    paint_sail(easel, (0.785, 0.388), 0.055)
    paint_beach(easel)
    paint_boat(easel, (0.335, 0.560), 0.085)
    paint_pier(easel)
    paint_figure(easel, (0.607, 0.478), 0.108)
    return to_uint8(easel.finished())


if __name__ == "__main__":
    save_painting(paint(), painting_of(__file__))
