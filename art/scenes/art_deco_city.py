"""Art deco city: a liner and an airship before stepped towers, and the sun rising behind them."""

from itertools import product

import numpy as np
from numpy.typing import NDArray

from art.motifs.deco_towers import FAR, MIDDLE, NEAR, print_towers
from art.tools.canvas import painting_of, save_painting, to_uint8
from art.tools.deco import Poster, leaf_shape, placed, rectangle
from art.tools.fields import Array, smoothstep
from art.tools.outlines import disc

HEIGHT = 1.25  # of the width
SUN = (0.5, 0.585)
RAYS = (
    "fbe6b0 f3a873 e06c4c b6452f 5e2020", "e4dfb4 86b9a6 2f8384 115058 07242c",
    "fff4d4 f8e3b0 efcb90 d09a60 805030", "c8d4b4 4f9a96 185f68 0a363f 051a22",
)  # fmt: skip

IVORY = "f6e6c4 fffaec"
LEAVES = ("06262e 145a60 4fa094", "7a2a20 d0603f f4a070", "c89a50 f4dcaa fff6dc")
HALOES = (
    (0.250, "c8482f e8744e f6a878"), (0.220, "f6b070 fbd8a0 fff0cc"),
    (0.185, "d8603c f0905e f8b888"), (0.155, "f4c878 fdeebc fffbe8"),
)  # fmt: skip


def print_sky(poster: Poster) -> None:
    """Rays of four inks and of gold leaf, each with its own fine lines, around the sun."""
    dx, dy = poster.x - SUN[0], poster.y - SUN[1]
    reach = np.hypot(dx, dy)
    turn = np.abs(np.arctan2(dx, -dy)) / np.pi
    beam = (turn * 34 + 0.5).astype(int)
    kinds = np.array((2, 1, 0, 3, 4, 1, 0, 3, 2, 1, 4, 3))[beam % 12]
    for kind, codes in enumerate(RAYS):
        poster.ink((kinds == kind).astype(np.float32), codes, (reach - 0.12) / 0.62)
    leafed = (kinds == 4).astype(np.float32)
    poster.gild(leafed)
    poster.shade(leafed, "1a0d06", 0.75 * smoothstep(0.30, 0.80, reach))
    poster.hatch((kinds == 2).astype(np.float32), reach, 0.0105, 1.3)
    poster.hatch((kinds == 3).astype(np.float32), reach, 0.0210, 1.6)
    edge = np.abs((turn * 34 + 1.0) % 1.0 - 0.5) / 34 * np.pi * reach * poster.unit
    poster.gild(np.clip(1.1 * poster.scale - edge + 0.5, 0, 1) * (reach > 0.1))
    fine = np.abs((turn * 170 + 0.5) % 1.0 - 0.5) / 170 * np.pi * reach * poster.unit
    teal = ((kinds == 1) | (kinds == 0)) & (reach > 0.22)
    poster.gild(teal * np.clip(0.55 * poster.scale - fine + 0.5, 0, 1))
    for radius, codes in HALOES:
        ring = poster.mask([disc(SUN, radius, count=96)])
        poster.ink(ring, codes, 1 - (reach / radius) ** 2 * 0.8)
        poster.contours(ring, 4.5, 1.8, 2)
    poster.hatch((reach < 0.143).astype(np.float32), reach, 0.0115, 1.5)


def print_cloud(poster: Poster, left: float, right: float, y: float, codes: str) -> None:
    """A streamlined cloud: stacked bars with round ends under swelling lobes, lined in gold."""
    rng = poster.rng
    wide = right - left
    for k in range(3):
        a = left + wide * rng.uniform(0.0, 0.22) + 0.02 * (2 - k)
        b = right - wide * rng.uniform(0.0, 0.22) - 0.02 * (2 - k)
        level, half = y + 0.026 * k, 0.0165
        lobes = [rectangle(a, b, level - half, level + half)]
        lobes += [disc((a, level), half, count=96), disc((b, level), half, count=96)]
        if k == 0:
            for share, size in ((0.30, 0.034), (0.52, 0.046), (0.74, 0.028)):
                lobes.append(disc((a + share * (b - a), level - 0.006), size, count=96))
        cloud = poster.mask(lobes)
        poster.ink(cloud, codes, 0.9 - 14 * (poster.y - level + 0.02) * 0.6)
        poster.contours(cloud, 6.0, 1.6, 4)


