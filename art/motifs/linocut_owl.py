"""An owl for a linocut: scalloped breast, barred wings and a lit face, cut out of the black."""

from collections.abc import Callable

import numpy as np

from art.tools.fields import Array, Points, blade, spline
from art.tools.linocut import BLACK, Lino
from art.tools.outlines import disc, ellipse

Place = Callable[[Points], Array]
# half of the outline, from the parting of the ears down to the legs; height of the owl = 1
OUTLINE = (
    (0.0, 0.085), (0.075, 0.080), (0.135, 0.050), (0.205, -0.020), (0.215, 0.090), (0.228, 0.170),
    (0.222, 0.260), (0.232, 0.320), (0.275, 0.420), (0.292, 0.550), (0.272, 0.700),
    (0.225, 0.830), (0.165, 0.920), (0.085, 0.960), (0.0, 0.965),
)  # fmt: skip
WING = (
    (0.205, 0.330), (0.262, 0.420), (0.288, 0.550), (0.270, 0.700), (0.220, 0.850), (0.135, 1.02),
    (0.120, 0.930), (0.150, 0.780), (0.165, 0.620), (0.160, 0.480),
)  # fmt: skip


def both(points: Points) -> Array:
    """Close a half outline with its mirror image."""
    half = np.asarray(points, float)
    return np.concatenate([half, half[-2:0:-1] * (-1, 1)])


def feather(x: float, y: float, size: float, lean: float, long: float = 1.3) -> Array:
    """A drooping feather, round with a soft point, whose root is at (x, y)."""
    along = np.linspace(0, 1, 14)
    half = 0.56 * size * np.sin(np.pi * np.clip(along, 0.03, 1) ** 0.85) ** 0.75
    droop = size * long * along
    spine = np.stack([x + lean * droop, y + droop], 1)
    return blade(spine, half)


def quill(x: float, y: float, size: float, lean: float, long: float = 1.3) -> Array:
    """The dark shaft of the same feather, widest near its tip."""
    along = np.linspace(0.15, 0.86, 8)
    droop = size * long * along
    return blade(np.stack([x + lean * droop, y + droop], 1), size * 0.11 * np.sin(along * 3.4))


def cut_owl(lino: Lino, centre: tuple[float, float], size: float) -> None:
    """Cut the owl with its crown at ``centre`` and its feet ``size`` units lower."""

    def place(points: Points) -> Array:
        """Move owl coordinates into the picture."""
        return np.asarray(points) * size + centre

    cut_tail(lino, place)
    outline = spline(both(OUTLINE), 240, closed=True)
    body = lino.mask([place(outline)])
    lino.halo(body, 4.5, 1)
    lino.fill(body, BLACK)
    cut_breast(lino, place)
    for side in (-1, 1):
        cut_wing(lino, place, side)
    cut_face(lino, place, centre, size)
    cut_feet(lino, place)


def cut_tail(lino: Lino, place: Place) -> None:
    """Fanned tail feathers that hang below the branch."""
    for lean in (-0.22, 0.22, -0.1, 0.1, 0.0):
        plume = feather(0.35 * lean, 0.86, 0.13, lean, 3.0)
        mask = lino.mask([place(plume)])
        lino.halo(mask, 3.0, 2)
        lino.fill(mask, BLACK)
        spine = np.array([(0.35 * lean + lean * t, 0.86 + t) for t in np.linspace(0.1, 0.36, 9)])
        bars = [np.array([(x - 0.042, y + 0.014), (x, y), (x + 0.042, y + 0.014)])
                for x, y in spine]  # fmt: skip
        lino.cut(lino.mask([place(blade(spline(bar, 9), 0.006)) for bar in bars]), 1)


def cut_breast(lino: Lino, place: Place) -> None:
    """Rows of pale feathers, each with its dark shaft, the upper rows over the lower."""
    for row, level in enumerate(np.linspace(0.845, 0.315, 11)):
        reach = 0.225 * np.sin(np.pi * np.clip((level - 0.08) / 0.86, 0, 1)) ** 0.7
        size = 0.058 + 0.045 * (level - 0.3)
        count = max(round(2 * reach / (0.86 * size)), 2)
        spots = np.linspace(-reach, reach, count) + (row % 2 - 0.5) * reach / count
        spots = spots + lino.rng.normal(0, 0.006, count)
        lean = (0.9 * spots + lino.rng.normal(0, 0.10, count)).tolist()
        pairs = list(zip(spots.tolist(), lean, strict=True))
        rims = [feather(x, level - 0.012, size * 1.25, k) for x, k in pairs]
        lino.fill(lino.mask([place(rim) for rim in rims]), BLACK)
        bodies = [feather(x, level, size, k) for x, k in pairs]
        lino.cut(lino.mask([place(part) for part in bodies]), 1)
        lit = [feather(x - 0.006, level, size * 0.8, k, 1.45) for x, k in pairs
               if x < lino.rng.normal(0.06, 0.06)]  # fmt: skip
        lino.cut(lino.mask([place(part) for part in lit]), 0)
        shafts = [quill(x, level, size, k) for x, k in pairs]
        chevron = np.array(((-0.4, -0.22), (0.0, 0.0), (0.4, -0.22))) * size
        bars = [blade(chevron + np.array((x + k * size * t, level + t * size)), 0.0028)
                for x, k in pairs for t in (0.6, 0.95) if lino.rng.random() < 0.6]  # fmt: skip
        lino.fill(lino.mask([place(mark) for mark in shafts + bars]), BLACK)


