"""What L-BFGS-B moves: pixels, kept in their range in three ways, or their frequencies.

`python -m bench.variables` minimises the default loss at 192 x 256, one scale, with equal
evaluations, and prints a line for each way and pair, in about three minutes. A picture is saved in
0..255, so the loss that counts is the saved picture's. "Own" seconds are the optimiser's, without
the objective's.
"""

import contextlib
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import skimage
from numpy.typing import NDArray
from scipy.optimize import Bounds, minimize

from nst_core import Settings, build_objective, load_preset, presets
from nst_core.optimise import lbfgs
from nst_core.optimise.method import FIRST_STEP, Method, method_for
from nst_core.pictures.pixels import resize
from nst_core.vgg16.space import HIGHEST_VGG, LOWEST_VGG, from_vgg, to_vgg

ROWS, COLUMNS = 192, 256
EVALUATIONS = 100
PAIRS = (("astronaut", "starlit_valley"), ("coffee", "woodblock_wave"))

Array = NDArray[np.float64]
Objective = Callable[[Array], tuple[float, Array]]


class _Timed:
    """An objective that remembers its best point, its seconds and its calls."""

    def __init__(self, objective: Objective) -> None:
        self.terms: dict[str, float] = {}
        self.seconds, self.calls = 0.0, 0
        self.best: tuple[float, Array] = (np.inf, np.empty(0))
        self._objective = objective

    def __call__(self, x: Array) -> tuple[float, Array]:
        began = time.perf_counter()
        loss, gradient = self._objective(x)
        self.seconds += time.perf_counter() - began
        self.calls += 1
        if loss < self.best[0]:
            self.best = loss, x.copy()
        return loss, gradient


def by_scipy(objective: _Timed, start: Array) -> None:
    """L-BFGS-B with its own bounds, scaled so that its first step is like ours."""
    unit = FIRST_STEP * np.sqrt(start.size)
    gain = 1.0 / (float(np.linalg.norm(objective(start)[1])) * unit)
    low, high = (
        np.broadcast_to(bound, start.shape).ravel() / unit for bound in (LOWEST_VGG, HIGHEST_VGG)
    )

    def scaled(y: Array) -> tuple[float, Array]:
        if objective.calls >= EVALUATIONS:
            raise StopIteration
        loss, gradient = objective((y * unit).reshape(start.shape))
        return loss * gain, gradient.ravel() * (gain * unit)

    options: Any = {"maxcor": 10, "maxfun": 10**6, "maxiter": 10**6, "ftol": 0.0, "gtol": 0.0}
    with contextlib.suppress(StopIteration):
        minimize(
            scaled, start.ravel() / unit, jac=True, method="L-BFGS-B", bounds=Bounds(low, high),
            options=options,
        )  # fmt: skip


def by_ours(way: Method) -> Callable[[_Timed, Array], None]:
    """The project's own loop."""

    def run(objective: _Timed, start: Array) -> None:
        lbfgs.minimise(objective, start, way, iterations=1, evaluations=EVALUATIONS)

    return run


def main() -> None:
    """Print a line for each way and pair."""
    settings = Settings()
    ours = method_for(settings)
    pixels = replace(ours, frequencies=False)
    ways = {
        "SciPy's bounds": by_scipy,
        "free": by_ours(replace(pixels, bounds=None)),
        "within": by_ours(pixels),
        "within, frequencies": by_ours(ours),
    }
    print(f"{'':32} {'seconds':>8} {'own':>7} {'outside':>8} {'loss':>8} {'saved picture':>14}")
    for photo_name, preset_name in PAIRS:
        photo = getattr(skimage.data, photo_name)()
        painting = presets.read_painting(load_preset(preset_name)).pixels
        photo, painting = (resize(p, ROWS, COLUMNS) for p in (photo, painting))
        objective = build_objective(photo, painting, settings)
        start = to_vgg(photo).astype(np.float64)
        objective(start)
        for name, way in ways.items():
            timed = _Timed(objective)
            began = time.perf_counter()
            way(timed, start)
            seconds = time.perf_counter() - began
            loss, x = timed.best
            outside = np.mean((x < LOWEST_VGG - 0.5) | (x > HIGHEST_VGG + 0.5))
            saved, _ = objective(to_vgg(from_vgg(x)))
            print(
                f"{photo_name + ', ' + name:32} {seconds:8.1f} {seconds - timed.seconds:7.1f}"
                f" {outside:8.1%} {loss:8.4f} {saved:14.4f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
