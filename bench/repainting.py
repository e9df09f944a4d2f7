"""A pair's pictures: made by a recipe and kept as PNG files, or found there.

No program: `bench.quality` makes its pictures with it.
"""

import time
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from bench.pairs import Pair
from nst_core import Settings, files, stylize
from nst_core.events import ShouldStop
from nst_core.pictures.decoding import read_picture
from nst_core.pictures.pixels import Pixels, encode_png

_SETTINGS, _SECONDS = "Settings", "Seconds"
"""Keywords of the texts in a picture's file."""


@dataclass(frozen=True)
class Repainted:
    """A picture, uint8 (H, W, 3), and the seconds that it took, all included."""

    pixels: Pixels
    seconds: float


def repaint(
    pair: Pair,
    settings: Settings,
    path: Path,
    *,
    reuse: bool = False,
    should_stop: ShouldStop | None = None,
) -> Repainted:
    """A pair's picture with some settings, kept in a PNG file.

    Args:
        pair: photo and painting.
        settings: of the run; they are written into the file.
        path: of the file.
        reuse: take the file's picture if it is there and was made with the same settings.
        should_stop: asked before each evaluation.

    Example:
        >>> repaint(pair, Settings(size=128), Path("coffee.png")).pixels.shape
        (85, 128, 3)
    """
    described = settings.model_dump_json()
    if reuse and path.exists():
        with Image.open(path) as image:
            texts = getattr(image, "text", {})
        if texts.get(_SETTINGS) == described:
            return Repainted(read_picture(path).pixels, float(texts[_SECONDS]))
    began = time.monotonic()
    pixels = stylize(pair.photo, pair.painting, settings, should_stop=should_stop).picture
    seconds = time.monotonic() - began
    texts = {_SETTINGS: described, _SECONDS: f"{seconds:.2f}"}
    files.write_bytes(path, encode_png(pixels, texts))
    return Repainted(pixels, seconds)


def classic(
    pair: Pair, size: tuple[int, int], seconds: float, path: Path, *, reuse: bool
) -> Repainted:
    """A pair's picture by the classic recipe, stopped when it has had its seconds.

    Args:
        pair: photo and painting.
        size: rows and columns.
        seconds: that it may take.
        path, reuse: as for `repaint`.
    """
    settings = Settings(recipe="classic", rows=size[0], columns=size[1], iterations=1000)
    end = time.monotonic() + seconds
    return repaint(pair, settings, path, reuse=reuse, should_stop=lambda: time.monotonic() > end)
