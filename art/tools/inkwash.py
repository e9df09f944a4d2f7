"""Ink wash on a hanging scroll: fibrous paper, mountains, texture strokes and moss dots."""

from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from art.tools.canvas import rgb
from art.tools.fields import Array, smoothstep, spline
from art.tools.watercolour import Sheet, leaf, sideways

INK = "23232b 2b2d35 352f30"
INDIGO, OCHRE, GREEN = "6a92ac 5f86a8 7aa0a8", "e0a868 d09060 e8bc88", "86b094 7aa08a 9ab88a"


class Scroll(Sheet):
    """Warm mulberry paper ``height`` times as tall as wide; units are its width."""

    def __init__(self, seed: int, width: int, height: float) -> None:
        super().__init__(seed, width, height, 0.0)
        self.height = height
        self.paper = "f3e4c4"
        self.tape = np.ones(self.shape, np.float32)
        tooth = 0.6 * self.noise(0.0032, octaves=1) + 0.4 * self.noise(0.0030, 0.0075, 1)
        self.valley = smoothstep(0.2, 0.8, tooth)
        self.lay_fibres()

    def lay_fibres(self) -> None:
        """Long pale and dark fibres, and a warm cloudiness, all over the bare paper."""
        fine = 2
        count = 2600
        for code, strength in (("b08a58", 0.30), ("7a5a40", 0.20)):
            image = Image.new("L", (self.shape[1] * fine, self.shape[0] * fine))
            draw = ImageDraw.Draw(image)
            starts = self.rng.uniform((0, 0), (1, self.height), (count, 2))
            turns = self.rng.uniform(0, np.pi, count)
            for start, turn in zip(starts, turns, strict=True):
                bend = turn + np.linspace(0, self.rng.normal(0, 1.6), 9)
                step = self.rng.uniform(0.0012, 0.0045)
                path = start + np.cumsum(np.stack([np.cos(bend), np.sin(bend)], 1) * step, 0)
                places = [tuple(p) for p in (path * self.unit * fine).tolist()]
                draw.line(places, fill=int(self.rng.uniform(60, 230)), width=fine - 1)
            fibre = np.asarray(image.reduce(fine), np.float32) / 255.0
            self.stain += -np.log(rgb(code)) * (fibre * strength)[..., None]
        cloudy = 0.5 * self.noise(0.30) + 0.3 * self.noise(0.02) + 0.2 * self.noise(0.006)
        edge = np.minimum.reduce([self.x, 1 - self.x, self.y, self.height - self.y])
        age = 0.16 * (cloudy - 0.3) + 0.20 * smoothstep(0.12, 0.0, edge + 0.06 * (cloudy - 0.5))
        self.stain += -np.log(rgb("c8965c")) * np.clip(age, 0, None)[..., None]

    def brush(
        self, path: Array, width: Array | float, strength: float = 0.9, dry: float = 0.0,
        codes: str = INK,
    ) -> None:  # fmt: skip
        """One calligraphic line (N, 2): hairs that start, part and end apart from each other."""
        path = np.asarray(path, np.float32)
        side = sideways(path)
        half = np.broadcast_to(np.asarray(width, np.float32), len(path))[:, None] / 2
        outlines = []
        for across in np.linspace(-1, 1, 9):
            a, b = np.sort(self.rng.uniform(0, 1, 2) ** (1 + 0.6 * (1 - dry)))
            first = round(0.25 * dry * a * len(path))
            last = len(path) - round((0.15 + 0.6 * dry) * (1 - b) * len(path) * abs(across))
            if last - first < 3:
                continue
            hair = (path + side * half * across * 0.85)[first:last]
            thick = float(half.mean()) * self.rng.uniform(0.24, 0.44) * (1.25 - 0.7 * dry)
            outlines.append(leaf(hair, thick * 2))
        window = self.window(path, 0.02)
        self.wash(self.shapes([*outlines, leaf(path, float(half.mean()) * 0.5)], window), codes,
                  strength, window, rim=0.5, grain=0.6, dry=0.45 * dry, rough=0.8)  # fmt: skip


