"""Colour, lighting and saving helpers shared by the paintings."""

from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image
from scipy import ndimage

Array = NDArray[np.float32]

PAINTINGS = Path(__file__).resolve().parents[2] / "presets" / "paintings"
MAX_BYTES = 600_000


def rgb(code: str) -> Array:
    """Turn ``"rrggbb"`` into three float32 values in 0..1."""
    return np.array([int(code[i : i + 2], 16) for i in (0, 2, 4)], np.float32) / 255.0


def ramp(tone: ArrayLike, codes: str) -> Array:
    """Map tones (any shape, 0..1) to colours (shape + 3) along evenly spaced hex stops."""
    stops = np.stack([rgb(code) for code in codes.split()])
    where = np.clip(np.asarray(tone, np.float32), 0.0, 1.0) * (len(stops) - 1)
    places = np.arange(len(stops))
    channels = [np.interp(where, places, stops[:, c]) for c in range(3)]
    return np.stack(channels, -1).astype(np.float32)


def mix(under: Array, over: Array, amount: ArrayLike) -> Array:
    """Blend two colour arrays; ``amount`` (shape without the channel axis) is 0..1."""
    weight = np.asarray(amount, np.float32)[..., None]
    return under + (over - under) * weight


def relief_light(
    colour: Array, height: Array, strength: float, gloss: float = 0.1, blur: float = 0.6
) -> Array:
    """Light a height map (H, W), in pixels, from the upper left and shade ``colour`` with it."""
    smooth = ndimage.gaussian_filter(height, blur)
    down, right = np.gradient(smooth)
    facing = np.tanh((down + right) * strength)
    lit = colour * (1.0 + 0.42 * facing[..., None])
    return lit + gloss * np.clip(facing - 0.45, 0.0, None)[..., None]


def to_uint8(colour: Array) -> NDArray[np.uint8]:
    """Clip a float picture in 0..1 and round it to bytes."""
    return (np.clip(colour, 0.0, 1.0) * 255.0 + 0.5).astype(np.uint8)


def painting_of(scene: str) -> Path:
    """The file of the painting that the program ``scene`` (its ``__file__``) paints."""
    return PAINTINGS / f"{Path(scene).stem}.jpg"


def save_painting(picture: NDArray[np.uint8], path: Path) -> None:
    """Write a JPEG atomically, at the best quality (92 down to 84) that fits ``MAX_BYTES``."""
    partial = path.with_name(path.name + ".part")
    image = Image.fromarray(picture)
    for quality in range(92, 83, -1):
        image.save(partial, "JPEG", quality=quality, optimize=True, subsampling="4:2:0")
        if partial.stat().st_size <= MAX_BYTES:
            break
    partial.replace(path)
