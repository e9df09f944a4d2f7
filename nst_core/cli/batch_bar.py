"""A batch in a terminal: one bar over all its runs, or a line for each where there is none."""

import time
from collections.abc import Callable, Sequence

from nst_core.cli.progress_bar import ProgressBar, duration_in_words
from nst_core.events import Evaluated, Event, Iteration, Started
from nst_core.plan.schedule import seconds_left

_MOST_BELIEF = 60.0
"""Seconds of work for which the forecast goes on to count beside what was measured, at most."""


class Pace:
    """How far a batch is, and how long the rest will take.

    The forecast says what the runs take relative to each other; how fast this machine really is,
    the runs say that are done. A run that failed says nothing.
    """

    def __init__(self, work: Sequence[float]) -> None:
        """
        Args:
            work: what each run will take, in seconds as foretold.
        """
        self._work = work
        self._number = 0
        self._done = self._seconds = 0.0

    def share(self, progress: float = 0.0) -> float:
        """How far the whole is, 0..1.

        Args:
            progress: of the run under way, 0..1.
        """
        done = sum(self._work[: self._number])
        if self._number < len(self._work):
            done += progress * self._work[self._number]
        return done / sum(self._work)

    def seconds_left(self, progress: float = 0.0, seconds: float = 0.0) -> float:
        """How long the rest will take, in seconds.

        Args:
            progress: of the run under way, 0..1.
            seconds: what it has taken so far.

        Example:
            >>> pace = Pace([100.0, 100.0, 100.0])
            >>> pace.end_run(260.0)  # a minute of the forecast still counts: 320 for 160
            >>> pace.seconds_left()
            400.0
        """
        here = self._work[self._number] if self._number < len(self._work) else 0.0
        done = self._done + progress * here
        left = sum(self._work[self._number :]) - progress * here
        belief = min(_MOST_BELIEF, self._work[0])
        total = seconds_left(self._seconds + seconds + belief, done=done + belief, left=left)
        return total or 0.0

    def end_run(self, seconds: float | None) -> None:
        """Go on to the next run.

        Args:
            seconds: what the last one took, or None if it failed.
        """
        if seconds is not None:
            self._done += self._work[self._number]
            self._seconds += seconds
        self._number += 1


class BatchBar(ProgressBar):
    """Shows what happens on standard error, as long as its block runs.

    Example:
        >>> with BatchBar([40.0, 40.0]) as bar:
        ...     bar.begin("cat, stained_glass")
        ...     result = stylize(photo, painting, settings, bar.on_event)
        ...     bar.end("done, loss 0.35")
    """

    def __init__(self, work: Sequence[float], clock: Callable[[], float] = time.monotonic) -> None:
        """
        Args:
            work: what each run will take, in seconds as foretold.
            clock: seconds, from any start.
        """
        super().__init__()
        self._pace = Pace(work)
        self._count = len(work)
        self._clock = clock
        self._number, self._name, self._since, self._total = 0, "", 0.0, 0

    def begin(self, name: str) -> None:
        """Say that the next run begins."""
        self._number += 1
        self._name, self._since = name, self._clock()
        self._show(0.0, "")

    def end(self, words: str, failed: bool = False) -> None:
        """Say in a line how the run ended, and how long the rest will take."""
        seconds = self._clock() - self._since
        self._pace.end_run(None if failed else seconds)
        left = self._pace.seconds_left()
        rest = f"; {duration_in_words(left)} left" if self._number < self._count else ""
        self.say(f"{self._number} of {self._count}, {self._name}: {words}{rest}")

    def on_event(self, event: Event) -> None:
        """Show an event of the run under way."""
        if isinstance(event, Started):
            self._total = sum(scale.iterations for scale in event.scales)
        elif isinstance(event, Evaluated):
            words = f"iteration {event.iteration + 1} of {self._total}"
            self._show(event.progress, f", {words}")
        elif not isinstance(event, Iteration):
            super().on_event(event)

    def _show(self, progress: float, words: str) -> None:
        left = self._pace.seconds_left(progress, self._clock() - self._since)
        description = f"Run {self._number} of {self._count}{words}"
        detail = f"{duration_in_words(left)} left"
        self.show(description, self._pace.share(progress), detail)
