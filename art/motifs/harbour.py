"""What stands in the pointillist harbour: town, lighthouse, boats, strollers and pines."""

import numpy as np

from art.tools.canvas import ramp, rgb
from art.tools.fields import Array, smoothstep, spline
from art.tools.outlines import ellipse
from art.tools.pointillism import Plate

HORIZON = 0.365
SUN = (0.485, 0.262)
# x, waterline, height of the mast and heading of each boat
BOATS = (
    (0.300, 0.384, 0.048, 1), (0.362, 0.377, 0.030, -1), (0.580, 0.380, 0.040, 1),
    (0.905, 0.398, 0.095, -1), (0.425, 0.425, 0.150, 1), (0.735, 0.520, 0.400, -1),
)  # fmt: skip
# foot, bend and crown of the trunk, then the size of the crown
PINES = (
    ((0.150, 0.470), (0.153, 0.400), (0.160, 0.335), 0.045),
    ((0.118, 0.560), (0.125, 0.400), (0.122, 0.270), 0.085),
    ((0.155, 0.695), (0.128, 0.420), (0.150, 0.150), 0.190),
)  # fmt: skip


def band(path: Array, start: float, end: float) -> Array:
    """Outline (2N, 2) of a limb along ``path`` (N, 2) whose width goes from start to end."""
    ahead = np.gradient(path, axis=0)
    side = np.stack([-ahead[:, 1], ahead[:, 0]], 1)
    side /= np.linalg.norm(side, axis=1, keepdims=True) + 1e-9
    half = np.linspace(start, end, len(path))[:, None] / 2
    return np.concatenate([path + side * half, (path - side * half)[::-1]])


def oval(x: float, y: float, wide: float, high: float) -> Array:
    """Outline (40, 2) of an ellipse with the given half axes."""
    return ellipse((x, y), (wide, high), count=40)


def box(left: float, top: float, right: float, low: float) -> Array:
    """Outline (4, 2) of an upright rectangle."""
    return np.array(((left, top), (right, top), (right, low), (left, low)))


def paint_town(plate: Plate) -> None:
    """Houses stacked along the far end of the bay, and a bell tower, against the light."""
    rng = plate.rng
    for low, count, size in ((0.345, 13, 0.024), (0.358, 14, 0.023), (0.372, 15, 0.022)):
        for left in np.linspace(-0.01, 0.30, count) + rng.normal(0, 0.003, count):
            wide, high = size * rng.uniform(0.8, 1.2), size * rng.uniform(0.9, 1.7)
            high *= 1.0 - 0.55 * smoothstep(0.12, 0.32, left)
            base = low + 0.004 * (left > 0.2)
            wall = ramp(rng.random(), "8f7cc0 c48ab0 e6a08c f3c08a f7dcb0")
            plate.lay(plate.inside(box(left, base - high, left + wide, base)), wall, 0.85)
            lit = box(left + 0.7 * wide, base - high, left + wide, base)
            plate.lay(plate.inside(lit), "fde0a0")
            peak = base - high - 0.32 * wide
            eaves = base - high + 0.001
            roof = ((left - 0.002, eaves), (left + wide / 2, peak), (left + wide + 0.002, eaves))
            plate.lay(plate.inside(roof), ramp(rng.random(), "b8484a d9603c ea8a3c"), 0.9)
            for spot in (0.25, 0.55):
                x, y = left + spot * wide, base - 0.62 * high
                plate.lay(plate.inside(box(x - 0.0016, y, x + 0.0016, y + 0.006)), "4a4a98")
    paint_tower(plate, 0.242, 0.362)


def paint_tower(plate: Plate, x: float, low: float) -> None:
    """A bell tower with a pointed roof, its right side in the sun (units)."""
    plate.lay(plate.inside(box(x - 0.011, low - 0.105, x + 0.011, low)), "a07ab8", 0.95)
    plate.lay(plate.inside(box(x + 0.003, low - 0.105, x + 0.011, low)), "fbd08c", 0.95)
    plate.lay(plate.inside(box(x - 0.013, low - 0.109, x + 0.013, low - 0.104)), "f2b070", 0.95)
    plate.lay(plate.inside(box(x - 0.004, low - 0.098, x + 0.002, low - 0.080)), "3f3f8c")
    roof = ((x - 0.014, low - 0.108), (x, low - 0.150), (x + 0.014, low - 0.108))
    plate.lay(plate.inside(roof), "c8503c", 0.95)
    plate.lay(plate.inside((roof[1], (x + 0.004, low - 0.108), roof[2])), "f2913c", 0.95)


