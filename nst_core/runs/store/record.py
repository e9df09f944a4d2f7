"""A run as others see it: its id, how far it is, and in which state, truthfully."""

import base64
import re
import secrets
from dataclasses import dataclass
from typing import Literal

from nst_core.errors import InputError, shown

State = Literal["queued", "running", "finished", "cancelled", "failed", "interrupted"]

ID_PATTERN = re.compile(r"[a-z2-7]{26}\Z")
"""Whoever knows a run's id may see the run, so no id can be guessed."""


class NoSuchRunError(InputError):
    """There is no run of that id: it is wrong, or the run has been removed."""

    def __init__(self, run: str) -> None:
        super().__init__(
            f"A run must be in the store; it may have been removed. Received: {shown(run)}."
        )
        self.run = run

    def __reduce__(self) -> tuple[type["NoSuchRunError"], tuple[str]]:
        return NoSuchRunError, (self.run,)  # else the sentence would be taken for the run


def new_id() -> str:
    """An id for a run: 128 random bits in letters and digits that addresses and shells accept.

    Example:
        >>> len(new_id())
        26
    """
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


@dataclass(frozen=True)
class Record:
    """A run as it is at the moment of reading. Times are in seconds since 1970.

    Attributes:
        id: its name in the store, and the key to it.
        state: "queued" (it waits), "running" (a living worker has it), "finished", "cancelled",
            "failed" (with `reason`), "interrupted" (its worker died; an engine goes on with it).
        reason: why it ended, in a sentence; empty before.
        stopped: the same in one of the words of `events.Stopped` where the method itself ended
            the run; else empty.
        session: whose it is.
        title: the preset's name, or the painting's.
        photo: the photo's name.
        iterations: how many it will have, at most; `done` of them are finished.
        loss: of the last finished iteration; None before the first.
        progress: share of the work that is done, 0..1.
        work: the whole run's, in pixels times evaluations.
        created, queued, started, ended: when that happened; None where it has not yet.
        seconds: of computing so far.
        evaluation_seconds: how long the last evaluation took.
        doing: what the worker does before the first evaluation, in words; else empty.
        cancelling: it has been asked to stop, and has not stopped yet.
        pinned: retention leaves it alone.
        parent: the id of the run that it came from.
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
