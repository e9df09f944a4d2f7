"""Snow mountains, spruces, a snowy shore and a red cabin for the fjord, in pastel."""

import numpy as np
from scipy import ndimage

from art.tools.canvas import mix, ramp, rgb
from art.tools.fields import noise, polygon, smoothstep, spline
from art.tools.pastel import PastelEasel, facet

WATERLINE = 0.468
SNOW = "0b1038 16225c 29418a 4a74b0 86bccb cdeee0 f8fff2"
FAR_SNOW = "23417f 35609d 5285b5 84b4c8 b4d8d6"
# apex x, apex y, reach to the left and right per unit of drop, lit side (-1 left, 1 right)
FAR_PEAKS = (
    (0.475, 0.372, 1.5, 1.3, -1),
    (0.570, 0.352, 1.2, 1.6, -1),
    (0.395, 0.388, 1.3, 1.8, 1),
)
PEAKS = (
    (0.055, 0.215, 1.0, 0.85, 1), (0.225, 0.235, 0.75, 0.80, 1), (0.315, 0.345, 0.85, 0.95, 1),
    (0.945, 0.190, 0.80, 1.0, -1), (0.800, 0.275, 0.72, 0.95, -1), (0.690, 0.365, 0.95, 0.9, -1),
)  # fmt: skip
BANK = ((1.02, 0.520), (0.93, 0.530), (0.85, 0.546), (0.77, 0.560), (0.69, 0.572), (0.625, 0.590),
        (0.590, 0.606), (0.625, 0.620), (0.71, 0.628), (0.79, 0.636), (0.87, 0.655), (0.94, 0.684),
        (1.02, 0.712))  # fmt: skip


def paint_peak(easel: PastelEasel, peak: tuple[float, ...], codes: str, far: float) -> None:
    """One mountain: a zigzag spine parts its lit snow from its shadow; gullies fan downhill."""
    apex_x, apex_y, left, right, lit = peak
    drop = np.maximum(easel.y - apex_y, 1e-4)
    rough = easel.noise(0.03, octaves=4) - 0.5
    fan = (easel.x - apex_x) / drop + rough * 0.055 / (drop + 0.05)
    mask = smoothstep(-left, -left + 0.06, fan) * smoothstep(right, right - 0.06, fan)
    mask *= (easel.y > apex_y) * (easel.y < WATERLINE)
    if mask.max() == 0:
        return
    wave = noise((easel.shape[0], 8), (0.035 * easel.unit, 8), easel.rng, 3)[:, :1] - 0.5
    spine = (0.9 * wave - 0.10 * lit) * np.minimum(drop * 6, 1.0)
    across = (fan - spine) * lit
    texture = noise((400, 900), (60, 26), easel.rng, 4)
    where = np.stack([np.sqrt(drop) * 500, (fan + 2.0 + 0.7 * rough) * 190])
    gully = ndimage.map_coordinates(texture, where, order=1, mode="mirror")
    side = smoothstep(-0.05, 0.10, across)
    tone = 0.27 + 0.46 * side + 0.85 * (gully - 0.5) * (0.6 + 0.4 * side)
    tone -= 0.20 * smoothstep(0.30, 0.62, across)
    tone += 0.12 * far - 0.22 * (1 - far) * smoothstep(0.40, WATERLINE, easel.y)
    colour = ramp(tone, codes)
    slope = np.arctan2(np.ones_like(fan), np.clip(fan, -0.9, 0.9) + 0.35 * lit * (1 - 2 * side))
    easel.rub(colour, mask, 0.9)
    easel.layer(colour, slope, (mask > 0.6) * (drop > 0.02), (9, 26, 7.5), 0.035, 0.85, 0.5)
    easel.layer(colour, slope, (mask > 0.7) * (drop > 0.008), (5.5, 17, 6.0), 0.05, 0.85, 0.5)


def paint_mountains(easel: PastelEasel) -> None:
    """The far end of the fjord, then the two walls, each from its highest peak forward."""
    for peak in FAR_PEAKS:
        paint_peak(easel, peak, FAR_SNOW, 1.0)
    for peak in PEAKS:
        paint_peak(easel, peak, SNOW, 0.0)


def paint_forest(easel: PastelEasel) -> None:
    """A dark fringe of distant spruces along the waterline, below both walls."""
    places = easel.rng.uniform(0, 1, 420)
    edge = np.minimum(np.abs(places - 0.475), 0.4)
    keep = edge > 0.085 + easel.rng.uniform(0, 0.06, len(places))
    places, edge = places[keep], edge[keep]
    tall = (0.010 + 0.055 * edge) * easel.rng.uniform(0.5, 1.2, len(places))
    foot = np.stack([places, np.full(len(places), WATERLINE)], 1)
    tip = foot - np.stack([np.zeros(len(places)), tall], 1)
    share = np.linspace(0, 1, 4)[None, :, None]
    colour = ramp(easel.rng.random(len(places)), "0a1236 0e2046 123a56 0c1a40")
    for top, width in ((0.0, 2.2), (0.3, 4.2), (0.6, 6.5)):
        path = tip[:, None] + (foot - tip)[:, None] * (top + (1 - top) * share)
        easel.lines(path, width, colour, 0.05, 1.3, 0.1)


