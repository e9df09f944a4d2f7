"""Charcoal oak: an old oak by a path, a far barn and a clearing storm, on toned laid paper."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from art.motifs.charcoal_tree import Oak, grow_oak
from art.tools.canvas import painting_of, save_painting, to_uint8
from art.tools.charcoal import Scene, Sheet, draw_tones
from art.tools.fields import Array, blade, smoothstep, spline
from art.tools.hatching import limb

HEIGHT = 0.76  # of the longer side
HORIZON = 0.535
SKY_SEED, OAK_SEED = 21, 9  # so that clouds and boughs stand alike at every size
PATH_LEFT = ((0.792, 0.545), (0.765, 0.560), (0.735, 0.590), (0.640, 0.640), (0.400, 0.79))
PATH_RIGHT = ((0.800, 0.545), (0.785, 0.560), (0.790, 0.590), (0.765, 0.650), (0.720, 0.79))

# far trees: x, y and size
BUSHES = (
    (0.925, 0.515, 0.024), (0.945, 0.530, 0.018), (0.800, 0.533, 0.013), (0.560, 0.530, 0.015),
    (0.585, 0.535, 0.010), (0.985, 0.525, 0.020), (0.030, 0.528, 0.016), (0.060, 0.532, 0.012),
)  # fmt: skip


def plan_sky(scene: Scene) -> None:
    """Storm clouds piled over a bright gap near the horizon at the right."""
    sheet, rng = scene.sheet, np.random.default_rng(SKY_SEED)
    gap = np.exp(-(((sheet.x - 0.76) / 0.30) ** 2) - (((sheet.y - 0.44) / 0.13) ** 2))
    veil = sheet.grain((70, 260))
    scene.put(np.ones(sheet.shape, np.float32),
              np.clip(0.66 - 0.60 * gap + 0.5 * (veil - 0.5), 0.05, 1),
              np.clip(0.85 * gap - 0.15 + 0.5 * (veil - 0.5), 0, 1),
              -0.18 + 0.5 * (sheet.grain(260) - 0.5))  # fmt: skip
    ragged = 0.75 * (sheet.grain(46, 4) - 0.5)
    banks = (  # centre x, y, spread x, y, count, size and tones (shade, light) of each bank
        (0.20, 0.10, 0.30, 0.07, 26, 0.085, (0.88, 0.30), 0.35),
        (0.80, 0.07, 0.25, 0.05, 26, 0.095, (0.98, 0.55), 0.05),
        (0.86, 0.20, 0.17, 0.07, 30, 0.070, (0.86, 0.06), 1.0),
        (0.66, 0.17, 0.10, 0.07, 14, 0.060, (0.80, 0.10), 0.9),
        (0.06, 0.33, 0.10, 0.07, 16, 0.065, (0.80, 0.10), 0.9),
        (0.70, 0.36, 0.22, 0.02, 16, 0.030, (0.55, 0.05), 1.0),
        (0.92, 0.40, 0.10, 0.02, 12, 0.034, (0.62, 0.10), 0.9),
    )  # fmt: skip
    for x, y, wide, high, count, size, tones, chalk in banks:
        spots = rng.normal(0, 0.6, (count, 2)) * (wide, high) + (x, y)
        for px, py in spots[np.argsort(spots[:, 1])]:
            scene.puff((px, py), size * rng.uniform(0.6, 1.3), ragged, tones, chalk, 0.94)
    shaft = smoothstep(0.30, 0.42, sheet.y) * np.exp(
        -(((sheet.x + 0.45 * sheet.y - 1.10) / 0.06) ** 2)
    )
    scene.tone += 0.40 * shaft * (1 - scene.tone)
    scene.angle = np.where(shaft > 0.4, 1.97, scene.angle)


def plan_land(scene: Scene) -> Array:
    """Far hills, fields, the path and the oak's shadow; returns the mask of the land."""
    sheet = scene.sheet
    x = np.linspace(-0.02, 1.02, 120)
    land = np.zeros(sheet.shape, np.float32)
    for level, sway, tone, slope in ((0.505, 0.016, 0.36, 0.5), (0.525, 0.010, 0.55, -0.4)):
        crest = np.stack([x, level + sway * np.sin(x * 8 + 40 * level)
                          + 0.3 * sway * np.sin(x * 31)], 1)  # fmt: skip
        hill = sheet.mask([np.concatenate([crest, [(1.02, 0.8), (-0.02, 0.8)]])])
        scene.put(hill, tone + 0.25 * (sheet.grain(40) - 0.5), 0.0, slope)
        land = np.maximum(land, hill)
    near = smoothstep(HORIZON + 0.004, HORIZON + 0.007, sheet.y + 0.012 * np.sin(sheet.x * 7))
    deep = smoothstep(HORIZON, HEIGHT, sheet.y)
    bands = sheet.grain((16, 200))
    tone = 0.30 + 0.36 * deep + 1.0 * (bands - 0.5) * (1 - 0.4 * deep)
    chalk = 0.55 * smoothstep(0.35, 0.15, bands) * np.exp(-(((sheet.x - 0.75) / 0.3) ** 2))
    slope = 0.10 + 0.35 * np.sin(sheet.x * 7 + 2) * deep
    scene.put(near, np.clip(tone, 0.30, 1), chalk, slope)
    shade = np.exp(-(((sheet.x - 0.23) / 0.22) ** 2) - (((sheet.y - 0.668) / 0.026) ** 2))
    scene.tone += 0.85 * shade * (1 - scene.tone) * near
    left, right = spline(PATH_LEFT, 90), spline(PATH_RIGHT, 90)
    road = sheet.mask([np.concatenate([left, right[::-1]])])
    low, high = (np.interp(sheet.y, curve[:, 1], curve[:, 0]) for curve in (left, right))
    across = (sheet.x - low) / np.maximum(high - low, 1e-3)
    ruts = sum(np.exp(-(((across - place) / 0.10) ** 2)) for place in (0.27, 0.73))
    ruts = np.clip(ruts + 0.9 * (sheet.grain((14, 26)) - 0.55), 0, 1)
    slant = np.gradient(low, axis=0) * (1 - across) + np.gradient(high, axis=0) * across
    scene.put(
        road,
        0.06 + 0.62 * ruts,
        0.85 * smoothstep(0.4, 0.1, ruts),
        np.arctan2(1.0, sheet.unit * slant),
    )
    sheet.rub("red", road * (0.4 + 0.4 * ruts), 0.35)
    return np.maximum(land, near)


