"""Watercolour village: houses and a bell tower climb a hillside above a lake."""

import numpy as np
from numpy.typing import NDArray

from art.motifs.village_houses import paint_church, paint_house
from art.motifs.village_lake import (
    BANK,
    HEIGHT,
    SHORE,
    paint_boat,
    paint_lake,
    paint_quay,
    paint_reflections,
)
from art.tools.canvas import painting_of, save_painting, to_uint8
from art.tools.fields import Array, smoothstep, spline
from art.tools.watercolour import Sheet

# the slope the village stands on
HILL = (
    (1.05, 0.085), (0.94, 0.115), (0.85, 0.175), (0.75, 0.215), (0.66, 0.275), (0.56, 0.325),
    (0.46, 0.375), (0.38, 0.425), (0.335, 0.470), (0.320, 0.500),
)  # fmt: skip
# x, y, half width and half height of the heaps of white cloud
CLOUDS = (
    (0.340, 0.130, 0.090, 0.060), (0.420, 0.095, 0.100, 0.070), (0.500, 0.135, 0.085, 0.050),
    (0.270, 0.155, 0.080, 0.030), (0.800, 0.090, 0.080, 0.040), (0.870, 0.065, 0.070, 0.045),
    (0.720, 0.115, 0.070, 0.022), (0.030, 0.150, 0.080, 0.040), (0.100, 0.175, 0.070, 0.025),
)  # fmt: skip
FLOWERS = ("f08aa0 d9486a", "f9b4a8 e8708a", "fbd86a f0a03c", "fdeee6 f4c4cc", "f0684c d9402c")
GREENS = "4f8a4a 7fae52 2f6a58 a8b84a 5a7a4a"


def paint_sky(sheet: Sheet) -> None:
    """Cobalt run into wet paper round white clouds, warm towards the mountains."""
    sky = (sheet.y < 0.36).astype(np.float32)
    warm = smoothstep(0.05, 0.30, sheet.y) * smoothstep(0.44, 0.30, sheet.y)
    sheet.wash(sky * warm, "fbe3c0 f9d0b0 fbe9b8", 0.75, wet=0.03)
    rise = smoothstep(0.36, 0.02, sheet.y)
    cloud = 0.50 * (sheet.noise(0.040) - 0.5) + 0.22 * (sheet.noise(0.016) - 0.5)
    heap = np.zeros(sheet.shape, np.float32)
    for x, y, wide, high in CLOUDS:
        away = np.hypot((sheet.x - x) / wide, (sheet.y - y) / (high * (1 + (sheet.y > y))))
        heap = np.maximum(heap, smoothstep(1.25, 0.25, away))
    cloud = cloud * smoothstep(0.02, 0.35, heap) + heap
    clear = smoothstep(0.40, 0.30, cloud)
    sheet.wash(sky * clear * (0.15 + 0.85 * rise), "6fb0e0 4f94d4 86c4dc", 0.95, wet=0.003)
    sheet.wash(sky * clear * rise**2, "4a7cd0 5f80d0 3f8ad0", 0.55, wet=0.012)
    white = 1 - clear
    lumps = sheet.noise(0.045, 0.075)
    belly = smoothstep(
        0.44, 0.54, lumps + 0.25 * (np.roll(white, -round(0.03 * sheet.unit), 0) - 1)
    )
    sheet.wash(sky * white * belly, "a8acdc ccb4d4 a4bce4", 0.36, wet=0.0025, fade=0.4 + rise)
    warm = smoothstep(0.50, 0.60, np.roll(lumps, round(0.02 * sheet.unit), 1)) * white
    sheet.wash(sky * warm, "fbe0b8 f9d0b8", 0.34, wet=0.004)
    sheet.blooms(sheet.rng.uniform((0.03, 0.03), (0.95, 0.22), (12, 2)), 0.036)


