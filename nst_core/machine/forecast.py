"""Time and memory of a run, foretold before it starts. No TensorFlow.

The memory is a base, VGG16's features, which are kept for the gradient, and the optimiser's
vectors; `python -m bench.forecast` holds the figures against what runs take.
"""

import contextlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

from nst_core.errors import InputError
from nst_core.machine import precision
from nst_core.machine.memory import free_memory
from nst_core.machine.prices import price_of
from nst_core.pictures.pixels import SMALLEST_SIDE
from nst_core.plan import schedule, tiles
from nst_core.plan.schedule import Scale
from nst_core.settings import Settings

_BASE = 0.81e9
"""Bytes of a process that has TensorFlow and VGG16 loaded."""
_FEATURES = {"float32": 2000.0, "bfloat16": 1390.0}
"""Bytes of features for each pixel that is computed at once."""
_TILE = float((tiles.SIDE + 2 * tiles.margin(("block5_conv1",))) ** 2)
"""Pixels of the largest tile."""
_VECTORS, _VECTORS_EACH_PAIR = 20.0, 2.0
"""Vectors of a picture's size that a run holds, and those for each pair of L-BFGS-B's memory."""
_VECTOR = 3 * 8.0
"""Bytes of a vector for each pixel."""


@dataclass(frozen=True)
class Forecast:
    """What a run will take.

    Attributes:
        seconds: from its first evaluation to its end.
        memory: bytes, at its peak.
    """

    seconds: float
    memory: float

    def in_words(self) -> str:
        """The forecast for people, as in "40 seconds and 1.3 GB of memory"."""
        long = self.seconds >= 90
        time = (
            f"{self.seconds / 60:.0f} minutes" if long else f"{max(1.0, self.seconds):.0f} seconds"
        )
        return f"{time} and {self.memory / 1e9:.1f} GB of memory"


def forecast_run(scales: Sequence[Scale], settings: Settings) -> Forecast:
    """Foretell what a run will take on this machine.

    Args:
        scales: as `schedule.plan_scales` gave them.
        settings: precision, evaluations and memory are read.

    Example:
        >>> settings = Settings(size=512)
        >>> forecast_run(schedule.plan_scales((600, 800), (900, 900), settings), settings).in_words()
        '44 seconds and 1.3 GB of memory'
    """
    arithmetic = precision.resolve(settings, scales[-1].pixels)
    price = price_of(arithmetic)
    seconds = 0.0
    for scale in scales:
        pixels = scale.pixels
        each = price.seconds(pixels, scale.is_tiled)
        seconds += price.setup + each * scale.iterations * settings.evaluations
    return Forecast(seconds, max(_peak(scale, settings, arithmetic) for scale in scales))


def fits_memory(scales: Sequence[Scale], settings: Settings) -> bool:
    """Whether as much memory is free as a run needs."""
    return forecast_run(scales, settings).memory <= free_memory()


def require_memory(scales: Sequence[Scale], settings: Settings) -> None:
    """See that a run fits into the memory that is free.

    Raises:
        InputError: it does not; the sentence names the largest size that would.
    """
    needed, free = forecast_run(scales, settings).memory, free_memory()
    if needed <= free:
        return
    raise InputError(
        f"The run needs about {needed / 1e9:.1f} GB of memory, and {free / 1e9:.1f} GB are free; "
        f"{_advice(scales, settings, free)}. Received: size {max(scales[-1].picture)}."
    )


def _peak(scale: Scale, settings: Settings, arithmetic: str) -> float:
    """Bytes of memory at one scale; arithmetic: the precision by Keras's name."""
    pixels = float(scale.pixels)
    at_once = _TILE if scale.is_tiled else max(pixels, 0.6 * math.prod(scale.painting))
    vectors = _VECTORS + _VECTORS_EACH_PAIR * settings.memory
    return _BASE + _FEATURES[arithmetic] * at_once + _VECTOR * vectors * pixels


def _advice(scales: Sequence[Scale], settings: Settings, free: float) -> str:
    """What to do about a run that needs more than the `free` bytes."""
    finest = scales[-1]
    # A narrow picture has a larger smallest size; no narrower one than this is asked for here.
    least = -(-SMALLEST_SIDE * max(finest.picture) // min(finest.picture))
    largest = 0
    for size in range(-(-least // 32) * 32, max(finest.picture), 32):
        smaller = settings.changed(size=size)
        with contextlib.suppress(InputError):  # the painting would be too narrow
            planned = schedule.plan_scales(finest.picture, finest.painting, smaller)
            # Not the largest that fits: by tiles more pixels may take less memory.
            if forecast_run(planned, smaller).memory > free:
                break
            largest = size
    return f"choose a size of at most {largest}" if largest else "close other programs first"
