"""Adam on functions whose minimum is known, and a small run by it with the real VGG16."""

from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nst_core import InputError, Settings, stylize
from nst_core.cli.main import main
from nst_core.events import Evaluated, Event, Iteration
from nst_core.optimise import adam, lbfgs
from nst_core.optimise.method import Method
from nst_core.optimise.watch import Outcome, Point
from nst_core.pictures.decoding import read_picture
from nst_core.pictures.pixels import Pixels, encode_png
from nst_core.runs.store.checkpoint import checkpoint_from_bytes, checkpoint_to_bytes

START = np.linspace(-90.0, 90.0, 60).reshape(1, 4, 5, 3)
LEAST = np.linspace(20.0, -20.0, 60).reshape(1, 4, 5, 3)
STEEP = np.geomspace(0.5, 5.0, 60).reshape(1, 4, 5, 3)

Array = NDArray[np.float64]


class Bowl:
    """A quadratic, least at `LEAST`; `noise` disturbs its loss and its gradient anew each time."""

    def __init__(self, noise: float = 0.0, gain: float = 1.0, bad_at: int | None = None) -> None:
        self.terms = MappingProxyType({"all": 0.0})
        self.evaluated: list[tuple[Array, float]] = []
        self._noise, self._gain, self._bad_at = noise, gain, bad_at
        self._random = np.random.default_rng(0)

    def __call__(self, x: Array) -> tuple[float, Array]:
        assert x.dtype == np.float64
        assert x.shape == START.shape
        away = x - LEAST
        gradient = STEEP * away + self._noise * self._random.normal(size=x.shape)
        loss = float((STEEP * away**2).sum() / 2 + 60 * self._noise * self._random.normal())
        loss *= self._gain
        self.evaluated.append((x.copy(), loss))
        if len(self.evaluated) == self._bad_at:
            loss = float("nan")
        self.terms = MappingProxyType({"all": loss})
        return loss, self._gain * gradient


def run(objective: Any, **options: Any) -> tuple[Outcome, list[Point]]:
    points: list[Point] = []
    names = ("restart", "first_step", "bounds")
    method = Method(**{name: options.pop(name) for name in names if name in options})
    budget: dict[str, Any] = {"iterations": 5, "evaluations": 8, "on_iteration": points.append}
    return adam.minimise(objective, START, method, **(budget | options)), points


def distance(x: Array) -> float:
    """Root mean square of what lies between x and the minimum."""
    return float(np.sqrt(np.mean((x - LEAST) ** 2)))


def test_it_finds_the_minimum() -> None:
    outcome, points = run(Bowl(), iterations=40)
    assert outcome.stopped == "finished"
    assert outcome.best is points[-1]
    assert distance(points[-1].x) < 0.05 * distance(START)
    assert points[-1].loss < 0.01 * points[0].loss


def test_the_steps_are_those_of_the_paper() -> None:
    bowl = Bowl()
    run(bowl, iterations=1, evaluations=5, first_step=2.0)
    # Algorithm 1 of Kingma and Ba; the fifth evaluation is of the average of what came before.
    mean, square, x = np.zeros_like(START), np.zeros_like(START), START.copy()
    weighted, weights = np.zeros_like(START), 0.0
    for step in range(1, 5):
        gradient = STEEP * (x - LEAST)
        mean = adam.BETAS[0] * mean + (1 - adam.BETAS[0]) * gradient
        square = adam.BETAS[1] * square + (1 - adam.BETAS[1]) * gradient**2
        corrected = mean / (1 - adam.BETAS[0] ** step), square / (1 - adam.BETAS[1] ** step)
        x = x - 2.0 * corrected[0] / np.sqrt(corrected[1])
        if step < 4:
            np.testing.assert_allclose(bowl.evaluated[step][0], x, atol=1e-3)
        weighted, weights = adam.AVERAGED * weighted + x, adam.AVERAGED * weights + 1
    np.testing.assert_allclose(bowl.evaluated[4][0], weighted / weights, atol=1e-3)


def test_where_the_loss_is_noisy_it_gets_nearer_than_lbfgs() -> None:
    outcome, _ = run(Bowl(noise=20.0), iterations=40)
    other = lbfgs.minimise(
        Bowl(noise=20.0), START, Method(persistent=True), iterations=40, evaluations=8
    )
    assert outcome.best is not None
    assert other.best is not None
    assert outcome.stopped == "finished"
    assert distance(outcome.best.x) < 0.5 * distance(other.best.x)


def test_the_average_lies_nearer_than_the_iterates_where_the_loss_is_noisy() -> None:
    bowl = Bowl(noise=20.0)
    _, points = run(bowl, iterations=40)
    averages = [distance(point.x) for point in points[20:]]
    iterates = [distance(x) for n, (x, _) in enumerate(bowl.evaluated[160:]) if n % 8 != 7]
    assert np.mean(averages) < 0.8 * np.mean(iterates)


