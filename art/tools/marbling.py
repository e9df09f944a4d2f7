"""Marbling: inks dropped on a bath, drawn out by tines, vortices and breath.

Every move of the bath is a map of the plane, in units of the longer side.  A pixel is followed
back through the moves, last one first, until it lies within the drop that brought its ink.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, spatial

from art.tools.canvas import relief_light, rgb
from art.tools.fields import Array, grid, noise, smoothstep

Place = tuple[float, float]
GRAIN = 2048  # pixels a side of the pigment texture
SHIFTS = ((-0.25, -0.25), (0.25, 0.25), (-0.25, 0.25), (0.25, -0.25))


@dataclass
class Drop:
    """A drop of ``ink`` (an index) that pushes everything around it outwards."""

    place: Place
    radius: float
    ink: int

    def undo(self, x: Array, y: Array) -> tuple[Array, Array]:
        """Draw points outside the drop back to where they lay before it fell."""
        dx, dy = x - np.float32(self.place[0]), y - np.float32(self.place[1])
        shrink = np.sqrt(np.maximum(1 - np.float32(self.radius**2) / (dx * dx + dy * dy), 0))
        return dx * shrink + np.float32(self.place[0]), dy * shrink + np.float32(self.place[1])

    def meet(self, x: Array, y: Array) -> tuple[NDArray[np.int32], Array, Array, Array]:
        """The ink on each point (-1 outside), its depth in radii, and where the point was."""
        depth = np.hypot(x - self.place[0], y - self.place[1]).astype(np.float32) / self.radius
        ink = np.where(depth < 1, np.int32(self.ink), np.int32(-1))
        return ink, depth, *self.undo(x, y)


@dataclass
class Furrow:
    """A long drop along ``spine`` (N, 2) of half width ``half`` (N,), in bands of ink.

    Band i, of the ink ``first`` + i, reaches out to ``shares[i]`` of the half width; nothing
    moves beyond ``reach`` units of it.
    """

    spine: Array
    half: Array
    shares: Array
    first: int
    reach: float = 0.040

    def meet(self, x: Array, y: Array) -> tuple[NDArray[np.int32], Array, Array, Array]:
        """The ink on each point (-1 outside), its depth in half widths, and where it was."""
        limit = float(self.half.max()) + self.reach
        tree = spatial.cKDTree(self.spine)
        away, nearest = tree.query(np.stack([x, y], 1), distance_upper_bound=limit)
        nearest = np.minimum(nearest, len(self.spine) - 1)
        depth = (away / self.half[nearest]).astype(np.float32)
        band = np.searchsorted(self.shares, depth)
        ink = np.where(band < len(self.shares), self.first + band, -1).astype(np.int32)
        squeeze = 1 - np.sqrt(np.maximum(1 - 1 / np.maximum(depth, 1) ** 2, 0))
        # Fading keeps the bend's inner side, where the nearest place jumps, free of a seam.
        keep = 1 - squeeze * smoothstep(self.reach, 0.0, away - self.half[nearest])
        near_x, near_y = self.spine[nearest].T
        return ink, depth, near_x + (x - near_x) * keep, near_y + (y - near_y) * keep


@dataclass
class Tine:
    """A tine pulled along an arc about ``pivot`` at ``radius``; it drags ink by ``pull`` units.

    The drag halves every ``width`` units from the arc, and fades off beyond ``reach`` of ``heart``.
    """

    pivot: Place
    radius: float
    pull: float
    width: float
    heart: Place
    reach: float

    def undo(self, x: Array, y: Array) -> tuple[Array, Array]:
        """Turn the points back about the pivot."""
        dx, dy = x - np.float32(self.pivot[0]), y - np.float32(self.pivot[1])
        away = np.hypot(dx, dy)
        fade = ((x - self.heart[0]) ** 2 + (y - self.heart[1]) ** 2) / self.reach**2
        drag = np.exp2(-np.abs(away - self.radius) / self.width) * np.exp(-fade)
        turn = (-self.pull * drag / self.radius).astype(np.float32)
        return _turned_about(self.pivot, dx, dy, turn)


@dataclass
class Vortex:
    """A whirl that turns its heart by ``turn`` radians and dies out over ``reach``."""

    place: Place
    turn: float
    reach: float

    def undo(self, x: Array, y: Array) -> tuple[Array, Array]:
        """Unwind the whirl."""
        dx, dy = x - np.float32(self.place[0]), y - np.float32(self.place[1])
        turn = np.float32(-self.turn) * np.exp(-np.hypot(dx, dy) / np.float32(self.reach))
        return _turned_about(self.place, dx, dy, turn)


def _turned_about(place: Place, dx: Array, dy: Array, turn: Array) -> tuple[Array, Array]:
    """Points (N,) that lie ``dx``, ``dy`` from a place, turned about it by ``turn`` radians."""
    cos, sin = np.cos(turn), np.sin(turn)
    x = dx * cos - dy * sin + np.float32(place[0])
    return x, dx * sin + dy * cos + np.float32(place[1])


@dataclass
class Breath:
    """Shear waves, (waves, 4) rows of wave vector, phase and amplitude, in units."""

    waves: Array

    @classmethod
    def make(cls, rng: np.random.Generator, length: float, strength: float, count: int) -> "Breath":
        """Waves of about ``length`` that move ink by about ``strength``."""
        turns, phases = rng.uniform(0, 2 * np.pi, (2, count))
        number = 2 * np.pi / (length * rng.uniform(0.6, 1.6, count))
        size = strength / np.sqrt(count) * rng.uniform(0.6, 1.4, count)
        waves = np.stack([number * np.cos(turns), number * np.sin(turns), phases, size], 1)
        return cls(waves.astype(np.float32))

    def undo(self, x: Array, y: Array) -> tuple[Array, Array]:
        """Slide the points back along each wave's crests."""
        for kx, ky, phase, size in self.waves:
            slide = np.sin(kx * x + ky * y + phase) * (size / np.hypot(kx, ky))
            x, y = x - ky * slide, y + kx * slide
        return x, y


