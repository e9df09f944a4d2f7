"""Plants for a linocut: grass, pine boughs, ferns and the outline of a fir."""

import numpy as np

from art.tools.fields import Array, at_shares, blade, spline
from art.tools.linocut import BLACK, Lino


def blades(lino: Lino, roots: Array, tall: Array | float, level: int, width: float) -> None:
    """Blades of grass from ``roots`` (N, 2), ``tall`` units high: black, or cut to ``level``."""
    shapes = []
    for (x, y), reach in zip(roots, np.broadcast_to(tall, len(roots)), strict=True):
        high = reach * lino.rng.uniform(0.5, 1.25)
        tilt = lino.rng.normal(0, 0.25) * high
        line = spline([(x, y), (x + 0.3 * tilt, y - 0.6 * high), (x + tilt, y - high)], 10)
        shapes.append(blade(line, width * np.linspace(1, 0.1, 10)))
    mask = lino.mask(shapes)
    if level == BLACK:
        lino.fill(mask, BLACK)
    else:
        lino.cut(mask, level)


def needles(lino: Lino, spine: Array, length: float, level: int, width: float) -> None:
    """Pine needles along a twig (K, 2): cut to ``level``, or left standing where it is black."""
    rng = lino.rng
    heading = np.arctan2(*np.gradient(spine, axis=0).T[::-1])
    shapes = []
    for i in np.linspace(0, len(spine) - 1, round(len(spine) * 1.2)).astype(int):
        for side in (-1, 1):
            turn = heading[i] + side * rng.uniform(0.45, 0.95)
            reach = length * rng.uniform(0.6, 1.1)
            tip = spine[i] + reach * np.array((np.cos(turn), np.sin(turn) + 0.18))
            line = spline([spine[i], (spine[i] + tip) / 2 + (0, -0.002), tip], 8)
            shapes.append(blade(line, width * np.sin(np.linspace(0.3, 3.1, 8))))
    mask = lino.mask(shapes)
    if level == BLACK:
        lino.fill(mask, BLACK)
    else:
        lino.cut(mask, level)


def cut_bough(lino: Lino, root: Array, tip: Array, lit: bool) -> None:
    """One drooping bough: tufted side twigs in black, with some needles cut out of them."""
    rng = lino.rng
    ahead = tip - root
    main = spline([root, (root + tip) / 2 - (0, 0.022), tip, tip + 0.10 * ahead + (0, 0.016)], 60)
    sprays = [main]
    for k, share in enumerate(np.linspace(0.25, 0.85, 8)):
        start = main[int(share * 59)]
        lift = rng.uniform(-0.75, -0.25) if k % 2 else rng.uniform(0.5, 1.2)
        reach = abs(ahead[0]) * rng.uniform(0.26, 0.46) * (1.15 - 0.6 * share)
        end = start + reach * np.array((np.sign(ahead[0]), lift + 0.15))
        sprays.append(spline([start, (start + end) / 2 + (0, -0.006), end], 24))
    for spray in sprays:
        needles(lino, spray, 0.027, BLACK, 0.0021)
    for k, spray in enumerate(sprays):
        needles(lino, spray, 0.022, 1 if lit and k % 3 == 1 else 2, 0.0011)
        lino.fill(lino.mask([blade(spray, np.linspace(0.0032, 0.001, len(spray)))]), BLACK)


def frond(lino: Lino, root: tuple[float, float], tip: tuple[float, float], bend: float) -> None:
    """A fern frond: paired leaflets left standing black, with a lit half cut out of each."""
    sunny = 1 if root[0] < 0.4 else -1
    middle = (np.array(root) + tip) / 2 + (bend, -0.04)
    spine = at_shares(spline([root, middle, tip], 200), np.linspace(0, 1, 44))
    step = np.gradient(spine, axis=0)
    heading = np.arctan2(step[:, 1], step[:, 0])
    length = float(np.hypot(*(np.array(tip) - root)))
    dark, lit, pale = [], [], []
    for i in range(4, 41, 2 if length > 0.17 else 3):
        reach = 0.27 * length * np.sin(np.pi * (i / 46) ** 0.6) + 0.004
        for side in (-1, 1):
            turn = heading[i] + side * 0.95
            ahead = np.array((np.cos(turn), np.sin(turn)))
            curl = reach * 0.25 * np.array((np.cos(heading[i]), np.sin(heading[i])))
            line = spline(
                [spine[i], spine[i] + 0.5 * reach * ahead, spine[i] + reach * ahead + curl], 10
            )
            swell = np.sin(np.linspace(0.35, 3.1, 10)) ** 0.8 * min(1.0, reach / 0.05)
            dark.append(blade(line, 0.030 * length * swell))
            (pale if side == sunny else lit).append(blade(line, 0.0145 * length * swell))
    lino.fill(lino.mask(dark), BLACK)
    lino.cut(lino.mask(lit), 2)
    lino.cut(lino.mask(pale), 1)
    lino.cut(lino.mask([blade(spine, np.linspace(0.003, 0.0008, 44))]), 1)


def fir(rng: np.random.Generator, x: float, foot: float, tall: float) -> Array:
    """Jagged outline of a fir whose foot is at (x, foot)."""
    tiers = int(rng.integers(6, 9))
    share = np.repeat(np.linspace(0.0, 0.95, tiers + 1)[1:], 2)
    reach = 0.30 * tall * share**0.85
    reach[1::2] *= 0.45
    drop = foot - tall * (1 - share) + np.tile((0.012, -0.008), tiers) * tall * 2
    wild = [rng.uniform(0.8, 1.15, 2 * tiers) for _ in range(2)]
    right = np.stack([x + reach * wild[0], drop], 1)
    left = np.stack([x - reach * wild[1], drop], 1)
    return np.concatenate([[(x, foot - tall)], right, left[::-1]])
