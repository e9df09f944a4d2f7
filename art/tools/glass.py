"""Leaded glass: cut a scene into panes, colour them, and light them from behind."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from art.tools.canvas import mix, ramp, rgb
from art.tools.fields import Array, Points, grid, noise, polygon, smoothstep

FINE = 2  # drawing pixels per picture pixel, each way
LEAD = rgb("24252c")
TEXTURE = 2048
Cut = NDArray[np.int64]


class Window:
    """A window under construction.

    ``labels`` and ``objects`` (FINE*H, FINE*W) hold the pane and the object of each drawing
    pixel; ``x`` and ``y`` are drawing coordinates in units of the longer side.
    """

    def __init__(self, rng: np.random.Generator, unit: int, width: float) -> None:
        self.rng = rng
        self.scale = unit / 1280.0
        self.unit = unit
        self.shape = (unit * FINE, round(unit * width) * FINE)
        self.x, self.y = grid(self.shape, unit * FINE)
        self.labels = np.zeros(self.shape, np.int64)
        self.objects = np.zeros(self.shape, np.int64)
        self.colours: list[Array] = [np.zeros((1, 3), np.float32)]
        self.count = 1

    def shape_mask(self, points: Points) -> NDArray[np.bool_]:
        """Drawing pixels inside a polygon given in units."""
        return polygon(self.shape, self.unit * FINE, points, 1) > 0.5

    def part(
        self, mask: NDArray[np.bool_], cut: Cut | int, tone: Array | float, codes: str,
        jitter: float = 0.08,
    ) -> None:  # fmt: skip
        """Place an object: one pane per value of ``cut`` inside ``mask``.

        Each pane takes the colour of its mean ``tone`` (0..1) on the ramp ``codes``.
        """
        if not mask.any():
            return
        cuts = np.broadcast_to(cut, self.shape)[mask]
        tones = np.broadcast_to(np.asarray(tone, np.float32), self.shape)[mask]
        _, pane = np.unique(cuts, return_inverse=True)
        size = np.bincount(pane)
        mean = np.bincount(pane, weights=tones) / size
        mean += self.rng.normal(0, jitter, len(size))
        colour = ramp(mean, codes) * self.rng.uniform(0.88, 1.12, (len(size), 1))
        self.labels[mask] = self.count + pane
        self.objects[mask] = self.count
        self.colours.append(colour.astype(np.float32))
        self.count += len(size)

    def absorb_slivers(self, smallest: float) -> None:
        """Give panes and fragments under ``smallest`` square pixels to their neighbours."""
        _, keys = np.unique(self.labels, return_inverse=True)
        keys = keys.reshape(self.shape)
        keep = np.zeros(self.shape, bool)
        for key, box in enumerate(ndimage.find_objects(keys + 1)):
            pieces, _ = ndimage.label(keys[box] == key)
            sizes = np.bincount(pieces.ravel())
            sizes[0] = 0
            keep[box] |= sizes[pieces] >= smallest * (FINE * self.scale) ** 2
        nearest = ndimage.distance_transform_edt(~keep, return_distances=False, return_indices=True)
        self.labels = self.labels[tuple(nearest)]
        self.objects = self.objects[tuple(nearest)]

    def leading(self, thin: float, thick: float) -> Array:
        """Distance (H, W) to the came's axis in came half widths; over 1 is glass.

        ``thin`` is the half width in pixels (of 1280) inside an object, ``thick`` around one.
        """
        reach = FINE * self.scale
        inner = ndimage.distance_transform_edt(~_borders(self.labels)) / (thin * reach)
        outer = ndimage.distance_transform_edt(~_borders(self.objects)) / (thick * reach)
        return _shrink(np.minimum(inner, outer).astype(np.float32))

    def joints(self) -> Array:
        """Solder (H, W), 0..1: soft blobs where three or more panes meet."""
        low = ndimage.minimum_filter(self.labels, 3)
        high = ndimage.maximum_filter(self.labels, 3)
        third = (self.labels != low) & (self.labels != high)
        blob = ndimage.gaussian_filter(third.astype(np.float32), 3.2 * FINE * self.scale)
        return np.clip(_shrink(blob) * 24.0, 0.0, 1.0)


def _borders(labels: Cut) -> NDArray[np.bool_]:
    """Drawing pixels where one label meets another, and the picture's rim."""
    edge = np.zeros(labels.shape, bool)
    edge[1:] |= labels[1:] != labels[:-1]
    edge[:, 1:] |= labels[:, 1:] != labels[:, :-1]
    edge[[0, -1]] = True
    edge[:, [0, -1]] = True
    return edge


