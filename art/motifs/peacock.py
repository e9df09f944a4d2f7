"""A pair of peacocks for the mosaic, drawn once and mirrored, and the helpers to do so."""

import numpy as np
from numpy.typing import NDArray
from scipy import spatial

from art.tools.fields import Array, Points, spline
from art.tools.mosaic import Cartoon
from art.tools.outlines import drop, ellipse, mirrored, ribbon

AXIS = 0.45
INK = "1a1430"


def both(cartoon: Cartoon, points: Points) -> NDArray[np.bool_]:
    """Mask (H, W) of an outline and its mirror image."""
    return cartoon.inside(points) | cartoon.inside(mirrored(points, AXIS))


def half_x(cartoon: Cartoon) -> Array:
    """The x coordinate (H, W) folded onto the left half."""
    return AXIS - np.abs(cartoon.x - AXIS)


def along(cartoon: Cartoon, points: Points, count: int = 120) -> tuple[Array, Array]:
    """Share 0..1 along a curve in the left half and distance to it (at most 0.15), both folded."""
    curve = spline(points, count)
    places = np.stack([half_x(cartoon).ravel(), cartoon.y.ravel()], 1)
    away, nearest = spatial.cKDTree(curve).query(places, distance_upper_bound=0.15)
    share = np.minimum(nearest, count - 1) / (count - 1)
    return share.reshape(cartoon.shape), np.minimum(away, 0.15).reshape(cartoon.shape)


def set_train(cartoon: Cartoon) -> None:
    """The hanging train: bronze-green barbs and rows of eyes that grow towards its hem."""
    spine = ((0.225, 0.560), (0.198, 0.640), (0.180, 0.730), (0.170, 0.820), (0.166, 0.880))
    widths = (0.074, 0.104, 0.124, 0.136, 0.110)
    share, away = along(cartoon, spine)
    barbs = 0.5 + 0.5 * np.sin(away * 700 + share * 9)
    tone = 0.15 + 0.45 * share + 0.35 * (barbs - 0.5)
    cartoon.part(
        both(cartoon, ribbon(spine, widths)),
        tone,
        "0f4a5c 12705c 2f9a5a 86b84a d8cc5a",
        8.4,
        outline="123a3c",
        jitter=0.08,
    )
    curve = spline(spine, 101)
    step = np.gradient(curve, axis=0)
    rows = (99, 87, 75, 63, 52, 41, 31, 22, 14)
    for i, at in enumerate(rows):
        size = 0.012 + 0.0115 * at / 100
        spread = np.interp(at / 100, np.linspace(0, 1, 5), widths) / 2
        places = ((-0.98, 0.0, 0.98) if i % 2 == 0 else (-0.50, 0.50)) if at > 20 else (0.0,)
        side = np.array((step[at, 1], -step[at, 0])) / np.hypot(*step[at])
        for place in places:
            drooped = curve[at] + side * spread * place + (0, 0.012 * (1 - abs(place)))
            turn = float(np.arctan2(step[at, 1], step[at, 0])) - 0.35 * place
            _eye(cartoon, tuple(drooped), size, turn)


def _eye(cartoon: Cartoon, place: tuple[float, float], size: float, turn: float) -> None:
    """One eye of the train in rings of gold-green, copper, turquoise and violet-blue."""
    cos, sin = np.cos(turn), np.sin(turn)
    dx, dy = half_x(cartoon) - place[0], cartoon.y - place[1]
    u, v = dx * cos + dy * sin, dy * cos - dx * sin
    ring = np.hypot((u - 0.1 * size) / 1.15, v) / size
    shape = drop(place, 2.5 * size, 2.35 * size, turn)
    cartoon.part(both(cartoon, shape), ring, "181460 2438b0 2fb8d8 5fd8c8 d8802c e8a83c d4d868",
                 max(size * 1280 / 4.0, 5.2), outline="dce07a", jitter=0.04)  # fmt: skip


