"""The SciPy loop: an objective and a start -> iterations, and the reason why it stopped."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from nst_core.events import Stopped
from nst_core.optimise.method import Method
from nst_core.optimise.variables import Variable
from nst_core.optimise.watch import Evaluation, Function, Minimisable, Outcome, Point, Stop, Watch

MOST_LINE_SEARCH_STEPS = 20


class _Budget(Exception):
    """Raised where a call of SciPy has used up its evaluations."""


def minimise(
    objective: Minimisable,
    start: NDArray[np.float64],
    method: Method,
    *,
    iterations: int,
    evaluations: int,
    on_evaluation: Callable[[float], None] = lambda loss: None,
    on_iteration: Callable[[Point], None] = lambda point: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Lower an objective by L-BFGS-B, and hand out the best point every `evaluations` evaluations.

    Args:
        objective: called with float64 arrays of `start`'s shape.
        start: the first x, brought within the bounds and a hair off them; not written to.
        method: how the loss is lowered; see `Method`.
        iterations: how many points are handed out, at most.
        evaluations: of the objective for each iteration, at most.
        on_evaluation: called with the loss after each evaluation.
        on_iteration: called with the best point so far at the end of each iteration.
        should_stop: asked before each evaluation.

    Returns:
        The best point and why it stopped: "finished", "converged" (the gradient vanished),
        "stalled" (no step lowers the loss any more), "cancelled" or "not finite". An
        iteration that was begun is handed out if the minimisation ends by itself.

    Example:
        >>> outcome = minimise(objective, start, Method(), iterations=3, evaluations=10)
        >>> outcome.best.x.shape == start.shape
        True
    """
    watch = Watch(objective, evaluations, on_evaluation, on_iteration, should_stop)
    budget = evaluations if method.restart else iterations * evaluations
    x = np.asarray(start, dtype=np.float64)
    stopped: Stopped = "finished"
    try:
        # Else OpenBLAS's threads go on spinning after each small product, on the processors that
        # the next evaluation wants.
        with threadpool_limits(limits=1, user_api="blas"):
            while watch.iterations < iterations:
                before = watch.best
                left = budget if method.restart else budget - watch.evaluations
                stopped = _one_round(watch, x, left, method)
                assert watch.best is not None
                # A fresh call may move where the last one saw no way, but not from the same point.
                may_move = (method.restart or method.persistent) and watch.best is not before
                if method.restart or not may_move:
                    watch.hand_out()  # the iteration that was under way when the call ended
                if stopped != "finished" and not may_move:
                    break
                x = watch.best.x
    except Stop as stop:
        stopped = stop.stopped
    return Outcome(watch.best, stopped)


def _one_round(watch: Watch, x: NDArray[np.float64], budget: int, method: Method) -> Stopped:
    """One call of SciPy from x, with at most `budget` evaluations. Returns: why it ended."""
    variable = method.variable(x.shape)
    u = variable.to_u(x)
    function: Function = _InVariable(watch.evaluate, variable, x.shape, budget).evaluate
    unit = 1.0
    if method.first_step is not None:
        first_step = method.first_step
        function, unit = _scaled(function, u, lambda step: first_step / variable.reach(step))
    origin = u.ravel() / unit
    del u  # a large picture's vectors are most of the memory
    parts = _InTwoParts(function)
    try:
        result = minimize(
            parts.value,
            origin,
            jac=parts.gradient,
            method="L-BFGS-B",
            options={
                "maxcor": method.memory,
                "maxfun": budget + MOST_LINE_SEARCH_STEPS,
                "maxiter": budget + 1,
                "maxls": MOST_LINE_SEARCH_STEPS,
                # Its default ends bfloat16 runs at the first step that the rounding hides.
                "ftol": 0.0,
                "gtol": 0.0,  # it converges only where the gradient is zero everywhere
            },
        )
    except _Budget:
        return "finished"
    return "stalled" if np.any(result.jac) else "converged"


class _InVariable:
    """The objective as a function of the variable's u, flat, for `budget` evaluations at most.

    SciPy looks at its own `maxfun` only between line searches, and then allows one more.
    """

    def __init__(
        self,
        evaluate: Function,
        variable: Variable,
        shape: tuple[int, ...],
        budget: int,
    ) -> None:
        self._evaluate = evaluate
        self._variable = variable
        self._shape = shape
        self._left = budget

    def evaluate(self, flat: NDArray[np.float64]) -> Evaluation:
        """flat: u in one dimension. Returns: loss, and gradient by u."""
        # Not `__call__`: called as an instance, Python would hold `flat` until the end.
        if not self._left:
            raise _Budget
        self._left -= 1
        x, chain = self._variable.at(flat.reshape(self._shape))
        del flat  # a large picture's vectors are most of the memory
        loss, gradient = self._evaluate(x)
        return loss, chain(gradient).ravel()


def _scaled(
    function: Function,
    origin: NDArray[np.float64],
    longest: Callable[[NDArray[np.float64]], float],
) -> tuple[Function, float]:
    """The function of u / unit, its gradient of length 1 at the origin, and the unit.

    Args:
        function: of a flat u.
        origin: the u to begin at, in the variable's shape.
        longest: for a direction of length 1, in that shape, how far the first step should go
            along it; SciPy's own goes 1.
    """
    at_origin = function(origin.ravel())
    slope = float(np.linalg.norm(at_origin[1]))
    unit = longest((at_origin[1] / slope).reshape(origin.shape)) if slope else 1.0
    gain = 1.0 / (slope * unit) if slope else 1.0
    first: Evaluation | None = at_origin

    def scaled(y: NDArray[np.float64]) -> Evaluation:
        nonlocal first
        # The first call is for the origin, which is evaluated already.
        (loss, gradient), first = first or function(y * unit), None
        return loss * gain, gradient * (gain * unit)

    return scaled, unit


class _InTwoParts:
    """The value of a function and then its gradient, as SciPy asks for them: one computation.

    Told that both come together, SciPy would keep one more copy of the point.
    """

    def __init__(self, function: Function) -> None:
        self._function = function
        self._gradient: NDArray[np.float64] | None = None

    def value(self, y: NDArray[np.float64]) -> float:
        loss, self._gradient = self._function(y)
        return loss

    def gradient(self, y: NDArray[np.float64]) -> NDArray[np.float64]:
        gradient, self._gradient = self._gradient, None
        return self._function(y)[1] if gradient is None else gradient