def print_airship(poster: Poster) -> None:
    """A silver airship nosing upwards, ribbed in gold, with fins and a gondola."""
    centre, tilt, length = np.array((0.255, 0.245)), -0.13, 0.165
    spin = np.array(((np.cos(tilt), np.sin(tilt)), (-np.sin(tilt), np.cos(tilt))))

    def place(points: object) -> Array:
        """Local coordinates (in half lengths) to the poster."""
        return np.asarray(points, float) @ spin * length + centre

    fins = [place(((-0.98, s * 0.05), (-0.66, s * 0.20), (-0.80, s * 0.40), (-1.06, s * 0.38)))
            for s in (-1, 1)]  # fmt: skip
    tail = poster.mask(fins)
    poster.ink(tail, "3a1210 9a3524 e0694c", 0.7)
    poster.contours(tail, 4.5, 1.5)
    car = poster.mask([place(((0.02, 0.27), (0.42, 0.25), (0.36, 0.37), (0.08, 0.38)))])
    poster.ink(car, "06141a 12404a 2a7a7c", 0.6)
    poster.contours(car, 5.0, 1.5, 1)
    along = np.linspace(-1, 1, 80)
    half = 0.29 * (1 - np.abs(along) ** 2.6) ** 0.62 * (1 - 0.16 * (1 - along))
    hull = poster.mask([place(np.concatenate([np.stack([along, half], 1),
                                              np.stack([along, -half], 1)[::-1]]))])  # fmt: skip
    dx, dy = (poster.x - centre[0]) / length, (poster.y - centre[1]) / length
    u, v = dx * np.cos(tilt) + dy * np.sin(tilt), dy * np.cos(tilt) - dx * np.sin(tilt)
    belly = np.interp(u, along, np.maximum(half, 1e-3)).astype(np.float32)
    around = np.arcsin(np.clip(v / belly, -0.999, 0.999)) / np.pi
    poster.ink(hull, "0a2a33 2a7478 a8c4b0 fff6dc e8cfa0", 0.60 - 1.15 * around, 0.14)
    shares = np.sin(np.linspace(-1.25, 1.25, 8))
    ribs = [place(np.stack([along, share * half], 1)) for share in shares]
    poster.gild(hull * poster.strokes(ribs, 1.5))
    stations = np.linspace(-0.8, 0.85, 9)
    girths = np.interp(stations, along, half)
    hoops = [place(((a, -g), (a, g))) for a, g in zip(stations, girths, strict=True)]
    poster.gild(hull * poster.strokes(hoops, 1.2))
    poster.contours(hull, 9.0, 2.0, 1)


def print_birds(poster: Poster) -> None:
    """Three streamlined geese that climb towards the right."""
    body = ((-1.0, 0.06), (-0.5, -0.06), (0.1, -0.13), (0.55, -0.10), (0.85, -0.15), (1.15, -0.10),
            (0.85, -0.06), (0.5, 0.06), (0.0, 0.12), (-0.6, 0.10))  # fmt: skip
    near = ((0.30, -0.05), (0.05, -0.45), (-0.45, -0.80), (-1.10, -0.95), (-0.72, -0.52),
            (-0.42, -0.15), (-0.15, 0.04))  # fmt: skip
    far = ((0.42, -0.08), (0.52, -0.50), (0.36, -0.92), (0.02, -1.22), (0.06, -0.75), (0.10, -0.30))
    for x, y, size in ((0.690, 0.235, 0.066), (0.815, 0.165, 0.056), (0.850, 0.305, 0.046)):
        for part, codes in (
            (far, "14404a 3f8a88"),
            (body, "f0d8a8 fff8e4"),
            (near, IVORY),
        ):
            shape = poster.mask([placed(part, (x, y), size, -0.28)])
            poster.ink(shape, codes, 0.8, 0.15)
            poster.contours(shape, 4.6, 1.5, 4)


