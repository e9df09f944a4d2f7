"""The coast of a comic panel: lighthouse, crags, the keeper's cottage, and a trawler off it."""

import numpy as np

from art.motifs.comic_sea import WHITE, foam_row
from art.tools.fields import Array, Points, smoothstep, spline
from art.tools.halftone import Panel, Tint, moved
from art.tools.outlines import disc
from art.tools.woodcut import tapered

LAMP = (0.735, 0.208)
RED: Tint = (0.0, 1.0, 0.95)
# peak x and y, and the reach of the feet to either side, of each rock
CRAGS = (
    (0.985, 0.532, 0.12, 0.12), (0.640, 0.545, 0.085, 0.12), (0.845, 0.548, 0.12, 0.12),
    (0.720, 0.570, 0.110, 0.12), (0.930, 0.580, 0.12, 0.12), (0.612, 0.596, 0.075, 0.10),
    (0.810, 0.606, 0.120, 0.12), (0.992, 0.612, 0.10, 0.10), (0.690, 0.628, 0.090, 0.11),
    (0.885, 0.628, 0.100, 0.11),
)  # fmt: skip


def tower_edge(y: Array | float) -> Array:
    """Half width (units) of the lighthouse at height ``y``."""
    return 0.036 + 0.034 * smoothstep(0.24, 0.62, y) ** 1.2


def draw_lighthouse(panel: Panel) -> None:
    """The banded tower with its gallery, its lit lantern and a red dome."""
    x, top, foot = LAMP[0], 0.262, 0.560
    level = np.linspace(top, foot, 40)
    sides = [np.stack([x + s * tower_edge(level), level], 1) for s in (-1, 1)]
    tower = panel.draw([np.concatenate([sides[0], sides[1][::-1]])], WHITE, 6.0)
    across = (panel.x - x) / tower_edge(panel.y)
    sag = 0.016 * np.sqrt(np.clip(1 - across**2, 0, 1))
    band = ((panel.y - sag - top + 0.012) / 0.058).astype(int) % 2 == 0
    panel.tint(tower * band, RED)
    panel.tint(tower * (across > 0.25) * ~band, (0.45, 0.12, 0.0))
    panel.tint(tower * (across > 0.25) * band, (0.40, 1.0, 0.9))
    edge = np.abs(((panel.y - sag - top + 0.012) / 0.058 + 0.5) % 1 - 0.5) * 0.058 < 0.0014
    panel.ink(tower * edge)
    panel.ink(tower * (across > 0.80))
    panel.feather(
        np.stack([x + 0.80 * tower_edge(level), level], 1), 0.024, 0.0058, 1.0, tower, 0.25
    )
    for wx, wy in ((-0.010, 0.345), (0.004, 0.435)):
        pane = ((x + wx - 0.007, wy), (x + wx, wy - 0.008), (x + wx + 0.007, wy),
                (x + wx + 0.007, wy + 0.022), (x + wx - 0.007, wy + 0.022))  # fmt: skip
        panel.draw([pane], (0.0, 0.1, 1.0), 4.0)
    draw_lantern(panel, x, top)


def draw_lantern(panel: Panel, x: float, top: float) -> None:
    """Gallery, glazed lantern room and dome above ``top``."""
    skirt = ((x - 0.036, top + 0.004), (x - 0.058, top - 0.014), (x + 0.058, top - 0.014),
             (x + 0.036, top + 0.004))  # fmt: skip
    room = (
        (x - 0.028, top - 0.012),
        (x - 0.028, 0.178),
        (x + 0.028, 0.178),
        (x + 0.028, top - 0.012),
    )
    glow = panel.draw([room], (0.0, 0.0, 0.95), 4.5)
    panel.tint(glow * (np.hypot(panel.x - x, panel.y - LAMP[1]) < 0.019), WHITE)
    bars = [np.array(((x + d, 0.178), (x + d, 0.214), (x + d, top))) for d in (-0.014, 0.0, 0.014)]
    panel.ink(panel.mask([tapered(bar, 0.0034, 0.1) for bar in bars]))
    panel.draw([skirt], (0.30, 0.25, 0.10), 4.6)
    rails = [np.array(((x - 0.060, y), (x, y + 0.001), (x + 0.060, y)))
             for y in (top - 0.034, top - 0.025)]  # fmt: skip
    rails += [np.array(((x + d, top - 0.036), (x + d, top - 0.025), (x + d, top - 0.012)))
              for d in np.linspace(-0.058, 0.058, 9)]  # fmt: skip
    panel.ink(panel.mask([tapered(rail, 0.0028, 0.1) for rail in rails]))
    arch = np.linspace(0, np.pi, 30)
    dome = np.stack([x + 0.036 * np.cos(arch), 0.179 - 0.040 * np.sin(arch)], 1)
    cap = panel.draw([dome], RED, 5.0)
    panel.ink(cap * (panel.x - x > 0.45 * 0.036))
    panel.feather(dome[4:15], 0.020, 0.0055, -1.0, cap, 0.2)
    panel.draw([disc((x, 0.136), 0.0055)], (0.0, 0.2, 1.0), 3.5)
    panel.lines([np.array(((x, 0.134), (x, 0.115), (x, 0.092)))], 3.4)