def draw_barn(scene: Scene) -> None:
    """The far barn with its lit gable, and the far trees."""
    sheet = scene.sheet
    x, y, s = 0.868, 0.548, 0.034
    side = [(-1.5, 0), (-1.5, -0.95), (0.35, -0.95), (0.35, 0)]
    gable = [(0.35, 0), (0.35, -0.95), (0.85, -1.65), (1.35, -0.9), (1.35, 0)]
    roof = [(-1.65, -0.88), (-1.05, -1.68), (0.86, -1.68), (0.33, -0.88)]
    door = [(0.65, 0), (0.65, -0.6), (1.05, -0.6), (1.05, 0)]
    for shape, tone, chalk, angle in ((side, 0.62, 0, 1.57), (gable, 0.10, 0.8, 1.57),
                                      (roof, 0.86, 0, 1.05), (door, 0.95, 0, 1.57)):  # fmt: skip
        mask = sheet.mask([np.array(shape) * s + (x, y)])
        sheet.lift(mask, 0.95)
        sheet.laid["white"] *= 1 - mask
        scene.put(mask, tone, chalk, angle)
        draw_tones(scene, mask, 4.5, 0.9)
        edge = np.array([*shape, shape[0]]) * s + (x, y)
        lines = [np.linspace(a, b, 8) * sheet.unit for a, b in pairwise(edge)]
        sheet.draw("black", lines, 2.0, 0.8, None, 0.2)
        if tone < 0.7:
            sheet.rub("red", mask, 0.5)
    ragged = 0.9 * (sheet.grain(12, 3) - 0.5)
    for px, py, size in BUSHES:
        before = scene.tone.copy()
        scene.puff((px, py), size, ragged, (0.98, 0.45), 0.0)
        mask = (np.abs(scene.tone - before) > 1e-3).astype(np.float32)
        draw_tones(scene, mask, 4.5, 0.9)


