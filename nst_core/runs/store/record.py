"""What is known of a run: who asked for it, how far it is, and in which state, truthfully."""

from dataclasses import dataclass
from typing import Literal

State = Literal["queued", "running", "finished", "cancelled", "failed", "interrupted"]


@dataclass(frozen=True)
class Record:
    """A run as it is at the moment of reading. Times are in seconds since 1970.

    Attributes:
        id: its name in the store, and the key to it.
        state: "queued" (waits), "running" (a living worker has it), "finished", "cancelled",
            "failed" (with `reason`), "interrupted" (its worker died; an engine goes on with it).
        reason: why it ended, in a sentence; empty before.
        stopped: the same in one of the words of `events.Stopped`, where it is the method that
            ended; else empty.
        session: of whoever asked for it.
        title: the preset's name, or the painting's.
        photo: the photo's name.
        iterations: how many it will have, at most; `done` of them are finished.
        loss: of the last finished iteration; None before the first.
        progress: share of the work that is done, 0..1.
        work: the whole run's, in pixels times evaluations.
        created, queued, started, ended: when; None where it has not come to that.
        seconds: of computing so far.
        evaluation_seconds: that the last evaluation took.
        doing: what the worker does before the first evaluation, in words; else empty.
        attempt: counts up with each resume on request.
        cancelling: it has been asked to stop, and has not stopped yet.
        pinned: retention leaves it alone.
        parent: the run that it came from.
    """

    id: str
    state: State
    reason: str = ""
    stopped: str = ""
    session: str = ""
    title: str = ""
    photo: str = ""
    iterations: int = 0
    done: int = 0
    loss: float | None = None
    progress: float = 0.0
    work: float = 0.0
    created: float = 0.0
    queued: float = 0.0
    started: float | None = None
    ended: float | None = None
    seconds: float = 0.0
    evaluation_seconds: float = 0.0
    doing: str = ""
    attempt: int = 0
    cancelling: bool = False
    pinned: bool = False
    parent: str | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether an engine should take it up."""
        return self.state in ("queued", "interrupted")

    @property
    def is_over(self) -> bool:
        """Whether it stays as it is unless someone resumes it."""
        return self.state in ("finished", "cancelled", "failed")
