"""A phoenix over a flowering garden: a brown, indigo and red batik."""

import numpy as np
from numpy.typing import NDArray

from art.tools.batik import DARK, WAX, Cloth, dots, echoes, fan, finish, lines, scales
from art.tools.canvas import painting_of, ramp, save_painting, to_uint8
from art.tools.fields import Array, Points, smoothstep, spline
from art.tools.outlines import drop, ellipse, leaf, ribbon, turned

SIZE = (0.8, 1.0)
FRAME = 0.046
INDIGO, BLUE = "16204a 1f3468 2c4a88", "2c4a88 4a74b0 88a8cc"
RED, ROSE = "6a1a1c 98302a b84a36", "a83a30 cc6a4a e8a878"
SOGA, OCHRE = "5a2c16 84481e a8662a", "a8682a cc9038 e8bc68"
LEAF = "2a3f4a 3f6460 6f9078"


def set_ground(cloth: Cloth) -> None:
    """The soga-brown ground, deepening to indigo at the lower left."""
    fall = 0.62 * cloth.y + 0.38 * (1 - cloth.x / SIZE[0])
    tone = smoothstep(0.1, 0.95, fall) + 0.5 * (cloth.mottle - 0.5)
    cloth.colour[:] = ramp(tone, "7a3a1c 6a2e1e 4a2430 2a2448 1a2250")


def flower(cloth: Cloth, x: float, y: float, size: float, turn: float, codes: list[str]) -> None:
    """A peony of three rings of rayed petals about a dotted heart."""
    rings = ((8, 0.62, 0.86, 0.66, 0.0), (7, 0.40, 0.66, 0.52, 0.4), (5, 0.20, 0.42, 0.38, 0.1))
    for (count, reach, long, wide, shift), code in zip(rings, codes, strict=True):
        for turn_at in turn + shift + np.arange(count) * 2 * np.pi / count:
            place = (x + reach * size * np.cos(turn_at), y + reach * size * np.sin(turn_at))
            cloth.shape_in(petal(place, long * size, wide * size, turn_at), code,
                           fan(0.16, 0.30 * size * 1280), turn_at, (x, y))  # fmt: skip
    cloth.shape_in(ellipse((x, y), (0.17 * size, 0.17 * size)), OCHRE, dots(6.4, 1.6), ink=DARK)


def petal(place: tuple[float, float], long: float, wide: float, turn: float) -> Array:
    """A broad petal (N, 2) about ``place`` with a notched tip towards ``turn``."""
    u = np.array((-0.5, -0.25, 0.15, 0.42, 0.50, 0.43, 0.50, 0.42, 0.15, -0.25)) * long
    v = np.array((0.0, 0.28, 0.50, 0.36, 0.16, 0.0, -0.16, -0.36, -0.50, -0.28)) * wide
    return spline(turned(u, v, place, turn), 60, closed=True)


def bud(cloth: Cloth, x: float, y: float, size: float, turn: float) -> None:
    """A closed bud of three petals in a green cup."""
    for lean, code in ((-0.45, RED), (0.45, RED), (0.0, ROSE)):
        cloth.shape_in(drop((x + 0.4 * size * np.cos(turn + lean),
                             y + 0.4 * size * np.sin(turn + lean)), size, 0.6 * size,
                            turn + lean + np.pi), code, fan(0.2, 6), turn, (x, y))  # fmt: skip
    for lean in (-0.8, 0.8, 0.0):
        cloth.shape_in(leaf((x, y), 0.5 * size, 0.26 * size, turn + lean), LEAF)


def bough(cloth: Cloth, points: Points, leaves: tuple[float, ...], size: float) -> None:
    """A stem with leaves at the shares ``leaves``, to alternate sides."""
    curve = spline(points, 101)
    cloth.shape_in(ribbon(points, (0.013, 0.011, 0.007), 90), SOGA, line=3.6)
    codes = (LEAF, BLUE, OCHRE, LEAF, INDIGO)
    for i, share in enumerate(leaves):
        at = min(int(share * 100), 99)
        step = curve[at + 1] - curve[max(at - 1, 0)]
        side = 1 if i % 2 else -1
        turn = float(np.arctan2(step[1], step[0])) + 0.85 * side
        large = size * (0.85 + 0.3 * cloth.rng.random())
        _leaf(cloth, tuple(curve[at]), large, turn, -0.22 * side, codes[i % 5])


