"""The story of a run: a photo and a painting in, a repainted photo out."""

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nst_core import calibrate as trial
from nst_core.events import (
    Checkpoint,
    Fetching,
    Note,
    OnEvent,
    Result,
    ShouldStop,
    Started,
    Stopped,
)
from nst_core.machine import forecast, precision
from nst_core.machine import prices as calibration
from nst_core.objective import backend
from nst_core.optimise import lbfgs
from nst_core.pictures.pixels import Pixels, check_pixels, resize
from nst_core.plan import schedule
from nst_core.progress import Reporter
from nst_core.settings import Settings
from nst_core.settings.term_uses import HEAVIEST
from nst_core.vgg16 import weights
from nst_core.vgg16.space import HIGHEST_VGG, LOWEST_VGG, from_vgg, resize_vgg, to_vgg

FIRST_STEP = 1.0
"""Root mean square of the first step at each scale, in pixel levels (0..255)."""

REASONS = {
    "finished": "all iterations are done",
    "converged": "the loss cannot be lowered any further",
    "stalled": "no step lowers the loss any more at this precision",
    "cancelled": "it was stopped on request",
    "not finite": "the loss was no longer a finite number, so the last good picture was kept",
}


def stylize(
    content: Pixels,
    style: Pixels,
    settings: Settings,
    on_event: OnEvent | None = None,
    should_stop: ShouldStop | None = None,
    resume: Checkpoint | None = None,
) -> Result:
    """Repaint a photo in the style of a painting.

    Args:
        content: the photo, uint8 RGB (H, W, 3), of any size from 32 pixels a side.
        style: the painting, likewise.
        settings: recipe, sizes, weights and budget.
        on_event: told of everything that happens, in order, on the caller's thread.
        should_stop: asked before each evaluation; True ends the run with what it has.
        resume: an iteration's checkpoint of the same photo, painting and settings, to go on from.
            With `restart` the run then ends in the same bytes as one that was never
            interrupted; otherwise the curvature that was learned at that scale is lost.

    Returns:
        The last good picture, the loss of each iteration, and why it stopped. A run that is
        stopped at a coarse scale has its picture at that scale's size.

    Raises:
        InputError: an array or a size that cannot be worked with.
        WeightsError: no source gave VGG16's weights.
        BackendError: another Keras backend, or too little memory.
    """
    backend.require_supported()
    check_pixels(content, "content")
    check_pixels(style, "style")
    scales = schedule.plan(content.shape[:2], style.shape[:2], settings)
    forecast.require_memory(scales, settings)
    should_stop = should_stop or (lambda: False)
    heard = calibration.learning(on_event or (lambda event: None))
    report = Reporter(scales, settings.evaluations, heard, resume)
    found = weights.load_weights(lambda *step: report.emit(Fetching(*step)))
    for note in found.notes:
        report.emit(Note(note))
    chosen = None
    if trial.is_due(scales[-1], settings):
        report.emit(Note("Trying once which precision is faster here at this size"))
        chosen = trial.hold(content, style, scales[-1], settings, should_stop)
    pixels = math.prod(scales[-1].picture)
    settings = settings.changed(precision=chosen or precision.resolved(settings, pixels))
    forecast.require_memory(scales, settings)  # float32 takes more than "auto" may have meant
    report.precision = settings.precision
    report.emit(Started(scales, settings.precision))

    if resume is None:
        picture, done, first_step = (
            first_picture(content, style, scales[0].picture, settings),
            0,
            0.0,
        )
    else:
        picture, done = resume.x, resume.done_here
        # What an evaluation moved there, for the first step is one; fresh calls have their own.
        first_step = 0.0 if settings.restart else resume.step / settings.evaluations
    stopped: Stopped = "finished"
    reason = REASONS["finished"]
    for scale in scales[resume.scale if resume else 0 :]:
        if done < scale.iterations:
            here = _for_scale(settings, scale, scales[-1])
            work = _AtScale(content, style, scale, here, report, should_stop)
            outcome = work.minimise(picture, first_step)
            stopped, reason = outcome.stopped, REASONS[outcome.stopped] + work.remark
            if outcome.best is not None:
                picture = outcome.best.x
            if stopped in ("cancelled", "not finite"):
                break
        report.scale_done()
        done, first_step = 0, 0.0
    return Result(from_vgg(picture), report.losses, stopped, reason)


