"""The ground of the starlit valley: hills, the river and the meadow in front."""

from dataclasses import dataclass

import numpy as np

from art.tools.brush import scatter, trace
from art.tools.canvas import mix, ramp
from art.tools.fields import Array, polygon, smear, smoothstep, spline
from art.tools.oil import INK, Easel, paint_dab

HEIGHT = 0.76  # of the longer side


@dataclass(frozen=True)
class Hill:
    """A hill from its ridge down: colours run over ``depth``, paint over ``extent`` (units)."""

    ridge: tuple[tuple[float, float], ...]
    tones: str
    depth: float
    brush: float
    extent: float
    fields: bool = False


HILLS = (
    Hill(
        ((-0.05, 0.405), (0.1, 0.375), (0.2, 0.40), (0.34, 0.352), (0.46, 0.40), (0.6, 0.372),
         (0.72, 0.405), (0.86, 0.35), (1.05, 0.395)),
        "a5d4b4 4fa0a8 1f5f98 143a7c 1c5a90", 0.085, 0.62, 0.11,
    ),
    Hill(
        ((-0.05, 0.43), (0.12, 0.438), (0.3, 0.455), (0.5, 0.437), (0.7, 0.45), (0.84, 0.42),
         (1.05, 0.44)),
        "7cc2a0 22788c 12406b 0f2f5c 174a6e", 0.07, 0.62, 0.09,
    ),
    Hill(
        ((-0.05, 0.465), (0.1, 0.468), (0.28, 0.492), (0.5, 0.487), (0.75, 0.48), (1.05, 0.47)),
        "c9a94b 3f8a6e 1c5f62 123f57 0d2c4c", 0.26, 0.75, 0.30, True,
    ),
    Hill(
        ((0.43, 0.80), (0.50, 0.695), (0.60, 0.612), (0.74, 0.562), (0.9, 0.548), (1.05, 0.54)),
        "e0b64e 8f8f45 2f7562 144a5a 0b2748", 0.26, 1.0, 0.40, True,
    ),
    Hill(
        ((-0.05, 0.585), (0.08, 0.602), (0.2, 0.655), (0.3, 0.725), (0.36, 0.80)),
        "d9a840 6f8a4a 226a62 123f57 091f40", 0.22, 1.1, 0.40, True,
    ),
)  # fmt: skip
RIVER = (
    (0.660, 0.490, 0.008), (0.550, 0.507, 0.017), (0.455, 0.533, 0.025), (0.440, 0.575, 0.034),
    (0.485, 0.620, 0.045), (0.455, 0.680, 0.066), (0.375, 0.800, 0.110),
)  # fmt: skip


def ridge_line(easel: Easel, hill: Hill) -> tuple[Array, Array]:
    """Height (units) and slope (radians) of a hill's ridge above each column (W,)."""
    curve = spline(hill.ridge, 600)
    line = np.interp(easel.x[0], curve[:, 0], curve[:, 1], left=2.0)
    return line.astype(np.float32), np.arctan(np.gradient(line, easel.x[0]))


def plots(easel: Easel, down: Array) -> tuple[Array, Array]:
    """Turn (radians) and tone shift of the patchwork of ploughed fields on a hill."""
    seeds = easel.rng.uniform((0, 0), (1, 0.35), (30, 2))
    wobble = 0.03 * (easel.noise(0.08) - 0.5)
    across, deep = easel.x + 0.6 * down + wobble, down + wobble
    gaps = [np.hypot(across - x, 2.4 * (deep - y)) for x, y in seeds]
    owner = np.argmin(np.stack(gaps), 0)
    turns = easel.rng.choice([-0.55, -0.2, 0.15, 0.5], len(seeds))
    shifts = easel.rng.choice([-0.22, 0.0, 0.22, 0.38], len(seeds))
    return turns[owner].astype(np.float32), shifts[owner].astype(np.float32)


def paint_hill(easel: Easel, hill: Hill) -> None:
    """One hill: furrows along its contour, moonlit crest, dark foot, and a drawn ridge."""
    line, slope = ridge_line(easel, hill)
    down = easel.y - line[None]
    mask = ((down > 0.005 * hill.brush) & (down < hill.extent)).astype(np.float32)
    ease = np.exp(-np.clip(down, 0, None) / hill.depth)
    angle = slope[None] * ease + 0.5 * (easel.noise(0.12) - 0.5)
    depth = np.clip(down / hill.depth, 0, 1)
    shift = np.zeros(easel.shape, np.float32)
    if hill.fields:
        turn, shift = plots(easel, down)
        angle = angle + turn * smoothstep(0.0, 0.05, down)
    furrows = smear(easel.noise(0.012), angle, 40 * easel.scale)
    tone = depth**0.8 + 0.42 * (furrows - 0.5) - shift * (1 - 0.5 * depth)
    colour = ramp(tone, hill.tones)
    moonlit = np.exp(-(((easel.x - 0.33) / 0.35) ** 2)) * (1 - depth) * 0.25
    colour = mix(colour, ramp(furrows, "2f8f8c e9dc96"), moonlit)
    b = hill.brush
    easel.layer(colour, angle, mask, (23 * b, 84 * b, 13 * b), 0.04, 0.8)
    easel.layer(colour, angle, mask, (14 * b, 60 * b, 10 * b), 0.055, 1.0)
    easel.layer(colour, angle, 0.6 * mask, (8.5 * b, 44 * b, 9 * b), 0.08, 1.2)
    paint_crest(easel, line, 5.5 * b, ramp(0.0, hill.tones))


