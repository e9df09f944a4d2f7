"""The houses, the church and the bell tower of the watercolour village."""

import numpy as np

from art.tools.fields import Array
from art.tools.watercolour import Sheet

INK = "4a3a38"
WALLS = (
    "fbeecb f3d9a0", "f6d3a8 e9b078", "f3c0a2 e69a80", "f9e6cf efcdb4", "f2d184 e2b45c",
    "e8a98e d98468", "fdf6e4 f4e6c8",
)  # fmt: skip
ROOFS = ("d9754a b9502f", "cf6340 a8452f", "dd8a58 c0603c", "c05a40 93443a")
SHUTTERS = ("4f8a7c", "5a7fa8", "7a5a48", "3f6f6a")
SHADE = "8f93c4 7a7ab4 9a88b8"


def wobbly(points: list[tuple[float, float]], sheet: Sheet, amount: float = 0.0009) -> Array:
    """The points (N, 2) moved a little, as a free hand would."""
    places = np.asarray(points, float)
    return places + sheet.rng.normal(0, amount, places.shape)


def overshoot(start: Array, end: Array, sheet: Sheet) -> Array:
    """A pen line (3, 2) from start to end that begins early and runs on a little."""
    ahead = np.asarray(end) - np.asarray(start)
    early, late = sheet.rng.uniform(-0.03, 0.05, 2)
    middle = np.asarray(start) + ahead / 2 + sheet.rng.normal(0, 0.0006, 2)
    return np.stack([start - ahead * early, middle, end + ahead * late])


def paint_house(
    sheet: Sheet, x: float, low: float, size: tuple[float, float], gabled: bool
) -> None:
    """One house with its lower left corner at (x, low); ``size`` is width and wall height."""
    rng = sheet.rng
    wide, high = size
    deep, rise = 0.42 * wide, 0.16 * wide
    peak = 0.30 * wide if gabled else 0.24 * wide
    right, top = x + wide, low - high
    walls = WALLS[rng.integers(len(WALLS))]
    roofs = ROOFS[rng.integers(len(ROOFS))]
    front = wobbly([(x, low), (x, top), (right, top), (right, low)], sheet)
    side = wobbly([(right, low), (right, top), (right + deep, top - rise),
                   (right + deep, low - rise)], sheet)  # fmt: skip
    if gabled:
        front = wobbly([(x, low), (x, top), (x + wide / 2, top - peak), (right, top), (right, low)],
                       sheet)  # fmt: skip
        apex = (x + wide / 2, top - peak - 0.002)
        eaves = (right + 0.003, top + 0.002)
    else:
        apex = (x - 0.002, top + 0.0015)
        eaves = (right + 0.003, top + 0.0015)
    roof = roof_outline(apex, eaves, (deep, rise, peak), gabled)
    sheet.patch(roof, roofs, 0.95, clear=0.95, grain=0.7)
    sheet.patch(side, walls, 0.8, clear=0.96)
    sheet.patch(side, SHADE, 0.62, grain=0.8, rim=0.6)
    sheet.patch(front, walls, 0.85, clear=0.97, rim=1.1)
    paint_damp(sheet, front, low, high)
    paint_tiles(sheet, roof, roofs)
    if gabled:
        left = [
            (x - 0.003, top + 0.003),
            apex,
            (apex[0] + 0.004, apex[1] + 0.003),
            (x + 0.003, top),
        ]
        sheet.patch(left, roofs, 1.0, clear=0.9)
    paint_windows(sheet, x, low, wide, high)
    draw_house(sheet, front, side, roof)


def draw_house(sheet: Sheet, front: Array, side: Array, roof: Array) -> None:
    """Loose pen lines along the edges of a house's front, side and roof, some left out."""
    pairs = [*zip(front, np.roll(front, -1, 0), strict=True)]
    pairs += [*zip(roof, np.roll(roof, -1, 0), strict=True), (side[2], side[3])]
    strokes = [overshoot(a, b, sheet) for a, b in pairs]
    sheet.lines([s for s in strokes if sheet.rng.random() < 0.86], 1.5, INK, 0.85)


def roof_outline(
    apex: tuple[float, float], eaves: tuple[float, float], slope: tuple[float, float, float],
    gabled: bool,
) -> Array:  # fmt: skip
    """The roof's plane (4, 2): beside a gable, or above a wall with its eaves towards us."""
    deep, rise, peak = slope
    if gabled:
        back = np.array((deep + 0.002, -rise))
        return np.array((apex, np.add(apex, back), np.add(eaves, back), eaves))
    ridge_left = (apex[0] + 0.45 * deep, apex[1] - rise - peak)
    ridge_right = (eaves[0] + 0.75 * deep, eaves[1] - rise - peak)
    return np.array((apex, ridge_left, ridge_right, eaves))


def paint_damp(sheet: Sheet, front: Array, low: float, high: float) -> None:
    """Cool and warm stains that run down a wall, and the shadow under its eaves."""
    window = sheet.window(front)
    mask = sheet.shapes([front], window)
    y = sheet.y[window]
    eaves = mask * (y < low - 0.86 * high)
    sheet.wash(eaves, "8f86b0 a08a98", 0.42, window)
    foot = mask * np.clip(1 - (low - y) / (0.4 * high), 0, 1) ** 1.5
    sheet.wash(foot, "b08a78 8fa08a 9a8aa8", 0.55, window, wet=0.002)


