"""Pixel range as L-BFGS-B bounds: what it costs, and what the saved picture gains.

`python -m bench.bounds` minimises the default loss at 192 x 256, one scale, float32, with and
without bounds and with more memory. A picture is saved in 0..255, so the loss that counts is the
saved picture's.
"""

import time
from dataclasses import replace

import numpy as np
import skimage

from nst_core import Settings, build_objective, images, lbfgs, load_preset, presets
from nst_core.stylize import method

ROWS, COLUMNS = 192, 256
ITERATIONS, EVALUATIONS = 10, 10
PAIRS = (("astronaut", "starlit_valley"), ("coffee", "woodblock_wave"))


def main() -> None:
    """Print a line for each way and pair."""
    settings = Settings(precision="float32")
    bounded = method(settings)
    ways = {
        "with bounds": bounded,
        "without": replace(bounded, bounds=None),
        "without, memory 30": replace(bounded, bounds=None, memory=30),
    }
    print(f"{'':30} {'seconds':>8} {'outside':>8} {'loss':>8} {'saved picture':>14}")
    for photo_name, preset_name in PAIRS:
        photo = getattr(skimage.data, photo_name)()
        painting = presets.read_painting(load_preset(preset_name)).pixels
        photo, painting = (images.resize(p, ROWS, COLUMNS) for p in (photo, painting))
        objective = build_objective(photo, painting, settings)
        for name, way in ways.items():
            began = time.perf_counter()
            best = lbfgs.minimise(
                objective,
                images.to_vgg(photo).astype(np.float64),
                way,
                iterations=ITERATIONS,
                evaluations=EVALUATIONS,
            ).best
            seconds = time.perf_counter() - began
            assert best is not None
            outside = np.mean(
                (best.x < images.LOWEST_VGG - 0.5) | (best.x > images.HIGHEST_VGG + 0.5)
            )
            saved, _ = objective(images.to_vgg(images.from_vgg(best.x)))
            print(
                f"{photo_name + ', ' + name:30} {seconds:8.1f} {outside:8.1%} {best.loss:8.4f}"
                f" {saved:14.4f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
