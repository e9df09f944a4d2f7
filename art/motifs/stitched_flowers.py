"""Folk flowers, leaves and winged things to be sewn, in units of the longer side."""

import numpy as np

from art.tools.canvas import ramp, rgb
from art.tools.fields import Array, blade, spline
from art.tools.stitches import Cloth


def rails(spine: Array, half: Array) -> tuple[Array, Array]:
    """Left and right edges (K, 2) of a shape round ``spine`` with half widths (K,)."""
    edge = blade(spine, half)
    return edge[: len(spine)], edge[len(spine) :][::-1]


def shades(codes: str) -> Array:
    """Colours (M, 3) of a space-separated list of hex codes."""
    return np.stack([rgb(code) for code in codes.split()])


def leaf(cloth: Cloth, root: Array, tip: Array, bend: float, wide: float, codes: str) -> None:
    """A leaf in fishbone stitch: slanted threads from the midrib to either edge, two greens."""
    ahead = np.subtract(tip, root)
    side = np.array((-ahead[1], ahead[0]))
    spine = spline([root, root + 0.5 * ahead + bend * side, tip], 40)
    half = wide * np.sin(np.pi * np.linspace(0.0, 1.0, 40) ** 0.8) ** 0.85
    left, right = rails(spine, half)
    lag = 7  # points by which the edge runs ahead of the midrib
    tones = shades(codes)
    cloth.satin(spine[:-lag], left[lag:], tones[:2], 4.2)
    cloth.satin(spine[:-lag], right[lag:], tones[-2:], 4.2)
    cloth.stem(spine, 3.4, codes.split()[-1], 11)


def petal(cloth: Cloth, root: Array, tip: Array, wide: float, codes: str, blunt: float) -> None:
    """A petal in satin stitch across its width; ``blunt`` moves the widest part outwards."""
    spine = np.linspace(root, tip, 24)
    along = np.linspace(0.02, 0.98, 24)
    half = wide * np.sin(np.pi * along**blunt) ** 0.75
    left, right = rails(spine, half)
    cloth.satin(left, right, shades(codes), 4.2)


def daisy(
    cloth: Cloth, centre: Array, radius: float, codes: str, heart: str, count: int = 15,
    squash: float = 1.0,
) -> None:  # fmt: skip
    """Satin petals in a ring round a cushion of knots."""
    turns = np.arange(count) / count * 2 * np.pi + cloth.rng.uniform(0, 1)
    for turn in cloth.rng.permutation(turns):
        out = np.array((np.cos(turn), squash * np.sin(turn)))
        reach = radius * cloth.rng.uniform(0.92, 1.08)
        petal(cloth, centre + 0.24 * radius * out, centre + reach * out,
              2.5 * radius / count, codes, 1.7)  # fmt: skip
    cushion(cloth, centre, 0.33 * radius, heart, squash)


def cushion(cloth: Cloth, centre: Array, radius: float, codes: str, squash: float = 1.0) -> None:
    """French knots packed in a disc by the golden angle, shaded from middle to rim."""
    size = 4.6
    count = max(round((radius * 1280 / size) ** 2 * 0.95), 5)
    share = np.sqrt((np.arange(count) + 0.5) / count)
    turn = np.arange(count) * 2.39996
    spots = centre + radius * np.stack([share * np.cos(turn), squash * share * np.sin(turn)], 1)
    order = cloth.rng.permutation(count)
    cloth.knots(spots[order], size, ramp(share, codes)[order])


def poppy(cloth: Cloth, centre: Array, radius: float, codes: str, squash: float = 0.85) -> None:
    """Five broad crinkled petals in long-and-short stitch that radiates from a dark heart."""
    rng = cloth.rng
    dx, dy = cloth.x - centre[0], (cloth.y - centre[1]) / squash
    for k, turn in enumerate((4.71, 0.35, 2.8, 1.25, 1.95)):
        mid = turn + rng.normal(0, 0.08)
        spread = np.linspace(-0.78, 0.78, 22)
        frill = 1 - 0.30 * np.abs(spread / 0.78) ** 3 + 0.045 * np.sin(spread * 15 + 7 * k)
        rim = np.stack([np.cos(mid + spread), squash * np.sin(mid + spread)], 1)
        rim = centre + radius * (1.0 if k < 3 else 0.86) * frill[:, None] * rim
        mask = cloth.mask([np.concatenate([[centre], rim])])
        cloth.chain(rim, codes.split()[0], 11, 3.2)
        tone = np.hypot(dx, dy) / radius + 0.18 * np.cos(np.arctan2(dy, dx) - mid - 0.5) - 0.1
        cloth.fill(mask, np.arctan2(dy * squash, dx), ramp(tone, codes), 4.6, (20, 38), 0.05)
        edge = spline(rim, 40)
        cloth.stem(edge, 3.6, codes.split()[-1], 12)
    turns = rng.uniform(0, 2 * np.pi, 26)
    reach = radius * rng.uniform(0.26, 0.40, 26)
    tips = centre + np.stack([np.cos(turns), squash * np.sin(turns)], 1) * reach[:, None]
    cloth.sew(list(np.stack([np.tile(centre, (26, 1)), tips], 1) * cloth.unit), 2.6, rgb("2a1430"))
    cloth.knots(tips, 3.6, rgb("34183a"))
    cushion(cloth, centre, 0.17 * radius, "c9d27a 7f9a4a 4f7040", squash)


