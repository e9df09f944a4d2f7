"""Embroidered meadow: a bird over folk flowers, hills and a low sun, sewn on dark linen."""

import numpy as np
from numpy.typing import NDArray

from art.motifs.stitched_bird import bird, perch
from art.motifs.stitched_flowers import (
    bee,
    butterfly,
    cornflower,
    daisy,
    leaf,
    lupin,
    petal,
    poppy,
    tree,
    tulip,
    wheat,
)
from art.tools.canvas import painting_of, ramp, rgb, save_painting, to_uint8
from art.tools.fields import Array, smoothstep, spline
from art.tools.stitches import Cloth

HEIGHT = 0.78  # of the longer side
SUN = (0.640, 0.205)
DUSK = "fff0b0 ffce6a f79a54 e86a60 b84878 7c3a80 483078 2c2a68 1e2456"
# level and sway of each crest, stitch lean, colours from crest to foot, and its outline
HILLS = (
    (0.335, 0.026, 9.0, 0.35, "c86a94 8a4a94 5c3c88", "f4a8a0"),
    (0.385, 0.024, 7.0, 1.15, "5a86b8 35609e 2a4684", "a8d4dc"),
    (0.435, 0.026, 6.0, -0.55, "5cb0a0 2c8888 1c6272", "c4e8c0"),
    (0.490, 0.020, 5.2, 0.80, "c0c45a 6c9e50 2f7450", "f6e08a"),
)  # fmt: skip
POPPY, CRIMSON = "5a0f2a a81c30 dc3432 f4583c ff8a58", "4a0c38 8e1650 cc2a6a ea5a84 ffa0a8"
BLUE, LILAC = "2a2f96 3458c8 5a94ec a4d0fa", "5a2a90 8a48b8 b87ad8 e4b8f0"
CREAM, GOLD = "f0d9a0 fff4d8 ffffff", "f08a2c ffb83a ffe07a"
GREEN, SEA = "2f7a48 58a850 1f5a48 3f8a4c", "1f7070 45a898 175058 2f8880"
# kind, top and sway of the far flowers, and the centres of the near ones
FAR = (
    ("lupin", (0.905, 0.400), -0.015), ("lupin", (0.965, 0.470), 0.000),
    ("lupin", (0.050, 0.470), 0.010), ("wheat", (0.470, 0.455), 0.010),
    ("wheat", (0.500, 0.485), -0.015), ("wheat", (0.715, 0.460), 0.010),
    ("lupin", (0.600, 0.455), 0.010), ("wheat", (0.745, 0.490), -0.010),
    ("wheat", (0.365, 0.490), 0.010),
)  # fmt: skip
HEADS = (
    (0.165, 0.560), (0.830, 0.565), (0.430, 0.590), (0.290, 0.600), (0.660, 0.590), (0.545, 0.590),
    (0.075, 0.655), (0.950, 0.640), (0.745, 0.680), (0.350, 0.690), (0.225, 0.690), (0.605, 0.690),
    (0.500, 0.705), (0.880, 0.715),
)  # fmt: skip
# place along the bird's stem (0..1), side and length of each leaf
PERCH_LEAVES = (
    (0.12, -1, 0.09), (0.22, 1, 0.08), (0.34, -1, 0.075), (0.45, 1, 0.075), (0.80, 1, 0.07),
    (0.88, -1, 0.06), (0.99, 1, 0.06),
)  # fmt: skip


