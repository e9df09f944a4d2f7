"""Corrects the prices of evaluations by what a run's own evaluations take."""

import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from nst_core.events import Evaluated, Event, Iteration, OnEvent, Started
from nst_core.machine import prices
from nst_core.plan.schedule import Scale

_TRUST = 0.3
"""How much of what an iteration has shown is believed at once, 0..1."""
_MOST_CORRECTION = 4.0
"""How many times higher or lower one iteration can make a price."""
_FEWEST_EVALUATIONS = 4
"""Evaluations of an iteration that teaches something; the median of fewer is chance."""


class PriceLearner:
    """A listener that corrects this machine's prices, and passes every event on.

    Example:
        >>> result = stylize(photo, painting, settings, PriceLearner(on_event))
    """

    def __init__(self, on_event: OnEvent, clock: Callable[[], float] = time.monotonic) -> None:
        """
        Args:
            on_event: is given each event before anything is learned from it.
            clock: seconds, from any start.
        """
        self._on_event = on_event
        self._clock = clock
        self._scales: tuple[Scale, ...] = ()
        self._precision = ""
        self._ticks: list[float] = []

    def __call__(self, event: Event) -> None:
        """Pass the event on; at the end of an iteration, correct the price."""
        if isinstance(event, Started):
            self._scales, self._precision = event.scales, event.precision
        elif isinstance(event, Evaluated):
            if event.precision != self._precision:
                self._precision, self._ticks = event.precision, []
            self._ticks.append(self._clock())
        self._on_event(event)
        if isinstance(event, Iteration):
            self._learn(self._scales[event.scale])
            self._ticks = []

    def _learn(self, scale: Scale) -> None:
        """Correct the price by the evaluations of one iteration at `scale`."""
        before = prices.measured_price(self._precision)
        if before is None or len(self._ticks) < _FEWEST_EVALUATIONS:
            return
        seconds = statistics.median(np.diff(self._ticks))
        if not seconds:  # a coarse clock tells nothing
            return
        factor = (seconds / before.seconds(scale.pixels, scale.is_tiled)) ** _TRUST
        factor = min(_MOST_CORRECTION, max(1 / _MOST_CORRECTION, factor))
        corrected = replace(
            before, evaluation=before.evaluation * factor, pixel=before.pixel * factor
        )
        prices.remember_price(self._precision, corrected)
