"""Several paintings and masks: which painting counts where, and what that does to the loss."""

from typing import Any

import numpy as np
import pytest
from keras import ops

from nst_core import ImageError, InputError, Settings, build_objective, stylize
from nst_core.events import Iteration
from nst_core.machine.forecast import forecast_run
from nst_core.objective.build import Objective
from nst_core.objective.moments import style_loss
from nst_core.objective.tiled import Tiled
from nst_core.pictures.masks import Masks, as_mask, resize_mask
from nst_core.pictures.pixels import Pixels, resize
from nst_core.plan.paintings import plan_for
from nst_core.plan.regions import at_positions, regions_of
from nst_core.runs.store.checkpoint import checkpoint_from_bytes, checkpoint_to_bytes

SMALL = Settings(size=64, scales=2, iterations=4, evaluations=3, precision="float32")
SIZE = (96, 112)
LEFT = np.zeros((10, 20))
LEFT[:, :10] = 1.0
FAR_RIGHT = np.zeros((10, 20))
FAR_RIGHT[:, 14:] = 1.0
STATISTICS = ("gram", "mixed")
"""The second has covariances and Wasserstein distances."""


@pytest.fixture(scope="module")
def small(photo: Pixels) -> Pixels:
    return resize(photo, *SIZE)


@pytest.fixture(scope="module")
def pair(painting: Pixels, photo: Pixels) -> list[Pixels]:
    return [resize(painting, 80, 96), resize(photo[::-1, :, ::-1], 96, 64)]