def paint_spruce(easel: PastelEasel, foot: tuple[float, float], tall: float) -> None:
    """One snow-laden spruce: drooping tiers of short dark strokes, then snow on the left."""
    tiers = round(tall * 190)
    for tier in range(tiers + 1):
        share = tier / tiers
        reach = tall * (0.02 + 0.21 * share) * easel.rng.uniform(0.85, 1.15)
        count = 5 + round(9 * share)
        ends = np.linspace(-1, 1, count)[:, None] + easel.rng.normal(0, 0.08, (count, 1))
        run = np.linspace(0.0, 1.0, 5)[None, :]
        x = foot[0] + ends * reach * run
        drop = (
            foot[1] - tall * (1.02 - share) + (0.10 + 0.32 * np.abs(ends)) * tall * 0.3 * run**1.4
        )
        boughs = np.stack([x, drop], -1)
        tone = ramp(
            0.35 - 0.35 * ends[:, 0] + 0.3 * easel.rng.random(count), "07102c 0b2446 14525e"
        )
        easel.lines(boughs, 5.2, tone, 0.05, 1.15, 0.2)
        laden = boughs[easel.rng.random(count) < 0.30 - 0.25 * ends[:, 0]][:, 2:]
        pale = ramp(easel.rng.random(len(laden)), "5f8fc0 93cbd0 d4f4e8")
        easel.lines(laden - np.array((0.001, 0.002)), 3.4, pale, 0.04, 0.75, 0.4)


def paint_bank(easel: PastelEasel) -> None:
    """The snowy spit: mauve shadows, mint light of the sky and a dark wet rim."""
    outline = spline(BANK, 200)
    mask = polygon(easel.shape, easel.unit, outline)
    edge = ndimage.gaussian_filter(mask, 0.006 * easel.unit)
    drift = easel.noise(0.018, 0.10)
    tone = 0.22 + 0.80 * drift + 0.22 * smoothstep(0.64, 0.53, easel.y) - 0.5 * (1 - edge)
    colour = ramp(tone, "1b2560 3d4f9a 6f82c6 9cbce0 c6ece4 effff0")
    warmth = np.exp(-(((easel.x - 0.735) / 0.045) ** 2) - ((easel.y - 0.598) / 0.014) ** 2)
    colour = mix(colour, np.broadcast_to(rgb("ffc070"), colour.shape), 0.85 * warmth)
    easel.rub(colour, mask, 0.95)
    slope = 0.12 + 0.5 * (drift - 0.5)
    easel.layer(colour, slope, mask > 0.9, (9, 34, 7), 0.03, 0.9, 0.5)
    easel.layer(colour, slope, mask > 0.9, (5, 20, 6.5), 0.04, 0.8, 0.5)
    rim = outline[95:]
    for _ in range(5):
        start = rim[:-6:4] + easel.rng.normal(0, 0.0014, (len(rim[:-6:4]), 2))
        pieces = np.stack([start, rim[3:-3:4], rim[6::4]], 1) + np.array((0, 0.003))
        easel.lines(pieces, 4.0, ramp(easel.rng.random(), "0c1440 1b2a66 33458a"), 0.08, 0.9)


def paint_cabin(easel: PastelEasel, at: tuple[float, float], size: float) -> None:
    """A red cabin with a snowy roof, a chimney and lit windows; ``at`` is its near corner."""

    def face(colour: str, angle: float, *corners: tuple[float, float]) -> None:
        """A face whose corners are in cabin units (x right, y up)."""
        places = np.array(corners) * (size, -size) + at
        facet(easel, places, rgb(colour), angle)

    up = np.pi / 2
    face("7c1f45", 0.0, (0, 0), (0, 0.62), (1.15, 0.66), (1.15, 0.06))
    face("d23c2e", up, (-0.72, 0.05), (-0.72, 0.58), (-0.37, 1.08), (0, 0.6), (0, 0))
    face("4a1c40", up, (0.60, 0.9), (0.60, 1.34), (0.80, 1.34), (0.80, 0.9))
    face("eafcf2", 0.0, (0.57, 1.33), (0.57, 1.41), (0.83, 1.41), (0.83, 1.33))
    face("9fcbe0", 1.0, (-0.40, 1.14), (0.86, 1.16), (1.26, 0.58), (0.06, 0.53))
    face("eafff2", 0.0, (-0.42, 1.19), (0.86, 1.20), (0.95, 1.06), (-0.33, 1.04))
    face("e2f4f4", -0.9, (-0.42, 1.19), (-0.86, 0.56), (-0.78, 0.51), (-0.37, 1.06))
    face("cfeaf0", 0.8, (-0.42, 1.19), (-0.37, 1.05), (0.06, 0.53), (0.13, 0.58))
    for left, right, low, high in ((-0.52, -0.20, 0.16, 0.52), (0.28, 0.54, 0.20, 0.48),
                                   (0.70, 0.96, 0.22, 0.50)):  # fmt: skip
        middle, half = (left + right) / 2, (low + high) / 2
        for grow, colour in ((0.055, "fff0d8"), (0.0, "ffb52e")):
            face(colour, up, (left - grow, low - grow), (left - grow, high + grow),
                 (right + grow, high + grow), (right + grow, low - grow))  # fmt: skip
        face("ffee90", up, (left + 0.06, low + 0.03), (left + 0.06, half), (right - 0.06, half),
             (right - 0.06, low + 0.03))  # fmt: skip
        a, b = middle - 0.014, middle + 0.014
        face("8a3a28", up, (a, low), (a, high), (b, high), (b, low))
        face("8a3a28", 0.0, (left, half), (left, half + 0.03), (right, half + 0.03), (right, half))
