"""Linocut forest: an owl before the moon, between great trunks, over a winding stream."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from art.motifs.linocut_flora import blades, cut_bough, fir, frond
from art.motifs.linocut_owl import cut_owl
from art.tools.canvas import painting_of, save_painting, to_uint8
from art.tools.fields import Array, blade, smoothstep, spline
from art.tools.hatching import limb
from art.tools.linocut import BLACK, Lino
from art.tools.outlines import disc

WIDTH = 0.8  # of the upright side
MOON, RADIUS = (0.385, 0.235), 0.150
# darker plains of the moon: x, y and reach in radii from its centre
MARIA = ((-0.38, -0.30, 0.34), (0.12, -0.48, 0.26), (0.42, -0.22, 0.26), (-0.05, 0.02, 0.22),
         (-0.50, 0.22, 0.24), (-0.15, 0.50, 0.20), (0.15, 0.25, 0.16))  # fmt: skip
SHORE = 0.612
LEFT_BANK = (
    (0.338, 0.606), (0.300, 0.640), (0.350, 0.690), (0.300, 0.745), (0.130, 0.810), (0.090, 0.880),
    (0.140, 1.02),
)  # fmt: skip
RIGHT_BANK = (
    (0.372, 0.606), (0.362, 0.635), (0.470, 0.685), (0.475, 0.745), (0.385, 0.815), (0.370, 0.890),
    (0.480, 1.02),
)  # fmt: skip


def cut_sky(lino: Lino) -> None:
    """Rings of gouges round the moon, darkening outwards, and a few stars."""
    dx, dy = lino.x - MOON[0], lino.y - MOON[1]
    radius = np.hypot(dx, dy) + 0.012 * (lino.grain(150) - 0.5)
    depth = np.interp(
        radius, (0.15, 0.185, 0.22, 0.30, 0.42, 0.65), (0.5, 1.2, 1.9, 2.7, 3.35, 3.9)
    )
    depth = depth + 0.22 * np.sin(radius * 95) + 0.3 * (lino.grain(60) - 0.5)
    angle = np.arctan2(dx, -dy) + 0.5 * (lino.grain(200) - 0.5)
    sky = (lino.y < SHORE + 0.02).astype(np.float32)
    lino.carve(sky, np.clip(depth, 0.3, 3.95), angle, 7.5, (24, 90))
    moon = lino.mask([disc(MOON, RADIUS, count=40)])
    lino.halo(moon, 5, 0)
    seas = 0.9 * smoothstep(0.85, 1.1, np.hypot(dx + 0.03, dy + 0.03) / RADIUS)
    for x, y, size in MARIA:
        away = np.hypot(dx / RADIUS - x, (dy / RADIUS - y) * 1.3) / size
        seas = seas + np.exp(-((away + 0.25 * (lino.grain(40) - 0.5)) ** 4))
    bow = np.arctan2(dx * 0.55, 0.30 - dy * 0.4) + 0.9
    lino.carve(moon, np.clip(0.62 * seas, 0, 0.66), bow, 7, (20, 60))
    ridge = moon * (np.hypot(dx, dy) < 0.93 * RADIUS)
    lino.chatter(ridge, bow, 1, 0.6)
    stars = []
    for x, y in lino.rng.uniform((0.0, 0.0), (WIDTH, 0.5), (70, 2)):
        if np.hypot(x - MOON[0], y - MOON[1]) > RADIUS + 0.10:
            size = lino.rng.uniform(0.002, 0.0055)
            stars += [blade(spline([(x - a, y - b), (x, y), (x + a, y + b)], 9),
                            0.22 * size * np.sin(np.linspace(0.1, 3.04, 9)))
                      for a, b in ((size, 0), (0, 1.4 * size))]  # fmt: skip
    lino.cut(lino.mask(stars), 0)


def cut_firs(lino: Lino, crest: Array, size: float, depth: tuple[float, float]) -> None:
    """A wood of firs along ``crest`` (K, 2), lit on the side of the moon, misty at the foot."""
    rng = lino.rng
    places = np.linspace(0, len(crest) - 1, round(WIDTH / size * 3.4)).astype(int)
    for i in rng.permutation(places):
        x, y = crest[i]
        tall = size * rng.uniform(0.75, 1.5)
        mask = lino.mask([fir(rng, x, y + 0.35 * size, tall)])
        lino.halo(mask, 2.0, int(depth[0]) - 1)
        side = np.clip((lino.x - x) / (0.16 * tall), -1, 1) * np.sign(x - MOON[0])
        tone = depth[0] + 0.9 * smoothstep(-0.7, 0.5, side) + depth[1] * (lino.y - y) / size
        angle = np.where(lino.x > x, 1.0, np.pi - 1.0)
        lino.carve(mask, np.clip(tone, 0.8, 4), angle, 5.0, (12, 34))


def cut_land(lino: Lino) -> None:
    """Two misty ridges of firs, then the dark banks and the bright stream."""
    x = np.linspace(-0.05, 0.85, 120)
    for level, sway, size, depth, body in (
        (0.520, 0.022, 0.075, (2.05, -0.5), 1.9), (0.585, -0.020, 0.115, (3.0, -0.45), 2.85),
    ):  # fmt: skip
        crest = np.stack([x, level + sway * np.cos(x * 9.0) + 0.06 * (x - 0.38) ** 2], 1)
        hill = lino.mask([np.concatenate([crest, [(0.85, 0.7), (-0.05, 0.7)]])])
        tone = np.clip(body - 7 * (lino.y - level) + 0.5 * (lino.grain(60) - 0.5), 0.9, 3.8)
        lino.carve(hill, tone, 0.25 * np.sin(lino.x * 30), 6.5, (16, 50))
        cut_firs(lino, crest, size, depth)
    ground = smoothstep(SHORE - 0.004, SHORE + 0.004, lino.y + 0.012 * np.sin(lino.x * 14))
    swell = lino.grain((50, 140))
    tone = 3.05 + 0.75 * (swell - 0.3) + 1.2 * (lino.y - 0.72)
    slope = 0.55 * np.sin(lino.x * 9 + lino.y * 17)
    lino.carve(ground, np.clip(tone, 2.2, 3.93), slope, 8.0, (16, 60))
    cut_stream(lino)


def cut_stream(lino: Lino) -> None:
    """The stream: level gouges, brightest under the moon, with dark undercut banks."""
    left, right = spline(LEFT_BANK, 160), spline(RIGHT_BANK, 160)
    water = lino.mask([np.concatenate([left, right[::-1]])])
    lino.halo(water, 5, BLACK)
    order = np.argsort(left[:, 1])
    low = np.interp(lino.y, left[order, 1], left[order, 0])
    high = np.interp(lino.y, right[order, 1], right[order, 0])
    across = (lino.x - low) / (high - low)
    glint = np.exp(-(((across - 0.5) / 0.27) ** 2))
    ripple = lino.grain((7, 70), 2)
    tone = 3.1 - 2.1 * glint - 1.5 * (ripple - 0.5) + 0.9 * smoothstep(0.85, 1.0, across)
    wave = 0.28 * np.sin(lino.x * 42 + lino.y * 25) * smoothstep(0.6, 0.8, lino.y)
    lino.carve(water, np.clip(tone, 0.1, 3.9), wave, 6.5, (18, 70))
    for x, y, size in ((0.20, 0.845, 0.030), (0.345, 0.770, 0.022), (0.155, 0.925, 0.040),
                       (0.405, 0.905, 0.034), (0.292, 0.700, 0.014)):  # fmt: skip
        cut_stone(lino, (x, y), size)


def cut_stone(lino: Lino, centre: tuple[float, float], size: float) -> None:
    """A rounded stone with gouges that wrap it, lit from above."""
    turns = np.linspace(0, 2 * np.pi, 10, endpoint=False)
    wild = size * lino.rng.uniform(0.85, 1.15, 10)
    rim = np.stack([1.35 * wild * np.cos(turns), 0.75 * wild * np.sin(turns)], 1) + centre
    mask = lino.mask([spline(rim, 60, closed=True)])
    lino.fill(lino.mask([spline(rim + np.array((0.002, 0.006)), 60, closed=True)]), BLACK)
    lino.halo(mask, 2, 0)
    dx, dy = (lino.x - centre[0]) / size, (lino.y - centre[1]) / size
    tone = np.clip(2.5 + 1.6 * dy + 0.7 * dx, 0.3, 4)
    lino.carve(mask, tone, np.arctan2(dx * 0.8, 1.2 - dy), 5, (10, 34))


def cut_trunk(lino: Lino, spine: Array, half: Array, light: float, wide: float = 8.0) -> None:
    """A trunk or bough; ``light`` (-1..1) says which edge the moon catches, and how much."""
    part = limb(lino.shape, lino.unit, spine, half)
    aura = ndimage.binary_dilation(part.mask > 0.5, iterations=round(4 * lino.scale))
    lino.cut(aura * smoothstep(0.97, 0.9, part.along), 2)
    edge = smoothstep(-0.1, 1.0, part.across * np.sign(light)) * abs(light)
    bark = lino.grain((90, 14), 3)
    tone = 3.9 - 3.5 * edge**1.5 + 1.0 * (bark - 0.45) - 0.25 * (1 - edge)
    angle = part.angle + 0.9 * (lino.grain((120, 50)) - 0.5)
    lino.carve(part.mask, np.clip(tone, 0.3, 3.97), angle, wide, (40, 170))


def cut_trees(lino: Lino) -> None:
    """Slender trunks in the middle distance, then the two great ones that frame the picture."""
    slim = ((0.560, 0.66, 0.011), (0.628, 0.70, 0.016), (0.185, 0.68, 0.017), (0.245, 0.655, 0.010))
    for x, foot, half in slim:
        lean = lino.rng.normal(0, 0.012)
        spine = spline([(x + lean, -0.02), (x + 0.4 * lean, 0.3), (x, foot - 0.03), (x, foot)], 90)
        flare = half * (0.8 + 0.2 * np.linspace(0, 1, 90) + 0.55 * np.linspace(0, 1, 90) ** 9)
        cut_trunk(lino, spine, flare, 0.75 if x < MOON[0] else -0.75, 5.5)
        for level, count, width in ((BLACK, 26, 0.0034), (2, 12, 0.0014)):
            roots = np.column_stack(
                [lino.rng.normal(x, 1.7 * half, count), np.full(count, foot + 0.01)]
            )
            blades(lino, roots, 0.045, level, width)
    along = np.linspace(0, 1, 160)
    flare = 1 + 1.0 * along**9 + 0.06 * np.sin(along * 21)
    left = spline([(0.035, -0.03), (0.060, 0.25), (0.050, 0.55), (0.045, 0.85), (0.03, 0.93)], 160)
    right = spline([(0.775, -0.03), (0.745, 0.25), (0.752, 0.55), (0.740, 0.86), (0.76, 0.95)], 160)
    bough = spline([(0.76, 0.560), (0.68, 0.598), (0.56, 0.622), (0.44, 0.618), (0.31, 0.640)], 140)
    twigs = (((0.40, 0.622), (0.36, 0.600), (0.335, 0.565)), ((0.63, 0.612), (0.60, 0.655),
              (0.55, 0.690)), ((0.345, 0.633), (0.31, 0.662), (0.27, 0.668)))  # fmt: skip
    for twig in twigs:
        cut_trunk(lino, spline(twig, 60), np.linspace(0.007, 0.0015, 60), -0.6, 4.0)
    cut_trunk(lino, bough, np.linspace(0.024, 0.004, 140), -0.85, 5.0)
    cut_trunk(lino, left, 0.066 * flare, -0.95)
    cut_trunk(lino, right, 0.070 * flare, 0.95)


def cut_boughs(lino: Lino) -> None:
    """Pine boughs that hang into the picture from both upper corners."""
    roots = (
        ((0.06, 0.03), (0.22, 0.060)), ((0.05, 0.12), (0.185, 0.185)), ((0.0, 0.20), (0.14, 0.300)),
        ((0.75, 0.02), (0.575, 0.05)), ((0.76, 0.11), (0.60, 0.155)), ((0.79, 0.20), (0.645, 0.27)),
        ((0.78, 0.32), (0.68, 0.385)), ((0.02, 0.33), (0.125, 0.415)),
    )  # fmt: skip
    for root, tip in roots:
        lit = bool(np.hypot(*np.subtract(tip, MOON)) < 0.27)
        cut_bough(lino, np.array(root), np.array(tip), lit)


def cut_grasses(lino: Lino) -> None:
    """Tufts along both banks: black blades, then lit ones cut out."""
    for bank, lean in ((spline(LEFT_BANK, 160), -1), (spline(RIGHT_BANK, 160), 1)):
        for level, count, width in ((BLACK, 190, 0.0030), (1, 120, 0.0013), (2, 90, 0.0016)):
            roots = bank[lino.rng.integers(12, 158, count)]
            roots = roots + np.stack([lean * np.abs(lino.rng.normal(0, 0.02, count)),
                                      np.full(count, 0.004)], 1)  # fmt: skip
            blades(lino, roots, 0.010 + 0.16 * (roots[:, 1] - SHORE), level, width)


def cut_ferns(lino: Lino) -> None:
    """Fronds in both lower corners."""
    roots = (
        ((0.03, 1.00), (0.005, 0.80), -0.02), ((0.05, 1.0), (0.105, 0.80), -0.01),
        ((0.06, 1.01), (0.195, 0.90), 0.0), ((0.62, 1.01), (0.50, 0.885), 0.0),
        ((0.64, 1.01), (0.575, 0.815), -0.01), ((0.66, 1.01), (0.665, 0.79), 0.01),
        ((0.70, 1.02), (0.775, 0.83), 0.01), ((0.66, 1.02), (0.555, 0.945), -0.01),
    )  # fmt: skip
    for root, tip, bend in roots:
        frond(lino, root, tip, bend)


def paint(seed: int = 4, longer_side: int = 1280) -> NDArray[np.uint8]:
    """Print the picture; returns uint8 RGB (H, W, 3)."""
    lino = Lino(seed, longer_side, WIDTH)
    cut_sky(lino)
    cut_land(lino)
    cut_grasses(lino)
    cut_trees(lino)
    cut_boughs(lino)
    cut_owl(lino, (0.470, 0.275), 0.350)
    cut_ferns(lino)
    return to_uint8(lino.pull())


if __name__ == "__main__":
    save_painting(paint(), painting_of(__file__))