def sew_sky(cloth: Cloth) -> None:
    """Rings of dusk round the sun, its rays, and stars in knots."""
    dx, dy = cloth.x - SUN[0], cloth.y - SUN[1]
    away = np.hypot(dx, dy)
    sway = cloth.grain(120)
    tone = smoothstep(0.02, 0.72, away + 0.05 * (sway - 0.5) + 0.016 * np.sin(away * 120)) ** 0.75
    angle = np.arctan2(dx, -dy) + 0.35 * (cloth.grain(200) - 0.5)
    sky = (cloth.y < 0.44).astype(np.float32)
    cloth.fill(sky, angle, ramp(tone, DUSK), 5.0, (24, 52), 0.05, 0.93)
    for k, turn in enumerate(np.arange(28) / 28 * 2 * np.pi):
        out = np.array((np.cos(turn), np.sin(turn)))
        reach = 0.150 if k % 2 else 0.122
        petal(cloth, SUN + 0.080 * out, SUN + reach * out, 0.0085, "ffd76a f2803c" if k % 2 else
              "fff0b0 ffc04a", 0.8)  # fmt: skip
        cloth.knots((SUN + (reach + 0.010) * out)[None], 3.6, rgb("ffe6a0"))
    disc = (away < 0.074).astype(np.float32)
    cloth.fill(
        disc,
        np.arctan2(dx, -dy),
        ramp(away / 0.074, "fff6c8 ffe68a ffcc58 f8a040"),
        4.8,
        (16, 32),
        0.04,
        0.74,
    )
    turns = np.linspace(0, 2 * np.pi, 60)
    cloth.chain(SUN + 0.077 * np.stack([np.cos(turns), np.sin(turns)], 1), "fff2c0", 12)
    spots = cloth.rng.uniform((0.0, 0.0), (1.0, 0.30), (130, 2))
    spots = spots[np.hypot(*(spots - SUN).T) > 0.25]
    cloth.knots(spots, cloth.rng.uniform(2.4, 4.2, len(spots)), rgb("ffe9b8"))


def sew_hills(cloth: Cloth) -> None:
    """Four ridges, each slanting its stitches another way, with trees and a cottage."""
    x = np.linspace(-0.03, 1.03, 140)
    for k, (level, sway, bend, lean, codes, line) in enumerate(HILLS):
        crest = level + sway * np.sin(x * bend + 2.2 * k) + 0.4 * sway * np.sin(x * bend * 2.3 + k)
        curve = np.stack([x, crest], 1)
        mask = cloth.mask([np.concatenate([curve, [(1.03, level + 0.16), (-0.03, level + 0.16)]])])
        top = np.interp(cloth.x, x, crest)
        slope = np.arctan(np.interp(cloth.x, x, np.gradient(crest, x)))
        depth = (cloth.y - top) / 0.085
        stripe = 0.13 * np.sin(depth * 13 + 3 * np.sin(cloth.x * 11 + k))
        cloth.fill(mask, slope + lean + 0.25 * np.sin(cloth.x * 17 + k),
                   ramp(depth + stripe, codes), 4.8, (20, 40), 0.06)  # fmt: skip
        cloth.chain(curve, line, 13, 3.4)
        if k >= 1:
            cloth.knots(np.stack([x[2::3], crest[2::3] + 0.013], 1), 3.2, rgb(line))
        woods = ((), (0.05, 0.075, 0.47, 0.88), (0.60, 0.925, 0.955, 0.30), (0.42, 0.47, 0.985))[k]
        for place in woods:
            foot = np.array((place, float(np.interp(place, x, crest)) + 0.008))
            tree(cloth, foot, 0.040 + 0.012 * k, (SEA, GREEN)[k % 2])
        if k == 2:
            sew_cottage(cloth, np.array((0.755, float(np.interp(0.755, x, crest)) + 0.016)), 0.030)


