"""Time and memory of a run, before it starts. No TensorFlow.

The memory is that of VGG16's features, which are kept for the gradient, and of L-BFGS-B's pairs;
`python -m bench.forecast` holds the figures against what runs take.
"""

import contextlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from nst_core.errors import InputError
from nst_core.machine import precision
from nst_core.machine import prices as calibration
from nst_core.pictures.pixels import SMALLEST_SIDE
from nst_core.plan import schedule, tiles
from nst_core.plan.schedule import Scale
from nst_core.settings import Settings

_BASE = 0.81e9
_FEATURES = {"float32": 2000.0, "bfloat16": 1390.0}
_TILE = float((tiles.SIDE + 2 * tiles.margin(("block5_conv1",))) ** 2)
_VECTORS, _VECTORS_EACH_PAIR = 20.0, 2.0
_VECTOR = 3 * 8.0
_GROUP = Path("/sys/fs/cgroup")


@dataclass(frozen=True)
class Forecast:
    """What a run will take: seconds, and bytes of memory at its peak."""

    seconds: float
    memory: float

    def in_words(self) -> str:
        """ "40 seconds and 1.3 GB of memory"."""
        long = self.seconds >= 90
        time = (
            f"{self.seconds / 60:.0f} minutes" if long else f"{max(1.0, self.seconds):.0f} seconds"
        )
        return f"{time} and {self.memory / 1e9:.1f} GB of memory"


def forecast(scales: Sequence[Scale], settings: Settings) -> Forecast:
    """Foretell a run.

    scales: as `schedule.plan` gave them.
    """
    arithmetic = precision.resolved(settings, math.prod(scales[-1].picture))
    price = calibration.price(arithmetic)
    seconds = 0.0
    for scale in scales:
        pixels = math.prod(scale.picture)
        each = price.seconds(pixels, scale.is_tiled)
        seconds += price.setup + each * scale.iterations * settings.evaluations
    return Forecast(seconds, max(_peak(scale, settings, arithmetic) for scale in scales))


def fits(scales: Sequence[Scale], settings: Settings) -> bool:
    """Whether a run's memory is free."""
    return forecast(scales, settings).memory <= free_memory()


def require_memory(scales: Sequence[Scale], settings: Settings) -> None:
    """See that a run fits into the memory that is free.

    Raises:
        InputError: it does not; names the largest size that would.
    """
    needed, free = forecast(scales, settings).memory, free_memory()
    if needed <= free:
        return
    raise InputError(
        f"The run needs about {needed / 1e9:.1f} GB of memory, and {free / 1e9:.1f} GB are free; "
        f"{_advice(scales, settings, free)}. Received: size {max(scales[-1].picture)}."
    )


def free_memory() -> float:
    """Bytes that this process and those it started may have, with what they hold already.

    A container's limit counts.
    """
    own: float = sum(_resident(process) for process in _family())
    free: float = psutil.virtual_memory().available
    with contextlib.suppress(OSError, ValueError, KeyError):  # "max", or no such files
        free = min(free, _left_in_container())
    return free + own


def _left_in_container() -> float:
    """Bytes up to the limit of this process's control group, of either version of them.

    Raises:
        OSError, ValueError, KeyError: there is no limit, or no such group.
    """
    group, names, total = _GROUP, ("memory.max", "memory.current"), ""
    if not (group / names[0]).exists():
        group, total = _GROUP / "memory", "total_"
        names = ("memory.limit_in_bytes", "memory.usage_in_bytes")
    limit, used = (float((group / name).read_text()) for name in names)
    parts = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
    # Files that the system keeps at hand give way to whoever needs the memory.
    return (
        limit - used + sum(float(parts[f"{total}{kind}_file"]) for kind in ("active", "inactive"))
    )


def _family() -> list[psutil.Process]:
    me = psutil.Process()
    return [me, *me.children(recursive=True)]


def _resident(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss)
    except psutil.Error:  # it has ended meanwhile
        return 0.0


def _peak(scale: Scale, settings: Settings, arithmetic: str) -> float:
    pixels = float(math.prod(scale.picture))
    seen = _TILE if scale.is_tiled else max(pixels, 0.6 * math.prod(scale.painting))
    vectors = _VECTORS + _VECTORS_EACH_PAIR * settings.memory
    return _BASE + _FEATURES[arithmetic] * seen + _VECTOR * vectors * pixels


def _advice(scales: Sequence[Scale], settings: Settings, free: float) -> str:
    finest = scales[-1]
    # A narrow picture has a larger smallest size; no narrower one than this is asked for here.
    least = -(-SMALLEST_SIDE * max(finest.picture) // min(finest.picture))
    fits = 0
    for size in range(-(-least // 32) * 32, max(finest.picture), 32):
        smaller = settings.changed(size=size)
        with contextlib.suppress(InputError):  # the painting would be too narrow
            planned = schedule.plan(finest.picture, finest.painting, smaller)
            # Not the largest that fits: by tiles more pixels may take less memory.
            if forecast(planned, smaller).memory > free:
                break
            fits = size
    return f"choose a size of at most {fits}" if fits else "close other programs first"
