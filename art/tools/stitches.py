"""Embroidery: single lit threads on woven linen, and the stitches that are made of them."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike

from art.tools.brush import vary
from art.tools.canvas import ramp, relief_light, rgb
from art.tools.fields import Array, at_shares, coverage, smoothstep, window_around
from art.tools.hatching import sample, streamlines
from art.tools.support import Support

LINEN = "1a2140 232c52"
AWAY = np.array((0.6, 0.8))  # direction in which shadows fall


class Cloth(Support):
    """The work in progress: ``colour`` (H, W, 3); shapes in units of the longer side.

    Thread widths and stitch lengths are given in pixels of a 1280 cloth.
    """

    def __init__(self, seed: int, unit: int, height: float) -> None:
        super().__init__(np.random.default_rng(seed), unit, (1.0, height))
        self.colour = self._linen()

    def mask(self, shapes: Sequence[ArrayLike]) -> Array:
        """Coverage (H, W) of the union of polygons in units."""
        return coverage(self.shape, 1, [np.asarray(shape) * self.unit for shape in shapes], 2)

    def _linen(self) -> Array:
        """Plain weave (H, W, 3): warp over weft over warp, with slubs."""
        sway = 0.9 * (self.grain(90) - 0.5)
        u, v = self.x * 1280 / 6.0 + sway, self.y * 1280 / 6.0 + 0.9 * (self.grain(90) - 0.5)
        across_u, across_v = (np.sin(np.pi * (w % 1.0)) for w in (u, v))
        warp_on_top = (np.floor(u) + np.floor(v)) % 2 == 0
        height = np.where(
            warp_on_top,
            across_u**0.6 * (0.7 + 0.3 * across_v),
            across_v**0.6 * (0.7 + 0.3 * across_u),
        )
        slub = np.where(warp_on_top, self.grain((60, 5), 1), self.grain((5, 60), 1))
        base = ramp(0.75 * height + 0.5 * (slub - 0.3), LINEN) * (0.45 + 0.75 * height)[..., None]
        return relief_light(base, height * 2.0, 0.6, 0.03).astype(np.float32)

    def sew(self, paths: Sequence[Array], width: ArrayLike, colours: Array) -> None:
        """Lay threads along ``paths`` (each (K, 2) px), in order; ``colours`` (N, 3) or (3,)."""
        count = len(paths)
        widths = np.broadcast_to(np.asarray(width, np.float32) * self.scale, count)
        colours = np.broadcast_to(colours, (count, 3))
        phases = self.rng.random(count)
        for i in range(count):
            self._thread(np.asarray(paths[i], np.float32), widths[i], colours[i], phases[i])

    def _thread(self, path: Array, width: float, colour: Array, phase: float) -> None:
        """One twisted thread that rises from the cloth, gleams, dives and casts a shadow."""
        half = max(width / 2, 0.8)
        window = window_around(path, self.shape, 2.0 * half + 1, 2.0 * half + 2)
        if window is None:
            return
        side, along, length = _project(path, window)
        chord = path[-1] - path[0]
        normal = np.array((-chord[1], chord[0])) / max(float(np.hypot(*chord)), 1e-3)
        slant, lean = float(normal @ AWAY), side / half
        over = np.maximum(np.maximum(-along, along - length), 0.0)
        away = np.hypot(side, over) / half
        cover = np.clip((1.0 - away) * half + 0.5, 0.0, 1.0)
        dive = np.clip(np.minimum(along, length - along) / (1.6 * half), 0.0, 1.0)
        ply = np.sin(2 * np.pi * (along / (1.7 * width) + 0.30 * lean + phase))
        lit = 0.68 + 0.36 * np.sqrt(np.clip(1 - away**2, 0, 1)) - 0.20 * slant * lean
        lit *= (0.62 + 0.38 * dive) * (0.93 + 0.10 * ply) * (0.90 + 0.22 * slant**2)
        gleam = np.exp(-(((lean + 0.35 * slant) / 0.35) ** 2)) * np.sin(np.pi * along / length)
        gleam = np.clip(gleam, 0, 1) * (0.05 + 0.17 * slant**2) * (0.8 + 0.3 * ply)
        paint = colour * lit[..., None] + gleam[..., None] * (0.45 + 0.55 * colour)
        shade = np.clip(1.9 - away, 0, 1) * (0.22 + 0.38 * np.clip(lean * slant, 0, 1))
        under = self.colour[window]
        under *= 1.0 - (shade * (1 - cover))[..., None]
        under += cover[..., None] * (paint - under)

    def knots(
        self, centres: Array, radius: ArrayLike, colours: Array, jitter: float = 0.07
    ) -> None:
        """French knots: coiled domes at ``centres`` (N, 2) units, ``radius`` px of 1280."""
        count = len(centres)
        radii = np.broadcast_to(np.asarray(radius, np.float32) * self.scale, count)
        colours = vary(np.broadcast_to(colours, (count, 3)), jitter, self.rng)
        for i, phase in enumerate(self.rng.uniform(0, 2 * np.pi, count)):
            self._knot(np.asarray(centres[i]) * self.unit, radii[i], colours[i], phase)

    def _knot(self, centre: Array, radius: float, colour: Array, phase: float) -> None:
        """One coil of thread with a dimple in the middle."""
        window = window_around(centre[None], self.shape, 2.2 * radius, 2.2 * radius + 1)
        if window is None:
            return
        y, x = (np.arange(s.start, s.stop, dtype=np.float32) for s in window)
        dx, dy = (x[None] - centre[0]) / radius, (y[:, None] - centre[1]) / radius
        away, turn = np.hypot(dx, dy), np.arctan2(dy, dx) + phase
        cover = np.clip((1.0 + 0.06 * np.sin(3 * turn) - away) * radius + 0.5, 0, 1)
        dome = np.sqrt(np.clip(1 - away**2, 0, 1))
        coil = np.sin(turn + 9.0 * away)
        lit = 0.45 + 0.50 * dome - 0.42 * (dx * AWAY[0] + dy * AWAY[1]) + 0.17 * coil
        lit *= smoothstep(-0.05, 0.3, away) * 0.35 + 0.65
        gleam = 0.30 * np.exp(-((dx + 0.3) ** 2 + (dy + 0.38) ** 2) / 0.07)
        paint = colour * np.clip(lit, 0.15, 1.3)[..., None] + gleam[..., None]
        cast = np.hypot(dx - 0.35, dy - 0.45)
        shade = 0.62 * np.clip(1.5 - cast, 0, 0.6) / 0.6
        under = self.colour[window]
        under *= 1.0 - (shade * (1 - cover))[..., None]
        under += cover[..., None] * (paint - under)

    def fill(
        self, mask: Array, angle: Array, colour: Array, width: float = 4.6,
        length: tuple[float, float] = (18.0, 36.0), jitter: float = 0.05, gap: float = 0.86,
    ) -> None:  # fmt: skip
        """Long-and-short stitch along ``angle``; each takes ``colour`` (H, W, 3) at its middle."""
        reach = (length[0] * self.scale, length[1] * self.scale)
        spacing = gap * width * self.scale
        lines = streamlines(angle, mask, spacing, reach, self.rng, 6 * self.scale)
        if not lines:
            return
        lines = [
            line[np.linspace(0, len(line) - 1, min(4, len(line))).astype(int)] for line in lines
        ]
        middles = np.stack([line[1:-1].mean(0) for line in lines])
        shades = vary(sample(colour, middles), jitter, self.rng)
        self.sew(lines, width * self.rng.uniform(0.9, 1.15, len(lines)), shades)

    def satin(
        self, left: Array, right: Array, colours: Array, width: float = 4.4, jitter: float = 0.04,
    ) -> None:  # fmt: skip
        """Close threads from a rail to another, both (K, 2) units; ``colours`` (M, 3) run along."""
        run = max(np.hypot(*np.diff(rail, axis=0).T).sum() for rail in (left, right))
        count = max(round(run * self.unit / (0.80 * width * self.scale)), 2)
        share = np.linspace(0, 1, count)
        ends = [at_shares(rail, share) for rail in (left, right)]
        paths = np.stack(ends, 1) * self.unit
        stops = np.linspace(0, 1, len(colours))
        shades = np.stack([np.interp(share, stops, colours[:, c]) for c in range(3)], 1)
        keep = np.hypot(*(paths[:, 1] - paths[:, 0]).T) > 1.2 * width * self.scale
        if keep.any():
            shades = vary(shades[keep].astype(np.float32), jitter, self.rng)
            self.sew(list(paths[keep]), width, shades)

    def stem(self, path: Array, width: float, code: str, length: float = 15.0) -> None:
        """Stem stitch: overlapping slanted threads that make a rope along ``path`` (units)."""
        pixels = path * self.unit
        run = float(np.hypot(*np.diff(pixels, axis=0).T).sum())
        step = 0.5 * length * self.scale
        starts = np.arange(0, max(run - step, step), step) / run
        reach = length * self.scale / run
        first, last = at_shares(pixels, starts), at_shares(pixels, np.minimum(starts + reach, 1))
        ahead = last - first
        ahead /= np.maximum(np.hypot(*ahead.T), 1e-3)[:, None]
        tilt = np.stack([-ahead[:, 1], ahead[:, 0]], 1) * 0.22 * width * self.scale
        shades = vary(np.tile(rgb(code), (len(first), 1)), 0.05, self.rng)
        self.sew(list(np.stack([first - tilt, last + tilt], 1)), width, shades)

    def chain(self, path: Array, code: str, link: float = 13.0, width: float = 3.4) -> None:
        """Chain stitch: a row of drop-shaped loops along ``path`` (units)."""
        pixels = path * self.unit
        run = float(np.hypot(*np.diff(pixels, axis=0).T).sum())
        places = np.linspace(0, 1, max(round(run / (link * self.scale)), 1) + 1)
        nodes = at_shares(pixels, places)
        for a, b in pairwise(nodes):
            self.loop(a, b + 0.22 * (b - a), code, width)

    def loop(self, root: Array, tip: Array, code: str, width: float = 3.4) -> None:
        """A single detached chain (lazy daisy) from ``root`` to ``tip``, both in px."""
        ahead = tip - root
        side = np.array((-ahead[1], ahead[0])) * 0.27
        shade = vary(rgb(code)[None], 0.05, self.rng)
        for sign in (1, -1):
            path = np.stack([root, root + 0.35 * ahead + 0.75 * sign * side,
                             root + 0.72 * ahead + sign * side, tip])  # fmt: skip
            self.sew([path], width, shade)


def _project(path: Array, window: tuple[slice, slice]) -> tuple[Array, Array, float]:
    """Signed distance to a path (K, 2) and arc length along it at each pixel, and its length."""
    y, x = (np.arange(s.start, s.stop, dtype=np.float32) for s in window)
    best, travelled = None, 0.0
    pieces = len(path) - 1
    for k in range(pieces):
        step = path[k + 1] - path[k]
        length = float(np.hypot(step[0], step[1]))
        if length < 0.01 and k < pieces - 1:
            continue
        length = max(length, 0.01)
        ux, uy = step / length
        dx, dy = x[None] - path[k, 0], y[:, None] - path[k, 1]
        run, side = dx * ux + dy * uy, dy * ux - dx * uy
        over = np.maximum(-run, run - length).clip(0.0)
        away = side * side + over * over
        run = run + travelled
        travelled += length
        if best is None:
            best = [away, side, run]
        else:
            closer = away < best[0]
            best = [
                np.where(closer, new, old) for new, old in zip((away, side, run), best, strict=True)
            ]
    return best[1], best[2], travelled
