"""Turns the optimiser's evaluations and points at one scale into events of the whole run."""

import time
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from nst_core.events import Checkpoint, Evaluated, Event, Fetching, Iteration, Note, OnEvent
from nst_core.optimise.watch import Point
from nst_core.pictures.pixels import Pixels
from nst_core.plan.schedule import Scale
from nst_core.settings import Settings
from nst_core.vgg16.space import from_vgg
from nst_core.vgg16.weights import load_weights


def fetch_weights(on_event: OnEvent) -> None:
    """Load VGG16's weights; a download and the sources that failed before it become events.

    Raises:
        WeightsError: no source gave them.

    Example:
        >>> fetch_weights(print)  # prints nothing where the weights are in the cache
    """
    weights = load_weights(lambda *step: on_event(Fetching(*step)))
    for note in weights.notes:
        on_event(Note(note))


class Reporter:
    """Counts iterations, evaluations and work through all scales, and emits the events.

    Attributes:
        losses: of each finished iteration, in order.
        precision: of the evaluations from here on, "float32" or "bfloat16".

    Example:
        >>> report = Reporter(scales, settings, print, Checkpoint(x))
        >>> report.count_evaluation(12.5)
        Evaluated(iteration=0, loss=12.5, progress=0.01, precision='float32')
    """

    def __init__(
        self,
        scales: Sequence[Scale],
        settings: Settings,
        on_event: OnEvent,
        start: Checkpoint,
        to_pixels: Callable[[NDArray[np.float64]], Pixels] = from_vgg,
    ) -> None:
        """
        Args:
            scales: of the whole run, coarse to fine.
            settings: evaluations and precision are read; the latter is not "auto" any more.
            on_event: called with each event, in order.
            start: where the run goes on from.
            to_pixels: the picture that is handed out of x, float64 (1, H, W, 3).
        """
        evaluations = settings.evaluations
        self.losses = start.losses
        self.precision: str = settings.precision
        self._scales = tuple(scales)
        self._on_event = on_event
        # An evaluation counts for as much work as its picture has pixels.
        self._pixels = [float(scale.pixels) for scale in scales]
        self._works = [
            pixels * scale.iterations * evaluations
            for pixels, scale in zip(self._pixels, scales, strict=True)
        ]
        self._first_scale = start.began
        self._scale = start.scale
        self._done_here = start.done_here
        self._spent_here = self._done_here * evaluations
        self._evaluations = start.evaluations
        self._start_time = time.monotonic() - start.seconds
        self._last_x = start.x
        self._to_pixels = to_pixels

    @property
    def progress(self) -> float:
        """Share of the whole run's work that is done, 0..1."""
        before = sum(self._works[self._first_scale : self._scale])
        here = self._spent_here * self._pixels[self._scale] if self._spent_here else 0.0
        return min(1.0, (before + here) / sum(self._works[self._first_scale :]))

    @property
    def iterations_left(self) -> int:
        """Iterations that are still to be done at this scale."""
        return self._scales[self._scale].iterations - self._done_here

    def emit(self, event: Event) -> None:
        """Hand an event to the listener."""
        self._on_event(event)

    def count_evaluation(self, loss: float) -> None:
        """Count one evaluation, and emit it."""
        self._evaluations += 1
        self._spent_here += 1
        self.emit(Evaluated(len(self.losses), loss, self.progress, self.precision))

    def finish_iteration(self, point: Point) -> None:
        """Count one iteration, and emit it with its checkpoint.

        point: its x is float64 (1, H, W, 3) in VGG16's space, at the scale's size.
        """
        number = len(self.losses)
        self.losses += (point.loss,)
        self._done_here += 1
        checkpoint = Checkpoint(
            x=point.x,
            scale=self._scale,
            done_here=self._done_here,
            step=self._step_to(point.x),
            losses=self.losses,
            evaluations=self._evaluations,
            seconds=time.monotonic() - self._start_time,
            began=self._first_scale,
        )
        self.emit(
            Iteration(
                number=number,
                scale=self._scale,
                picture=self._to_pixels(point.x),
                loss=point.loss,
                terms=point.terms,
                evaluations=self._evaluations,
                seconds=checkpoint.seconds,
                progress=self.progress,
                checkpoint=checkpoint,
            )
        )

    def end_scale(self) -> None:
        """Count all of this scale's work as done, also where it ended early."""
        self._scale += 1
        self._done_here = 0
        self._spent_here = 0

    def _step_to(self, x: NDArray[np.float64]) -> float:
        """Root mean square of the change from the last x, in pixel levels; 0 at a new size."""
        before, self._last_x = self._last_x, x
        return float(np.sqrt(np.mean(np.square(x - before)))) if before.shape == x.shape else 0.0
