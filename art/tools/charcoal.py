"""Charcoal, red and white chalk on toned laid paper: rubbed tones and grainy hatching."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image, ImageDraw
from scipy import ndimage

from art.tools.canvas import mix, rgb
from art.tools.fields import Array, blade, coverage, smoothstep
from art.tools.hatching import sample, streamlines
from art.tools.support import Support

PAPER, STICKS = "d8c39c", {"white": "f6f0e0", "red": "9c4a2c", "black": "1a1716"}


class Sheet(Support):
    """The drawing in progress: how much of each stick, (H, W) in 0..1, lies on the paper.

    Shapes are in units of the longer side; widths and lengths in pixels of a 1280 sheet.
    """

    def __init__(self, seed: int, unit: int, height: float) -> None:
        super().__init__(np.random.default_rng(seed), unit, (1.0, height))
        self.tooth = self._tooth()
        self.laid = {stick: np.zeros(self.shape, np.float32) for stick in STICKS}

    def mask(self, shapes: Sequence[ArrayLike]) -> Array:
        """Coverage (H, W) of the union of polygons in units."""
        return coverage(self.shape, 1, [np.asarray(shape) * self.unit for shape in shapes])

    def _tooth(self) -> Array:
        """Height of the paper (H, W), 0..1: fibres, close laid lines and sparse chain lines."""
        sway = 0.0016 * (self.grain(300) - 0.5)
        laid = np.cos((self.y + sway) * 1280 * 2 * np.pi / 5.2)
        chain = np.cos((self.x + sway) * 1280 * 2 * np.pi / 74.0)
        lines = 0.5 + 0.5 * laid - 0.5 * smoothstep(0.93, 1.0, chain)
        grain = 0.6 * self.grain(2.3, 1) + 0.4 * self.grain((3.2, 6.0), 2)
        return np.clip(0.30 * lines + 0.78 * grain - 0.05, 0.0, 1.0).astype(np.float32)

    def press(self, stick: str, pressure: Array) -> None:
        """Drag a stick over the tooth: light pressure (H, W, 0..1) catches only the high grain."""
        caught = smoothstep(0.52, 0.92, pressure + 0.5 * self.tooth) * np.minimum(1, 4 * pressure)
        self.laid[stick] += caught * 0.94 * (1.0 - self.laid[stick])

    def rub(self, stick: str, tone: Array, amount: float) -> None:
        """Smudge a soft tone (H, W) into the paper with a finger, hardly minding the tooth."""
        soft = ndimage.gaussian_filter(tone, 2.5 * self.scale)
        laid = np.clip(amount * soft * (0.72 + 0.56 * self.tooth), 0, 0.95)
        self.laid[stick] += laid * (1.0 - self.laid[stick])

    def smudge(self, mask: Array, amount: float) -> None:
        """Rub the charcoal inside ``mask`` with a stump: the marks soften and spread."""
        black = self.laid["black"]
        soft = ndimage.gaussian_filter(black, 3.5 * self.scale)
        black += amount * mask * (soft - black)

    def lift(self, mask: Array, amount: float = 0.85) -> None:
        """Take charcoal off with a kneaded eraser."""
        self.laid["black"] *= 1.0 - amount * mask * (1.1 - 0.4 * self.tooth)

    def draw(
        self, stick: str, paths: list[Array], widths: ArrayLike, pressures: ArrayLike,
        within: Array | None = None, swell: float = 0.6,
    ) -> None:  # fmt: skip
        """Strokes along ``paths`` (each (K, 2) px): full widths in px of 1280, pressures 0..1."""
        fine, count = 2, len(paths)
        image = Image.new("L", (self.shape[1] * fine, self.shape[0] * fine))
        pen = ImageDraw.Draw(image)
        widths, pressures = (np.broadcast_to(v, count) for v in (widths, pressures))
        for i in np.argsort(pressures):
            along = np.linspace(0.06, 0.97, len(paths[i]))
            half = 0.5 * widths[i] * self.scale * np.sin(np.pi * along) ** swell
            corners = blade(paths[i], half) * fine
            pen.polygon(corners.ravel().tolist(), fill=int(np.clip(pressures[i], 0, 1) * 255))
        pressure = np.asarray(image.reduce(fine), np.float32) / 255.0
        self.press(stick, pressure if within is None else pressure * within)

    def hatch(
        self, stick: str, mask: Array, tone: Array, angle: Array, spacing: float, width: float,
        length: tuple[float, float] = (26.0, 80.0), span: tuple[float, float] = (0.1, 0.9),
    ) -> None:  # fmt: skip
        """Hatch ``mask`` along ``angle``, harder where ``tone`` (H, W) is high.

        Pressure rises from nothing at the first tone of ``span`` to full at the last.
        """
        low, high = span
        where = mask * (tone > low)
        reach = (length[0] * self.scale, length[1] * self.scale)
        lines = streamlines(angle, where, spacing * self.scale, reach, self.rng, 11 * self.scale)
        force = np.array([np.median(sample(tone, line)) for line in lines])
        force = 0.22 + 0.70 * (force - low) / (high - low) + self.rng.normal(0, 0.08, len(lines))
        widths = (
            width * (0.7 + 0.5 * np.clip(force, 0, 1)) * self.rng.uniform(0.75, 1.3, len(lines))
        )
        self.draw(stick, lines, widths, force, ndimage.gaussian_filter(mask, 0.8 * self.scale))

    def finish(self) -> Array:
        """Colours (H, W, 3) of the sheet under an even light."""
        cloud, fleck = self.grain(160), self.grain((3, 9), 1)
        tone = 0.94 + 0.09 * cloud + 0.11 * (self.tooth - 0.5) + 0.04 * (fleck - 0.5)
        colour = (rgb(PAPER) * tone[..., None]).astype(np.float32)
        for stick, code in STICKS.items():
            colour = mix(colour, rgb(code) * np.ones_like(colour), self.laid[stick])
        return colour


class Scene:
    """What is to be drawn: ``tone`` (0 paper .. 1 black), ``chalk`` and ``angle``, all (H, W)."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.tone, self.chalk, self.angle = (np.zeros(sheet.shape, np.float32) for _ in range(3))

    def put(
        self, mask: Array, tone: Array | float, chalk: Array | float, angle: Array | float
    ) -> None:
        """Cover ``mask`` with new values."""
        self.tone += mask * (tone - self.tone)
        self.chalk += mask * (chalk - self.chalk)
        self.angle = np.where(mask > 0.5, angle, self.angle).astype(np.float32)

    def puff(
        self, centre: tuple[float, float], reach: float, ragged: Array, tones: tuple[float, float],
        chalk: float, solid: float = 1.0,
    ) -> None:  # fmt: skip
        """A rounded mass (cloud or leaves) lit from the upper right, hatched round its form."""
        sheet = self.sheet
        x0, x1 = (int(np.clip((centre[0] + s * 1.5 * reach) * sheet.unit, 0, sheet.shape[1]))
                  for s in (-1, 1))  # fmt: skip
        y0, y1 = (int(np.clip((centre[1] + s * 1.5 * reach) * sheet.unit, 0, sheet.shape[0]))
                  for s in (-1, 1))  # fmt: skip
        box = slice(y0, y1), slice(x0, x1)
        dx, dy = (sheet.x[box] - centre[0]) / reach, (sheet.y[box] - centre[1]) / reach
        away = np.hypot(dx, dy) + ragged[box]
        mask = smoothstep(1.02, 0.88, away) * solid
        light = np.clip(0.5 + 0.55 * (0.55 * dx - 0.85 * dy) + 0.3 * ragged[box], 0, 1)
        tone = tones[0] + (tones[1] - tones[0]) * light
        self.tone[box] += mask * (tone - self.tone[box])
        rim = smoothstep(0.55, 1.0, light) * chalk
        self.chalk[box] += mask * (rim - self.chalk[box])
        turn = np.arctan2(dx + 0.35, 1.15 - dy) + 0.5 * ragged[box]
        self.angle[box] = np.where(mask > 0.5, turn, self.angle[box])


def draw_tones(scene: Scene, mask: Array, spacing: float, turn: float) -> None:
    """Rub, then hatch and cross-hatch ``mask`` until its tones are reached."""
    sheet, tone, angle = scene.sheet, scene.tone, scene.angle
    sheet.rub("black", tone**1.25 * mask, 0.72)
    sheet.rub("white", scene.chalk * mask, 0.5)
    light = scene.chalk * mask
    sheet.hatch("white", mask, light, angle, spacing, 5.0, (24, 70), (0.22, 0.95))
    sheet.hatch("black", mask, tone, angle, 1.15 * spacing, 6.0, (26, 90), (0.14, 1.05))
    sheet.smudge(mask, 0.45)
    sheet.hatch("black", mask, tone, angle, spacing, 3.4, (20, 70), (0.22, 1.0))
    sheet.hatch("black", mask, tone, angle + turn, spacing, 3.6, (20, 60), (0.46, 1.05))
    sheet.hatch("black", mask, tone, angle - 0.8 * turn, spacing * 0.9, 4.2, (16, 44), (0.66, 1.0))