def sew_cottage(cloth: Cloth, foot: Array, size: float) -> None:
    """A cream cottage in satin blocks under a red roof."""

    def quad(points: list[tuple[float, float]]) -> tuple[Array, Array]:
        """Upper and lower rails of a block of satin."""
        a, b, c, d = np.array(points) * size + foot
        return np.linspace(a, b, 12), np.linspace(d, c, 12)

    cream, red = np.stack([rgb("fff0d0"), rgb("f2d8a8")]), np.stack([rgb("c8362e"), rgb("e8583c")])
    cloth.satin(*quad([(-0.9, -0.8), (0.9, -0.8), (0.9, 0.05), (-0.9, 0.05)]), cream, 4.0)
    cloth.satin(*quad([(0.55, -1.75), (0.85, -1.75), (0.85, -1.0), (0.55, -1.0)]), red, 3.6)
    cloth.satin(*quad([(-0.75, -1.55), (0.75, -1.55), (1.15, -0.72), (-1.15, -0.72)]), red, 4.0)
    cloth.satin(*quad([(-0.2, -0.5), (0.18, -0.5), (0.18, 0.08), (-0.2, 0.08)]), 0.6 * red, 3.4)
    cloth.knots(np.array([(-0.58, -0.42), (0.55, -0.42)]) * size + foot, 3.8, rgb("2c3a78"))


def sew_grass(cloth: Cloth) -> None:
    """The dark meadow in upright stitches, with loose blades and tiny flowers over it."""
    rng = cloth.rng
    edge = 0.535 + 0.014 * np.sin(cloth.x * 9) + 0.02 * (cloth.grain(30) - 0.5)
    meadow = (cloth.y > edge).astype(np.float32)
    tone = 0.95 - 3.4 * (cloth.y - 0.53) + 0.9 * (cloth.grain((60, 26)) - 0.5)
    angle = -np.pi / 2 + 0.9 * (cloth.grain(130) - 0.5)
    cloth.fill(meadow, angle, ramp(tone, "102a44 14424c 1c6450 3f8a4c 8cb052"), 4.8, (26, 60), 0.06)
    for _ in range(230):
        x, y = rng.uniform((0, 0.56), (1, 0.80))
        tall, tilt = rng.uniform(0.03, 0.09), rng.normal(0, 0.02)
        code = rng.choice(("3f9a58", "7ab850", "b8cc5c", "2a8478", "1f6a5a"))
        path = spline([(x, y), (x + 0.3 * tilt, y - 0.6 * tall), (x + tilt, y - tall)], 14)
        cloth.stem(path, 3.6, str(code), 14)
        if rng.random() < 0.45:
            petals = rng.choice(("ff9a6a", "ffd86a", "f4a0c8", "a8d8f8", "fff0d8"))
            for turn in np.arange(5) * 1.2566 + rng.uniform(0, 1):
                out = np.array((np.cos(turn), np.sin(turn)))
                cloth.loop((path[-1] + 0.002 * out) * cloth.unit,
                           (path[-1] + 0.011 * out) * cloth.unit, str(petals), 3.4)  # fmt: skip
            cloth.knots(path[-1:], 3.4, rgb("ffc24a"))


def stalk(cloth: Cloth, head: tuple[float, float], sway: float, codes: str = GREEN) -> None:
    """A stem from the lower edge up to ``head``, with a leaf on either side."""
    x, y = head
    path = spline([(x + sway, 0.80), (x + 0.75 * sway, 0.5 * (y + 0.80)), (x, y)], 60)
    cloth.stem(path, 5.0, codes.split()[0], 17)
    cloth.stem(path + np.array((0.0028, 0.0)), 3.4, codes.split()[2], 17)
    for place, side in ((0.30, -1), (0.52, 1), (0.70, -1)):
        root = path[int(place * 59)]
        if root[1] > y + 0.05:
            reach = cloth.rng.uniform(0.055, 0.085)
            tip = root + reach * np.array((0.72 * side, -0.62))
            leaf(cloth, root, tip, -0.22 * side, 0.21 * reach, codes)


