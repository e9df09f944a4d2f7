"""A small bright bird in long-and-short stitch, with a wing and tail of satin feathers."""

import numpy as np
from numpy.typing import ArrayLike

from art.motifs.stitched_flowers import petal, rails, shades
from art.tools.canvas import ramp, rgb
from art.tools.fields import Array, blade, spline
from art.tools.stitches import Cloth

BODY = (
    (0.505, -0.285), (0.470, -0.400), (0.360, -0.460), (0.230, -0.420), (0.080, -0.270),
    (-0.200, -0.090), (-0.520, 0.110), (-0.500, 0.190), (-0.250, 0.260), (0.020, 0.300),
    (0.250, 0.240), (0.430, 0.060), (0.490, -0.130),
)  # fmt: skip
# root, tip and half width of each wing feather, the hindmost first
WING = (
    ((-0.05, 0.06), (-0.62, 0.230), 0.045), ((0.00, 0.03), (-0.66, 0.150), 0.048),
    ((0.06, 0.00), (-0.60, 0.070), 0.050), ((0.12, 0.10), (-0.34, 0.215), 0.048),
    ((0.16, 0.05), (-0.36, 0.130), 0.050), ((0.20, -0.02), (-0.32, 0.040), 0.052),
    ((0.26, 0.06), (-0.06, 0.135), 0.048), ((0.27, -0.01), (-0.06, 0.050), 0.050),
    ((0.24, -0.08), (-0.04, -0.030), 0.046),
)  # fmt: skip


def bird(cloth: Cloth, centre: tuple[float, float], size: float) -> None:
    """Sew the bird, looking to the right; ``size`` is about its length without the tail."""

    def place(points: ArrayLike) -> Array:
        """Move bird coordinates into the picture."""
        return np.asarray(points, float) * size + centre

    for lift, code in ((0.10, "12345e 1f5f86"), (0.0, "1f5f86 3fa0a8"), (-0.07, "12345e 2a7a98")):
        root, tip = place((-0.40, 0.13)), place((-1.10 - lift, 0.42 + lift))
        petal(cloth, root, tip, 0.058 * size, code, 1.5)
    for x in (0.02, 0.14):
        leg = place(spline([(x, 0.26), (x + 0.02, 0.40), (x + 0.06, 0.50)], 10))
        cloth.stem(leg, 3.0, "d98a3a", 9)
    x, y = (cloth.x - centre[0]) / size, (cloth.y - centre[1]) / size
    body = cloth.mask([place(spline(BODY, 140, closed=True))])
    across = 0.52 * x + 0.85 * y + 0.10
    wave = 0.04 * np.sin(x * 26)
    tone = np.clip((across + wave + 0.12) / 0.52, 0, 1)
    coat = ramp(tone, "1c4a80 2278a0 46b4b0 f6b04a f0703c e24a3a f6d8a8")
    face = np.exp(-(((x - 0.50) / 0.16) ** 2) - (((y + 0.20) / 0.13) ** 2))[..., None]
    coat = coat + (rgb("e2463a") - coat) * np.clip(1.4 * face, 0, 1)
    flow = 2.60 - 0.9 * np.clip(x, -0.2, 0.5) * (y + 0.4) + 0.7 * np.clip(y + 0.1, -0.4, 0.4)
    cloth.fill(body, flow, coat, 4.2, (14, 26), 0.05)
    rim = place(spline(BODY, 140, closed=True))
    cloth.stem(rim[10:78], 3.0, "123a6a", 12)
    cloth.stem(rim[78:], 3.0, "a8342c", 12)
    for k, (root, tip, half) in enumerate(WING):
        codes = ("173a70 2c86ac", "0f2a58 3fa6b0", "1f5c92 8fd8c8")[k // 3]
        petal(cloth, place(root), place(tip), half * size * 1.15, codes, 1.3)
        edge = place(np.linspace(root, tip, 12)) + np.array((0, 0.9 * half * size))
        if k // 3 == 0:
            cloth.stem(edge[4:], 2.6, "f6d27a", 10)
    bill = place(spline([(0.485, -0.295), (0.60, -0.275), (0.70, -0.235)], 14))
    cloth.satin(*rails(bill, size * np.linspace(0.055, 0.004, 14)), shades("f0a838 ffd870"), 3.2)
    turns = np.linspace(0, 2 * np.pi, 11)
    ring = np.stack([0.385 + 0.052 * np.cos(turns), -0.305 + 0.052 * np.sin(turns)], 1)
    cloth.stem(place(ring), 2.8, "fff0cc", 7)
    cloth.knots(place([(0.385, -0.305)]), 5.4, rgb("160f1c"), 0.0)
    cloth.knots(place([(0.378, -0.318)]), 1.6, rgb("fffaf0"), 0.0)


def perch(cloth: Cloth, spine: Array, wide: float) -> None:
    """A woody stem in satin across its width, with a chain along the lit side."""
    half = wide * np.linspace(1.0, 0.25, len(spine))
    cloth.satin(*rails(spine, half), shades("5a3428 7c4c30 8a5a38"), 4.4)
    edge = blade(spine, 0.9 * half)[: len(spine)]
    cloth.stem(edge, 3.0, "c08a50", 13)
