"""Woodblock wave: a breaker over a sailing boat, a red sun and a far mountain."""

import numpy as np
from numpy.typing import NDArray

from art.motifs.woodcut_sea import BLUE, DEEP, FOAM, PALE, TEAL, print_foam, print_streaks, striped
from art.tools.canvas import painting_of, save_painting, to_uint8
from art.tools.fields import Array, smoothstep, spline
from art.tools.outlines import disc
from art.tools.woodcut import Print, claw, tapered

HEIGHT = 0.72  # of the longer side
HORIZON = 0.455
SUN, ROSE, SAND, SLATE = "c8402c", "e3a07a", "d9b878", "55708f"
# the back of the breaker and its hollow face, both from the trough up to the tip
BACK = (
    (1.08, 0.70), (1.02, 0.52), (0.965, 0.36), (0.885, 0.225), (0.775, 0.125), (0.655, 0.082),
    (0.545, 0.090), (0.460, 0.130), (0.405, 0.195),
)  # fmt: skip
FACE = (
    (0.02, 0.660), (0.28, 0.625), (0.49, 0.565), (0.625, 0.470), (0.680, 0.365), (0.665, 0.275),
    (0.600, 0.215), (0.505, 0.195), (0.420, 0.225),
)  # fmt: skip


def print_sky(sheet: Print) -> None:
    """Graded sky, the sun, and bars of mist with rounded ends."""
    sky = (sheet.y < HORIZON + 0.01).astype(np.float32)
    drift = 0.03 * (sheet.grain((60, 400)) - 0.5)
    level = sheet.y + drift
    sheet.ink(sky, SAND, 0.55 * smoothstep(0.02, 0.26, level), 0.6)
    sheet.ink(sky, ROSE, 0.95 * smoothstep(0.24, 0.46, level), 0.6, clear=False)
    sheet.ink(sky, TEAL, 0.75 * smoothstep(0.25, 0.06, level), 0.6, clear=False)
    sheet.ink(sky, DEEP, 0.95 * smoothstep(0.13, 0.0, level), 0.5, clear=False)
    sun = sheet.mask([disc((0.262, 0.205), 0.098)])
    sheet.ink(sun, SUN, 1.0 - 0.45 * smoothstep(0.20, 0.31, level), 0.5)
    sheet.outline(sun, 1.6)
    bars = (
        (0.03, 0.24, 0.165), (0.19, 0.46, 0.255), (-0.05, 0.12, 0.330), (0.40, 0.80, 0.392),
        (0.13, 0.40, 0.075), (0.86, 1.05, 0.060), (0.95, 1.05, 0.190), (0.24, 0.47, 0.415),
    )  # fmt: skip
    for left, right, y in bars:
        mist = sheet.mask(mist_bar(sheet, left, right, y))
        sheet.ink(mist, FOAM, 0.75, 0.6)
        sheet.ink(mist, TEAL, 0.35 * smoothstep(y - 0.006, y + 0.02, sheet.y), 0.6, clear=False)
        sheet.outline(mist, 1.3)
        for drop in (-0.001, 0.011):
            a, b = np.sort(sheet.rng.uniform(left, right, 2))
            groove = ((a, y + drop), ((a + b) / 2, y + drop - 0.001), (b, y + drop))
            sheet.cut_lines([spline(groove, 20)], 1.3)


def mist_bar(sheet: Print, left: float, right: float, y: float) -> list[Array]:
    """Two or three stacked lozenges that make one stylised band of mist."""
    bar = []
    for step in range(int(sheet.rng.integers(2, 4))):
        a, b = sheet.rng.uniform(-0.05, 0.05, 2) + np.array((left, right))
        half = sheet.rng.uniform(0.005, 0.009)
        middle = y + step * 0.0115
        ends = np.linspace(np.pi / 2, 3 * np.pi / 2, 12)
        cap = np.stack([np.cos(ends), -np.sin(ends)], 1) * half
        bar.append(np.concatenate([cap + np.array((a, middle)), np.array((b, middle)) - cap]))
    return bar


