"""Whole runs by L-BFGS-B and by Adam, with equal evaluations.

`python -m bench.optimisers` repaints two photos at 128 pixels in float32, by each optimiser, and
prints the loss where the run ends and its seconds, in about a minute.
"""

import time

import skimage

from nst_core import load_preset, presets, stylize

SIZE = 128
PAIRS = (("astronaut", "starlit_valley"), ("coffee", "woodblock_wave"))


def main() -> None:
    """Print a line for each pair and optimiser."""
    print(f"{'':48} {'loss':>8} {'seconds':>8}")
    for photo_name, preset_name in PAIRS:
        photo = getattr(skimage.data, photo_name)()
        preset = load_preset(preset_name)
        painting = presets.read_painting(preset).pixels
        for optimizer in ("lbfgs", "adam"):
            settings = preset.settings.changed(size=SIZE, precision="float32", optimizer=optimizer)
            began = time.perf_counter()
            result = stylize(photo, painting, settings)
            seconds = time.perf_counter() - began
            label = f"{photo_name} x {preset_name}, {optimizer}"
            print(f"{label:48} {result.losses[-1]:8.4f} {seconds:8.1f}", flush=True)


if __name__ == "__main__":
    main()