def draw_oak(scene: Scene, oak: Oak) -> None:
    """Twigs, then the far leaves, the trunk and boughs, then the near leaves."""
    sheet, rng = scene.sheet, scene.sheet.rng
    ragged = 1.1 * (sheet.grain(18, 3) - 0.5)
    order = rng.permutation(len(oak.clumps))
    half = len(order) // 2
    draw_leaves(scene, [oak.clumps[i] for i in order[:half]], ragged, (1.0, 0.55))
    twigs = sheet.mask([blade(path, half_width) for path, half_width in oak.twigs])
    sheet.press("black", 0.9 * twigs)
    for path, girth in oak.limbs[::-1]:
        part = limb(sheet.shape, sheet.unit, path, girth)
        bark = sheet.grain((40, 9), 3)
        lit = smoothstep(-0.2, 0.95, part.across * (-1 if path[0, 1] > path[-1, 1] else 1) * -1)
        tone = np.clip(0.98 - 0.66 * lit + 1.4 * (bark - 0.5), 0.16, 1)
        tone = np.clip(tone + 0.7 * smoothstep(0.60, 0.67, sheet.y), 0, 1)
        wrap = part.angle + np.pi / 2 - 0.75 * part.across
        sheet.lift(part.mask, 0.9)
        sheet.laid["white"] *= 1 - part.mask
        scene.put(
            part.mask, tone, 0.7 * smoothstep(0.75, 1.0, lit) * smoothstep(0.5, 0.3, bark), wrap
        )
        draw_tones(scene, part.mask, 6.0, 0.75)
        along = part.angle + 0.5 * (sheet.grain(50) - 0.5)
        sheet.hatch("black", part.mask, tone, along, 9.0, 3.4, (26, 90), (0.2, 0.8))
        rim = [piece * sheet.unit for piece in np.split(blade(path, girth), 2)]
        sheet.draw("black", [rim[0], rim[1]], 3.2, 0.85, None, 0.3)
    draw_leaves(scene, [oak.clumps[i] for i in order[half:]], ragged, (1.0, 0.02))


def draw_leaves(
    scene: Scene, clumps: list[tuple[float, float, float]], ragged: Array,
    tones: tuple[float, float],
) -> None:  # fmt: skip
    """Clumps of leaves: rubbed and hatched masses under a flurry of short lobed touches."""
    sheet, rng = scene.sheet, scene.sheet.rng
    before = scene.tone.copy()
    scene.tone -= 9
    for x, y, size in sorted(clumps, key=lambda clump: clump[1]):
        scene.puff((x, y), size * 1.15, ragged, tones, 0.75 if tones[1] < 0.5 else 0.0)
    mask = (scene.tone > -0.5).astype(np.float32)
    scene.tone = np.clip(np.where(mask > 0, scene.tone, before), 0, 1)
    sheet.lift(mask, 0.88)
    sheet.laid["white"] *= 1 - 0.8 * mask
    draw_tones(scene, mask, 6.5, 1.0)
    centres = np.array(clumps)
    pick = rng.integers(0, len(clumps), 60 * len(clumps))
    spots = centres[pick, :2] + rng.normal(0, 0.55, (len(pick), 2)) * centres[pick, 2:]
    bearing = rng.uniform(0, np.pi, len(pick))
    reach = rng.uniform(0.003, 0.007, len(pick))
    ahead = np.stack([np.cos(bearing), np.sin(bearing)], 1) * reach[:, None]
    bow = np.stack([-ahead[:, 1], ahead[:, 0]], 1) * 0.35
    paths = [spline([p - a, p + b, p + a], 8) * sheet.unit
             for p, a, b in zip(spots, ahead, bow, strict=True)]  # fmt: skip
    rows, cols = (np.clip(spots[:, i] * sheet.unit, 0, sheet.shape[1 - i] - 1).astype(int)
                  for i in (1, 0))  # fmt: skip
    force = np.clip(0.2 + 0.8 * scene.tone[rows, cols] + rng.normal(0, 0.14, len(pick)), 0.15, 1)
    sheet.draw("black", paths, rng.uniform(2.6, 6.0, len(pick)), force)
    bright = np.flatnonzero(scene.chalk[rows, cols] > 0.25)[::3]
    sheet.draw("white", [paths[i] + 3 * sheet.scale for i in bright], 4.5, 0.75, mask)
    glow = ndimage.gaussian_filter(mask, sheet.scale) * smoothstep(0.6, 0.2, scene.tone)
    sheet.rub("red", glow, 0.2)