@pytest.fixture(params=["whole", "tiles"])
def build(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """As `build_objective`, in one piece or by tiles of 80 pixels."""

    def by_tiles(*arguments: Any, **options: Any) -> Objective:
        with monkeypatch.context() as patch:
            patch.setattr("nst_core.plan.tiles.LARGEST_WHOLE", 0)
            patch.setattr("nst_core.plan.tiles.SIDE", 80)
            objective = build_objective(*arguments, **options)
        assert isinstance(objective.evaluator, Tiled)
        return objective

    return build_objective if request.param == "whole" else by_tiles


def at_noise(objective: Objective) -> tuple[float, np.ndarray]:
    return objective(np.random.default_rng(3).uniform(-90, 120, (1, *SIZE, 3)))


# Statistics, by hand


FEATURES = np.maximum(np.random.default_rng(5).normal(3, 20, (1, 6, 8, 4)), 0)
WHERE = np.random.default_rng(6).uniform(0, 1, (1, 6, 8, 1))


def weighted_moments(features: np.ndarray, where: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Covariance and mean by NumPy's own weights."""
    flat, weights = features.reshape(-1, features.shape[-1]), where.ravel()
    covariance = np.cov(flat, rowvar=False, bias=True, aweights=weights)
    return covariance, np.average(flat, axis=0, weights=weights)


def test_positions_count_as_far_as_the_mask_says() -> None:
    tensors = [ops.convert_to_tensor(array, dtype="float64") for array in (FEATURES, WHERE)]
    covariance, mean = weighted_moments(FEATURES, WHERE)
    kept = style_loss("wasserstein", dtype="float64").statistic_of(*tensors)
    np.testing.assert_allclose(kept, np.vstack([covariance, mean]), rtol=1e-10)
    kept = style_loss("covariance", dtype="float64").statistic_of(*tensors)
    expected = np.vstack([covariance, mean * np.linalg.norm(mean)])
    np.testing.assert_allclose(kept, expected, rtol=1e-10)
    kept = style_loss("gram", dtype="float64").statistic_of(*tensors)
    gram = np.einsum("bijc,bijd,bije->cd", FEATURES, FEATURES, WHERE) / WHERE.sum()
    np.testing.assert_allclose(kept, gram, rtol=1e-10)


@pytest.mark.parametrize("statistic", ["gram", "covariance", "wasserstein"])
def test_paintings_are_averaged_by_their_moments(statistic: Any) -> None:
    term = style_loss(statistic, dtype="float64")
    other = FEATURES[:, :4, :5] * 1.7 + 2.0
    tensors = [ops.convert_to_tensor(array, dtype="float64") for array in (FEATURES, other)]
    mixture = np.asarray(term.mixture([term.statistic_of(t) for t in tensors], [0.75, 0.25]))
    pairs = [weighted_moments(f, np.ones(f.shape[:3])) for f in (FEATURES, other)]
    covariance, mean = (0.75 * a + 0.25 * b for a, b in zip(*pairs, strict=True))
    last = {"covariance": mean * np.linalg.norm(mean), "wasserstein": mean}
    if statistic == "gram":
        grams = [c + np.outer(m, m) for c, m in pairs]
        np.testing.assert_allclose(mixture, 0.75 * grams[0] + 0.25 * grams[1], rtol=1e-10)
    else:
        np.testing.assert_allclose(mixture, np.vstack([covariance, last[statistic]]), rtol=1e-10)


# The loss and its gradient


@pytest.mark.parametrize("statistic", STATISTICS)
@pytest.mark.parametrize("case", ["mix", "regions", "parts"])
def test_the_gradient_is_that_of_finite_differences(
    case: str, statistic: Any, build: Any, small: Pixels, pair: list[Pixels]
) -> None:
    soft = np.linspace(0, 1, 64)[None, :] * np.ones((48, 1))
    masks = {
        "mix": None,
        "regions": Masks(paint=1 - 0.7 * soft.T, paintings=(soft, None)),
        "parts": Masks(of_paintings=(soft, None)),
    }[case]
    settings = Settings(statistic=statistic, style_mix=(2.0, 1.0), content_weight=0.0)
    objective = build(small, pair, settings, "float64", masks)
    x = np.random.default_rng(1).uniform(-90, 120, (1, *SIZE, 3))
    _, gradient = objective(x)
    # Where it is steepest the step can be so short that it meets no kink of VGG16's.
    steepness = np.linalg.norm(gradient)
    step = 1e-4 * gradient / steepness
    slope = (objective(x + step)[0] - objective(x - step)[0]) / 2e-4
    assert slope == pytest.approx(steepness, rel=1e-5)


@pytest.mark.parametrize("statistic", STATISTICS)
def test_a_mask_of_all_white_changes_nothing(
    statistic: Any, build: Any, small: Pixels, pair: list[Pixels]
) -> None:
    settings = Settings(statistic=statistic)
    white = np.ones((7, 9))
    loss, gradient = at_noise(build(small, pair[0], settings, "float64"))
    masks = Masks(paint=white, paintings=(white,), of_paintings=(white,))
    again, gradient_again = at_noise(build(small, [pair[0]], settings, "float64", masks))
    assert again == pytest.approx(loss, rel=1e-6)
    np.testing.assert_allclose(gradient_again, gradient, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_tiles_and_one_piece_agree_on_regions(
    dtype: Any, small: Pixels, pair: list[Pixels], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(precision=dtype)
    masks = Masks(paintings=(LEFT, None))
    loss, gradient = at_noise(build_objective(small, pair, settings, masks=masks))
    monkeypatch.setattr("nst_core.plan.tiles.LARGEST_WHOLE", 0)
    monkeypatch.setattr("nst_core.plan.tiles.SIDE", 80)
    tiled, by_tiles = at_noise(build_objective(small, pair, settings, masks=masks))
    rough = {"float32": 1e-4, "bfloat16": 3e-2}[dtype]
    assert tiled == pytest.approx(loss, rel=rough)
    assert np.linalg.norm(by_tiles - gradient) < 10 * rough * np.linalg.norm(gradient)


def test_each_region_pulls_at_its_own_pixels(small: Pixels, pair: list[Pixels]) -> None:
    # The shallowest layer alone, so that no pixel is seen from far away.
    settings = Settings(
        style_layers=("block1_conv1",), content_weight=0, variation_weight=0, chroma_weight=0
    )

    def gradient(right: Pixels) -> np.ndarray:
        masks = Masks(paintings=(LEFT, 1 - LEFT))
        return at_noise(build_objective(small, [pair[0], right], settings, "float64", masks))[1]

    changed = np.abs(gradient(pair[1]) - gradient(small)).max(axis=(0, 1, 3))
    assert changed[: SIZE[1] // 2 - 8].max() < 1e-9 * changed.max()
    assert changed[SIZE[1] // 2 + 8 :].min() > 0


def test_a_region_counts_as_much_as_it_covers() -> None:
    pictures = [np.zeros((40, 40, 3), np.uint8), np.ones((50, 40, 3), np.uint8)]
    first, second = regions_of(pictures, [], Masks(paintings=(LEFT[:, :15], None)), (32, 60))
    assert (first.share, second.share) == pytest.approx((2 / 3, 1 / 3), abs=0.01)
    first, second = regions_of(pictures, [1, 3], Masks(paintings=(LEFT, None)), (32, 60))
    assert second.share == pytest.approx(3 * first.share)
    assert first.share + second.share == pytest.approx(1.0)
    (both,) = regions_of(pictures, [1, 3], Masks(paint=LEFT), (32, 60))
    assert [source.weight for source in both.sources] == [0.25, 0.75]
    assert both.share == pytest.approx(0.5)
    (same,) = regions_of(pictures, [], Masks(paintings=(LEFT, LEFT.copy())), (32, 60))
    assert len(same.sources) == 2


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
@pytest.mark.parametrize("box", [(0, 1), (108, 111), (40, 52)])
def test_a_tiny_region_does_not_spoil_the_rest(
    box: tuple[int, int], dtype: Any, small: Pixels, pair: list[Pixels]
) -> None:
    mask = np.zeros(SIZE)
    mask[slice(*box) if box[1] < SIZE[0] else slice(92, 95), slice(*box)] = 1.0
    masks = Masks(paintings=(mask, None))
    settings = Settings(precision=dtype)
    _, exact = at_noise(build_objective(small, pair, settings, "float64", masks))
    _, gradient = at_noise(build_objective(small, pair, settings, masks=masks))
    rough = {"float32": 0.01, "bfloat16": 0.2}[dtype]
    assert np.linalg.norm(gradient - exact) < rough * np.linalg.norm(exact)


def test_a_painting_of_weight_zero_leaves_its_place_to_the_others() -> None:
    pictures = [np.zeros((40, 40, 3), np.uint8), np.ones((50, 40, 3), np.uint8)]
    (only,) = regions_of(pictures, [1, 0], Masks(paintings=(None, LEFT)), (32, 60))
    assert only.is_simple


def test_masks_count_in_the_memory_that_is_foretold(photo: Pixels, pair: list[Pixels]) -> None:
    settings = Settings(size=512, precision="float32")
    alone = forecast_run(plan_for(photo, pair, settings), settings).memory
    masks = Masks(paint=LEFT, paintings=(LEFT, None))
    masked = forecast_run(plan_for(photo, pair, settings, masks), settings).memory
    assert masked - alone > 512 * 512 * 900


def test_a_mask_at_a_layer_is_the_mean_of_its_pixels() -> None:
    shares = np.arange(35.0).reshape(5, 7)
    assert at_positions(shares, 2).tolist() == [[4, 6, 8], [18, 20, 22]]


# Whole runs


def test_a_painting_of_weight_zero_is_not_there_to_the_byte(
    photo: Pixels, pair: list[Pixels]
) -> None:
    alone = stylize(photo, pair[0], SMALL)
    mixed = stylize(photo, pair, SMALL.changed(style_mix=[1, 0]))
    assert alone.losses == mixed.losses
    assert alone.picture.tobytes() == mixed.picture.tobytes()


def test_two_paintings_give_another_picture_than_each(photo: Pixels, pair: list[Pixels]) -> None:
    styles: list[Any] = [*pair, pair]
    results = [stylize(photo, style, SMALL).picture.astype(float) for style in styles]
    apart = [np.abs(results[2] - other).mean() for other in results[:2]]
    assert min(apart) > 3.0
    assert max(apart) < np.abs(results[0] - results[1]).mean() * 1.2


@pytest.mark.parametrize("changes", [{}, {"start": "noise"}, {"optimizer": "adam"}])
def test_outside_the_mask_the_photo_stays_pixel_for_pixel(
    changes: dict[str, Any], photo: Pixels, pair: list[Pixels]
) -> None:
    events: list[Any] = []
    mask = np.zeros((64, 64), np.uint8)
    mask[16:48, 16:48] = 255
    result = stylize(
        photo, pair[0], SMALL.changed(**changes), events.append, masks=Masks(paint=mask)
    )
    pictures = [event.picture for event in events if isinstance(event, Iteration)]
    for picture in (*pictures, result.picture):
        there = resize(photo, *picture.shape[:2])
        outside = resize_mask(mask, *picture.shape[:2]) == 0
        assert np.array_equal(picture[outside], there[outside])
    inside = mask == 255
    assert np.abs(result.picture[inside].astype(float) - there[inside]).mean() > 8


def test_a_soft_edge_does_not_fade_when_a_run_goes_on(photo: Pixels, pair: list[Pixels]) -> None:
    events: list[Any] = []
    settings = SMALL.changed(restart=True, scales=1)
    masks = Masks(paint=np.full((8, 8), 0.4))
    whole = stylize(photo, pair[0], settings, events.append, masks=masks)
    point = [event.checkpoint for event in events if isinstance(event, Iteration)][1]
    stored = checkpoint_from_bytes(checkpoint_to_bytes(point))
    again = stylize(photo, pair[0], settings, resume=stored, masks=masks)
    assert again.losses == pytest.approx(whole.losses, rel=1e-4)
    assert np.abs(again.picture.astype(int) - whole.picture).max() <= 2


def test_an_objective_of_no_painting_is_refused(small: Pixels) -> None:
    with pytest.raises(ImageError, match="1 to 16 paintings"):
        build_objective(small, [], Settings())


def test_each_painting_has_its_own_stroke_size(photo: Pixels, pair: list[Pixels]) -> None:
    settings = SMALL.changed(style_scales=[1, 2.0], style_scale=1.5, size=128)
    scales = plan_for(photo, pair, settings)
    assert [max(size) for size in scales[-1].paintings] == [192, 384]
    with pytest.raises(InputError, match=r"for each of the 2 paintings\. Received: 1\."):
        plan_for(photo, pair, SMALL.changed(style_scales=[2.0]))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"style": []}, "1 to 16 paintings"),
        ({"settings": {"style_mix": [1, 2, 3]}}, "each of the 2 paintings. Received: 3."),
        ({"settings": {"style_mix": [0, 0]}}, "a weight above 0"),
        ({"masks": Masks(paint=np.zeros((4, 4)))}, "leave something to paint"),
        ({"masks": Masks(of_paintings=(np.zeros((4, 4)),))}, "leave some of it"),
        ({"masks": Masks(paintings=(LEFT,) * 3)}, "at most one for each painting"),
        ({"masks": Masks(paint=LEFT, paintings=(FAR_RIGHT,) * 2)}, "leave something to paint"),
        ({"masks": Masks(paint=LEFT), "settings": {"recipe": "classic"}}, "the default recipe"),
    ],
)
def test_what_does_not_go_together_is_refused_before_anything_is_computed(
    options: dict[str, Any], words: str, photo: Pixels, pair: list[Pixels]
) -> None:
    events: list[Any] = []
    settings = Settings().changed(**options.get("settings", {}))
    with pytest.raises(InputError, match=words):
        stylize(
            photo, options.get("style", pair), settings, events.append, masks=options.get("masks")
        )
    assert not events


# Masks as they are given


@pytest.mark.parametrize(
    "given",
    [
        np.array([[0, 255], [255, 0]], np.uint8),
        np.array([[0.0, 1.0], [1.0, 0.0]]),
        np.array([[False, True], [True, False]]),
        np.repeat(np.array([[[0], [255]], [[255], [0]]], np.uint8), 3, axis=2),
    ],
)
def test_a_mask_may_be_given_in_several_ways(given: np.ndarray) -> None:
    assert as_mask(given, "paint").tolist() == [[0, 255], [255, 0]]


@pytest.mark.parametrize(
    "given", [np.zeros((0, 4)), np.zeros(4), np.full((2, 2), 1.5), np.full((2, 2), np.nan), "a"]
)
def test_what_is_no_mask_is_refused(given: Any) -> None:
    with pytest.raises(ImageError, match="paint: a mask"):
        Masks(paint=given)