def draw_rocks(panel: Panel) -> None:
    """The crags under the lighthouse, back to front: a lit left face and a black right one each."""
    bed = spline(((0.585, 0.76), (0.605, 0.640), (0.640, 0.575), (0.690, 0.545), (0.780, 0.538),
                  (0.870, 0.536), (0.945, 0.540), (1.03, 0.570), (1.05, 0.76)), 80)  # fmt: skip
    mass = panel.draw([bed], (0.30, 0.52, 0.85), 6.0)
    rim = moved(bed[14:66], 0.0, 0.022)
    panel.feather(rim, 0.030, 0.0085, -1.0, mass, 0.5)
    under = np.concatenate([rim, ((1.06, 0.78), (0.56, 0.78))])
    panel.fill(mass * panel.mask([under]), (0.75, 0.80, 0.80))
    for peak in CRAGS:
        draw_crag(panel, *peak)


def draw_crag(panel: Panel, x: float, y: float, left: float, right: float) -> None:
    """One crag with its peak at (``x``, ``y``) and feet ``left`` and ``right`` of it (units)."""
    rng, foot = panel.rng, 0.74
    fall = np.array((0.12, 0.30, 0.34, 0.58, 0.64, 1.0))
    reach = np.array((0.22, 0.30, 0.52, 0.62, 0.85, 1.0)) + rng.normal(0, 0.03, 6)
    drop = y + fall * (foot - y)
    west = np.stack([x - left * reach, drop], 1)
    east = np.stack([x + right * reach, drop + 0.008], 1)
    crag = panel.draw([np.concatenate([west[::-1], ((x, y), (x + 0.12 * right, y + 0.006)), east])],
                      (0.06, 0.30, 0.62), 5.5)  # fmt: skip
    lean = right * np.array((0.04, 0.22, 0.02, 0.26, 0.10, 0.40)) + rng.normal(0, 0.005, 6)
    spine = np.concatenate([((x, y - 0.002),), np.stack([x + lean, drop], 1)])
    dark = crag * panel.mask([np.concatenate([spine, moved(east[::-1], 0.02, 0.0)])])
    panel.tint(dark, (0.70, 0.72, 0.80))
    shadow = np.concatenate([spine, moved(spine[:0:-1], 0.42 * right, 0.0)])
    panel.ink(dark * panel.mask([shadow]))
    panel.feather(moved(spine[2:], 0.42 * right, 0.0), 0.45 * right, 0.0085, -1.0, dark, -0.5)
    middle = np.concatenate([((x, y),), np.stack([x - 0.45 * left * reach + lean * 0.3, drop], 1)])
    panel.tint(crag * panel.mask([np.concatenate([spine, middle[::-1]])]), (0.30, 0.50, 0.72))
    panel.tint(crag * panel.mask([np.concatenate([moved(west, -0.01, 0), middle[:0:-1]])]),
               (0.0, 0.14, 0.50))  # fmt: skip
    path = np.stack(
        [np.interp(np.linspace(0, 6, 60), np.arange(7), spine[:, k]) for k in (0, 1)], 1
    )
    panel.feather(path[4:], 0.55 * left, 0.0095, 1.0, crag, 0.6)
    panel.lines([spline(middle[1:4], 14), spline(moved(middle[3:6], 0.006, 0), 14)], 4.0)
    glints = [
        np.array((e, moved(e, -0.12 * right, 0.016), moved(e, -0.15 * right, 0.05)))
        for e in east[1:5:2]
    ]
    panel.fill(crag * panel.mask([tapered(spline(g, 10), 0.0035, 0.9) for g in glints]),
               (0.5, 0.3, 0.2))  # fmt: skip


def draw_cottage(panel: Panel) -> None:
    """The keeper's cottage with one lit window."""
    wall = ((0.845, 0.530), (0.845, 0.462), (0.935, 0.462), (0.935, 0.545), (0.845, 0.545))
    front = panel.draw([wall], (0.10, 0.05, 0.16), 5.0)
    panel.tint(front * (panel.x > 0.905), (0.55, 0.20, 0.1))
    panel.draw([((0.832, 0.466), (0.858, 0.418), (0.922, 0.418), (0.950, 0.466))], RED, 5.0)
    tiles = [np.array(((0.858 + t, 0.420), (0.850 + 1.2 * t, 0.443), (0.842 + 1.38 * t, 0.464)))
             for t in np.linspace(0.006, 0.060, 6)]  # fmt: skip
    panel.lines(tiles, 3.0)
    panel.draw(
        [((0.905, 0.424), (0.905, 0.392), (0.920, 0.392), (0.920, 0.424))], (0.2, 0.5, 0.6), 4.0
    )
    panel.draw(
        [((0.862, 0.482), (0.885, 0.482), (0.885, 0.508), (0.862, 0.508))], (0, 0.05, 1.0), 4.5
    )
    panel.lines([np.array(((0.8735, 0.480), (0.8735, 0.495), (0.8735, 0.510)))], 3.0)
    panel.feather(
        np.array(((0.935, 0.466), (0.935, 0.50), (0.935, 0.54))), 0.03, 0.006, 1.0, front, 0.2
    )


