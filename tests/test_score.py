"""How near a picture is to photo and painting: the numbers, where they go, and who sees them."""

import json
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
import scipy.stats
import skimage

import nst_core.stylize  # noqa: F401
from nst_core import InputError, Score, Settings, decode_picture, score, stylize
from nst_core.cli.main import main
from nst_core.events import Result
from nst_core.pictures.masks import Masks
from nst_core.pictures.palette import with_palette_of
from nst_core.pictures.pixels import Pixels, resize
from nst_core.runs.engine import compute as worker
from nst_core.runs.engine.compute import compute
from nst_core.runs.store import layout
from nst_core.runs.store.request import Request
from nst_core.runs.store.state import RunState
from nst_core.runs.store.store import Store
from nst_core.scoring import statistics
from nst_core.scoring.score import score_of_run
from nst_core.vgg16.features import build_features
from nst_core.vgg16.space import to_vgg

SHORT = Settings(size=96, scales=2, iterations=6, evaluations=4, precision="float32")


@pytest.fixture(scope="module")
def small_photo(photo: Pixels) -> Pixels:
    return resize(photo, 96, 96)


@pytest.fixture(scope="module")
def small_painting(painting: Pixels) -> Pixels:
    return resize(painting, 64, 96)


def features(factor: float = 1.0, shift: float = 0.0) -> statistics.Features:
    """One channel at each layer, its values an even grid of 0..1, times `factor` plus `shift`."""
    values = np.linspace(0.0, 1.0, 12 * 16, dtype=np.float32).reshape(12, 16, 1)
    values = values * np.float32(factor) + np.float32(shift)
    return dict.fromkeys((*statistics.STYLE_LAYERS, *statistics.CONTENT_LAYERS), values)


def distance(picture: statistics.Features, painting: statistics.Features) -> float:
    return statistics.style_distance(statistics.style(picture), statistics.style(painting))


# The statistics, of features that stand for VGG16's


def test_no_default_term_looks_at_a_layer_that_counts() -> None:
    terms = {layer for use in Settings().term_uses() for layer in use.layers}
    assert len(terms) > 5
    assert not terms & {*statistics.STYLE_LAYERS, *statistics.CONTENT_LAYERS}


def test_the_style_distance_is_the_shift_in_units_of_the_paintings_spread() -> None:
    """An even distribution of width 2 deviates by 2 / sqrt(12), and 0.3 further is 0.3 away."""
    expected = 0.3 / (2.0 / np.sqrt(12.0))
    moved = features(factor=2.0, shift=0.3)
    assert distance(moved, features(factor=2.0)) == pytest.approx(expected, rel=0.01)


def test_the_style_distance_asks_how_much_there_is_of_a_thing_and_not_where() -> None:
    picture = features()
    turned = {layer: f[::-1, ::-1].copy() for layer, f in picture.items()}
    larger = {layer: f.repeat(2, axis=0).repeat(2, axis=1) for layer, f in picture.items()}
    assert distance(turned, picture) == 0.0
    assert distance(larger, picture) < 0.01
    assert statistics.content_cosine(turned, picture) == pytest.approx(-1.0)


def test_what_all_positions_have_in_common_is_no_likeness() -> None:
    """For a single channel the centred cosine is the correlation coefficient."""
    rng = np.random.default_rng(0)
    one, other = (rng.random((9, 11, 1), np.float32) for _ in range(2))
    layers = statistics.CONTENT_LAYERS
    expected = np.corrcoef(one.ravel(), other.ravel())[0, 1]
    likeness = statistics.content_cosine(dict.fromkeys(layers, one), dict.fromkeys(layers, other))
    assert likeness == pytest.approx(expected, abs=1e-6)
    high = dict.fromkeys(layers, other + 5.0)
    assert statistics.content_cosine(dict.fromkeys(layers, one), high) == pytest.approx(
        expected, abs=1e-4
    )