def print_mountain(sheet: Print) -> None:
    """A snow-capped cone with foothills, graded away towards the horizon."""
    outline = spline(((-0.08, 0.47), (-0.02, 0.425), (0.05, 0.360), (0.105, 0.290), (0.122, 0.280),
                      (0.150, 0.312), (0.178, 0.345), (0.196, 0.338), (0.225, 0.365),
                      (0.295, 0.420), (0.40, 0.47)), 120)  # fmt: skip
    body = sheet.mask([outline])
    sheet.ink(body, SLATE, smoothstep(0.50, 0.36, sheet.y), 0.5)
    sheet.ink(body, DEEP, 0.7 * smoothstep(0.42, 0.30, sheet.y), 0.5, clear=False)
    drips = np.linspace(0.060, 0.232, 25)
    depth = 0.352 - 0.4 * np.abs(drips - 0.122) * (drips < 0.15) + 0.012 * (-1.0) ** np.arange(25)
    snow_line = np.stack([drips, depth + sheet.rng.normal(0, 0.006, 25)], 1)
    cap = np.concatenate([((0.05, 0.25), (0.24, 0.25)), snow_line[::-1]])
    snow = sheet.mask([cap]) * body
    sheet.ink(snow, FOAM, 1.0, 0.2)
    sheet.outline(snow, 1.5)
    sheet.outline(body, 2.4)
    ribs = []
    for x in np.linspace(0.03, 0.25, 16):
        top = 0.36 + 0.35 * abs(x - 0.14) + sheet.rng.uniform(0, 0.02)
        ribs.append(np.array([(x, top), (x + 0.5 * (x - 0.14) * 0.3, top + 0.02),
                              (x + (x - 0.14) * 0.35, top + 0.045)]))  # fmt: skip
    sheet.cut_lines([spline(rib, 12) for rib in ribs], 1.6)


def print_far_sea(sheet: Print) -> None:
    """The flat distance: level bands that darken towards us, and small carved ripples."""
    x = np.linspace(-0.05, 1.05, 80)
    far = np.stack([x, np.full(80, HORIZON)], 1)
    near = np.stack([x, np.full(80, 0.66)], 1)
    inks = f"{TEAL} {PALE} {BLUE} {TEAL} {BLUE} {DEEP} {BLUE}"
    whole = striped(sheet, far, near, inks, 0.02, 1.6)
    sheet.ink(whole, DEEP, 0.7 * smoothstep(0.47, HORIZON, sheet.y), 0.4, clear=False)
    ripples = []
    for _ in range(150):
        cx, cy = sheet.rng.uniform((0, HORIZON + 0.008), (0.8, 0.59))
        half = 0.010 + 0.10 * (cy - HORIZON) * sheet.rng.uniform(0.5, 1.5)
        arc = np.linspace(-1, 1, 9)
        ripples.append(np.stack([cx + half * arc, cy - 0.25 * half * (1 - arc**2)], 1))
    sheet.cut_lines(ripples, 1.8)


