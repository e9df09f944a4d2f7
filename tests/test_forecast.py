"""Time and memory are foretold, corrected by runs, and refused where they do not fit."""

import json
from pathlib import Path

import numpy as np
import pytest

from nst_core import InputError, Settings, calibrate, stylize
from nst_core.events import Checkpoint, Evaluated, Event, Iteration, Started
from nst_core.machine import forecast, prices
from nst_core.machine.learning import PriceLearner
from nst_core.machine.memory import free_memory, memory_groups, own_memory
from nst_core.machine.prices import Price
from nst_core.pictures.pixels import Pixels
from nst_core.plan import schedule


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return prices.path()


def plan(size: int, **settings: object) -> tuple[tuple[schedule.Scale, ...], Settings]:
    chosen = Settings(size=size, precision="float32").changed(**settings)
    return schedule.plan_scales((600, 800), (1014, 1280), chosen), chosen


def test_before_anything_is_known_the_usual_price_counts(file: Path) -> None:
    assert not file.exists()
    assert prices.measured_price("float32") is None
    assert prices.price_of("float32") == prices.USUAL["float32"]


def test_a_price_is_kept_for_this_machine_only(file: Path) -> None:
    prices.remember_price("float32", Price(1.0, 0.1, 1e-6))
    assert prices.measured_price("float32") == Price(1.0, 0.1, 1e-6)
    assert prices.measured_price("bfloat16") is None
    values = json.loads(file.read_text())
    values["machine"]["cores"] += 1
    file.write_text(json.dumps(values))
    assert prices.measured_price("float32") is None


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"[]",
        b'{"float32": 3}',
        b'{"float32": {"pixel": "x"}}',
        b"\xff",
        b'{"float32": {"pixel": 1' + b"0" * 400 + b"}}",
        b"[" * 100_000,
    ],
)
def test_a_damaged_file_counts_as_none(file: Path, damage: bytes) -> None:
    prices.remember_price("float32", Price(1.0, 0.1, 1e-6))
    file.write_bytes(damage)
    assert prices.measured_price("float32") is None


def test_what_is_measured_is_kept(file: Path) -> None:
    price = calibrate.measure_price("float32")
    assert prices.measured_price("float32") == price
    assert price.pixel > 0
    assert price.seconds(512 * 512) > price.seconds(256 * 256) > 0


def test_a_run_s_evaluations_correct_the_price() -> None:
    prices.remember_price("float32", Price(1.0, 0.0, 1e-6))
    scale = schedule.Scale((100, 100), (100, 100), 3)
    now = 0.0
    events: list[Event] = []
    listen = PriceLearner(events.append, lambda: now)
    listen(Started((scale,), "float32"))
    costs = []
    for number in range(40):
        for _ in range(5):
            now += 0.02  # twice what was foretold
            listen(Evaluated(number, 1.0, 0.5, "float32"))
        listen(iteration(number))
        costs.append(prices.price_of("float32").seconds(100 * 100))
    assert len(events) == 1 + 40 * 6
    assert costs[0] < 0.02
    assert costs[-1] == pytest.approx(0.02, rel=0.02)


def test_what_tiles_and_another_precision_cost_is_not_taken_for_the_price() -> None:
    for name in prices.PRECISIONS:
        prices.remember_price(name, Price(1.0, 0.0, 1e-6))
    scale = schedule.Scale((2048, 2048), (100, 100), 3)
    foretold = Price(1.0, 0.0, 1e-6).seconds(2048 * 2048, is_tiled=True)
    assert foretold > 1.5 * 2048 * 2048 * 1e-6
    now = 0.0
    listen = PriceLearner(lambda event: None, lambda: now)
    listen(Started((scale,), "bfloat16"))
    for name, factor in (("bfloat16", 1.0), ("float32", 3.0)):
        for _ in range(5):
            now += factor * foretold
            listen(Evaluated(0, 1.0, 0.5, name))
        listen(iteration(0))
    assert prices.price_of("bfloat16").pixel == pytest.approx(1e-6)
    assert prices.price_of("float32").pixel > 1.2e-6


