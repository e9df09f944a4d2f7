"""Time and memory of a run, foretold before it starts. No TensorFlow.

The memory is a base, VGG16's features, which are kept for the gradient, and the optimiser's
vectors; `python -m bench.forecast` compares the figures with what runs take.
"""

import contextlib
import math
from collections.abc import Sequence
from dataclasses import dataclass

from nst_core.errors import InputError
from nst_core.machine.memory import free_memory
from nst_core.machine.precision import precision_for
from nst_core.machine.prices import Precision, price_of
from nst_core.pictures.pixels import SMALLEST_SIDE
from nst_core.plan import tiles
from nst_core.plan.schedule import Scale, plan_scales
from nst_core.settings import Settings

_BASE = 0.81e9
"""Bytes of a process that has TensorFlow and VGG16 loaded."""
_FEATURES = {"float32": 2580.0, "bfloat16": 1900.0}
"""Bytes of features for each pixel that is computed at once."""
_PAINTING = 0.6
"""Features of a painting's pixel, as a share: its targets need no gradient, so fewer are kept."""
_REGION = 500.0
"""Bytes for each pixel and region: the features of the style's layers once more, in float32."""
_MASKED_VECTORS = 3.0
"""Further vectors of a picture's size, where the photo shows through."""
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
        """The forecast as a phrase for people.

        Example:
            >>> Forecast(seconds=40.0, memory=1.3e9).in_words()
            '40 seconds and 1.3 GB of memory'
        """
        is_long = self.seconds >= 90
        duration = (
            f"{self.seconds / 60:.0f} minutes"
            if is_long
            else f"{max(1.0, self.seconds):.0f} seconds"
        )
        return f"{duration} and {self.memory / 1e9:.1f} GB of memory"


def forecast_run(scales: Sequence[Scale], settings: Settings) -> Forecast:
    """Foretell what a run will take on this machine.

    Args:
        scales: as `plan_scales` gave them.
        settings: precision, evaluations, optimizer and memory are read.

    Example:
        >>> settings = Settings(size=512, precision="float32")
        >>> scales = plan_scales((600, 800), (900, 900), settings)
        >>> forecast_run(scales, settings).in_words()  # before this machine has been measured
        '55 seconds and 1.5 GB of memory'
    """
    precision = precision_for(settings, scales[-1].pixels)
    price = price_of(precision)
    seconds = 0.0
    for scale in scales:
        evaluation = price.seconds(scale.pixels, scale.is_tiled)
        seconds += price.setup + evaluation * scale.iterations * settings.evaluations
    return Forecast(seconds, max(_peak(scale, settings, precision) for scale in scales))


def fits_memory(scales: Sequence[Scale], settings: Settings) -> bool:
    """Whether as much memory is free as a run needs.

    Args:
        scales: as `plan_scales` gave them.
        settings: precision, optimizer and memory are read.

    Example:
        >>> fits_memory([Scale((96, 128), (96, 128), iterations=3)], Settings())
        True
    """
    return forecast_run(scales, settings).memory <= free_memory()


def require_memory(scales: Sequence[Scale], settings: Settings) -> None:
    """Refuse a run that does not fit into the memory that is free.

    Args:
        scales: as `plan_scales` gave them.
        settings: of the run.

    Raises:
        InputError: it does not; the sentence names the largest size that would.

    Example:
        >>> require_memory([Scale((96, 128), (96, 128), iterations=3)], Settings())
    """
    needed, free = forecast_run(scales, settings).memory, free_memory()
    if needed <= free:
        return
    raise InputError(
        f"The run needs about {needed / 1e9:.1f} GB of memory, and {free / 1e9:.1f} GB are free; "
        f"{_advice(scales, settings, free)}. Received: size {max(scales[-1].picture)}."
    )


def _peak(scale: Scale, settings: Settings, precision: Precision) -> float:
    """Bytes of memory at one scale."""
    pixels = float(scale.pixels)
    largest = max(math.prod(painting) for painting in scale.paintings)
    at_once = _TILE if scale.is_tiled else max(pixels, _PAINTING * largest)
    pairs = 0 if settings.optimizer == "adam" else settings.memory
    vectors = _VECTORS + _VECTORS_EACH_PAIR * pairs
    features = _FEATURES[precision] + _REGION * scale.regions
    if scale.regions:
        vectors += _MASKED_VECTORS
    # A painting that is computed by tiles is in memory twice, as levels and in VGG16's space.
    paintings = 15.0 * largest if scale.is_tiled else 0.0
    return _BASE + features * at_once + _VECTOR * vectors * pixels + paintings


def _advice(scales: Sequence[Scale], settings: Settings, free: float) -> str:
    """What to do about a run that needs more than the `free` bytes."""
    finest = scales[-1]
    # A narrow picture has a larger smallest size; no narrower one than this is asked for here.
    least = -(-SMALLEST_SIDE * max(finest.picture) // min(finest.picture))
    largest = 0
    for size in range(-(-least // 32) * 32, max(finest.picture), 32):
        smaller = settings.changed(size=size)
        with contextlib.suppress(InputError):  # the painting would be too narrow
            smaller_scales = plan_scales(finest.picture, finest.painting, smaller, finest.further)
            # Not the largest that fits: by tiles more pixels may take less memory.
            if forecast_run(smaller_scales, smaller).memory > free:
                break
            largest = size
    return (
        f"choose a size of at most {largest}"
        if largest
        else "close other programs, or raise the limit"
    )