def print_water(poster: Poster) -> None:
    """Scallops in rows that grow towards us, lit by the sun down the middle."""
    quay = poster.mask([rectangle(0, 1, 1.0, HEIGHT)])
    poster.ink(quay, "04141a 0a3038", 0.3)
    level, radius, row = 1.006, 0.018, 0
    glow = np.exp(-(((poster.x - 0.5) / (0.14 + 0.7 * (poster.y - 1.0))) ** 2))
    while level < HEIGHT + 0.06:
        x = (poster.x - 0.5 + (row % 2) * radius) % (2 * radius) - radius
        reach = np.hypot(x, poster.y - level - radius * 0.9) / radius
        scale = np.clip((1 - reach) * radius * poster.unit + 0.5, 0, 1)
        scale = scale * (poster.y < level + 1.6 * radius)
        band = (reach * 3.999).astype(int)
        tone = np.array((0.80, 0.30, 0.66, 0.14))[np.minimum(band, 3)]
        poster.ink(scale, "031216 083640 1c7078 66b4a8 e8ebc8", tone, 0.14)
        poster.shade(scale, "ee8358", 0.95 * glow * (band == 2))
        poster.shade(scale, "ffe6a8", 0.95 * glow * (band == 0))
        poster.hatch(scale, (reach - 1) * radius + 0.0008, radius / 4, 1.7)
        level += 0.72 * radius
        radius *= 1.085
        row += 1


def print_liner(poster: Poster) -> None:
    """An ocean liner head on: flared black bow, ivory decks, coral funnel."""
    x = SUN[0]
    funnel = poster.mask(
        [((x - 0.030, 0.90), (x - 0.027, 0.815), (x + 0.027, 0.815), (x + 0.030, 0.90))]
    )
    poster.ink(funnel, "5a1a16 b8412c ee7a52 f8b080", 0.55 - 14 * (poster.x - x))
    cap = funnel * (poster.y < 0.838)
    poster.ink(cap, "05080b 1c2c32", 0.3 - 12 * (poster.x - x))
    poster.contours(funnel, 5.0, 1.8, 1)
    for k, (half, top) in enumerate(
        ((0.052, 0.885), (0.068, 0.910), (0.082, 0.935), (0.094, 0.960))
    ):
        deck = poster.mask([rectangle(x - half, x + half, top, 1.0)])
        poster.ink(deck, "4a5a58 b8b89c f4e6c4 fffaea", 0.62 - 5 * (poster.x - x))
        port = deck * (np.abs(((poster.x - x) / 0.011) % 1 - 0.5) < 0.27)
        poster.ink(port * (np.abs(poster.y - top - 0.0135) < 0.0045), "06181e 1a5058", 0.4)
        poster.contours(deck, 4.0, 1.6, 1 + (k == 3))
    print_bow(poster, x)


def print_bow(poster: Poster, x: float) -> None:
    """The flared hull around ``x``, one half lit, and the plumes of its bow wave."""
    side = np.array(((0.0, 0.962), (0.075, 0.968), (0.112, 0.985), (0.098, 1.03), (0.068, 1.09),
                     (0.046, 1.145), (0.0, 1.165)))  # fmt: skip
    for sign, codes in ((-1, "0c2026 1c4a52 4f8f8c d8e0c0"), (1, "04070a 081218 12303a 2a6068")):
        hull = poster.mask([np.stack([x + sign * side[:, 0], side[:, 1]], 1)])
        flare = np.abs(poster.x - x) / 0.11
        poster.ink(hull, codes, 0.18 + 0.75 * flare - 1.5 * (poster.y - 1.02))
        poster.ink(hull * (poster.y > 1.118), "5a1a16 b8412c ee7a52", 0.55 - 0.3 * sign)
        poster.contours(hull, 7.0, 1.7, 3)
        for rise, length, code in ((-0.50, 0.105, "5aa09a c8dcc8"), (-0.28, 0.165, "a8ccc0 f4efd8"),
                                   (-0.08, 0.200, "f0ead0 fffdf2")):  # fmt: skip
            foot = (x + sign * 0.012, 1.166)
            heading = rise if sign > 0 else np.pi - rise
            wave = poster.mask([leaf_shape(foot, heading, length, 0.034)])
            poster.ink(wave, code, 0.3 + 4 * np.abs(poster.x - x))
            poster.contours(wave, 5.0, 1.5, 3)


