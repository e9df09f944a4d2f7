"""What lives among the ink mountains: pines, a pavilion, a boat, geese, a waterfall, seals."""

import numpy as np

from art.tools.fields import Array, smoothstep, spline
from art.tools.inkwash import GREEN, INDIGO, INK, OCHRE, Scroll
from art.tools.watercolour import leaf, sideways

VERMILION = "d8402c c8321f e0543a"
DARK = "23232b"


def needles(sheet: Scroll, spots: Array, size: float) -> None:
    """Fans of needles (units) at ``spots`` (N, 2), a pale green wash below them."""
    rng = sheet.rng
    pads = []
    for x, y in spots:
        run = np.linspace(-1, 1, 5)[:, None] * np.array((size * 1.1, size * 0.1 * rng.normal()))
        pads.append(run + np.array((x, y - 0.35 * size)))
    sheet.dabs(np.array(pads), np.full(len(spots), 1.2 * size), GREEN, 0.55, 3, rim=0.4)
    sheet.dabs(np.array(pads), np.full(len(spots), 1.0 * size), INK, 0.15, 3, rim=0.4)
    lines = []
    for x, y in spots:
        for turn in np.linspace(-0.12, np.pi + 0.12, 17) + rng.normal(0, 0.09, 17):
            reach = size * rng.uniform(0.75, 1.1)
            tip = (x + reach * np.cos(turn), y - 0.78 * reach * np.sin(turn))
            lines.append([(x, y), tip])
    sheet.lines(lines, 1.4, DARK, 0.95)


def paint_limb(sheet: Scroll, path: Array, start: float, end: float) -> None:
    """A trunk or a branch (units): ochre body, dark edges, scales of bark."""
    rng = sheet.rng
    curve = spline(path, 70)
    side = sideways(curve)
    half = np.linspace(start, end, 70)[:, None] / 2
    half *= 1 + 0.10 * np.sin(np.linspace(0, 19, 70) + rng.uniform(0, 6))[:, None]
    body = np.concatenate([curve + side * half, (curve - side * half)[::-1]])
    sheet.patch(body, OCHRE, 0.7, clear=0.92, grain=0.6)
    sheet.patch(body, INK, 0.34, rough=0.8)
    sheet.brush(curve - side * half, start * 0.24, 1.1, 0.3)
    sheet.brush(curve + side * half * 0.9, start * 0.34, 1.2, 0.4)
    if start < 0.008:
        return
    count = int(1600 * start)
    at = rng.integers(2, 66, count)
    spots = curve[at] + side[at] * half[at] * rng.uniform(-0.75, 0.85, (count, 1))
    arc = np.linspace(-1.2, 1.2, 6)
    scale = start * rng.uniform(0.10, 0.19, (count, 1))
    paths = np.stack([spots[:, :1] + scale * np.cos(arc), spots[:, 1:] + scale * np.sin(arc)], -1)
    sheet.dabs(paths, np.full(count, 0.0022), INK, 0.85, 2, dry=0.2)


