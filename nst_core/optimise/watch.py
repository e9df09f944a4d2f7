"""What optimisers share: evaluations counted, points handed out, the reason to stop."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nst_core.events import Stopped

Evaluation = tuple[float, NDArray[np.float64]]
"""Loss, and gradient float64 of x's shape."""
Function = Callable[[NDArray[np.float64]], Evaluation]


class Minimisable(Protocol):
    """What can be minimised, as an `objective.build.Objective` can."""

    @property
    def terms(self) -> Mapping[str, float]:
        """The weighted terms of the last loss, by name."""
        ...

    def __call__(self, x: NDArray[np.float64]) -> Evaluation: ...


@dataclass(frozen=True)
class Point:
    """A place that was evaluated: x float64 in the objective's shape, its loss and its terms."""

    x: NDArray[np.float64]
    loss: float
    terms: Mapping[str, float]


@dataclass(frozen=True)
class Outcome:
    """Where the minimisation ended.

    Attributes:
        best: the point to go on from: the lowest loss that was evaluated, or by Adam the last
            average that was; None if there was not one finite evaluation.
        stopped: in one word why.
    """

    best: Point | None
    stopped: Stopped


class Stop(Exception):
    """Raised within an evaluation, to leave the optimiser's loop for good."""

    def __init__(self, stopped: Stopped) -> None:
        self.stopped = stopped


class Watch:
    """Counts evaluations, keeps the best point, and hands it out at the end of each iteration.

    Args:
        objective: called with float64 arrays of one shape.
        per_iteration: evaluations of each iteration, at most.
        on_evaluation: called with the loss after each evaluation.
        on_iteration: called with the best point at the end of each iteration.
        should_stop: asked before each evaluation.

    Attributes:
        best: the point that is handed out next; None before the first evaluation.
        iterations, evaluations: how many are done.
    """

    def __init__(
        self,
        objective: Minimisable,
        per_iteration: int,
        on_evaluation: Callable[[float], None],
        on_iteration: Callable[[Point], None],
        should_stop: Callable[[], bool],
    ) -> None:
        self.best: Point | None = None
        self._objective = objective
        self._per_iteration = per_iteration
        self._on_evaluation = on_evaluation
        self._on_iteration = on_iteration
        self._should_stop = should_stop
        self._spent = 0  # by the iteration that is under way
        self.iterations = self.evaluations = 0

    @property
    def left(self) -> int:
        """Evaluations that are left to the iteration that is under way, or to the next one."""
        return self._per_iteration - self._spent

    @property
    def is_between_iterations(self) -> bool:
        """Whether the next evaluation is the first of an iteration."""
        return not self._spent

    def evaluate(self, x: NDArray[np.float64], *, keeps: bool | None = None) -> Evaluation:
        """The loss and its gradient at x, which must be an array that nobody else writes to.

        Args:
            x: float64.
            keeps: whether this is the best point from now on; None if its loss decides. The very
                first one always is.

        Raises:
            Stop: the run was cancelled, or a number is not finite.
        """
        if self._should_stop():
            raise Stop("cancelled")
        loss, gradient = self._objective(x)
        if not (np.isfinite(loss) and np.isfinite(gradient).all()):
            raise Stop("not finite")
        self._spent += 1
        self.evaluations += 1
        is_lowest = self.best is None or loss < self.best.loss
        if self.best is None or (is_lowest if keeps is None else keeps):
            self.keep(x, loss)
        self._on_evaluation(loss)
        if not self.left:
            self.hand_out()
        return loss, gradient

    def keep(self, x: NDArray[np.float64], loss: float) -> None:
        """Make the x that was evaluated last the best point."""
        x.setflags(write=False)  # points are handed on as they are
        self.best = Point(x, loss, self._objective.terms)

    def hand_out(self) -> None:
        """End the iteration that is under way, unless it has spent nothing."""
        if self._spent and self.best is not None:
            self._on_iteration(self.best)
            self._spent = 0
            self.iterations += 1
