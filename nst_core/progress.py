"""Turns what the optimiser says of one scale into events of the whole run."""

import time

import numpy as np
from numpy.typing import NDArray

from nst_core.events import Checkpoint, Evaluated, Event, Iteration, OnEvent
from nst_core.optimise.lbfgs import Point
from nst_core.plan.schedule import Scale
from nst_core.vgg16.space import from_vgg


class Reporter:
    """Counts iterations, evaluations and work through all scales, and emits the events.

    Attributes:
        losses: of each finished iteration, in order.
        precision: of the evaluations from here on.
    """

    def __init__(
        self,
        scales: tuple[Scale, ...],
        evaluations: int,
        on_event: OnEvent,
        resume: Checkpoint | None = None,
    ) -> None:
        self.losses = resume.losses if resume else ()
        self.precision = ""
        self._on_event = on_event
        # An evaluation costs what its pixels cost.
        self._prices = [float(scale.picture[0] * scale.picture[1]) for scale in scales]
        self._works = [
            price * scale.iterations * evaluations
            for price, scale in zip(self._prices, scales, strict=True)
        ]
        self._began = resume.began if resume else 0
        self._scale = resume.scale if resume else 0
        self._done_here = resume.done_here if resume else 0
        self._spent_here = self._done_here * evaluations
        self._evaluations = resume.evaluations if resume else 0
        self._started = time.monotonic() - (resume.seconds if resume else 0.0)
        self._last_x: NDArray[np.float64] | None = resume.x if resume else None

    @property
    def progress(self) -> float:
        """Share of the whole run's work that is done, 0..1."""
        before = sum(self._works[self._began : self._scale])
        here = self._spent_here * self._prices[self._scale] if self._spent_here else 0.0
        return min(1.0, (before + here) / sum(self._works[self._began :]))

    @property
    def done_here(self) -> int:
        """Iterations finished at this scale."""
        return self._done_here

    def emit(self, event: Event) -> None:
        """Hand an event to whoever listens."""
        self._on_event(event)

    def evaluated(self, loss: float) -> None:
        """One evaluation is done."""
        self._evaluations += 1
        self._spent_here += 1
        self.emit(Evaluated(len(self.losses), loss, self.progress, self.precision))

    def iterated(self, point: Point) -> None:
        """One iteration is finished."""
        number = len(self.losses)
        self.losses += (point.loss,)
        self._done_here += 1
        seconds = time.monotonic() - self._started
        self.emit(
            Iteration(
                number=number,
                scale=self._scale,
                picture=from_vgg(point.x),
                loss=point.loss,
                terms=point.terms,
                evaluations=self._evaluations,
                seconds=seconds,
                progress=self.progress,
                checkpoint=Checkpoint(
                    x=point.x,
                    scale=self._scale,
                    done_here=self._done_here,
                    step=self._step_to(point.x),
                    losses=self.losses,
                    evaluations=self._evaluations,
                    seconds=seconds,
                    began=self._began,
                ),
            )
        )

    def _step_to(self, x: NDArray[np.float64]) -> float:
        before, self._last_x = self._last_x, x
        if before is None or before.shape != x.shape:
            return 0.0
        return float(np.sqrt(np.mean(np.square(x - before))))

    def scale_done(self) -> None:
        """All of a scale's work counts as done, also where it ended early."""
        self._scale += 1
        self._done_here = 0
        self._spent_here = 0
