"""Comic halftone: a lighthouse, a trawler and a great wave in a thunderstorm."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from art.motifs.comic_coast import LAMP, draw_cottage, draw_lighthouse, draw_rocks, draw_trawler
from art.motifs.comic_sea import FOAM_SHADE, WHITE, breaker, far_sea, foam_row, rain, spray, swell
from art.tools.canvas import painting_of, save_painting, to_uint8
from art.tools.fields import smoothstep, spline
from art.tools.halftone import Panel, Tint, moved
from art.tools.outlines import disc
from art.tools.woodcut import claw, tapered

HEIGHT = 0.75  # of the width
HORIZON = 0.455
BACK = (
    (-0.12, 0.66), (-0.06, 0.48), (0.0, 0.345), (0.075, 0.245), (0.165, 0.190), (0.255, 0.190),
    (0.325, 0.235), (0.350, 0.300),
)  # fmt: skip
FACE = (
    (0.50, 0.640), (0.375, 0.590), (0.275, 0.520), (0.222, 0.440), (0.215, 0.365), (0.240, 0.305),
    (0.290, 0.280), (0.340, 0.318),
)  # fmt: skip


def draw_sky(panel: Panel) -> None:
    """A night sky that pales to the horizon, and to the flash of lightning."""
    everywhere = np.ones(panel.shape, np.float32)
    fall = smoothstep(0.10, HORIZON, panel.y)
    flash = np.exp(-(((panel.x - 0.475) / 0.105) ** 2) - ((panel.y - 0.26) / 0.24) ** 2)
    dim = 1 - 0.72 * flash
    panel.fill(everywhere, ((1.08 - 0.42 * fall) * dim, (0.72 - 0.56 * fall) * dim, 0.12 * flash))


def cloud_bank(
    panel: Panel, bumps: tuple[tuple[float, float, float], ...], tint: Tint, dark: float
) -> None:
    """A bank of thunderclouds: lobes (x, y, radius), spot blacks on top, feathered shading."""
    rng = panel.rng
    lobes = [disc((x, y), r, 0.82) for x, y, r in bumps]
    for x, y, r in bumps:
        for _ in range(5):
            turn = rng.uniform(-0.4, np.pi + 0.4)
            edge = (x + 0.85 * r * np.cos(turn), y + 0.70 * r * np.sin(turn))
            lobes.append(disc(edge, r * rng.uniform(0.25, 0.42), 0.85))
    mask = panel.draw(lobes, tint, 5.0)
    core = panel.mask([disc((x, y - 0.52 * r), dark * r, 0.72) for x, y, r in bumps])
    panel.ink(core * mask)
    for x, y, r in bumps:
        turns = np.linspace(0.15, np.pi - 0.15, 40)
        rim = np.stack(
            [x + dark * r * np.cos(turns), y - 0.52 * r + 0.72 * dark * r * np.sin(turns)], 1
        )
        panel.feather(rim, 0.42 * r, 0.0075, -1.0, mask, 0.35)
        low = np.linspace(0.5, 2.4, 20) + rng.uniform(-0.3, 0.3)
        arcs = [
            np.stack([x + s * r * np.cos(low), y + 0.8 * s * r * np.sin(low)], 1)
            for s in (0.66, 0.8)
        ]
        panel.ink(mask * panel.mask([tapered(arc, 0.0028, 0.8) for arc in arcs]))


def draw_clouds(panel: Panel) -> None:
    """Two banks of cloud across the top, the nearer one almost black."""
    far = ((0.03, 0.115, 0.085), (0.36, 0.105, 0.075), (0.27, 0.075, 0.080), (0.60, 0.110, 0.080),
           (0.52, 0.065, 0.070), (0.86, 0.125, 0.085), (0.99, 0.150, 0.090))  # fmt: skip
    cloud_bank(panel, far, (0.52, 0.40, 0.0), 0.58)
    near = ((-0.01, 0.025, 0.085), (0.12, 0.040, 0.085), (0.25, 0.005, 0.070), (0.37, 0.030, 0.070),
            (0.58, 0.020, 0.070), (0.69, 0.035, 0.075), (0.81, 0.020, 0.080), (0.93, 0.045, 0.085),
            (1.01, 0.050, 0.080))  # fmt: skip
    cloud_bank(panel, near, (1.0, 0.60, 0.0), 0.86)


def draw_lightning(panel: Panel) -> None:
    """A forked bolt, white-hot at its heart."""
    trunk = np.array(((0.455, 0.02), (0.497, 0.120), (0.452, 0.152), (0.508, 0.245), (0.466, 0.270),
                      (0.505, 0.345), (0.482, 0.358), (0.496, 0.450)))  # fmt: skip
    forks = (
        (trunk, 0.034),
        (np.array(((0.505, 0.235), (0.552, 0.275), (0.542, 0.298), (0.590, 0.350))), 0.018),
        (np.array(((0.455, 0.148), (0.408, 0.192), (0.424, 0.212), (0.385, 0.262))), 0.018),
        (np.array(((0.500, 0.335), (0.535, 0.372), (0.528, 0.392), (0.552, 0.430))), 0.013),
    )
    shapes = []
    for path, width in forks:
        half = width / 2 * np.linspace(1.0, 0.05, len(path))[:, None]
        side = half * np.array((1.0, 0.35))
        shapes.append(np.concatenate([path - side, (path + side)[::-1]]))
    bolt = panel.draw(shapes, (0.0, 0.0, 0.55), 4.6)
    panel.tint(smoothstep(0.6, 1.0, ndimage.gaussian_filter(bolt, 2.2 * panel.scale)), WHITE)


def draw_beam(panel: Panel) -> None:
    """The lamp's two beams: yellow takes the place of the blues they cross."""
    for far, thin, wide in ((-0.10, 0.060, 0.335), (1.10, 0.175, 0.330)):
        beam = panel.mask([((LAMP[0], LAMP[1] - 0.012), (far, thin), (far, wide),
                            (LAMP[0], LAMP[1] + 0.012))])  # fmt: skip
        away = np.abs(panel.x - LAMP[0])
        fade = 1 - 0.55 * smoothstep(0.0, 0.85, away)
        cyan, magenta, _ = (panel.tints[..., k] for k in range(3))
        soft: Tint = (
            cyan * (0.30 - 0.25 * fade),
            magenta * (0.35 - 0.30 * fade),
            0.25 + 0.75 * fade,
        )
        box = panel.key * beam
        panel.tint(beam, soft)
        panel.key -= 0.80 * box * smoothstep(0.55, 0.05, away)
        rays = []
        for share in np.linspace(0.06, 0.94, 9):
            end = np.array((far, thin + (wide - thin) * share))
            start = np.array(LAMP)
            run = np.linspace(panel.rng.uniform(0.10, 0.3), panel.rng.uniform(0.5, 1.0), 12)[
                :, None
            ]
            rays.append(start + run * (end - start))
        panel.lines(rays, 2.6)