@dataclass
class Peak:
    """A pillar of rock: ``centre`` and ``top`` of its summit, half width and foot (units).

    ``ink`` is its depth of tone (0..1), ``power`` its shape: low values make steep pillars.
    """

    centre: float
    top: float
    half: float
    foot: float
    ink: float
    power: float = 0.75
    lean: float = 0.0
    seed: int = 0

    def profile(self, share: Array, side: Array) -> Array:
        """The edge's distance from the axis (units) at ``share`` (0 top .. 1 foot) on a side."""
        rng = np.random.default_rng(self.seed)
        knots = np.linspace(0, 1, 19)
        ledges = np.cumsum(rng.exponential(1.0, (2, 19)) ** 1.7, 1)
        ledges = ledges / ledges[:, -1:]
        steps = 0.025 + knots**self.power * 0.55 + 0.45 * ledges
        left, right = (np.interp(share, knots, row) for row in steps)
        return self.half * np.where(side < 0, left, right)

    def buttresses(self, count: int) -> list["Peak"]:
        """Lower pillars (units) that lean on this one, each with its own crest."""
        rng = np.random.default_rng(self.seed + 77)
        tall, parts = self.foot - self.top, []
        for k, side in enumerate(np.linspace(-0.75, 0.75, count) if count > 1 else (-0.4,)):
            top = self.top + tall * (rng.uniform(0.16, 0.30) + 0.16 * abs(side) + 0.04 * (k % 2))
            half = self.half * rng.uniform(0.34, 0.50)
            centre = self.centre + self.half * side * rng.uniform(0.75, 1.0)
            parts.append(replace(self, centre=centre, top=top, half=half, power=0.6,
                                 foot=self.foot + 0.01, seed=self.seed * 10 + k))  # fmt: skip
        return sorted(parts, key=lambda part: part.top)

    def place(self, across: Array, share: Array) -> Array:
        """Points (N, 2) on the rock; ``across`` runs from -1 (left edge) to 1 (right edge)."""
        x = self.centre + self.lean * share + across * self.profile(share, across)
        return np.stack([x, self.top + (self.foot - self.top) * share], -1)

    def outline(self) -> Array:
        """The silhouette (N, 2) from the left foot over the summit to the right foot."""
        share = np.linspace(1, 0, 60)
        left = self.place(np.full(60, -1.0), share)
        right = self.place(np.full(60, 1.0), share[::-1])
        edge = np.concatenate([left, right])
        at, fine = np.arange(len(edge)), np.linspace(0, len(edge) - 1, 300)
        edge = np.stack([np.interp(fine, at, edge[:, k]) for k in (0, 1)], 1)
        rng = np.random.default_rng(self.seed + 1)
        rough = ndimage.gaussian_filter1d(rng.normal(0, 0.020, edge.shape), 2.5, axis=0)
        return (edge + rough * (0.25 + self.half)).astype(np.float32)


def paint_peak(sheet: Scroll, peak: Peak) -> None:
    """A rock from its pale first wash to its dark dry strokes; its foot is lost in mist."""
    edge = peak.outline()
    mask = sheet.shapes([np.concatenate([edge, edge[[-1, 0]] + np.array((0.0, 0.02))])])
    tall = peak.foot - peak.top
    level = (sheet.y - peak.top) / tall + 0.22 * (sheet.noise(0.05, 0.16) - 0.5)
    mist = smoothstep(0.98, 0.45, level)
    sheet.lift(mask * smoothstep(1.0, 0.80, level), 0.94)
    ink = peak.ink
    sheet.wash(mask, INK, 0.16 * ink, rim=2.2, grain=0.5, fade=mist)
    sheet.wash(mask, INDIGO, 0.64 * ink, wet=0.004, fade=mist * smoothstep(0.55, 0.0, level))
    warm = smoothstep(0.15, 0.45, level) * mist
    sheet.wash(mask * smoothstep(0.40, 0.55, sheet.noise(0.10)), OCHRE, 0.75 * ink, wet=0.008,
               fade=warm)  # fmt: skip
    shade = smoothstep(-0.2, 0.9, (sheet.x - peak.centre) / peak.half) * mist
    sheet.wash(mask, INK, 0.28 * ink, wet=0.003, fade=shade)
    inside = mist * smoothstep(0.1, 0.6, ndimage.gaussian_filter(mask, 1.5 * sheet.scale))
    paint_folds(sheet, peak, inside)
    paint_cun(sheet, peak, inside)
    paint_contour(sheet, peak, edge, mist)
    paint_moss(sheet, peak, mist)


