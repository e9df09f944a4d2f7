"""The example package: its term against NumPy float64, and the whole of it, installed by pip."""

import csv
import os
import pkgutil
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from keras import ops
from PIL import Image
from pydantic import ValidationError

from nst_core import TermKind
from nst_core.objective.gradient import value_and_gradient
from nst_core.pictures.pixels import Pixels
from nst_core.vgg16.features import build_features
from nst_core.vgg16.strengths import Strength

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "examples" / "sliced_wasserstein"
RANDOM = np.random.default_rng(11)
FEATURES = np.maximum(RANDOM.normal(1, 20, (1, 11, 13, 6)), 0)
OTHER = np.maximum(RANDOM.normal(9, 30, (1, 24, 15, 6)), 0)


@pytest.fixture(scope="module")
def kind() -> Iterator[TermKind]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(PACKAGE))
        yield pkgutil.resolve_name("nst_sliced_wasserstein.kind:SLICED_WASSERSTEIN")


def make(kind: TermKind, normalization: str = "relative", **options: Any) -> Any:
    options = {"dtype": "float64", "directions": 5, "seed": 3} | options
    return kind.make(normalization=normalization, pixels=1, **options)


def tensor(array: np.ndarray, dtype: str = "float64") -> Any:
    return ops.convert_to_tensor(array, dtype=dtype)


def distance(term: Any, picture: np.ndarray, painting: np.ndarray) -> float:
    return float(term(tensor(picture), term.target(tensor(painting))))


def shares_by_hand(features: np.ndarray, directions: int, seed: int) -> np.ndarray:
    """(directions, 256): each sorted value 256 times, cut into 256 equal pieces."""
    points = features.reshape(-1, features.shape[-1])
    means = []
    for normal in np.random.default_rng(seed).normal(size=(directions, points.shape[1])):
        line = np.sort(points @ (normal / np.sqrt((normal**2).sum())))
        means.append(np.repeat(line, 256).reshape(256, line.size).mean(axis=1))
    return np.array(means)


@pytest.mark.parametrize("painting", [OTHER, OTHER[:, :2, :3], np.tile(OTHER, (1, 3, 2, 1))])
def test_the_value_is_that_of_numpy(kind: TermKind, painting: np.ndarray) -> None:
    picture = FEATURES
    one, other = shares_by_hand(picture, 5, 3), shares_by_hand(painting, 5, 3)
    squared = ((one - other) ** 2).mean()
    classic = distance(make(kind, "classic"), picture, painting)
    assert classic == pytest.approx(squared, rel=1e-10)
    spread = ((other - other.mean(axis=1, keepdims=True)) ** 2).mean()
    assert distance(make(kind), picture, painting) == pytest.approx(squared / spread, rel=1e-10)


def test_it_is_the_wasserstein_distance_of_the_best_assignment(kind: TermKind) -> None:
    from scipy.optimize import linear_sum_assignment

    # 256 positions of one channel: each share is one value, and the only direction is 1 or -1.
    one, other = RANDOM.normal(0, 1, (1, 16, 16, 1)), RANDOM.normal(2, 3, (1, 16, 16, 1))
    costs = (one.reshape(-1, 1) - other.reshape(1, -1)) ** 2
    best = costs[linear_sum_assignment(costs)].mean()
    assert distance(make(kind, "classic"), one, other) == pytest.approx(best, rel=1e-10)


@pytest.mark.parametrize("normalization", ["classic", "relative"])
def test_equal_pictures_are_no_distance_apart(kind: TermKind, normalization: str) -> None:
    term = make(kind, normalization, dtype="float32")
    for dtype in ("float32", "bfloat16"):
        features = tensor(FEATURES, dtype)
        assert float(term(features, term.target(features))) == 0.0


def test_positions_may_change_places(kind: TermKind) -> None:
    points = FEATURES.reshape(-1, 6)
    shuffled = RANDOM.permutation(points).reshape(1, 13, 11, 6)
    term = make(kind)
    assert distance(term, shuffled, FEATURES) == pytest.approx(0.0, abs=1e-20)
    assert distance(term, shuffled, OTHER) == pytest.approx(distance(term, FEATURES, OTHER))
    channels = FEATURES[..., ::-1]
    assert distance(term, channels, FEATURES) > 1e-4


def test_it_depends_neither_on_size_nor_on_strength(kind: TermKind) -> None:
    term = make(kind)
    value = distance(term, FEATURES, OTHER)
    larger = np.tile(FEATURES, (1, 3, 2, 1)), np.tile(OTHER, (1, 2, 5, 1))
    assert distance(term, *larger) == pytest.approx(value)
    assert distance(term, 100 * FEATURES, 100 * OTHER) == pytest.approx(value)
    assert distance(make(kind, "classic"), *larger) == pytest.approx(
        distance(make(kind, "classic"), FEATURES, OTHER)
    )


def test_a_picture_as_far_from_the_painting_as_that_is_spread_has_distance_1(
    kind: TermKind,
) -> None:
    # All positions at the mean: each must move as far as the painting's lie from theirs.
    middle = np.broadcast_to(OTHER.mean(axis=(1, 2)), (1, 4, 4, 6))
    assert distance(make(kind), middle, OTHER) == pytest.approx(1.0)


