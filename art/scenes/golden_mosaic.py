"""Two peacocks at the tree of life: a gold-ground wall mosaic under an arch."""

import numpy as np
from numpy.typing import NDArray

from art.motifs.peacock import AXIS, along, both, half_x, set_peacock
from art.tools.canvas import painting_of, save_painting, to_uint8
from art.tools.fields import Array, smoothstep, spline
from art.tools.mosaic import Cartoon, lay, light_mosaic
from art.tools.outlines import drop, ellipse, leaf, mirrored, ribbon, star

SIZE = (0.9, 1.0)
ARCH_Y, RADIUS, FLOOR = 0.450, 0.372, 0.930
GOLD = "7a4212 b8741e dc9c2c f2c04a fbda7c fff2bc"
LEAVES = "0f4a34 1f7a48 58a84a b4cc58"


def arch_distance(cartoon: Cartoon) -> Array:
    """Signed distance (H, W), in units, to the arched opening; negative inside."""
    dx, dy = cartoon.x - AXIS, cartoon.y - ARCH_Y
    sides = np.where(dy < 0, np.hypot(dx, dy), np.abs(dx)) - RADIUS
    return np.maximum(sides, cartoon.y - FLOOR)


def set_ground(cartoon: Cartoon, arch: Array) -> None:
    """Gold in rings around the tree's crown, with a paler aureole, above a flowering meadow."""
    x, y = cartoon.x, cartoon.y
    centre = np.hypot(x - AXIS, y - 0.36)
    cloud = cartoon.grain(90, 3)
    tone = 0.98 - 0.66 * smoothstep(0.02, 0.60, centre) + 0.34 * (cloud - 0.5)
    ring = np.exp(-(((centre - 0.30) / 0.011) ** 2))
    cartoon.part(arch <= 0, tone * 0.9 - 0.35 * ring, GOLD, 10.5, sheen=1.0, jitter=0.10,
                 field=centre + 0.006 * cloud)  # fmt: skip
    bank = 0.872 + 0.010 * np.sin(half_x(cartoon) * 60) + 0.012 * np.cos(half_x(cartoon) * 23)
    tone = smoothstep(0.0, 0.075, y - bank) + 0.3 * (cloud - 0.5)
    cartoon.part((arch <= 0) & (y > bank), 1 - tone, "10352c 14553a 2c7f40 7fae48 cfd46a", 9.0,
                 outline="c9d873", jitter=0.08, field=y - bank)  # fmt: skip


def set_border(cartoon: Cartoon, arch: Array) -> None:
    """Bands around the arch: lines, a jewelled course, and starry lapis spandrels."""
    dx, dy = cartoon.x - AXIS, cartoon.y - ARCH_Y
    turn = np.where(dy < 0, np.arctan2(np.abs(dx), -dy) * RADIUS, np.pi / 2 * RADIUS + dy)
    floor = (cartoon.y - FLOOR) > np.abs(dx) - RADIUS
    sweep = np.where(floor, np.abs(dx), turn)
    cloud = cartoon.grain(60)
    row = 9.6 / 1280
    cartoon.part(arch > 0, 0.1 + 0.8 * cloud, "14205c 1c3a94 2a5fc0 4fa4dc", 9.6, jitter=0.11)
    edges = (
        (0.0, 1, "1c1440", 0.0), (1.0, 1, "f4e6c0", 0.0), (2.0, 5, "6c1426", 0.0),
        (7.0, 1, "f4e6c0", 0.0), (8.0, 1, "1c1440", 0.0),
    )  # fmt: skip
    for start, rows, code, sheen in edges:
        band = (arch > start * row) & (arch <= (start + rows) * row)
        cartoon.part(band, 0.5, f"{code} {code}", 9.6, sheen=sheen, jitter=0.06)
    pitch = 0.062
    step, share = np.floor(sweep / pitch), (sweep / pitch) % 1.0 - 0.5
    middle = (arch - 4.5 * row) / (2.2 * row)
    oval = (share / 0.30) ** 2 + middle**2
    for odd, codes in ((0, "bff0d0 2fae84 0f6a5a"), (1, "c0e4ff 3f8fe0 1c4aa8")):
        cartoon.part((oval < 1) & (step % 2 == odd), oval, codes, 7.0, outline="f0c452")
    pearl = np.hypot((np.abs(share) - 0.5) * pitch, np.abs(arch - 4.5 * row) - 1.25 * row)
    cartoon.part(pearl < 0.0062, pearl / 0.006, "ffffff f2e4c4", 7.0)
    for cx, cy, size in ((0.058, 0.06, 0.034), (0.145, 0.042, 0.017), (0.042, 0.150, 0.017),
                         (0.028, 0.225, 0.012), (0.225, 0.028, 0.012)):  # fmt: skip
        reach = np.hypot(half_x(cartoon) - cx, cartoon.y - cy)
        cartoon.part(both(cartoon, star((cx, cy), size, 0.52 * size, 8, 0.39)), reach / size,
                     "fff6d0 f4cc5c c8902c", 7.0, sheen=0.7)  # fmt: skip
        if size > 0.02:
            cartoon.part(reach < 0.012, reach / 0.012, "ffd0b0 d8402c 9a1f2a", 6.5)


