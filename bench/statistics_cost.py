"""What the statistics of the style, the poolings and the paddings cost: one evaluation of each.

`python -m bench.statistics_cost` times them in turn at the sizes of a default run, in about five
minutes, and prints for each the median milliseconds and its ratio to Gram matrices with the network
as it was trained.

The Wasserstein distance takes its root by eigenvalues. Beside it stands Newton and Schulz's
iteration (Higham 2008, "Functions of Matrices", equation 6.35), scaled at each step as Chen and
Chow 2014 do, once with the gradient that its inverse root gives and once with the gradient through
its own steps; with the cosines of their gradients with that of the eigenvalues.
"""

import argparse
import math
from typing import Any
from unittest import mock

import numpy as np
from keras import ops

from bench.in_turn import HEAD, lines, milliseconds
from bench.machine import machine
from nst_core import Settings, build_objective
from nst_core.objective import moments
from nst_core.objective.build import Objective
from nst_core.objective.graph import whole_graph
from nst_core.vgg16.layers import LayerName

SIZES = ((86, 128), (171, 256), (342, 512))
ROUNDS = 7
LAYERS: tuple[LayerName, ...] = (
    "block1_conv1",
    "block2_conv1",
    "block3_conv1",
    "block4_conv1",
    "block5_conv1",
)
FIRST = "gram"
EXACT = "wasserstein"
ITERATED, BY_STEPS = "Newton-Schulz, inverse root", "Newton-Schulz, by its steps"
STEPS, LEAST_ROOT = 11, 1e-3
"""How many steps, and from which roots up they then have converged, where the largest is 1."""
CHOICES: dict[str, dict[str, Any]] = {
    FIRST: {},
    "covariance": {"statistic": "covariance"},
    EXACT: {"statistic": "wasserstein"},
    ITERATED: {"statistic": "wasserstein"},
    BY_STEPS: {"statistic": "wasserstein"},
    "average pooling": {"pooling": "average"},
    "l2 pooling": {"pooling": "l2"},
    "replicate padding": {"padding": "replicate"},
}


def main() -> None:
    """Time all in turn, for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="counted evaluations of each")
    parser.add_argument("--precision", default="auto", help="auto, float32 or bfloat16")
    options = parser.parse_args()
    print(machine())
    print(HEAD)
    for rows, columns in SIZES:
        objectives, x = _objectives(rows, columns, options.precision)
        times = milliseconds(objectives, x, options.rounds)
        print("\n".join(lines(times, FIRST, (rows, columns))), flush=True)
        exact = objectives[EXACT](x)[1]
        for name in (ITERATED, BY_STEPS):
            other = objectives[name](x)[1]
            cosine = (exact * other).sum() / np.linalg.norm(exact) / np.linalg.norm(other)
            print(f"{name}: cosine {cosine:.5f}")


def _objectives(
    rows: int, columns: int, precision: str
) -> tuple[dict[str, Objective], np.ndarray[Any, Any]]:
    """An objective for each choice, and the picture to evaluate; pictures are smooth noise."""
    random = np.random.default_rng(0)
    noise = random.normal(0, 1, (2, rows, columns, 3)).cumsum(axis=1).cumsum(axis=2)
    levels = (noise - noise.min()) / np.ptp(noise) * 255.0
    photo, painting = levels.astype(np.uint8)
    x = np.asarray(photo, np.float64) - 110.0 + random.normal(0, 10, photo.shape)
    settings = Settings(
        style_layers=LAYERS, statistic="gram", pooling="max", padding="zero"
    ).changed(precision=precision)
    objectives = {}
    for name, choice in CHOICES.items():
        root = {ITERATED: _trace_by_inverse, BY_STEPS: _trace_by_steps}.get(name)
        # What is compiled is shared by equal formulas, but these differ in code.
        whole_graph.cache_clear()
        with mock.patch.object(moments, "trace_of_root", root or moments.trace_of_root):
            objectives[name] = build_objective(photo, painting, settings.changed(**choice))
            objectives[name](x)
    return objectives, x


def _trace_by_steps(matrix: Any) -> Any:
    """As `moments.trace_of_root`, with the backend's own gradient."""
    return ops.sum(matrix * _inverse_root(matrix)[0])


@ops.custom_gradient  # type: ignore[untyped-decorator]
def _trace_by_inverse(matrix: Any) -> Any:
    inverse, ridge = _inverse_root(matrix)

    def gradient(*args: Any, upstream: Any = None) -> Any:
        by = args[0] if upstream is None else upstream
        cube = ops.matmul(inverse, ops.matmul(inverse, inverse))
        return by * 0.5 * (inverse + ridge * cube)

    return ops.sum(matrix * inverse), gradient


def _inverse_root(matrix: Any) -> tuple[Any, Any]:
    """The inverse root of a symmetric positive matrix (c, c) and a ridge, and the ridge."""
    unit = ops.eye(matrix.shape[0], dtype=matrix.dtype)
    ridge = 3e-7 * ops.trace(matrix)
    matrix = matrix + ridge * unit
    # Of a positive matrix, the Frobenius norm is not below the largest eigenvalue.
    norm = ops.sqrt(ops.sum(ops.square(matrix)))
    root, inverse, least = matrix / norm, unit, LEAST_ROOT
    for _ in range(STEPS):
        scale = math.sqrt(3.0 / (1.0 + least + least**2))
        least = 0.5 * scale * least * (3.0 - (scale * least) ** 2)
        step = 1.5 * scale * unit - 0.5 * scale**3 * ops.matmul(inverse, root)
        root, inverse = ops.matmul(root, step), ops.matmul(step, inverse)
    return inverse / ops.sqrt(norm), ridge


if __name__ == "__main__":
    main()
