"""Water for a woodblock print: tapering stripes, thin streaks and clawed foam."""

import numpy as np
from scipy import ndimage

from art.tools.fields import Array, arc_length, normals, smoothstep
from art.tools.outlines import disc
from art.tools.woodcut import Print, bands, claw, tapered

DEEP, BLUE, TEAL, PALE, FOAM = "16306b", "2c5f97", "5f9cad", "a9ccc8", "f4ecd6"


def striped(
    sheet: Print, upper: Array, lower: Array, codes: str, drift: float, line: float
) -> Array:
    """Print tapering stripes between two curves in the given inks; returns their mask."""
    inks = codes.split()
    along = np.linspace(0, 1, len(upper))
    phases = sheet.rng.uniform(0, 2 * np.pi, (len(inks) + 1, 2))
    widths = sheet.rng.uniform(0.6, 1.5, len(inks))
    places = np.concatenate([[0.0], np.cumsum(widths) / widths.sum()])
    edges = places[:, None] + drift * (
        np.sin(5.0 * along + phases[:, :1]) + 0.5 * np.sin(11.0 * along + phases[:, 1:])
    ) * np.minimum(1, 4 * places * (1 - places))[:, None]  # fmt: skip
    edges = np.maximum.accumulate(np.clip(edges, 0, 1), 0)
    strips = bands(upper, lower, edges)
    whole = sheet.mask([np.concatenate([upper, lower[::-1]])])
    sheet.ink(whole, inks[0])
    for strip, code in zip(strips, inks, strict=True):
        shape = sheet.mask([strip])
        fade = 0.7 + 0.3 * smoothstep(0.0, 1.0, sheet.swell)
        sheet.ink(shape, code, fade, 0.5)
    curves = [upper + (lower - upper) * edge[:, None] for edge in edges[1:-1]]
    sheet.cut_lines(curves, line)
    return whole


def foam_hand(sheet: Print, root: Array, heading: float, size: float, turn: float) -> list[Array]:
    """Palm and hooked fingers of one clump of foam, as polygons to be joined."""
    rng = sheet.rng
    shapes = [disc(root, 0.23 * size * rng.uniform(0.8, 1.25), rng.uniform(0.75, 1.0))]
    for lean in np.linspace(-0.85, 0.85, int(rng.integers(3, 5))):
        length = size * rng.uniform(0.6, 1.15) * (1 - 0.25 * abs(lean))
        bearing = heading + lean + rng.normal(0, 0.12)
        start = root + 0.10 * size * np.array((np.cos(bearing), np.sin(bearing)))
        bend = turn * rng.uniform(0.7, 1.6)
        shapes.append(claw(start, bearing, length, bend, 0.40 * size))
        halfway = bearing + 0.2 * bend
        middle = start + 0.42 * length * np.array((np.cos(halfway), np.sin(halfway)))
        for side in (-0.8, 0.65):
            if rng.random() < 0.7:
                twig = claw(middle, bearing + side, 0.45 * length, 1.3 * bend, 0.22 * size)
                shapes.append(twig)
    return shapes


def print_foam(
    sheet: Print, path: Array, sizes: tuple[float, float], forward: float, turn: float, code: str,
    mass: list[Array] | None = None,
) -> None:  # fmt: skip
    """A row of foam hands along ``path``, joined to the polygons of ``mass``.

    ``sizes`` (units) holds from first to last; ``forward`` turns the hands from the normal
    of the path (0) to its heading (1), and ``turn`` (radians) is the hook of their fingers.
    """
    outward, ahead = normals(path), np.gradient(path, axis=0)
    travelled = arc_length(path)
    if mass:
        print_clump(sheet, mass, code)
    place = 0.0
    while place < travelled[-1]:
        i = int(np.searchsorted(travelled, place))
        size = float(np.interp(place / travelled[-1], (0, 1), sizes))
        size *= sheet.rng.choice((0.6, 0.9, 1.35))
        facing = outward[i] * (1 - abs(forward)) + forward * ahead[i] / np.hypot(*ahead[i])
        root = path[i] + sheet.rng.uniform(-0.38, 0.12) * size * outward[i]
        heading = float(np.arctan2(facing[1], facing[0]))
        print_clump(sheet, foam_hand(sheet, root, heading, size, turn), code)
        place += sheet.rng.uniform(0.35, 0.75) * size


def print_clump(sheet: Print, shapes: list[Array], code: str) -> None:
    """Print joined polygons of foam: fill, shade on the lower right, outline and finger lines."""
    mask = sheet.mask(shapes)
    sheet.ink(mask, code, 1.0, 0.25)
    lit = ndimage.shift(mask, (-5.0 * sheet.scale, -4.0 * sheet.scale), order=1, mode="nearest")
    sheet.ink(mask * (1 - lit), TEAL, 0.6, 0.4, clear=False)
    sheet.outline(mask, 2.3)
    fingers = [shape for shape in shapes[1:] if sheet.rng.random() < 0.6]
    sheet.cut_lines([(part[3:14] + part[::-1][3:14]) / 2 for part in fingers], 1.5)


def print_streaks(sheet: Print, upper: Array, lower: Array, count: int) -> None:
    """Thin tapering runs of foam and shadow that follow the flow between two curves."""
    streaks: dict[str, list[Array]] = {FOAM: [], PALE: [], DEEP: []}
    for _ in range(count):
        share = sheet.rng.random() + 0.02 * np.sin(np.linspace(0, 9, len(upper)))
        line = upper + (lower - upper) * np.clip(share, 0.01, 0.99)[:, None]
        first = int(sheet.rng.integers(0, int(0.7 * len(line))))
        piece = line[first : first + int(sheet.rng.integers(20, 60))]
        code = (FOAM, PALE, DEEP)[int(sheet.rng.integers(3))]
        streaks[code].append(tapered(piece, sheet.rng.uniform(0.002, 0.007)))
    for code, shapes in streaks.items():
        sheet.ink(sheet.mask(shapes), code, 0.95, 0.4)
