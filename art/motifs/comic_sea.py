"""Storm water for a comic panel: swells, a breaker, foam, spray and rain, in brush and tint."""

import numpy as np

from art.tools.fields import Array, Points, arc_length, normals, smoothstep, spline
from art.tools.halftone import Panel, Tint, moved
from art.tools.outlines import disc
from art.tools.woodcut import claw, tapered

WHITE: Tint = (0.0, 0.0, 0.0)
FOAM_SHADE: Tint = (0.34, 0.04, 0.0)


def foam_row(
    panel: Panel, path: Array, size: float, mass: list[Points] | None = None, width: float = 3.4,
    hook: float = 0.0,
) -> None:  # fmt: skip
    """Bubbling foam along ``path`` (K, 2): lobes about ``size`` units, some hooked fingers."""
    rng = panel.rng
    travelled = arc_length(path)
    across = normals(path)
    shapes, place = list(mass or []), 0.0
    cores = []
    while place < travelled[-1]:
        i = int(np.searchsorted(travelled, place))
        radius = size * rng.uniform(0.35, 1.0)
        centre = path[i] + across[i] * rng.uniform(-0.5, 0.35) * size
        shapes.append(disc(centre, radius, rng.uniform(0.75, 1.0)))
        cores.append((centre, radius))
        if hook and rng.random() < 0.6:
            heading = float(np.arctan2(across[i][1], across[i][0])) + rng.normal(0, 0.35)
            shapes.append(claw(centre, heading, 2.3 * radius, hook * rng.uniform(0.7, 1.4), radius))
        place += 0.8 * radius
    mask = panel.draw(shapes, WHITE, width)
    low = 0.30 * size
    shade = [disc(moved(c, 0.25 * r, 0.32 * r + low), 0.86 * r) for c, r in cores]
    panel.tint(mask * panel.mask(shade) * (panel.key < 0.5), FOAM_SHADE)
    curls = []
    for centre, radius in cores:
        turns = np.linspace(0.1, 2.0, 12) + rng.uniform(-0.5, 0.9)
        curls.append(centre + 0.66 * radius * np.stack([np.cos(turns), np.sin(turns)], 1))
    panel.ink(mask * panel.mask([tapered(curl, width * 0.85 / 1280, 0.8) for curl in curls]))


def spray(panel: Panel, path: Array, spread: float, count: int, bias: tuple[float, float]) -> None:
    """Drops thrown off ``path`` in the direction ``bias``: round and torn, outlined."""
    rng = panel.rng
    roots = path[rng.integers(0, len(path), count)]
    flight = np.abs(rng.normal(0, spread, (count, 1)))
    spots = roots + flight * (np.asarray(bias) + rng.normal(0, 0.35, (count, 2)))
    heading = float(np.arctan2(bias[1], bias[0]))
    drops = []
    for spot, far in zip(spots, flight[:, 0], strict=True):
        radius = rng.uniform(0.0012, 0.0055) * (1.1 - 0.5 * min(far / spread, 1.5))
        drops.append(disc(spot, radius))
        drops.append(claw(spot, heading + np.pi, 3.2 * radius, 0.2, 1.7 * radius))
    panel.draw(drops, WHITE, 3.0)


def swell(panel: Panel, crest: Points, floor: float, foam: float, dark: float) -> None:
    """A near swell from ``crest`` down to ``floor``: tinted, streaked with ink, capped in foam."""
    rng = panel.rng
    top = spline(crest, 200)
    base = np.stack([top[:, 0], np.full(len(top), floor)], 1)
    level = np.interp(panel.x[0], top[:, 0], top[:, 1])[None]
    depth = smoothstep(0.0, 0.13, panel.y - level)
    body: Tint = (0.70 + 0.35 * depth, 0.02 + dark * depth, 0.16 * (1 - depth))
    panel.draw([np.concatenate([top, base[::-1]])], body, 5.0)
    whole = panel.mask([np.concatenate([top, base[::-1]])])
    streaks, gleams = [], []
    for _ in range(115):
        share = rng.uniform(0.10, 1.0)
        first = int(rng.integers(0, 175))
        piece = slice(first, first + int(rng.integers(14, 46)))
        line = (top + (base - top) * share)[piece]
        bow = 0.012 * np.sin(np.linspace(0, np.pi, len(line)))
        line = line + np.stack([np.zeros(len(line)), bow * rng.choice((-1, 1))], 1)
        thick = rng.uniform(0.0025, 0.0050 + 0.008 * share)
        (gleams if rng.random() < 0.30 else streaks).append(tapered(line, thick, 1.0))
    panel.ink(whole * panel.mask(streaks))
    light = whole * panel.mask(gleams)
    panel.fill(light, (0.12, 0.0, 0.06))
    panel.feather(moved(top, 0, 0.5 * foam), 0.040, 0.0105, -1.0, whole, 0.9)
    foam_row(
        panel, moved(top, 0, 0.25 * foam), foam, [tapered(moved(top, 0, 0.3 * foam), foam, 0.2)]
    )