def set_tree(cartoon: Cartoon) -> None:
    """Trunk, scrolling boughs, leaves and pomegranates."""
    boughs = (
        ((0.45, 0.70), (0.415, 0.655), (0.36, 0.668), (0.29, 0.672), (0.225, 0.660)),
        ((0.45, 0.42), (0.425, 0.365), (0.372, 0.352), (0.345, 0.392), (0.372, 0.428),
         (0.398, 0.410)),
        ((0.45, 0.33), (0.42, 0.27), (0.345, 0.222), (0.255, 0.215), (0.172, 0.245),
         (0.150, 0.310), (0.165, 0.368), (0.205, 0.368)),
        ((0.45, 0.24), (0.43, 0.175), (0.375, 0.140), (0.322, 0.150), (0.318, 0.180)),
    )  # fmt: skip
    widths = (0.022, 0.020, 0.017, 0.009)
    for points in boughs:
        _, away = along(cartoon, points)
        cartoon.part(both(cartoon, ribbon(points, widths)), away / 0.011,
                     "d89a5a a8642f 6a3620", 7.0, outline="3a1c18")  # fmt: skip
    for points in boughs:
        _bough_leaves(cartoon, spline(points, 100))
    trunk = ((0.45, 0.72), (0.438, 0.60), (0.460, 0.48), (0.443, 0.36), (0.455, 0.235),
             (0.45, 0.150))  # fmt: skip
    curve = spline(trunk, 100)
    centre = np.interp(cartoon.y[:, 0], curve[::-1, 1], curve[::-1, 0])[:, None]
    tone = 0.45 + (cartoon.x - centre) / 0.034
    cartoon.part(cartoon.inside(ribbon(trunk, (0.054, 0.040, 0.032, 0.014))), tone,
                 "f6c88c d08848 9a5428 5a2c20", 7.0, outline="3a1c18")  # fmt: skip
    for turn in (-2.2, -0.94, -1.57):
        _leaf(cartoon, (0.45, 0.165), 0.062, turn)
    fruits = ((0.398, 0.385, 0.030), (0.222, 0.330, 0.031), (0.322, 0.196, 0.026),
              (0.228, 0.188, 0.027), (0.405, 0.222, 0.022))  # fmt: skip
    for x, y, size in fruits:
        _pomegranate(cartoon, x, y, size)
    _pomegranate(cartoon, AXIS, 0.285, 0.030)


def _bough_leaves(cartoon: Cartoon, curve: Array) -> None:
    """Leaves in pairs along a bough (100, 2), alternately to either side."""
    for i, at in enumerate(range(16, 97, 11)):
        step = curve[min(at + 1, 99)] - curve[at - 1]
        turn = float(np.arctan2(step[1], step[0]))
        side = 0.95 if i % 2 else -0.95
        _leaf(cartoon, tuple(curve[at]), 0.050, turn + side, 0.2 * np.sign(side))


def _leaf(
    cartoon: Cartoon, root: tuple[float, float], size: float, turn: float, bend: float = 0.0
) -> None:
    """A leaf and its twin, lighter on the side towards the light."""
    shape = leaf(root, size, 0.46 * size, turn, -bend)
    dx, dy = half_x(cartoon) - root[0], cartoon.y - root[1]
    across = (dy * np.cos(turn) - dx * np.sin(turn)) / (0.25 * size)
    tone = 0.55 - 0.6 * across * np.sign(np.cos(turn) + 0.01)
    cartoon.part(both(cartoon, shape), tone, LEAVES, 6.5, outline="0c3a2c", jitter=0.06)