def print_boat(sheet: Print) -> None:
    """A slender boat under a seamed square sail, pitching up the swell."""
    tilt, origin = -0.16, np.array((0.375, 0.522))
    turn = np.array(((np.cos(tilt), np.sin(tilt)), (-np.sin(tilt), np.cos(tilt))))

    def place(points: list[tuple[float, float]] | Array) -> Array:
        """Turn and move boat coordinates into the picture."""
        return np.asarray(points) @ turn + origin

    sail = place(spline(((-0.040, -0.165), (0.0, -0.170), (0.046, -0.163), (0.054, -0.10),
                         (0.044, -0.035), (0.0, -0.030), (-0.044, -0.033), (-0.036, -0.10)),
                        90, closed=True))  # fmt: skip
    mask = sheet.mask([sail])
    sheet.ink(mask, SAND, 0.35 + 0.6 * smoothstep(0.36, 0.50, sheet.y), 0.5)
    sheet.outline(mask, 2.6)
    seams = [place([(x, -0.165), (x * 1.25 + 0.006, -0.10), (x, -0.033)])
             for x in (-0.024, -0.008, 0.009, 0.026)]  # fmt: skip
    sheet.cut_lines([spline(seam, 20) for seam in seams], 1.7)
    ropes = [[(0.0, -0.168), (-0.098, -0.018)], [(0.0, -0.168), (0.095, -0.012)],
             [(0.0, -0.185), (0.0, 0.0)]]  # fmt: skip
    sheet.cut_lines([spline(place(rope), 12) for rope in ropes], 2.2)
    hull = place(spline(((-0.130, -0.034), (-0.085, -0.012), (0.0, -0.004), (0.09, -0.012),
                         (0.128, -0.036), (0.105, 0.010), (0.04, 0.030), (-0.05, 0.030),
                         (-0.108, 0.010)), 90, closed=True))  # fmt: skip
    body = sheet.mask([hull])
    sheet.ink(body, "a8683c", 0.95, 0.6)
    sheet.ink(body, DEEP, 0.55 * smoothstep(0.515, 0.555, sheet.y), 0.5, clear=False)
    for x in (-0.075, -0.055, 0.06, 0.082):
        coat = sheet.mask([place(disc((x, -0.018), 0.012, 1.1))]) * (1 - body)
        face = sheet.mask([place(disc((x - 0.002, -0.036), 0.0055))])
        hat = sheet.mask([place([(x - 0.014, -0.036), (x + 0.010, -0.036), (x - 0.003, -0.050)])])
        for part, code in ((coat, BLUE), (face, ROSE), (hat, SAND)):
            sheet.ink(part, code, 1.0, 0.3)
            sheet.outline(part, 1.7)
    sheet.outline(body, 3.0)
    plank = place(spline(((-0.112, -0.010), (-0.05, 0.010), (0.05, 0.010), (0.112, -0.012)), 30))
    sheet.cut_lines([plank, plank + np.array((0.0, 0.009))], 1.8)


def print_breaker(sheet: Print) -> None:
    """The great wave: stripes that sweep up its face under a crest of hanging claws."""
    back, face = spline(BACK, 160), spline(FACE, 160)
    print_foam(sheet, back[:45:-1], (0.055, 0.035), -0.45, -0.9, PALE)
    inks = (f"{BLUE} {PALE} {DEEP} {BLUE} {FOAM} {DEEP} {TEAL} {BLUE} {DEEP} {FOAM} {BLUE} {DEEP} "
            f"{PALE} {DEEP} {BLUE} {TEAL} {DEEP} {FOAM} {DEEP} {BLUE} {DEEP}")  # fmt: skip
    whole = striped(sheet, back, face, inks, 0.020, 2.0)
    print_streaks(sheet, back, face, 60)
    sheet.ink(whole, DEEP, 0.6 * smoothstep(0.48, 0.70, sheet.y), 0.5, clear=False)
    sheet.outline(whole, 3.6)
    print_foam(sheet, face[114:], (0.035, 0.075), 0.25, -0.8, PALE)
    swell = smoothstep(0.28, 0.80, np.linspace(0, 1, 160))[:, None]
    for depth, first, size in ((0.30, 50, 0.090), (0.21, 62, 0.080), (0.13, 78, 0.072),
                               (0.05, 92, 0.062)):  # fmt: skip
        row = back + (face - back) * depth * swell
        upper = back + (face - back) * max(depth - 0.13, -0.01) * swell
        mass = np.concatenate([upper[first:158], row[158:first:-1]])
        print_foam(sheet, row[first:], (0.55 * size, size), 0.40, -0.95, FOAM, [mass])