def draw_burst(panel: Panel) -> None:
    """The sea exploding against the rock: hooked tongues over a boiling foot."""
    rng = panel.rng
    for count, reach, low in ((13, 0.185, 0.0), (10, 0.115, 0.018)):
        shapes, spines = [], []
        for share in np.linspace(0, 1, count):
            heading = -np.pi / 2 + (share - 0.48) * 2.1
            root = np.array((0.572 + 0.075 * (share - 0.5), 0.608 + low))
            length = reach * rng.uniform(0.70, 1.15) * (1 - 0.5 * abs(share - 0.45))
            tongue = claw(root, heading, length, 1.5 * (share - 0.45), 0.036)
            shapes.append(tongue)
            spines.append((tongue[2:13] + tongue[::-1][2:13]) / 2)
            shapes.append(claw(root, heading + 0.22, 0.7 * length, 2.2 * (share - 0.5), 0.028))
        mask = panel.draw(shapes, WHITE, 4.2)
        shade = panel.mask([moved(shape, 0.006, 0.005) for shape in shapes])
        panel.tint(mask * (1 - ndimage.shift(shade, (0, -9 * panel.scale), order=1)), FOAM_SHADE)
        panel.ink(mask * panel.mask([tapered(spine, 0.0026, 0.8) for spine in spines]))
    rim = np.stack(
        [np.linspace(0.50, 0.64, 30), 0.628 - 0.02 * np.sin(np.linspace(0, np.pi, 30))], 1
    )
    foam_row(panel, rim, 0.020, None, 3.6, 0.6)
    for lean in (-0.55, 0.0, 0.5):
        crown = np.array((0.570, 0.575)) + np.linspace(0.4, 1, 12)[:, None] * (0.13 * lean, -0.10)
        spray(panel, crown, 0.055, 34, (lean, -1.0))


def draw_water(panel: Panel) -> None:
    """The breaker with its lip of foam, the boat before it, the burst and two near swells."""
    back, face = spline(BACK, 220), spline(FACE, 220)
    breaker(panel, back, face)
    for low, size in ((0.16, 0.016), (0.05, 0.022)):
        row = back + (face - back) * low
        foam_row(panel, row[95:], size, [tapered(row[95:], 0.012, 0.4)], 3.6, 1.3)
    foam_row(panel, moved(face[188:], 0.004, 0.004), 0.021, None, 3.6, -1.2)
    spray(panel, back[110:], 0.050, 90, (0.55, -0.8))
    swell(panel, ((-0.1, 0.640), (0.10, 0.610), (0.27, 0.585), (0.42, 0.572), (0.56, 0.625),
                  (0.70, 0.655), (0.85, 0.640), (1.1, 0.665)), 0.80, 0.013, 0.40)  # fmt: skip


def draw_frame(panel: Panel) -> None:
    """Bare paper around the panel, and a heavy ruled border."""
    rim = np.minimum.reduce([panel.x, 1 - panel.x, panel.y, HEIGHT - panel.y])
    rim = rim + 0.0012 * (panel.grain(130) - 0.5)
    panel.fill((rim < 0.014).astype(np.float32), WHITE)
    panel.ink(np.clip((0.0026 - np.abs(rim - 0.0155)) * panel.unit + 0.5, 0, 1))


def paint(seed: int = 6, longer_side: int = 1280) -> NDArray[np.uint8]:
    """Draw the panel and print it; returns uint8 RGB (H, W, 3)."""
    panel = Panel(np.random.default_rng(seed), longer_side, HEIGHT)
    draw_sky(panel)
    draw_clouds(panel)
    draw_beam(panel)
    draw_lightning(panel)
    far_sea(panel, HORIZON, 0.68)
    draw_water(panel)
    draw_rocks(panel)
    draw_cottage(panel)
    draw_lighthouse(panel)
    draw_trawler(panel)
    draw_burst(panel)
    swell(panel, ((-0.1, 0.700), (0.08, 0.668), (0.22, 0.640), (0.38, 0.650), (0.55, 0.690),
                  (0.72, 0.700), (0.88, 0.672), (1.1, 0.640)), 0.80, 0.017, 0.45)  # fmt: skip
    rain(panel, 260)
    draw_frame(panel)
    return to_uint8(panel.press())


if __name__ == "__main__":
    save_painting(paint(), painting_of(__file__))
