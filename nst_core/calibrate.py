"""Measures what evaluations take on this machine, and writes it down.

The worker and the shell ask for it; `stylize` measures nothing by itself.
"""

import statistics
import time
from collections.abc import Sequence

import numpy as np

from nst_core.events import Fetching, Note, OnEvent, ShouldStop
from nst_core.machine import forecast, prices
from nst_core.machine.precision import faster_precision, native_precisions
from nst_core.machine.prices import PRECISIONS, Precision, Price
from nst_core.objective import backend
from nst_core.optimise.lbfgs import minimise
from nst_core.optimise.method import method_for
from nst_core.pictures.pixels import SMALLEST_SIDE, Pixels, check_pixels, resize
from nst_core.plan.paintings import listed, plan_for
from nst_core.plan.schedule import Scale, Size, scaled_to
from nst_core.settings import Settings
from nst_core.vgg16.space import to_vgg
from nst_core.vgg16.weights import load_weights

_LARGEST_TRIAL = 768
"""Pixels of the longer side that is tried at most; a larger picture is tried at this size."""
_TRIAL_EVALUATIONS = 2
"""Evaluations that count; the first one compiles, and does not."""
_MEASURED_SIZES = ((96, 128), (192, 256))
"""Rows and columns of a small and of a larger picture; their difference gives a pixel's price."""
_MEASURED_EVALUATIONS = 6
"""Evaluations at each of these sizes, after the one that compiles; their median counts."""


def measure_price(precision: Precision) -> Price:
    """Measure what evaluations cost here, and write it down; this takes some seconds.

    Args:
        precision: of the evaluations.

    Returns:
        Seconds for setup, evaluation and pixel, from a few evaluations at two small sizes.

    Raises:
        WeightsError: no source gave VGG16's weights.

    Example:
        >>> measure_price("float32") == prices.measured_price("float32")
        True
    """
    settings = Settings(precision=precision)
    rng = np.random.default_rng(0)
    setups, costs = [], []
    for rows, columns in _MEASURED_SIZES:
        photo = rng.integers(0, 256, (rows, columns, 3), dtype=np.uint8)
        setup, evaluation = _seconds_of_setup_and_evaluation(photo, settings)
        setups.append(setup)
        costs.append(evaluation)
    small, large = (rows * columns for rows, columns in _MEASURED_SIZES)
    pixel = max((costs[1] - costs[0]) / (large - small), 0.5 * costs[1] / large)
    price = Price(statistics.mean(setups), max(0.0, costs[0] - pixel * small), pixel)
    prices.remember_price(precision, price)
    return price


def settle_precision(
    content: Pixels,
    style: Pixels | Sequence[Pixels],
    settings: Settings,
    on_event: OnEvent,
    should_stop: ShouldStop,
) -> Settings:
    """The settings, with the faster precision instead of "auto" where this call has compared both.

    It compares them at the first run of a size on a machine, which takes some seconds, and writes
    down what it finds. Later calls return the settings as they are, for `stylize` reads what was
    written.

    Args:
        content, style: as `stylize` takes them.
        settings: of the run.
        on_event: called with the events of a download and of the comparison, in order.
        should_stop: asked before each evaluation; if it is True nothing is written, and `settings`
            come back as they are.

    Raises:
        InputError: a picture or a size that cannot be worked with.
        WeightsError: no source gave VGG16's weights.
        BackendError: another Keras backend.

    Example:
        >>> settings = settle_precision(photo, painting, settings, print, lambda: False)
        >>> result = stylize(photo, painting, settings)
    """
    if settings.precision != "auto" or "bfloat16" not in native_precisions():
        return settings
    backend.require_supported()
    check_pixels(content, "content")
    paintings = listed(style)
    scales = plan_for(content, paintings, settings)
    if prices.trial_at(scales[-1].pixels) is not None:
        return settings
    forecast.require_memory(scales, settings)
    load_weights(lambda *step: on_event(Fetching(*step)))
    on_event(Note("Trying once which precision is faster here at this size"))
    # How many paintings there are changes nothing of which precision is the faster.
    alone = settings.changed(style_mix=(), style_scales=())
    seconds = compare_precisions(content, paintings[0], scales[-1], alone, should_stop)
    return settings.changed(precision=faster_precision(seconds)) if seconds else settings


def compare_precisions(
    content: Pixels,
    style: Pixels,
    scale: Scale,
    settings: Settings,
    should_stop: ShouldStop = lambda: False,
) -> dict[str, float]:
    """Seconds of one evaluation in each precision, which are also written down.

    Args:
        content, style: uint8 RGB (H, W, 3), any size.
        scale: the finest of the run.
        settings: of the run.
        should_stop: asked before each evaluation.

    Returns:
        Precision -> seconds; nothing if it was stopped, and then nothing is written either.

    Example:
        >>> list(compare_precisions(photo, painting, scales[-1], settings))
        ['float32', 'bfloat16']
    """
    from nst_core.objective.build import build_objective

    photo, painting = (
        resize(pixels, *scaled_to(size, _trial_share(size) * max(size)))
        for pixels, size in ((content, scale.picture), (style, scale.painting))
    )
    x = to_vgg(photo)
    seconds: dict[str, float] = {}
    for precision in PRECISIONS:
        objective = build_objective(photo, painting, settings.changed(precision=precision))
        ticks = [time.perf_counter()]
        for _ in range(1 + _TRIAL_EVALUATIONS):
            if should_stop():
                return {}
            objective(x)
            ticks.append(time.perf_counter())
        seconds[precision] = float(np.diff(ticks)[1:].min())
    prices.remember_trial(scale.pixels, seconds)
    return seconds


def _trial_share(size: Size) -> float:
    """How much smaller a picture is tried, 0..1; a narrow one stays wide enough for VGG16."""
    return min(1.0, max(_LARGEST_TRIAL / max(size), SMALLEST_SIDE / min(size)))


def _seconds_of_setup_and_evaluation(photo: Pixels, settings: Settings) -> tuple[float, float]:
    """Seconds of the setup, and of a later evaluation with the optimiser's part.

    photo: uint8 RGB (H, W, 3), at the size to measure; upside down it is the painting, too.
    """
    from nst_core.objective.build import build_objective

    setup_start = time.perf_counter()
    objective = build_objective(photo, photo[::-1].copy(), settings)
    x = to_vgg(photo).astype(np.float64)
    objective(x)
    setup = time.perf_counter() - setup_start
    ticks = [time.perf_counter()]
    minimise(
        objective,
        x,
        method_for(settings),
        iterations=1,
        evaluations=_MEASURED_EVALUATIONS,
        on_evaluation=lambda loss: ticks.append(time.perf_counter()),
    )
    return setup, float(statistics.median(np.diff(ticks)))