def cornflower(cloth: Cloth, centre: Array, radius: float, codes: str) -> None:
    """Trumpet florets of three toothed petals round a knotted heart."""
    rng = cloth.rng
    for turn in np.arange(8) / 8 * 2 * np.pi + rng.uniform(0, 1):
        for lean in (-0.25, 0.25, 0.0):
            out = np.array((np.cos(turn + lean), 0.9 * np.sin(turn + lean)))
            base = np.array((np.cos(turn), 0.9 * np.sin(turn)))
            reach = radius * rng.uniform(0.94, 1.08) * (1.08 if lean == 0 else 0.90)
            petal(
                cloth,
                centre + 0.22 * radius * base,
                centre + reach * out,
                0.075 * radius,
                codes,
                2.2,
            )
    cushion(cloth, centre, 0.34 * radius, "e080b8 8a3c9a 3c2a7c", 0.9)


def tulip(cloth: Cloth, foot: Array, tall: float, codes: str, inner: str) -> None:
    """A folk tulip: a pointed middle petal between two that curl outwards."""

    def shape(points: list[tuple[float, float]]) -> Array:
        """A curve through points given in heights of the flower."""
        return spline(np.array(points) * tall + foot, 30)

    for side in (-1, 1):
        curl = shape(
            [(0.0, 0.02), (side * 0.30, -0.22), (side * 0.33, -0.60), (side * 0.62, -0.95)]
        )
        width = tall * 0.20 * np.sin(np.pi * np.linspace(0.10, 0.985, 30) ** 0.72) ** 0.9
        cloth.satin(*rails(curl, width), shades(codes), 4.2)
        rim = curl + np.array((side * 0.012 * tall, 0.0))
        cloth.stem(rim, 3.0, codes.split()[-1], 12)
    middle = shape([(0, 0.03), (0.0, -0.45), (0.0, -1.02)])
    half = tall * 0.27 * np.sin(np.pi * np.linspace(0.05, 0.97, 30) ** 0.75) ** 0.8
    left, right = rails(middle, half)
    cloth.satin(left, right, shades(inner), 4.2)
    cloth.stem(left, 2.8, codes.split()[0], 11)
    cloth.stem(right, 2.8, codes.split()[0], 11)
    spots = np.stack([np.zeros(5), -np.linspace(0.3, 0.8, 5)], 1) * tall + foot
    cloth.knots(spots, 3.6, rgb(codes.split()[0]))


def lupin(cloth: Cloth, foot: Array, tip: Array, wide: float, codes: str) -> None:
    """A spire of detached chains with knots at the top, paling upwards."""
    spine = spline([foot, (np.add(foot, tip)) / 2 + (0.003, 0), tip], 60)
    tones = codes.split()
    for place in np.linspace(0.0, 0.94, 17):
        reach = wide * (1 - place) ** 0.7 + 0.005
        at = spine[int(place * 59)]
        for lean in (-1.15, 1.15, -0.6, 0.6, 0.0):
            turn = lean + cloth.rng.normal(0, 0.16)
            out = np.array((np.sin(turn), 0.15 - 0.65 * np.cos(turn))) * cloth.rng.uniform(
                0.8, 1.15
            )
            shade = place * len(tones) + cloth.rng.uniform(-1.0, 0.9) - 0.5 * abs(lean)
            tone = tones[int(np.clip(shade, 0, len(tones) - 1))]
            root, end = at + 0.10 * reach * out, at + reach * out
            cloth.loop(root * cloth.unit, end * cloth.unit, tone, 4.4)
            heart = np.stack([root + 0.35 * (end - root), root + 0.85 * (end - root)])
            cloth.sew([heart * cloth.unit], 3.8, rgb(tones[-2]))
    cloth.knots(spine[50:60:2], 3.6, rgb(tones[-1]))


