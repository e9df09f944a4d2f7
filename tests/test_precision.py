"""Which precision a run takes: tried once, and left where it gets no further."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from nst_core import InputError, Settings, calibrate, stylize
from nst_core.errors import BackendError
from nst_core.events import Evaluated, Event, Iteration, Note, Started
from nst_core.machine import forecast, precision, prices
from nst_core.pictures.pixels import Pixels, resize
from nst_core.plan import schedule


@pytest.fixture(autouse=True)
def _nothing_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


@pytest.mark.parametrize(
    ("bfloat16", "chosen"), [(1.0, "bfloat16"), (2.0, "bfloat16"), (3.0, "float32")]
)
def test_auto_is_what_the_nearest_trial_has_shown_to_be_faster(
    monkeypatch: pytest.MonkeyPatch, bfloat16: float, chosen: str
) -> None:
    monkeypatch.setattr(precision, "has_native_bfloat16", lambda: True)
    assert precision.precision_for(Settings()) == "bfloat16"
    prices.remember_trial(64 * 64, {"float32": 2.0, "bfloat16": 1.0})
    prices.remember_trial(512 * 512, {"float32": 2.0, "bfloat16": bfloat16})
    assert precision.precision_for(Settings(), 80 * 60) == "bfloat16"
    assert precision.precision_for(Settings(), 1024 * 1024) == chosen
    assert precision.precision_for(Settings(precision="float32"), 80 * 60) == "float32"
    monkeypatch.setattr(precision, "has_native_bfloat16", lambda: False)
    assert precision.precision_for(Settings(), 80 * 60) == "float32"


def settle(photo: Pixels, painting: Pixels, settings: Settings) -> tuple[Settings, list[str]]:
    """The settled settings, and the notes that a person is shown meanwhile."""
    events: list[Event] = []
    settled = calibrate.settle_precision(photo, painting, settings, events.append, lambda: False)
    return settled, [event.text for event in events if isinstance(event, Note)]


def test_the_first_run_of_a_size_tries_both_precisions_and_takes_the_faster(
    monkeypatch: pytest.MonkeyPatch, photo: Pixels, painting: Pixels
) -> None:
    monkeypatch.setattr(precision, "has_native_bfloat16", lambda: True)
    settings = Settings(size=64, scales=1, iterations=1, evaluations=2)
    settled, notes = settle(photo, painting, settings)
    seconds = prices.trial_at(64 * 64)
    assert seconds is not None
    assert min(seconds.values()) > 0
    assert settled.precision == min(seconds, key=lambda name: seconds[name])
    assert [len(notes), "which precision is faster" in notes[0]] == [1, True]
    again, notes = settle(photo, painting, settings)
    assert (again, notes) == (settings, [])
    events: list[Event] = []
    stylize(photo, painting, again, events.append)
    started = next(event for event in events if isinstance(event, Started))
    assert started.precision == settled.precision


def test_a_call_from_python_tries_nothing_and_writes_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, photo: Pixels, painting: Pixels
) -> None:
    monkeypatch.setattr(precision, "has_native_bfloat16", lambda: True)
    events: list[Event] = []
    stylize(photo, painting, Settings(size=64, scales=1, iterations=2), events.append)
    assert not any(isinstance(event, Note) for event in events)
    assert sum(isinstance(event, Evaluated) for event in events) == 16
    assert list(tmp_path.rglob("*")) == []


def test_what_a_trial_has_shown_counts_also_where_nothing_can_be_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, photo: Pixels, painting: Pixels
) -> None:
    monkeypatch.setattr(precision, "has_native_bfloat16", lambda: True)
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    compared: list[Mapping[str, float]] = []

    def faster_precision(seconds: Mapping[str, float]) -> prices.Precision:
        compared.append(seconds)
        return "float32"

    monkeypatch.setattr(calibrate, "faster_precision", faster_precision)
    settled, _ = settle(photo, painting, Settings(size=64, scales=1))
    assert settled.precision == "float32"
    assert [list(seconds) for seconds in compared] == [["float32", "bfloat16"]]
    assert prices.trial_at(64 * 64) is None


def test_a_trial_shrinks_each_picture_by_itself(
    monkeypatch: pytest.MonkeyPatch, photo: Pixels
) -> None:
    import nst_core.objective.build as module

    tried: list[tuple[int, ...]] = []

    def build(content: Pixels, style: Pixels, settings: Settings) -> object:
        tried.append((*content.shape[:2], *style.shape[:2]))
        return lambda x: (0.0, x)

    monkeypatch.setattr(module, "build_objective", build)
    scale = schedule.Scale((1800, 1800), (38, 1800), 1)
    calibrate.compare_precisions(photo, photo, scale, Settings(size=1800))
    assert set(tried) == {(768, 768, 32, 1516)}


def test_a_long_narrow_picture_is_tried_too(monkeypatch: pytest.MonkeyPatch, photo: Pixels) -> None:
    monkeypatch.setattr(precision, "has_native_bfloat16", lambda: True)
    narrow = resize(photo, 34, 1700)
    settle(narrow, narrow, Settings(size=1700, scales=1))
    assert prices.trial_at(34 * 1700) is not None


def test_a_trial_ends_when_it_is_asked_to(
    monkeypatch: pytest.MonkeyPatch, photo: Pixels, painting: Pixels
) -> None:
    monkeypatch.setattr(precision, "has_native_bfloat16", lambda: True)
    settings = Settings(size=64, scales=1)
    settled = calibrate.settle_precision(photo, painting, settings, print, lambda: True)
    assert settled == settings
    assert prices.trial_at(64 * 64) is None


@pytest.fixture
def stalling(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """In bfloat16 no step lowers the loss after the first iteration."""
    import nst_core.objective.build as module

    built: list[str] = []
    real = module.build_objective

    def build(photo: Pixels, paintings: list[Pixels], settings: Settings, masks: object) -> object:
        objective = real(photo, paintings, settings)
        built.append(settings.precision)
        if settings.precision == "float32":
            return objective
        return _Stalls(objective)

    monkeypatch.setattr(module, "build_objective", build)
    return built


class _Stalls:
    def __init__(self, objective: object) -> None:
        self._objective, self._calls = objective, 0

    @property
    def terms(self) -> object:
        return self._objective.terms  # type: ignore[attr-defined]

    def __call__(self, x: object) -> object:
        self._calls += 1
        loss, gradient = self._objective(x)  # type: ignore[operator]
        return (loss if self._calls < 4 else 1e6 + self._calls), gradient


def test_a_stalled_bfloat16_run_goes_on_in_float32_and_says_so(
    stalling: list[str], photo: Pixels, painting: Pixels
) -> None:
    events: list[Event] = []
    settings = Settings(size=64, scales=1, iterations=12, evaluations=5, precision="bfloat16")
    result = stylize(photo, painting, settings, events.append)
    assert stalling == ["bfloat16", "float32"]
    assert len(result.losses) == 12
    assert result.losses[-1] < result.losses[0]
    assert result.stopped == "finished"
    assert result.reason.endswith("it went on in float32")
    assert any("float32" in getattr(event, "text", "") for event in events)
    used = [event.precision for event in events if isinstance(event, Evaluated)]
    assert list(dict.fromkeys(used)) == ["bfloat16", "float32"]


def test_a_stalled_run_that_is_stopped_keeps_what_bfloat16_has_reached(
    stalling: list[str], photo: Pixels, painting: Pixels
) -> None:
    events: list[Event] = []
    settings = Settings(size=64, scales=1, iterations=12, evaluations=5, precision="bfloat16")
    result = stylize(photo, painting, settings, events.append, lambda: "float32" in stalling)
    assert result.stopped == "cancelled"
    last = [event for event in events if isinstance(event, Iteration)][-1]
    assert np.array_equal(result.picture, last.picture)
    assert not np.array_equal(result.picture, resize(photo, 64, 64))


def test_a_stalled_run_does_not_go_on_in_float32_where_that_does_not_fit(
    stalling: list[str],
    monkeypatch: pytest.MonkeyPatch,
    photo: Pixels,
    painting: Pixels,
) -> None:
    monkeypatch.setattr(
        forecast, "fits_memory", lambda scales, settings: settings.precision != "float32"
    )
    settings = Settings(size=64, scales=1, iterations=12, evaluations=5, precision="bfloat16")
    result = stylize(photo, painting, settings)
    assert (stalling, result.stopped) == (["bfloat16"], "stalled")
    assert "float32" not in result.reason


def test_what_cannot_be_worked_with_is_refused_before_anything_is_tried(
    monkeypatch: pytest.MonkeyPatch, photo: Pixels
) -> None:
    monkeypatch.setattr(precision, "has_native_bfloat16", lambda: True)
    with pytest.raises(InputError, match="style must be at least 32"):
        settle(photo, photo[:10], Settings(size=64))
    monkeypatch.setenv("KERAS_BACKEND", "none")
    with pytest.raises(BackendError, match="KERAS_BACKEND must be"):
        settle(photo, photo, Settings(size=64))
