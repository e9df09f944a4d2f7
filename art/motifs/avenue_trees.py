"""Birches and maples of an avenue in one-point perspective, laid with the knife."""

from dataclasses import dataclass

import numpy as np

from art.tools.canvas import mix, ramp, rgb
from art.tools.fields import Array
from art.tools.knife import KnifeEasel

VANISH = (0.475, 0.455)
EYE, VERGE, TALL = 0.31, 0.455, 1.75  # eye height, half-distance of the rows, height of a tree
MAPLE = "2c1044 6a123c b01a30 dc3420 f2681a fa9c26 ffd25a"
BIRCH = "4a2450 8c4416 c87414 eca41c fac834 ffe472 fff4b8"
HAZE = "c9b4dc"


@dataclass
class Tree:
    """One tree: its side (-1 left, 1 right), its depth (1 is the picture plane) and its kind."""

    side: int
    depth: float
    birch: bool

    @property
    def foot(self) -> Array:
        """Where the trunk meets the ground, in units."""
        return np.array((VANISH[0] + self.side * VERGE / self.depth, VANISH[1] + EYE / self.depth))

    @property
    def haze(self) -> float:
        """How much mist lies before the tree, 0..1."""
        return float(np.clip((self.depth - 2.0) / 9.0, 0.0, 0.75))


def hazed(colour: Array, tree: Tree) -> Array:
    """Fade ``colour`` (N, 3) towards the mist with the tree's depth."""
    return mix(colour, np.broadcast_to(rgb(HAZE), colour.shape), np.full(len(colour), tree.haze))


def stem(easel: KnifeEasel, tree: Tree) -> Array:
    """Points (40, 2) up a slightly bent trunk, leaning over the path."""
    share = np.linspace(0, 1, 40)
    bend = easel.rng.normal(0, 0.03) * np.sin(share * 5.0) - tree.side * 0.10 * share**2
    x = tree.foot[0] + bend / tree.depth
    return np.stack([x, tree.foot[1] - share * 0.72 * TALL / tree.depth], 1)


def paint_trunk(easel: KnifeEasel, tree: Tree, points: Array) -> None:
    """The trunk as short slabs: light towards the path, violet on the far side."""
    broad = (66 if tree.birch else 80) / tree.depth
    body = "fff4e2 dccfe8 6d60b4" if tree.birch else "8a4a3a 5a2a44 2e1a48"
    rows = np.repeat(np.arange(40), 3)
    share = rows / 39
    taper = broad * (1.0 - 0.62 * share) * (1 + 0.25 * np.exp(-share * 40))
    cell = np.tile((-0.5, 0.0, 0.5), 40)
    place = points[rows] + np.stack(
        [cell * taper * 0.62 / 1280, easel.rng.normal(0, 0.002, 120)], 1
    )
    tone = np.clip(0.5 + 0.5 * np.sign(cell) * tree.side + easel.rng.normal(0, 0.12, 120), 0, 1)
    turn = np.pi / 2 + easel.rng.normal(0, 0.12, 120)
    reach = 2.6 * 0.72 * TALL / tree.depth / 39 * 1280
    order = easel.rng.permutation(120)
    colour = hazed(ramp(tone, body), tree)
    easel.slabs(
        place[order], turn[order], reach, (taper * 0.46)[order], colour[order], 0.03, 1.0, 0.25
    )
    if tree.birch:
        paint_bark(easel, tree, points, broad)
    paint_drift(easel, tree, broad)


def paint_drift(easel: KnifeEasel, tree: Tree, broad: float) -> None:
    """Leaves heaped against the foot of the trunk, dark below and bright on top."""
    count = 26
    offset = easel.rng.normal(0, 1, (count, 2)) * np.array((0.85, 0.16)) * broad / 1280
    order = np.argsort(offset[:, 1])
    tone = np.clip(0.5 + easel.rng.normal(0, 0.3, count), 0, 1)
    colour = hazed(ramp(tone, "3a1450 7a1a40 c22c28 ee7a22 fcc244"), tree)
    size = np.clip(broad * 0.34, 4, 17)
    turn = easel.rng.normal(0, 0.5, count)
    place = tree.foot + np.array((0, 0.004 / tree.depth)) + offset
    easel.slabs(place[order], turn, 1.8 * size, 0.75 * size, colour, 0.06, 1.2, 0.35)


