"""Stepped skyscrapers for a deco poster: lit and shaded halves, pilasters, windows, crowns."""

from dataclasses import dataclass

import numpy as np

from art.tools.deco import Poster, rectangle
from art.tools.fields import Array, smoothstep
from art.tools.outlines import disc

CORAL = "7a2a22 c8553c ee8f68 f8c69a"
TEAL = "06232b 0f4a53 2a8082 8cc0ac"
IVORY = "8a6a44 cda870 f0dcae fff6dc"
BLACK = "05080b 0a1218 16262e 2c474c"
DUSK = "0d3a44 2f7478 7fb2a4 d8dcb8"


@dataclass
class Tower:
    """A tower: middle ``x``, ``tiers`` of (half width, top) from the widest, and its inks."""

    x: float
    tiers: tuple[tuple[float, float], ...]
    bright: str
    dim: str
    crown: str = "step"
    pitch: float = 0.0125


BASE = 1.02
FAR = (
    Tower(0.085, ((0.050, 0.66), (0.034, 0.60), (0.018, 0.55)), DUSK, TEAL, "step", 0.0095),
    Tower(0.205, ((0.048, 0.60), (0.032, 0.53), (0.016, 0.47)), CORAL, TEAL, "fan", 0.0095),
    Tower(0.355, ((0.050, 0.63), (0.036, 0.56), (0.020, 0.51)), DUSK, TEAL, "spire", 0.0095),
    Tower(0.655, ((0.052, 0.58), (0.038, 0.51), (0.020, 0.45)), DUSK, TEAL, "spire", 0.0095),
    Tower(0.800, ((0.050, 0.64), (0.032, 0.57), (0.018, 0.52)), CORAL, TEAL, "step", 0.0095),
    Tower(0.925, ((0.048, 0.62), (0.034, 0.55), (0.016, 0.49)), DUSK, TEAL, "fan", 0.0095),
)
MIDDLE = (
    Tower(0.140, ((0.068, 0.76), (0.050, 0.68), (0.030, 0.60)), TEAL, BLACK, "spire"),
    Tower(0.285, ((0.064, 0.72), (0.046, 0.63), (0.028, 0.555)), IVORY, TEAL, "fan"),
    Tower(0.730, ((0.066, 0.70), (0.048, 0.61), (0.030, 0.54)), IVORY, TEAL, "fan"),
    Tower(0.870, ((0.068, 0.78), (0.050, 0.69), (0.030, 0.615)), TEAL, BLACK, "spire"),
    Tower(0.500, ((0.100, 0.66), (0.080, 0.52), (0.060, 0.37)), IVORY, BLACK, "arches", 0.0125),
)
NEAR = (
    Tower(0.060, ((0.066, 0.86), (0.050, 0.79), (0.032, 0.73)), BLACK, BLACK, "fan", 0.0155),
    Tower(0.215, ((0.064, 0.885), (0.048, 0.83), (0.028, 0.785)), CORAL, BLACK, "step", 0.0155),
    Tower(0.360, ((0.060, 0.875), (0.042, 0.80), (0.024, 0.745)), TEAL, BLACK, "fan", 0.0155),
    Tower(0.645, ((0.060, 0.865), (0.044, 0.79), (0.026, 0.735)), TEAL, BLACK, "fan", 0.0155),
    Tower(0.795, ((0.066, 0.89), (0.048, 0.84), (0.028, 0.79)), CORAL, BLACK, "step", 0.0155),
    Tower(0.945, ((0.066, 0.85), (0.050, 0.78), (0.032, 0.72)), BLACK, BLACK, "fan", 0.0155),
)


def print_towers(poster: Poster, towers: tuple[Tower, ...], haze: float) -> None:
    """Print a row of towers; ``haze`` 0..1 lightens and warms those that stand far off."""
    for tower in towers:
        print_crown(poster, tower)
        for tier in range(len(tower.tiers) - 1, -1, -1):
            print_tier(poster, tower, tier)
        body = poster.mask([rectangle(tower.x - h, tower.x + h, t, BASE) for h, t in tower.tiers])
        top = tower.tiers[-1][1]
        poster.shade(body, "f8cf96", haze * smoothstep(top + 0.06, top + 0.42, poster.y))
        poster.shade(body, "060b10", (1 - haze) * 0.85 * smoothstep(0.90, 1.03, poster.y))