def iteration(number: int) -> Iteration:
    x = np.zeros((1, 100, 100, 3))
    point = Checkpoint(x, 0, number + 1, 0.0, (1.0,), 5, 1.0)
    picture = np.zeros((100, 100, 3), np.uint8)
    return Iteration(number, 0, picture, 1.0, {"all": 1.0}, 5, 1.0, 0.5, point)


def test_time_is_the_sum_over_scales_and_evaluations() -> None:
    prices.remember_price("float32", Price(setup=2.0, evaluation=0.01, pixel=1e-6))
    scales, settings = plan(400, scales=2, iterations=4, evaluations=5)
    # By hand: 150 x 200 and 300 x 400, two iterations of five evaluations each.
    by_hand = 2 * 2.0 + 10 * (0.01 + 0.03) + 10 * (0.01 + 0.12)
    assert forecast.forecast_run(scales, settings).seconds == pytest.approx(by_hand)


def test_memory_grows_with_the_size_and_tiles_bound_it() -> None:
    sizes = (256, 512, 1024, 2048)
    memory = [forecast.forecast_run(*plan(size)).memory for size in sizes]
    assert memory == sorted(memory)
    largest = forecast.forecast_run(*plan(4096, memory=1, scales=1)).memory
    vectors = 3 * 8.0 * (20 + 2 * 1) * 4096 * 3072
    assert largest - vectors < 3e9  # in one piece its features alone would be 25e9


def test_adam_takes_as_long_and_less_memory() -> None:
    by_lbfgs, by_adam = (
        forecast.forecast_run(*plan(1024, optimizer=name)) for name in ("lbfgs", "adam")
    )
    assert by_adam.seconds == by_lbfgs.seconds
    # Ten pairs of vectors in float64, three channels a pixel.
    assert by_lbfgs.memory - by_adam.memory == pytest.approx(10 * 2 * 24 * 1024 * 768)
    more = forecast.forecast_run(*plan(1024, optimizer="adam", memory=100))
    assert more.memory == by_adam.memory


def test_what_does_not_fit_is_refused_with_a_size_that_does(
    monkeypatch: pytest.MonkeyPatch, photo: Pixels, painting: Pixels
) -> None:
    monkeypatch.setattr(forecast, "free_memory", lambda: 2e9)
    with pytest.raises(InputError, match=r"needs about .* GB .*Received: size 2048") as refusal:
        stylize(photo, painting, Settings(size=2048))
    words = str(refusal.value).split("a size of at most ")[1]
    fits = int(words.split(".")[0])
    assert 256 < fits < 2048
    forecast.require_memory(*plan(fits))
    monkeypatch.setattr(forecast, "free_memory", lambda: 7e8)
    with pytest.raises(InputError, match="close other programs"):
        forecast.require_memory(*plan(256))


def test_a_narrow_painting_is_no_reason_to_be_silent_about_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = Settings(size=1024, scales=1)
    scales = schedule.plan_scales((3000, 3000), (200, 4000), settings)
    monkeypatch.setattr(forecast, "free_memory", lambda: 1.5e9)
    with pytest.raises(InputError, match=r"GB are free; close other programs"):
        forecast.require_memory(scales, settings)


def test_every_size_up_to_the_one_that_is_advised_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    def scales(size: int) -> tuple[tuple[schedule.Scale, ...], Settings]:
        settings = Settings(size=size, scales=1, precision="float32")
        return schedule.plan_scales((3000, 3000), (3000, 3000), settings), settings

    # By tiles 1600 takes less than 1536 does in one piece.
    free = forecast.forecast_run(*scales(1600)).memory + 1e8
    assert forecast.forecast_run(*scales(1536)).memory > free
    monkeypatch.setattr(forecast, "free_memory", lambda: free)
    with pytest.raises(InputError) as refusal:
        forecast.require_memory(*scales(2560))
    advised = int(str(refusal.value).split("a size of at most ")[1].split(".")[0])
    for size in range(96, advised + 1, 32):
        forecast.require_memory(*scales(size))