def paint_bark(easel: KnifeEasel, tree: Tree, points: Array, broad: float) -> None:
    """Dark lenticels scraped across a birch, heavier on its shadow side."""
    count = 34
    rows = easel.rng.integers(0, 36, count)
    taper = broad * (1.0 - 0.62 * rows / 39)
    cell = tree.side * easel.rng.uniform(-0.35, 0.5, count)
    place = points[rows] + np.stack([cell * taper / 1280, easel.rng.normal(0, 0.004, count)], 1)
    colour = hazed(ramp(easel.rng.random(count), "241436 3c2448 6a4a6c"), tree)
    reach = taper * easel.rng.uniform(0.2, 0.75, count)
    turn = easel.rng.normal(0, 0.22, count)
    easel.slabs(place, turn, reach, np.clip(9 / tree.depth, 1.6, 6), colour, 0.04, 0.8, 0.6)


def paint_branches(easel: KnifeEasel, tree: Tree, points: Array) -> None:
    """Rising limbs that reach over the path and away from it."""
    colour = "cfc4dc 8a7cae" if tree.birch else "5a2a3a 2e1a44"
    for row in easel.rng.integers(13, 38, 9):
        way = easel.rng.choice((-1, 1))
        reach = easel.rng.uniform(0.10, 0.22) / tree.depth
        run = np.linspace(0, 1, 5)
        limb = points[row] + np.stack([way * reach * run, -reach * (0.9 * run - 0.35 * run**2)], 1)
        width = np.clip(24 / tree.depth, 1.8, 13) * (1 - row / 60)
        tone = hazed(ramp(easel.rng.random(1), colour), tree)
        for a, b in ((0, 3), (2, 5)):
            easel.lines(limb[None, a:b], width * (1 - 0.2 * a), tone, 0.05, 0.9, 0.3)


def paint_crown(easel: KnifeEasel, tree: Tree, amount: float = 1.0) -> None:
    """Clusters of leaf slabs: gold where the light comes through, crimson and violet behind."""
    middle = tree.foot - np.array((tree.side * 0.10, 0.66 * TALL)) / tree.depth
    middle[1] = max(middle[1], 0.03)
    knots = easel.rng.normal(0, 1, (18, 2)) * np.array((0.19, 0.24)) / tree.depth + middle
    knots = knots[np.argsort(-knots[:, 1])]
    for knot in knots:
        if -0.08 < knot[1] < tree.foot[1] - 0.46 / tree.depth:
            paint_cluster(easel, tree, knot, amount)


def paint_cluster(easel: KnifeEasel, tree: Tree, knot: Array, amount: float) -> None:
    """One bough of leaves around ``knot``: its dark heart first, then its lit upper side."""
    size = np.clip(34 / tree.depth**0.7, 6.5, 21)
    spread = np.array((0.062, 0.042)) / tree.depth
    count = round(amount * np.clip(8.0 * spread.prod() * 1280**2 / size**2, 8, 70))
    offset = easel.rng.normal(0, 1, (count, 2))
    offset /= np.maximum(1.0, np.linalg.norm(offset, axis=1, keepdims=True) / 1.6)
    place = knot + offset * spread
    glow = np.exp(-np.hypot(knot[0] - VANISH[0], (knot[1] - 0.34) * 0.9) / 0.20)
    lift = -0.10 * tree.side * offset[:, 0] - 0.13 * offset[:, 1]
    own = easel.rng.normal(0, 0.11)
    tone = 0.26 + 0.58 * glow + own + lift + easel.rng.normal(0, 0.06, count)
    colour = hazed(ramp(tone, BIRCH if tree.birch else MAPLE), tree)
    cool = (easel.rng.random(count) < 0.12) & (lift < 0)
    colour[cool] = ramp(easel.rng.random(cool.sum()), "251c66 3d3a98 6a5cb8")
    order = np.argsort(lift + easel.rng.normal(0, 0.09, count))
    turn = easel.rng.uniform(-0.9, 0.9) + easel.rng.choice((0.0, 0.7), count)
    turn = turn + easel.rng.normal(0, 0.25, count)
    reach = size * easel.rng.uniform(1.1, 2.2, count)
    width = size * easel.rng.uniform(0.55, 0.95, count)
    easel.slabs(
        place[order], turn[order], reach[order], width[order], colour[order], 0.045, 1.1, 0.35
    )
