"""Ink mountains: pillars of rock in mist, an old pine, a pavilion and a fisherman."""

import numpy as np
from numpy.typing import NDArray

from art.motifs.ink_landscape import (
    GREEN,
    VERMILION,
    paint_boat,
    paint_bush,
    paint_geese,
    paint_pavilion,
    paint_pine,
    paint_seal,
    paint_sun,
    paint_water,
    paint_waterfall,
)
from art.tools.canvas import painting_of, save_painting, to_uint8
from art.tools.fields import smoothstep, spline
from art.tools.inkwash import INDIGO, INK, OCHRE, Peak, Scroll, paint_peak

HEIGHT = 1.36  # of the width
FAR = (
    Peak(0.10, 0.330, 0.11, 0.66, 0.24, 0.9, seed=1),
    Peak(0.36, 0.265, 0.12, 0.66, 0.26, 0.8, seed=2),
    Peak(0.95, 0.290, 0.12, 0.70, 0.28, 0.8, seed=3),
)
MASSIF = (
    Peak(0.87, 0.250, 0.12, 0.80, 0.50, 0.8, seed=11),
    Peak(0.52, 0.230, 0.09, 0.78, 0.58, 0.8, seed=12),
    Peak(0.70, 0.105, 0.15, 0.88, 0.85, 0.8, seed=13),
    Peak(0.86, 0.470, 0.11, 0.94, 0.75, 0.7, seed=14),
    Peak(0.56, 0.500, 0.09, 0.93, 0.75, 0.7, seed=15),
)
CLIFFS = (
    Peak(0.05, 0.545, 0.16, 1.04, 0.80, 0.6, seed=21),
    Peak(0.22, 0.690, 0.08, 1.04, 0.85, 0.6, seed=22),
)
SHORE = (
    Peak(1.00, 0.990, 0.24, 1.46, 0.95, 0.6, seed=31),
    Peak(0.545, 1.100, 0.19, 1.50, 1.00, 0.45, seed=32),
    Peak(0.90, 1.170, 0.24, 1.56, 1.00, 0.6, seed=33),
    Peak(0.68, 1.255, 0.17, 1.58, 1.00, 0.6, seed=34),
    Peak(0.03, 1.240, 0.13, 1.56, 0.95, 0.7, seed=35),
)


def paint_rocks(scroll: Scroll, rocks: tuple[Peak, ...], count: int) -> None:
    """Each rock and the ``count`` buttresses that lean on it."""
    for rock in rocks:
        paint_peak(scroll, rock)
        for part in rock.buttresses(count):
            paint_peak(scroll, part)


def paint_sky(scroll: Scroll) -> None:
    """Washes of warm grey drawn across damp paper, with the marks where they met."""
    top = smoothstep(0.62, 0.0, scroll.y)
    drift = smoothstep(0.40, 0.62, scroll.noise(0.05, 0.30))
    scroll.wash(drift, INK, 0.05, wet=0.006, fade=top, grain=0.45)
    scroll.wash(np.ones(scroll.shape, np.float32), OCHRE, 0.20, wet=0.03, fade=top, grain=0.45)
    scroll.wash(drift, INDIGO, 0.14, wet=0.006, fade=top**2, grain=0.45)
    scroll.blooms(scroll.rng.uniform((0, 0), (1, 0.6), (16, 2)), 0.05)


def paint_mist(scroll: Scroll) -> None:
    """Faint level veils in the bands of mist, so that the paper stays alive there."""
    veil = smoothstep(0.45, 0.60, scroll.noise(0.022, 0.20))
    band = smoothstep(0.45, 0.65, scroll.y) * smoothstep(1.15, 0.95, scroll.y)
    scroll.wash(veil, INK, 0.06, wet=0.004, fade=band, grain=0.9)
    scroll.wash(veil, OCHRE, 0.10, wet=0.004, fade=band, grain=0.9)
    count = 90
    spots = scroll.rng.uniform((0, 0.60), (1, 1.05), (count, 2))
    run = np.linspace(-1, 1, 12)[None]
    reach = scroll.rng.uniform(0.05, 0.16, (count, 1))
    wave = 0.006 * np.sin(run * 3 + scroll.rng.uniform(0, 6, (count, 1)))
    paths = np.stack([spots[:, :1] + reach * run, spots[:, 1:] + wave], -1)
    widths = scroll.rng.uniform(0.008, 0.022, count)
    scroll.dabs(paths, widths, f"{INK} {INDIGO}", 0.07, 6, wet=0.0035, grain=0.9)