def paint_pine(sheet: Scroll, foot: tuple[float, float], size: float, mirrored: bool) -> None:
    """An old pine that leans out and bends back, its needles in level tiers."""
    flip = np.array((-1.0 if mirrored else 1.0, 1.0)) * size
    trunk = ((0.0, 0.05), (-0.10, -0.16), (-0.03, -0.34), (-0.16, -0.52), (-0.30, -0.64),
             (-0.27, -0.82), (-0.38, -0.98))  # fmt: skip
    limbs = (
        (((-0.04, -0.31), (0.14, -0.38), (0.26, -0.33), (0.44, -0.42)), 0.045),
        (((-0.14, -0.50), (-0.36, -0.46), (-0.52, -0.38), (-0.78, -0.40)), 0.050),
        (((-0.20, -0.56), (0.02, -0.66), (0.16, -0.64), (0.28, -0.70)), 0.038),
        (((-0.29, -0.74), (-0.48, -0.78), (-0.60, -0.72), (-0.76, -0.76)), 0.034),
        (((-0.30, -0.86), (-0.14, -0.94), (-0.02, -0.92)), 0.026),
        (((-0.36, -0.47), (-0.46, -0.56), (-0.58, -0.56)), 0.020),
        (((-0.05, -0.10), (0.06, -0.03), (0.12, 0.02), (0.20, 0.03)), 0.050),
        (((-0.05, -0.08), (-0.10, 0.00), (-0.17, 0.03), (-0.20, 0.09)), 0.050),
        (((-0.02, -0.06), (0.02, 0.03), (0.00, 0.08), (0.03, 0.14)), 0.045),
    )
    for path, width in limbs:
        paint_limb(sheet, np.array(path) * flip + foot, width * size, 0.012 * size)
    paint_limb(sheet, np.array(trunk) * flip + foot, 0.100 * size, 0.016 * size)
    tiers = (
        (0.40, -0.43, 0.20), (0.22, -0.37, 0.13), (-0.76, -0.41, 0.22), (-0.56, -0.40, 0.14),
        (0.24, -0.70, 0.18), (0.06, -0.68, 0.13), (-0.74, -0.78, 0.18), (-0.54, -0.77, 0.12),
        (-0.04, -0.94, 0.16), (-0.40, -0.96, 0.22), (-0.58, -0.57, 0.12), (-0.22, -0.96, 0.10),
    )  # fmt: skip
    for x, y, wide in tiers:
        count = round(75 * wide)
        dx = sheet.rng.normal(0, 0.42, count)
        dy = -0.30 * np.sqrt(np.clip(1 - dx**2, 0.05, 1)) * sheet.rng.uniform(0, 1, count)
        spots = np.stack([x + wide * dx, y + 0.035 + wide * dy], 1) * flip + foot
        needles(sheet, spots[np.argsort(spots[:, 1])], 0.062 * size)


def paint_bush(sheet: Scroll, centre: tuple[float, float], size: float, codes: str) -> None:
    """A leafy tree of dabs round a few bare twigs (units)."""
    rng = sheet.rng
    x, y = centre
    for lean in (-0.5, -0.1, 0.35):
        tip = (x + lean * size, y - 0.7 * size)
        path = spline(((x, y + size), (x + 0.3 * lean * size, y), tip), 20)
        sheet.brush(path, 0.10 * size, 1.0, 0.3)
    count = 240
    spots = np.array(centre) + rng.normal(0, 1, (count, 2)) * (0.62 * size, 0.46 * size)
    spots[:, 1] -= 0.3 * size
    turn = rng.normal(0.2, 0.6, (count, 1))
    run = np.linspace(-0.5, 0.5, 4)[None] * 0.20 * size
    paths = spots[:, None] + np.stack([run * np.cos(turn), run * np.sin(turn)], -1)
    sheet.dabs(paths, np.full(count, 0.16 * size), codes, 0.8, 5, rim=0.6)
    sheet.dabs(paths[::6], np.full(len(paths[::6]), 0.09 * size), INK, 0.7, 3, rim=0.4)


def paint_pavilion(sheet: Scroll, x: float, low: float, size: float) -> None:
    """A small open pavilion with upturned eaves on a stone terrace (units)."""
    place = np.array((x, low))
    base = np.array(((-0.50, 0.0), (0.50, 0.0), (0.54, 0.09), (-0.54, 0.09)))
    sheet.patch(base * size + place, "e8d4b0 d8bc94", 0.5, clear=0.95)
    sheet.patch(np.array(((-0.38, -0.5), (0.38, -0.5), (0.38, 0.0), (-0.38, 0.0))) * size + place,
                "f6e8cc ead4ac", 0.4, clear=0.9)  # fmt: skip
    for post in (-0.36, -0.13, 0.13, 0.36):
        column = np.array(((post, -0.50), (post, 0.0))) * size + place
        sheet.brush(spline(column, 12), 0.055 * size, 1.0, 0.1, "a03a28 b84a30")
    roof = spline(((-0.70, -0.50), (-0.52, -0.52), (-0.30, -0.66), (-0.10, -0.90), (0.0, -1.0),
                   (0.10, -0.90), (0.30, -0.66), (0.52, -0.52), (0.70, -0.50), (0.62, -0.44),
                   (0.3, -0.47), (0.0, -0.48), (-0.3, -0.47), (-0.62, -0.44)), 90,
                  closed=True) * size + place  # fmt: skip
    sheet.patch(roof, "5a6a78 4a5a6c", 0.8, clear=0.96)
    ribs = [spline(((0.0, -0.98), (0.45 * k, -0.62), (k, -0.46)), 16) * size + place
            for k in np.linspace(-0.60, 0.60, 11)]  # fmt: skip
    sheet.lines(ribs, 1.4, DARK, 1.0)
    edges = [((-0.72, -0.53), (-0.52, -0.51), (-0.30, -0.65), (0.0, -1.0)),
             ((0.72, -0.53), (0.52, -0.51), (0.30, -0.65), (0.0, -1.0)),
             ((-0.66, -0.45), (-0.3, -0.48), (0.3, -0.48), (0.66, -0.45)),
             ((-0.55, 0.0), (0.0, 0.01), (0.55, 0.0)), ((-0.56, 0.09), (0.0, 0.10), (0.56, 0.09)),
             ((-0.38, -0.14), (0.0, -0.14), (0.38, -0.14))]  # fmt: skip
    for edge in edges:
        sheet.brush(spline(edge, 30) * size + place, 0.040 * size, 1.1, 0.15)
    knob = spline(((0.0, -1.12), (0.035, -1.05), (0.0, -0.98), (-0.035, -1.05)), 20, closed=True)
    sheet.patch(knob * size + place, "a03a28 b84a30", 1.0)