def wheat(cloth: Cloth, foot: Array, tip: Array, codes: str) -> None:
    """An ear of grain: paired satin kernels with long straight awns."""
    spine = spline([foot, (np.add(foot, tip)) / 2 + (0.004, 0), tip], 40)
    ahead = np.subtract(tip, foot)
    length = float(np.hypot(*ahead))
    heading = np.arctan2(ahead[1], ahead[0])
    for i in range(4, 40, 4):
        for side in (-1, 1):
            turn = heading + side * 0.42
            out = np.array((np.cos(turn), np.sin(turn))) * 0.24 * length
            awn = np.stack([spine[i] + 0.8 * out, spine[i] + 2.1 * out]) * cloth.unit
            cloth.sew([awn], 2.0, rgb(codes.split()[-1]))
            petal(cloth, spine[i], spine[i] + out, 0.052 * length, codes, 1.0)


def butterfly(cloth: Cloth, centre: Array, size: float, tilt: float, codes: str, spot: str) -> None:
    """Open wings in radiating stitch with chained rims and knots, a satin body and feelers."""
    turn = np.array(((np.cos(tilt), np.sin(tilt)), (-np.sin(tilt), np.cos(tilt))))

    def place(points: list[tuple[float, float]] | Array) -> Array:
        """Turn and move butterfly coordinates into the picture."""
        return np.asarray(points) @ turn * size + centre

    dx, dy = cloth.x - centre[0], cloth.y - centre[1]
    angle, tone = np.arctan2(dy, dx), np.hypot(dx, dy) / size
    for side in (-1, 1):
        hind = [(0.05, 0.05), (0.42, 0.10), (0.66, 0.42), (0.50, 0.80), (0.26, 0.62), (0.08, 0.30)]
        fore = [
            (0.04, -0.05),
            (0.30, -0.52),
            (0.78, -0.80),
            (1.02, -0.66),
            (0.86, -0.18),
            (0.42, 0.08),
        ]
        for wing in (hind, fore):
            rim = place(spline(np.array(wing) * (side, 1), 60, closed=True))
            cloth.fill(cloth.mask([rim]), angle, ramp(tone, codes), 4.0, (14, 30), 0.05)
            cloth.chain(np.concatenate([rim, rim[:1]]), codes.split()[-1], 9, 2.6)
        dots = place([(side * 0.80, -0.58), (side * 0.74, -0.34), (side * 0.48, 0.52)])
        cloth.knots(dots, 4.2, rgb(spot))
        feeler = place(
            spline([(0.02 * side, -0.30), (0.10 * side, -0.62), (0.26 * side, -0.82)], 14)
        )
        cloth.stem(feeler, 2.2, "f2dfb0", 8)
        cloth.knots(feeler[-1:], 2.8, rgb("f2dfb0"))
    spine = place(np.linspace((0, -0.34), (0, 0.46), 20))
    half = size * 0.075 * np.sin(np.linspace(0.4, 3.0, 20)) ** 0.7
    cloth.satin(*rails(spine, half), shades("2b1a2e 7a4a2a 2b1a2e 7a4a2a 2b1a2e"), 3.8)


def bee(cloth: Cloth, centre: Array, size: float, tilt: float) -> None:
    """A striped satin body, knotted head and two pale looped wings."""
    turn = np.array(((np.cos(tilt), np.sin(tilt)), (-np.sin(tilt), np.cos(tilt))))
    for lean, reach in ((-2.15, 1.0), (-1.45, 1.1), (-1.8, 0.9)):
        out = np.array((np.cos(lean), np.sin(lean))) @ turn * size * reach
        cloth.loop(centre * cloth.unit, (centre + out) * cloth.unit, "dfeaf0", 3.0)
    spine = np.linspace((-0.75, 0.05), (0.55, 0.0), 24) @ turn * size + centre
    half = 0.34 * size * np.sin(np.linspace(0.25, 2.9, 24)) ** 0.7
    band = "f3b93a f3b93a 2a1c22 2a1c22 f3b93a f3b93a 2a1c22 2a1c22 f6c652 f6c652"
    cloth.satin(*rails(spine, half), shades(band), 3.6, 0.02)
    head = np.array((0.72, -0.02)) @ turn * size + centre
    cloth.knots(head[None], 5.2, rgb("2a1c22"))


def tree(cloth: Cloth, foot: Array, tall: float, codes: str) -> None:
    """A small teardrop tree in slanted satin with a stitched trunk."""
    cloth.sew([np.stack([foot, foot - (0, 0.4 * tall)]) * cloth.unit], 4.6, rgb("6b4030"))
    base, tip = foot - np.array((0, 0.18 * tall)), foot - np.array((0, tall))
    leaf(cloth, base, tip, 0.0, 0.26 * tall, codes)
