"""Two koi circle in a current of floating inks under a moon of calm rings."""

import numpy as np
from numpy.typing import NDArray

from art.motifs.koi import CARP, WIDTHS, draw_koi
from art.tools.canvas import painting_of, save_painting, to_uint8
from art.tools.fields import spline
from art.tools.marbling import Bath, Breath, Place, Stamp, Tine, Vortex, print_sheet

HEIGHT = 0.75
INDIGO, BLUE, PALE = "16275a", "2f62a4", "9fc3d4"
VERMILION, EMERALD, GOLD = "d8432a", "12786a", "dca23c"
CREAM, SUMI = "f8ecd0", "171b2c"
MOON = (0.205, 0.215)


def ring_codes(place: Place, rng: np.random.Generator, count: int) -> list[str]:
    """Inks for one place of the first drops: pale at the upper left, deep at the lower right."""
    across = place[0] + place[1] / HEIGHT
    current = abs(place[0] - (1 - place[1] / HEIGHT))
    if current < 0.24:
        cycle = (INDIGO, CREAM, VERMILION, CREAM, GOLD, INDIGO, CREAM, EMERALD)
    elif across < 1:
        cycle = (BLUE, CREAM, PALE, CREAM, INDIGO, CREAM, PALE, GOLD)
    else:
        cycle = (INDIGO, EMERALD, CREAM, BLUE, INDIGO, GOLD, EMERALD, SUMI)
    start = int(rng.integers(len(cycle)))
    return [cycle[(start + i) % len(cycle)] for i in range(count)]


def first_drops(bath: Bath, rng: np.random.Generator) -> None:
    """Cover the bath with rings, a few drops at every place in turn."""
    x, y = np.meshgrid(np.linspace(-0.02, 1.02, 10), np.linspace(-0.02, HEIGHT + 0.02, 8))
    places = np.stack([x.ravel(), y.ravel()], 1) + rng.normal(0, 0.028, (x.size, 2))
    codes = [ring_codes((px, py), rng, 15) for px, py in places]
    for first in (0, 5, 10):
        for i in rng.permutation(len(places)):
            bath.rings(tuple(places[i]), 0.0235, codes[i][first : first + 5], 0.003)


def draw_current(bath: Bath, rng: np.random.Generator) -> None:
    """Comb the inks along a bow from corner to corner, against it, and stir the busy side."""
    pivot, heart = (-0.25, -0.55), (0.62, 0.50)
    for i, radius in enumerate(np.arange(0.78, 1.52, 0.040)):
        pull = 0.13 if i % 2 else -0.10
        bath.moves.append(Tine(pivot, radius, pull, 0.0105, heart, 0.52))
    bath.moves.append(Breath.make(rng, 0.32, 0.022, 5))
    for radius in np.arange(0.35, 1.0, 0.060):
        bath.moves.append(Tine((1.25, 1.15), radius, -0.075, 0.010, (0.80, 0.58), 0.30))
    for place, turn, reach in (
        ((0.565, 0.385), 2.3, 0.105), ((0.885, 0.600), -3.4, 0.050), ((0.300, 0.640), 3.2, 0.046),
        ((0.935, 0.180), 2.6, 0.042), ((0.700, 0.690), 2.6, 0.036), ((0.480, 0.090), -2.2, 0.040),
    ):  # fmt: skip
        bath.moves.append(Vortex(place, turn, reach))


def late_drops(bath: Bath, rng: np.random.Generator) -> None:
    """The moon's rings, a few small eyes of colour, and a sprinkle off the brush."""
    moon = [CREAM, PALE, CREAM, BLUE, CREAM, GOLD, CREAM, INDIGO] * 2
    bath.rings(MOON, 0.036, [INDIGO, CREAM, *moon], 0.0016)
    bath.rings(MOON, 0.032, [GOLD, CREAM, VERMILION, CREAM, GOLD, CREAM], 0.001)
    bath.rings(MOON, 0.040, [VERMILION, "e8593a"], 0.001)
    eyes = ((0.060, 0.520), (0.115, 0.665), (0.400, 0.120), (0.880, 0.400), (0.690, 0.080))
    for place in eyes:
        bath.rings(place, 0.015, [INDIGO, CREAM, VERMILION, CREAM, EMERALD, CREAM, GOLD], 0.0015)
    for x, y in rng.uniform((0, 0), (1, HEIGHT), (90, 2)):
        code = (CREAM, CREAM, GOLD, INDIGO, VERMILION)[int(rng.integers(5))]
        bath.drop((x, y), 0.0016 + 0.0045 * rng.random() ** 2, code)


def float_koi(bath: Bath, unit: int) -> None:
    """Part the inks around each koi with a long ringed drop, then lay the fish itself."""
    bands = ((0.80, CREAM), (0.85, INDIGO), (0.92, CREAM), (0.955, BLUE), (1.0, CREAM))
    for carp in CARP:
        share = np.linspace(0, 1, 160)
        half = 0.017 + np.interp(share, np.linspace(0, 1, len(WIDTHS)), WIDTHS) / 2
        bath.furrow(spline(carp.spine, 160), half, bands)
    colour, cover = draw_koi(round(unit * 2.2), HEIGHT)
    bath.moves.append(Stamp(colour, cover, 1.0))


def paint(seed: int = 4, longer_side: int = 1280, fine: int = 4) -> NDArray[np.uint8]:
    """Drop, comb and lift the inks; returns uint8 RGB (H, W, 3)."""
    rng = np.random.default_rng(seed)
    bath = Bath(rng)
    first_drops(bath, rng)
    draw_current(bath, rng)
    late_drops(bath, rng)
    float_koi(bath, longer_side)
    bath.moves.append(Breath.make(rng, 0.20, 0.006, 5))
    bath.moves.append(Breath.make(rng, 0.055, 0.0012, 6))
    shape = (round(longer_side * HEIGHT), longer_side)
    return to_uint8(print_sheet(bath, shape, longer_side, fine))


if __name__ == "__main__":
    save_painting(paint(), painting_of(__file__))