class Boat:
    """Where the trawler lies: boat coordinates are in half lengths, y down, before its tilt."""

    origin, size, tilt = np.array((0.392, 0.520)), 0.118, -0.34
    spin = np.array(((np.cos(tilt), np.sin(tilt)), (-np.sin(tilt), np.cos(tilt))))

    @classmethod
    def place(cls, points: Points) -> Array:
        """Boat coordinates (K, 2) to the panel."""
        return np.asarray(points, float) @ cls.spin * cls.size + cls.origin

    @classmethod
    def local(cls, panel: Panel) -> tuple[Array, Array]:
        """Boat coordinates, each (H, W), of every pixel."""
        places = np.stack([panel.x, panel.y], -1) - cls.origin
        both = places @ cls.spin.T / cls.size
        return both[..., 0], both[..., 1]


def draw_trawler(panel: Panel) -> None:
    """A fishing boat, bow to the sky, climbing away from the breaker."""
    draw_rigging(panel)
    place = Boat.place
    shell = ((-0.36, -0.15), (-0.33, -0.68), (0.16, -0.68), (0.20, -0.15))
    house = panel.draw([place(shell)], WHITE, 4.4)
    panel.draw([place(((-0.40, -0.66), (-0.37, -0.76), (0.22, -0.76), (0.24, -0.66)))], RED, 4.0)
    for left in (-0.26, -0.08, 0.06):
        pane = ((left, -0.40), (left, -0.56), (left + 0.10, -0.56), (left + 0.10, -0.40))
        panel.draw([place(pane)], (0.0, 0.05, 1.0), 3.4)
    aft = place(((-0.36, -0.15), (-0.345, -0.42), (-0.33, -0.66)))
    panel.feather(aft, 0.018, 0.0055, -1.0, house, 0.2)
    sheer = spline(((-1.0, -0.26), (-0.6, -0.12), (0.0, -0.10), (0.6, -0.22), (1.14, -0.48)), 40)
    keel = spline(((1.14, -0.48), (0.94, -0.05), (0.66, 0.30), (0.0, 0.36), (-0.7, 0.32),
                   (-0.98, 0.12), (-1.0, -0.26)), 50)  # fmt: skip
    hull = panel.draw([place(np.concatenate([sheer, keel]))], (0.92, 0.18, 0.75), 6.0)
    along, down = Boat.local(panel)
    rail = np.interp(along, sheer[:, 0], sheer[:, 1])
    panel.tint(hull * (down - rail < 0.10), (0.0, 0.0, 0.75))
    panel.tint(hull * (down > 0.17), RED)
    panel.ink(hull * (np.abs(down - rail - 0.105) < 0.016))
    panel.feather(place(keel[14:46]), 0.034, 0.0062, 1.0, hull, 0.4)
    panel.lines([place(spline(((-0.9, 0.02), (0.0, 0.12), (0.85, -0.06)), 20))], 3.0)
    wash = place(spline(((-1.06, 0.24), (-0.6, 0.34), (0.0, 0.37), (0.5, 0.34), (0.86, 0.22)), 40))
    foam_row(panel, wash, 0.013, [tapered(wash, 0.014, 0.3)], 3.4)


def draw_rigging(panel: Panel) -> None:
    """Masts, derrick, stays and a pennant."""
    spars = (((0.28, -0.10), (0.28, -1.24)), ((-0.62, -0.10), (-0.62, -0.94)),
             ((0.28, -0.62), (0.80, -0.98)))  # fmt: skip
    ropes = (((0.28, -1.20), (1.06, -0.44)), ((0.28, -1.20), (-0.62, -0.90)),
             ((-0.62, -0.90), (-0.98, -0.25)), ((0.80, -0.98), (1.06, -0.44)))  # fmt: skip
    for pairs, width in ((spars, 0.0065), (ropes, 0.0022)):
        rods = [Boat.place(np.linspace(a, b, 12)) for a, b in pairs]
        panel.ink(panel.mask([tapered(rod, width, 0.12) for rod in rods]))
    flag = ((0.28, -1.22), (0.05, -1.27), (-0.12, -1.18), (0.05, -1.12), (0.28, -1.10))
    panel.draw([Boat.place(flag)], RED, 3.2)