def paint_crest(easel: Easel, line: Array, width: float, pale: Array) -> None:
    """Draw a ridge (W,) twice over: a broken dark contour above a moonlit edge."""
    rng = easel.rng
    starts = np.arange(-0.02, 1.0, 0.017) + rng.uniform(-0.01, 0.01, 60)
    xs = starts[:, None] + rng.uniform(0.02, 0.06, (60, 1)) * np.linspace(0, 1, 6)
    crest = np.stack([xs, np.interp(xs, easel.x[0], line)], -1)
    crest = crest[(crest[..., 1] < HEIGHT).all(1)]
    for shift, colour, size in ((0.0055, pale, 1.2), (-0.0005, INK, 0.85)):
        wander = rng.normal(0, 0.0003, (len(crest), 6)) + shift * width / 5
        wander += rng.normal(0, 0.0009, (len(crest), 1))
        path = crest + np.stack([np.zeros_like(wander), wander], -1)
        easel.lines(path, width * size * rng.uniform(0.5, 1.4, len(crest)), colour, 0.07, 1.4, 0.7)


def river_mask(easel: Easel, share: float = 1.0) -> Array:
    """Coverage (H, W) of the winding river, narrowed to ``share`` of its width."""
    middle = spline(np.array(RIVER), 120) * (1, 1, share)
    left = middle[:, :2] - middle[:, 2:] * (1, 0)
    right = middle[:, :2] + middle[:, 2:] * (1, 0)
    return polygon(easel.shape, easel.unit, np.concatenate([left, right[::-1]]))


def paint_river(easel: Easel) -> None:
    """Water: level strokes of reflected sky, a path of moonlight and lamps in ripples."""
    mask = river_mask(easel, 0.62)
    angle = 0.22 * np.sin(easel.y * 190 + 6 * easel.noise(0.1)) + 0.5 * (easel.noise(0.06) - 0.5)
    ripples = smear(easel.noise(0.010), angle, 26 * easel.scale)
    near = smoothstep(0.5, 0.76, easel.y)
    shine = np.exp(-(((easel.x - 0.43) / 0.035) ** 2))
    tone = 0.14 + 0.62 * ripples + 0.40 * shine * ripples + 0.12 * (1 - near)
    colour = ramp(tone, "0b1a50 164a9c 2288aa 6cc4b4 e2e8a8 fff0a4")
    for size, share in (((13, 36, 7), 1.0), ((9, 32, 7), 0.9), ((6, 26, 7), 0.7)):
        easel.layer(colour, angle, mask * share, size, 0.07, 1.0)
    middle = spline(np.array(RIVER), 90)
    for side in (-1.0, 1.0):
        bank = middle[:, :2] + side * middle[:, 2:] * (0.92, 0)
        for i in range(0, 84, 2):
            path = bank[i : i + 6] + easel.rng.normal(0, 0.0022, 2)
            tone = ramp(easel.rng.random(), "0a1030 0f2c4c 1a5560 8f9a55")
            easel.lines(path[None], 2.5 + 0.05 * i, tone, 0.06, 1.2, 0.7)
    lamps = ((0.425, 0.560), (0.450, 0.600), (0.420, 0.650), (0.50, 0.610), (0.40, 0.700))
    for x, y in lamps:
        drops = np.arange(6)[:, None] * 0.009 + y
        half = easel.rng.uniform(0.004, 0.010, (6, 1))
        xs = x + easel.rng.normal(0, 0.006, (6, 1)) + half * np.linspace(-1, 1, 4)
        dabs = np.stack([xs, np.broadcast_to(drops, xs.shape)], -1)
        easel.lines(dabs, 5, ramp(0.5, "e9a73f fbe27a"), 0.08, 1.6)


def paint_meadow(easel: Easel) -> None:
    """Foreground grass that leans with the wind, in drifts of colour, and a few flowers."""
    edge = 0.665 + 0.07 * (easel.noise(0.09) - 0.5)
    mask = smoothstep(-0.03, 0.05, easel.y - edge) * (1 - river_mask(easel, 0.8)) * 0.95
    starts = scatter(mask, 6.5 * easel.scale, easel.rng)
    starts = starts[np.argsort(starts[:, 1])]
    count = len(starts)
    col, row = starts.astype(int).T
    lean = -1.25 + 1.5 * (easel.noise(0.10) - 0.5)
    paths = trace(lean, starts, 30 * easel.scale * easel.rng.uniform(0.5, 1.4, count))
    drift = 0.75 * easel.noise(0.06)[row, col] + 0.45 * (easel.rng.random(count) - 0.3)
    colour = ramp(drift, "06132f 0b2c47 14525a 2f7a5c 8f8f45 dcae48")
    easel.lines(paths / easel.unit, easel.rng.uniform(3, 7, count), colour, 0.06, 1.3)
    for x, y in scatter(mask * 0.2, 24 * easel.scale, easel.rng) / easel.unit:
        tone = ramp(easel.rng.random(), "f3e9a4 e7a04a d8643c f7f2d6 9fd0c0")
        paint_dab(easel, (x, y - 0.012), easel.rng.uniform(0.004, 0.009), tone, 2)