def paint_tiles(sheet: Sheet, roof: Array, codes: str) -> None:
    """Rows of tiles: short broken touches down the slope of a roof (4, 2)."""
    count = max(int(np.hypot(*(roof[1] - roof[0])) / 0.0045), 5)
    paths = []
    for along in np.linspace(0.04, 0.96, count):
        start = roof[0] + (roof[1] - roof[0]) * along
        end = roof[3] + (roof[2] - roof[3]) * along
        a, b = np.sort(sheet.rng.uniform(0.0, 1.0, 2))
        b = max(b, a + 0.3)
        paths.append(start + (end - start) * np.linspace(a, min(b, 1.0), 5)[:, None])
    widths = np.full(len(paths), 0.0028)
    sheet.dabs(np.array(paths), widths, f"{codes} 8a4a5a", 0.42, 1, rim=0.5)


def paint_windows(sheet: Sheet, x: float, low: float, wide: float, high: float) -> None:
    """Shuttered windows in rows and sometimes a door, freely placed."""
    rng = sheet.rng
    across, floors = max(round(wide / 0.022), 2), max(round(high / 0.034), 1)
    shutter = SHUTTERS[rng.integers(len(SHUTTERS))]
    pen = []
    for floor in range(floors):
        for k in range(across):
            if rng.random() < 0.14:
                continue
            cx = x + wide * (k + 0.5 + rng.normal(0, 0.04)) / across
            cy = low - high * (floor + 0.55) / floors
            w, h = 0.0032, min(0.0068, 0.3 * high / floors)
            pane = wobbly([(cx - w, cy - h), (cx + w, cy - h), (cx + w, cy + h), (cx - w, cy + h)],
                          sheet, 0.0004)  # fmt: skip
            sheet.patch(pane, "3f4f70 5a5a78 4a4048", 1.0)
            for out in (-1, 1):
                edge = cx + out * w * 1.15
                leafs = [(edge, cy - h), (edge + out * 0.0038, cy - h + 0.0006),
                         (edge + out * 0.0038, cy + h), (edge, cy + h)]  # fmt: skip
                sheet.patch(leafs, shutter, 0.85)
            pen.append(np.concatenate([pane[:2], pane[2:3]]))
    sheet.lines(pen, 1.1, INK, 0.6)


def paint_church(sheet: Sheet, x: float, low: float) -> None:
    """The church and its bell tower (units; the tower stands on (x, low))."""
    paint_house(sheet, x + 0.030, low + 0.004, (0.060, 0.062), True)
    wide, top = 0.036, low - 0.235
    right, deep = x + wide, 0.014
    side = [(right, low), (right, top), (right + deep, top - 0.004), (right + deep, low - 0.004)]
    front = [(x, low), (x, top), (right, top), (right, low)]
    sheet.patch(side, "f2d6ae e6bd92", 0.85, clear=0.97)
    sheet.patch(side, SHADE, 0.85, grain=0.8)
    sheet.patch(front, "fbeccb f4d8a6 f0c696", 0.85, clear=0.97, rim=1.2)
    window = sheet.window(front)
    fall = sheet.shapes([front], window) * np.clip((sheet.x[window] - x) / wide, 0, 1) ** 2
    sheet.wash(fall, "b9a0b0 c9a98a", 0.6, window, wet=0.002)
    pen = [[front[0], front[1]], [front[2], front[3]], [side[2], side[3]]]
    for level in (low - 0.085, low - 0.150, top + 0.002, top + 0.060):
        ledge = [(x - 0.003, level), (right, level), (right + deep + 0.002, level - 0.004),
                 (right + deep + 0.002, level - 0.0085), (right, level - 0.005),
                 (x - 0.003, level - 0.005)]  # fmt: skip
        sheet.patch(ledge, "d9b28a b98f88", 0.7, clear=0.8)
        pen.append([(x - 0.004, level), (right, level + 0.0005), (right + deep, level - 0.004)])
    for cx, half in ((x + 0.010, 0.0045), (x + 0.0255, 0.0045), (right + 0.0075, 0.003)):
        turn = np.linspace(np.pi, 2 * np.pi, 12)
        arch = np.stack([cx + half * np.cos(turn), top + 0.018 + 1.2 * half * np.sin(turn)], 1)
        opening = [*arch.tolist(), (cx + half, top + 0.046), (cx - half, top + 0.046)]
        sheet.patch(opening, "3f4a70 5a4a5c", 1.15)
        pen.append(opening)
    paint_spire(sheet, x, top, wide, deep)
    sheet.patch([(x + 0.013, low - 0.135), (x + 0.023, low - 0.135), (x + 0.023, low - 0.112),
                 (x + 0.013, low - 0.112)], "4a5578 6a5a68", 0.9)  # fmt: skip
    sheet.lines(pen, 1.6, INK, 0.9)


def paint_spire(sheet: Sheet, x: float, top: float, wide: float, deep: float) -> None:
    """An eight-sided drum and a pointed roof with a cross, on the tower's top (units)."""
    right, middle = x + wide + deep, x + (wide + deep) / 2
    tip = (middle, top - 0.098)
    lit = [(x - 0.003, top - 0.004), tip, (x + wide * 0.95, top - 0.005)]
    dark = [(x + wide * 0.95, top - 0.005), tip, (right + 0.003, top - 0.008)]
    sheet.patch(lit, "d98a5c c4663f", 0.95, clear=0.97)
    sheet.patch(dark, "b0563c 8a4a58", 1.1, clear=0.97, grain=0.8)
    cross = [[(tip[0], tip[1] + 0.003), (tip[0], tip[1] - 0.022)],
             [(tip[0] - 0.005, tip[1] - 0.014), (tip[0] + 0.005, tip[1] - 0.014)]]  # fmt: skip
    sheet.lines([*cross, lit, dark], 1.6, INK, 0.95)