def _for_scale(settings: Settings, scale: schedule.Scale, finest: schedule.Scale) -> Settings:
    """The settings of a coarser size, where the photo counts for as many times more as it is
    smaller: else faces and buildings, which are a few positions there, give way to strokes.
    """
    smaller = max(finest.picture) / max(scale.picture)
    return settings.changed(content_weight=min(HEAVIEST, settings.content_weight * smaller))


class _AtScale:
    """The minimisation at one size; `remark` says what was unusual about it, if anything."""

    def __init__(
        self,
        content: Pixels,
        style: Pixels,
        scale: schedule.Scale,
        settings: Settings,
        report: Reporter,
        should_stop: ShouldStop,
    ) -> None:
        self.remark = ""
        self._photo = resize(content, *scale.picture)
        self._painting = resize(style, *scale.painting)
        self._scale = scale
        self._settings = settings
        self._report = report
        self._should_stop = should_stop

    def minimise(self, start: NDArray[np.float64], first_step: float) -> lbfgs.Outcome:
        """All of the scale's iterations; those that bfloat16 cannot do are done in float32.

        start: float64 (1, H, W, 3) of any size; first_step: see `method`.
        """
        x = resize_vgg(start, *self._scale.picture)
        outcome = self._minimise(x, self._settings, first_step)
        left = self._scale.iterations - self._report.done_here
        if outcome.stopped != "stalled" or self._settings.precision != "bfloat16" or not left:
            return outcome
        exact = self._settings.changed(precision="float32")
        if not forecast.fits((self._scale,), exact):
            return outcome
        self.remark = "; where bfloat16 got no further it went on in float32"
        self._report.emit(Note("bfloat16 gets no further here, so it goes on in float32"))
        self._report.precision = exact.precision
        assert outcome.best is not None
        onward = self._minimise(outcome.best.x, exact, 0.0)
        self._report.precision = self._settings.precision
        return onward if onward.best is not None else replace(onward, best=outcome.best)

    def _minimise(
        self, x: NDArray[np.float64], settings: Settings, first_step: float
    ) -> lbfgs.Outcome:
        # Imported only now: a process that merely reads settings must not load TensorFlow.
        from nst_core.objective.build import build_objective

        return lbfgs.minimise(
            build_objective(self._photo, self._painting, settings),
            x,
            method(settings, first_step),
            iterations=self._scale.iterations - self._report.done_here,
            evaluations=settings.evaluations,
            on_evaluation=self._report.evaluated,
            on_iteration=self._report.iterated,
            should_stop=self._should_stop,
        )


def method(settings: Settings, first_step: float = 0.0) -> lbfgs.Method:
    """How the recipe lowers the loss; only the project's own keeps pixels in their range.

    first_step: see `lbfgs.Method`; 0 for the recipe's own.
    """
    if settings.recipe == "classic":
        # Restarted as it was, to the letter; uninterrupted it is ours, and may begin with a stride.
        stride = None if settings.restart else first_step or FIRST_STEP
        return lbfgs.Method(
            settings.restart, settings.memory, stride, frequencies=not settings.restart
        )
    return lbfgs.Method(
        settings.restart,
        settings.memory,
        first_step or FIRST_STEP,
        (LOWEST_VGG, HIGHEST_VGG),
        frequencies=True,
    )


def first_picture(
    content: Pixels,
    style: Pixels,
    size: schedule.Size,
    settings: Settings,
) -> NDArray[np.float64]:
    """The picture that a run starts from, in VGG16's space.

    content, style: uint8 (H, W, 3), any size; size: rows and columns of the result.
    Returns: float64 (1, rows, columns, 3).
    """
    share = {"noise": 1.0, "blend": settings.blend}.get(settings.start, 0.0)
    picture = style if settings.start == "painting" else content
    seen = to_vgg(resize(picture, *size))
    if not share:
        return seen.astype(np.float64)
    noise = np.random.default_rng(settings.seed).uniform(0, 255, (1, *size, 3)) - 128
    return (1 - share) * seen + share * noise
