"""The story of a run: a photo and a painting in, a repainted photo out."""

import numpy as np
from numpy.typing import NDArray

from nst_core import backend, images, lbfgs, precision, schedule, weights
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
from nst_core.progress import Reporter
from nst_core.settings import Settings

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
    content: images.Pixels,
    style: images.Pixels,
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
    images.check_pixels(content, "content")
    images.check_pixels(style, "style")
    scales = schedule.plan(content.shape[:2], style.shape[:2], settings)
    report = Reporter(scales, settings.evaluations, on_event or (lambda event: None), resume)
    report.emit(Started(scales, precision.resolved(settings)))
    found = weights.load_weights(lambda *step: report.emit(Fetching(*step)))
    for note in found.notes:
        report.emit(Note(note))

    # Imported only now: a process that merely reads settings must not load TensorFlow.
    from nst_core.objective import build_objective

    if resume is None:
        picture, done, first_step = (
            first_picture(content, style, scales[0].picture, settings),
            0,
            0.0,
        )
    else:
        picture, done = resume.x, resume.done_here
        # What an evaluation moved there, for the first step is one.
        first_step = resume.step / settings.evaluations
    stopped: Stopped = "finished"
    for scale in scales[resume.scale if resume else 0 :]:
        if done < scale.iterations:
            photo = images.resize(content, *scale.picture)
            painting = images.resize(style, *scale.painting)
            outcome = lbfgs.minimise(
                build_objective(photo, painting, settings),
                images.resize_vgg(picture, *scale.picture),
                method(settings, first_step),
                iterations=scale.iterations - done,
                evaluations=settings.evaluations,
                on_evaluation=report.evaluated,
                on_iteration=report.iterated,
                should_stop=should_stop or (lambda: False),
            )
            stopped = outcome.stopped
            if outcome.best is not None:
                picture = outcome.best.x
            if stopped in ("cancelled", "not finite"):
                break
        report.scale_done()
        done, first_step = 0, 0.0
    return Result(images.from_vgg(picture), report.losses, stopped, REASONS[stopped])


def method(settings: Settings, first_step: float = 0.0) -> lbfgs.Method:
    """How the recipe lowers the loss; only the project's own keeps pixels in their range.

    first_step: see `lbfgs.Method`; 0 for the recipe's own.
    """
    if settings.recipe == "classic":
        return lbfgs.Method(settings.restart, settings.memory)
    return lbfgs.Method(
        settings.restart,
        settings.memory,
        first_step or FIRST_STEP,
        (images.LOWEST_VGG, images.HIGHEST_VGG),
    )


def first_picture(
    content: images.Pixels,
    style: images.Pixels,
    size: schedule.Size,
    settings: Settings,
) -> NDArray[np.float64]:
    """The picture that a run starts from, in VGG16's space.

    content, style: uint8 (H, W, 3), any size; size: rows and columns of the result.
    Returns: float64 (1, rows, columns, 3).
    """
    noise = np.random.default_rng(settings.seed).uniform(0, 255, (1, *size, 3)) - 128
    if settings.start == "noise":
        return noise
    seen = images.to_vgg(images.resize(style if settings.start == "painting" else content, *size))
    share = settings.blend if settings.start == "blend" else 0.0
    return (1 - share) * seen + share * noise