def mountain(sheet: Sheet, knots: tuple[tuple[float, float], ...], low: float) -> Array:
    """Mask (H, W) under a ridge line, ragged with small crags."""
    ridge = spline(knots, 160)
    crags = sheet.rng.normal(0, 0.0022, 160)
    ridge[:, 1] += np.convolve(crags, np.ones(3) / 2, "same")
    return sheet.shapes([[*ridge.tolist(), (ridge[-1, 0], low), (ridge[0, 0], low)]])


def paint_mountains(sheet: Sheet) -> None:
    """Three ranges across the lake, each bluer and paler than the one before it."""
    ranges = (
        (((-0.05, 0.255), (0.06, 0.205), (0.15, 0.150), (0.21, 0.128), (0.27, 0.165), (0.36, 0.215),
          (0.46, 0.190), (0.56, 0.150), (0.66, 0.185), (0.80, 0.140), (1.05, 0.10)),
         "a8b8e8 c4b4e0 9cc8ea", 0.85),
        (((-0.05, 0.215), (0.03, 0.225), (0.10, 0.265), (0.20, 0.290), (0.30, 0.255), (0.38, 0.265),
          (0.47, 0.300), (0.60, 0.330)), "7a9ad8 9a90d0 6ab0d0", 0.90),
        (((-0.05, 0.330), (0.05, 0.325), (0.14, 0.365), (0.24, 0.375), (0.33, 0.360), (0.42, 0.390),
          (0.50, 0.425)), "4f9a98 5f86bc 86b880", 0.95),
    )  # fmt: skip
    for knots, codes, strength in ranges:
        mask = mountain(sheet, knots, SHORE)
        sheet.lift(mask, 0.90)
        fade = 0.40 + 0.60 * smoothstep(SHORE, 0.26, sheet.y)
        sheet.wash(mask, codes, strength, rim=1.4, grain=0.5, fade=fade)
        facets = smoothstep(0.46, 0.54, sheet.noise(0.09, 0.035, 2) - 0.10 * np.sin(28 * sheet.x))
        sheet.wash(mask * facets, codes, 0.36, rim=1.3, grain=0.5, fade=fade)
        paint_gullies(sheet, spline(knots, 160), codes)
    for x, y in sheet.rng.uniform((0.03, 0.402), (0.34, SHORE - 0.006), (24, 2)):
        sheet.patch(square(x, y, 0.0042), "fdf0d4 f8dcb4", 0.6, clear=0.9)
        roof = [(x - 0.0056, y - 0.0036), (x, y - 0.0085), (x + 0.0056, y - 0.0036)]
        sheet.patch(roof, "d9754a c0603c", 0.7, clear=0.9)


def square(x: float, y: float, half: float) -> list[tuple[float, float]]:
    """Corners of a small upright rectangle round (x, y), in units."""
    return [(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)]


def paint_gullies(sheet: Sheet, ridge: Array, codes: str) -> None:
    """Touches that run down a mountain from its ridge (K, 2)."""
    count = 150
    place = sheet.rng.integers(1, len(ridge) - 1, count)
    starts = ridge[place] + np.stack([np.zeros(count), sheet.rng.uniform(0.003, 0.10, count)], 1)
    slope = ridge[place + 1] - ridge[place - 1]
    lean = 0.9 * np.sign(slope[:, 1]) + sheet.rng.normal(0, 0.25, count)
    reach = sheet.rng.uniform(0.015, 0.045, count)
    run = np.linspace(0, 1, 7)[None]
    x = starts[:, :1] + (lean * reach)[:, None] * (run + 0.10 * np.sin(6 * run))
    y = np.minimum(starts[:, 1:] + reach[:, None] * run, SHORE - 0.004)
    widths = sheet.rng.uniform(0.0022, 0.0055, count)
    sheet.dabs(np.stack([x, y], -1), widths, codes, 0.26, 4)


