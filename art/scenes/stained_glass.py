"""Stained glass: a heron among reeds before a setting sun, in an arched leaded window."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, spatial

from art.tools.canvas import painting_of, save_painting, to_uint8
from art.tools.fields import Array, Points, grid, noise, smoothstep, spline
from art.tools.glass import Window, light_window
from art.tools.outlines import ellipse, ribbon

WIDTH = 0.75  # of the longer side
SUN, SUN_RADIUS = (0.512, 0.285), 0.070
ARCH, ARCH_RADIUS, FLOOR = (0.375, 0.375), 0.318, 0.945
SHORE = 0.640
SKY = "fff3b0 ffd24a ff9e2c f2603c c93a5e 7d3a8e 3f4bb0 2567b8 1c4a9a 15306f"


def blob(cx: float, cy: float, rx: float, ry: float, turn: float = 0.0) -> Array:
    """An ellipse (48, 2) turned by ``turn`` radians."""
    return ellipse((cx, cy), (rx, ry), turn, 48)


def along(window: Window, points: Points, count: int = 80) -> Array:
    """Share 0..1 along the curve ``points`` of the nearest point to each drawing pixel.

    Computed on a coarse grid, which is enough to cut a band across.
    """
    spine = spline(points, count)
    step = 4
    places = np.stack([window.x[::step, ::step].ravel(), window.y[::step, ::step].ravel()], 1)
    _, nearest = spatial.cKDTree(spine).query(places)
    share = nearest.reshape(window.x[::step, ::step].shape) / (count - 1)
    share = ndimage.gaussian_filter(share, 3.0)
    return ndimage.zoom(share, step, order=1)[: window.shape[0], : window.shape[1]]


def arch_distance(window: Window) -> Array:
    """Signed distance (units) to the arched opening; negative inside."""
    dx, dy = window.x - ARCH[0], window.y - ARCH[1]
    sides = np.where(dy < 0, np.hypot(dx, dy), np.abs(dx)) - ARCH_RADIUS
    return np.maximum(sides, window.y - FLOOR)


def cut_sky(window: Window, wobble: Array) -> None:
    """Rings of flame-edged panes around the sun, staggered like masonry."""
    dx, dy = window.x - SUN[0], window.y - SUN[1]
    radius, turn = np.hypot(dx, dy), np.arctan2(dy, dx)
    flame = np.abs(((turn * 9 / np.pi) % 2) - 1) - 0.5
    level = radius * (1 + 0.22 * flame * np.exp(-radius / 0.16)) + 0.022 * (wobble - 0.5)
    bounds = np.array((SUN_RADIUS, 0.112, 0.160, 0.215, 0.280, 0.350, 0.425, 0.51, 0.60))
    ring = np.maximum(np.searchsorted(bounds, level), 1)
    counts = np.array((1, 18, 18, 18, 21, 25, 30, 33, 35, 36))[ring]
    offsets = window.rng.random(len(bounds) + 1)[ring]
    bend = 0.25 * np.sin(radius * 40 + 5 * wobble)
    cell = np.floor((turn / (2 * np.pi) + 0.5) * counts + offsets * (ring > 2) + bend * (ring > 2))
    cell = np.where(ring == 1, np.floor((turn / (2 * np.pi)) * 18 + 9.5), cell)
    cell %= counts
    everywhere = np.ones(window.shape, bool)
    window.part(everywhere, (ring * 64 + cell).astype(int), level / 0.56, SKY, 0.045)
    disc = radius < SUN_RADIUS
    petals = np.where(radius < 0.026, 0, 1 + np.floor((turn / (2 * np.pi) + 0.5) * 9))
    window.part(disc, petals.astype(int), radius / SUN_RADIUS, "fffbe0 fff0a0 ffd860", 0.1)


def cut_clouds(window: Window) -> None:
    """Long drifting clouds, each a few overlapping lobes of opal glass."""
    drifts = (
        (((0.05, 0.262), (0.16, 0.232), (0.27, 0.246), (0.36, 0.222)), (0.0, 0.036, 0.044, 0.0)),
        (((0.10, 0.292), (0.21, 0.280), (0.30, 0.290)), (0.0, 0.032, 0.0)),
        (((0.42, 0.150), (0.52, 0.170), (0.66, 0.158)), (0.0, 0.034, 0.03)),
        (((0.55, 0.440), (0.63, 0.428), (0.72, 0.445)), (0.0, 0.028, 0.02)),
        (((0.06, 0.440), (0.14, 0.425), (0.24, 0.440)), (0.02, 0.03, 0.0)),
    )
    for spine, widths in drifts:
        pieces = np.floor(along(window, spine) * 3.4 + 4 * (window.y - spine[0][1])).astype(int)
        window.part(window.shape_mask(ribbon(spine, widths)), pieces, 0.5,
                    "fff0e0 ffd0c4 f0b4d8", 0.35)  # fmt: skip


def cut_hills(window: Window, wobble: Array) -> None:
    """Three ranges, each cut by leads that lean with its slope."""
    ranges = (
        (((-0.1, 0.50), (0.08, 0.475), (0.2, 0.515), (0.36, 0.528), (0.5, 0.50), (0.62, 0.462),
          (0.85, 0.52)), "8a4fa0 6a4fae 4a3f96", 0.085),
        (((-0.1, 0.555), (0.1, 0.535), (0.3, 0.572), (0.48, 0.560), (0.66, 0.535), (0.85, 0.555)),
         "2f8f8a 1f6f8c 2a9a72", 0.075),
        (((-0.1, 0.59), (0.12, 0.604), (0.34, 0.596), (0.55, 0.606), (0.85, 0.585)),
         "7fae2f 3f8f3a 2a7a4a", 0.095),
    )  # fmt: skip
    for ridge, codes, wide in ranges:
        curve = spline(ridge, 200)
        line = np.interp(window.x[0], curve[:, 0], curve[:, 1])[None]
        lean = window.rng.uniform(-1.6, 1.6)
        place = (window.x + lean * (window.y - line) + 0.05 * wobble) / wide
        window.part(window.y > line, np.floor(place).astype(int), 0.5, codes, 0.3)


def cut_water(window: Window) -> None:
    """Lens-shaped ripples, gold below the sun and deepening to blue at the sides."""
    rows = np.array((SHORE, 0.662, 0.688, 0.718, 0.752, 0.79, 0.832, 0.878, 0.93, 1.0))
    phases = window.rng.uniform(0, 2 * np.pi, len(rows))
    edges = [
        y + (0.004 + 0.03 * (y - SHORE)) * np.sin(window.x[0] * (34 - 40 * (y - SHORE)) + p)
        for y, p in zip(rows[1:], phases[1:], strict=True)
    ]
    row = sum((window.y > edge[None]).astype(int) for edge in edges)
    shifts = window.rng.random(len(rows) + 1)[row]
    slant = window.rng.uniform(-1.5, 1.5, len(rows) + 1)[row]
    wide = 0.075 + 0.11 * (window.y - SHORE)
    place = window.x / (0.075 + 0.012 * row) + shifts + slant * (window.y - 0.8) / wide
    aside = np.abs(window.x - SUN[0]) / (0.05 + 0.25 * (window.y - SHORE))
    tone = smoothstep(0.2, 2.6, aside) * 0.8 + 0.2 * smoothstep(SHORE, 0.95, window.y)
    codes = "fff0a0 ffc23e f08a3c b85a8a 3f7fc0 1f8fb0 1a5fa8 143f86"
    window.part(window.y > SHORE, (row * 64 + np.floor(place)).astype(int), tone, codes, 0.07)


def cut_reeds(window: Window) -> None:
    """Bent blades and cattails rising from the water on both sides."""
    blades = (
        ((0.075, 0.96), (0.085, 0.75), (0.075, 0.55)), ((0.105, 0.96), (0.110, 0.80), (0.15, 0.58)),
        ((0.135, 0.96), (0.128, 0.84), (0.100, 0.68)), ((0.60, 0.96), (0.615, 0.78), (0.585, 0.56)),
        ((0.635, 0.96), (0.645, 0.74), (0.665, 0.50)), ((0.665, 0.96), (0.668, 0.80), (0.63, 0.64)),
        ((0.555, 0.96), (0.548, 0.86), (0.512, 0.74)), ((0.575, 0.96), (0.590, 0.86), (0.64, 0.73)),
        ((0.170, 0.96), (0.185, 0.90), (0.225, 0.81)),
    )  # fmt: skip
    for spine in blades:
        pieces = np.floor(along(window, spine) * 3 + 14 * window.x).astype(int)
        window.part(window.shape_mask(ribbon(spine, (0.034, 0.033, 0.026, 0.0))), pieces, 0.5,
                    "d6e03a 86c83a 3fae5a 1f8a5a", 0.3)  # fmt: skip
    cattails = (
        ((0.087, 0.96), (0.094, 0.70), (0.112, 0.50)),
        ((0.648, 0.96), (0.628, 0.66), (0.622, 0.47)),
        ((0.615, 0.96), (0.585, 0.80), (0.550, 0.66)),
    )
    for spine in cattails:
        window.part(window.shape_mask(ribbon(spine, (0.015, 0.014))), 0, 0.4, "afd03a 6faa3a")
        tip = spline(spine, 60)
        head = np.array([tip[59], tip[54], tip[48]])
        window.part(window.shape_mask(ribbon(head, (0.022, 0.036, 0.026))), 0, 0.5, "d8702a a84a22")


def cut_heron(window: Window) -> None:
    """The heron: legs, body, neck, feathered wing, head, plume and bill."""
    legs = (((0.225, 0.66), (0.240, 0.78), (0.228, 0.915)),
            ((0.268, 0.66), (0.288, 0.77), (0.300, 0.900)))  # fmt: skip
    for leg in legs:
        window.part(window.shape_mask(ribbon(leg, (0.026, 0.019, 0.023, 0.019))),
                    (window.y * 8.5).astype(int), 0.5, "ffc04a f0903f", 0.3)  # fmt: skip
    body = ((0.285, 0.505), (0.330, 0.555), (0.328, 0.630), (0.275, 0.695), (0.200, 0.735),
            (0.105, 0.780), (0.120, 0.705), (0.170, 0.615), (0.225, 0.540))  # fmt: skip
    across = np.floor((window.x - 0.6 * window.y) / 0.042)
    window.part(window.shape_mask(spline(body, 120, closed=True)), across.astype(int), 0.5,
                "fffaf0 e4eaf8 c4d0f0", 0.3)  # fmt: skip
    neck = ((0.290, 0.575), (0.332, 0.520), (0.334, 0.462), (0.296, 0.415), (0.280, 0.372),
            (0.302, 0.330))  # fmt: skip
    pieces = np.floor(along(window, neck) * 4.99 + 6 * (window.x - 0.3)).astype(int)
    window.part(window.shape_mask(ribbon(neck, (0.080, 0.056, 0.042, 0.036, 0.034, 0.034))),
                pieces, 0.4, "fffaf0 eaf0fa c8d6f2", 0.3)  # fmt: skip
    cut_wing(window)
    plume = ((0.318, 0.316), (0.262, 0.312), (0.185, 0.350))
    window.part(window.shape_mask(ribbon(plume, (0.026, 0.026, 0.0))), 0, 0.4, "3f4fc0 26309a")
    bill = spline(((0.330, 0.312), (0.385, 0.318), (0.448, 0.340)), 30)
    lower = spline(((0.448, 0.340), (0.385, 0.352), (0.330, 0.350)), 30)
    split = (window.y > 0.330 + 0.09 * (window.x - 0.33)).astype(int)
    window.part(window.shape_mask(np.concatenate([bill, lower])), split, 0.5, "ff7a2a d8402a", 0.4)
    head = blob(0.317, 0.329, 0.038, 0.024, 0.12)
    window.part(window.shape_mask(head), 0, 0.2, "fffaf0 e4e6f0")
    window.part(window.shape_mask(blob(0.333, 0.325, 0.0105, 0.0100)), 0, 0.2, "ffb020 ff8a10")


def cut_wing(window: Window) -> None:
    """Feathers laid like tiles from the tail up to the shoulder, dark to pale."""
    shoulder, axis = np.array((0.275, 0.548)), np.array((-0.655, 0.755))
    side = np.array((0.755, 0.655))
    turn = float(np.arctan2(axis[1], axis[0]))
    for spread in (-0.20, 0.20, -0.07, 0.07):
        root = shoulder + 0.12 * axis + spread * 0.20 * side
        tip = shoulder + (0.285 - 0.12 * abs(spread)) * axis + spread * 0.10 * side
        quill = ribbon((root, (root + tip) / 2 + 0.06 * spread * side, tip), (0.036, 0.036, 0.0))
        window.part(window.shape_mask(quill), 0, 0.5, "2a3a9a 3f5fc4 24307f", 0.4)
    rows = ((0.155, 3, 0.95), (0.117, 3, 0.75), (0.078, 3, 0.5), (0.040, 3, 0.25))
    for reach, count, tone in rows:
        width = 0.105 if count == 3 else 0.070
        for offset in np.linspace(-0.5, 0.5, count) * width * (1 - 0.7 / count):
            centre = shoulder + reach * axis + offset * side
            feather = blob(*centre, 0.036, 0.56 * width / count, turn + 2.2 * offset)
            window.part(window.shape_mask(feather), 0, tone, "c4d8fa 8fb0f0 5f86dc 3f5fc0", 0.06)
    cap = blob(*(shoulder + 0.008 * axis - 0.004 * side), 0.034, 0.048, turn)
    halves = (np.hypot(window.x - 0.315, window.y - 0.515) > 0.052).astype(int)
    window.part(window.shape_mask(cap), halves, 0.3, "e4eefc b4ccf4", 0.3)


def cut_lilies(window: Window) -> None:
    """Lily pads and two pink blooms in the foreground."""
    pads = ((0.405, 0.878, 0.075), (0.500, 0.912, 0.070),
            (0.365, 0.922, 0.055), (0.175, 0.925, 0.060))  # fmt: skip
    for x, y, r in pads:
        pad = window.shape_mask(blob(x, y, r, 0.36 * r))
        turn = np.arctan2((window.y - y) * 3, window.x - x)
        cells = np.floor(turn / 1.57 + 0.3).astype(int)
        window.part(pad, cells, 0.5, "8fe06a 3fb46a 2a9a6a", 0.3)
    for x, y, size in ((0.452, 0.868, 0.078), (0.170, 0.915, 0.056)):
        for lean in (-1.25, 1.25, -0.62, 0.62, 0.0):
            petal = blob(x + 0.55 * size * np.sin(lean), y - 0.45 * size * np.cos(lean),
                         0.23 * size, 0.55 * size, lean)  # fmt: skip
            window.part(window.shape_mask(petal), 0, abs(lean) / 1.3, "fff0e4 ffb4c8 f0609a", 0.05)


def cut_border(window: Window, inside: Array) -> None:
    """A beaded band around the arch, and a mosaic of deep glass in the spandrels."""
    dx, dy = window.x - ARCH[0], window.y - ARCH[1]
    sweep = np.where(dy < 0, np.arctan2(dx, -dy) * ARCH_RADIUS,
                     np.sign(dx) * (np.pi / 2 * ARCH_RADIUS + dy))  # fmt: skip
    floor = window.y - FLOOR > np.abs(dx) - ARCH_RADIUS
    sweep = np.where(floor, dx + 9.0 + 0.023, sweep)
    step = np.floor(sweep / 0.047)
    share = sweep / 0.047 - step
    bead = (share < 0.36).astype(int)
    band = (inside > -0.034) & (inside <= 0.0)
    tone = np.where(bead == 1, 0.0, 0.45 + 0.5 * (step % 2))
    codes = "ffc63a ffb030 d02a3a a81f48 2f3fa8"
    window.part(band, (step * 2 + bead).astype(int), tone, codes, 0.03)
    outside = inside > 0.0
    ring = np.floor(inside / 0.058)
    cell = np.floor(sweep / (0.07) + 0.5 * (ring % 2))
    codes = "2a78d0 1f50b4 3a3fb0 7a3fb4 1f9aa0"
    window.part(outside, (ring * 128 + cell).astype(int), 0.5, codes, 0.4)
    middle, phase = np.abs(inside - 0.028), np.abs(((sweep / 0.14) % 1.0) - 0.5) * 0.14
    lozenge = outside & (middle + phase < 0.019)
    cell = np.floor(sweep / 0.14).astype(int)
    window.part(lozenge, cell, 0.5, "ffd04a ffa030 e0404a", 0.4)
    for x in (0.072, WIDTH - 0.072):
        cut_rosette(window, x, 0.072)


def cut_rosette(window: Window, x: float, y: float) -> None:
    """A six-petalled rose in a corner."""
    dx, dy = window.x - x, window.y - y
    radius, turn = np.hypot(dx, dy), np.arctan2(dy, dx)
    lobes = 0.046 + 0.008 * np.abs(np.cos(3 * turn))
    petals = np.floor((turn / (2 * np.pi) + 0.5) * 6 + 0.5) % 6
    window.part(radius < lobes, petals.astype(int), 0.5, "e8486a d02a4a b01f5a", 0.3)
    window.part(radius < 0.017, 0, 0.5, "ffe08a ffc63a")


def daylight(window: Window) -> Array:
    """Brightness (H, W) of the light behind the glass: a sunlit heart, dimmer edges."""
    height, width = (n // 2 for n in window.shape)
    x, y = grid((height, width), window.unit)
    sun = np.exp(-(((x - SUN[0]) ** 2 + (y - SUN[1]) ** 2) / 0.30**2))
    water = np.exp(-(((x - SUN[0]) / 0.14) ** 2) - ((y - 0.74) / 0.16) ** 2)
    patches = noise((height, width), 170 * window.scale, window.rng)
    return (0.98 + 0.34 * sun + 0.20 * water + 0.36 * patches).astype(np.float32)


def paint(seed: int = 3, longer_side: int = 1280) -> NDArray[np.uint8]:
    """Build the window and light it; returns uint8 RGB (H, W, 3)."""
    window = Window(np.random.default_rng(seed), longer_side, WIDTH)
    wobble = noise(window.shape, 240 * window.scale, window.rng, 2)
    cut_sky(window, wobble)
    cut_clouds(window)
    cut_hills(window, wobble)
    cut_water(window)
    cut_reeds(window)
    cut_lilies(window)
    cut_heron(window)
    cut_border(window, arch_distance(window))
    window.absorb_slivers(60.0)
    return to_uint8(light_window(window, daylight(window)))


if __name__ == "__main__":
    save_painting(paint(), painting_of(__file__))
