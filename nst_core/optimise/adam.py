"""Keras's Adam with an average of its iterates: an objective and a start -> iterations.

Adam (Kingma and Ba 2015, arXiv 1412.6980) compares no losses, so it suits terms whose loss is
noisy, where a line search would take the noise for a slope. It never settles either: its iterates
go on swinging around the minimum, and their exponential average, corrected as Adam's moments are,
lies nearer to it. The average is what is handed out.

Pixels are moved as they are and clipped after each step: with a change of variable, see
`variables`, which helps L-BFGS-B, the same evaluations end at a higher loss.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from nst_core.events import Stopped
from nst_core.optimise.method import Method
from nst_core.optimise.variables import Free
from nst_core.optimise.watch import Minimisable, Outcome, Point, Stop, Watch

STEP = 12.0
"""Root mean square of Adam's first step, in pixel levels (0..255); the next ones are like it."""
BETAS = 0.8, 0.99
"""How much Adam keeps of the mean of the gradients, and of their squares.

With 0.9 the former ends 5 % higher after sixty evaluations; with 0.95 the latter is unsteady later.
"""
AVERAGED = 0.9
"""How much of the average of the iterates is kept at each step: it is one of some ten steps.

Less would lag less, by 2 % of the loss after sixty evaluations, and average less noise away.
"""


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
    """Lower an objective by Adam, and hand out the iterates' average every `evaluations` ones.

    The last evaluation of an iteration is that of the average, so that the loss that is handed out
    is that of the point that is handed out. Its gradient counts for a step like any other. Such a
    loss may be higher than the last one: the lowest of noisy losses would be the luckiest one.

    Args:
        objective: called with float64 arrays of `start`'s shape.
        start: the first x, brought within the bounds; not written to.
        method: how the loss is lowered; restart, first_step and bounds are read.
        iterations: how many points are handed out, at most.
        evaluations: of the objective for each iteration.
        on_evaluation: called with the loss after each evaluation.
        on_iteration: called with the average at the end of each iteration.
        should_stop: asked before each evaluation.

    Returns:
        The last point that was handed out, or the start where there was none, and why it stopped:
        "finished", "converged" (the gradient vanished, and where it did is handed out),
        "cancelled" or "not finite".

    Example:
        >>> outcome = minimise(objective, start, Method(), iterations=3, evaluations=10)
        >>> outcome.best.x.shape == start.shape
        True
    """
    watch = Watch(objective, evaluations, on_evaluation, on_iteration, should_stop)
    try:
        stopped = _descend(watch, np.asarray(start, dtype=np.float64), method, iterations)
    except Stop as stop:
        stopped = stop.stopped
    return Outcome(watch.best, stopped)


def _descend(watch: Watch, x: NDArray[np.float64], method: Method, iterations: int) -> Stopped:
    """Take steps from x until all iterations are handed out, or the gradient vanishes."""
    walk = _Walk(x, method)
    while watch.iterations < iterations:
        if method.restart and watch.best is not None and watch.is_between_iterations:
            walk = _Walk(watch.best.x, method)
        is_last = watch.left == 1
        x = walk.average() if is_last else walk.iterate()
        loss, gradient = watch.evaluate(x, keeps=is_last)
        if not gradient.any():
            if not is_last:
                watch.keep(x, loss)
                watch.hand_out()
            return "converged"
        walk.step(gradient)
    return "finished"


class _Walk:
    """Adam's iterates from an x, float64 outside and float32 within, and their average."""

    def __init__(self, x: NDArray[np.float64], method: Method) -> None:
        # Imported only now: a process that merely reads settings must not load Keras.
        import keras

        self._bounds = method.bounds
        self._variable = method.over_beneath(Free())
        self._x = keras.Variable(self._within(self._variable.to_u(x)), dtype="float32")
        if method.bounds is not None:
            low, high = (np.asarray(bound, np.float32) for bound in method.bounds)
            self._x.constraint = lambda values: keras.ops.clip(values, low, high)
        step = STEP if method.first_step is None else method.first_step
        self._adam = keras.optimizers.Adam(step, *BETAS)
        self._adam.build([self._x])
        self._sum = np.zeros_like(x)
        self._steps = 0
        self._unit = 0.0

    def iterate(self) -> NDArray[np.float64]:
        """x where the walk is."""
        return self._variable.at(self._own())[0]

    def average(self) -> NDArray[np.float64]:
        """The average of the iterates after the start, the newest most; the start without any."""
        if not self._steps:
            return self.iterate()
        return self._variable.at(self._within(self._sum / (1 - AVERAGED**self._steps)))[0]

    def step(self, gradient: NDArray[np.float64]) -> None:
        """Take a step, by a gradient that is not zero everywhere."""
        _, chain = self._variable.at(self._own())
        gradient = chain(gradient)
        # Adam's epsilon is made for gradients of about 1, and ours may be of a billionth.
        self._unit = self._unit or float(np.sqrt(np.mean(np.square(gradient)))) or 1.0
        self._adam.apply([(gradient / self._unit).astype(np.float32)])
        self._steps += 1
        self._sum *= AVERAGED
        self._sum += (1 - AVERAGED) * self._own()

    def _own(self) -> NDArray[np.float64]:
        """The walk's own picture, of which a mask may let little show."""
        from keras import ops

        # In float32 the bounds are a hair elsewhere.
        return self._within(ops.convert_to_numpy(ops.cast(self._x, "float64")))

    def _within(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """An array of its own, within the bounds."""
        return x.copy() if self._bounds is None else np.clip(x, *self._bounds)
