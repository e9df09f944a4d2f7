"""The things on a cubist's table, as shapes that can be looked up at any (displaced) place.

Places are (H, W) arrays ``x`` and ``y`` in units of the picture's width.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from art.tools.fields import Array, smoothstep

Mask = NDArray[np.bool_]
WALL, TABLE, PAPER, BOTTLE, LABEL, BOWL, APPLE, PEAR, MUSIC, GUITAR, HOLE, NECK, GLASS, WINE = (
    range(14)
)
TAIL, HEAD = np.array((0.335, 1.085)), np.array((0.675, 0.085))


@dataclass
class View:
    """What is seen at each place: object, tone -1..1 of its form, dark and light marks 0..1."""

    x: Array
    y: Array
    thing: NDArray[np.int64]
    tone: Array
    dark: Array
    light: Array

    def put(self, mask: Mask, thing: int, tone: Array | float) -> None:
        """Stand an object in front of all that was put before."""
        self.thing[mask] = thing
        self.tone[mask] = np.broadcast_to(np.asarray(tone, np.float32), mask.shape)[mask]
        self.dark[mask] = 0.0
        self.light[mask] = 0.0

    def mark(self, mask: Mask, dark: Array | float = 0.0, light: Array | float = 0.0) -> None:
        """Draw dark or light marks on what is seen inside ``mask``."""
        for sheet, amount in ((self.dark, dark), (self.light, light)):
            value = np.broadcast_to(np.asarray(amount, np.float32), mask.shape)[mask]
            sheet[mask] = np.maximum(sheet[mask], value)


def look(x: Array, y: Array, grain: Array) -> View:
    """See the whole still life at the places ``x``, ``y``; ``grain`` (H, W) is wood, 0..1."""
    shape = x.shape
    blank = [np.zeros(shape, np.float32) for _ in range(3)]
    view = View(x, y, np.full(shape, WALL, np.int64), *blank)
    put_wall(view)
    put_table(view, grain)
    put_newspaper(view)
    put_bottle(view)
    put_bowl(view)
    put_music(view)
    put_guitar(view, grain)
    put_glass(view)
    return view


def stripe(value: Array, period: float, width: float, soft: float = 0.0012) -> Array:
    """Lines (0..1) of full ``width`` every ``period`` of ``value``."""
    away = np.abs((value / period + 0.5) % 1.0 - 0.5) * period
    return smoothstep(width / 2 + soft, width / 2 - soft / 2, away)


def turned(view: View, centre: tuple[float, float], angle: float) -> tuple[Array, Array]:
    """Coordinates around ``centre``, turned by ``angle`` radians."""
    dx, dy = view.x - centre[0], view.y - centre[1]
    return (dx * np.cos(angle) + dy * np.sin(angle), dy * np.cos(angle) - dx * np.sin(angle))


def put_wall(view: View) -> None:
    """Wallpaper lozenges on the left, a louvred shutter on the right, a dado below."""
    x, y = view.x, view.y
    cell_a, cell_b = (x + 0.7 * y) / 0.075, (x - 0.7 * y) / 0.075
    lozenge = np.maximum(stripe(cell_a, 1.0, 0.07, 0.03), stripe(cell_b, 1.0, 0.07, 0.03))
    bud = np.hypot(cell_a % 1 - 0.5, cell_b % 1 - 0.5) < 0.17
    left = x < 0.36
    view.mark(left, 0.0, 0.45 * lozenge)
    view.mark(left & bud, 0.45)
    shutter = (x > 0.74) & (y < 0.66)
    slat = ((y + 0.15 * x) / 0.042) % 1.0
    view.tone[shutter] = (0.55 - 1.0 * slat)[shutter]
    view.mark(shutter, 0.8 * stripe(y + 0.15 * x, 0.042, 0.005))
    frame = shutter & (np.abs(x - 0.765) < 0.02)
    view.tone[frame] = 0.45
    view.dark[frame] = 0.0


def put_table(view: View, grain: Array) -> None:
    """A tilted oval table with an edge, its top in combed wood."""
    u, v = turned(view, (0.51, 0.985), -0.06)
    reach = np.hypot(u / 0.56, v / 0.325)
    view.put(reach < 1.07, TABLE, -0.75)
    view.put(reach < 1.0, TABLE, 0.25 - 0.5 * v / 0.3)
    view.mark(reach < 1.0, 0.5 * smoothstep(0.62, 0.72, grain) * smoothstep(0.86, 0.76, grain))


def put_newspaper(view: View) -> None:
    """A folded newspaper: headline, columns of type and a rule."""
    u, v = turned(view, (0.715, 1.035), -0.30)
    sheet = (np.abs(u) < 0.205) & (np.abs(v) < 0.135)
    view.put(sheet, PAPER, 0.25 + 0.9 * u)
    rows = stripe(v, 0.0155, 0.0075)
    row = np.floor(v / 0.0155 + 0.5)
    words = np.sin(u * 310 + 37 * row) + np.sin(u * 187 + 11 * row**2) > -0.95
    letters = 0.55 + 0.45 * np.sign(np.sin(u * 1500 + 5 * row))
    gutter = np.abs((u + 0.205) % 0.137 - 0.0685) < 0.060
    view.mark(sheet & words & gutter & (v > -0.030) & (v < 0.125), 0.78 * rows * letters)
    view.mark(sheet, 0.8 * stripe(v + 0.036, 9.0, 0.004))
    view.mark(sheet & headline(u + 0.185, v + 0.125), 0.92)


def headline(u: Array, v: Array) -> Mask:
    """The heavy letters J O U R, 0.075 high, from the origin to the right."""
    rise = 0.075

    def bar(left: float, right: float, top: float = 0.0, bottom: float = rise) -> Mask:
        return (u > left) & (u < right) & (v > top) & (v < bottom)

    def ring(middle: float, centre: float, radius: float) -> Mask:
        away = np.hypot(u - middle, (v - centre) * 0.9)
        return (away < radius) & (away > radius - 0.016)

    letter_j = bar(0.045, 0.061, 0.0, 0.052) | (ring(0.033, 0.048, 0.028) & (v > 0.048))
    letter_o = ring(0.117, rise / 2, 0.037)
    letter_u = bar(0.173, 0.189, 0.0, 0.045) | bar(0.221, 0.237, 0.0, 0.045)
    letter_u |= ring(0.205, 0.043, 0.032) & (v > 0.043)
    letter_r = bar(0.262, 0.278) | (ring(0.284, 0.022, 0.024) & (u > 0.27))
    return letter_j | letter_o | letter_u | letter_r | (letter_r_leg(u, v) & (v < rise))


def letter_r_leg(u: Array, v: Array) -> Mask:
    """The slanting leg of the R."""
    return (np.abs(u - 0.276 - 0.62 * (v - 0.036)) < 0.010) & (v > 0.036)


def put_bottle(view: View) -> None:
    """A tall wine bottle with a label and a vertical gleam."""
    u, v = view.x - 0.185, view.y
    half = PchipInterpolator(
        (0.10, 0.105, 0.135, 0.14, 0.30, 0.36, 0.42, 0.80, 0.825),
        (0.026, 0.036, 0.036, 0.029, 0.031, 0.050, 0.092, 0.095, 0.082),
    )(np.clip(v, 0.10, 0.825)).astype(np.float32)
    inside = (np.abs(u) < half) & (v > 0.10) & (v < 0.825)
    across = u / half
    view.put(inside, BOTTLE, 0.25 - 0.75 * across)
    view.mark(inside & (np.abs(across + 0.55) < 0.13) & (v > 0.17), 0.0, 0.75)
    view.mark(inside & (v < 0.14), 0.6)
    label = inside & (v > 0.52) & (v < 0.70)
    view.put(label, LABEL, 0.3 - 0.6 * across)
    view.mark(label, 0.75 * stripe(v - 0.53, 0.16, 0.006))
    view.mark(label & (v > 0.56) & (v < 0.67) & (np.abs(u) < 0.06), 0.7 * stripe(v, 0.021, 0.008))


def put_bowl(view: View) -> None:
    """A footed bowl heaped with apples and pears."""
    fruit = (
        (0.70, 0.665, 0.062, PEAR), (0.845, 0.655, 0.066, APPLE), (0.765, 0.610, 0.064, APPLE),
        (0.905, 0.690, 0.050, PEAR), (0.775, 0.690, 0.060, PEAR), (0.655, 0.690, 0.045, APPLE),
    )  # fmt: skip
    for cx, cy, radius, kind in fruit:
        u, v = turned(view, (cx, cy), 0.5 if kind == PEAR else 0.0)
        wide = np.where(
            v < 0, 1.0 - (0.40 if kind == PEAR else 0.0) * np.clip(-v / radius, 0, 1), 1
        )
        tall = 1.35 if kind == PEAR else 1.0
        reach = np.hypot(u / wide, v / np.where(v < 0, tall, 1.0)) / radius
        view.put(
            reach < 1.0, kind, 0.55 - 0.9 * np.hypot(u + 0.4 * radius, v + 0.4 * radius) / radius
        )
        arcs = stripe(np.hypot(u + 0.5 * radius, v + 0.5 * radius), 0.014, 0.004)
        view.mark((reach < 1.0) & (u + v > 0.2 * radius), 0.6 * arcs)
        view.mark((np.abs(u - 0.3 * v) < 0.005) & (np.abs(v + tall * radius) < 0.022), 0.9)
    u, v = view.x - 0.785, view.y - 0.70
    shell = (np.hypot(u / 0.185, v / 0.125) < 1) & (v > 0)
    stem = (
        (np.abs(u) < 0.016 + 0.035 * np.clip((v - 0.17) / 0.06, 0, 1) ** 2) & (v > 0.1) & (v < 0.23)
    )
    foot = np.hypot(u / 0.105, (v - 0.235) / 0.026) < 1
    view.put(shell | stem | foot, BOWL, 0.45 - 3.6 * u)
    flutes = stripe(np.arctan2(u, 0.19 - v * 0.4), 0.13, 0.016, 0.01)
    view.mark(shell, 0.55 * flutes)
    view.mark(shell, 0.0, 0.8 * stripe(v - 0.014, 9.0, 0.010))


def put_music(view: View) -> None:
    """A sheet of music leaning behind the neck of the guitar."""
    u, v = turned(view, (0.445, 0.375), -0.17)
    sheet = (np.abs(u) < 0.150) & (np.abs(v) < 0.205)
    view.put(sheet, MUSIC, 0.2 - 1.3 * u)
    line = (v + 0.18) % 0.098
    staff = sheet & (line < 0.050) & (np.abs(u) < 0.130)
    view.mark(staff, 0.75 * stripe(line - 0.004, 0.0105, 0.0028))
    column = np.floor(u / 0.036)
    row = np.floor((v + 0.18) / 0.098)
    pitch = 0.012 + 0.028 * ((np.sin(column * 12.9 + row * 7.3) * 43.7) % 1.0)
    across = u - (column + 0.5) * 0.036
    head = np.hypot(across, 1.25 * (line - pitch)) < 0.0085
    tail = (np.abs(across - 0.007) < 0.0018) & (line > pitch - 0.034) & (line < pitch)
    view.mark((head | tail) & sheet & (np.abs(u) < 0.120), 0.95)


def put_guitar(view: View, grain: Array) -> None:
    """The guitar: bouts, rosette, bridge, fretted neck, pegs and six strings."""
    axis = (HEAD - TAIL) / np.hypot(*(HEAD - TAIL))
    dx, dy = view.x - TAIL[0], view.y - TAIL[1]
    u, v = dx * axis[0] + dy * axis[1], dx * axis[1] - dy * axis[0]
    half = PchipInterpolator(
        (0.0, 0.008, 0.03, 0.07, 0.13, 0.20, 0.27, 0.32, 0.37, 0.43, 0.48, 0.51, 0.525),
        (0.03, 0.095, 0.155, 0.198, 0.218, 0.200, 0.155, 0.142, 0.152, 0.168, 0.150, 0.10, 0.03),
    )(np.clip(u, 0, 0.525)).astype(np.float32)
    body = (np.abs(v) < half) & (u > 0) & (u < 0.525)
    view.put(body, GUITAR, 0.30 - 1.6 * v)
    view.mark(body, 0.38 * smoothstep(0.60, 0.70, grain) * smoothstep(0.88, 0.76, grain))
    inlay = np.abs(half - np.abs(v) - 0.016)
    view.mark(body & (half < 0.23), 0.85 * smoothstep(0.0042, 0.0025, inlay))
    view.mark(body & (np.abs(u - 0.135) < 0.015) & (np.abs(v) < 0.082), 0.9)
    reach = np.hypot(u - 0.345, v)
    view.put(reach < 0.062, HOLE, -0.4 + 4.0 * v)
    view.mark((reach > 0.062) & (reach < 0.092), 0.85 * stripe(reach - 0.066, 0.011, 0.0035))
    neck = (np.abs(v) < 0.031 - 0.008 * (u - 0.45)) & (u > 0.43) & (u < 0.92)
    view.put(neck, NECK, 0.3 - 9.0 * v)
    frets = np.minimum.reduce([np.abs(u - 0.92 + 0.78 * (1 - 2.0 ** (-n / 12))) for n in range(15)])
    view.mark(neck, 0.0, 0.85 * smoothstep(0.0034, 0.0018, frets))
    head = (np.abs(v) < 0.040 + 0.08 * (u - 0.92)) & (u >= 0.92) & (u < 1.06)
    view.put(head, NECK, 0.1 - 6.0 * v)
    for place in (0.95, 0.985, 1.02):
        peg = np.hypot(u - place, np.abs(v) - 0.060) < 0.0135
        view.put(peg, LABEL, 0.2)
    spread = v / (0.056 - 0.026 * np.clip((u - 0.135) / 0.8, 0, 1.1))
    strings = smoothstep(0.055, 0.025, np.abs(((spread * 3.0) % 1.0) - 0.5) * 0.66)
    strung = (np.abs(spread) < 1.0) & (u > 0.125) & (u < 1.0)
    view.mark(strung, 0.0, 0.9 * strings)


def put_glass(view: View) -> None:
    """A stemmed glass half full of wine, at the lower left."""
    u, v = view.x - 0.150, view.y - 0.83
    half = PchipInterpolator(
        (0.0, 0.06, 0.12, 0.16, 0.18, 0.25, 0.275, 0.29),
        (0.070, 0.073, 0.060, 0.030, 0.009, 0.009, 0.030, 0.062),
    )(np.clip(v, 0, 0.29)).astype(np.float32)
    inside = (np.abs(u) < half) & (v > 0) & (v < 0.29)
    across = u / half
    view.put(inside, GLASS, 0.25 - 0.8 * across)
    wine = inside & (v > 0.058) & (v < 0.165)
    view.put(wine, WINE, 0.3 - 0.7 * across)
    view.mark(inside & (np.abs(across + 0.62) < 0.12) & (v < 0.14), 0.0, 0.9)
    rim = np.abs(np.hypot(u / 0.070, v / 0.016) - 1.0) < 0.16
    view.mark(rim, 0.85)
