"""A pier, a figure, a rowing boat and a far sail, for the shore in tempera."""

import numpy as np

from art.tools.canvas import rgb
from art.tools.fields import Array, polygon, spline
from art.tools.pastel import facet
from art.tools.tempera import TemperaEasel

VANISH = (0.47, 0.365)
LEFT, RIGHT = 0.74, 1.80  # the pier's edges: run to the right per unit of drop from VANISH
END, FRONT = 0.445, 0.80  # picture heights of the pier's far end and of its cut by the frame
PLANKS = "5a2c1c c0703a 7a3a22 e0a060 8a4a2a d88a4a 4a3040 b86a3a e8b878 6a3424 a85a30 3a2838"


def deck(run: float, y: float) -> tuple[float, float]:
    """The point of the deck at picture height ``y`` on the line of slope ``run``."""
    return VANISH[0] + run * (y - VANISH[1]), y


def edge_line(run: float, low: float, high: float, drop: float = 0.0) -> Array:
    """A line (60, 2) along the deck, ``drop`` (share of the distance to the eye) below it."""
    y = np.linspace(low, high, 60)
    x = VANISH[0] + run * (y - VANISH[1])
    return np.stack([x, y + drop * (y - VANISH[1])], 1)


def paint_pier(easel: TemperaEasel) -> None:
    """Planks that run to the vanishing point, the dark flank, piles and mooring posts."""
    paint_piles(easel)
    body = polygon(easel.shape, easel.unit, (deck(LEFT, END + 0.012), deck(RIGHT, END + 0.012),
                   deck(RIGHT, FRONT), deck(LEFT, FRONT)))  # fmt: skip
    fall = np.maximum(easel.y - VANISH[1], 1e-3)
    run = (easel.x - VANISH[0]) / fall
    level = (run - LEFT) / (RIGHT - LEFT)
    facet(easel, [deck(LEFT, END), deck(RIGHT, END), deck(RIGHT, 0.52), deck(LEFT, 0.52)],
          rgb("a85e34"), np.arctan2(1, 1.2))  # fmt: skip
    level = np.clip(level, 0, 1).astype(np.float32)
    easel.bands(level, body * (easel.y < 0.54), PLANKS, 0.28, 1.3)
    easel.bands(level, body * (easel.y > 0.52), PLANKS, 0.75, 1.3)
    for share in np.linspace(0.09, 0.91, 9):
        line = edge_line(LEFT + share * (RIGHT - LEFT), END, FRONT)
        easel.contour(line, "2c1a26", 3.6, 2)
    for run_edge in (LEFT, RIGHT):
        easel.contour(edge_line(run_edge, END, FRONT), "1a1430", 7.0, 4)
    end = np.linspace(deck(LEFT, END), deck(RIGHT, END), 30)
    easel.contour(end, "1a1430", 5.0, 3)
    for y in (0.462, 0.500, 0.565, 0.680):
        paint_post(easel, deck(RIGHT - 0.04, y), 0.62 * (y - VANISH[1]))


def paint_piles(easel: TemperaEasel) -> None:
    """The pier's flank towards the water and its piles with their swaying reflections."""
    top = edge_line(LEFT, END, FRONT)
    under = edge_line(LEFT, END, FRONT, 0.17)
    facet(easel, np.concatenate([top, under[::-1]]), rgb("2a1a38"), np.arctan2(1, LEFT))
    easel.contour(edge_line(LEFT, END, FRONT, 0.06), "7a4a3a", 4.0, 2)
    for y in (0.455, 0.485, 0.530, 0.600, 0.700):
        size = y - VANISH[1]
        x = deck(LEFT, y)[0] + 0.06 * size
        fall = np.linspace(0, 0.42, 12) * size
        column(easel, np.stack([np.full(12, x), y + fall], 1), 0.055 * size, "1c1638", "9a5a34")
        count = 16
        fall = np.linspace(0.44, 1.0, count) * size
        sway = 0.06 * size * np.sin(fall / size * 26)
        dash = np.linspace(-0.09, 0.09, 12) * size
        across = x + sway[:, None] + dash * easel.rng.uniform(0.6, 1.2, (count, 1))
        paths = np.stack([across, np.broadcast_to(y + fall[:, None], across.shape)], -1)
        easel.lines(paths, 45 * size, rgb("141238"), 0.05, 0.9, 0.4)


def column(easel: TemperaEasel, spine: Array, half: float, dark: str, lit: str) -> None:
    """A round timber along ``spine`` (N, 2), ``half`` units thick each way, lit from the left."""
    side = np.array((half, 0.0))
    turn = np.arctan2(*(spine[-1] - spine[0])[::-1])
    facet(easel, np.concatenate([spine - side, (spine + side)[::-1]]), rgb(dark), turn)
    facet(easel, np.concatenate([spine - side, (spine - 0.35 * side)[::-1]]), rgb(lit), turn)


def paint_post(easel: TemperaEasel, foot: tuple[float, float], tall: float) -> None:
    """A mooring post on the deck: dark, with a lit side, a pale cap and a turn of rope."""
    line = np.stack([np.full(12, foot[0]), np.linspace(foot[1], foot[1] - tall, 12)], 1)
    half = 0.085 * tall
    column(easel, line, half, "1c1634", "d0602c")
    turns = np.linspace(0, 2 * np.pi, 30)
    cap = np.stack([np.cos(turns) * half * 1.15, np.sin(turns) * half * 0.5], 1)
    facet(easel, cap + np.array((foot[0], foot[1] - tall)), rgb("f4c070"), 0.0)
    for share in (0.55, 0.63, 0.71):
        rope = np.linspace((-1.05 * half, 0.0), (1.05 * half, 0.05 * tall), 12)
        easel.contour(rope + np.array((foot[0], foot[1] - share * tall)), "e0b878", 36 * tall, 1)


