"""Cubist guitar: a still life with guitar, bottle, fruit and newspaper, cut into facets."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from art.motifs import still_life
from art.tools.brush import Canvas
from art.tools.canvas import mix, painting_of, ramp, relief_light, rgb, save_painting, to_uint8
from art.tools.fields import Array, polygon, smoothstep
from art.tools.oil import Easel

HEIGHT = 1.25  # of the width
LAYERS = 6  # facets that touch are painted on different sheets, so that their edges stay crisp
UMBER = rgb("1d1712")
# dark to light, seen in daylight and seen against the light
RAMPS = {
    still_life.TABLE: ("2c1a12 5a3420 8a5a30 b5843f", "1c242c 3a4a55 6d7f86 a3aca6"),
    still_life.PAPER: ("85764f c4b283 e6d6a8 f4e9c8", "6f7a78 a8a998 d0c9ac ebe0c0"),
    still_life.BOTTLE: ("051918 0c3534 1a5a55 5b9388", "13181a 24403c 4f7a6c a9bf9d"),
    still_life.LABEL: ("8a7042 c9ad6c ead9a6 f6ecca", "8c3a24 b85a38 d98a5c ecc09a"),
    still_life.BOWL: ("3b4a54 7c909a bccbca eef0e4", "173a40 2f666a 7ba09a d3dac6"),
    still_life.APPLE: ("4a120e 8c2416 c4432a e88656", "5a2a14 94501f c98a3a edc271"),
    still_life.PEAR: ("5a4312 9a7420 d0a83c f0da86", "1d4a40 3b7a62 86ab7c d4d9a4"),
    still_life.MUSIC: ("8a8266 cabf9c ebe2c6 faf4e2", "7b5c34 b08a4f d8b878 efdcae"),
    still_life.GUITAR: ("6a3a16 b0702a dca04a f4d48c", "2a3840 5a7078 9cb0b0 dfe2d2"),
    still_life.HOLE: ("0d0a0a 241812 3f281a 5e3c24", "140f0e 2c2420 4c4038 74665a"),
    still_life.NECK: ("140d0a 33201a 5c3a26 8c5e38", "1c2a30 3a5058 6a8488 a8b8b4"),
    still_life.GLASS: ("4d666c 8fa9a8 c6d4ca f2f2e4", "2a4a52 5a8286 a0b8b2 e6ead8"),
    still_life.WINE: ("2c0a0c 6a1618 a8302a d4604a", "3c0f14 7a2422 b4483a dc8262"),
}
WALLS = (
    "232a33 44545f 75868c a9b3ae", "3a2618 6e4a26 a87a3c d9b56c", "161b22 2c3a44 4f646e 8499a0",
    "2a1c16 553724 8a6038 bd935a", "0c2629 1c4c4f 4a7f7c 9db8a8", "4a1a12 84301f b8563a dd9068",
    "6a5c40 a49468 d2c496 efe6c6",
)  # fmt: skip
# middle x and y, width, height, turn (radians), wall ramp, against the light, slide of the view
PLANES = (
    (0.10, 0.22, 0.50, 0.80, 0.12, 0, 0, 0.012), (0.88, 0.20, 0.46, 0.74, -0.10, 1, 0, 0.010),
    (0.48, 0.08, 0.44, 0.50, 0.05, 2, 0, 0.014), (0.05, 0.95, 0.44, 0.74, -0.14, 3, 0, 0.012),
    (0.98, 0.98, 0.42, 0.80, 0.16, 2, 0, 0.012), (0.50, 1.18, 0.90, 0.34, 0.05, 3, 1, 0.012),
    (0.30, 0.16, 0.20, 0.58, 0.34, 1, 0, 0.026), (0.70, 0.18, 0.20, 0.60, 0.33, 4, 1, 0.024),
    (0.08, 0.10, 0.30, 0.22, -0.42, 6, 0, 0.022), (0.93, 0.10, 0.26, 0.34, 0.40, 2, 1, 0.020),
    (0.05, 0.52, 0.20, 0.56, 0.10, 5, 0, 0.022), (0.20, 0.60, 0.16, 0.62, -0.10, 4, 1, 0.026),
    (0.92, 0.56, 0.28, 0.32, -0.34, 0, 1, 0.024), (0.76, 0.70, 0.22, 0.62, 0.10, 3, 0, 0.018),
    (0.48, 0.42, 0.30, 0.50, -0.17, 6, 0, 0.016), (0.36, 0.50, 0.15, 0.62, 0.33, 2, 1, 0.030),
    (0.60, 0.46, 0.13, 0.74, 0.33, 1, 0, 0.020), (0.30, 0.86, 0.22, 0.56, 0.33, 3, 1, 0.030),
    (0.44, 0.90, 0.16, 0.62, 0.33, 1, 0, 0.018), (0.57, 0.88, 0.15, 0.50, 0.33, 0, 1, 0.028),
    (0.43, 0.70, 0.52, 0.13, 0.32, 1, 0, 0.020), (0.86, 0.84, 0.18, 0.34, 0.46, 5, 1, 0.024),
    (0.14, 0.98, 0.24, 0.36, 0.14, 2, 0, 0.020), (0.24, 1.12, 0.34, 0.16, 0.42, 4, 0, 0.022),
    (0.72, 1.06, 0.22, 0.34, -0.30, 6, 1, 0.016), (0.93, 1.14, 0.22, 0.30, -0.20, 1, 0, 0.022),
    (0.50, 1.14, 0.26, 0.15, 0.30, 5, 0, 0.020), (0.66, 0.60, 0.10, 0.34, -0.45, 0, 0, 0.026),
    (0.52, 0.22, 0.12, 0.34, -0.30, 5, 1, 0.022), (0.84, 0.36, 0.13, 0.44, -0.16, 4, 0, 0.022),
    (0.16, 0.36, 0.12, 0.40, 0.24, 0, 1, 0.028), (0.50, 0.80, 0.12, 0.24, -0.30, 6, 1, 0.022),
)  # fmt: skip


class Facets:
    """The cut of the picture: per pixel the facet, its light, and where its view is taken."""

    def __init__(self, easel: Easel) -> None:
        self.rng, self.unit, self.shape = easel.rng, easel.unit, easel.shape
        self.plane = np.zeros(easel.shape, np.int64)
        self.light = np.zeros(easel.shape, np.float32)
        self.x, self.y = easel.x.copy(), easel.y.copy()
        self.turn = np.full(easel.shape, 0.4, np.float32)
        for index, plane in enumerate(PLANES, 1):
            self._lay(easel, index, plane)

    def _lay(self, easel: Easel, index: int, plane: tuple[float, ...]) -> None:
        """Lay one facet over the others; it throws a soft shadow to its lower right."""
        cx, cy, width, height, turn, _, _, slide = plane
        along, down = (
            np.array((np.cos(turn), np.sin(turn))),
            np.array((-np.sin(turn), np.cos(turn))),
        )
        skew = self.rng.normal(0, 0.10, (4, 2)) * min(width, height)
        signs = np.array(((-1, -1), (1, -1), (1, 1), (-1, 1)))
        corners = (cx, cy) + signs[:, :1] * along * width / 2 + signs[:, 1:] * down * height / 2
        mask = polygon(self.shape, self.unit, corners + skew, 2) > 0.5
        soft = 0.016 * self.unit
        cast = ndimage.gaussian_filter(mask.astype(np.float32), soft)
        cast = ndimage.shift(cast, (0.6 * soft, 0.8 * soft), order=0, mode="nearest")
        self.light -= 0.50 * cast * ~mask
        dx, dy = easel.x - cx, easel.y - cy
        bearing = turn + self.rng.choice((0.0, 0.5 * np.pi)) + self.rng.choice((0.0, np.pi))
        run = (dx * np.cos(bearing) + dy * np.sin(bearing)) / (0.5 * min(max(width, 0.2), height))
        self.light[mask] = (0.30 * np.clip(run, -1.3, 1.3))[mask]
        spin = self.rng.normal(0, 2.2) * slide
        shift = self.rng.choice((-1.0, 1.0), 2) * self.rng.uniform(0.5, 1.3, 2) * slide
        grow = 1.0 + self.rng.normal(0, 1.5) * slide
        self.x[mask] = (cx + grow * (dx * np.cos(spin) - dy * np.sin(spin)) + shift[0])[mask]
        self.y[mask] = (cy + grow * (dx * np.sin(spin) + dy * np.cos(spin)) + shift[1])[mask]
        self.turn[mask] = bearing + self.rng.normal(0, 0.25)
        self.plane[mask] = index


def colour_facets(facets: Facets, view: still_life.View) -> Array:
    """Reference colours (H, W, 3): each thing on its ramp, by form and by facet light."""
    walls = np.array([0] + [int(plane[5]) for plane in PLANES])[facets.plane]
    against = np.array([0] + [int(plane[6]) for plane in PLANES])[facets.plane]
    tone = 0.52 + 0.30 * view.tone + 1.3 * facets.light
    colour = np.zeros((*facets.shape, 3), np.float32)
    for wall, codes in enumerate(WALLS):
        facing = (view.thing == still_life.WALL) & (walls == wall)
        colour[facing] = ramp(tone[facing] - 0.06, codes)
    for thing, pair in RAMPS.items():
        for side, codes in enumerate(pair):
            facing = (view.thing == thing) & (against == side)
            colour[facing] = ramp(tone[facing], codes)
    return colour


def sheets_of(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give each label (H, W) one of ``LAYERS`` sheets so that neighbours differ where they can."""
    _, keys = np.unique(labels, return_inverse=True)
    keys = keys.reshape(labels.shape)
    count = int(keys.max()) + 1
    touch = np.zeros((count, count), np.int64)
    for a, b in ((keys[1:], keys[:-1]), (keys[:, 1:], keys[:, :-1])):
        np.add.at(touch, (a.ravel(), b.ravel()), 1)
    touch += touch.T
    np.fill_diagonal(touch, 0)
    sheet = np.full(count, -1)
    for key in np.argsort(-np.bincount(keys.ravel())):
        cost = np.bincount(sheet[sheet >= 0], touch[key][sheet >= 0], LAYERS)
        sheet[key] = int(np.argmin(cost))
    return sheet[keys]