def paint_folds(sheet: Scroll, peak: Peak, mist: Array) -> None:
    """Clefts that run down from the summit and part the rock into facets."""
    rng = sheet.rng
    for across in np.linspace(-0.75, 0.8, max(round(26 * peak.half), 3)):
        start = rng.uniform(0.02, 0.25) + 0.25 * abs(across)
        share = np.linspace(start, min(start + rng.uniform(0.25, 0.5), 0.95), 14)
        drift = across + 0.10 * np.cumsum(rng.normal(0, 0.5, 14))
        path = spline(peak.place(np.clip(drift, -0.95, 0.95), share), 40)
        width = 0.012 * np.linspace(1, 0.4, 40) * (0.5 + peak.half)
        outline = leaf(path, 0.030 * (0.5 + peak.half))
        window = sheet.window(outline, 0.03)
        sheet.wash(sheet.shapes([outline], window), INK, 0.34 * peak.ink, window, wet=0.003,
                   fade=mist)  # fmt: skip
        middle = path[20] * sheet.unit
        row, col = (
            int(np.clip(v, 0, n - 1)) for v, n in zip(middle[::-1], sheet.shape, strict=True)
        )
        sheet.brush(path, width * 0.5, 0.75 * peak.ink * float(mist[row, col]), 0.8)


def paint_cun(sheet: Scroll, peak: Peak, mist: Array) -> None:
    """Texture strokes: broad and wet, then narrow, then dark and dry, down the slopes."""
    rng = sheet.rng
    area = peak.half * (peak.foot - peak.top)
    crowd = sheet.noise(0.07, 0.035)
    for density, length, width, strength, dry in (
        (1500, 0.040, 0.0110, 0.20, 0.0), (4600, 0.036, 0.0050, 0.40, 0.35),
        (6400, 0.030, 0.0026, 0.70, 0.45), (2200, 0.020, 0.0020, 0.95, 0.30),
    ):  # fmt: skip
        count = max(int(density * area), 8)
        across, share = rng.uniform(-0.97, 0.97, count), rng.uniform(0.01, 0.85, count) ** 1.1
        spots = peak.place(across, share)
        cols, rows = np.clip((spots * sheet.unit).astype(int), 0,
                             np.array(sheet.shape[::-1]) - 1).T  # fmt: skip
        keep = crowd[rows, cols] + 0.22 * across + 0.12 * rng.normal(0, 1, count) > 0.42
        spots, across = spots[keep], across[keep]
        if len(spots) < 8:
            continue
        reach = length * rng.uniform(0.6, 1.4, (len(spots), 1)) * (0.6 + 1.6 * peak.half)
        run = np.linspace(0, 1, 6)[None]
        lean = (0.60 * across + 0.16 * rng.normal(0, 1, len(across)))[:, None]
        bend = rng.normal(0, 0.18, (len(spots), 1)) * np.sin(np.pi * run)
        x = spots[:, :1] + reach * (lean * run + bend)
        y = spots[:, 1:] + reach * run
        widths = width * rng.uniform(0.6, 1.4, len(spots)) * (0.55 + 1.5 * peak.half)
        sheet.dabs(np.stack([x, y], -1), widths, INK, strength * peak.ink, 3, rim=0.4, dry=dry,
                   fade=mist)  # fmt: skip


def paint_contour(sheet: Scroll, peak: Peak, edge: Array, mist: Array) -> None:
    """The outer line in separate strokes that swell and thin."""
    rng = sheet.rng
    at = 0
    while at < len(edge) - 12:
        run = int(rng.integers(14, 42))
        piece = edge[at : at + run]
        row, col = (piece[len(piece) // 2][::-1] * sheet.unit).astype(int)
        row, col = np.clip(row, 0, sheet.shape[0] - 1), np.clip(col, 0, sheet.shape[1] - 1)
        if mist[row, col] > 0.22 and len(piece) > 6:
            width = rng.uniform(0.0022, 0.0062) * (0.55 + 1.2 * peak.half)
            strength = 1.05 * peak.ink * float(mist[row, col]) ** 1.3
            sheet.brush(piece + rng.normal(0, 0.0012, 2), width, strength, 0.6)
        at += int(run * rng.uniform(0.75, 1.0))


def paint_moss(sheet: Scroll, peak: Peak, mist: Array) -> None:
    """Moss dots and tiny trees in clusters along the upper edge and the ledges."""
    rng = sheet.rng
    count = max(int(130 * peak.half), 7)
    hubs = peak.place(rng.uniform(-0.95, 0.95, count), rng.uniform(0.0, 0.6, count) ** 1.6)
    spots = (hubs[:, None] + rng.normal(0, 0.0038, (count, 6, 2))).reshape(-1, 2)
    turn = rng.normal(-1.2, 0.5, len(spots))
    reach = rng.uniform(0.002, 0.0045, len(spots)) * (0.7 + peak.half)
    ahead = np.stack([np.cos(turn), np.sin(turn)], 1) * reach[:, None]
    paths = spots[:, None] + ahead[:, None] * np.linspace(-1, 1, 4)[None, :, None]
    sheet.dabs(paths, reach * 1.5, INK, 0.95 * peak.ink, 3, rim=0.3, fade=mist)