def print_foreground(sheet: Print) -> None:
    """Two swells that close the bottom of the picture, each with its own fringe of foam."""
    swells = (
        (((1.08, 0.580), (0.90, 0.605), (0.72, 0.640), (0.55, 0.628), (0.40, 0.607), (0.25, 0.625),
          (0.10, 0.630), (-0.08, 0.600)), 0.040, f"{BLUE} {TEAL} {DEEP} {BLUE} {PALE} {DEEP}",
         ((0.004, 0.85),)),
        (((1.08, 0.655), (0.92, 0.650), (0.78, 0.678), (0.60, 0.695), (0.42, 0.682), (0.22, 0.672),
          (0.10, 0.620), (0.02, 0.575), (-0.08, 0.560)), 0.052,
         f"{DEEP} {BLUE} {PALE} {DEEP} {BLUE} {TEAL} {DEEP}", ((0.024, 1.0), (0.004, 0.8))),
    )  # fmt: skip
    for crest, size, inks, fringe in swells:
        top = spline(crest, 160)
        floor = np.stack([top[:, 0], np.full(160, 0.80)], 1)
        print_foam(sheet, top[::-1], (size, size * 0.8), -0.45, -0.9, PALE)
        sheet.outline(striped(sheet, top, floor, inks, 0.03, 2.0), 3.0)
        print_streaks(sheet, top, floor, 40)
        for drop, share in fringe:
            row = top + np.array((0.0, drop))
            rim = [tapered(row, 0.014, 0.1)]
            print_foam(sheet, row, (0.7 * share * size, share * size), 0.5, -1.0, FOAM, rim)


def print_spray(sheet: Print) -> None:
    """Flecks of foam thrown ahead of the crest, and plovers that flee before it."""
    rng = sheet.rng
    roots = spline(BACK, 160)[70:]
    spots = roots[rng.integers(0, len(roots), 150)]
    spots = spots + np.abs(rng.normal(0, 0.04, spots.shape)) * (-1, -1) + (0.01, 0.0)
    drops = sheet.mask([disc(spot, rng.uniform(0.001, 0.0045)) for spot in spots])
    sheet.ink(drops, FOAM, 1.0, 0.1)
    sheet.outline(drops, 1.2)
    flock = (
        (0.465, 0.335, 0.030), (0.555, 0.318, 0.024), (0.505, 0.385, 0.020), (0.595, 0.350, 0.020),
    )  # fmt: skip
    for x, y, size in flock:
        lean = rng.uniform(-0.25, 0.25)
        wings = [claw((x, y), 4.15 + lean, size * 1.5, -1.5, size * 0.5),
                 claw((x, y), 5.25 + lean, size * 1.4, 1.4, size * 0.5)]  # fmt: skip
        body = claw((x - 0.5 * size, y - 0.1 * size), 0.15 + lean, size * 1.3, 0.3, size * 0.42)
        bird = sheet.mask([*wings, body, disc((x - 0.5 * size, y - 0.1 * size), size * 0.2)])
        sheet.ink(bird, FOAM, 1.0, 0.1)
        sheet.ink(sheet.mask(wings), SLATE, 0.55, 0.3, clear=False)
        sheet.outline(bird, 1.9)


def print_seal(sheet: Print) -> None:
    """A red seal: a moon over two waves, cut clear of the ink."""
    x, y, half = 0.055, 0.090, 0.021
    square = np.array(((-1, -1.3), (1, -1.27), (0.97, 1.3), (-1.02, 1.28)))
    run = np.linspace(-0.85, 0.85, 30)
    waves = [np.stack([run, level + 0.16 * np.sin(run * 6.5 + phase)], 1)
             for level, phase in ((0.25, 0.0), (0.62, 1.6), (0.98, 0.4))]  # fmt: skip
    lines = [tapered(wave * half + (x, y), 0.0045, 0.3) for wave in waves]
    moon = disc((x + 0.15 * half, y - 0.52 * half), 0.46 * half)
    shade = disc((x + 0.38 * half, y - 0.66 * half), 0.36 * half)
    cut = np.clip(sheet.mask([*lines, moon]) - sheet.mask([shade]), 0, 1)
    sheet.ink(sheet.mask([square * half + (x, y)]) * (1 - cut), SUN, 0.95, 0.5, clear=False)


def paint(seed: int = 5, longer_side: int = 1280) -> NDArray[np.uint8]:
    """Print the picture; returns uint8 RGB (H, W, 3)."""
    sheet = Print(np.random.default_rng(seed), longer_side, HEIGHT)
    print_sky(sheet)
    print_mountain(sheet)
    print_far_sea(sheet)
    print_boat(sheet)
    print_spray(sheet)
    print_breaker(sheet)
    print_foreground(sheet)
    print_seal(sheet)
    return to_uint8(sheet.colour)


if __name__ == "__main__":
    save_painting(paint(), painting_of(__file__))