def paint_sheets(easel: Easel, colour: Array, angle: Array, sheet: NDArray[np.int64]) -> None:
    """Paint each sheet by itself and cut it out: crisp edges, blurred where passages open."""
    passage = smoothstep(0.62, 0.80, easel.noise(0.16))
    total = np.zeros_like(colour)
    height, weight = np.zeros(easel.shape, np.float32), np.zeros(easel.shape, np.float32)
    ground = ndimage.gaussian_filter(colour, (2, 2, 0))
    for layer in range(LAYERS):
        mask = (sheet == layer).astype(np.float32)
        easel.canvas = Canvas(ground.copy(), easel.rng)
        easel.layer(colour, angle, mask, (19, 48, 11), 0.045, 0.9, 0.4)
        easel.layer(colour, angle, mask, (12, 32, 9), 0.05, 1.2, 0.5)
        crisp = ndimage.gaussian_filter(mask, 0.7 * easel.scale)
        share = crisp + passage * (ndimage.gaussian_filter(mask, 7 * easel.scale) - crisp)
        total += easel.canvas.colour * share[..., None]
        height += easel.canvas.height * share
        weight += share
    easel.canvas.colour = total / weight[..., None]
    easel.canvas.height = height / weight


def draw_marks(
    easel: Easel, view: still_life.View, labels: NDArray[np.int64], facets: Facets
) -> None:
    """Dry dark and light drawing over the paint, and the outlines of things and facets."""
    canvas = easel.canvas
    dry = easel.grain(3.0, 2)
    swell = easel.noise(0.09)
    dark = ndimage.gaussian_filter(view.dark, 0.5) * (0.70 + 0.35 * dry)
    light = ndimage.gaussian_filter(view.light, 0.5) * (0.60 + 0.45 * dry)
    canvas.colour = mix(canvas.colour, UMBER, np.clip(dark, 0, 1))
    canvas.colour = mix(canvas.colour, rgb("f3e6c4"), np.clip(light, 0, 1))
    canvas.height += 1.2 * light - 0.6 * dark
    things = edge_distance(view.thing) / easel.scale
    planes = edge_distance(facets.plane) / easel.scale
    half = 0.3 + 2.6 * smoothstep(0.30, 0.85, swell)
    line = 0.9 * np.clip(half - things + 0.5, 0, 1)
    line = np.maximum(
        line, 0.75 * np.clip(2.0 * smoothstep(0.5, 0.9, 1 - swell) - planes + 0.3, 0, 1)
    )
    line *= 0.65 + 0.4 * dry
    canvas.colour = mix(canvas.colour, UMBER, np.clip(line, 0, 1))


