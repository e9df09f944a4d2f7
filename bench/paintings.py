"""What several paintings and regions cost: one evaluation of each.

`python -m bench.paintings` times one evaluation with one painting, with two that are mixed, with
two that have a half of the picture each, and within a mask, in turn, and prints for each the median
milliseconds and its ratio to one painting alone. It takes three minutes.
"""

import argparse
from typing import Any

import numpy as np
import skimage

from bench.in_turn import HEAD, lines, milliseconds
from bench.machine import machine
from nst_core import Settings, build_objective
from nst_core.objective.build import Objective
from nst_core.pictures.masks import Masks
from nst_core.pictures.pixels import Pixels, resize
from nst_core.vgg16.space import to_vgg

SIZES = ((171, 256), (342, 512))
ROUNDS = 9
ALONE = "one painting"


def main() -> None:
    """Time all in turn, for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="counted evaluations of each")
    parser.add_argument("--precision", default="auto", help="auto, float32 or bfloat16")
    options = parser.parse_args()
    print(machine())
    print(HEAD)
    for size in SIZES:
        photo = resize(skimage.data.astronaut(), *size)
        objectives, x = _objectives(photo, options.precision), to_vgg(photo)
        milliseconds(objectives, x, rounds=1)  # compiles, and does not count
        times = milliseconds(objectives, x, options.rounds)
        print("\n".join(lines(times, ALONE, size)), flush=True)


def _objectives(photo: Pixels, precision: Any) -> dict[str, Objective]:
    rows, columns = photo.shape[:2]
    waves, cup = (resize(p, rows, columns) for p in (photo[::-1], skimage.data.coffee()))
    settings = Settings(precision=precision)
    left = np.zeros((rows, columns))
    left[:, : columns // 2] = 1.0
    halves, part = Masks(paintings=(left, None)), Masks(paint=left)
    return {
        ALONE: build_objective(photo, waves, settings),
        "two paintings": build_objective(photo, [waves, cup], settings),
        "two regions": build_objective(photo, [waves, cup], settings, masks=halves),
        "one painting within a mask": build_objective(photo, waves, settings, masks=part),
    }


if __name__ == "__main__":
    main()