@pytest.mark.parametrize("restart", [False, True])
@pytest.mark.parametrize("evaluations", [1, 2, 8])
def test_the_budget_is_kept_to_the_evaluation(evaluations: int, restart: bool) -> None:
    bowl, losses = Bowl(), list[float]()
    outcome, points = run(
        bowl, evaluations=evaluations, restart=restart, on_evaluation=losses.append
    )
    assert len(bowl.evaluated) == len(losses) == 5 * evaluations
    assert len(points) == 5
    assert outcome.stopped == "finished"
    if evaluations > 1 or not restart:  # L-BFGS-B has as little to go by there
        assert points[-1].loss < bowl.evaluated[0][1]


def test_what_is_handed_out_was_evaluated_last_and_stays_so() -> None:
    bowl = Bowl()
    _, points = run(bowl)
    for number, point in enumerate(points, 1):
        x, loss = bowl.evaluated[8 * number - 1]
        np.testing.assert_array_equal(point.x, x)
        assert point.loss == point.terms["all"] == loss
    assert START[0, 0, 0, 0] == -90.0


@pytest.mark.parametrize("gain", [1e-9, 1e9])
def test_a_loss_in_other_units_changes_nothing(gain: float) -> None:
    points, others = (run(Bowl(gain=each))[1] for each in (1.0, gain))
    np.testing.assert_allclose(points[-1].x, others[-1].x, atol=0.01)


def test_the_first_step_has_the_size_that_was_asked_for() -> None:
    bowl = Bowl()
    run(bowl, first_step=0.25)
    step = bowl.evaluated[1][0] - bowl.evaluated[0][0]
    assert np.sqrt(np.mean(step**2)) == pytest.approx(0.25, rel=0.02)


def test_bounds_hold_at_every_evaluation() -> None:
    low, high = np.array([-5.0, -10.0, 0.0]), np.array([5.0, 5.0, 30.0])  # by channel
    bowl = Bowl()
    outcome, _ = run(bowl, bounds=(low, high), iterations=20)
    for x, _ in bowl.evaluated:
        assert (x >= low).all()
        assert (x <= high).all()
    assert outcome.best is not None
    # The quadratic has no cross terms, so its least within the bounds is the nearest to `LEAST`.
    np.testing.assert_allclose(outcome.best.x, np.clip(LEAST, low, high), atol=2.0)


def test_stopping_acts_before_the_next_evaluation() -> None:
    bowl = Bowl()
    outcome, points = run(bowl, should_stop=lambda: len(bowl.evaluated) == 13)
    assert len(bowl.evaluated) == 13
    assert outcome.stopped == "cancelled"
    assert len(points) == 1
    assert outcome.best is points[0]
    outcome, points = run(Bowl(), should_stop=lambda: True)
    assert (outcome.best, outcome.stopped, points) == (None, "cancelled", [])


def test_a_loss_that_is_not_finite_ends_with_the_last_good_point() -> None:
    outcome, points = run(Bowl(bad_at=20))
    assert outcome.stopped == "not finite"
    assert len(points) == 2
    assert outcome.best is points[-1]
    outcome, points = run(Bowl(bad_at=1))
    assert (outcome.best, points, outcome.stopped) == (None, [], "not finite")


@pytest.mark.parametrize("at", [1, 5, 8, 13])
def test_where_the_gradient_vanishes_it_is_converged_and_hands_that_out(at: int) -> None:
    class Plain(Bowl):
        def __call__(self, x: Array) -> tuple[float, Array]:
            loss, gradient = super().__call__(x)
            return loss, gradient * (len(self.evaluated) != at)

    bowl = Plain()
    outcome, points = run(bowl)
    assert outcome.stopped == "converged"
    assert len(bowl.evaluated) == at
    assert len(points) == (at + 7) // 8
    assert outcome.best is points[-1]
    np.testing.assert_array_equal(points[-1].x, bowl.evaluated[-1][0])
    assert points[-1].loss == bowl.evaluated[-1][1]


# With the real VGG16.

SMALL = Settings(
    size=96, scales=2, iterations=4, evaluations=6, precision="float32", optimizer="adam"
)


