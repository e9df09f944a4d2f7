"""What runs take, held against what was foretold: `python -m bench.forecast [SIZE ...]`.

Each run is a process of its own, with one scale, few evaluations and the default preset's settings;
its memory is the process's peak.
"""

import argparse
import json
import resource
import subprocess
import sys
import time

import numpy as np

from nst_core import Settings, calibration, forecast, schedule, stylize

SIZES = (256, 512, 1024, 2048)
_EVALUATIONS = 8


def main() -> None:
    """Print a line for each size and precision."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", metavar="SIZE", type=int, nargs="*", default=SIZES)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--precision", choices=calibration.PRECISIONS, default="bfloat16")
    options = parser.parse_args()
    if options.one:
        print(json.dumps(_run(int(options.one), options.precision)))
        return
    found = calibration.measure(options.precision)
    print(f"measured: {found}")
    print(
        f"{'size':>6} {'seconds':>9} {'foretold':>9} {'ratio':>6}"
        f" {'GB':>7} {'foretold':>9} {'ratio':>6}"
    )
    for size in options.sizes:
        command = [sys.executable, "-m", "bench.forecast", "--one", str(size)]
        command += ["--precision", options.precision]
        told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        memory, foretold = told["memory"] / 1e9, told["foretold_memory"] / 1e9
        print(
            f"{size:6} {told['seconds']:9.1f} {told['foretold_seconds']:9.1f}"
            f" {told['foretold_seconds'] / told['seconds']:6.2f}"
            f" {memory:7.2f} {foretold:9.2f} {foretold / memory:6.2f}",
            flush=True,
        )


def _run(size: int, precision: str) -> dict[str, float]:
    random = np.random.default_rng(0)
    # Squares of eight pixels, so that it is not all noise.
    small = random.integers(0, 256, (size // 8, size // 8, 3), dtype=np.uint8)
    photo = small.repeat(8, 0).repeat(8, 1)
    settings = Settings(size=size, scales=1, iterations=1, evaluations=_EVALUATIONS)
    settings = settings.changed(precision=precision)
    foretold = forecast.forecast(
        schedule.plan(photo.shape[:2], photo.shape[:2], settings), settings
    )
    import nst_core.objective  # noqa: F401  (loading TensorFlow is no part of a run)

    began = time.perf_counter()
    stylize(photo, photo[::-1].copy(), settings)
    return {
        "seconds": time.perf_counter() - began,
        "foretold_seconds": foretold.seconds,
        "memory": 1024.0 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        "foretold_memory": foretold.memory,
    }


if __name__ == "__main__":
    main()
