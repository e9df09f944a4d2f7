"""The story of a run, small but with the real VGG16."""

import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nst_core import InputError, Settings, stylize
from nst_core.beginning import first_picture
from nst_core.events import Evaluated, Event, Iteration, Started
from nst_core.pictures.pixels import Pixels, resize
from nst_core.runs.store.checkpoint import checkpoint_from_bytes, checkpoint_to_bytes
from nst_core.vgg16.space import to_vgg

SMALL = Settings(size=96, scales=2, iterations=5, evaluations=4, precision="float32")


def run(photo: Pixels, painting: Pixels, settings: Settings, **options: Any) -> Any:
    events: list[Event] = []
    result = stylize(photo, painting, settings, events.append, **options)
    return result, events


def test_a_run_tells_its_story(photo: Pixels, painting: Pixels) -> None:
    result, events = run(photo, painting, SMALL)
    assert isinstance(events[0], Started)
    assert [scale.picture for scale in events[0].scales] == [(48, 48), (96, 96)]
    iterations = [event for event in events if isinstance(event, Iteration)]
    assert [event.number for event in iterations] == [0, 1, 2, 3, 4]
    assert [event.scale for event in iterations] == [0, 0, 0, 1, 1]
    assert [event.picture.shape for event in iterations] == [(48, 48, 3)] * 3 + [(96, 96, 3)] * 2
    assert [event.evaluations for event in iterations] == [4, 8, 12, 16, 20]
    for event in iterations:
        assert sum(event.terms.values()) == pytest.approx(event.loss)
    progress = [event.progress for event in events if isinstance(event, Evaluated | Iteration)]
    assert progress == sorted(progress)
    assert progress[-1] == pytest.approx(1.0)
    assert result.losses == tuple(event.loss for event in iterations)
    assert result.losses[2] < result.losses[0]
    assert result.losses[4] < result.losses[3]
    assert result.stopped == "finished"
    assert result.reason
    assert np.array_equal(result.picture, iterations[-1].picture)


def test_events_are_immutable_copies(photo: Pixels, painting: Pixels) -> None:
    _, events = run(photo, painting, SMALL)
    first = next(event for event in events if isinstance(event, Iteration))
    with pytest.raises(ValueError, match="read-only"):
        first.picture[0, 0] = 0
    with pytest.raises(TypeError):
        first.terms["variation"] = 0.0  # type: ignore[index]
    with pytest.raises(AttributeError):
        first.loss = 0.0  # type: ignore[misc]
    again = pickle.loads(pickle.dumps(first))
    assert np.array_equal(again.picture, first.picture)
    assert (again.terms, again.loss, again.number) == (first.terms, first.loss, first.number)


def test_the_inputs_are_not_changed(photo: Pixels, painting: Pixels) -> None:
    copies = photo.copy(), painting.copy()
    run(photo, painting, SMALL)
    assert np.array_equal(photo, copies[0])
    assert np.array_equal(painting, copies[1])


@pytest.mark.slow
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("recipe", ["default", "classic"])
def test_the_same_settings_give_the_same_bytes(
    recipe: Any, precision: Any, photo: Pixels, painting: Pixels
) -> None:
    settings = Settings(
        recipe=recipe, size=72, iterations=3, evaluations=5, start="noise", precision=precision
    )
    one, other = (stylize(photo, painting, settings) for _ in range(2))
    assert np.array_equal(one.picture, other.picture)
    assert one.losses == other.losses
    reseeded = stylize(photo, painting, settings.changed(seed=1))
    assert not np.array_equal(one.picture, reseeded.picture)


def test_the_style_moves_towards_the_painting(photo: Pixels, painting: Pixels) -> None:
    _, events = run(photo, painting, SMALL.changed(scales=1, iterations=8, content_weight=0.05))
    iterations = [event for event in events if isinstance(event, Iteration)]

    def style(event: Iteration) -> float:
        return sum(value for name, value in event.terms.items() if name.startswith("style"))

    assert style(iterations[-1]) < 0.5 * style(iterations[0])


