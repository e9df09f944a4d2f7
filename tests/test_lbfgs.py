"""The optimiser's loop, on functions whose minimum is known."""

from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import rosen, rosen_der

from nst_core.optimise import lbfgs
from nst_core.optimise.method import Method
from nst_core.optimise.watch import Outcome, Point

START = np.linspace(-1.5, 1.5, 60).reshape(1, 4, 5, 3)


class Valley:
    """Rosenbrock's function; counts its evaluations, and can be made to fail at one."""

    def __init__(self, bad_at: int | None = None, bad: float = float("nan")) -> None:
        self.count = 0
        self.terms = MappingProxyType({"all": 0.0})
        self._bad_at, self._bad = bad_at, bad

    def __call__(self, x: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        assert x.dtype == np.float64
        assert x.shape == START.shape
        self.count += 1
        loss = self._bad if self.count == self._bad_at else float(rosen(x.ravel()))
        self.terms = MappingProxyType({"all": loss})
        return loss, rosen_der(x.ravel()).reshape(x.shape)


def run(objective: Valley, **options: object) -> tuple[Outcome, list[tuple[int, Point]]]:
    iterations: list[tuple[int, Point]] = []
    chosen = {
        name: options.pop(name)
        for name in ("restart", "persistent", "first_step", "bounds")
        if name in options
    }
    settings: dict[str, object] = {
        "iterations": 5,
        "evaluations": 8,
        "on_iteration": lambda point: iterations.append((len(iterations), point)),
    }
    outcome = lbfgs.minimise(objective, START, Method(**chosen), **(settings | options))  # type: ignore[arg-type]
    return outcome, iterations


@pytest.mark.parametrize("restart", [False, True])
@pytest.mark.parametrize("first_step", [None, 0.1])
def test_the_budget_is_kept_to_the_evaluation(restart: bool, first_step: float | None) -> None:
    valley = Valley()
    outcome, iterations = run(valley, restart=restart, first_step=first_step)
    assert valley.count == 40
    assert outcome.stopped == "finished"
    assert [number for number, _ in iterations] == [0, 1, 2, 3, 4]
    losses = [point.loss for _, point in iterations]
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < losses[0] < rosen(START.ravel())


@pytest.mark.parametrize("evaluations", [1, 2, 3])
def test_few_evaluations_for_each_iteration(evaluations: int) -> None:
    for restart in (False, True):
        valley = Valley()
        outcome, iterations = run(valley, evaluations=evaluations, restart=restart)
        assert (valley.count, len(iterations)) == (5 * evaluations, 5)
        assert outcome.stopped == "finished"


def test_the_points_handed_out_are_what_was_evaluated_and_stay_so() -> None:
    _, iterations = run(Valley(), iterations=10)
    for _, point in iterations:
        assert point.loss == pytest.approx(float(rosen(point.x.ravel())), rel=1e-12)
        assert point.terms["all"] == point.loss
    assert START[0, 0, 0, 0] == -1.5


def test_an_uninterrupted_run_gets_further_than_restarts() -> None:
    onward, _ = run(Valley(), iterations=15)
    restarted, _ = run(Valley(), iterations=15, restart=True)
    assert onward.best is not None
    assert restarted.best is not None
    assert onward.best.loss < restarted.best.loss


@pytest.mark.parametrize("first_step", [None, 0.1])
def test_it_finds_the_minimum_and_says_so(first_step: float | None) -> None:
    outcome, iterations = run(Valley(), iterations=500, first_step=first_step)
    assert outcome.stopped in ("converged", "stalled")
    assert outcome.best is not None
    np.testing.assert_allclose(outcome.best.x, 1.0, atol=1e-4)
    assert iterations[-1][1] is outcome.best


def test_the_first_step_has_the_size_that_was_asked_for() -> None:
    places: list[NDArray[np.float64]] = []

    class Slope:
        terms = MappingProxyType({"all": 0.0})

        def __call__(self, x: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
            places.append(x.copy())
            return float(1e-9 * (x**2).sum()), 2e-9 * x

    lbfgs.minimise(Slope(), START, Method(first_step=0.25), iterations=1, evaluations=2)
    assert np.sqrt(np.mean((places[1] - places[0]) ** 2)) == pytest.approx(0.25)


@pytest.mark.parametrize(("persistent", "stopped"), [(False, "stalled"), (True, "finished")])
def test_where_a_call_sees_no_way_a_persistent_one_begins_afresh(
    persistent: bool, stopped: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    really: Any = vars(lbfgs)["minimize"]
    budgets: list[int] = []

    def short_sighted(*arguments: Any, options: dict[str, int], **rest: Any) -> Any:
        budgets.append(options["maxfun"] - lbfgs.MOST_LINE_SEARCH_STEPS)
        return really(*arguments, options=options | {"maxfun": 13}, **rest)  # as if it saw no way

    monkeypatch.setattr(lbfgs, "minimize", short_sighted)
    valley = Valley()
    outcome, iterations = run(valley, persistent=persistent, first_step=0.1)
    assert outcome.stopped == stopped
    assert outcome.best is not None
    if persistent:
        assert (valley.count, len(iterations)) == (40, 5)
        assert sorted(budgets, reverse=True) == budgets
        assert outcome.best.loss < rosen(START.ravel()) / 100
    else:
        assert (len(budgets), len(iterations)) == (1, 2)


def test_a_point_without_slope_is_converged_and_one_with_a_slope_is_stalled() -> None:
    class Bowl:
        terms = MappingProxyType({"all": 0.0})

        def __init__(self, floor: float) -> None:
            self.floor = floor

        def __call__(self, x: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
            return max(self.floor, float((x**2).sum() / 2)), x

    for floor, stopped in ((0.0, "converged"), (1.0, "stalled")):
        outcome = lbfgs.minimise(Bowl(floor), START, Method(), iterations=50, evaluations=10)
        assert outcome.stopped == stopped


def test_a_start_without_slope_is_converged_at_once() -> None:
    valley = Valley()
    outcome = lbfgs.minimise(
        valley,
        np.ones(START.shape),
        Method(first_step=1.0),
        iterations=3,
        evaluations=5,
    )
    assert outcome.stopped == "converged"
    assert valley.count == 1


def test_stopping_acts_before_the_next_evaluation() -> None:
    valley = Valley()
    outcome, iterations = run(valley, should_stop=lambda: valley.count == 13)
    assert valley.count == 13
    assert outcome.stopped == "cancelled"
    assert len(iterations) == 1
    assert outcome.best is not None
    assert outcome.best.loss <= iterations[-1][1].loss


def test_stopping_before_anything_was_computed() -> None:
    valley = Valley()
    outcome, iterations = run(valley, should_stop=lambda: True)
    assert (valley.count, outcome.best, outcome.stopped, iterations) == (0, None, "cancelled", [])


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_loss_that_is_not_finite_ends_with_the_last_good_point(bad: float) -> None:
    outcome, iterations = run(Valley(bad_at=20, bad=bad))
    assert outcome.stopped == "not finite"
    assert len(iterations) == 2
    assert outcome.best is not None
    assert np.isfinite(outcome.best.loss)
    outcome, iterations = run(Valley(bad_at=1, bad=bad))
    assert (outcome.best, iterations) == (None, [])


def test_a_function_that_cannot_be_lowered_stalls() -> None:
    class Liar:
        terms = MappingProxyType({"all": 0.0})
        count = 0

        def __call__(self, x: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
            self.count += 1
            return float(self.count), np.ones_like(x)

    outcome = lbfgs.minimise(Liar(), START, Method(), iterations=50, evaluations=10)
    assert outcome.stopped == "stalled"
    assert outcome.best is not None
    assert outcome.best.loss == 1.0


@pytest.mark.parametrize(("iterations", "evaluations"), [(1, 60), (3, 60)])
def test_a_fresh_call_that_ends_early_is_an_iteration_all_the_same(
    iterations: int, evaluations: int
) -> None:
    class Coarse:
        """A bowl whose loss is told in whole steps, so that a line search ends on one of them."""

        terms = MappingProxyType({"all": 0.0})

        def __call__(self, x: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
            return float(np.floor((x**2).sum())), 2 * x

    handed: list[Point] = []
    spent: list[float] = []
    outcome = lbfgs.minimise(
        Coarse(),
        START,
        Method(restart=True),
        iterations=iterations,
        evaluations=evaluations,
        on_iteration=handed.append,
        on_evaluation=spent.append,
    )
    assert len(spent) < iterations * evaluations
    assert handed
    assert handed[-1] is outcome.best


def test_what_a_listener_raises_comes_through() -> None:
    def full_disk(*arguments: object) -> None:
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space"):
        run(Valley(), on_iteration=full_disk)


@pytest.mark.parametrize("first_step", [None, 0.1])
@pytest.mark.parametrize("restart", [False, True])
def test_bounds_hold_at_every_evaluation(restart: bool, first_step: float | None) -> None:
    low, high = np.array([-0.5, -0.25, 0.0]), np.array([0.5, 0.75, 0.25])  # by channel
    seen: list[NDArray[np.float64]] = []

    class Watched(Valley):
        def __call__(self, x: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
            seen.append(x.copy())
            return super().__call__(x)

    outcome, _ = run(
        Watched(), restart=restart, first_step=first_step, bounds=(low, high), iterations=10
    )
    for x in seen:
        assert (x >= low - 1e-12).all()
        assert (x <= high + 1e-12).all()
    assert outcome.best is not None
    assert outcome.best.loss < rosen(np.clip(START, low, high).ravel())


def test_each_evaluation_is_told() -> None:
    told: list[float] = []
    valley = Valley()
    run(valley, on_evaluation=told.append)
    assert len(told) == 40