def cut_wing(lino: Lino, place: Place, side: int) -> None:
    """A folded wing: small coverts above long barred flight feathers."""
    mask = lino.mask([place(spline(np.array(WING) * (side, 1), 120, closed=True))])
    lino.halo(mask, 2.5, 1)
    lino.fill(mask, BLACK)
    for share in np.linspace(0.0, 1.0, 5):
        root = np.array((side * (0.262 - 0.075 * share), 0.50))
        tip = np.array((side * (0.150 - 0.02 * share), 1.0 - 0.13 * share))
        bulge = np.array((side * (0.285 - 0.10 * share), 0.72 - 0.04 * share))
        spine = spline([root, bulge, tip], 30)
        vane = lino.mask([place(blade(spine, 0.0115 * np.sin(np.linspace(0.5, 3.0, 30)) ** 0.5))])
        lino.cut(vane * mask, 2)
        slant = np.array(((-side * 0.013, -0.010), (0.0, 0.0), (side * 0.013, -0.010)))
        bars = [slant + point for point in spine[4:28:4]]
        lino.cut(
            lino.mask([place(blade(bar, 0.0042)) for bar in bars]) * mask, 0 if side < 0 else 1
        )
    for row, level in enumerate(np.linspace(0.62, 0.36, 6)):
        xs = side * (np.linspace(0.172, 0.285, 4) + 0.018 * (row % 2))
        rims = [feather(x, level - 0.01, 0.058, -0.25 * side) for x in xs]
        lino.fill(lino.mask([place(rim) for rim in rims]) * mask, BLACK)
        parts = [feather(x, level, 0.042, -0.25 * side) for x in xs]
        lino.cut(lino.mask([place(part) for part in parts]) * mask, 1)
        lit = [feather(x - 0.004, level, 0.034, -0.25 * side, 1.2) for x in xs]
        lino.cut(lino.mask([place(part) for part in lit]) * mask, 0 if side < 0 else 1)
        cores = [feather(x, level - 0.006, 0.026, -0.25 * side) for x in xs]
        lino.fill(lino.mask([place(core) for core in cores]) * mask, BLACK)


def cut_face(lino: Lino, place: Place, centre: tuple[float, float], size: float) -> None:
    """Facial discs with rays from the eyes, ringed eyes, brows and the beak."""
    x, y = (lino.x - centre[0]) / size, (lino.y - centre[1]) / size
    for side in (-1, 1):
        eye = (side * 0.098, 0.225)
        face = lino.mask([place(ellipse((side * 0.104, 0.238), (0.103, 0.112), count=40))])
        away = np.hypot(x - eye[0], y - eye[1])
        depth = np.clip(0.25 + 7.5 * (away - 0.05) + (0.5 if side > 0 else 0.0), 0.1, 1.6)
        angle = np.arctan2(y - eye[1], x - eye[0]) + 0.25 * side
        lino.carve(face, depth, angle, 4.6, (14, 40))
        for radius, level in ((0.062, BLACK), (0.052, 0), (0.047, 1), (0.031, BLACK)):
            lino.fill(lino.mask([place(disc(eye, radius, count=40))]), level)
        lino.fill(lino.mask([place(disc((eye[0] - 0.013, 0.211), 0.011, count=40))]), 0)
        lid = spline([(eye[0] - 0.075 * side, 0.215), (eye[0] - 0.01 * side, 0.166),
                      (eye[0] + 0.085 * side, 0.172)], 24)  # fmt: skip
        lino.fill(lino.mask([place(blade(lid, 0.015 * np.sin(np.linspace(0.1, 3.0, 24))))]), BLACK)
        for k, lift in enumerate((0.0, 0.018, 0.036)):
            brow = spline([(side * 0.012, 0.232 - 2.0 * lift), (side * 0.075, 0.150 - lift),
                           (side * (0.198 - 0.25 * lift), 0.012 + 0.6 * lift)], 30)  # fmt: skip
            half = (0.0115 - 0.002 * k) * np.sin(np.linspace(0.15, 3.1, 30)) ** 0.8
            lino.cut(lino.mask([place(blade(brow, half))]), min(k, 1))
    crown = [spline([(dx * 0.3, 0.165), (dx, 0.092)], 8) for dx in np.linspace(-0.075, 0.075, 7)]
    lino.cut(lino.mask([place(blade(p, 0.005 * np.sin(np.linspace(0.2, 3, 8)))) for p in crown]), 1)
    beak = spline([(0, 0.225), (0.026, 0.265), (0.012, 0.315), (0, 0.345), (-0.012, 0.315),
                   (-0.026, 0.265)], 60, closed=True)  # fmt: skip
    lino.fill(lino.mask([place((beak - (0, 0.28)) * 1.35 + (0, 0.28))]), BLACK)
    lino.fill(lino.mask([place(beak)]), 1)
    lino.cut(lino.mask([place(blade(spline([(-0.008, 0.25), (-0.006, 0.31)], 8), 0.004))]), 0)


def cut_feet(lino: Lino, place: Place) -> None:
    """Two feet of three feathered toes that grip the branch, with hooked claws."""
    for side in (-1, 1):
        for lean in (-0.04, 0.0, 0.04):
            x = side * 0.085 + lean
            spine = spline(
                [(x * 0.98, 0.925), (x + 0.3 * lean, 0.960), (x + 0.4 * lean, 1.005)], 14
            )
            toe = np.sin(np.linspace(0.9, 2.7, 14)) ** 0.6
            lino.fill(lino.mask([place(blade(spine, 0.024 * toe))]), BLACK)
            lino.fill(lino.mask([place(blade(spine, 0.015 * toe))]), 1)
            lino.cut(lino.mask([place(blade(spine[2:9] - (0.005, 0), 0.004))]), 0)
            talon = spline([(x + 0.4 * lean, 1.0), (x + 0.5 * lean, 1.035)], 8)
            lino.fill(lino.mask([place(blade(talon, np.linspace(0.013, 0.001, 8)))]), BLACK)
