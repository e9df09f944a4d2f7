"""How strong VGG16's features are for ordinary pictures, the figures of `vgg16/strengths.py`.

`python -m bench.faint` prints each layer's mean square over the dashboard's sample photos and what
each statistic of the style is measured by over the presets' paintings, at 256 pixels, as medians;
then, for the faintest of these pictures and for some that are flat or nearly so, what share of
these they have. With `--output FILE` it repaints two of these as well, and puts them beside each
other in a picture.
"""

import argparse
from dataclasses import astuple
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
    """What `Strength` has, of one picture at each layer: (layers, 4).

    pixels: uint8 (H, W, 3).
    """
    small = resize(pixels, *scaled_to(pixels.shape[:2], LONGER_SIDE))
    by_layer = build_features(LAYER_NAMES, "float32")(to_vgg(small))
    rows = []
    for layer in LAYER_NAMES:
        features = np.asarray(by_layer[layer], np.float64).reshape(-1, by_layer[layer].shape[-1])
        gram = features.T @ features / len(features)
        mean = features.mean(axis=0)
        block = ((gram - np.outer(mean, mean)) ** 2).sum() + (mean @ mean) ** 2
        rows.append(((features**2).mean(), (gram**2).sum(), block, np.trace(gram)))
    return np.array(rows)


def _over(folder: str) -> NDArray[np.float64]:
    """The strengths of the pictures in a folder, (pictures, layers, 4)."""
    paths = sorted(files.beside(folder).glob("*.jpg"))
    return np.array([strengths(read_picture(path).pixels) for path in paths])


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


def _print_shares(name: str, own: NDArray[np.float64]) -> None:
    """What share of the usual strengths a picture's own (layers, 4) are, at some layers."""
    print(f"{name}:", end="")
    for layer in SHOWN:
        usual = np.array(astuple(STRENGTHS[layer]))
        shares = own[LAYER_NAMES.index(layer)] / usual
        print(f"  {layer} {', '.join(f'{share:.2g}' for share in shares)}", end="")
    print()


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, metavar="FILE")
    output = parser.parse_args().output
    photos, paintings = _over("dashboard/samples"), _over("presets/paintings")
    usual = np.median(paintings, axis=0)
    usual[:, 0] = np.median(photos[:, :, 0], axis=0)
    for layer, values in zip(LAYER_NAMES, usual, strict=True):
        print(f'    "{layer}": Strength({", ".join(f"{value:.2g}" for value in values)}),')
    _print_shares("faintest photo", photos.min(axis=0))
    _print_shares("faintest painting", paintings.min(axis=0))
    for name, pixels in faint_pictures().items():
        _print_shares(name, strengths(pixels))
    if output:
        _paint(output)


if __name__ == "__main__":
    main()