def test_bfloat16_features_are_compared_in_the_term_s_own_precision(kind: TermKind) -> None:
    term = make(kind, dtype="float32")
    rounded = [tensor(array, "bfloat16") for array in (FEATURES, OTHER)]
    value = term(rounded[0], term.target(rounded[1]))
    assert ops.dtype(value) == "float32"
    exact = [np.asarray(ops.cast(array, "float64")) for array in rounded]
    assert float(value) == pytest.approx(distance(make(kind), exact[0], exact[1]), rel=1e-5)


def test_a_painting_of_one_colour_does_not_weigh_without_bounds(kind: TermKind) -> None:
    flat = np.full((1, 8, 8, 6), 7.0)
    term = make(kind)
    term.usual = Strength(square=400.0, gram_squares=1.0)
    squared = ((shares_by_hand(FEATURES, 5, 3) - shares_by_hand(flat, 5, 3)) ** 2).mean()
    assert distance(term, FEATURES, flat) == pytest.approx(squared / 40)
    term.usual = None
    assert np.isfinite(distance(term, FEATURES, flat))


def test_little_is_kept_of_the_painting(kind: TermKind) -> None:
    target = make(kind).target(tensor(np.tile(OTHER, (1, 8, 8, 1))))
    assert tuple(target.shape) == (5, 256)


@pytest.mark.parametrize("normalization", ["classic", "relative"])
def test_the_gradient_is_that_of_finite_differences(kind: TermKind, normalization: str) -> None:
    random = np.random.default_rng(5)
    layers = ("block1_conv1", "block2_conv1")
    features_of = build_features(layers, "float64")
    term = make(kind, normalization)
    painting = features_of(tensor(random.uniform(-100, 100, (1, 20, 24, 3))))
    targets = [term.target(painting[layer]) for layer in layers]

    def terms(picture: Any) -> Any:
        features = features_of(picture)
        pairs = zip(layers, targets, strict=True)
        return ops.stack([term(features[layer], target) for layer, target in pairs])

    evaluate = value_and_gradient(terms)
    picture = random.uniform(-100, 100, (1, 16, 18, 3))
    gradient = np.asarray(evaluate(tensor(picture))[1])
    assert np.count_nonzero(gradient) > 0.99 * gradient.size  # each position is moved
    for _ in range(4):
        step = 1e-5 * random.normal(size=picture.shape)
        ahead, behind = (
            float(ops.sum(evaluate(tensor(picture + side * step))[0])) for side in (1, -1)
        )
        assert (ahead - behind) / 2 == pytest.approx((gradient * step).sum(), rel=1e-4)


def test_seeds_and_counts_of_directions_are_checked(kind: TermKind) -> None:
    one, same, other = (distance(make(kind, seed=seed), FEATURES, OTHER) for seed in (1, 1, 2))
    assert one == same != other
    for wrong in ({"directions": 0}, {"seed": -1}, {"directions": 2.5}, {"shares": 3}):
        with pytest.raises(ValidationError):
            kind.parameters(**wrong)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the package is, really installed by pip."""
    folder = tmp_path_factory.mktemp("site")
    source = tmp_path_factory.mktemp("source") / "package"
    shutil.copytree(PACKAGE, source, ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    command += ["--no-build-isolation", "--disable-pip-version-check", "--target", str(folder)]
    subprocess.run([*command, str(source)], check=True, timeout=300)
    return folder


def python(installed: Path, *arguments: str, folder: Path = ROOT, **variables: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": f"{installed}{os.pathsep}{ROOT}"} | variables,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.processes
def test_a_preset_s_kinds_can_be_read_without_keras(installed: Path) -> None:
    program = (
        "import sys; from nst_core.settings import term_kinds; "
        "assert 'sliced_wasserstein' in term_kinds.kinds(); "
        "sys.exit('keras' in sys.modules or 'tensorflow' in sys.modules)"
    )
    python(installed, "-c", program)


@pytest.mark.processes
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_the_commands_of_its_readme_run_and_the_loss_falls(
    installed: Path, tmp_path: Path, photo: Pixels, painting: Pixels, precision: str
) -> None:
    readme = (PACKAGE / "README.md").read_text("utf-8")
    [preset] = re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL)
    (tmp_path / "mine.yaml").write_text(preset, "utf-8")
    Image.fromarray(painting[:200, :300]).save(tmp_path / "painting.jpg")
    Image.fromarray(photo[:128, :160]).save(tmp_path / "photo.jpg")
    settings = ["size=64", "scales=1", "iterations=2", "evaluations=4", f"precision={precision}"]
    small = [word for setting in settings for word in ("--set", setting)]

    commands = "".join(re.findall(r"```sh\n(.*?)```", readme, re.DOTALL)).splitlines()
    [_, *nst] = [shlex.split(command, comments=True) for command in commands]
    printed = []
    for words in nst:
        variables = dict(word.split("=") for word in words[: words.index("nst")])
        rest = words[words.index("nst") + 1 :] + (small if "stylize" in words else [])
        printed += [python(installed, "-m", "nst_core", *rest, folder=tmp_path, **variables)]
    listed = [line for line in printed[0].splitlines() if line.startswith("sliced_wasserstein ")]
    assert "weight, layers, directions, seed" in listed[0]

    with (tmp_path / "out" / "losses.csv").open() as file:
        rows = list(csv.DictReader(file))
    for layer in ("block2_conv1", "block3_conv1", "block4_conv1"):
        values = [float(row[f"sliced_wasserstein/{layer}"]) for row in rows]
        assert values[0] > values[-1] > 0