def _pomegranate(cartoon: Cartoon, x: float, y: float, size: float) -> None:
    """A red fruit with a crown, lit from the upper left."""
    crown = star((x, y + 1.0 * size), 0.5 * size, 0.25 * size, 5, np.pi / 2)
    cartoon.part(both(cartoon, crown), 0.5, "e8a03c c8702c", 5.8)
    reach = np.hypot(half_x(cartoon) - x + 0.35 * size, cartoon.y - y + 0.35 * size)
    cartoon.part(both(cartoon, ellipse((x, y), (size, 0.95 * size))), reach / (1.5 * size),
                 "ffe0b0 ff9a50 e8502c c02830 7a1430", 7.0, outline="5a0f26")  # fmt: skip


def set_vase(cartoon: Cartoon) -> None:
    """The fluted kantharos the tree grows from, with scroll handles and a stepped foot."""
    handle = ((0.395, 0.715), (0.345, 0.722), (0.338, 0.768), (0.372, 0.806), (0.405, 0.812))
    _, away = along(cartoon, handle)
    cartoon.part(both(cartoon, ribbon(handle, (0.013, 0.017, 0.013))), away / 0.008,
                 "fff0b0 e0a83c 9a6420", 6.5, outline="4a2c10", sheen=0.5)  # fmt: skip
    right = (
        (0.45, 0.705),
        (0.535, 0.705),
        (0.520, 0.730),
        (0.524, 0.770),
        (0.505, 0.815),
        (0.468, 0.842),
        (0.466, 0.868),
        (0.505, 0.888),
        (0.515, 0.905),
        (0.45, 0.905),
    )
    outline = np.concatenate([np.array(right), mirrored(right[::-1], AXIS)])
    wide = np.interp(cartoon.y, (0.70, 0.74, 0.815, 0.85, 0.90), (0.085, 0.073, 0.056, 0.02, 0.062))
    across = (cartoon.x - AXIS) / wide
    flutes = 0.5 + 0.5 * np.cos(np.arcsin(np.clip(across, -1, 1)) * 11)
    tone = 0.75 - 0.45 * flutes + 0.45 * np.abs(across + 0.25)
    shape = cartoon.inside(outline)
    cartoon.part(shape, tone, "e4fff4 7fe0d8 2fa8b8 1c6a9a 143f74", 7.0, outline="0f2450")
    for low, high in ((0.700, 0.719), (0.806, 0.819), (0.848, 0.862), (0.888, 0.910)):
        band = shape & (cartoon.y > low) & (cartoon.y <= high)
        cartoon.part(band, np.abs(across + 0.3), "fff4c0 f0c04c b87a28 7a4818", 7.0, sheen=0.6)
    gem = np.hypot(across * 0.07, cartoon.y - 0.7625)
    cartoon.part(gem < 0.018, gem / 0.018, "ffc0a0 e8402c 9a1830", 6.5, outline="f4cc5c")


def set_flowers(cartoon: Cartoon) -> None:
    """Poppies and marguerites in the meadow."""
    flowers = (
        (0.345, 0.878, 0.015, 1),
        (0.292, 0.890, 0.017, 0),
        (0.255, 0.908, 0.012, 1),
        (0.100, 0.893, 0.014, 0),
        (0.375, 0.905, 0.013, 0),
        (0.318, 0.912, 0.011, 1),
    )
    for x, y, size, kind in flowers:
        codes = ("ffb070 f0502c b01f30", "ffffff fff0d8 e8c8c0")[kind]
        reach = np.hypot(half_x(cartoon) - x, cartoon.y - y)
        for turn in np.arange(5) * 2 * np.pi / 5 - np.pi / 2:
            petal = drop((x + 0.62 * size * np.cos(turn), y + 0.62 * size * np.sin(turn)),
                         1.3 * size, 1.0 * size, turn)  # fmt: skip
            cartoon.part(both(cartoon, petal), reach / (1.4 * size), codes, 5.8)
        cartoon.part(reach < 0.36 * size, 0.3, "ffe070 e8b030", 5.8)


def paint(seed: int = 6, longer_side: int = 1280) -> NDArray[np.uint8]:
    """Draw the cartoon, lay its tesserae and light them; returns uint8 RGB (H, W, 3)."""
    cartoon = Cartoon(np.random.default_rng(seed), longer_side, SIZE)
    arch = arch_distance(cartoon)
    set_ground(cartoon, arch)
    set_border(cartoon, arch)
    set_flowers(cartoon)
    set_tree(cartoon)
    set_vase(cartoon)
    set_peacock(cartoon)
    glow = 0.90 + 0.26 * np.exp(-(np.hypot(cartoon.x - 0.36, cartoon.y - 0.34) ** 2) / 0.16)
    return to_uint8(light_mosaic(cartoon, lay(cartoon), glow.astype(np.float32)))


if __name__ == "__main__":
    save_painting(paint(), painting_of(__file__))
