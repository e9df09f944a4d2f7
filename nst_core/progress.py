"""Turns what the optimiser says of one scale into events of the whole run."""

import time

from nst_core import images
from nst_core.events import Evaluated, Event, Iteration, OnEvent
from nst_core.lbfgs import Point
from nst_core.schedule import Scale


class Reporter:
    """Counts iterations, evaluations and work through all scales, and emits the events.

    Attributes:
        losses: of each finished iteration, in order.
    """

    def __init__(self, scales: tuple[Scale, ...], evaluations: int, on_event: OnEvent) -> None:
        self.losses: tuple[float, ...] = ()
        self._on_event = on_event
        # An evaluation costs what its pixels cost.
        self._prices = [float(scale.picture[0] * scale.picture[1]) for scale in scales]
        self._works = [
            price * scale.iterations * evaluations
            for price, scale in zip(self._prices, scales, strict=True)
        ]
        self._scale = 0
        self._spent_here = 0
        self._evaluations = 0
        self._started = time.monotonic()

    @property
    def progress(self) -> float:
        """Share of the whole run's work that is done, 0..1."""
        before = sum(self._works[: self._scale])
        here = self._spent_here * self._prices[self._scale] if self._spent_here else 0.0
        return min(1.0, (before + here) / sum(self._works))

    def emit(self, event: Event) -> None:
        """Hand an event to whoever listens."""
        self._on_event(event)

    def evaluated(self, iteration: int, loss: float) -> None:
        """One evaluation is done; `iteration` counts within the scale."""
        self._evaluations += 1
        self._spent_here += 1
        self.emit(Evaluated(len(self.losses), loss, self.progress))

    def iterated(self, iteration: int, point: Point) -> None:
        """One iteration is finished; `iteration` counts within the scale."""
        number = len(self.losses)
        self.losses += (point.loss,)
        self.emit(
            Iteration(
                number=number,
                scale=self._scale,
                picture=images.from_vgg(point.x),
                loss=point.loss,
                terms=point.terms,
                evaluations=self._evaluations,
                seconds=time.monotonic() - self._started,
                progress=self.progress,
            )
        )

    def scale_done(self) -> None:
        """All of a scale's work counts as done, also where it ended early."""
        self._scale += 1
        self._spent_here = 0