def _leaf(
    cloth: Cloth, root: tuple[float, float], size: float, turn: float, bend: float, codes: str
) -> None:
    """One leaf: a half of lines, a half of dots, and a waxed midrib."""
    whole = leaf(root, size, 0.46 * size, turn, bend)
    cloth.shape_in(whole, codes, lines(6.5, 2.0, 5.5), turn + 0.5, root)
    rib = (whole[:30] + whole[:29:-1]) / 2
    half = np.concatenate([whole[:30], rib[::-1]])
    cloth.shape_in(half, codes, dots(7.2, 1.7), turn, root, line=3.0)


def wing(
    cloth: Cloth, root: tuple[float, float], turns: tuple[float, float], size: float, bend: float
) -> None:
    """A spread wing: long quills, coverts in two rows, and a scaled shoulder."""
    first, last = turns
    rows = ((9, 1.0, 0.150, (INDIGO, BLUE)), (7, 0.70, 0.150, (RED, ROSE)),
            (6, 0.47, 0.145, (OCHRE, SOGA)), (5, 0.30, 0.150, (LEAF, BLUE)))  # fmt: skip
    for count, reach, wide, codes in rows:
        for i, turn in enumerate(np.linspace(first, last, count)):
            share = i / (count - 1)
            long = size * reach * (1.0 - 0.30 * share)
            quill = _quill(root, long, wide * size * (1.15 - 0.25 * reach), turn, bend)
            cloth.shape_in(quill, codes[i % 2], lines(7.0, 2.2, 6.0), turn, root,
                           beads=WAX if reach == 1.0 else "")  # fmt: skip
    heading = (first + last) / 2
    place = (root[0] + 0.05 * size * np.cos(heading), root[1] + 0.05 * size * np.sin(heading))
    cloth.shape_in(drop(place, 0.30 * size, 0.22 * size, heading), RED, scales(11), heading,
                   line=4.0)  # fmt: skip


def _quill(root: tuple[float, float], long: float, wide: float, turn: float, bend: float) -> Array:
    """A rounded flight feather (N, 2) that curves by ``bend``."""
    share = np.linspace(0, 1, 34)
    half = (
        0.5
        * wide
        * np.minimum(0.35 + 0.9 * share, 1)
        * np.sqrt(np.clip(1 - np.maximum((share - 0.82) / 0.18, 0) ** 2, 0, 1))
    )
    arc = bend * long * share**2
    u = np.concatenate([share, share[::-1]]) * long
    return turned(u, np.concatenate([arc + half, (arc - half)[::-1]]), root, turn)


TAIL = (
    (((0.47, 0.50), (0.475, 0.62), (0.42, 0.70), (0.435, 0.80)), RED),
    (((0.51, 0.49), (0.61, 0.525), (0.70, 0.50), (0.725, 0.415)), RED),
    (((0.48, 0.50), (0.535, 0.62), (0.535, 0.72), (0.565, 0.805)), OCHRE),
    (((0.50, 0.50), (0.61, 0.565), (0.70, 0.58), (0.725, 0.655)), OCHRE),
    (((0.49, 0.50), (0.575, 0.59), (0.625, 0.68), (0.695, 0.775)), INDIGO),
)


