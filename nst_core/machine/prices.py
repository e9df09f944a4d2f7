"""What an evaluation costs on this machine, as far as it has been measured: a file in the user's
cache folder.

`calibrate` measures, `learning` corrects the prices by what runs take, and `forecast` reads them.
"""

import functools
import json
import math
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

from nst_core import environment, files
from nst_core.errors import OutputError

Precision = Literal["float32", "bfloat16"]
"""What the convolutions compute in, by Keras's name."""
PRECISIONS: tuple[Precision, ...] = ("float32", "bfloat16")

_TRIALS = "trials"
_TILED = 2.1
"""How many times more a pixel costs by tiles, for there are two passes, and a margin to each tile.

An evaluation alone costs 2.3 times as much, but a price also holds the optimiser's part, which
stays the same.
"""


@dataclass(frozen=True)
class Price:
    """What evaluations of loss and gradient cost, in seconds.

    Attributes:
        setup: once for each size of a run: targets and tracing.
        evaluation: for each evaluation, whatever its size.
        pixel: for each pixel of each evaluation.
    """

    setup: float
    evaluation: float
    pixel: float

    def seconds(self, pixels: int, is_tiled: bool = False) -> float:
        """What one evaluation of a picture of `pixels` pixels takes, optimiser included.

        Example:
            >>> round(USUAL["float32"].seconds(512 * 384), 2)
            1.0
        """
        return self.evaluation + self.pixel * pixels * (_TILED if is_tiled else 1.0)


USUAL = {
    "float32": Price(setup=1.5, evaluation=0.02, pixel=5e-6),
    "bfloat16": Price(setup=1.5, evaluation=0.02, pixel=3e-6),
}
"""The prices of two processor cores, which count until this machine has been measured."""


def path() -> Path:
    """The file that holds the prices.

    Example:
        >>> path().name
        'calibration.json'
    """
    return environment.cache_folder() / "calibration.json"


def measured_price(precision: str) -> Price | None:
    """The price that was measured on this machine; None before anything was.

    Example:
        >>> remember_price("float32", Price(setup=2.0, evaluation=0.03, pixel=4e-6))
        >>> measured_price("float32").setup
        2.0
    """
    values = _read().get(precision)
    try:
        price = Price(**{name: float(value) for name, value in dict(values or {}).items()})
    except (TypeError, ValueError, OverflowError):
        return None
    return price if all(math.isfinite(v) and v >= 0 for v in asdict(price).values()) else None


def price_of(precision: str) -> Price:
    """The measured price, or the usual one of `USUAL` before anything was measured.

    Example:
        >>> price_of("float32") == (measured_price("float32") or USUAL["float32"])
        True
    """
    return measured_price(precision) or USUAL[precision]


def remember_price(precision: str, price: Price) -> None:
    """Write a price down. A disk that cannot be written to does no harm: it is measured again.

    Example:
        >>> remember_price("float32", Price(setup=2.0, evaluation=0.03, pixel=4e-6))
    """
    _write({precision: asdict(price)})


def trial_at(pixels: int) -> dict[str, float] | None:
    """Seconds that one evaluation took in each precision at about that size, by a trial.

    Returns:
        Precision -> seconds; None where that size was not tried.

    Example:
        >>> remember_trial(512 * 384, {"float32": 1.0, "bfloat16": 0.5})
        >>> trial_at(512 * 400)
        {'float32': 1.0, 'bfloat16': 0.5}
    """
    return _trials().get(_size_class(pixels))


def trial_near(pixels: int) -> dict[str, float] | None:
    """As `trial_at`, at the nearest size that was tried; None before the first trial.

    Example:
        >>> remember_trial(512 * 384, {"float32": 1.0, "bfloat16": 0.5})
        >>> trial_near(600 * 400)
        {'float32': 1.0, 'bfloat16': 0.5}
    """
    trials = _trials()
    nearest = min(trials, key=lambda size: abs(size - _size_class(pixels)), default=None)
    return None if nearest is None else trials[nearest]


def remember_trial(pixels: int, seconds: Mapping[str, float]) -> None:
    """Write down what one evaluation took in each precision.

    Args:
        pixels: rows times columns of the picture that was tried.
        seconds: precision -> seconds.

    Example:
        >>> remember_trial(512 * 384, {"float32": 1.0, "bfloat16": 0.5})
    """
    trials = _trials() | {_size_class(pixels): dict(seconds)}
    _write({_TRIALS: {str(size): seconds for size, seconds in trials.items()}})


def _size_class(pixels: int) -> int:
    """A number that grows by one where the sides of a picture double."""
    return round(math.log2(pixels) / 2)


def _trials() -> dict[int, dict[str, float]]:
    """Size class -> precision -> seconds."""
    try:
        return {
            int(size): {precision: float(seconds[precision]) for precision in PRECISIONS}
            for size, seconds in dict(_read().get(_TRIALS, {})).items()
        }
    except (TypeError, ValueError, KeyError, OverflowError):
        return {}


@functools.cache
def _machine() -> dict[str, Any]:
    """What the prices depend on; with another machine's prices the file counts as empty."""
    # TensorFlow comes as either of two packages.
    names = {"tensorflow", "tensorflow-cpu"}
    versions = [d.version for name in names for d in metadata.distributions(name=name)]
    return {
        "node": platform.node(), "processor": platform.machine(), "cores": os.cpu_count(),
        "tensorflow": sorted(versions),
    }  # fmt: skip


def _read() -> dict[str, Any]:
    """What the file holds; nothing where it is damaged or another machine's."""
    try:
        values = json.loads(path().read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    is_ours = isinstance(values, dict) and values.get("machine") == _machine()
    return values if is_ours else {}


def _write(changes: Mapping[str, Any]) -> None:
    values = _read() | {"machine": _machine()} | dict(changes)
    try:
        path().parent.mkdir(parents=True, exist_ok=True)
        files.write_bytes(path(), json.dumps(values, indent=1).encode(), durable=False)
    except (OSError, OutputError):
        return