def sew_flowers(cloth: Cloth) -> None:
    """The great flowers from the far row to the near one."""
    for kind, head, sway in FAR:
        stalk(cloth, (head[0], head[1] + 0.08), sway, SEA)
        foot, tip = np.array((head[0] + 0.1 * sway, head[1] + 0.14)), np.array(head)
        if kind == "lupin":
            lupin(cloth, foot, tip, 0.025, "5a2a90 8a48b8 c070c8 f0a8d0 ffe0e8")
        else:
            wheat(cloth, foot - (0, 0.04), tip, "c8802c f0b848 ffe49a")
    for k, head in enumerate(HEADS):
        stalk(cloth, head, cloth.rng.normal(0, 0.02), (GREEN, SEA)[k % 2])
    spots = [np.array(head) for head in HEADS]
    poppy(cloth, spots[0], 0.070, POPPY)
    poppy(cloth, spots[1], 0.082, POPPY)
    cornflower(cloth, spots[3], 0.056, BLUE)
    cornflower(cloth, spots[4], 0.060, BLUE)
    daisy(cloth, spots[5], 0.056, CREAM, GOLD, 15, 0.9)
    poppy(cloth, spots[2], 0.074, CRIMSON)
    daisy(cloth, spots[6], 0.062, CREAM, GOLD, 16, 0.9)
    cornflower(cloth, spots[7], 0.052, LILAC)
    daisy(cloth, spots[8], 0.058, "f4a03c ffc85a fff0b0", "7a2c3a b8483a e88a3c", 14, 0.9)
    daisy(cloth, spots[9], 0.056, "f08aa8 ffc4cc fff0ee", GOLD, 14, 0.9)
    cornflower(cloth, spots[10], 0.050, LILAC)
    poppy(cloth, spots[11], 0.062, POPPY)
    tulip(cloth, spots[12] + (0, 0.045), 0.080, "b8266a ea5a84 ffb0a8", "f6a03c ffd87a fff0c0")
    daisy(cloth, spots[13], 0.054, CREAM, GOLD, 15, 0.9)


def sew_bird(cloth: Cloth) -> None:
    """The bird on an arching stem with leaves and berries."""
    spine = spline([(-0.02, 0.52), (0.06, 0.40), (0.17, 0.355), (0.29, 0.352), (0.385, 0.315)], 120)
    perch(cloth, spine, 0.0085)
    for place, side, reach in PERCH_LEAVES:
        i = int(place * 119)
        ahead = spine[i] - spine[max(i - 6, 0)]
        turn = np.arctan2(ahead[1], ahead[0]) + side * 0.85
        tip = spine[i] + reach * np.array((np.cos(turn), np.sin(turn)))
        leaf(cloth, spine[i], tip, 0.15 * side, 0.22 * reach, (GREEN, SEA)[side > 0])
    for place in (0.28, 0.52, 0.76, 0.93):
        root = spine[int(place * 119)]
        for drop in np.array(((-0.012, 0.030), (0.006, 0.036), (0.018, 0.026))):
            cloth.stem(np.linspace(root, root + drop, 6), 2.4, "6a8a48", 9)
            cloth.knots((root + drop)[None], 7.0, rgb("e23a3a"))
    bird(cloth, (0.220, 0.262), 0.165)


def paint(seed: int = 3, longer_side: int = 1280) -> NDArray[np.uint8]:
    """Sew the picture; returns uint8 RGB (H, W, 3)."""
    cloth = Cloth(seed, longer_side, HEIGHT)
    sew_sky(cloth)
    sew_hills(cloth)
    sew_grass(cloth)
    sew_flowers(cloth)
    sew_bird(cloth)
    butterfly(
        cloth, np.array((0.455, 0.235)), 0.062, 0.45, "3a1450 c23a5a f4803c ffc85a 3a1440", "fff0c0"
    )
    butterfly(
        cloth, np.array((0.885, 0.270)), 0.050, -0.5, "12304a 2478b0 6ac8d0 f4f0c8 12285a", "ffd060"
    )
    bee(cloth, np.array((0.560, 0.330)), 0.021, -0.25)
    bee(cloth, np.array((0.812, 0.372)), 0.019, 0.30)
    return to_uint8(cloth.colour)


if __name__ == "__main__":
    save_painting(paint(), painting_of(__file__))