def paint_lighthouse(plate: Plate) -> None:
    """A mole on the right with a lighthouse at its end."""
    mole = ((0.80, 0.368), (0.815, 0.358), (0.90, 0.354), (1.02, 0.348), (1.02, 0.374))
    plate.lay(plate.inside(mole), "5a5aa6", 0.7)
    plate.lay(plate.inside(((0.80, 0.361), (0.815, 0.357), (1.02, 0.346), (1.02, 0.351))),
              "f0b088", 0.8)  # fmt: skip
    x = 0.832
    shaft = ((x - 0.0085, 0.358), (x - 0.0055, 0.278), (x + 0.0055, 0.278), (x + 0.0085, 0.358))
    plate.lay(plate.inside(shaft), "a594cc", 0.95)
    lit = ((x - 0.0085, 0.358), (x - 0.0055, 0.278), (x - 0.0005, 0.278), (x - 0.001, 0.358))
    plate.lay(plate.inside(lit), "ffe6b4", 0.95)
    plate.lay(plate.inside(box(x - 0.009, 0.274, x + 0.009, 0.279)), "5a4a98", 0.95)
    plate.lay(plate.inside(box(x - 0.005, 0.262, x + 0.005, 0.275)), "ffe27a", 0.95)
    plate.lay(plate.inside(((x - 0.007, 0.263), (x, 0.249), (x + 0.007, 0.263))), "d8482f", 0.95)


def boat_parts(heading: int) -> list[tuple[Array, str, float]]:
    """Outlines in mast heights (foot of the mast at 0, 0; up is -y), tone ramp and warmth."""
    flip = np.array((heading, 1.0))
    main = np.concatenate([
        spline(((0.015, -0.97), (0.11, -0.66), (0.28, -0.34), (0.46, -0.115)), 30),
        spline(((0.46, -0.115), (0.24, -0.085), (0.015, -0.105)), 12),
    ])  # fmt: skip
    jib = np.concatenate([
        spline(((-0.02, -0.86), (-0.13, -0.50), (-0.33, -0.085)), 20),
        spline(((-0.33, -0.085), (-0.17, -0.105), (-0.045, -0.125)), 12),
        spline(((-0.045, -0.125), (-0.06, -0.5), (-0.02, -0.86)), 12),
    ])  # fmt: skip
    hull = np.concatenate([
        spline(((-0.37, -0.088), (-0.1, -0.050), (0.2, -0.045), (0.46, -0.068)), 24),
        spline(((0.46, -0.068), (0.43, -0.015), (0.36, 0.006), (-0.22, 0.006), (-0.37, -0.088)),
               24),
    ])  # fmt: skip
    stripe = hull * np.array((0.985, 0.55)) + np.array((0.0, -0.042))
    crew = [oval(dx, -0.085, 0.020, 0.035) for dx in (0.16, 0.24)]
    heads = [oval(dx, -0.130, 0.012, 0.014) for dx in (0.158, 0.236)]
    cabin = box(-0.14, -0.095, 0.06, -0.045)
    mast = box(-0.006, -1.02, 0.006, -0.04)
    boom = np.array(((0.0, -0.095), (0.47, -0.103), (0.47, -0.115), (0.0, -0.110)))
    flag = np.array(((0.0, -1.02), (-0.10, -1.00), (0.0, -0.975)))
    parts = [
        (mast, "5a3a6c 9a5a5c", 0.0), (jib, "a85a9c e0703c f7a84c fdd890", 0.9),
        (main, "c8508a ee7a44 f9b05a fddc94 fff4d0", 1.0), (cabin, "d9a07c f7d4a0", 0.4),
        *((body, "3a3f8c 5a4a98", 0.3) for body in crew),
        *((head, "d98a6a f2b48a", 0.3) for head in heads),
        (hull, "1f3a78 2f5a9c", 0.2), (stripe, "c8405a e86a4a", 0.3), (boom, "6a3a4c", 0.0),
        (flag, "d33a3c e2492f", 0.5),
    ]  # fmt: skip
    return [(outline * flip, codes, warm) for outline, codes, warm in parts]


