"""Whether bfloat16 changes a picture less than another seed does.

`python -m bench.precisions` repaints two photos from a blend with noise at 256 pixels, in both
precisions and with two seeds, and prints how far each is from the float32 picture of the first
seed, in about three minutes.
"""

import sys
from itertools import product

import numpy as np
import skimage

from nst_core import load_preset, presets, score, stylize
from nst_core.machine.precision import native_precisions

PAIRS = (("astronaut", "starlit_valley"), ("coffee", "woodblock_wave"))
SIZE = 256


def main() -> None:
    """Print a line for each pair and change."""
    if "bfloat16" not in native_precisions():
        sys.exit("This processor must multiply bfloat16 itself, else it takes many times as long.")
    print(f"{'':28} {'':18} {'levels':>7} {'style distance':>15} {'content cosine':>15}")
    for photo_name, preset_name in PAIRS:
        photo = np.ascontiguousarray(getattr(skimage.data, photo_name)())
        preset = load_preset(preset_name)
        painting = presets.read_painting(preset).pixels
        settings = preset.settings.changed(size=SIZE, start="blend")
        pictures = {
            (precision, seed): stylize(
                photo, painting, settings.changed(precision=precision, seed=seed)
            ).picture
            for precision, seed in product(("float32", "bfloat16"), (0, 1))
        }
        first = pictures["float32", 0]
        for (precision, seed), picture in pictures.items():
            levels = np.sqrt(np.mean(np.square(picture.astype(float) - first)))
            near = score(picture, photo, painting, style_scale=settings.style_scale)
            print(
                f"{photo_name + ', ' + preset_name:28} {precision + f', seed {seed}':18}"
                f" {levels:7.2f} {near.style_distance:15.4f}"
                f" {near.photo_likeness:15.4f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