def edge_distance(labels: NDArray[np.int64]) -> Array:
    """Distance (H, W), in pixels, to the nearest border between labels."""
    edge = np.zeros(labels.shape, bool)
    edge[1:] |= labels[1:] != labels[:-1]
    edge[:, 1:] |= labels[:, 1:] != labels[:, :-1]
    return ndimage.distance_transform_edt(~edge).astype(np.float32)


def paint(seed: int = 4, longer_side: int = 1280) -> NDArray[np.uint8]:
    """Paint the picture; returns uint8 RGB (H, W, 3)."""
    easel = Easel(seed, round(longer_side / HEIGHT), HEIGHT)
    facets = Facets(easel)
    grain = easel.grain((9, 150), 2)
    view = still_life.look(facets.x, facets.y, grain)
    labels = facets.plane * 32 + view.thing
    colour = colour_facets(facets, view)
    angle = facets.turn + 0.5 * view.thing + 0.35 * (easel.noise(0.08) - 0.5)
    paint_sheets(easel, colour, angle, sheets_of(labels))
    draw_marks(easel, view, labels, facets)
    canvas = easel.canvas
    return to_uint8(relief_light(canvas.colour, canvas.height / easel.scale, 0.42, 0.08))


if __name__ == "__main__":
    save_painting(paint(), painting_of(__file__))
