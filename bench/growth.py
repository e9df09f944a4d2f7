"""One evaluation at growing sizes, by pieces where it is large: seconds, and peak memory.

`python -m bench.growth [ROWSxCOLUMNS ...]` prints two lines for each size and precision, in about
ten minutes. Each evaluates in a process of its own, so that the process's peak is its own.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence

import numpy as np

from bench.machine import peak_memory
from bench.rows import Row
from nst_core import Settings, build_objective
from nst_core.machine.precision import native_precisions

SIZES = ("256x256", "512x512", "1024x1024", "1536x1536", "2048x2048", "3072x4096")
_FLOAT32_UP_TO = 1536 * 1536
_COUNTED, _COUNTED_OF_LARGE = 3, 1
_LARGE = 2048 * 2048


def main() -> None:
    """Print a line for each figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", metavar="ROWSxCOLUMNS", nargs="*", default=SIZES)
    parser.add_argument("--one", metavar="PRECISION", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(_measured(*_sides(options.sizes[0]), options.one)))
        return
    for row in grown(options.sizes):
        print(row, flush=True)


def grown(sizes: Sequence[str] = SIZES) -> Iterator[Row]:
    """Seconds of an evaluation, seconds of it for a million pixels, and peak memory."""
    for size in sizes:
        rows, columns = _sides(size)
        for precision in native_precisions():
            if precision == "float32" and rows * columns > _FLOAT32_UP_TO:
                continue
            command = [sys.executable, "-m", "bench.growth", size, "--one", precision]
            output = subprocess.run(command, check=True, capture_output=True).stdout
            figures = json.loads(output)
            seconds, memory = figures["seconds"], figures["memory"]
            shown = f"{rows} x {columns}"
            per_pixel = f"{seconds / (rows * columns / 1e6):.2f} s for a million pixels"
            yield Row(f"growth, one evaluation, {precision}", shown, f"{seconds:.2f} s", per_pixel)
            yield Row(f"growth, peak memory, {precision}", shown, f"{memory / 1e9:.2f} GB")


def _sides(size: str) -> tuple[int, int]:
    rows, columns = map(int, size.split("x"))
    return rows, columns


def _measured(rows: int, columns: int, precision: str) -> dict[str, float]:
    random = np.random.default_rng(0)
    photo = random.integers(0, 256, (rows, columns, 3), dtype=np.uint8)
    settings = Settings(recipe="classic", rows=rows, columns=columns)
    objective = build_objective(photo, photo[::-1].copy(), settings.changed(precision=precision))
    x = random.uniform(-100, 100, (1, rows, columns, 3))
    objective(x)
    times = []
    for _ in range(_COUNTED_OF_LARGE if rows * columns >= _LARGE else _COUNTED):
        began = time.perf_counter()
        objective(x)
        times.append(time.perf_counter() - began)
    return {
        "seconds": statistics.median(times),
        "memory": peak_memory(),
    }


if __name__ == "__main__":
    main()