def test_a_layer_of_one_colour_and_one_of_a_single_position_give_numbers() -> None:
    plain = dict.fromkeys(features(), np.ones((1, 1, 3), np.float32))
    assert distance(plain, plain) == 0.0
    assert statistics.content_cosine(plain, plain) == 1.0
    other = dict.fromkeys(plain, np.zeros((2, 2, 3), np.float32))
    assert np.isfinite(distance(other, plain))


# The score of pictures


def test_a_score_is_the_mean_of_scipys_wasserstein_distances(
    small_photo: Pixels, small_painting: Pixels
) -> None:
    """Along directions of its own, of whole samples; content by the correlation of all values."""
    made = score(small_photo[::-1].copy(), small_photo, small_painting)
    wanted = (*statistics.STYLE_LAYERS, *statistics.CONTENT_LAYERS)
    model = build_features(tuple(dict.fromkeys(wanted)), "float32")
    picture, photo, painting = (
        {name: np.asarray(f)[0].astype(float) for name, f in model(to_vgg(pixels)).items()}
        for pixels in (small_photo[::-1], small_photo, small_painting)
    )
    rng = np.random.default_rng(7)
    style = []
    for layer in statistics.STYLE_LAYERS:
        one, other = (f[layer].reshape(-1, f[layer].shape[-1]) for f in (picture, painting))
        for _ in range(200):
            direction = rng.standard_normal(one.shape[1])
            a, b = one @ direction, other @ direction
            style.append(scipy.stats.wasserstein_distance(a, b) / b.std())
    assert made.style_distance == pytest.approx(np.mean(style), rel=0.06)
    content = []
    for layer in statistics.CONTENT_LAYERS:
        one, other = (f[layer] - f[layer].mean(axis=(0, 1)) for f in (picture, photo))
        content.append(np.sum(one * other) / np.sqrt(np.sum(one**2) * np.sum(other**2)))
    assert made.photo_likeness == pytest.approx(np.mean(content), abs=1e-4)


def test_photo_and_painting_are_the_ends_and_a_run_lies_between(
    small_photo: Pixels, small_painting: Pixels
) -> None:
    untouched = score(small_photo, small_photo, small_painting)
    assert untouched.photo_likeness == pytest.approx(1.0)
    assert untouched.painting_likeness == 0.0
    assert untouched.in_words() == "painting 0 of 10, photo 10 of 10"
    itself = score(small_painting, small_photo, small_painting)
    assert itself.style_distance == pytest.approx(0.0, abs=1e-6)
    assert itself.painting_likeness == pytest.approx(1.0)
    assert itself.photo_likeness < 0.3
    result = stylize(small_photo, small_painting, SHORT)
    between = score(result.picture, small_photo, small_painting)
    assert 0.0 < between.style_distance < untouched.style_distance
    assert 0.05 < between.painting_likeness < 0.95
    assert itself.photo_likeness < between.photo_likeness < 0.99
    bfloat16 = stylize(small_photo, small_painting, SHORT.changed(precision="bfloat16"))
    near = score(bfloat16.picture, small_photo, small_painting)
    assert near.style_distance == pytest.approx(between.style_distance, rel=0.2)


def test_a_score_is_the_same_each_time_and_the_same_pictures_are_left_as_they_were(
    small_photo: Pixels, small_painting: Pixels
) -> None:
    before = small_photo.copy(), small_painting.copy()
    np.random.seed(1)
    first = score(small_photo[:64], small_photo, small_painting)
    np.random.seed(2)
    assert score(small_photo[:64], small_photo, small_painting) == first
    assert np.array_equal(before[0], small_photo)
    assert np.array_equal(before[1], small_painting)


