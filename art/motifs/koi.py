"""Koi seen from above, drawn flat for the marbling bath."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, spatial

from art.tools.canvas import mix, ramp, rgb
from art.tools.fields import Array, Points, arc_length, noise, polygon, smoothstep, spline
from art.tools.outlines import ellipse, ribbon

LINE = rgb("16204a")
WIDTHS = (0.006, 0.030, 0.050, 0.066, 0.078, 0.084, 0.082, 0.075, 0.063, 0.036)


@dataclass
class Carp:
    """A fish along ``spine`` (tail root to nose, units) in body, patch and fin colours."""

    spine: Points
    body: str
    patch: str
    fin: str
    seed: int


CARP = (
    Carp(((0.585, 0.610), (0.520, 0.600), (0.450, 0.545), (0.405, 0.465), (0.390, 0.375)),
         "fff8e6 fbeccc e0c8a0", "c42a1c e24a28 f07a3c", "fffaf0 f4dcc0 e06a40", 3),
    Carp(((0.560, 0.165), (0.630, 0.155), (0.700, 0.205), (0.742, 0.285), (0.752, 0.375)),
         "f8d27a e8a838 b87420", "16275a 22408c 2f62a4", "fff0c4 f0c05c c87a28", 8),
)  # fmt: skip


def draw_koi(unit: int, height: float) -> tuple[Array, NDArray[np.bool_]]:
    """All the fish: colours (H, W, 3) and cover (H, W) for a sheet ``unit`` pixels wide."""
    shape = (round(unit * height), unit)
    colour, cover = np.zeros((*shape, 3), np.float32), np.zeros(shape, bool)
    for carp in CARP:
        _draw_one(carp, unit, colour, cover)
    return colour, cover


def _draw_one(carp: Carp, unit: int, colour: Array, cover: NDArray[np.bool_]) -> None:
    """Fins and tail first, the body over them, then fin of the back, eyes and barbels."""
    curve = spline(carp.spine, 160)
    for outline, root, turn in _fins(curve):
        _fin(carp, unit, colour, cover, outline, root, turn)
    _body(carp, curve, unit, colour, cover)
    step = np.gradient(curve, axis=0)
    step /= np.hypot(step[:, 0], step[:, 1])[:, None]
    side = np.stack([step[:, 1], -step[:, 0]], 1)
    back = curve[60:108:6] + side[60:108:6] * 0.002
    _blot(unit, colour, cover, ribbon(back, (0.004, 0.013, 0.008, 0.002)), carp.fin.split()[2])
    for sign in (-1, 1):
        eye = curve[146] + sign * 0.0165 * side[146]
        _blot(unit, colour, cover, ellipse(tuple(eye), (0.0075, 0.0065)), "16204a")
        _blot(unit, colour, cover, ellipse(tuple(eye + 0.0012), (0.0042, 0.0042)), "f4cc5c")
        _blot(unit, colour, cover, ellipse(tuple(eye + 0.0012), (0.0022, 0.0022)), "0c1024")
        whisker = np.stack([curve[157] + sign * 0.010 * side[157],
                            curve[158] + sign * 0.022 * side[158] + 0.006 * step[158],
                            curve[158] + sign * 0.030 * side[158] + 0.020 * step[158]])  # fmt: skip
        _blot(unit, colour, cover, ribbon(whisker, (0.004, 0.0024, 0.001)), carp.fin.split()[2])


def _fins(curve: Array) -> list[tuple[Array, Array, float]]:
    """Outline, root and direction of the paired fins and of the two tail lobes."""
    fins = []
    for at, size, spread in ((118, 0.080, 1.95), (72, 0.048, 2.25)):
        step = curve[at + 1] - curve[at - 1]
        heading = float(np.arctan2(step[1], step[0]))
        normal = np.array((np.sin(heading), -np.cos(heading)))
        for sign in (-1, 1):
            root = curve[at] + sign * (0.036 if at > 100 else 0.030) * normal
            fins.append((_fan(root, size, heading - sign * spread, -sign), root,
                         heading - sign * spread))  # fmt: skip
    step = curve[4] - curve[0]
    heading = float(np.arctan2(step[1], step[0])) + np.pi
    for sign in (-1, 1):
        root = curve[3]
        fins.append((_fan(root, 0.125, heading + 0.36 * sign, sign * 0.8), root,
                     heading + 0.36 * sign))  # fmt: skip
    return fins


def _fan(root: Array, size: float, turn: float, hand: float) -> Array:
    """A flowing fin (N, 2): a narrow root that spreads into a scalloped, drawn-out hem."""
    leading = [(0, 0.04), (0.45, 0.30), (0.85, 0.34), (1.12, 0.52)]
    hem = [(0.96, 0.22), (0.98, 0.06), (0.80, -0.08), (0.76, -0.22), (0.56, -0.26)]
    trailing = [(0.30, -0.17), (0, -0.05)]
    u, v = np.array([*leading, *hem, *trailing], np.float32).T * size
    cos, sin = np.cos(turn), np.sin(turn)
    v = v * hand
    points = np.stack([root[0] + u * cos - v * sin, root[1] + u * sin + v * cos], 1)
    return spline(points, 90, closed=True)


def _fin(
    carp: Carp, unit: int, colour: Array, cover: NDArray[np.bool_], outline: Array,
    root: Array, turn: float,
) -> None:  # fmt: skip
    """A translucent fin with rays that fan from its root and bands across them."""
    shape = cover.shape
    mask = polygon(shape, unit, outline, 1) > 0.5
    rows, cols = np.nonzero(mask)
    dx, dy = (cols + 0.5) / unit - root[0], (rows + 0.5) / unit - root[1]
    reach = np.hypot(dx, dy)
    angle = np.angle(np.exp(1j * (np.arctan2(dy, dx) - turn)))
    rays = 0.5 + 0.5 * np.cos(angle * 46 + 2.0 * np.sin(reach * 60))
    tint = ramp(0.15 + 0.75 * smoothstep(0.09, 0.0, reach) + 0.2 * np.sin(reach * 300), carp.fin)
    tint = mix(tint, rgb("2f62a4"), 0.75 * smoothstep(0.55, 0.95, rays))
    colour[rows, cols], cover[rows, cols] = tint, True
    _line(unit, colour, cover, outline)


def _body(
    carp: Carp, curve: Array, unit: int, colour: Array, cover: NDArray[np.bool_]
) -> None:  # fmt: skip
    """The body with ringed patches and a net of scales."""
    outline = ribbon(curve[::8], WIDTHS, 160)
    nose = ellipse(tuple(curve[154]), (0.0195, 0.0195))
    mask = (polygon(cover.shape, unit, outline, 1) > 0.5) | (
        polygon(cover.shape, unit, nose, 1) > 0.5
    )
    rows, cols = np.nonzero(mask)
    places = np.stack([(cols + 0.5) / unit, (rows + 0.5) / unit], 1)
    away, nearest = spatial.cKDTree(curve).query(places)
    step = np.gradient(curve, axis=0)[nearest]
    offset = places - curve[nearest]
    side = away * np.sign(offset[:, 0] * step[:, 1] - offset[:, 1] * step[:, 0])
    length = arc_length(curve)
    run = length[nearest] + (offset * step).sum(1) / np.hypot(*step.T)
    half = np.interp(nearest / 159, np.linspace(0, 1, 10), WIDTHS) / 2
    tint = ramp(np.abs(side) / half * 0.9 - 0.1, carp.body)
    tint = _patches(carp, tint, nearest, side, half)
    tint = _scales(tint, run, side, nearest / 159)
    depth = ndimage.distance_transform_edt(mask)[rows, cols] / unit
    edge = np.maximum(smoothstep(0.0030, 0.0016, depth), _gill(nearest / 159, side, half))
    colour[rows, cols] = mix(tint, LINE, edge)
    cover[rows, cols] = True


def _gill(share: Array, side: Array, half: Array) -> Array:
    """The curved lines (N,) of the gill covers, 0..1."""
    across = np.abs(side) / half
    gill = np.abs(share - 0.845 - 0.035 * across**2 + 0.03 * (1 - across)) / 0.006
    return 0.75 * smoothstep(1, 0.4, gill) * (across > 0.25)


def _patches(
    carp: Carp, tint: Array, nearest: NDArray[np.int64], side: Array, half: Array
) -> Array:
    """Blots of the second colour with rings inside, as dropped inks leave them."""
    sheet = noise((200, 100), (34, 42), np.random.default_rng(carp.seed), 2)
    place = np.clip((side / half * 0.5 + 0.5) * 99, 0, 99).astype(int)
    level = sheet[np.clip(nearest + 10, 0, 199), place]
    patch = smoothstep(0.50, 0.53, level)
    tone = np.clip((level - 0.5) * 2.2, 0, 1)
    rings = 0.5 + 0.5 * np.cos(level * 95)
    blot = mix(ramp(tone, carp.patch), rgb("f4cf80"), 0.45 * smoothstep(0.86, 1.0, rings))
    return mix(tint, blot, patch)


def _scales(tint: Array, run: Array, side: Array, share: Array) -> Array:
    """A net of overlapping arcs from the tail up to the gills."""
    pitch = 0.0115
    best = np.full(run.shape, 9.0)
    column = np.floor(run / pitch)
    for back in (0, 1):
        col = column + back
        shift = 0.5 * (col % 2)
        row = np.round(side / pitch - shift)
        reach = np.hypot(run / pitch - col - 0.05, side / pitch - row - shift)
        best = np.where((best > 1.0) & (reach <= 0.75), reach, best)
    line = smoothstep(0.52, 0.68, best) * smoothstep(0.84, 0.78, share)
    lit = tint * (1.06 - 0.16 * np.clip(best, 0, 1))[:, None]
    return mix(lit, LINE, 0.55 * line)


def _blot(unit: int, colour: Array, cover: NDArray[np.bool_], points: Array, code: str) -> None:
    """Fill an outline with one ink."""
    mask = polygon(cover.shape, unit, points, 1) > 0.5
    colour[mask], cover[mask] = rgb(code), True


def _line(unit: int, colour: Array, cover: NDArray[np.bool_], outline: Array) -> None:
    """Draw an outline as a fine indigo line."""
    closed = np.concatenate([outline, outline[:2]])
    band = ribbon(closed[::3], (0.0022, 0.0022), 240)
    _blot(unit, colour, cover, band, "16204a")