def paint_boats(plate: Plate) -> None:
    """Every boat after its reflection, the far ones first."""
    for x, low, high, heading in BOATS:
        parts = boat_parts(heading)
        sway = plate.noise(0.006, 0.05) - 0.5
        depth = np.clip(plate.y - low, 0, None)
        shift = (sway * (10 + 420 * depth) * plate.scale * (high / 0.4) ** 0.5).astype(int)
        cols = np.clip(np.arange(plate.shape[1]) + shift, 0, plate.shape[1] - 1)
        rows = np.arange(plate.shape[0])[:, None]
        broken = 0.82 - 0.75 * smoothstep(0.05, 0.30, sway) - 0.35 * depth / high
        for outline, codes, _ in parts:
            mirrored = outline * np.array((1.0, -0.80)) * high + (x, low)
            mask = plate.inside(mirrored)[rows, cols] * (plate.y > low - 0.002)
            plate.lay(mask * np.clip(broken, 0, 1), 0.72 * ramp(0.5, codes) + 0.06, 0.25)
        for outline, codes, warm in parts:
            mask = plate.inside(outline * high + (x, low))
            plate.lay(mask, sail_tone(plate, warm, (x, low), high, codes),
                      0.55 + 0.4 * (high < 0.2))  # fmt: skip
        if high > 0.2:
            paint_seams(plate, x, low, high, heading)


def sail_tone(
    plate: Plate, warm: float, foot: tuple[float, float], high: float, codes: str
) -> Array:
    """Colours (H, W, 3) of a part: bright towards the sun and aloft, cool beside the mast."""
    x, low = foot
    towards = np.sign(SUN[0] - x) * (plate.x - x) / (0.45 * high)
    tone = 0.45 + 0.4 * towards + 0.25 * (low - 0.4 * high - plate.y) / high
    colour = ramp(tone, codes)
    fold = 0.5 + 0.5 * np.sin((plate.x - x) / high * 26 + 3 * (plate.y - low) / high)
    cool = 0.5 * smoothstep(0.7, 1.0, fold) * (warm > 0.8)
    return colour + (rgb("b07cb8") - colour) * cool[..., None]


def paint_seams(plate: Plate, x: float, low: float, high: float, heading: int) -> None:
    """Stays and reef seams of the near boat, as thin darker lines."""
    lines = (
        ((0.0, -1.0), (-0.37, -0.09)), ((0.0, -1.0), (0.46, -0.07)), ((0.03, -0.42), (0.23, -0.40)),
        ((0.03, -0.26), (0.33, -0.25)), ((-0.36, -0.088), (-0.50, -0.115)),
    )  # fmt: skip
    for start, end in lines:
        path = np.linspace(start, end, 12) * (heading * high, high) + (x, low)
        plate.lay(plate.inside(band(path, 0.0014, 0.0014)), "c07a6c", 0.8)


def paint_figures(plate: Plate) -> None:
    """Strollers on the promenade: two ladies with parasols and a gentleman, and far couples."""
    paint_lady(plate, 0.402, 0.672, 0.125, "8a3a8c c0459a e88ab0", "f2913c fde08a")
    paint_gentleman(plate, 0.450, 0.676, 0.130)
    paint_lady(plate, 0.262, 0.570, 0.070, "2f5aa8 5a8fd0 a8cbe8", "e2494a f9b0a0")
    for x, low in ((0.203, 0.480), (0.219, 0.484)):
        paint_gentleman(plate, x, low, 0.034)


def paint_lady(plate: Plate, x: float, low: float, high: float, dress: str, shade: str) -> None:
    """A lady seen from behind: bustle skirt, narrow waist, hat and parasol."""
    skirt = spline(
        (
            (-0.17, 0.0),
            (-0.13, -0.22),
            (-0.12, -0.40),
            (-0.045, -0.50),
            (0.045, -0.50),
            (0.085, -0.36),
            (0.13, -0.16),
            (0.17, 0.0),
            (0.0, 0.012),
        ),
        60,
        closed=True,
    )
    torso = spline(((-0.045, -0.49), (-0.075, -0.66), (-0.045, -0.76), (0.04, -0.76),
                    (0.075, -0.66), (0.045, -0.49)), 40, closed=True)  # fmt: skip
    sides = smoothstep(-0.11, 0.15, (plate.x - x) / high)
    for outline in (skirt, torso):
        plate.lay(plate.inside(outline * high + (x, low)), ramp(sides, dress), 0.95)
    plate.lay(plate.inside(oval(x, low - 0.81 * high, 0.035 * high, 0.050 * high)), "5a2a52", 1.0)
    plate.lay(plate.inside(oval(x, low - 0.855 * high, 0.085 * high, 0.022 * high)), "f2c25c", 1.0)
    arm = spline(((0.06, -0.70), (0.13, -0.60), (0.12, -0.72)), 16) * high + (x, low)
    plate.lay(plate.inside(band(arm, 0.035 * high, 0.03 * high)), ramp(0.7, dress), 1.0)
    stick = np.linspace((0.12, -0.64), (0.06, -1.08), 8) * high + (x, low)
    plate.lay(plate.inside(band(stick, 0.014 * high, 0.014 * high)), "4a2a52", 1.0)
    turn = np.linspace(np.pi, 2 * np.pi, 24)
    dome = np.stack([0.25 * np.cos(turn), 0.20 * np.sin(turn)], 1)
    hem = spline(((0.25, 0.0), (0.16, -0.035), (0.08, 0.0), (0.0, -0.03), (-0.08, 0.0),
                  (-0.16, -0.035), (-0.25, 0.0)), 40)  # fmt: skip
    canopy = np.concatenate([dome, hem]) * high + (x + 0.05 * high, low - 0.92 * high)
    plate.lay(plate.inside(canopy), ramp(smoothstep(-0.2, 0.3, (plate.x - x) / high), shade), 1.0)


