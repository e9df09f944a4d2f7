"""One evaluation of the classic objective: ours, others', and the limit of the machine, in turn.

`python -m bench.evaluation` prints a line for each figure and ratio, in about ten minutes. The
limit is the arithmetic of the convolutions at the speed that a large matrix product of the same
precision has in the same round. The convolutions alone, as TensorFlow runs them, show what is left
to gain. With `--torch PYTHON`, an interpreter that has PyTorch, plain PyTorch takes part.
"""

import argparse
import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bench import references
from bench.machine import machine
from bench.rows import Row, ratio, seconds
from nst_core import Settings, build_objective
from nst_core.machine.precision import native_precisions
from nst_core.vgg16.weights import load_weights

SIZES = ((300, 500), (512, 512), (1024, 1024))
ROUNDS = 7
_PRODUCT_SIDE = 2048

Rounds = dict[str, list[float]]


def main() -> None:
    """Time all in turn, for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="counted evaluations of each")
    parser.add_argument("--size", action="append", help="ROWSxCOLUMNS; by default three sizes")
    parser.add_argument("--torch", metavar="PYTHON", help="an interpreter with PyTorch")
    options = parser.parse_args()
    sizes = [tuple(map(int, size.split("x"))) for size in options.size or ()] or SIZES
    print(machine())
    for rows, columns in sizes:
        for row in table(rows, columns, measure(rows, columns, options.rounds, options.torch)):
            print(row, flush=True)


def measure(rows: int, columns: int, count: int, torch: str | None) -> Rounds:
    """Seconds of each contestant in each round."""
    random = np.random.default_rng(0)
    photo, painting = random.integers(0, 256, (2, rows, columns, 3), dtype=np.uint8)
    x = random.uniform(0, 255, (1, rows, columns, 3)) - 128
    settings = Settings(recipe="classic", rows=rows, columns=columns)
    contestants: dict[str, Callable[[], float]] = {}
    arithmetic = references.convolution_arithmetic(rows, columns) / (2.0 * _PRODUCT_SIDE**3)
    for precision in native_precisions():
        product = references.matrix_product(precision, _PRODUCT_SIDE)
        contestants[f"limit {precision}"] = _timed(product, arithmetic)
        alone = references.convolutions(rows, columns, precision)
        contestants[f"convolutions alone {precision}"] = _timed(alone)
        ours = build_objective(photo, painting, settings.changed(precision=precision))
        contestants[f"ours {precision}"] = _timed(lambda ours=ours: ours(x))  # type: ignore[misc]
    theirs = references.three_pictures(photo, painting, settings)
    contestants["three pictures"] = _timed(lambda: theirs(x))
    with contextlib.ExitStack() as stack:
        for precision in native_precisions() if torch else ():
            evaluate = stack.enter_context(_torch(str(torch), rows, columns, precision))
            contestants[f"PyTorch {precision}"] = evaluate
        for run in contestants.values():
            run()
            run()
        rounds: Rounds = {name: [] for name in contestants}
        for _ in range(count):
            for name, run in contestants.items():
                rounds[name].append(run())
    return rounds


def table(rows: int, columns: int, rounds: Rounds) -> list[Row]:
    """Medians, and ratios round by round with their spread."""
    size = f"{rows} x {columns}"
    lines = [seconds(f"one evaluation, {name}", size, times) for name, times in rounds.items()]
    for precision in native_precisions():
        ours = f"ours {precision}"
        for one, other in (
            (ours, f"limit {precision}"),
            (ours, f"convolutions alone {precision}"),
            ("three pictures", ours),
            (f"PyTorch {precision}", ours),
            (f"PyTorch {precision}", f"limit {precision}"),
            (f"PyTorch {precision}", f"convolutions alone {precision}"),
        ):
            if one in rounds:
                lines.append(ratio(f"{one} / {other}", size, rounds[one], rounds[other]))
    return lines


def _timed(function: Callable[[], Any], factor: float = 1.0) -> Callable[[], float]:
    def run() -> float:
        began = time.perf_counter()
        function()
        return (time.perf_counter() - began) * factor

    return run


@contextlib.contextmanager
def _torch(python: str, rows: int, columns: int, precision: str) -> Iterator[Callable[[], float]]:
    """PyTorch in a process of its own, one evaluation at a time."""
    with tempfile.TemporaryDirectory() as folder:
        arrays: dict[str, Any] = {}
        for name, (kernel, bias) in load_weights().kernels.items():
            arrays[name], arrays[f"{name}_bias"] = kernel, bias
        np.savez(f"{folder}/weights.npz", **arrays)
        program = Path(__file__).with_name("torch_reference.py")
        command = [
            python,
            str(program),
            f"{folder}/weights.npz",
            str(rows),
            str(columns),
            precision,
        ]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            if process.stdout.readline().strip() != "ready":
                sys.exit(f"{python} could not run PyTorch.")

            def evaluate() -> float:
                assert process.stdin is not None
                assert process.stdout is not None
                process.stdin.write("\n")
                process.stdin.flush()
                return float(process.stdout.readline())

            yield evaluate
            process.stdin.close()


if __name__ == "__main__":
    main()