def paint_hill(sheet: Sheet) -> None:
    """The hillside: yellow-green dropped wet into blue-green, terraces and many leaf touches."""
    hill, bank = spline(HILL, 160), spline(BANK, 160)
    mask = sheet.shapes([np.concatenate([hill, bank])])
    sheet.lift(mask, 0.92)
    sheet.wash(mask, "c8d070 a8c46a d9cf80", 0.85, rim=1.3, grain=0.6)
    sheet.wash(mask * smoothstep(0.45, 0.6, sheet.noise(0.05, 0.08)), "5a9a58 3f8a6a 8ab050", 0.75,
               wet=0.006, grain=0.9)  # fmt: skip
    sheet.wash(mask * smoothstep(0.56, 0.66, sheet.noise(0.03, 0.06)), "2f6a5c 3f6a80 4a7a4a", 0.6,
               grain=0.9, rough=1.0)  # fmt: skip
    sheet.blooms(hill[sheet.rng.integers(0, 120, 9)] + (0.03, 0.05), 0.028)
    rng = sheet.rng
    spots = np.stack([rng.uniform(0.33, 1.0, 900), rng.uniform(0.08, 0.62, 900)], 1)
    rows, cols = (spots * sheet.unit).astype(int).T[::-1]
    spots = spots[mask[np.clip(rows, 0, mask.shape[0] - 1), np.clip(cols, 0, sheet.unit - 1)] > 0.5]
    leaf_touches(sheet, spots, 0.011, GREENS, 0.5, 6)


def leaf_touches(
    sheet: Sheet, spots: Array, size: float, codes: str, strength: float, groups: int
) -> None:
    """Short curved touches (units) fanned upwards at ``spots`` (N, 2)."""
    turn = -np.pi / 2 + sheet.rng.normal(0, 0.9, (len(spots), 1))
    run = np.linspace(-0.5, 0.5, 5)[None] * size * sheet.rng.uniform(0.6, 1.3, (len(spots), 1))
    bend = turn + 40 * run * sheet.rng.normal(0, 1, (len(spots), 1))
    paths = spots[:, None] + np.stack([run * np.cos(bend), run * np.sin(bend)], -1)
    widths = 0.42 * size * sheet.rng.uniform(0.7, 1.3, len(spots))
    sheet.dabs(paths, widths, codes, strength, groups)


def paint_tree(sheet: Sheet, x: float, low: float, size: tuple[float, float], codes: str) -> None:
    """A tree on (x, low): ``size`` is its half width and height; narrow ones are cypresses."""
    rng = sheet.rng
    half, high = size
    turn = np.linspace(0, 2 * np.pi, 36, endpoint=False)
    lumps = 1 + 0.09 * np.sin(5 * turn + rng.uniform(0, 6)) + 0.05 * np.sin(11 * turn)
    taper = np.where(np.sin(turn) < 0, 1 + 0.5 * np.sin(turn) * (half < 0.4 * high), 1.0)
    crown = np.stack([x + half * lumps * taper * np.cos(turn),
                      low - high * (0.52 - 0.48 * lumps * np.sin(turn))], 1)  # fmt: skip
    sheet.patch(crown, codes, 0.9, clear=0.85, grain=0.8)
    count = max(int(26000 * half * high), 14)
    spots = np.stack([x + half * rng.normal(0.18, 0.42, count),
                      low - high * (0.5 + rng.normal(-0.05, 0.24, count))], 1)  # fmt: skip
    leaf_touches(sheet, spots, 0.0085, f"{codes} 2f5a5c 3a4f78", 0.6, 3)