def print_palms(poster: Poster) -> None:
    """Fans of long leaves that close the two lower corners."""
    for sign, x in ((1, 0.035), (-1, 0.965)):
        root = (x, HEIGHT - 0.03)
        for ring, (length, width) in enumerate(((0.265, 0.042), (0.195, 0.040), (0.120, 0.034))):
            for k, share in enumerate(np.linspace(-0.16, 1.12, 10 - 2 * ring)):
                heading = -np.pi / 2 + sign * share * np.pi / 2
                leaf = poster.mask([leaf_shape(root, heading, length, width)])
                codes = LEAVES[ring]
                reach = np.hypot(poster.x - root[0], poster.y - root[1]) / length
                poster.ink(leaf, codes, 0.15 + 0.75 * reach + 0.1 * (k % 2))
                poster.contours(leaf, 4.8, 1.6, 3)


def print_frame(poster: Poster) -> None:
    """A black border with gilt rules, chevrons up the sides and stepped corners."""
    rim = np.minimum.reduce([poster.x, 1 - poster.x, poster.y, HEIGHT - poster.y])
    black = (rim < 0.040).astype(np.float32)
    steps = ((0.125, 0.060), (0.095, 0.080), (0.075, 0.100), (0.058, 0.125))
    corners = []
    for cx, cy in product((0.0, 1.0), (0.0, HEIGHT)):
        for wide, high in steps:
            inner = (abs(cx - wide), abs(cy - high))
            corners.append(rectangle(*sorted((cx, inner[0])), *sorted((cy, inner[1]))))
    black = np.maximum(black, poster.mask(corners))
    poster.ink(black, "04070a 0a161c 14303a", 0.35)
    poster.contours(black, 5.2, 1.7)
    band = ((rim > 0.010) & (rim < 0.029)).astype(np.float32)
    poster.ink(band, "05090c 0c2a32 145058", 0.45)
    side = np.minimum(poster.x, 1 - poster.x) <= np.minimum(poster.y, HEIGHT - poster.y)
    run = np.where(side, poster.y - HEIGHT / 2, poster.x - 0.5)
    poster.hatch(band, np.abs(run) - 0.9 * np.abs(rim - 0.0195), 0.0105, 3.2)
    for level in (0.0095, 0.0295):
        poster.gild(np.clip(1.3 * poster.scale - np.abs(rim - level) * poster.unit + 0.5, 0, 1))


def paint(seed: int = 2, longer_side: int = 1280) -> NDArray[np.uint8]:
    """Print the poster; returns uint8 RGB (H, W, 3)."""
    poster = Poster(np.random.default_rng(seed), round(longer_side / HEIGHT), HEIGHT)
    print_sky(poster)
    print_cloud(poster, 0.02, 0.36, 0.40, "2a7478 8fbcaa f4e6c4 fffaea")
    print_cloud(poster, 0.66, 0.99, 0.415, "b8502f ee9a6c f8d8a8 fff6dc")
    print_airship(poster)
    print_birds(poster)
    print_towers(poster, FAR, 0.60)
    print_towers(poster, MIDDLE, 0.42)
    print_towers(poster, NEAR, 0.0)
    print_water(poster)
    print_liner(poster)
    print_palms(poster)
    print_frame(poster)
    grey = poster.colour.mean(2, keepdims=True)
    vivid = grey + 1.16 * (poster.colour - grey)
    return to_uint8(vivid * (1.0 + 0.06 * poster.spray)[..., None])


if __name__ == "__main__":
    save_painting(paint(), painting_of(__file__))
