"""Evenly spaced marks that follow a flow, and the limbs (trunks, branches) they wrap around."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from art.tools.brush import scatter
from art.tools.fields import Array, blade, coverage

STEP = 2.0  # pixels between the points of a streamline


class _Ground:
    """What streamlines may still cross: ``taken`` is (H, W) with a border of ``pad`` pixels."""

    def __init__(self, angle: Array, mask: Array, spacing: Array) -> None:
        self.vx, self.vy = np.cos(angle), np.sin(angle)
        self.radius = np.maximum(np.rint(0.85 * spacing), 1).astype(int)
        self.pad = int(self.radius.max()) + 1
        self.taken = np.pad(mask < 0.5, self.pad, constant_values=True)
        self.discs: dict[int, NDArray[np.bool_]] = {}

    def free(self, x: float, y: float) -> bool:
        """Whether no line passes near the place (pixels)."""
        row, col = int(y) + self.pad, int(x) + self.pad
        inside = 0 <= row < self.taken.shape[0] and 0 <= col < self.taken.shape[1]
        return inside and not self.taken[row, col]

    def grow(self, x: float, y: float, sign: float, reach: float) -> list[tuple[float, float]]:
        """Walk from (x, y), at most ``reach`` pixels, while the ground is free."""
        path: list[tuple[float, float]] = []
        last = None
        for _ in range(int(reach / STEP)):
            dx, dy = float(self.vx[int(y), int(x)]) * sign, float(self.vy[int(y), int(x)]) * sign
            if last is not None and dx * last[0] + dy * last[1] < 0:
                dx, dy = -dx, -dy
            last = dx, dy
            x, y = x + STEP * dx, y + STEP * dy
            if not self.free(x, y):
                break
            path.append((x, y))
        return path

    def take(self, path: list[tuple[float, float]]) -> None:
        """Close the ground within one spacing of ``path``."""
        for x, y in path:
            row, col = int(y), int(x)
            r = int(self.radius[row, col])
            if r not in self.discs:
                side = np.arange(-r, r + 1)
                self.discs[r] = side[:, None] ** 2 + side**2 <= r * r + 0.5
            row, col = row + self.pad, col + self.pad
            self.taken[row - r : row + r + 1, col - r : col + r + 1] |= self.discs[r]


def streamlines(
    angle: Array, mask: Array, spacing: Array | float, length: tuple[float, float],
    rng: np.random.Generator, shortest: float = 6.0,
) -> list[Array]:  # fmt: skip
    """Evenly spaced lines, each (K, 2) pixels, that follow ``angle`` (H, W, radians) in ``mask``.

    ``spacing`` (H, W) or one number, ``length`` (least, most) and ``shortest`` are in pixels.
    """
    if not (mask >= 0.5).any():
        return []
    gaps = np.broadcast_to(np.asarray(spacing, np.float32), angle.shape)
    ground = _Ground(angle, mask, gaps)
    lines = []
    for x, y in scatter((mask >= 0.5).astype(np.float32), 0.55 * float(gaps.min()), rng).tolist():
        if not ground.free(x, y):
            continue
        reach = rng.uniform(*length) / 2
        back = ground.grow(x, y, -1.0, reach)
        path = [*back[::-1], (x, y), *ground.grow(x, y, 1.0, reach)]
        ground.take(path)
        if len(path) * STEP >= shortest:
            lines.append(np.array(path, np.float32))
    return lines


def sample(field: Array, path: Array) -> Array:
    """Values (K, ...) of ``field`` (H, W, ...) under a path (K, 2) in pixels."""
    limit = np.array(field.shape[1::-1]) - 1
    col, row = np.clip(path, 0, limit).astype(int).T
    return field[row, col]


@dataclass
class Limb:
    """A tapering limb: ``mask``, ``across`` (-1..1), ``along`` (0..1), ``angle``; all (H, W)."""

    mask: Array
    across: Array
    along: Array
    angle: Array


def limb(shape: tuple[int, int], unit: int, path: Array, half: Array) -> Limb:
    """Fields of a limb whose spine (K, 2) and half widths (K,) are in units of the longer side."""
    spine, reach = path * unit, np.broadcast_to(half, len(path)) * unit
    mask = coverage(shape, 1, [blade(spine, reach)])
    mask = ndimage.grey_closing(mask, 3)
    low = np.clip(np.floor(spine.min(0) - reach.max() - 6), 0, np.array(shape[::-1]) - 1)
    high = np.clip(np.ceil(spine.max(0) + reach.max() + 6), 1, np.array(shape[::-1]))
    rows, cols = (slice(int(low[i]), int(high[i])) for i in (1, 0))
    y, x = np.mgrid[rows, cols].astype(np.float32)
    _, nearest = cKDTree(spine).query(np.stack([x.ravel(), y.ravel()], 1))
    nearest = nearest.reshape(x.shape)
    step = np.gradient(spine, axis=0)
    turn = np.arctan2(step[:, 1], step[:, 0])[nearest]
    side = (y - spine[nearest, 1]) * np.cos(turn) - (x - spine[nearest, 0]) * np.sin(turn)
    across, along, angle = (np.zeros(shape, np.float32) for _ in range(3))
    across[rows, cols] = np.clip(side / reach[nearest], -1, 1)
    along[rows, cols] = nearest / (len(spine) - 1)
    angle[rows, cols] = turn
    return Limb(mask, across, along, angle)