def print_tier(poster: Poster, tower: Tower, tier: int) -> None:
    """One setback: two sprayed halves, pilasters, windows, a frieze and a gilt cornice."""
    half, top = tower.tiers[tier]
    left, right = tower.x - half, tower.x + half
    turn = 1.0 if tower.x < 0.5 else -1.0
    across = np.clip((poster.x - tower.x) / half * turn, -1, 1)
    fall = smoothstep(top, top + 0.30, poster.y)
    bright = poster.mask([rectangle(*sorted((tower.x, tower.x + turn * half)), top, BASE)])
    dim = poster.mask([rectangle(*sorted((tower.x, tower.x - turn * half)), top, BASE)])
    poster.ink(bright, tower.bright, 0.92 - 0.45 * fall - 0.12 * across)
    poster.ink(dim, tower.dim, 0.62 - 0.45 * fall + 0.25 * across)
    whole = poster.mask([rectangle(left, right, top, BASE)])
    print_windows(poster, tower, whole, top)
    poster.hatch(whole, poster.x - tower.x, tower.pitch, 1.5)
    deep = 0.022 if tier == len(tower.tiers) - 1 else 0.010
    frieze = poster.mask([rectangle(left, right, top, top + deep)])
    poster.ink(frieze, "05080b 10222a", 0.4)
    zigzag = np.abs(((poster.x - tower.x) / 0.016 + 0.5) % 1 - 0.5) * 0.016 + 0.9 * poster.y
    poster.hatch(frieze, zigzag, 0.0062, 1.7)
    rims = [rectangle(left, right, y, y + 0.0026) for y in (top, top + deep)]
    rims += [rectangle(x, x + 0.0022, top, BASE) for x in (left, right - 0.0022)]
    poster.gild(poster.mask(rims))


def print_windows(poster: Poster, tower: Tower, whole: Array, top: float) -> None:
    """Upright windows between the pilasters: most dark, some lit."""
    high = 1.5 * tower.pitch
    col, row = (poster.x - tower.x) / tower.pitch, (poster.y - top - 0.026) / high
    glass = (np.abs(col % 1 - 0.5) < 0.26) & (np.abs(row % 1 - 0.5) < 0.36) & (row > 0)
    spark = np.sin(np.floor(col) * 12.99 + np.floor(row) * 78.23 + 91 * tower.x) * 437.5 % 1.0
    lit = whole * (glass & (spark > 0.66))
    poster.ink(whole * (glass & (spark <= 0.66)), tower.dim, 0.22)
    poster.ink(lit, "d08a3c f6cf7a fff4cc", 0.6)


def print_crown(poster: Poster, tower: Tower) -> None:
    """The top of a tower: a fan, a spire, nested arches or plain steps."""
    half, top = tower.tiers[-1]
    if tower.crown == "fan":
        print_fan(poster, (tower.x, top + 0.004), half * 0.98, tower.bright)
    elif tower.crown == "arches":
        print_arches(poster, tower)
    steps = 4 if tower.crown == "spire" else 2
    height = 0.013 if tower.crown == "spire" else 0.009
    if tower.crown in ("spire", "step"):
        for k in range(1, steps + 1):
            wide = half * (1 - k / (steps + 1.2))
            block = poster.mask([rectangle(tower.x - wide, tower.x + wide, top - height * k, top)])
            poster.ink(block, tower.bright, 0.75 - 0.12 * k)
            poster.contours(block, 5.0, 1.4, 1)
    tip = top - (0.135 if tower.crown == "spire" else 0.075)
    if tower.crown != "arches":
        poster.gild(
            poster.mask([((tower.x - 0.0035, top), (tower.x, tip), (tower.x + 0.0035, top))])
        )


def print_fan(poster: Poster, centre: tuple[float, float], radius: float, codes: str) -> None:
    """Half a rosette: radiating blades inside gilt rings."""
    dx, dy = poster.x - centre[0], poster.y - centre[1]
    reach, turn = np.hypot(dx, dy), np.arctan2(dx, -dy)
    ring = poster.mask([disc(centre, radius, count=96)])
    blade = np.abs((turn / (np.pi / 7)) % 1 - 0.5) * 2
    poster.ink(ring, codes, 0.25 + 0.65 * blade)
    away = np.abs((turn / (np.pi / 7) + 0.5) % 1 - 0.5) * (np.pi / 7) * reach
    poster.gild(ring * np.clip(0.9 * poster.scale - away * poster.unit + 0.5, 0, 1))
    poster.contours(ring, 4.2, 1.5, 2)
    poster.gild(poster.mask([disc(centre, 0.26 * radius, count=96)]))


def print_arches(poster: Poster, tower: Tower) -> None:
    """The great crown: sunburst arches, one above the other, and a needle."""
    half, top = tower.tiers[-1]
    needle = ((tower.x - 0.010, top - 0.10), (tower.x, top - 0.305), (tower.x + 0.010, top - 0.10))
    poster.gild(poster.mask([needle]))
    for k in range(5, -1, -1):
        wide = half * (0.98 - 0.155 * k)
        foot = top - 0.026 * k + 0.006
        turns = np.linspace(0, np.pi, 50)
        bow = np.stack([tower.x + wide * np.cos(turns), foot - 1.45 * wide * np.sin(turns)], 1)
        arch = poster.mask([bow])
        lit = np.clip((tower.x - poster.x) / wide, -1, 1)
        poster.ink(arch, "3a2a18 a87a3c f0d49a fff4d4", 0.60 + 0.34 * lit)
        turn = np.arctan2(poster.x - tower.x, (foot - poster.y) / 1.3 + 1e-6)
        rim = np.hypot(poster.x - tower.x, (poster.y - foot) / 1.45) / wide
        spike = np.abs((turn / 0.40 + 0.5) % 1 - 0.5) * 2 < 0.8 * (1 - (rim - 0.42) / 0.46)
        poster.ink(arch * (spike & (rim > 0.45) & (rim < 0.9)), "061a20 134a52", 0.4)
        poster.contours(arch, 4.0, 1.8, 2)