@dataclass
class Stamp:
    """A shape floated on the bath: ``colour`` (h, w, 3) where ``cover`` (h, w) is set.

    The drawing spans ``width`` units of the longer side.
    """

    colour: Array
    cover: NDArray[np.bool_]
    width: float

    def find(self, x: Array, y: Array) -> tuple[NDArray[np.bool_], Array]:
        """Which points the shape covers, and the colour (N, 3) under every point."""
        height, width = self.cover.shape
        col = np.clip(x * (width / self.width), 0, width - 1).astype(np.int32)
        row = np.clip(y * (width / self.width), 0, height - 1).astype(np.int32)
        return self.cover[row, col], self.colour[row, col]


Move = Drop | Furrow | Tine | Vortex | Breath | Stamp


@dataclass
class Bath:
    """The moves made so far and the inks (N, 3) in use."""

    rng: np.random.Generator
    inks: list[Array] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)

    def drop(self, place: Place, radius: float, code: str, jitter: float = 0.03) -> None:
        """Let a drop of the ink ``code``, mixed afresh, fall on the bath."""
        tone = self.rng.normal(0, jitter)
        self.inks.append(np.clip(rgb(code) * (1 + tone) + 0.4 * tone, 0, 1))
        self.moves.append(Drop(place, radius, len(self.inks) - 1))

    def furrow(self, spine: Array, half: Array, bands: Sequence[tuple[float, str]]) -> None:
        """Part the bath along ``spine``; ``bands`` are shares of ``half`` and ink codes."""
        first = len(self.inks)
        self.inks += [rgb(code) for _, code in bands]
        shares = np.array([share for share, _ in bands], np.float32)
        self.moves.append(Furrow(spine, half, shares, first))

    def rings(self, place: Place, radius: float, codes: Sequence[str], spread: float = 0.0) -> None:
        """Drops of ``codes`` on one place, the first outermost; ``spread`` lets them stray."""
        for code in codes:
            stray = self.rng.normal(0, spread, 2)
            self.drop((place[0] + stray[0], place[1] + stray[1]),
                      radius * self.rng.uniform(0.75, 1.25), code)  # fmt: skip


