"""Palette knife autumn: an avenue of birches and maples after rain, in slabs of thick paint."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from art.motifs.avenue_trees import (
    EYE,
    VANISH,
    VERGE,
    Tree,
    paint_branches,
    paint_crown,
    paint_trunk,
    stem,
)
from art.tools.brush import scatter
from art.tools.canvas import mix, painting_of, ramp, relief_light, rgb, save_painting, to_uint8
from art.tools.fields import Array, smoothstep
from art.tools.knife import KnifeEasel

HEIGHT = 0.76  # of the longer side
PATH = 0.37  # half width of the path at the picture plane
DEPTHS = (13.0, 9.5, 7.2, 5.6, 4.4, 3.5, 2.8, 2.2, 1.72, 1.33)


def lay(
    easel: KnifeEasel, reference: Array, mask: Array, angle: Array | float,
    size: tuple[float, float, float], jitter: float = 0.05, thickness: float = 1.0,
    dryness: float = 0.4,
) -> None:  # fmt: skip
    """Slabs over ``mask`` (H, W); ``size`` is (width, length, spacing), ``angle`` (H, W) or one."""
    width, length, spacing = size
    places = scatter(mask, spacing * easel.scale, easel.rng)
    col, row = places.astype(int).T
    turn = np.broadcast_to(np.asarray(angle, np.float32), easel.shape)[row, col]
    turn = turn + easel.rng.normal(0, 0.14, len(places))
    grow = easel.rng.uniform(0.6, 1.35, (2, len(places)))
    easel.slabs(places / easel.unit, turn, length * grow[0], width * grow[1],
                reference[row, col], jitter, thickness, dryness)  # fmt: skip


def paint_light(easel: KnifeEasel) -> None:
    """Misty light at the end of the avenue, deepening to blue and violet above and aside."""
    away = np.hypot((easel.x - VANISH[0]) * 1.05, (easel.y - 0.37) * 0.9)
    tone = 1.0 - smoothstep(0.0, 0.55, away) + 0.16 * (easel.noise(0.10) - 0.5)
    colour = ramp(tone, "262a78 3f47a2 6a68c0 a493d0 e2bfc4 fde3b0 fff6d4")
    above = (easel.y < VANISH[1] + 0.03).astype(np.float32)
    turn = 0.9 + 1.2 * (easel.noise(0.2) - 0.5)
    lay(easel, colour, above, turn, (34, 62, 20), 0.03, 0.9, 0.2)
    lay(easel, colour, above, turn + 1.2, (20, 40, 19), 0.045, 1.0, 0.4)
    haze = above * smoothstep(0.30, 0.44, easel.y) * smoothstep(0.02, 0.12, np.abs(easel.x - 0.475))
    woods = ramp(easel.noise(0.05), "33308c 4c48a8 7462b8 b07a9c dc9c70")
    lay(easel, woods, haze, np.pi / 2, (12, 46, 12), 0.06, 0.9, 0.5)


def tree_shadows(cross: Array, far: Array, patch: Array) -> Array:
    """Shadows (H, W, 0..1) that the trunks throw outwards over the verges, in ground space."""
    slant = far + 0.75 * (cross - VERGE) + 0.18 * (patch - 0.5)
    shade = np.zeros_like(cross)
    for depth in DEPTHS[3:]:
        half = 0.075 + 0.035 * depth * (depth > 3)
        shade = np.maximum(shade, smoothstep(half * 1.5, half, np.abs(slant - depth * 0.965)))
    return shade * smoothstep(VERGE - 0.06, VERGE, cross) * smoothstep(8.0, 4.0, far)


def paint_ground(easel: KnifeEasel) -> None:
    """Fallen leaves on both verges, with violet shadows thrown towards us."""
    depth = np.clip(easel.y - VANISH[1], 1e-3, None) / EYE
    cross = np.abs(easel.x - VANISH[0]) / depth
    verge = ((easel.y > VANISH[1]) & (cross > PATH * 0.94)).astype(np.float32)
    patch = easel.noise(0.018, 0.07)
    tone = 0.15 + 0.75 * patch + 0.25 * np.exp(-depth * 3.0)
    colour = ramp(tone, "3a1a5c 6a1c44 a82a2c d8521c f08c22 f9c04a ffe08a")
    shade = tree_shadows(cross, 1 / depth, patch)
    cool = ramp(patch, "221450 3a2478 6a3c8c 9c4a70")
    colour = mix(colour, cool, 0.88 * shade)
    flat = 0.10 * np.sign(easel.x - VANISH[0])
    far = verge * smoothstep(0.5, 0.3, depth)
    lay(easel, colour, verge, flat, (22, 48, 17), 0.05, 1.0, 0.3)
    lay(easel, colour, far, flat, (8, 26, 8), 0.05, 0.9, 0.4)
    lay(easel, colour, verge * 0.8, flat, (13, 30, 14), 0.07, 1.1, 0.45)
    lay(easel, np.clip(colour * 1.3 + 0.04, 0, 1), verge * 0.45, flat, (8, 18, 12), 0.08, 1.2, 0.5)


def mirrored(easel: KnifeEasel) -> Array:
    """The avenue upside down (H, W, 3), drawn out downwards as wet stone shows it."""
    row = (VANISH[1] - (easel.y - VANISH[1]) * 1.35) * easel.unit
    col = easel.x * easel.unit
    blurred = ndimage.gaussian_filter(easel.canvas.colour, (16 * easel.scale, 4 * easel.scale, 0))
    planes = [
        ndimage.map_coordinates(blurred[..., c], (row, col), order=1, mode="nearest")
        for c in range(3)
    ]
    return np.stack(planes, -1)


def paint_path(easel: KnifeEasel) -> None:
    """The wet path: reflections dragged down, then level scrapes of sky and scattered leaves."""
    depth = np.clip(easel.y - VANISH[1], 1e-3, None) / EYE
    cross = (easel.x - VANISH[0]) / depth
    path = ((easel.y > VANISH[1] + 0.004) & (np.abs(cross) < PATH)).astype(np.float32)
    sheen = np.exp(-((cross / 0.13) ** 2))
    colour = mirrored(easel)
    cool = ramp(sheen * 0.9 + 0.3 * (easel.noise(0.06) - 0.5), "241f6c 3c3c9c 6c6cc8 b8a4dc ffe6c0")
    grey = colour.mean(2, keepdims=True)
    colour = np.clip(grey + 1.2 * (colour - grey), 0, 1)
    puddle = smoothstep(0.45, 0.7, easel.noise(0.012, 0.08, 2))
    colour = mix(colour, cool, 0.42 + 0.40 * puddle)
    near, far = smoothstep(0.25, 0.5, depth), smoothstep(0.6, 0.25, depth)
    lay(easel, colour, path * (depth > 0.22), np.pi / 2, (22, 76, 17), 0.03, 0.9, 0.3)
    lay(easel, colour, path * far, np.pi / 2, (8, 18, 6), 0.03, 0.9, 0.4)
    lay(easel, colour, path * near * 0.7, np.pi / 2, (12, 58, 15), 0.045, 1.0, 0.6)
    glint = np.clip(colour * 1.15 + 0.05, 0, 1)
    lay(easel, glint, path * near * 0.4, 0.0, (9, 52, 18), 0.04, 1.1, 0.7)
    lay(easel, glint, path * far * 0.7, 0.0, (4.5, 22, 9), 0.05, 1.0, 0.6)
    rim = path * smoothstep(PATH * 0.72, PATH, np.abs(cross)) * 0.4
    leaves = ramp(easel.rng.random(easel.shape), "8a1c34 d23a20 f2761c fbb02e ffe07a")
    lay(easel, leaves, rim, 0.1, (9, 17, 12), 0.06, 1.3, 0.3)
    lay(easel, leaves, path * near * 0.025, 0.1, (10, 18, 11), 0.06, 1.4, 0.3)


def paint_hedge(easel: KnifeEasel) -> None:
    """Distant bushes that break the line where the verges meet the woods."""
    count = 420
    x = easel.rng.uniform(0, 1, count)
    away = np.abs(x - VANISH[0])
    y = VANISH[1] + 0.006 + 0.05 * away - easel.rng.random(count) ** 1.5 * (0.01 + 0.10 * away)
    tone = easel.rng.random(count) * 0.7 + 0.5 * np.exp(-away / 0.15)
    colour = ramp(tone, "2a1c60 4c2a78 8a2448 c8442c ee8c30 fcc860")
    size = 8 + 16 * away
    order = np.argsort(y)
    turn = easel.rng.normal(-0.8, 0.7, count)
    easel.slabs(np.stack([x, y], 1)[order], turn, (1.7 * size)[order], (0.8 * size)[order],
                colour[order], 0.05, 1.0, 0.4)  # fmt: skip


def paint_walker(easel: KnifeEasel, depth: float, aside: float) -> None:
    """A walker under a crimson umbrella, and the broken reflection of both."""
    foot = np.array((VANISH[0] + aside / depth, VANISH[1] + EYE / depth))
    size = EYE / depth

    def dab(
        x: float, y: float, turn: float, reach: float, width: float, code: str, dry: float = 0.15
    ) -> None:
        """One slab, in shares of the walker's height above the foot (y up)."""
        place = foot + np.array(((x, -y),)) * size
        easel.slabs(
            place, turn, reach * size * 1280, width * size * 1280, rgb(code), 0.03, 1.3, dry
        )

    up = np.pi / 2
    for x, turn in ((-0.07, up + 0.10), (0.08, up - 0.16)):
        dab(x, 0.13, turn, 0.30, 0.075, "17102f")
        dab(x, -0.18, up, 0.34, 0.09, "2a2258", 0.6)
    for x, turn, code in ((-0.10, up + 0.13, "161040"), (0.10, up - 0.15, "3d3090"),
                          (0.0, up, "221858")):  # fmt: skip
        dab(x, 0.50, turn, 0.50, 0.15, code)
        dab(x, -0.52, up, 0.5, 0.13, code, 0.7)
    for x, turn, code in ((-0.09, up + 0.3, "251b55"), (0.10, up - 0.35, "5a4aa8")):
        dab(x, 0.70, turn, 0.26, 0.11, code)
    dab(0.0, 0.86, up, 0.13, 0.12, "4a2030")
    for x, y, turn, reach, code in (
        (0.01, 1.00, 0.0, 0.66, "6a0c30"), (-0.20, 1.03, -0.50, 0.42, "a41232"),
        (0.22, 1.03, 0.50, 0.42, "e03a28"), (0.01, 1.07, 0.0, 0.50, "c01a30"),
        (-0.10, 1.14, -0.36, 0.30, "d82a30"), (0.12, 1.14, 0.36, 0.30, "f4542e"),
        (0.04, 1.18, 0.10, 0.24, "ff8450"),
    ):  # fmt: skip
        dab(x, y, turn, reach, 0.16, code)
        dab(x, 0.05 - y, 0.0, 0.34, 0.08, code, 0.7)
    dab(0.01, 1.27, up, 0.10, 0.03, "2a1438")


def paint(seed: int = 3, longer_side: int = 1280) -> NDArray[np.uint8]:
    """Paint the picture; returns uint8 RGB (H, W, 3)."""
    easel = KnifeEasel(seed, longer_side, HEIGHT, "3a1a3c")
    paint_light(easel)
    paint_ground(easel)
    paint_hedge(easel)
    trees = [Tree(side, depth * (1.0 if side < 0 else 0.93), (i + (side > 0)) % 2 == 0)
             for i, depth in enumerate(DEPTHS) for side in (-1, 1)]  # fmt: skip
    for tree in trees:
        points = stem(easel, tree)
        paint_crown(easel, tree, 0.6)
        paint_trunk(easel, tree, points)
        paint_branches(easel, tree, points)
        paint_crown(easel, tree, 0.5)
    paint_path(easel)
    paint_walker(easel, 2.95, -0.10)
    lit = relief_light(easel.canvas.colour, easel.canvas.height / easel.scale, 0.55, 0.2, 0.5)
    return to_uint8(lit)


if __name__ == "__main__":
    save_painting(paint(), painting_of(__file__))