def tail(cloth: Cloth) -> None:
    """Five long plumes that end in eyes and curls."""
    for points, codes in TAIL:
        curve = spline(points, 60)
        for i in range(16, 56, 4):
            step = curve[i + 1] - curve[i - 1]
            turn = float(np.arctan2(step[1], step[0]))
            for side in (-1, 1):
                barb = leaf(tuple(curve[i]), 0.064, 0.021, turn + 0.80 * side, -0.35 * side)
                cloth.shape_in(barb, (BLUE, LEAF, ROSE)[(i // 4) % 3], line=3.2)
        cloth.shape_in(ribbon(points, (0.022, 0.024, 0.021, 0.014), 80), codes, echoes(7.0, 1.8))
        end, step = curve[-1], curve[-1] - curve[-4]
        turn = float(np.arctan2(step[1], step[0]))
        for size, code in ((0.088, OCHRE), (0.062, RED), (0.038, INDIGO)):
            beads = DARK if size > 0.08 else ""
            cloth.shape_in(drop(tuple(end), size, 0.84 * size, turn), code, beads=beads)
        cloth.shape_in(ellipse(tuple(end), (0.007, 0.007)), OCHRE, line=3.2)


def phoenix(cloth: Cloth) -> None:
    """The bird: far wing, tail, body and neck in scales, near wing, head and crest."""
    wing(cloth, (0.365, 0.445), (2.95, 1.75), 0.295, 0.16)
    tail(cloth)
    spine = ((0.525, 0.525), (0.455, 0.490), (0.375, 0.435), (0.310, 0.370), (0.290, 0.305),
             (0.262, 0.258), (0.232, 0.240))  # fmt: skip
    widths = (0.026, 0.085, 0.116, 0.076, 0.046, 0.038, 0.036)
    cloth.shape_in(ribbon(spine, widths, 110), "9a5420 cc8c38 ecc070 f8e0a8", scales(17), 0.66,
                   ink="4a2414")  # fmt: skip
    for i, (share, size) in enumerate(((58, 0.050), (66, 0.046), (74, 0.042))):
        place = spline(spine, 100)[share]
        for side in (-0.9, 0.0, 0.9):
            cloth.shape_in(leaf(tuple(place), size, 0.4 * size, 0.95 + side), (RED, ROSE)[i % 2],
                           fan(0.3, 8, 4), 0.95 + side, tuple(place), line=3.2)  # fmt: skip
    for i, lean in enumerate((-0.85, 0.85, -0.42, 0.42, 0.0)):
        cloth.shape_in(leaf((0.468, 0.497), 0.090, 0.034, 0.62 + lean), (ROSE, RED, LEAF)[i // 2],
                       fan(0.12, 14, 4), 0.62 + lean, (0.468, 0.497), line=3.6)  # fmt: skip
    wing(cloth, (0.400, 0.430), (-1.85, -0.42), 0.330, 0.16)
    head(cloth)


def head(cloth: Cloth) -> None:
    """Crest plumes, wattle, bill and eye."""
    crest = (((0.240, 0.232), (0.275, 0.190), (0.325, 0.185), (0.345, 0.215)),
             ((0.235, 0.228), (0.255, 0.165), (0.300, 0.130), (0.335, 0.140)),
             ((0.228, 0.226), (0.225, 0.160), (0.245, 0.110), (0.275, 0.098)))  # fmt: skip
    for points, codes in zip(crest, (RED, OCHRE, RED), strict=True):
        cloth.shape_in(ribbon(points, (0.012, 0.018, 0.014, 0.006)), codes, line=3.6)
        cloth.shape_in(drop(points[-1], 0.036, 0.030, 0.3), BLUE, line=3.6)
    for x, y, turn in ((0.212, 0.280, 1.7), (0.230, 0.283, 1.35)):
        cloth.shape_in(drop((x, y), 0.046, 0.026, turn), RED, line=3.6)
    upper = np.concatenate(
        [
            spline(((0.224, 0.222), (0.182, 0.224), (0.146, 0.268)), 24),
            spline(((0.146, 0.268), (0.178, 0.248), (0.222, 0.248)), 24),
        ]
    )
    lower = np.concatenate(
        [
            spline(((0.218, 0.246), (0.190, 0.248), (0.170, 0.262)), 24),
            spline(((0.170, 0.262), (0.194, 0.264), (0.222, 0.260)), 24),
        ]
    )
    cloth.shape_in(lower, "98302a b84a36 cc6a4a", line=3.8)
    cloth.shape_in(upper, "cc9038 e8bc68 f4d890", line=4.2)
    cloth.shape_in(ellipse((0.233, 0.240), (0.029, 0.0235), 0.3), "b87a30 e0b060 f0d090",
                   line=4.0, beads="84481e")  # fmt: skip
    eye = leaf((0.214, 0.241), 0.030, 0.018, -0.22)
    cloth.shape_in(eye, "f6e8c6 fff6e0", line=2.6)
    cloth.spots(np.array([(0.2275, 0.2375)]) * cloth.unit, 6.2, DARK)
    cloth.spots(np.array([(0.2260, 0.2360)]) * cloth.unit, 1.8, WAX)


def florets(cloth: Cloth, places: Array) -> None:
    """Small four-petalled stars with a dotted heart, where the ground lies open."""
    for i, (x, y) in enumerate(places):
        size, turn = 0.026 * cloth.rng.uniform(0.85, 1.2), cloth.rng.uniform(0, 1.5)
        for quarter in turn + np.arange(4) * np.pi / 2:
            cloth.shape_in(leaf((x, y), size, 0.62 * size, quarter), (OCHRE, ROSE, BLUE)[i % 3],
                           line=3.2)  # fmt: skip
        cloth.spots(np.array([(x, y)]) * cloth.unit, 5.0, DARK)
        cloth.spots(np.array([(x, y)]) * cloth.unit, 2.4, WAX)


def set_garden(cloth: Cloth) -> None:
    """Boughs round the bird with peonies and buds."""
    boughs = (
        (((0.20, 0.80), (0.115, 0.66), (0.095, 0.52), (0.130, 0.40), (0.085, 0.28), (0.12, 0.13)),
         (0.10, 0.17, 0.25, 0.33, 0.41, 0.49, 0.57, 0.66, 0.75, 0.83)),
        (((0.12, 0.13), (0.22, 0.085), (0.34, 0.080), (0.46, 0.085), (0.58, 0.075), (0.69, 0.14)),
         (0.20, 0.29, 0.37, 0.45, 0.53, 0.61, 0.69, 0.78)),
        (((0.69, 0.14), (0.72, 0.24), (0.67, 0.33), (0.64, 0.42), (0.66, 0.47)),
         (0.34, 0.46, 0.58, 0.70, 0.82)),
        (((0.20, 0.80), (0.29, 0.71), (0.31, 0.62), (0.35, 0.56)), (0.36, 0.50, 0.64, 0.78, 0.9)),
        (((0.20, 0.80), (0.32, 0.835), (0.44, 0.815), (0.56, 0.835), (0.70, 0.81)),
         (0.30, 0.40, 0.50, 0.60, 0.70, 0.80, 0.90)),
    )  # fmt: skip
    for points, leaves in boughs:
        bough(cloth, points, leaves, 0.082)
    for x, y, turn in ((0.085, 0.395, 3.6), (0.345, 0.105, 1.3), (0.665, 0.455, 1.2),
                       (0.355, 0.575, -0.9), (0.475, 0.095, 1.7)):  # fmt: skip
        bud(cloth, x, y, 0.052, turn)
    flower(cloth, 0.200, 0.770, 0.104, 0.3, [RED, ROSE, "d8a070 f0d4a8 f6e8c6"])
    flower(cloth, 0.128, 0.138, 0.078, 0.9, [INDIGO, BLUE, "88a8cc c8d8e0 f6e8c6"])
    flower(cloth, 0.680, 0.150, 0.092, 0.1, [RED, ROSE, OCHRE])


def set_border(cloth: Cloth) -> None:
    """A frame of lozenges and a hem of tumpal triangles."""
    width, low = SIZE[0], 0.868
    for box in ((0, 0, width, FRAME), (0, 1 - FRAME, width, 1), (0, 0, FRAME, 1),
                (width - FRAME, 0, width, 1)):  # fmt: skip
        corners = np.array(((box[0], box[1]), (box[2], box[1]), (box[2], box[3]), (box[0], box[3])))
        cloth.shape_in(corners, "6a1a1c 7a2420", dots(7.0, 1.4), ink="cc9038")
    steps = [(FRAME / 2 + (width - FRAME) * i / 15, y) for i in range(16)
             for y in (FRAME / 2, 1 - FRAME / 2)]  # fmt: skip
    steps += [(x, FRAME / 2 + (1 - FRAME) * i / 19) for i in range(1, 19)
              for x in (FRAME / 2, width - FRAME / 2)]  # fmt: skip
    for i, (x, y) in enumerate(steps):
        lozenge = np.array(((x - 0.020, y), (x, y - 0.020), (x + 0.020, y), (x, y + 0.020)))
        cloth.shape_in(lozenge, (OCHRE, BLUE)[i // 2 % 2], echoes(6.0, 1.6), ink=DARK, line=4.0)
    hem = np.array(((FRAME, low), (width - FRAME, low), (width - FRAME, 1 - FRAME),
                    (FRAME, 1 - FRAME)))  # fmt: skip
    cloth.shape_in(hem, "5a2c16 6a3418", lines(8.0, 1.8), 0.785, ink="cc9038")
    count = 9
    pitch = (width - 2 * FRAME) / count
    for i in range(count):
        left, base = FRAME + i * pitch, 1 - FRAME - 0.002
        spire = np.array(((left + 0.002, base), (left + pitch / 2, low + 0.006),
                          (left + pitch - 0.002, base)))  # fmt: skip
        cloth.shape_in(spire, (RED, INDIGO)[i % 2], beads=WAX)
        heart = (left + pitch / 2, base - 0.008)
        for lean, long in ((-0.62, 0.030), (0.62, 0.030), (0.0, 0.052)):
            cloth.shape_in(leaf(heart, long, 0.017, lean - np.pi / 2), (OCHRE, BLUE)[i % 2],
                           line=3.2)  # fmt: skip


def paint(seed: int = 2, longer_side: int = 1280) -> NDArray[np.uint8]:
    """Dye, draw and crack the cloth; returns uint8 RGB (H, W, 3)."""
    cloth = Cloth(np.random.default_rng(seed), longer_side, SIZE)
    set_ground(cloth)
    set_garden(cloth)
    phoenix(cloth)
    set_border(cloth)
    florets(cloth, cloth.open_places(24, 34.0))
    cloth.fill_ground(np.ones(cloth.shape, bool), ("dcae64", "a8743c"))
    return to_uint8(finish(cloth))


if __name__ == "__main__":
    save_painting(paint(), painting_of(__file__))