def _trace(bath: Bath, x: Array, y: Array) -> tuple[Array, NDArray[np.int32], Array]:
    """Follow points (N,) back; return colours (N, 3), their inks, and pigment densities."""
    colour = np.empty((x.size, 3), np.float32)
    source = np.full(x.size, -1, np.int32)
    rim, places = np.ones(x.size, np.float32), np.zeros((x.size, 2), np.float32)
    live, inks = np.arange(x.size), np.array(bath.inks, np.float32)
    for move in reversed(bath.moves):
        if isinstance(move, Tine | Vortex | Breath):
            x, y = move.undo(x, y)
            continue
        old_x, old_y = x, y
        if isinstance(move, Stamp):
            hit, tints = move.find(x, y)
            ink = np.where(hit, np.int32(-2), np.int32(-1))
        else:
            ink, depth, x, y = move.meet(x, y)
            hit, tints = ink >= 0, inks[ink]
            rim[live[hit]] = depth[hit]
        if hit.any():
            reached = live[hit]
            colour[reached], source[reached] = tints[hit], ink[hit]
            places[reached] = np.stack([old_x[hit], old_y[hit]], 1)
            live, x, y = live[~hit], x[~hit], y[~hit]
    colour[live] = rgb("f4e8cc")
    places[live] = np.stack([x, y], 1)
    return colour, source, _pigment(rim, places)


def _pigment(rim: Array, places: Array) -> Array:
    """Density (N,) about 1 of the ink: richer at a drop's rim, grained where it was dropped."""
    grain = bath_grain()
    col, row = (np.floor(places.T * 1500.0).astype(np.int64)) % GRAIN
    return 0.90 + 0.10 * rim**3 + 0.22 * (grain[row, col] - 0.5)


@cache
def bath_grain() -> Array:
    """Mottled pigment (GRAIN, GRAIN) in 0..1, made once."""
    return noise((GRAIN, GRAIN), 12.0, np.random.default_rng(5), 3)


def print_sheet(bath: Bath, shape: tuple[int, int], unit: int, fine: int = 4) -> Array:
    """Lift the bath onto a sheet of laid paper (H, W, 3), ``fine`` samples a pixel."""
    x, y = grid(shape, unit)
    total = np.zeros((*shape, 3), np.float32)
    veins, density = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
    for right, down in SHIFTS[:fine]:
        there = (x + right / unit).ravel(), (y + down / unit).ravel()
        colour, source, depth = _trace(bath, *there)
        total += colour.reshape(*shape, 3) / fine
        density += depth.reshape(shape) / fine
        source = source.reshape(shape)
        edge = ndimage.maximum_filter(source, 2) != ndimage.minimum_filter(source, 2)
        veins += edge / np.float32(fine)
    return _paper(total, veins, density, unit / 1280.0, bath.rng)


def _paper(
    colour: Array, veins: Array, density: Array, scale: float, rng: np.random.Generator
) -> Array:
    """Sink the ink (H, W, 3) into laid paper: veins, wires, fibres and blooms."""
    shape = veins.shape
    line = ndimage.gaussian_filter(veins, 0.55 * scale)
    pen = noise(shape, 30 * scale, rng, 2)
    ink = colour ** (0.35 + 0.65 * density[..., None] ** -1.5)
    ink *= (1 - (0.75 * pen * line).clip(0, 0.62))[..., None]
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float32) / scale
    wire = 0.5 + 0.5 * np.sin(y * (2 * np.pi / 4.6) + 0.6 * np.sin(x / 90))
    chain = np.exp(-(((((x + 20) % 92) - 46) / 1.6) ** 2))
    fibre = noise(shape, (1.6 * scale, 7 * scale), rng, 2)
    tooth = noise(shape, 1.8 * scale, rng, 2)
    bloom = noise(shape, 110 * scale, rng, 2)
    sink = 0.055 * (wire - 0.5) + 0.07 * (fibre - 0.5) - 0.05 * chain + 0.07 * (tooth - 0.5)
    ink = ink * (1 + sink + 0.07 * (bloom - 0.5))[..., None]
    ink = ink + 0.05 * (rgb("f4e8cc") - ink)
    relief = (0.5 * wire + 0.9 * fibre + 0.5 * chain + 0.5 * tooth) * scale
    return relief_light(ink, relief, 0.22 / scale, 0.0, 0.5 * scale)