def paint_boat(sheet: Scroll, x: float, y: float, size: float) -> None:
    """A fisherman in a straw cape in a slim boat, and the rings around it (units)."""
    place = np.array((x, y))
    hull = spline(((-1.0, -0.12), (-0.6, 0.08), (0.0, 0.13), (0.6, 0.08), (1.05, -0.16),
                   (0.6, -0.01), (0.0, 0.03), (-0.6, 0.0)), 70, closed=True)  # fmt: skip
    sheet.patch(hull * size + place, "a07850 7a5a40", 0.9, clear=0.9)
    for edge in (hull[:44], hull[44:]):
        sheet.brush(edge * size + place, 0.050 * size, 1.15, 0.25)
    mat = spline(((-0.62, 0.0), (-0.58, -0.26), (-0.30, -0.36), (-0.04, -0.26), (0.0, 0.02)), 40)
    sheet.patch(mat * size + place, "d0a468 b08048", 0.8, clear=0.9)
    weave = [np.array(((a, -0.02), (a + 0.05, -0.28 - 0.05 * np.sin(3 * a)))) * size + place
             for a in np.linspace(-0.56, -0.06, 9)]  # fmt: skip
    sheet.lines([*weave, mat * size + place], 1.3, DARK, 0.9)
    cape = spline(((0.28, 0.0), (0.32, -0.22), (0.40, -0.33), (0.50, -0.22), (0.54, 0.0)), 30)
    sheet.patch(cape * size + place, "8a6a48 6a5a48", 1.0, clear=0.9)
    hat = np.array(((0.24, -0.31), (0.41, -0.47), (0.58, -0.30))) * size + place
    sheet.patch(hat, "c89a58 a87840", 0.9, clear=0.9)
    rod = spline(((0.50, -0.18), (0.95, -0.55), (1.45, -0.66)), 24) * size + place
    sheet.lines([hat, cape * size + place, rod, [rod[-1], rod[-1] + (0.0, 0.70 * size)]], 1.4,
                DARK, 1.0)  # fmt: skip
    for drop, reach in ((0.20, 1.2), (0.30, 0.8), (0.42, 1.0), (0.56, 0.5)):
        run = np.linspace(-reach, reach, 12)
        ring = np.stack([run + 0.1, drop + 0.025 * np.sin(6 * run)], 1) * size + place
        sheet.brush(ring, 0.030 * size, 0.45, 0.7)


def paint_water(sheet: Scroll, region: Array) -> None:
    """Level strokes of pale ink and indigo where ``region`` (H, W) is water."""
    sheet.wash(region, INDIGO, 0.30, wet=0.02, grain=0.7)
    rng = sheet.rng
    spots = rng.uniform((0, 0.9), (1, sheet.height), (420, 2))
    cols, rows = (spots * sheet.unit).astype(int).T
    spots = spots[
        region[np.clip(rows, 0, sheet.shape[0] - 1), np.clip(cols, 0, sheet.unit - 1)] > 0.5
    ]
    reach = rng.uniform(0.012, 0.055, (len(spots), 1))
    run = np.linspace(-1, 1, 11)[None]
    wave = 0.0016 * np.sin(run * 7 + rng.uniform(0, 6, (len(spots), 1)))
    paths = np.stack([spots[:, :1] + reach * run, spots[:, 1:] + wave], -1)
    widths = rng.uniform(0.0020, 0.0055, len(spots))
    sheet.dabs(paths, widths, f"{INDIGO} {INK}", 0.34, 5, dry=0.45, rim=0.4)


