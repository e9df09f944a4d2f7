"""What an evaluation costs on this machine: measured once, kept on disk, corrected by every run."""

import functools
import json
import math
import os
import platform
import statistics
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs

from nst_core import files
from nst_core.errors import OutputError
from nst_core.events import Evaluated, Event, Iteration, OnEvent, Started
from nst_core.plan.schedule import Scale

PRECISIONS = ("float32", "bfloat16")

_SIZES = ((96, 128), (192, 256))
_EVALUATIONS = 6
_TRIALS = "trials"
_TILED = 2.1
"""Times that a pixel costs more by tiles: two passes, and what is around each tile."""
_LEARNS = 0.3
"""How much of what a run has shown is believed at once."""
_MOST_LEARNED = 4.0


@dataclass(frozen=True)
class Price:
    """Seconds: `setup` once for each size, `evaluation` and `pixel` for each evaluation."""

    setup: float
    evaluation: float
    pixel: float

    def seconds(self, pixels: int, is_tiled: bool = False) -> float:
        """What one evaluation of a picture of that many pixels takes, optimiser included."""
        return self.evaluation + self.pixel * pixels * (_TILED if is_tiled else 1.0)


USUAL = {
    "float32": Price(setup=1.5, evaluation=0.02, pixel=5e-6),
    "bfloat16": Price(setup=1.5, evaluation=0.02, pixel=3e-6),
}
"""Two processor cores, before this machine has shown what it can."""


def path() -> Path:
    """The file that is kept."""
    return Path(platformdirs.user_cache_dir("nst-dashboard")) / "calibration.json"


def known(precision: str) -> Price | None:
    """What was measured on this machine; None before."""
    values = _read().get(precision)
    try:
        found = Price(**{name: float(value) for name, value in dict(values or {}).items()})
    except (TypeError, ValueError, OverflowError):
        return None
    return found if all(np.isfinite(v) and v >= 0 for v in asdict(found).values()) else None


def price(precision: str) -> Price:
    """What is known, else what is usual."""
    return known(precision) or USUAL[precision]


def keep(precision: str, value: Price) -> None:
    """Write it down, as far as the disk lets us."""
    _write({precision: asdict(value)})


def _write(values: Mapping[str, Any]) -> None:
    values = _read() | {"machine": _machine()} | dict(values)
    try:
        path().parent.mkdir(parents=True, exist_ok=True)
        files.write_bytes(path(), json.dumps(values, indent=1).encode(), durable=False)
    except (OSError, OutputError):
        return  # it is measured again the next time


def tried(pixels: int) -> dict[str, float] | None:
    """Seconds of an evaluation in each precision, at about that size; None before a trial."""
    return _trials().get(_step(pixels))


def tried_nearby(pixels: int) -> dict[str, float] | None:
    """The same at the nearest size that was tried."""
    known = _trials()
    nearest = min(known, key=lambda step: abs(step - _step(pixels)), default=None)
    return None if nearest is None else known[nearest]


def keep_trial(pixels: int, seconds: Mapping[str, float]) -> None:
    """Write down what an evaluation took in each precision."""
    trials = _trials() | {_step(pixels): dict(seconds)}
    _write({_TRIALS: {str(step): found for step, found in trials.items()}})


def _step(pixels: int) -> int:
    """Sizes between which the sides double, rounded to the nearest."""
    return round(math.log2(pixels) / 2)


def _trials() -> dict[int, dict[str, float]]:
    try:
        return {
            int(step): {name: float(seconds[name]) for name in PRECISIONS}
            for step, seconds in dict(_read().get(_TRIALS, {})).items()
        }
    except (TypeError, ValueError, KeyError, OverflowError):
        return {}


def measure(precision: str) -> Price:
    """Run a few evaluations at two sizes, and keep what they cost; takes some seconds."""
    from nst_core.objective.build import build_objective
    from nst_core.optimise import lbfgs
    from nst_core.settings import Settings
    from nst_core.stylize import method
    from nst_core.vgg16.space import to_vgg

    settings = Settings(precision=precision)  # type: ignore[arg-type]
    random = np.random.default_rng(0)
    setups, costs = [], []
    for rows, columns in _SIZES:
        photo = random.integers(0, 256, (rows, columns, 3), dtype=np.uint8)
        began = time.perf_counter()
        objective = build_objective(photo, photo[::-1].copy(), settings)
        start = to_vgg(photo).astype(np.float64)
        objective(start)
        setups.append(time.perf_counter() - began)
        ticks = [time.perf_counter()]
        lbfgs.minimise(
            objective, start, method(settings), iterations=1, evaluations=_EVALUATIONS,
            on_evaluation=lambda loss, ticks=ticks: ticks.append(time.perf_counter()),  # type: ignore[misc]
        )  # fmt: skip
        costs.append(statistics.median(np.diff(ticks)))
    (small, large) = (rows * columns for rows, columns in _SIZES)
    pixel = max((costs[1] - costs[0]) / (large - small), 0.5 * costs[1] / large)
    found = Price(statistics.mean(setups), max(0.0, costs[0] - pixel * small), pixel)
    keep(precision, found)
    return found


def learning(on_event: OnEvent) -> OnEvent:
    """A listener that corrects the price by what a run's evaluations take, and passes events on."""
    return _Learner(on_event)


class _Learner:
    def __init__(self, on_event: OnEvent) -> None:
        self._on_event = on_event
        self._scales: tuple[Scale, ...] = ()
        self._precision = ""
        self._ticks: list[float] = []

    def __call__(self, event: Event) -> None:
        if isinstance(event, Started):
            self._scales, self._precision = event.scales, event.precision
        elif isinstance(event, Evaluated):
            if event.precision != self._precision:
                self._precision, self._ticks = event.precision, []
            self._ticks.append(time.monotonic())
        self._on_event(event)
        if isinstance(event, Iteration):
            self._learn(self._scales[event.scale])
            self._ticks = []

    def _learn(self, scale: Scale) -> None:
        seconds = statistics.median(np.diff(self._ticks)) if len(self._ticks) > 3 else 0.0
        before = known(self._precision)
        if before is None or not seconds:
            return
        pixels = scale.picture[0] * scale.picture[1]
        factor = (seconds / before.seconds(pixels, scale.is_tiled)) ** _LEARNS
        factor = min(_MOST_LEARNED, max(1 / _MOST_LEARNED, factor))
        keep(
            self._precision,
            replace(before, evaluation=before.evaluation * factor, pixel=before.pixel * factor),
        )


@functools.cache
def _machine() -> dict[str, Any]:
    """What the prices depend on."""
    # The one with a GPU goes by another name.
    names = {"tensorflow", "tensorflow-cpu"}
    found = [d.version for name in names for d in metadata.distributions(name=name)]
    return {
        "node": platform.node(), "processor": platform.machine(), "cores": os.cpu_count(),
        "tensorflow": sorted(found),
    }  # fmt: skip


def _read() -> dict[str, Any]:
    try:
        values = json.loads(path().read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    same = isinstance(values, dict) and values.get("machine") == _machine()
    return values if same else {}