@pytest.mark.parametrize("contrast", [0.0, 0.1])
def test_a_photo_without_contrast_is_painted(
    contrast: float, photo: Pixels, painting: Pixels
) -> None:
    faint = (128 + contrast * (photo[:96, :128] - 128.0)).round().astype(np.uint8)
    settings = Settings(size=128, scales=2, iterations=6, evaluations=10, precision="float32")
    result, _ = run(faint, painting, settings)
    # Where its emptiness counts as much as it likes, a flat one stays within a level of itself.
    assert result.picture.std() > 8.0


def test_it_stops_within_one_evaluation(photo: Pixels, painting: Pixels) -> None:
    events: list[Event] = []

    def evaluations() -> int:
        return sum(isinstance(event, Evaluated) for event in events)

    result = stylize(photo, painting, SMALL, events.append, lambda: evaluations() >= 6)
    assert evaluations() == 6
    assert result.stopped == "cancelled"
    assert len(result.losses) == 1
    assert result.picture.shape == (48, 48, 3)


def test_stopped_before_anything_it_returns_its_start(photo: Pixels, painting: Pixels) -> None:
    result = stylize(photo, painting, SMALL, should_stop=lambda: True)
    assert result.stopped == "cancelled"
    assert result.losses == ()
    assert np.array_equal(result.picture, resize(photo, 48, 48))


def test_a_loss_that_overflows_ends_with_the_last_good_picture(
    photo: Pixels, painting: Pixels, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nst_core.objective import build as objective

    calls = 0
    real = objective.Objective.__call__

    def fails_at_seven(self: Any, x: Any) -> Any:
        nonlocal calls
        calls += 1
        loss, gradient = real(self, x)
        return (float("nan") if calls == 7 else loss), gradient

    monkeypatch.setattr(objective.Objective, "__call__", fails_at_seven)
    result = stylize(photo, painting, SMALL)
    assert result.stopped == "not finite"
    assert "finite" in result.reason
    assert len(result.losses) == 1
    assert calls == 7
    assert result.picture.std() > 10


def test_starts(photo: Pixels, painting: Pixels) -> None:
    def start(**settings: Any) -> Any:
        return first_picture(photo, painting, (40, 60), Settings(**settings))

    seen = to_vgg(resize(photo, 40, 60))
    noise = np.random.default_rng(0).uniform(0, 255, (1, 40, 60, 3)) - 128
    assert np.array_equal(start(start="photo"), seen)
    assert np.array_equal(start(start="noise"), noise)
    assert np.array_equal(start(start="noise", seed=3) == noise, np.zeros(noise.shape, bool))
    assert np.array_equal(start(start="painting"), to_vgg(resize(painting, 40, 60)))
    np.testing.assert_allclose(start(start="blend", blend=0.25), 0.75 * seen + 0.25 * noise)


@pytest.mark.parametrize(
    ("shape", "size"), [((101, 77), 64), ((45, 200), 150), ((333, 50), 333), ((40, 40), 64)]
)
def test_odd_sizes_work(shape: tuple[int, int], size: int, photo: Pixels, painting: Pixels) -> None:
    settings = SMALL.changed(size=size, iterations=2, evaluations=2)
    result = stylize(resize(photo, *shape), painting, settings)
    assert max(result.picture.shape) == size


def test_wrong_arrays_and_sizes_are_refused(photo: Pixels, painting: Pixels) -> None:
    with pytest.raises(InputError, match="content must be a uint8 array"):
        stylize(photo / 255.0, painting, SMALL)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="style must be at least 32"):
        stylize(photo, painting[:10], SMALL)
    with pytest.raises(InputError, match="size must be at least"):
        stylize(resize(photo, 400, 33), painting, SMALL)