@pytest.mark.parametrize("version", [1, 2])
def test_a_container_s_limit_counts_and_files_at_hand_do_not(tmp_path: Path, version: int) -> None:
    without = free_memory(tmp_path)
    group, names, total = {
        1: (tmp_path / "memory", ("memory.limit_in_bytes", "memory.usage_in_bytes"), "total_"),
        2: (tmp_path, ("memory.max", "memory.current"), ""),
    }[version]
    group.mkdir(exist_ok=True)
    (group / names[0]).write_text(f"{3 * 10**8}\n")
    (group / names[1]).write_text(f"{3 * 10**8 - 10**6}\n")
    kept = f"{total}inactive_file {10**8}\n{total}active_file {5 * 10**7}\n"
    (group / "memory.stat").write_text(f"anon 5\n{kept}")
    assert free_memory(tmp_path) == pytest.approx(151e6 + own_memory(), rel=0.02)
    assert free_memory(tmp_path) < without
    (group / names[0]).write_text("max\n")
    assert free_memory(tmp_path) == pytest.approx(without, rel=0.1)


def limit(folder: Path, megabytes: int | None, version: int) -> Path:
    """Make a control group of which 1 MB is used."""
    folder.mkdir(parents=True, exist_ok=True)
    names = ("memory.max", "memory.current") if version == 2 else (
        "memory.limit_in_bytes", "memory.usage_in_bytes",
    )  # fmt: skip
    none = "max" if version == 2 else str(2**63 - 4096)
    (folder / names[0]).write_text(none if megabytes is None else str(megabytes * 10**6), "utf-8")
    (folder / names[1]).write_text("1000000\n", "utf-8")
    return folder


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("least", [0, 1, 2])
def test_the_least_limit_on_the_way_up_counts(tmp_path: Path, version: int, least: int) -> None:
    membership = tmp_path / "cgroup"
    line = "0::/pod/box" if version == 2 else "7:cpu:/elsewhere\n4:hugetlb,memory:/pod/box"
    membership.write_text(line + "\n", "utf-8")
    root = tmp_path / "groups" / ("" if version == 2 else "memory")
    folders = [root / "pod" / "box", root / "pod", root]
    for depth, folder in enumerate(folders):
        limit(folder, 101 if depth == least else None if depth == 0 else 301, version)
    assert memory_groups(tmp_path / "groups", membership) == folders
    free = free_memory(tmp_path / "groups", membership)
    assert free == pytest.approx(100e6 + own_memory(), rel=0.02)


@pytest.mark.parametrize("group", ["/docker/abc", "/docker/abc/box", "/../../box", "/"])
def test_a_container_sees_the_end_of_its_group_only(tmp_path: Path, group: str) -> None:
    membership = tmp_path / "cgroup"
    membership.write_text(f"0::{group}\n", "utf-8")
    root = limit(tmp_path / "groups", 101, 2)
    box = limit(root / "box", 301, 2)
    expected = [box, root] if group.endswith("box") else [root]
    assert memory_groups(root, membership) == expected


def test_a_clock_that_stands_still_changes_no_price() -> None:
    prices.remember_price("float32", Price(1.0, 0.0, 1e-6))
    listen = PriceLearner(lambda event: None, lambda: 1.0)
    listen(Started((schedule.Scale((100, 100), (100, 100), 3),), "float32"))
    for _ in range(5):
        listen(Evaluated(0, 1.0, 0.5, "float32"))
    listen(iteration(0))
    assert prices.price_of("float32") == Price(1.0, 0.0, 1e-6)