def breaker(panel: Panel, back: Array, face: Array) -> None:
    """The great wave: bands that sweep up its hollow, ink between them, a lip of foam."""
    rng = panel.rng
    whole = panel.draw([np.concatenate([back, face[::-1]])], (0.85, 0.30, 0.0), 6.0)
    panel.tint(whole, (0.55 + 0.45 * smoothstep(0.26, 0.55, panel.y), 0.06, 0.28))
    along = np.linspace(0, 1, len(back))
    for k in range(58):
        share = (k + rng.uniform(0.1, 0.9)) / 58
        wobble = 0.018 * np.sin(along * 5 + rng.uniform(0, 6))
        line = back + (face - back) * np.clip(share + wobble, 0.01, 0.99)[:, None]
        first = int(rng.integers(0, 70))
        piece = line[first : first + int(rng.integers(50, 120))]
        thick = rng.uniform(0.003, 0.008) * (0.7 + 0.8 * share)
        mark = whole * panel.mask([tapered(piece, thick, 0.9)])
        if k % 3 == 1:
            panel.fill(mark, (0.05, 0.0, 0.0))
        elif k % 3 == 2:
            panel.fill(mark, (1.0, 0.48, 0.0))
        else:
            panel.ink(mark)
    panel.feather(face[30:190], 0.060, 0.0075, 1.0, whole, -0.5)
    shade = whole * panel.mask([tapered(face[40:200], 0.020, 0.5)])
    panel.ink(shade)


def far_sea(panel: Panel, horizon: float, floor: float) -> None:
    """The distance: rows of choppy crests with ink below and a fleck of foam above."""
    rng = panel.rng
    sea = ((panel.y > horizon) & (panel.y < floor)).astype(np.float32)
    panel.fill(sea, (0.78 - 1.2 * (panel.y - horizon), 0.30, 0.06))
    panel.lines([np.array(((-0.02, horizon), (0.5, horizon), (1.02, horizon)))], 6.0)
    level = horizon + 0.008
    while level < floor:
        near = (level - horizon) / (floor - horizon)
        dark, pale = [], []
        for x in np.arange(-0.05, 1.05, 0.022 + 0.045 * near):
            half = (0.012 + 0.030 * near) * rng.uniform(0.6, 1.3)
            cx, cy = x + rng.normal(0, 0.012), level + rng.normal(0, 0.003)
            arc = np.linspace(-1, 1, 13)
            peak = 0.55 * half * (1 - np.abs(arc)) ** 1.5
            crest = np.stack([cx + half * arc, cy - peak], 1)
            dark.append(np.concatenate([crest, moved(crest[::-1], 0, 0.002 + 0.005 * near)]))
            pale.append(tapered(moved(crest, -0.1 * half, -0.0035), 0.002 + 0.004 * near, 0.8))
        panel.fill(panel.mask(pale), (0.04, 0.0, 0.0))
        panel.ink(panel.mask(dark))
        level += 0.011 + 0.020 * near


def rain(panel: Panel, count: int) -> None:
    """Slanting rain: mostly pale streaks cut out of the tints, some thin black ones."""
    rng = panel.rng
    pale, dark = [], []
    for _ in range(count):
        start = rng.uniform((-0.05, -0.1), (1.15, 0.72))
        drop = rng.uniform(0.03, 0.10) * np.array((-0.36, 1.0))
        path = start + np.linspace(0, 1, 6)[:, None] * drop
        (pale if rng.random() < 0.75 else dark).append(tapered(path, rng.uniform(0.0012, 0.0024)))
    panel.fill(0.9 * panel.mask(pale), (0.03, 0.0, 0.0))
    panel.ink(panel.mask(dark))
