"""The story of a run: a photo and a painting in, a repainted photo out."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nst_core import beginning
from nst_core.events import REASONS, Checkpoint, Note, OnEvent, Result, ShouldStop, Started
from nst_core.machine import forecast
from nst_core.machine.precision import precision_for
from nst_core.objective import backend
from nst_core.optimise import adam, lbfgs
from nst_core.optimise.method import method_for
from nst_core.optimise.watch import Outcome
from nst_core.pictures.chroma import with_chroma_of
from nst_core.pictures.masks import Masks, resize_mask
from nst_core.pictures.palette import with_palette_of
from nst_core.pictures.pixels import Pixels, check_pixels, resize
from nst_core.plan.paintings import listed, plan_for
from nst_core.plan.schedule import Scale
from nst_core.plan.underpainting import settings_at
from nst_core.reporter import Reporter, fetch_weights
from nst_core.settings import Settings
from nst_core.vgg16.space import from_vgg, resize_vgg, to_vgg

_WENT_ON = "; where bfloat16 got no further it went on in float32"


def stylize(
    content: Pixels,
    style: Pixels | Sequence[Pixels],
    settings: Settings,
    on_event: OnEvent | None = None,
    should_stop: ShouldStop | None = None,
    resume: Checkpoint | None = None,
    masks: Masks | None = None,
) -> Result:
    """Repaint a photo in the style of a painting, or of several.

    Args:
        content: the photo, uint8 RGB (H, W, 3), of any size from 32 pixels a side.
        style: the painting, likewise; or a list of paintings, which count as `style_mix` says.
        settings: recipe, sizes, weights and budget.
        on_event: called with each event, in order, on the caller's thread.
        should_stop: asked before each evaluation; True ends the run with what it has.
        resume: where to go on from, as an iteration of the same photo, painting and settings has
            left it. With `restart` the run then ends in the same bytes as one that was never
            interrupted; otherwise what the optimiser learned at that scale is lost.
        masks: where to paint, and which painting goes where; None if everywhere.

    Returns:
        The last good picture, the loss of each iteration, and why it stopped. A run that is
        stopped at a coarse scale has its picture at that scale's size.

    Raises:
        InputError: an array or a size that cannot be worked with, or that needs more memory than
            is free.
        WeightsError: no source gave VGG16's weights.
        BackendError: another Keras backend, or the memory ran out all the same.

    Example:
        >>> result = stylize(photo, painting, Settings(size=256, iterations=3))
        >>> result.picture.shape, len(result.losses), result.stopped
        ((192, 256, 3), 3, 'finished')
    """
    backend.require_supported()
    check_pixels(content, "content")
    paintings = listed(style)
    if settings.colours == "photo":
        paintings = [with_palette_of(painting, content) for painting in paintings]
    scales = plan_for(content, paintings, settings, masks)
    exact = settings.changed(precision=precision_for(settings, scales[-1].pixels))
    forecast.require_memory(scales, exact)
    start = resume or beginning.at_first_picture(content, paintings[0], scales, exact)
    to_pixels = _to_pixels(content, exact)
    report = Reporter(scales, exact, on_event or (lambda event: None), start, to_pixels)
    fetch_weights(report.emit)
    report.emit(Started(scales, exact.precision))

    stop = should_stop or (lambda: False)
    run = _Run(content, paintings, masks, exact, scales[-1], report, stop)
    picture, first_step = start.x, beginning.first_step(start, exact)
    outcome = Outcome(None, "finished")
    for scale in scales[start.scale :]:
        outcome = _minimise_at(run, scale, picture, first_step)
        picture = outcome.best.x if outcome.best else picture
        if outcome.stopped in ("cancelled", "not finite"):
            break
        report.end_scale()
        first_step = 0.0
    # It is still float32 where the last scale fell back to it.
    remark = _WENT_ON if report.precision != exact.precision else ""
    reason = REASONS[outcome.stopped] + remark
    return Result(to_pixels(picture), report.losses, outcome.stopped, reason)


def _to_pixels(content: Pixels, settings: Settings) -> Callable[[NDArray[np.float64]], Pixels]:
    """What makes a picture in VGG16's space, float64 (1, H, W, 3), one to hand out."""
    if settings.colours != "luminance":
        return from_vgg
    photo_at = functools.lru_cache(maxsize=1)(functools.partial(resize, content))

    def in_photos_colours(x: NDArray[np.float64]) -> Pixels:
        return with_chroma_of(from_vgg(x), photo_at(*x.shape[1:3]))

    return in_photos_colours


@dataclass(frozen=True)
class _Run:
    """What all scales of a run share; the rest is as `stylize` takes it.

    Attributes:
        settings: with the precision that "auto" stands for.
        finest: the last scale.
        report: counts what is done, and emits the events.
    """

    content: Pixels
    paintings: Sequence[Pixels]
    masks: Masks | None
    settings: Settings
    finest: Scale
    report: Reporter
    should_stop: ShouldStop


def _minimise_at(
    run: _Run, scale: Scale, picture: NDArray[np.float64], first_step: float
) -> Outcome:
    """Do the iterations that are left at one scale, and return its best point.

    A loss that bfloat16 cannot lower any further is lowered in float32.

    picture: where to go on from, float64 (1, h, w, 3) in VGG16's space, of any size.
    """
    settings, report = settings_at(scale, run.finest, run.settings), run.report
    report.precision = settings.precision
    x = resize_vgg(picture, *scale.picture)
    outcome = _minimise(run, scale, settings, x, first_step)
    if outcome.stopped != "stalled" or settings.precision != "bfloat16":
        return outcome
    float32 = settings.changed(precision="float32")
    if not report.iterations_left or not forecast.fits_memory((scale,), float32):
        return outcome
    report.emit(Note("bfloat16 gets no further here, so it goes on in float32"))
    report.precision = float32.precision
    assert outcome.best is not None
    continued = _minimise(run, scale, float32, outcome.best.x, 0.0)
    return continued if continued.best else replace(continued, best=outcome.best)


def _minimise(
    run: _Run, scale: Scale, settings: Settings, x: NDArray[np.float64], first_step: float
) -> Outcome:
    """Lower the loss at one scale, in the precision of `settings`.

    x: where to begin, float64 (1, H, W, 3) in VGG16's space, of the scale's size.
    """
    if not run.report.iterations_left:
        return Outcome(None, "finished")
    # Imported only now: a process that merely reads settings must not load TensorFlow.
    from nst_core.objective.build import build_objective

    photo = resize(run.content, *scale.picture)
    paintings = [
        resize(painting, *size)
        for painting, size in zip(run.paintings, scale.paintings, strict=True)
    ]
    minimise = adam.minimise if settings.optimizer == "adam" else lbfgs.minimise
    return minimise(
        build_objective(photo, paintings, settings, masks=run.masks),
        x,
        replace(method_for(settings, first_step), beneath=_beneath(photo, run.masks)),
        iterations=run.report.iterations_left,
        evaluations=settings.evaluations,
        on_evaluation=run.report.count_evaluation,
        on_iteration=run.report.finish_iteration,
        should_stop=run.should_stop,
    )


def _beneath(
    photo: Pixels, masks: Masks | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """The photo in VGG16's space, and how much is painted over it; None for all of it.

    photo: uint8 (H, W, 3), of the scale's size. Returns: (1, H, W, 3) and (1, H, W, 1).
    """
    if masks is None or masks.paint is None:
        return None
    shares = resize_mask(masks.paint, *photo.shape[:2]).astype(np.float64)
    return to_vgg(photo).astype(np.float64), shares[None, ..., None]
