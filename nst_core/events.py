"""What a run tells its caller under way: immutable events, whose arrays are read-only."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from nst_core.plan.schedule import Scale

Stopped = Literal["finished", "converged", "stalled", "cancelled", "not finite"]
"""Why a run or a minimisation ended, in one word; `optimise/` decides which."""
REASONS: dict[Stopped, str] = {
    "finished": "all iterations are done",
    "converged": "the loss cannot be lowered any further",
    "stalled": "no step lowers the loss any more at this precision",
    "cancelled": "it was stopped on request",
    "not finite": "the loss was no longer a finite number, so the last good picture was kept",
}
"""Why, in a sentence for people."""


@dataclass(frozen=True)
class Started:
    """The plan is made and the weights are loaded; the first evaluation is next.

    Attributes:
        scales: from coarse to fine.
        precision: "float32" or "bfloat16", also where the settings say "auto".
    """

    scales: tuple[Scale, ...]
    precision: str


@dataclass(frozen=True)
class Fetching:
    """Something is being downloaded: `done` of `total` bytes (0 if unknown)."""

    what: str
    done: int
    total: int


@dataclass(frozen=True)
class Note:
    """Something that a person should know; it does the run no harm."""

    text: str


@dataclass(frozen=True)
class Evaluated:
    """One evaluation of loss and gradient is done.

    Attributes:
        iteration: the one it belongs to, from 0.
        loss: its value, whether or not the step was taken.
        progress: share of the whole run's work, 0..1.
        precision: "float32" or "bfloat16", in which it was computed.
    """

    iteration: int
    loss: float
    progress: float
    precision: str


@dataclass(frozen=True)
class Checkpoint:
    """Where a run can go on from: its beginning, or the end of an iteration.

    Attributes:
        x: float64 (1, H, W, 3) in VGG16's space, at the size of `scale`; read-only once the run
            has begun.
        scale: index into `Started.scales`.
        done_here: iterations finished at that scale.
        step: root mean square of x's last change, in pixel levels; 0 at the start and
            after a change of size.
        losses: of each finished iteration of the run, in order.
        evaluations, seconds: spent since the run began.
        began: the scale that the run began with; a run from a picture leaves out the coarser ones.
    """

    x: NDArray[np.float64]
    scale: int = 0
    done_here: int = 0
    step: float = 0.0
    losses: tuple[float, ...] = ()
    evaluations: int = 0
    seconds: float = 0.0
    began: int = 0


@dataclass(frozen=True)
class Iteration:
    """One iteration is finished.

    Attributes:
        number: from 0, counted through all scales.
        scale: index into `Started.scales`.
        picture: uint8 RGB (H, W, 3) at that scale's size, read-only.
        loss: of that picture, as optimised (in the run's precision).
        terms: its weighted terms, whose sum is the loss.
        evaluations: spent since the run began.
        seconds: since the run began.
        progress: share of the whole run's work, 0..1.
        checkpoint: what `stylize` takes to go on from here.
    """

    number: int
    scale: int
    picture: NDArray[np.uint8]
    loss: float
    terms: Mapping[str, float]
    evaluations: int
    seconds: float
    progress: float
    checkpoint: Checkpoint

    def __post_init__(self) -> None:
        picture = self.picture.copy()
        picture.setflags(write=False)
        object.__setattr__(self, "picture", picture)
        object.__setattr__(self, "terms", MappingProxyType(dict(self.terms)))

    def __reduce__(self) -> tuple[type["Iteration"], tuple[object, ...]]:
        # A read-only mapping cannot be pickled; events travel between processes.
        values = (getattr(self, item.name) for item in fields(self))
        return Iteration, tuple(dict(v) if isinstance(v, Mapping) else v for v in values)


Event = Started | Fetching | Note | Evaluated | Iteration
OnEvent = Callable[[Event], None]
"""Called with each event, in order."""
ShouldStop = Callable[[], bool]
"""Asked before each evaluation; True ends the run with what it has."""


@dataclass(frozen=True)
class Result:
    """What a run leaves.

    Attributes:
        picture: uint8 RGB (H, W, 3), the last good one.
        losses: of each finished iteration, in order.
        stopped: why it ended, in one word.
        reason: why it ended, in a sentence.
    """

    picture: NDArray[np.uint8]
    losses: tuple[float, ...]
    stopped: Stopped
    reason: str
