"""How well seconds and memory of a run are foretold: `python -m bench.forecast [SIZE ...]`.

It prints the ratio of what was foretold to what was measured for each size, in about five minutes.
Each run is a process of its own, with one scale, few evaluations and the default preset's settings;
its memory is the process's peak.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence

import numpy as np

from bench.machine import peak_memory
from bench.rows import Row
from nst_core import Settings, stylize
from nst_core.machine import forecast
from nst_core.machine.learning import PriceLearner
from nst_core.machine.prices import PRECISIONS
from nst_core.plan import schedule

SIZES = {"float32": (256, 512, 1024), "bfloat16": (256, 512, 1024, 2048)}
_EVALUATIONS = 12
"""Enough to fill L-BFGS-B's memory of ten pairs."""


def main() -> None:
    """Print a line for each size and precision."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", metavar="SIZE", type=int, nargs="*")
    parser.add_argument("--one", metavar="PRECISION", help=argparse.SUPPRESS)
    parser.add_argument("--precision", choices=PRECISIONS, default="bfloat16")
    options = parser.parse_args()
    if options.one:
        print(json.dumps(_run(options.sizes[0], options.one)))
        return
    for row in foretold(options.precision, options.sizes or SIZES[options.precision]):
        print(row, flush=True)


def foretold(precision: str, sizes: Sequence[int]) -> Iterator[Row]:
    """Ratios of foretold to measured seconds and memory, for each size."""
    with tempfile.TemporaryDirectory() as cache:
        # A calibration of its own, as on a new machine, which each run corrects.
        environment = os.environ | {"XDG_CACHE_HOME": cache}
        measure = f"from nst_core.calibrate import measure_price; measure_price({precision!r})"
        subprocess.run([sys.executable, "-c", measure], check=True, env=environment)
        for size in sizes:
            command = [sys.executable, "-m", "bench.forecast", str(size), "--one", precision]
            done = subprocess.run(command, check=True, capture_output=True, env=environment)
            figures = json.loads(done.stdout)
            for what, unit, divisor in (("seconds", "s", 1.0), ("memory", "GB", 1e9)):
                measured, before = (figures[key] / divisor for key in (what, f"foretold_{what}"))
                yield Row(
                    f"foretold / measured {what}, {precision}",
                    f"{size} x {size}",
                    f"{before / measured:.2f}",
                    f"{before:.2f} {unit} to {measured:.2f} {unit}",
                )


def _run(size: int, precision: str) -> dict[str, float]:
    random = np.random.default_rng(0)
    # Squares of eight pixels, so that it is not all noise.
    small = random.integers(0, 256, (size // 8, size // 8, 3), dtype=np.uint8)
    photo = small.repeat(8, 0).repeat(8, 1)
    settings = Settings(size=size, scales=1, iterations=1, evaluations=_EVALUATIONS)
    settings = settings.changed(precision=precision)
    foretold = forecast.forecast_run(
        schedule.plan_scales(photo.shape[:2], photo.shape[:2], settings), settings
    )
    import nst_core.objective.build  # noqa: F401  (loading TensorFlow is no part of a run)

    began = time.perf_counter()
    stylize(photo, photo[::-1].copy(), settings, PriceLearner(lambda event: None))
    return {
        "seconds": time.perf_counter() - began,
        "foretold_seconds": foretold.seconds,
        "memory": peak_memory(),
        "foretold_memory": foretold.memory,
    }


if __name__ == "__main__":
    main()
