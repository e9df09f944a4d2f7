"""Aurora fjord: northern lights over snow mountains and a red cabin, in soft pastel."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from art.motifs.fjord import (
    WATERLINE,
    paint_bank,
    paint_cabin,
    paint_forest,
    paint_mountains,
    paint_spruce,
)
from art.tools.canvas import mix, painting_of, ramp, rgb, save_painting, to_uint8
from art.tools.fields import Array, noise, smoothstep, spline
from art.tools.oil import paint_dab
from art.tools.pastel import PastelEasel

HEIGHT = 0.72  # of the longer side
NIGHT = "0a0f3c 101c5c 17307c 1e4a92 2a6c9e 3f9aa6"
GLOW = "d8ffc0 7cf2a0 2fdc96 20c4b0 34a4d8 6a80dc 9a66d0 cc62b4 e87aa0"
# lower hem of each curtain from end to end, its height (units) and its strength
CURTAINS = (
    (((-0.22, 0.06), (-0.05, 0.115), (0.08, 0.185), (0.19, 0.225), (0.29, 0.205), (0.38, 0.205),
      (0.455, 0.255), (0.52, 0.325), (0.60, 0.365), (0.70, 0.370)), 0.30, 1.0),
    (((0.44, 0.155), (0.52, 0.205), (0.60, 0.245), (0.67, 0.235), (0.735, 0.170), (0.80, 0.135),
      (0.88, 0.150), (0.95, 0.135), (1.05, 0.095), (1.20, 0.06)), 0.27, 0.95),
)  # fmt: skip


def curtain_light(easel: PastelEasel) -> tuple[Array, Array]:
    """Colour (H, W, 3) and strength (H, W, 0..1) of the lights, splatted ray by ray."""
    rows, cols = easel.shape
    total = np.zeros((4, rows * cols))
    for hem, tall, strength in CURTAINS:
        count = 3 * easel.unit
        base = spline(hem, count)
        fine = noise((8, count), (8, 10 * easel.scale), easel.rng, 2)[0]
        broad = noise((8, count), (8, 130 * easel.scale), easel.rng, 3)[0]
        share = np.linspace(-0.04, 1, 220)[None, :]
        height = tall * (0.55 + 0.75 * broad)[:, None] * (0.75 + 0.25 * fine[:, None])
        lean = (base[:, :1] - 0.55) * 0.30
        x = base[:, :1] + lean * height * share
        y = base[:, 1:] - height * share
        light = strength * (0.15 + 0.9 * fine * (0.35 + 0.65 * broad))[:, None] * height / tall
        light = light * smoothstep(-0.04, 0.10, share) * np.exp(-1.25 * np.clip(share, 0, 1))
        light = light * smoothstep(1.0, 0.5, share)
        ends = np.linspace(0, 1, count)[:, None]
        light = light * smoothstep(0, 0.14, ends) * smoothstep(1, 0.82, ends)
        tint = ramp(np.clip(share * 1.15 + 0.22 * (broad[:, None] - 0.5), 0, 1), GLOW)
        col, row = (np.clip(v * easel.unit, -1, 9999).astype(int) for v in (x, y))
        inside = (col >= 0) & (row >= 0) & (col < cols) & (row < rows)
        place = (row * cols + col)[inside]
        for c in range(4):
            weight = light if c == 3 else light * tint[..., c]
            total[c] += np.bincount(place, weight[inside], rows * cols)
    spread = (2.2 * easel.scale, 1.6 * easel.scale)
    layers = [ndimage.gaussian_filter(t.reshape(rows, cols), spread) for t in total]
    density = layers[3] / (1e-6 + np.percentile(layers[3][layers[3] > 1e-3], 90))
    colour = np.stack(layers[:3], -1) / np.maximum(layers[3], 1e-9)[..., None]
    return colour.astype(np.float32), (1 - np.exp(-1.6 * density)).astype(np.float32)


def paint_sky(easel: PastelEasel) -> None:
    """Deep blue rubbed in, then upright strokes of every length, and the stars between them."""
    colour, light = curtain_light(easel)
    drift = easel.noise(0.16)
    tone = 0.10 + 0.75 * smoothstep(0.0, WATERLINE, easel.y) + 0.28 * (drift - 0.5)
    halo = ndimage.gaussian_filter(light, 0.035 * easel.unit)
    night = ramp(tone, NIGHT)
    night = mix(night, ramp(drift, "1c5f9a 2b8f9c 5a58b8"), np.clip(0.75 * halo, 0, 0.7))
    sky = mix(night, colour, light)
    open_sky = (easel.y < WATERLINE).astype(np.float32)
    easel.rub(sky, open_sky, 0.85)
    upright = -np.pi / 2 + (easel.x - 0.55) * 0.28 + 0.10 * (easel.noise(0.05) - 0.5)
    easel.layer(night, upright, open_sky, (20, 60, 17), 0.05, 0.55, 0.5)
    easel.layer(sky, upright, open_sky, (13, 52, 11), 0.045, 0.62, 0.6)
    easel.layer(sky, upright, np.clip(open_sky * (0.45 + light), 0, 1), (8, 44, 9), 0.06, 0.66, 0.6)
    bright = open_sky * smoothstep(0.35, 0.9, light)
    glints = np.clip(colour * 1.08 + 0.03, 0, 1)
    easel.layer(glints, upright, bright, (5.5, 48, 8), 0.05, 0.80, 0.7)
    for x, y in easel.rng.uniform((0, 0), (1, 0.19), (110, 2)):
        row, col = int(y * easel.unit), int(x * easel.unit)
        if light[row, col] < 0.35:
            size = easel.rng.choice((0.0022, 0.003, 0.0042), p=(0.6, 0.3, 0.1))
            paint_dab(easel, (x, y), size, ramp(easel.rng.random(), "fffbe8 cfeaff ffe6c0"))


def paint_water(easel: PastelEasel) -> None:
    """The sky and the walls again, upside down, broken into level strokes."""
    depth = np.clip(easel.y - WATERLINE, 0, None)
    ripple = easel.noise(0.006, 0.05, 2) - 0.5
    row = (WATERLINE - depth * 1.45 + 0.10 * ripple * depth**0.8) * easel.unit
    col = (easel.x + 0.05 * ripple * depth) * easel.unit
    blurred = ndimage.gaussian_filter(easel.canvas.colour, (5 * easel.scale, 2 * easel.scale, 0))
    mirror = np.stack(
        [ndimage.map_coordinates(blurred[..., c], (row, col), order=1, mode="mirror")
         for c in range(3)], -1,
    )  # fmt: skip
    fall = smoothstep(0.0, 0.25, depth)
    colour = mix(mirror * 1.04, np.broadcast_to(rgb("14307a"), mirror.shape), 0.10 + 0.20 * fall)
    water = (easel.y > WATERLINE).astype(np.float32)
    easel.rub(colour, water, 0.9)
    level = 0.16 * ripple
    easel.layer(colour, level, water, (13, 54, 11), 0.04, 0.65, 0.5)
    easel.layer(colour, level, water, (7.5, 40, 8), 0.05, 0.70, 0.6)
    lively = water * smoothstep(0.25, 0.6, colour.max(2)) * 0.8
    easel.layer(np.clip(colour * 1.22, 0, 1), level, lively, (5, 34, 8), 0.05, 0.85, 0.6)
    shore = np.linspace(0, 1, 60)[:, None] + np.linspace(-0.012, 0.012, 4)
    line = np.stack([shore, np.full_like(shore, WATERLINE + 0.001)], -1)
    easel.lines(line, 3.5, rgb("6fb4c0"), 0.08, 0.6, 0.5)


def paint_window_glow(easel: PastelEasel) -> None:
    """The spit's dark reflection and the windows' warm ladder of light on the water."""
    count = 420
    x = easel.rng.uniform(0.60, 1.02, count)
    top = np.interp(x, (0.59, 0.79, 0.87, 0.94, 1.02), (0.608, 0.640, 0.660, 0.688, 0.716))
    y = top + 0.045 * easel.rng.random(count) ** 1.6 * smoothstep(0.585, 0.68, x)
    run = np.linspace(-0.014, 0.014, 5) * easel.rng.uniform(0.5, 1.2, (count, 1))
    tone = ramp(easel.rng.random(count), "0a1240 16255e 2a3f86 4b66a8")
    easel.lines(np.stack([x[:, None] + run, y[:, None] + 0 * run], -1), 6, tone, 0.05, 0.75, 0.6)
    for centre, width, strength in ((0.728, 0.013, 60), (0.789, 0.010, 30), (0.820, 0.010, 26)):
        far = easel.rng.random(strength) ** 1.3
        x = centre + easel.rng.normal(0, 0.0035, strength) * (1 + far)
        y = 0.640 + 0.076 * far
        run = np.linspace(-1, 1, 5) * width * (easel.rng.uniform(0.4, 1.0, (strength, 1)))
        path = np.stack([x[:, None] + run, y[:, None] + 0 * run], -1)
        tone = ramp(far + easel.rng.normal(0, 0.12, strength), "fff0a0 ffc648 f58a4a b85070")
        easel.lines(path, 4.5, tone, 0.05, 0.95, 0.5)


def paint_smoke(easel: PastelEasel, start: tuple[float, float]) -> None:
    """A thin plume from the chimney, bending to the right as it thins."""
    share = easel.rng.random(46)
    x = start[0] + 0.045 * share**1.7 + easel.rng.normal(0, 0.004, 46) * share
    y = start[1] - 0.085 * share
    turn = -1.25 + 0.9 * share[:, None] + np.linspace(-0.3, 0.3, 5)
    step = np.linspace(-0.009, 0.009, 5)
    path = np.stack([x[:, None] + step * np.cos(turn), y[:, None] + step * np.sin(turn)], -1)
    easel.lines(path, 7 + 7 * share, ramp(share, "d8e2f4 9fb0dc 7f90cc"), 0.03, 0.5, 0.8)


def paint(seed: int = 5, longer_side: int = 1280) -> NDArray[np.uint8]:
    """Paint the picture; returns uint8 RGB (H, W, 3)."""
    easel = PastelEasel(seed, longer_side, HEIGHT, "1a2058")
    paint_sky(easel)
    paint_mountains(easel)
    paint_forest(easel)
    paint_water(easel)
    for x, y, tall in ((0.985, 0.535, 0.20), (0.915, 0.545, 0.155), (0.865, 0.552, 0.19),
                       (0.955, 0.560, 0.16), (0.660, 0.585, 0.085)):  # fmt: skip
        paint_spruce(easel, (x, y), tall)
    paint_bank(easel)
    for x, y, tall in ((0.918, 0.600, 0.13), (0.684, 0.590, 0.12)):
        paint_spruce(easel, (x, y), tall)
    paint_smoke(easel, (0.811, 0.484))
    paint_cabin(easel, (0.758, 0.590), 0.074)
    paint_window_glow(easel)
    return to_uint8(easel.finished())


if __name__ == "__main__":
    save_painting(paint(), painting_of(__file__))