@pytest.mark.processes
def test_importing_the_core_loads_no_tensorflow() -> None:
    code = (
        "import sys, nst_core, nst_core.cli.main, nst_core.presets\n"
        "assert callable(nst_core.stylize) and nst_core.load_preset('classic')\n"
        "loaded = {'keras', 'tensorflow', 'streamlit'} & set(sys.modules)\n"
        "assert not loaded, loaded\n"
        "import nst_core.stylize\n"
        "assert callable(nst_core.stylize)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@pytest.fixture(scope="module")
def whole_runs() -> dict[Settings, tuple[Any, list[Iteration]]]:
    """Uninterrupted runs of the fixtures' pictures with their iterations, each done once."""
    return {}


@pytest.fixture
def resumed(
    whole_runs: dict[Settings, tuple[Any, list[Iteration]]], photo: Pixels, painting: Pixels
) -> Callable[[Settings, int], tuple[Any, Any]]:
    """Settings and an iteration -> a whole run, and one that went on from its checkpoint there."""

    def resume(settings: Settings, after: int) -> tuple[Any, Any]:
        if settings not in whole_runs:
            result, events = run(photo, painting, settings)
            whole_runs[settings] = result, [e for e in events if isinstance(e, Iteration)]
        whole, iterations = whole_runs[settings]
        stored = checkpoint_from_bytes(checkpoint_to_bytes(iterations[after].checkpoint))
        again, events = run(photo, painting, settings, resume=stored)
        numbers = [event.number for event in events if isinstance(event, Iteration)]
        assert numbers == list(range(after + 1, len(iterations)))
        assert again.losses[: after + 1] == whole.losses[: after + 1]
        evaluated = [event for event in events if isinstance(event, Evaluated)]
        assert len(evaluated) == (len(iterations) - after - 1) * settings.evaluations
        return whole, again

    return resume


@pytest.mark.parametrize("recipe", ["classic", "default"])
@pytest.mark.parametrize("after", [0, 2, 4])
def test_a_resumed_run_of_fresh_calls_ends_in_the_same_bytes(
    after: int, recipe: Any, resumed: Callable[[Settings, int], tuple[Any, Any]]
) -> None:
    settings = Settings(
        recipe=recipe, restart=True, scales=1, size=0, rows=64, columns=80,
        iterations=5, evaluations=4, precision="float32",
    )  # fmt: skip
    whole, again = resumed(settings, after)
    assert again.losses == whole.losses
    assert np.array_equal(again.picture, whole.picture)


@pytest.mark.slow
@pytest.mark.parametrize("after", [1, 5, 9, 14])
def test_a_resumed_run_ends_within_a_percent(
    after: int, resumed: Callable[[Settings, int], tuple[Any, Any]]
) -> None:
    whole, again = resumed(Settings(size=96, precision="float32"), after)
    assert again.losses[-1] == pytest.approx(whole.losses[-1], rel=0.01)


def test_a_run_resumed_between_scales_ends_in_the_same_bytes(
    resumed: Callable[[Settings, int], tuple[Any, Any]],
) -> None:
    whole, again = resumed(SMALL, 2)
    assert np.array_equal(again.picture, whole.picture)


def test_the_photo_counts_for_more_at_coarser_sizes(
    monkeypatch: pytest.MonkeyPatch, photo: Pixels
) -> None:
    import nst_core.objective.build as module

    weights, real = [], module.build_objective

    def build(content: Pixels, style: list[Pixels], settings: Settings, masks: None) -> Any:
        weights.append((content.shape[1], settings.content_weight))
        return real(content, style, settings)

    monkeypatch.setattr(module, "build_objective", build)
    settings = SMALL.changed(size=128, scales=3, iterations=3, evaluations=1, content_weight=0.1)
    settings = settings.changed(underpainting=0.0)
    stylize(photo, photo[::-1].copy(), settings)
    assert weights == [(32, 0.4), (64, 0.2), (128, 0.1)]


def test_a_checkpoint_tells_how_far_its_iteration_moved(photo: Pixels, painting: Pixels) -> None:
    _, events = run(photo, painting, SMALL)
    points = [event.checkpoint for event in events if isinstance(event, Iteration)]
    start = first_picture(photo, painting, (48, 48), SMALL)
    moved = [
        np.sqrt(np.mean((b - a) ** 2))
        for a, b in ((start, points[0].x), (points[0].x, points[1].x))
    ]
    assert [points[0].step, points[1].step] == pytest.approx(moved)
    assert points[3].step == 0.0  # the size has changed