def set_peacock(cartoon: Cartoon) -> None:
    """Legs, train, body with its long neck, folded wing and crested head."""
    for x, lean in ((0.245, -0.008), (0.272, 0.004)):
        leg = ((x, 0.585), (x + lean, 0.625), (x - 0.002, 0.658), (x + 0.022, 0.664))
        cartoon.part(both(cartoon, ribbon(leg, (0.019, 0.014, 0.013, 0.008))), 0.5,
                     "f08a58 c8402c", 6.5, outline="b02a24")  # fmt: skip
    set_train(cartoon)
    spine = ((0.195, 0.580), (0.240, 0.545), (0.282, 0.495), (0.302, 0.440), (0.292, 0.390),
             (0.290, 0.345), (0.312, 0.310))  # fmt: skip
    share, away = along(cartoon, spine)
    widths = (0.050, 0.105, 0.112, 0.070, 0.046, 0.040, 0.044)
    scales = 0.5 + 0.5 * np.sin(share * 150) * np.cos(away * 480)
    tone = 0.95 - 0.85 * share + 0.55 * (scales - 0.5) * (share < 0.7) + 7 * (away - 0.02)
    cartoon.part(
        both(cartoon, ribbon(spine, widths)),
        np.clip(tone, 0, 1),
        "6fe4e8 2fb4e0 1f7fd8 1c50b8 1c3590 241f6a",
        7.8,
        outline="14123f",
        jitter=0.06,
    )
    _wing(cartoon)
    _head(cartoon)


def _wing(cartoon: Cartoon) -> None:
    """Rust flight feathers under a scaled cream and terracotta shoulder."""
    quills = ((0.118, 0.672, 0.034), (0.132, 0.645, 0.034), (0.148, 0.616, 0.034))
    codes = ("b84828 e07838 f8b060", "d06030 f09848 fcc878", "c05030 e88040 f8b464")
    for (x, y, width), code in zip(quills, codes, strict=True):
        quill = ((0.262, 0.525), (0.207, 0.578), (x, y))
        share, _ = along(cartoon, quill)
        cartoon.part(both(cartoon, ribbon(quill, (width, width, 0.006))), share, code, 6.5,
                     outline="5a1a1c")  # fmt: skip
    shape = spline(((0.298, 0.478), (0.297, 0.530), (0.255, 0.582), (0.196, 0.612), (0.190, 0.575),
                    (0.228, 0.520), (0.268, 0.478)), 80, closed=True)  # fmt: skip
    reach = np.hypot(half_x(cartoon) - 0.285, cartoon.y - 0.470)
    bars = 0.5 + 0.5 * np.sin(reach * 330)
    cartoon.part(both(cartoon, shape), bars, "1c4a8a 2f94b8 f0e0b0 fff6dc", 6.5, outline="14123f",
                 field=reach)  # fmt: skip


def _head(cartoon: Cartoon) -> None:
    """Head, bill, eye and the fan of the crest."""
    for turn in (-2.55, -2.2, -1.85, -1.5, -1.15):
        tip = (0.312 + 0.062 * np.cos(turn), 0.300 + 0.062 * np.sin(turn))
        cartoon.part(both(cartoon, ribbon(((0.312, 0.300), tip), (0.005, 0.005))), 0.4,
                     "1c6a9a 1c3590", 5.2)  # fmt: skip
        cartoon.part(both(cartoon, ellipse(tip, (0.0085, 0.0085))), 0.0, "2fd0d8 1f9ac8", 5.8)
    bill = ((0.328, 0.298), (0.358, 0.306), (0.374, 0.322))
    cartoon.part(
        both(cartoon, ribbon(bill, (0.026, 0.019, 0.005))),
        0.4,
        "f8703c c8302c",
        5.8,
        outline="b0241f",
    )
    head = ellipse((0.316, 0.303), (0.026, 0.021), 0.25)
    cartoon.part(both(cartoon, head), cartoon.y * 9 - 2.2, "4fc8e8 1f7fd8 1c40a0", 5.8,
                 outline="14123f")  # fmt: skip
    cartoon.part(both(cartoon, ellipse((0.322, 0.300), (0.0125, 0.0095))), 0.2, "fffaf0 f0e8d8",
                 5.2)  # fmt: skip
    cartoon.part(both(cartoon, ellipse((0.323, 0.300), (0.0045, 0.0045))), 0.2, f"{INK} {INK}", 5.8)