def paint_gentleman(plate: Plate, x: float, low: float, high: float) -> None:
    """A man seen from behind in a dark coat and a straw hat."""
    legs = np.array(((-0.07, -0.45), (0.07, -0.45), (0.075, 0.0), (0.02, 0.0), (0.0, -0.33),
                     (-0.02, 0.0), (-0.075, 0.0)))  # fmt: skip
    coat = spline(((-0.11, -0.36), (-0.10, -0.60), (-0.12, -0.76), (-0.04, -0.83), (0.04, -0.83),
                   (0.12, -0.76), (0.10, -0.60), (0.11, -0.36)), 50, closed=True)  # fmt: skip
    sides = smoothstep(-0.06, 0.13, (plate.x - x) / high)
    plate.lay(plate.inside(legs * high + (x, low)), ramp(sides, "4a3f7c 6a5a98 c48a8c"), 1.0)
    plate.lay(plate.inside(coat * high + (x, low)), ramp(sides, "1f2a6e 35468c a0709c"), 1.0)
    plate.lay(plate.inside(oval(x, low - 0.875 * high, 0.038 * high, 0.052 * high)), "8a4a4c", 1.0)
    plate.lay(plate.inside(oval(x, low - 0.915 * high, 0.085 * high, 0.018 * high)), "fbd88c", 1.0)
    crown = box(x - 0.045 * high, low - 0.975 * high, x + 0.045 * high, low - 0.915 * high)
    plate.lay(plate.inside(crown), "f2c25c", 1.0)


def paint_pines(plate: Plate) -> None:
    """Umbrella pines along the promenade, the far ones first."""
    bark = plate.noise(0.012, 0.006)
    violet, rust = ramp(bark, "3a2f6a 5a3f7c 7a4a7c"), ramp(bark, "a85a6c d9704a f2a45a")
    for foot, bend, top, size in PINES:
        trunk = spline((foot, bend, top), 40)
        limbs = [(trunk, 0.17 * size, 0.07 * size)]
        fork = trunk[27]
        for reach, lift in ((-0.55, -0.50), (0.62, -0.42), (0.2, -0.7), (-0.25, -0.65)):
            tip = np.array((top[0] + reach * size, top[1] + (0.55 + lift) * 0.6 * size))
            middle = (fork + tip) / 2 + (0.0, 0.06 * size)
            limbs.append((spline((fork, middle, tip), 20), 0.08 * size, 0.03 * size))
        for path, start, end in limbs:
            plate.lay(plate.inside(band(path, start, end)), violet, 0.6)
            sunny = path + np.array((0.22 * start, 0.0))
            plate.lay(plate.inside(band(sunny, 0.45 * start, 0.4 * end)), rust, 0.6)
        paint_crown(plate, top, size)


def paint_crown(plate: Plate, top: tuple[float, float], size: float) -> None:
    """A broad crown of overlapping clumps, gold-green on the side of the sun."""
    rng = plate.rng
    ragged = plate.noise(0.10 * size, 0.16 * size, 2) - 0.5
    for _ in range(34):
        along = rng.uniform(-1, 1)
        x = top[0] + along * 1.0 * size
        y = top[1] - rng.uniform(-0.12, 0.42) * size * (1 - 0.6 * along**2)
        wide, high = size * rng.uniform(0.24, 0.40), size * rng.uniform(0.11, 0.17)
        dx, dy = (plate.x - x) / wide, (plate.y - y) / high
        mask = smoothstep(1.08, 0.92, np.hypot(dx, dy) + 0.75 * ragged)
        light = 0.42 + 0.34 * dx - 0.28 * dy + 0.9 * ragged
        colour = ramp(light, "2b3a84 22567a 2a7460 4f9a4a a8bf42 f3cf4c")
        plate.lay(mask, colour, 0.3)
        plate.stretch += mask * (1.15 - plate.stretch)