def test_a_large_picture_is_compared_small_and_the_painting_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else a minute and gigabytes would go by; the strokes keep their size beside the picture."""
    sizes = []

    def look(pixels: Pixels) -> statistics.Features:
        sizes.append(pixels.shape[:2])
        return features()

    monkeypatch.setattr(statistics, "features", look)
    large = np.zeros((3000, 1500, 3), np.uint8)
    score(large, large[:, :1000], large[:1000])
    assert sizes == [(384, 192), (384, 192), (256, 384)]
    sizes.clear()
    score(large, large, large, style_scale=2.0)
    assert sizes == [(192, 96), (192, 96), (384, 192)]
    sizes.clear()
    score(large[:100, :200], large, large, style_scale=0.5)
    assert sizes == [(100, 200), (100, 200), (100, 50)]


def test_a_narrow_strip_has_a_score(photo: Pixels, painting: Pixels) -> None:
    strip = resize(photo, 32, 3000)
    near = score(strip, photo, resize(painting, 2000, 40), style_scale=2.0)
    assert near.photo_likeness > 0.99
    assert 0.0 < near.style_distance < np.inf


def test_a_painting_of_larger_strokes_is_compared_at_their_size() -> None:
    """A piece of a painting that is everywhere alike, with its strokes as large as they are."""
    dots = np.random.default_rng(0).integers(0, 256, (24, 24, 3), np.uint8)
    painting = resize(dots, 192, 192)
    piece = painting[:96, :96].copy()
    alike = score(piece, piece, painting, style_scale=2.0).style_distance
    assert alike < 0.7 * score(piece, piece, painting).style_distance


def test_of_several_paintings_the_weighted_mean_counts(
    small_photo: Pixels, small_painting: Pixels
) -> None:
    second = resize(np.ascontiguousarray(skimage.data.chelsea()), 64, 96)
    alone = [score(small_photo, small_photo, each) for each in (small_painting, second)]
    both = score(small_photo, small_photo, [small_painting, second], weights=[3, 1])
    expected = 0.75 * alone[0].style_distance + 0.25 * alone[1].style_distance
    assert both.style_distance == pytest.approx(expected)
    equal = score(small_photo, small_photo, [small_painting, second])
    assert equal.style_distance == pytest.approx(np.mean([each.style_distance for each in alone]))
    first = score(small_photo, small_photo, [small_painting, second], weights=[1, 0])
    assert first == alone[0]


@pytest.mark.parametrize("weights", [[1.0], [1.0, -1.0], [0.0, 0.0], [float("nan"), 1.0], []])
def test_weights_that_do_not_fit_are_refused(weights: list[float], small_photo: Pixels) -> None:
    with pytest.raises(InputError, match=r"weights must be .* Received: \["):
        score(small_photo, small_photo, [small_photo, small_photo], weights=weights)


def test_what_is_no_picture_is_refused(small_photo: Pixels) -> None:
    with pytest.raises(InputError, match="picture must be a uint8 array"):
        score(small_photo.astype(float), small_photo, small_photo)
    with pytest.raises(InputError, match="painting must be at least 32 pixels a side"):
        score(small_photo, small_photo, [small_photo[:20]])
    with pytest.raises(InputError, match="weights must be"):
        score(small_photo, small_photo, [])


# The score of a run in a store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(str(tmp_path / "runs"))


@pytest.fixture
def run(store: Store, small_photo: Pixels, small_painting: Pixels) -> str:
    settings = SHORT.changed(size=48, scales=1, iterations=2, evaluations=2)
    return store.create(Request(small_photo, small_painting, settings, title="Cup"))


def test_a_finished_run_has_the_score_of_its_result(store: Store, run: str) -> None:
    assert store.score(run) is None
    assert compute(store.url, run, "engine").state == "finished"
    photo, painting, _ = store.inputs(run)
    result = decode_picture(store.folder(run).read(layout.RESULT), layout.RESULT).pixels
    assert store.score(run) == score(result, photo, painting)


def test_a_run_is_finished_also_where_its_score_fails(
    store: Store, run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> Score:
        raise MemoryError

    monkeypatch.setattr(worker, "score_of_run", fail)
    assert compute(store.url, run, "engine").state == "finished"
    assert store.get(run).done == 2
    assert store.score(run) is None
    assert layout.RESULT in store.folder(run).names()


def test_a_run_s_score_is_of_what_it_was_asked_for(
    small_photo: Pixels, small_painting: Pixels
) -> None:
    pictures = small_photo[::-1].copy(), small_photo, [small_painting, small_photo]
    both = Settings(style_mix=(1, 3), style_scales=(0.5, 2.0), style_scale=1.5)
    expected = score(*pictures, weights=(1, 3), style_scale=(0.75, 3.0))
    assert score_of_run(*pictures, both, None) == expected
    assert score_of_run(*pictures, both, Masks(paint=np.eye(8))) is None
    repalette = Settings(colours="photo")
    one = with_palette_of(small_painting, small_photo)
    given = score_of_run(*pictures[:2], [small_painting], repalette, None)
    assert given == score(*pictures[:2], one)


def test_a_run_that_was_stopped_is_scored_once_its_picture_is_safe(
    store: Store, run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo, painting, _ = store.inputs(run)
    stopped = Result(photo[::-1].copy(), (1.0,), "cancelled", "it was stopped on request")
    there_before = []

    def look(picture: Pixels, one: Pixels, others: list[Pixels], *_: object) -> Score:
        there_before.extend([layout.RESULT in store.folder(run).names(), store.get(run).is_over])
        return score(picture, one, others)

    monkeypatch.setattr(sys.modules["nst_core.stylize"], "stylize", lambda *_: stopped)
    monkeypatch.setattr(worker, "score_of_run", look)
    assert compute(store.url, run, "engine").state == "cancelled"
    assert there_before == [True, False]
    assert store.score(run) == score(stopped.picture, photo, painting)


def test_a_score_ends_with_a_resume(store: Store, run: str) -> None:
    """The run gets another result, which may never come."""
    store.folder(run).write(layout.SCORE, b"[1]")
    assert store.score(run) is None  # damaged
    store.write_state(run, RunState(state="cancelled", done=1))
    store.resume(run)
    assert layout.SCORE not in store.folder(run).names()
    with pytest.raises(InputError, match="A run must be in the store"):
        store.score("a" * 26)


def test_runs_are_listed_and_exported_with_their_scores(
    store: Store, run: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("NST_RUNS", store.url)
    store.write_state(run, RunState(state="finished", done=2))
    photo, painting, settings = store.inputs(run)
    older = store.create(Request(photo, painting, settings, title="Of before"))
    store.write_state(older, RunState(state="finished", done=2))
    text = b'{"style_distance": 0.2, "photo_likeness": 0.61, "painting_likeness": 0.84, "new": 1}'
    store.folder(run).write(layout.SCORE, text)
    assert store.score(run) == Score(0.2, 0.61, 0.84)
    assert main(["runs"]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert "painting 8 of 10, photo 6 of 10" in lines[run]
    assert " of 10" not in lines[older]
    assert main(["runs", "--json"]) == 0
    values = {each["id"]: each for each in json.loads(capsys.readouterr().out)}
    assert values[run]["photo_likeness"] == 0.61
    assert values[older]["photo_likeness"] is None
    assert main(["runs", "export", run, "--output", str(tmp_path / "run.zip")]) == 0
    with zipfile.ZipFile(tmp_path / "run.zip") as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("score.json")]
        assert archive.read(name) == text


# The score of a run in a shell


def test_the_shell_says_the_score_and_leaves_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, cup = tmp_path / "out", Path(str(skimage.__file__)).parent / "data" / "coffee.png"
    words = ["stylize", str(cup), "--preset", "stained_glass", "--output", str(folder)]
    words += ["--set", "size=64", "--set", "iterations=2", "--set", "evaluations=2"]
    assert main(words) == 0
    values = json.loads((folder / "score.json").read_text())
    near = Score(**values)
    assert capsys.readouterr().out.splitlines()[-1] == f"Likeness: {near.in_words()}."
    with zipfile.ZipFile(folder / "gallery.zip") as archive:
        assert (
            archive.read("coffee, stained_glass/score.json") == (folder / "score.json").read_bytes()
        )

    def fail(*_: object, **__: object) -> Score:
        raise RuntimeError("no luck")

    monkeypatch.setattr("nst_core.cli.repaint.score_of_run", fail)
    assert main(words) == 0
    said = capsys.readouterr()
    assert "could not be compared with photo and painting: no luck" in said.err
    assert "of 10" not in said.out
    assert not (folder / "score.json").exists()
    assert (folder / "gallery.zip").exists()