def _shrink(fine: Array) -> Array:
    """Average FINE x FINE blocks of a drawing (FINE*H, FINE*W) into a picture (H, W)."""
    height, width = fine.shape
    blocks = fine.reshape(height // FINE, FINE, width // FINE, FINE)
    return blocks.mean((1, 3), dtype=np.float32)


def light_window(window: Window, glow: Array, thin: float = 2.6, thick: float = 4.2) -> Array:
    """Render the window (H, W, 3) with daylight ``glow`` (H, W) behind it."""
    near = window.leading(thin, thick)
    glass = _glass(window, near) * glow[..., None]
    bloom = ndimage.gaussian_filter(glass, (9 * window.scale, 9 * window.scale, 0))
    solder = window.joints()
    came = smoothstep(1.12, 0.94, near - 0.55 * solder)
    lead = _lead(window, near, solder) + 0.16 * bloom
    return mix(glass * 0.93 + 0.14 * bloom, lead, came)


def _glass(window: Window, near: Array) -> Array:
    """Pane colours with streaks, ripples, bubbles and darker leaded edges."""
    rng, scale = window.rng, window.scale
    labels = window.labels[::FINE, ::FINE]
    base = np.concatenate(window.colours)[labels]
    cells = ((11, 120), (3.5, 45), (6, 20))
    turn = rng.normal(0.9, 0.9, window.count)
    broad, fine, ripple = (_pane_texture(window, labels, cell, turn) for cell in cells)
    wisp = smoothstep(0.25, 0.80, 0.68 * broad + 0.32 * fine)[..., None]
    shade = mix(np.array((0.60, 0.66, 0.86), np.float32), np.ones(3, np.float32), wisp[..., 0])
    colour = (base * 0.97) ** (1.35 - 0.3 * wisp) * shade * (0.90 + 0.2 * wisp) + 0.09 * wisp**3
    down, right = np.gradient(ndimage.gaussian_filter(ripple, 1.2 * scale) * scale)
    colour *= (1.0 + np.tanh((down + right) * 5.0) * 0.30)[..., None]
    colour *= (0.90 + 0.2 * noise(labels.shape, 2.2 * scale, rng, 2))[..., None]
    colour *= (0.60 + 0.40 * smoothstep(0.9, 3.0, near))[..., None]
    return colour + _bubbles(window, labels.shape)[..., None] * (0.15 + 0.4 * base)


def _pane_texture(window: Window, labels: Cut, cells: tuple[float, float], turns: Array) -> Array:
    """Streaky noise (H, W) in 0..1; ``turns`` (panes,) gives its direction in radians."""
    rng, scale = window.rng, window.scale
    size = round(TEXTURE * scale)
    texture = noise((size, size), (cells[0] * scale, cells[1] * scale), rng)
    turn = turns[labels]
    shift = rng.uniform(0.2, 0.8, (2, window.count)) * size
    y, x = np.mgrid[: labels.shape[0], : labels.shape[1]].astype(np.float32)
    area = np.maximum(np.bincount(labels.ravel(), minlength=window.count), 1)
    x0, y0 = (np.bincount(labels.ravel(), v.ravel(), window.count) / area for v in (x, y))
    dx, dy = x - x0[labels], y - y0[labels]
    u = dx * np.cos(turn) + dy * np.sin(turn) + 0.0012 / scale * dx * dy
    v = dy * np.cos(turn) - dx * np.sin(turn)
    rows, cols = v + shift[1][labels], u + shift[0][labels]
    return ndimage.map_coordinates(texture, [rows, cols], order=1, mode="mirror")


def _bubbles(window: Window, shape: tuple[int, int]) -> Array:
    """Small elongated bubbles (H, W): bright upper left, dark lower right, -1..1."""
    total = np.zeros(shape, np.float32)
    reach = int(9 * window.scale) + 1
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1].astype(np.float32)
    for _ in range(420):
        row, col = (int(window.rng.integers(reach, n - reach)) for n in shape)
        size = window.rng.uniform(1.0, 3.2) * window.scale
        turn, stretch = window.rng.uniform(0, np.pi), window.rng.uniform(0.6, 1.0)
        u = (x * np.cos(turn) + y * np.sin(turn)) * stretch / size
        v = (y * np.cos(turn) - x * np.sin(turn)) / size
        ring = np.exp(-((np.hypot(u, v) - 1.0) ** 2) * 5.0)
        facing = -(x + y) / (np.hypot(x, y) + 1.0)
        patch = total[row - reach : row + reach + 1, col - reach : col + reach + 1]
        patch += ring * (0.15 + 0.6 * facing)
    return total


def _lead(window: Window, near: Array, solder: Array) -> Array:
    """Round lead cames (H, W, 3) lit from the upper left, brushed and soldered."""
    scale = window.scale
    dents = noise(near.shape, 5 * scale, window.rng, 2)
    height = np.sqrt(np.clip(1.05 - near**2, 0, 1)) + 0.5 * solder + 0.28 * dents
    down, right = np.gradient(ndimage.gaussian_filter(height, 0.9 * scale) * scale)
    facing = np.tanh((down + right) * 2.4)
    body = LEAD * (0.75 + 0.5 * dents[..., None]) * (1.0 + 0.5 * solder[..., None])
    shine = np.clip(facing, 0, 1) ** 1.5
    lit = body * (1 + 0.7 * facing[..., None])
    return lit + shine[..., None] * rgb("a4aebe") * 0.95
