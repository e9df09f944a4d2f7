"""Which arithmetic is faster at a run's own size: a few evaluations of each, once a machine."""

import math
import time

import numpy as np

from nst_core.events import ShouldStop
from nst_core.machine import precision
from nst_core.machine import prices as calibration
from nst_core.machine.precision import Precision
from nst_core.pictures.pixels import SMALLEST_SIDE, Pixels, resize
from nst_core.plan import schedule
from nst_core.plan.schedule import Scale
from nst_core.settings import Settings
from nst_core.vgg16.space import to_vgg

LARGEST = 768
"""Pixels of the longer side that is tried at most; a larger picture is tried at this size."""
_COUNTED = 2


def is_due(scale: Scale, settings: Settings) -> bool:
    """Whether "auto" is asked for, and this machine has not yet shown what it means at a size."""
    return (
        settings.precision == "auto"
        and precision.has_native_bfloat16()
        and calibration.tried(math.prod(scale.picture)) is None
    )


def hold(
    content: Pixels,
    style: Pixels,
    scale: Scale,
    settings: Settings,
    should_stop: ShouldStop,
) -> Precision | None:
    """Evaluate in each precision, and keep what it took. Returns: the faster; None if stopped.

    content, style: uint8 (H, W, 3), any size; scale: the finest of the run; should_stop: asked
    before each evaluation, and if so, nothing is kept.
    """
    from nst_core.objective.build import build_objective

    photo, painting = (
        resize(pixels, *schedule.fit(size, _share(size) * max(size)))
        for pixels, size in ((content, scale.picture), (style, scale.painting))
    )
    x = to_vgg(photo)
    seconds: dict[str, float] = {}
    for name in calibration.PRECISIONS:
        objective = build_objective(photo, painting, settings.changed(precision=name))
        ticks = [time.perf_counter()]
        for _ in range(1 + _COUNTED):
            if should_stop():
                return None
            objective(x)
            ticks.append(time.perf_counter())
        # The first one compiles.
        seconds[name] = float(np.diff(ticks)[1:].min())
    calibration.keep_trial(math.prod(scale.picture), seconds)
    return precision.faster(seconds)


def _share(size: schedule.Size) -> float:
    """How much smaller a picture is tried; a narrow one stays wide enough for VGG16."""
    return min(1.0, max(LARGEST / max(size), SMALLEST_SIDE / min(size)))