def draw_near(scene: Scene) -> None:
    """Fence posts along the path and rooks in the sky."""
    sheet, rng = scene.sheet, scene.sheet.rng
    edge = spline(
        ((0.812, 0.556), (0.828, 0.580), (0.870, 0.630), (0.945, 0.690), (1.06, 0.76)), 90
    )
    tops = []
    for i in (2, 12, 22, 32, 42, 53, 65, 78):
        x, y = edge[i]
        tall = 0.012 + 0.40 * (y - HORIZON)
        lean = rng.normal(0, 0.05) * tall
        post = np.array([(x, y), (x + lean, y - tall)])
        tops.append(post[1] + (0, 0.25 * tall))
        line = np.linspace(post[0], post[1], 8) * sheet.unit
        sheet.draw("black", [line], 100 * tall + 2, 0.98, None, 0.12)
    for drop in (0.0, 0.4):
        wire = [np.array((x, y + drop * 0.35 * (y - HORIZON))) for x, y in tops]
        sheet.draw("black", [spline(wire, 80) * sheet.unit], 1.8, 0.8, None, 0.1)
    for x, y, s in ((0.690, 0.310, 0.013), (0.735, 0.290, 0.011), (0.715, 0.338, 0.010),
                    (0.775, 0.325, 0.009), (0.655, 0.345, 0.008)):  # fmt: skip
        wings = spline([(x - s, y - 0.35 * s), (x - 0.4 * s, y - 0.55 * s), (x, y),
                        (x + 0.45 * s, y - 0.65 * s), (x + s, y - 0.3 * s)], 24)  # fmt: skip
        sheet.draw("black", [wings * sheet.unit], 5.0, 1.0)


def draw_grass(scene: Scene) -> None:
    """Tufts of grass that thicken towards us, black over white, on both sides of the path."""
    sheet, rng = scene.sheet, scene.sheet.rng
    thick = sheet.grain((26, 60), 2)
    for stick, count, width in (("black", 1500, 2.6), ("white", 500, 2.4), ("black", 700, 3.6)):
        y = HEIGHT + 0.03 - 0.17 * rng.random(count) ** 1.3
        x = rng.uniform(-0.02, 1.02, count)
        x[:150], y[:150] = rng.normal((0.33, 0.680), (0.07, 0.008), (150, 2)).T
        low, high = (np.interp(y, *np.array(c).T[::-1]) for c in (PATH_LEFT, PATH_RIGHT))
        rows, cols = (np.clip(v * sheet.unit, 0, sheet.shape[i] - 1).astype(int)
                      for i, v in enumerate((y, x)))  # fmt: skip
        keep = ((x < low - 0.004) | (x > high + 0.004)) & (
            thick[rows, cols] > rng.uniform(0.25, 0.8, count)
        )
        tall = (0.010 + 0.20 * (y - 0.60)) * rng.uniform(0.4, 1.3, count)
        tilt = rng.normal(0.25, 0.35, count) * tall
        paths = [spline([(x[i], y[i]), (x[i] + 0.25 * tilt[i], y[i] - 0.6 * tall[i]),
                         (x[i] + tilt[i], y[i] - tall[i])], 9) * sheet.unit
                 for i in np.flatnonzero(keep)]  # fmt: skip
        sheet.draw(stick, paths, width, rng.uniform(0.4, 1.0, len(paths)))


def paint(seed: int = 9, longer_side: int = 1280) -> NDArray[np.uint8]:
    """Draw the picture; returns uint8 RGB (H, W, 3)."""
    sheet = Sheet(seed, longer_side, HEIGHT)
    scene = Scene(sheet)
    plan_sky(scene)
    land = plan_land(scene)
    draw_tones(scene, 1 - land, 7.5, 0.7)
    draw_tones(scene, land, 6.5, 0.8)
    draw_barn(scene)
    draw_oak(scene, grow_oak(np.random.default_rng(OAK_SEED)))
    draw_near(scene)
    draw_grass(scene)
    return to_uint8(sheet.finish())


if __name__ == "__main__":
    save_painting(paint(), painting_of(__file__))