def paint_village(sheet: Sheet) -> None:
    """Terraces of houses from the top of the village down to the quay, trees among them."""
    rng = sheet.rng
    bank = spline(BANK, 200)
    rows = (
        (4, 0.700, 0.985),
        (3, 0.655, 0.99),
        (2, 0.520, 0.99),
        (1, 0.430, 0.99),
        (0, 0.372, 0.99),
    )
    for row, left, right in rows:
        x = left
        while x < right:
            wide = rng.uniform(0.040, 0.062) * (0.86 + 0.25 * (x - 0.35))
            high = rng.uniform(0.042, 0.072) * (0.9 + 0.3 * (x - 0.35)) * (1.2 if row == 0 else 1.0)
            low = np.interp(x, bank[:, 0], bank[:, 1]) - 0.006 - row * (0.040 + 0.045 * (x - 0.35))
            low += rng.uniform(-0.006, 0.004)
            if rng.random() < 0.20:
                thin = rng.random() < 0.55
                size = (0.010, 0.075) if thin else (0.024, 0.048)
                paint_tree(sheet, x + 0.018, low + 0.004, size, "4f8a4a 2f6a58" if thin else GREENS)
                x += 0.034
            else:
                paint_house(sheet, x, low, (wide, high), bool(rng.random() < 0.45))
                x += wide * rng.uniform(1.12, 1.45)
        if row == 3:
            paint_church(sheet, 0.560, 0.430)


def paint_foreground(sheet: Sheet) -> None:
    """A bank of flowering shrubs in the lower left corner, and drops off the brush."""
    rng = sheet.rng
    edge = spline(((-0.02, 0.560), (0.05, 0.575), (0.10, 0.620), (0.17, 0.650), (0.22, 0.705),
                   (0.30, 0.735), (0.34, 0.79)), 60)  # fmt: skip
    mass = [*edge.tolist(), (-0.02, 0.80)]
    sheet.patch(mass, "5a8a4a 3f7a5a 8aa84a", 1.0, clear=0.9, grain=0.9, rough=1.6)
    spots = edge[rng.integers(0, 60, 520)]
    spots = spots - np.array((1.0, -1.0)) * np.abs(rng.normal(0, 0.07, (520, 1)))
    spots += rng.normal(0, 0.018, spots.shape)
    leaf_touches(sheet, spots, 0.026, "2f5a48 4f8a4a 2f6a6a 3a4f70 7a9a40", 0.62, 7)
    petals = edge[rng.integers(0, 60, 70)]
    petals = petals - np.array((0.8, -1.0)) * np.abs(rng.normal(0.012, 0.055, (70, 1)))
    turn = np.linspace(0, 2 * np.pi, 30, endpoint=False)
    for spot in petals:
        lobes = 1 + 0.12 * np.cos(5 * turn + rng.uniform(0, 6))
        ring = np.stack([np.cos(turn), 0.85 * np.sin(turn)], 1) * lobes[:, None]
        size = rng.uniform(0.0045, 0.0105)
        codes = FLOWERS[rng.integers(len(FLOWERS))]
        sheet.patch(ring * size + spot, codes, 0.95, clear=0.97, rim=1.4, rough=0.9)
        sheet.patch(ring * size * 0.22 + spot, "d09a40 b0602c", 0.7)
    drops = rng.uniform((0.03, 0.50), (0.60, 0.72), (30, 2))
    discs = [spline(square(x, y, rng.uniform(0.0006, 0.0020)), 10, closed=True) for x, y in drops]
    sheet.wash(sheet.shapes(discs), "4f7fb0 5a8a6a b07a6a", 0.4)


def paint(seed: int = 4, longer_side: int = 1280) -> NDArray[np.uint8]:
    """Paint the picture; returns uint8 RGB (H, W, 3)."""
    sheet = Sheet(seed, longer_side, HEIGHT, 0.014)
    paint_sky(sheet)
    paint_mountains(sheet)
    paint_lake(sheet)
    paint_hill(sheet)
    paint_village(sheet)
    paint_quay(sheet)
    paint_reflections(sheet)
    paint_boat(sheet, 0.255, 0.590, 0.052, "f2d6a0 e08a5c")
    paint_boat(sheet, 0.760, 0.655, 0.070, "f08a70 cf4a3c")
    paint_foreground(sheet)
    return to_uint8(sheet.picture())


if __name__ == "__main__":
    save_painting(paint(), painting_of(__file__))
