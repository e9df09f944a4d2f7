"""A run in a terminal: a bar with loss and time left, or plain lines where there is no terminal."""

import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from nst_core.events import Evaluated, Event, Fetching, Iteration, Note, Started
from nst_core.plan.schedule import seconds_left


class ProgressBar:
    """Shows what happens on standard error, as long as its block runs.

    Example:
        >>> with ProgressBar() as bar:
        ...     stylize(photo, painting, settings, bar.on_event)
    """

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False, soft_wrap=True, emoji=False)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}% {task.fields[detail]}"),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._task = self._bar.add_task("Starting", total=1.0, detail="")
        self._iterations = 0
        self._loss = 0.0
        self._first: tuple[float, float] | None = None
        self._fetched_tenths = -1

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def say(self, sentence: str) -> None:
        """Print a line above the bar."""
        self._bar.console.print(sentence, markup=False)

    def on_event(self, event: Event) -> None:
        """Show an event of a run."""
        if isinstance(event, Started):
            self._iterations = sum(scale.iterations for scale in event.scales)
            rows, columns = event.scales[-1].picture
            self.say(f"{columns} x {rows} pixels, {self._iterations} iterations, {event.precision}")
        elif isinstance(event, Note):
            self.say(f"{event.text}.")
        elif isinstance(event, Fetching):
            self.fetching(event.what, event.done, event.total)
        elif isinstance(event, Evaluated):
            self._loss = event.loss
            self.show(
                f"Iteration {event.iteration + 1} of {self._iterations}",
                event.progress,
                f"loss {self._loss:.4g}{self._time_left(event.progress)}",
            )
        elif isinstance(event, Iteration):
            self._loss = event.loss
            if not self._console.is_terminal:
                left = self._time_left(event.progress)
                self.say(
                    f"iteration {event.number + 1} of {self._iterations}, "
                    f"loss {event.loss:.4g}{left}"
                )

    def fetching(self, what: str, done: int, total: int) -> None:
        """Show how far a download is.

        Args:
            what: is downloaded, in words.
            done, total: bytes.
        """
        share = done / total if total else 0.0
        detail = f"{done / 1e6:.0f} of {total / 1e6:.0f} MB"
        self._bar.update(self._task, description=f"Fetching {what}", completed=share, detail=detail)
        if not self._console.is_terminal and int(share * 10) > self._fetched_tenths:
            self._fetched_tenths = int(share * 10)
            self.say(f"fetching {what}, {detail}")

    def show(self, description: str, share: float, detail: str) -> None:
        """Show on the bar how far the whole is.

        Args:
            description: what is done just now.
            share: 0..1.
            detail: what stands behind the percentage.
        """
        self._bar.update(self._task, description=description, completed=share, detail=detail)

    def _time_left(self, progress: float) -> str:
        """The time left as in ", 40 s left"; empty while it cannot be reckoned.

        It is counted from the first evaluation's end, because that one compiles.
        """
        now = time.monotonic()
        if self._first is None:
            self._first = (now, progress)
            return ""
        since, before = self._first
        seconds = seconds_left(now - since, done=progress - before, left=1.0 - progress)
        if seconds is None:
            return ""
        return f", {duration_in_words(seconds)} left"


def duration_in_words(seconds: float) -> str:
    """A duration, briefly.

    Example:
        >>> duration_in_words(40), duration_in_words(600), duration_in_words(9000)
        ('40 s', '10 min', '2 h 30 min')
    """
    if seconds < 120:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"