def paint_stone(easel: TemperaEasel, at: tuple[float, float], size: float) -> None:
    """A round stone on the beach: violet shadow, umber body and a light crown."""
    turns = np.linspace(0, 2 * np.pi, 50)
    blob = np.stack([np.cos(turns) * 1.45, np.sin(turns) * 0.85], 1)
    blob *= 1 + 0.06 * np.sin(3 * turns + 40 * at[0])[:, None]
    for share, dx, dy, code in ((1.0, -0.25, 0.25, "2a1c40"), (1.0, 0.0, 0.0, "4a3450"),
                                (0.74, 0.16, -0.14, "8a5a4c"), (0.46, 0.30, -0.28, "d8a468"),
                                (0.22, 0.38, -0.36, "fbe2a8")):  # fmt: skip
        facet(easel, blob * share * size + (at[0] + dx * size, at[1] + dy * size), rgb(code), 0.2)
    easel.contour(blob * size + at, "1e1634", 4.5, 1)


def paint_figure(easel: TemperaEasel, foot: tuple[float, float], tall: float) -> None:
    """A small figure in a long dark coat, seen from behind, and its shadow on the planks."""

    def place(*points: tuple[float, float]) -> Array:
        """Figure coordinates (x right, y up, height 1) as picture points."""
        return np.array(points) * (tall, -tall) + foot

    shadow = place((-0.12, 0.02), (0.16, 0.04), (0.42, -0.56), (0.20, -0.62))
    facet(easel, shadow, rgb("46263c"), 1.15)
    coat = spline(place((-0.05, 0.80), (-0.13, 0.74), (-0.15, 0.45), (-0.19, 0.03), (0.0, 0.0),
                        (0.17, 0.03), (0.14, 0.45), (0.13, 0.74), (0.05, 0.80)),
                  80, True)  # fmt: skip
    facet(easel, coat, rgb("161240"), np.pi / 2)
    head = np.linspace(0, 2 * np.pi, 40)
    facet(easel, place(*zip(0.068 * np.cos(head), 0.87 + 0.088 * np.sin(head), strict=True)),
          rgb("6a3428"), 0.0)  # fmt: skip
    facet(easel, place((-0.105, 0.915), (0.105, 0.915), (0.075, 0.93), (0.065, 1.02),
                       (-0.065, 1.02), (-0.075, 0.93)), rgb("120e30"), 0.0)  # fmt: skip
    neck = place((-0.045, 0.77), (-0.04, 0.83), (0.04, 0.83), (0.045, 0.77))
    facet(easel, neck, rgb("e0a060"), 0.0)
    for x, lean, code in ((-0.11, -0.05, "e8702c"), (0.02, 0.01, "2c2a78"), (0.09, 0.05, "3a50a0")):
        fold = np.stack([np.linspace(x, x + lean, 16), np.linspace(0.70, 0.08, 16)], 1)
        easel.contour(place(*fold.tolist()), code, 4.5, 3)


def paint_boat(easel: TemperaEasel, at: tuple[float, float], size: float) -> None:
    """A rowing boat afloat near the beach, with its wavering reflection."""

    def place(points: Array | list[tuple[float, float]]) -> Array:
        """Boat coordinates (x right, y up) as picture points."""
        return np.asarray(points) * (size, -size) + at

    hull = spline([(-1.0, 0.26), (-0.5, 0.10), (0.1, 0.08), (0.7, 0.16), (1.08, 0.36),
                   (0.86, -0.06), (0.5, -0.16), (-0.4, -0.16), (-0.8, -0.04)],
                  120, True)  # fmt: skip
    mirror = hull * (0.95, -0.75) + (0.0, -0.28)
    facet(easel, place(mirror), rgb("14204e"), 0.0)
    inside = spline([(-1.0, 0.26), (-0.4, 0.24), (0.4, 0.26), (1.08, 0.36), (0.7, 0.14),
                     (0.1, 0.06), (-0.5, 0.08)], 90, True)  # fmt: skip
    facet(easel, place(inside), rgb("8a4422"), 0.0)
    facet(easel, place(hull), rgb("2a1a34"), 0.1)
    for drop, code, width in ((0.0, "f2b04a", 4.5), (-0.08, "c8401c", 5.5), (-0.15, "3a6a5a", 4.0)):
        rail = spline([(-0.97, 0.24), (-0.5, 0.09), (0.1, 0.07), (0.7, 0.15), (1.04, 0.34)], 60)
        shrink = np.array((1.0 + 0.9 * drop, 1.0))
        easel.contour(place(rail * shrink + (0, drop)), code, width, 2)
    for x in (-0.35, 0.35):
        thwart = np.linspace((x - 0.12, 0.14), (x + 0.10, 0.26), 14)
        easel.contour(place(thwart), "e8a860", 5.0, 2)


def paint_sail(easel: TemperaEasel, at: tuple[float, float], size: float) -> None:
    """A far sailing boat under the sun, with a streak of reflection."""
    for corners, code in (
        (((0.02, 0.12), (0.04, 1.0), (0.50, 0.16)), "f8dca0"),
        (((-0.03, 0.14), (0.0, 0.86), (-0.34, 0.18)), "e8a050"),
        (((-0.42, 0.10), (0.52, 0.12), (0.36, -0.04), (-0.28, -0.04)), "1a1438"),
    ):
        facet(easel, np.array(corners) * (size, -size) + at, rgb(code), 1.4)
    for y in np.linspace(0.10, 0.75, 6):
        line = np.linspace((-0.26 + 0.2 * y, -y), (0.30 - 0.2 * y, -y), 14)
        easel.contour(line * (size, -size) + at, "f0c880", 3.5, 1)
