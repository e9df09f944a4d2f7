"""The lake below the watercolour village: its ripples, reflections, quay and boats."""

import numpy as np

from art.motifs.village_houses import INK
from art.tools.fields import Array, smoothstep, spline
from art.tools.watercolour import Sheet

HEIGHT = 0.76  # of the longer side
SHORE = 0.425  # the far waterline
# the near waterline
BANK = (
    (0.320, 0.498), (0.38, 0.512), (0.48, 0.530), (0.60, 0.556), (0.72, 0.580), (0.86, 0.612),
    (1.05, 0.655),
)  # fmt: skip


def sunk(path: Array, depth: float) -> Array:
    """The path (N, 2) moved down by ``depth`` units."""
    return path + np.array((0.0, depth), np.float32)


def paint_lake(sheet: Sheet) -> None:
    """The lake: graded turquoise and cobalt, streaks left white, strokes of ripple."""
    lake = smoothstep(SHORE - 0.0006, SHORE + 0.0006, sheet.y)
    sheet.lift(lake, 0.95)
    near = np.clip((sheet.y - SHORE) / (HEIGHT - SHORE), 0, 1)
    glint = smoothstep(0.20, 0.28, sheet.noise(0.005, 0.07) + 0.12 * near)
    sheet.wash(lake * glint, "7fccd4 62b8d8 a4dcc8", 0.90, grain=0.4, fade=0.45 + 0.55 * near)
    sheet.wash(lake * glint, "3f94c4 3aa0b4 4a7cc4", 0.85, grain=0.6, fade=near**1.3)
    count = 330
    y = SHORE + (HEIGHT - SHORE) * sheet.rng.uniform(0.01, 1, count) ** 0.8
    size = 0.012 + 0.11 * (y - SHORE)
    x = sheet.rng.uniform(0, 1, count)
    run = np.linspace(-1, 1, 9)[None]
    wave = 0.05 * np.sin(run * 3.0 + sheet.rng.uniform(0, 6, (count, 1)))
    paths = np.stack([x[:, None] + size[:, None] * run, y[:, None] + size[:, None] * wave], -1)
    widths = 0.0026 + 0.024 * (y - SHORE) * sheet.rng.uniform(0.6, 1.4, count)
    sheet.dabs(paths, widths, "3a8cc0 4a74b4 3a9cac 6aa8d0", 0.42, 6, rim=0.8, rough=0.8)
    sheet.blooms(sheet.rng.uniform((0.03, 0.50), (0.9, 0.73), (14, 2)), 0.030)


def paint_reflections(sheet: Sheet) -> None:
    """Broken upright strokes of wall, roof and tree colour below the bank."""
    bank = spline(BANK, 200)
    pool = sheet.shapes([np.concatenate([sunk(bank, 0.006), sunk(bank, 0.085)[::-1]])])
    below = np.clip((sheet.y - np.interp(sheet.x, bank[:, 0], bank[:, 1])) / 0.085, 0, 1)
    broken = sheet.noise(0.006, 0.05)
    pool *= smoothstep(0.25, 0.45, broken + 0.3 * (1 - below) - 0.5 * below**3)
    pool *= smoothstep(0.320, 0.345, sheet.x + 0.03 * (broken - 0.5) - 0.02 * below)
    sheet.lift(pool, 0.72)
    columns = sheet.noise(0.20, 0.018)
    for low, codes in ((0.0, "f4c890 eaa878"), (0.36, "e89a80 d9a060"), (0.66, "6aa080 5a94a0")):
        part = pool * smoothstep(low - 0.08, low + 0.08, columns) * (columns < low + 0.42)
        sheet.wash(part, codes, 0.75, wet=0.002, fade=1 - 0.6 * below)
    for codes, count, reach, strength in (
        ("d98468 c0603c f0b878", 110, 0.075, 0.45), ("4a8a6a 5a9a68 5a74a0", 60, 0.05, 0.45),
        ("3a7ab0 4a70a8 3a90a8", 190, 0.10, 0.5),
    ):  # fmt: skip
        start = bank[sheet.rng.integers(0, 198, count)]
        drop = sheet.rng.uniform(0.0, 1.0, count) ** 0.9 * reach
        y = start[:, 1] + 0.006 + drop
        wide = sheet.rng.uniform(0.008, 0.030, count)
        run = np.linspace(-1, 1, 7)[None]
        wave = 0.0016 * np.sin(run * 4 + sheet.rng.uniform(0, 6, (count, 1)))
        paths = np.stack([start[:, :1] + wide[:, None] * run, y[:, None] + wave], -1)
        sheet.dabs(paths, sheet.rng.uniform(0.003, 0.007, count), codes, strength, 4, rough=0.8)