def iterations_of(
    photo: Pixels, painting: Pixels, settings: Settings, **options: Any
) -> tuple[Any, list[Iteration], list[float]]:
    events: list[Event] = []
    result = stylize(photo, painting, settings, events.append, **options)
    losses = [event.loss for event in events if isinstance(event, Evaluated)]
    return result, [event for event in events if isinstance(event, Iteration)], losses


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_a_run_by_adam_lowers_the_loss_in_its_budget(
    precision: str, photo: Pixels, painting: Pixels
) -> None:
    settings = SMALL.changed(precision=precision)
    result, iterations, losses = iterations_of(photo, painting, settings)
    assert len(losses) == 4 * 6
    assert [event.evaluations for event in iterations] == [6, 12, 18, 24]
    assert [event.picture.shape for event in iterations] == [(48, 48, 3)] * 2 + [(96, 96, 3)] * 2
    assert result.losses == tuple(event.loss for event in iterations)
    # Each scale begins with the loss of its start.
    assert result.losses[1] < 0.8 * losses[0]
    assert result.losses[3] < 0.8 * losses[12]
    assert result.stopped == "finished"
    assert np.array_equal(result.picture, iterations[-1].picture)


def test_another_optimiser_gives_another_picture(photo: Pixels, painting: Pixels) -> None:
    settings = SMALL.changed(size=64, scales=1, iterations=1)
    one = stylize(photo, painting, settings).picture
    other = stylize(photo, painting, settings.changed(optimizer="lbfgs")).picture
    assert not np.array_equal(one, other)


@pytest.fixture
def resumed(photo: Pixels, painting: Pixels) -> Callable[[Settings], tuple[Any, Any]]:
    """Settings -> a whole run, and one that went on from its second iteration's checkpoint."""

    def resume(settings: Settings) -> tuple[Any, Any]:
        whole, iterations, _ = iterations_of(photo, painting, settings)
        stored = checkpoint_from_bytes(checkpoint_to_bytes(iterations[1].checkpoint))
        again, _, losses = iterations_of(photo, painting, settings, resume=stored)
        assert again.losses[:2] == whole.losses[:2]
        assert len(losses) == 2 * settings.evaluations
        return whole, again

    return resume


@pytest.mark.parametrize("recipe", ["default", "classic"])
def test_a_resumed_run_of_fresh_iterations_ends_in_the_same_bytes(
    recipe: str, resumed: Callable[[Settings], tuple[Any, Any]]
) -> None:
    settings = SMALL.changed(size=64, scales=1, restart=True)
    if recipe == "classic":
        settings = settings.changed(recipe="classic", start="noise")
    whole, again = resumed(settings)
    assert again.losses == whole.losses
    assert np.array_equal(again.picture, whole.picture)


def test_a_resumed_run_that_lost_its_moments_goes_on(
    resumed: Callable[[Settings], tuple[Any, Any]],
) -> None:
    whole, again = resumed(SMALL.changed(size=64, scales=1))
    assert again.losses[3] < again.losses[1]
    assert again.losses[3] == pytest.approx(whole.losses[3], rel=0.1)


def test_a_run_resumed_between_scales_ends_in_the_same_bytes(
    resumed: Callable[[Settings], tuple[Any, Any]],
) -> None:
    whole, again = resumed(SMALL)
    assert np.array_equal(again.picture, whole.picture)


def test_a_run_by_tiles_ends_where_one_in_a_piece_does(
    monkeypatch: pytest.MonkeyPatch, photo: Pixels, painting: Pixels
) -> None:
    settings = SMALL.changed(size=96, scales=1, iterations=1, evaluations=3)
    whole = stylize(photo, painting, settings)
    monkeypatch.setattr("nst_core.plan.tiles.LARGEST_WHOLE", 0)
    monkeypatch.setattr("nst_core.plan.tiles.SIDE", 80)
    by_tiles = stylize(photo, painting, settings)
    assert by_tiles.losses == pytest.approx(whole.losses, rel=1e-3)


def test_the_shell_takes_it_and_its_file_repeats_the_run(tmp_path: Path, photo: Pixels) -> None:
    (tmp_path / "photo.png").write_bytes(encode_png(photo))
    small = [*("--set", "size=64"), *("--set", "iterations=2"), *("--set", "evaluations=3")]
    command = ["stylize", str(tmp_path / "photo.png"), "--preset", "stained_glass", *small]
    folders = [tmp_path / name for name in ("by_adam", "again", "by_lbfgs")]
    assert main([*command, "--set", "optimizer=adam", "--output", str(folders[0])]) == 0
    config = str(folders[0] / "run.yaml")
    assert main(["stylize", "--config", config, "--output", str(folders[1])]) == 0
    assert main([*command, "--output", str(folders[2])]) == 0
    results = [(folder / "result.png") for folder in folders]
    pixels = [read_picture(path).pixels for path in results]
    assert np.array_equal(pixels[0], pixels[1])
    assert not np.array_equal(pixels[0], pixels[2])


def test_an_unknown_optimiser_is_refused() -> None:
    with pytest.raises(InputError, match=r"optimizer must be .*adam.* Received: 'sgd'"):
        SMALL.changed(optimizer="sgd")
