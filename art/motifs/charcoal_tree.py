"""The skeleton and the foliage of an old oak, for a drawing."""

from dataclasses import dataclass, field

import numpy as np

from art.tools.fields import Array, spline


@dataclass
class Oak:
    """Limbs as (spine (K, 2), half widths (K,)) in units, thick ones first, and clump centres."""

    limbs: list[tuple[Array, Array]] = field(default_factory=list)
    twigs: list[tuple[Array, Array]] = field(default_factory=list)
    clumps: list[tuple[float, float, float]] = field(default_factory=list)


BOUGHS = (  # points of the great limbs, and their half widths at the fork
    (((0.325, 0.45), (0.270, 0.36), (0.195, 0.325), (0.125, 0.320)), 0.026),
    (((0.330, 0.43), (0.305, 0.31), (0.240, 0.22), (0.195, 0.165)), 0.027),
    (((0.360, 0.43), (0.400, 0.31), (0.450, 0.225), (0.485, 0.160)), 0.027),
    (((0.365, 0.46), (0.440, 0.375), (0.520, 0.345), (0.590, 0.330)), 0.025),
    (((0.350, 0.40), (0.410, 0.36), (0.470, 0.30), (0.565, 0.225)), 0.016),
    (((0.330, 0.41), (0.265, 0.32), (0.200, 0.275), (0.125, 0.235)), 0.016),
)
TRUNK = (
    (0.318, 0.668), (0.331, 0.60), (0.342, 0.53), (0.345, 0.46), (0.346, 0.40), (0.352, 0.31),
    (0.336, 0.20), (0.345, 0.11),
)  # fmt: skip
GIRTH = (0.102, 0.058, 0.047, 0.045, 0.036, 0.023, 0.014, 0.004)  # half widths at those points


def grow_oak(rng: np.random.Generator) -> Oak:
    """Grow boughs, branches and twigs, and gather leaves at their ends."""
    oak = Oak()
    girth = np.interp(np.linspace(0, 1, 200), np.linspace(0, 1, len(GIRTH)), GIRTH)
    trunk = spline(TRUNK, 200)
    oak.limbs.append((trunk, girth))
    for i in range(116, 172, 7):
        branch(oak, rng, trunk[i], heading(trunk, i), 0.11, 0.009, 3)
    for points, half in BOUGHS:
        path = spline(points, 90)
        path[8:] += np.cumsum(rng.normal(0, 0.0007, (82, 2)), 0)
        oak.limbs.append((path, half * np.linspace(1, 0.16, 90) ** 0.9))
        for place in np.linspace(0.22, 0.97, 9):
            i = int(place * 89)
            branch(
                oak, rng, path[i], heading(path, i), 0.115 * (1.25 - 0.5 * place), 0.34 * half, 3
            )
    return oak


def heading(path: Array, i: int) -> float:
    """Direction (radians) of a path at its point ``i``."""
    step = path[min(i + 1, len(path) - 1)] - path[max(i - 1, 0)]
    return float(np.arctan2(step[1], step[0]))


def branch(
    oak: Oak, rng: np.random.Generator, start: Array, bearing: float, length: float, half: float,
    order: int,
) -> None:  # fmt: skip
    """A crooked branch off to one side, and its own branches down to ``order`` 0."""
    bearing += rng.choice((-1, 1)) * rng.uniform(0.4, 1.1)
    turns = bearing + np.cumsum(rng.normal(0, 0.30, 14))
    steps = np.stack([np.cos(turns), np.sin(turns) - 0.12], 1) * length / 14
    path = start + np.concatenate([np.zeros((1, 2)), np.cumsum(steps, 0)])
    path = spline(path, 30)
    oak.twigs.append((path, np.maximum(half * np.linspace(1, 0.2, 30), 0.0006)))
    if order == 1 and rng.random() < 0.30:
        oak.clumps.append((float(path[-1, 0]), float(path[-1, 1]), rng.uniform(0.020, 0.042)))
    if order:
        for place in rng.uniform(0.3, 1.0, 3):
            i = int(place * 29)
            reach = length * rng.uniform(0.45, 0.7)
            branch(oak, rng, path[i], heading(path, i), reach, 0.5 * half, order - 1)