def paint_quay(sheet: Sheet) -> None:
    """A low stone quay under the front row, in the light, with its stones drawn by pen."""
    bank = spline(BANK, 120)
    wall = np.concatenate([sunk(bank, -0.008), sunk(bank, 0.010)[::-1]])
    sheet.patch(wall, "d9c4a4 b9a8a8 c8b088", 0.9, clear=0.95, grain=0.9)
    foot = np.concatenate([sunk(bank, 0.004), sunk(bank, 0.012)[::-1]])
    sheet.patch(foot, "6a6a90 5a5a78 7a6a78", 0.8, grain=0.9)
    joints = []
    for k in sheet.rng.integers(2, 118, 70):
        y = bank[k, 1] + sheet.rng.uniform(-0.005, 0.004)
        joints.append([(bank[k, 0], y), (bank[k, 0] + sheet.rng.uniform(0.004, 0.012), y + 0.002)])
    sheet.lines([sunk(bank, -0.008), *joints], 1.4, INK, 0.75)


def paint_boat(sheet: Sheet, x: float, y: float, size: float, codes: str) -> None:
    """A moored rowing boat, three-quarter view, with its reflection (units)."""
    hull = spline(((-1, -0.16), (-0.82, 0.20), (-0.3, 0.34), (0.45, 0.32), (0.95, 0.02),
                   (1.08, -0.26), (0.6, -0.02), (0.0, 0.05), (-0.6, 0.0)),
                  60, closed=True)  # fmt: skip
    inside = spline(((-1, -0.16), (-0.6, 0.0), (0.0, 0.05), (0.6, -0.02), (1.08, -0.26),
                     (0.5, -0.22), (-0.3, -0.24)), 50, closed=True)  # fmt: skip
    place = np.array((x, y))
    run = np.linspace(-1, 1, 9)[None]
    half = np.linspace(0.80, 0.35, 9)[:, None] * sheet.rng.uniform(0.7, 1.1, (9, 1))
    drop = np.linspace(0.30, 0.85, 9)[:, None] + 0.03 * np.sin(4 * run + half * 9)
    streaks = np.stack([half * run + sheet.rng.normal(0.03, 0.08, (9, 1)), drop], -1) * size + place
    sheet.dabs(streaks, np.full(9, 0.13 * size), f"{codes} 3a5a80 4a5a70", 0.75, 3, rough=0.9)
    sheet.patch(inside * size + place, "c89a68 a87850", 0.9, clear=0.97)
    sheet.patch(hull * size + place, codes, 1.0, clear=0.97, rim=1.2)
    band = hull[18:44] * size * (1, 0.55) + place + (0, 0.14 * size)
    sheet.patch(np.concatenate([hull[12:36] * size + place, band[::-1]]), "4a5a80 3a4a70", 0.45)
    seats = [[(a, -0.20 + 0.1 * a), (a + 0.16, 0.03)] for a in (-0.45, 0.05, 0.5)]
    pen = [hull * size + place, inside * size + place]
    pen += [np.array(seat) * size + place for seat in seats]
    pen.append(np.array(((-0.6, -0.55), (0.1, -0.02), (0.5, 0.25))) * size + place)
    sheet.lines(pen, 1.7, INK, 0.9)