def paint_waterfall(sheet: Scroll, path: Array, width: float) -> None:
    """Bare paper left for falling water, with threads of ink and a dark cleft around it."""
    curve = spline(path, 60)
    widths = width * np.linspace(0.35, 1.6, 60)[:, None]
    side = np.array((0.5, 0.0))
    body = np.concatenate([curve - side * widths, (curve + side * widths)[::-1]])
    halo = np.concatenate([curve - 1.3 * side * widths, (curve + 1.3 * side * widths)[::-1]])
    window = sheet.window(halo, 0.04)
    sheet.wash(sheet.shapes([halo], window), INK, 0.7, window, wet=0.004)
    sheet.lift(sheet.shapes([body], window), 0.93, window)
    for shift in np.linspace(-0.42, 0.42, 7):
        a, b = np.sort(sheet.rng.integers(0, 60, 2))
        thread = (curve + np.array((1.0, 0.0)) * widths * shift)[a : max(b, a + 15)]
        sheet.brush(thread, 0.0016, 0.4, 0.6)


def paint_geese(sheet: Scroll, x: float, y: float) -> None:
    """A skein of geese, each two touches of the brush (units)."""
    for k in range(9):
        at = np.array(
            (x + 0.026 * k, y - 0.010 * k + 0.004 * (k % 2) + 0.010 * max(k - 5, 0) ** 1.2)
        )
        size = 0.010 - 0.0005 * k
        for turn, reach in ((3.7, 1.0), (5.7, 1.15)):
            tip = at + np.array((np.cos(turn), 0.7 * np.sin(turn))) * size * reach
            wing = spline((at, (at + tip) / 2 - (0.0, 0.25 * size), tip), 14)
            sheet.patch(leaf(wing, 0.0034), INK, 0.9, rough=0.3)


def paint_sun(sheet: Scroll, centre: tuple[float, float], radius: float) -> None:
    """A vermilion sun, thinned towards the mist below it (units)."""
    turn = np.linspace(0, 2 * np.pi, 90)
    disc = np.stack([np.cos(turn), np.sin(turn)], 1) * radius + centre
    window = sheet.window(disc, 0.03)
    fade = smoothstep(centre[1] + 1.5 * radius, centre[1] - 0.4 * radius, sheet.y)
    sheet.wash(sheet.shapes([disc], window), "e0553a d8452f e87050", 0.95, window, rim=0.8,
               fade=fade)  # fmt: skip


def paint_seal(sheet: Scroll, x: float, y: float, half: float, carved: bool) -> None:
    """A vermilion seal with a mountain, a moon and waves; ``carved`` leaves them bare."""
    square = np.array(((-1, -1.02), (0.98, -1), (1.0, 1.01), (-0.97, 1))) * half + (x, y)
    window = sheet.window(square)
    run = np.linspace(-0.8, 0.8, 24)
    signs = [leaf(np.stack([run, level + 0.10 * np.sin(7 * run + level)], 1), 0.20)
             for level in (0.42, 0.72)]  # fmt: skip
    turn = np.linspace(0, 2 * np.pi, 24)
    signs.append(np.stack([0.45 + 0.22 * np.cos(turn), -0.55 + 0.22 * np.sin(turn)], 1))
    signs.append(np.array(((-0.8, 0.22), (-0.30, -0.72), (-0.02, -0.20), (0.16, -0.36),
                           (0.75, 0.22), (0.45, 0.22), (0.16, -0.08), (-0.02, 0.10), (-0.30, -0.34),
                           (-0.55, 0.22))))  # fmt: skip
    marks = sheet.shapes([np.asarray(sign) * half + (x, y) for sign in signs], window)
    block = sheet.shapes([square], window)
    frame = block - sheet.shapes([(square - (x, y)) * 0.84 + (x, y)], window)
    ink = block * (1 - marks) if carved else np.clip(frame + marks * block, 0, 1)
    sheet.lift(block, 0.6, window)
    sheet.wash(ink, VERMILION, 1.1, window, grain=0.9, rough=0.5)