def paint_shore(scroll: Scroll) -> None:
    """The near rocks with the pine, the pavilion and bushes in autumn colours."""
    paint_rocks(scroll, SHORE[:2], 2)
    paint_pavilion(scroll, 0.533, 1.090, 0.125)
    paint_bushes(scroll, SHORE[1], (
        (0.97, 0.10, 0.040, VERMILION), (-0.95, 0.11, 0.030, GREEN),
        (0.80, 0.07, 0.030, "d9a050 c88838"), (1.00, 0.22, 0.032, GREEN),
    ))  # fmt: skip
    paint_bushes(scroll, SHORE[0], ((-0.6, 0.05, 0.036, GREEN), (-0.9, 0.11, 0.030, VERMILION)))
    paint_rocks(scroll, SHORE[2:], 2)
    paint_pine(scroll, (0.962, 1.200), 0.38, False)
    paint_bushes(scroll, SHORE[2], ((-0.15, 0.09, 0.022, GREEN), (0.75, 0.10, 0.028, GREEN)))
    paint_bushes(scroll, SHORE[3], (
        (-0.8, 0.10, 0.034, "d9a050 c88838"), (0.0, 0.0, 0.030, VERMILION),
    ))  # fmt: skip
    paint_bushes(scroll, SHORE[4], (
        (0.1, 0.0, 0.036, GREEN), (0.9, 0.14, 0.030, "d9a050 c88838"),
        (0.7, 0.30, 0.026, VERMILION),
    ))  # fmt: skip


def paint_bushes(
    scroll: Scroll, rock: Peak, bushes: tuple[tuple[float, float, float, str], ...]
) -> None:
    """Leafy trees rooted on a rock: place across and down it (shares), size (units), colours."""
    for across, share, size, codes in bushes:
        x, y = rock.place(np.array([across]), np.array([share]))[0]
        paint_bush(scroll, (float(x), float(y) - 0.7 * size), size, codes)


def paint(seed: int = 6, longer_side: int = 1280) -> NDArray[np.uint8]:
    """Paint the picture; returns uint8 RGB (H, W, 3)."""
    scroll = Scroll(seed, round(longer_side / HEIGHT), HEIGHT)
    paint_sky(scroll)
    paint_sun(scroll, (0.235, 0.180), 0.062)
    paint_rocks(scroll, FAR, 2)
    paint_geese(scroll, 0.330, 0.130)
    paint_rocks(scroll, MASSIF[:3], 3)
    fall = ((0.612, 0.400), (0.616, 0.46), (0.610, 0.53), (0.618, 0.62), (0.614, 0.74))
    paint_waterfall(scroll, spline(fall, 30), 0.020)
    paint_rocks(scroll, MASSIF[3:], 2)
    paint_rocks(scroll, CLIFFS, 2)
    paint_pine(scroll, (0.218, 0.733), 0.18, True)
    paint_pine(scroll, (0.055, 0.575), 0.14, True)
    paint_mist(scroll)
    water = smoothstep(1.02, 1.06, scroll.y)
    paint_water(scroll, water)
    paint_boat(scroll, 0.265, 1.145, 0.075)
    paint_shore(scroll)
    paint_seal(scroll, 0.072, 0.062, 0.026, True)
    paint_seal(scroll, 0.072, 0.122, 0.020, False)
    return to_uint8(scroll.picture())


if __name__ == "__main__":
    save_painting(paint(), painting_of(__file__))
