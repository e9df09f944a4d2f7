"""How strong VGG16's features are for ordinary pictures, the figures of `vgg16/strengths.py`.

`python -m bench.faint` prints each layer's mean square over the dashboard's sample photos and the
sum of squares of its Gram matrix over the presets' paintings, at 256 pixels, as medians; then, for
pictures that are flat or nearly so, what share of these they have. With `--output FILE` it repaints
two of these as well, and puts them beside each other in a picture.
"""

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from nst_core import files, load_preset, stylize
from nst_core.pictures.decoding import read_picture
from nst_core.pictures.pixels import Pixels, resize
from nst_core.plan.schedule import scaled_to
from nst_core.vgg16.features import build_features
from nst_core.vgg16.layers import LAYER_NAMES, LayerName
from nst_core.vgg16.space import to_vgg
from nst_core.vgg16.strengths import STRENGTHS

LONGER_SIDE = 256
SHOWN: tuple[LayerName, ...] = ("block1_conv1", "block4_conv2", "block5_conv1")
PAINTED, PRESETS = ("mid-grey", "fog"), ("starlit_valley", "watercolour_village")


def strengths(pixels: Pixels) -> NDArray[np.float64]:
    """Mean square and Gram squares of a picture at each layer, (layers, 2).

    pixels: uint8 (H, W, 3).
    """
    small = resize(pixels, *scaled_to(pixels.shape[:2], LONGER_SIDE))
    by_layer = build_features(LAYER_NAMES, "float32")(to_vgg(small))
    rows = []
    for layer in LAYER_NAMES:
        features = np.asarray(by_layer[layer], np.float64).reshape(-1, by_layer[layer].shape[-1])
        gram = features.T @ features / len(features)
        rows.append(((features**2).mean(), (gram**2).sum()))
    return np.array(rows)


def _over(folder: str) -> NDArray[np.float64]:
    """Medians over the pictures in a folder, (layers, 2)."""
    paths = sorted(files.beside(folder).glob("*.jpg"))
    return np.median([strengths(read_picture(path).pixels) for path in paths], axis=0)


def faint_pictures() -> dict[str, Pixels]:
    """Pictures with little or nothing on them, each uint8 (192, 256, 3)."""
    photo = read_picture(files.beside("dashboard/samples/coffee.jpg")).pixels
    photo = resize(photo, 192, 256).astype(np.float64)
    down = np.linspace(0.0, 1.0, 192)[:, None, None]
    sky = np.array([90, 150, 230]) * (1.0 - down) + np.array([190, 215, 245]) * down
    return {
        "mid-grey": np.full((192, 256, 3), 128, np.uint8),
        "white": np.full((192, 256, 3), 255, np.uint8),
        "blue": np.full((192, 256, 3), (60, 120, 220), np.uint8),
        "sky": np.broadcast_to(sky, (192, 256, 3)).astype(np.uint8),
        "fog": ((photo - 128.0) * 0.1 + 128.0).round().astype(np.uint8),
    }


def _paint(path: Path) -> None:
    """A row for each faint picture: itself, and repainted with each preset."""
    rows = []
    for name in PAINTED:
        row = [faint_pictures()[name]]
        for preset in map(load_preset, PRESETS):
            assert preset.painting is not None
            settings = preset.settings.changed(size=LONGER_SIDE, precision="float32")
            result = stylize(row[0], read_picture(preset.painting).pixels, settings)
            print(f"{name}, {preset.name}: loss {result.losses[-1]:.3f}")
            row.append(result.picture)
        rows.append(np.concatenate(row, axis=1))
    Image.fromarray(np.concatenate(rows)).save(path, quality=85)


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, metavar="FILE")
    output = parser.parse_args().output
    squares, grams = _over("dashboard/samples")[:, 0], _over("presets/paintings")[:, 1]
    for layer, square, gram in zip(LAYER_NAMES, squares, grams, strict=True):
        print(f'    "{layer}": Strength({square:.2g}, {gram:.2g}),')
    for name, pixels in faint_pictures().items():
        own = dict(zip(LAYER_NAMES, strengths(pixels), strict=True))
        print(f"{name}:", end="")
        for layer in SHOWN:
            usual = STRENGTHS[layer]
            square, gram = own[layer][0] / usual.square, own[layer][1] / usual.gram_squares
            print(f"  {layer} {square:.2g}, {gram:.2g}", end="")
        print()
    if output:
        _paint(output)


if __name__ == "__main__":
    main()
