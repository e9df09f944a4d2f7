"""Turns what the optimiser says of one scale into events of the whole run."""

import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nst_core.events import Checkpoint, Evaluated, Event, Fetching, Iteration, Note, OnEvent
from nst_core.optimise.lbfgs import Point
from nst_core.plan.schedule import Scale
from nst_core.settings import Settings
from nst_core.vgg16.space import from_vgg
from nst_core.vgg16.weights import load_weights


def fetch_weights(on_event: OnEvent) -> None:
    """Load VGG16's weights, and tell of a download and of the sources that failed before.

    Raises:
        WeightsError: no source gave them.
    """
    weights = load_weights(lambda *step: on_event(Fetching(*step)))
    for note in weights.notes:
        on_event(Note(note))


class Reporter:
    """Counts iterations, evaluations and work through all scales, and emits the events.

    Attributes:
        losses: of each finished iteration, in order.
        precision: of the evaluations from here on, "float32" or "bfloat16".
    """

    def __init__(
        self,
        scales: Sequence[Scale],
        settings: Settings,
        on_event: OnEvent,
        start: Checkpoint,
    ) -> None:
        """
        Args:
            scales: of the whole run, coarse to fine.
            settings: evaluations and precision are read; the latter is not "auto" any more.
            on_event: is given the events.
            start: where the run goes on from.
        """
        evaluations = settings.evaluations
        self.losses = start.losses
        self.precision: str = settings.precision
        self._scales = tuple(scales)
        self._on_event = on_event
        # An evaluation costs what its pixels cost.
        self._prices = [float(scale.pixels) for scale in scales]
        self._works = [
            price * scale.iterations * evaluations
            for price, scale in zip(self._prices, scales, strict=True)
        ]
        self._began = start.began
        self._scale = start.scale
        self._done_here = start.done_here
        self._spent_here = self._done_here * evaluations
        self._evaluations = start.evaluations
        self._started = time.monotonic() - start.seconds
        self._last_x = start.x

    @property
    def progress(self) -> float:
        """Share of the whole run's work that is done, 0..1."""
        before = sum(self._works[self._began : self._scale])
        here = self._spent_here * self._prices[self._scale] if self._spent_here else 0.0
        return min(1.0, (before + here) / sum(self._works[self._began :]))

    @property
    def iterations_left(self) -> int:
        """Iterations that are still to be done at this scale."""
        return self._scales[self._scale].iterations - self._done_here

    def emit(self, event: Event) -> None:
        """Hand an event to the listener."""
        self._on_event(event)

    def evaluated(self, loss: float) -> None:
        """Tell that one evaluation is done."""
        self._evaluations += 1
        self._spent_here += 1
        self.emit(Evaluated(len(self.losses), loss, self.progress, self.precision))

    def iterated(self, point: Point) -> None:
        """Tell that one iteration is finished."""
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
            seconds=time.monotonic() - self._started,
            began=self._began,
        )
        self.emit(
            Iteration(
                number=number,
                scale=self._scale,
                picture=from_vgg(point.x),
                loss=point.loss,
                terms=point.terms,
                evaluations=self._evaluations,
                seconds=checkpoint.seconds,
                progress=self.progress,
                checkpoint=checkpoint,
            )
        )

    def scale_done(self) -> None:
        """Count all of a scale's work as done, also where it ended early."""
        self._scale += 1
        self._done_here = 0
        self._spent_here = 0

    def _step_to(self, x: NDArray[np.float64]) -> float:
        """Root mean square of the change from the last x, in pixel levels; 0 at a new size."""
        before, self._last_x = self._last_x, x
        return float(np.sqrt(np.mean(np.square(x - before)))) if before.shape == x.shape else 0.0
