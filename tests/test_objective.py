"""The loss and its gradient: the check values, finite differences, both data formats."""

from collections.abc import Iterator
from typing import Literal

import keras
import numpy as np
import pytest

from nst_core import Settings, build_objective
from nst_core.errors import ImageError
from nst_core.objective.losses import StyleLoss, Term
from nst_core.objective.whole import Whole
from nst_core.pictures.pixels import Pixels, resize
from nst_core.vgg16.features import build_features
from nst_core.vgg16.layers import LAYER_NAMES, LayerName
from nst_core.vgg16.space import to_vgg
from testing.pictures import shared_image

Recipe = Literal["classic", "default"]
RECIPES: list[Recipe] = ["classic", "default"]
ROWS, COLUMNS = 37, 53  # multiples of nothing


@pytest.fixture(params=["channels_last", "channels_first"])
def data_format(request: pytest.FixtureRequest) -> Iterator[str]:
    before = keras.config.image_data_format()
    keras.config.set_image_data_format(request.param)
    yield request.param
    keras.config.set_image_data_format(before)


@pytest.fixture
def small_pair(photo: Pixels, painting: Pixels) -> tuple[Pixels, Pixels]:
    return resize(photo, ROWS, COLUMNS), resize(painting, ROWS, COLUMNS)


def test_the_check_values_of_the_classic_recipe(data_format: str) -> None:
    photo = resize(shared_image("tubingen.jpg"), 300, 400)
    painting = resize(shared_image("starry_night.jpg"), 300, 400)
    objective = build_objective(photo, painting, Settings(recipe="classic", columns=400))
    noise = np.random.default_rng(0).uniform(0, 255, (1, 300, 400, 3)) - 128
    loss, gradient = objective(noise)
    assert loss == pytest.approx(2.775981e11, rel=1e-4)
    assert np.linalg.norm(gradient) == pytest.approx(4.799673e7, rel=1e-4)
    loss, gradient = objective(to_vgg(photo))
    assert loss == pytest.approx(1.131522e10, rel=1e-4)
    assert np.linalg.norm(gradient) == pytest.approx(2.372151e6, rel=1e-4)


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_gradient_agrees_with_finite_differences(
    recipe: Recipe, data_format: str, small_pair: tuple[Pixels, Pixels]
) -> None:
    objective = build_objective(*small_pair, Settings(recipe=recipe), dtype_policy="float64")
    random = np.random.default_rng(1)
    x = to_vgg(small_pair[0]) + random.normal(0, 20, (1, ROWS, COLUMNS, 3))
    _, gradient = objective(x)
    for _ in range(5):
        direction = random.standard_normal(x.shape)
        step = 1e-4
        ahead, behind = objective(x + step * direction)[0], objective(x - step * direction)[0]
        by_differences = (ahead - behind) / (2 * step)
        # The root's eigenvalues are rounded, which a direction of next to no slope does not hide.
        close = 1e-5 * float(np.linalg.norm(gradient))
        assert (gradient * direction).sum() == pytest.approx(by_differences, rel=1e-5, abs=close)


@pytest.mark.parametrize("recipe", RECIPES)
def test_both_data_formats_give_the_same_numbers(
    recipe: Recipe, small_pair: tuple[Pixels, Pixels]
) -> None:
    x = np.random.default_rng(2).uniform(-120, 130, (ROWS, COLUMNS, 3))
    results = {}
    for data_format in ("channels_last", "channels_first"):
        keras.config.set_image_data_format(data_format)
        try:
            objective = build_objective(*small_pair, Settings(recipe=recipe), "float64")
            results[data_format] = (*objective(x), objective.terms)
        finally:
            keras.config.set_image_data_format("channels_last")
    last, first = results.values()
    assert first[0] == pytest.approx(last[0], rel=1e-12)
    np.testing.assert_allclose(first[1], last[1], rtol=1e-9, atol=1e-12 * np.abs(last[1]).max())
    assert first[2] == pytest.approx(dict(last[2]), rel=1e-12)


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_terms_sum_to_the_loss(recipe: Recipe, small_pair: tuple[Pixels, Pixels]) -> None:
    settings = Settings(recipe=recipe, content_layers=("block2_conv2", "block4_conv2"))
    objective = build_objective(*small_pair, settings)
    loss, _ = objective(np.zeros((ROWS, COLUMNS, 3)))
    assert sum(objective.terms.values()) == pytest.approx(loss, rel=1e-12)
    assert type(objective.terms) is dict
    assert set(objective.terms) == {
        "content/block2_conv2",
        "content/block4_conv2",
        *(f"style/block{n}_conv1" for n in range(1, 6)),
        "variation",
        *({"chroma"} if recipe == "default" else ()),
    }
    rough = ("variation", "chroma")
    assert all(value > 0 for name, value in objective.terms.items() if name not in rough)


@pytest.mark.parametrize("recipe", RECIPES)
def test_each_term_is_the_loss_that_its_weight_alone_gives(
    recipe: Recipe, small_pair: tuple[Pixels, Pixels]
) -> None:
    x = np.random.default_rng(6).uniform(-100, 100, (ROWS, COLUMNS, 3))
    together = build_objective(*small_pair, Settings(recipe=recipe))
    _, whole = together(x)
    gradients = []
    kinds = ("content", "style", "variation", *(("chroma",) if recipe == "default" else ()))
    for kind in kinds:
        others = {f"{other}_weight" for other in kinds} - {f"{kind}_weight"}
        alone = build_objective(
            *small_pair, Settings(recipe=recipe).changed(**dict.fromkeys(others, 0.0))
        )
        loss, gradient = alone(x)
        parts = [value for name, value in together.terms.items() if name.startswith(kind)]
        assert sum(parts) == pytest.approx(loss, rel=1e-5)
        gradients.append(gradient)
    # bfloat16 rounds each backward pass by itself.
    np.testing.assert_allclose(sum(gradients), whole, atol=0.02 * np.abs(whole).max())


@pytest.mark.parametrize("kind", ["content", "style"])
def test_a_further_term_is_what_its_own_setting_would_give(
    kind: str, small_pair: tuple[Pixels, Pixels]
) -> None:
    layers = ("block1_conv2", "block3_conv2")
    # Unless it says otherwise, a further term compares Gram matrices, and features as they are.
    plain = Settings(statistic="gram", centred=False)
    further = plain.changed(terms={kind: {"weight": 0.3, "layers": list(layers)}})
    alone = plain.changed(**{f"{kind}_weight": 0.3, f"{kind}_layers": layers})
    x = (to_vgg(small_pair[0]) + to_vgg(small_pair[1])) / 2
    both, by_itself = (build_objective(*small_pair, settings) for settings in (further, alone))
    loss, gradient = both(x)
    by_itself(x)
    assert set(both.terms) > {f"{kind}/{layer}" for layer in layers}
    for layer in layers:
        name = f"{kind}/{layer}"
        assert both.terms[name] == pytest.approx(by_itself.terms[name], rel=1e-5)
    assert loss == pytest.approx(sum(both.terms.values()), rel=1e-6)
    without = build_objective(*small_pair, plain)(x)[1]
    assert np.linalg.norm(gradient - without) > 0.05 * np.linalg.norm(without)


def test_the_photo_itself_has_no_content_loss(small_pair: tuple[Pixels, Pixels]) -> None:
    for precision in ("float32", "bfloat16"):
        objective = build_objective(*small_pair, Settings(precision=precision))
        objective(to_vgg(small_pair[0]))
        assert objective.terms["content/block4_conv2"] == 0.0


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_painting_itself_has_no_style_loss(
    recipe: Recipe, small_pair: tuple[Pixels, Pixels]
) -> None:
    for precision in ("float32", "bfloat16"):
        objective = build_objective(*small_pair, Settings(recipe=recipe, precision=precision))
        objective(to_vgg(small_pair[1]))
        styles = {name: v for name, v in objective.terms.items() if name.startswith("style/")}
        assert len(styles) == 5
        for name, value in styles.items():
            # The ridge beneath the Wasserstein distance's root leaves a little.
            deep = name in ("style/block4_conv1", "style/block5_conv1")
            assert 0.0 <= value <= (0.0 if deep or recipe == "classic" else 0.01)


@pytest.mark.parametrize(
    "shape", [(ROWS, COLUMNS, 3), (1, ROWS, COLUMNS, 3), (ROWS * COLUMNS * 3,)]
)
def test_x_may_have_any_shape(shape: tuple[int, ...], small_pair: tuple[Pixels, Pixels]) -> None:
    objective = build_objective(*small_pair, Settings(precision="float32"))
    x = np.random.default_rng(3).uniform(-100, 100, shape)
    before = x.copy()
    loss, gradient = objective(x)
    assert isinstance(loss, float)
    assert gradient.shape == shape
    assert gradient.dtype == np.float64
    assert np.array_equal(x, before)
    assert objective(x.astype(np.float32).reshape(-1))[0] == loss


def test_another_number_of_values_is_refused(small_pair: tuple[Pixels, Pixels]) -> None:
    objective = build_objective(*small_pair, Settings())
    with pytest.raises(ValueError, match=r"37 x 53 x 3 values. Received: \(37, 53\)"):
        objective(np.zeros((ROWS, COLUMNS)))


def test_a_changed_weight_computes_nothing_again(
    small_pair: tuple[Pixels, Pixels], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(precision="float32")
    objective = build_objective(*small_pair, settings)
    x = np.random.default_rng(4).uniform(-100, 100, (ROWS, COLUMNS, 3))
    objective(x)
    before = dict(objective.terms)

    def refuse(*arguments: object) -> None:
        raise AssertionError("traced or computed again")

    monkeypatch.setattr(Term, "__call__", refuse)
    monkeypatch.setattr(StyleLoss, "target", refuse)
    objective.set_weights(settings.changed(style_weight=3.0, content_weight=0.0))
    objective(x)
    for name, value in objective.terms.items():
        factor = {"style": 3.0, "content": 0.0}.get(name.split("/")[0], 1.0)
        assert value == pytest.approx(before[name] * factor, rel=1e-6)


def test_a_second_run_of_the_same_size_traces_nothing(
    small_pair: tuple[Pixels, Pixels], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(precision="float32", seed=1)
    x = np.zeros((ROWS, COLUMNS, 3))
    first = build_objective(*small_pair, settings)(x)[0]

    def refuse(*arguments: object) -> None:
        raise AssertionError("traced again")

    monkeypatch.setattr(Term, "__call__", refuse)
    swapped = build_objective(small_pair[1], small_pair[0], settings)(x)[0]
    assert swapped != first


def test_bfloat16_is_near_float32(small_pair: tuple[Pixels, Pixels]) -> None:
    x = to_vgg(small_pair[1])
    loss, gradient = build_objective(*small_pair, Settings(precision="float32"))(x)
    rough, rough_gradient = build_objective(*small_pair, Settings(precision="bfloat16"))(x)
    assert rough == pytest.approx(loss, rel=0.02)
    cosine = (gradient * rough_gradient).sum() / (
        np.linalg.norm(gradient) * np.linalg.norm(rough_gradient)
    )
    assert cosine > 0.98


def test_the_painting_may_have_its_own_size(small_pair: tuple[Pixels, Pixels]) -> None:
    painting = resize(small_pair[1], 90, 61)
    objective = build_objective(small_pair[0], painting, Settings())
    loss, gradient = objective(np.zeros((ROWS, COLUMNS, 3)))
    assert np.isfinite(loss)
    assert np.isfinite(gradient).all()


def test_vgg16_is_built_no_deeper_than_needed() -> None:
    model = build_features(("block1_conv1", "block2_conv1"), "float32")
    convolutions = [layer.name for layer in model.layers if "conv" in layer.name]
    assert convolutions == ["block1_conv1", "block1_conv2", "block2_conv1"]


def test_features_are_those_of_keras_own_vgg16(small_pair: tuple[Pixels, Pixels]) -> None:
    wanted = ("block1_conv2", "block3_conv3", "block5_conv3")
    ours = build_features(wanted, "float32")
    reference = keras.applications.VGG16(weights=None, include_top=False)
    for name in [layer.name for layer in ours.layers if "conv" in layer.name]:
        reference.get_layer(name).set_weights(ours.get_layer(name).get_weights())
    theirs = keras.Model(reference.input, [reference.get_layer(name).output for name in wanted])
    x = keras.applications.vgg16.preprocess_input(small_pair[0][np.newaxis].astype(np.float32))
    features = ours(to_vgg(small_pair[0]))
    for name, value in zip(wanted, theirs(x), strict=True):
        np.testing.assert_allclose(
            np.asarray(features[name]), np.asarray(value), rtol=1e-4, atol=1e-2
        )


def test_too_small_for_the_deepest_layer_is_refused(small_pair: tuple[Pixels, Pixels]) -> None:
    tiny = small_pair[0][:15, :20]
    with pytest.raises(ImageError, match=r"at least 16 pixels a side\. Received: 20 x 15"):
        build_objective(tiny, small_pair[1], Settings())
    shallow = Settings(content_layers=("block1_conv1",), style_layers=("block2_conv1",))
    assert np.isfinite(build_objective(tiny, small_pair[1], shallow)(np.zeros(tiny.shape))[0])


def test_targets_are_computed_once_for_each_picture(photo: Pixels, painting: Pixels) -> None:
    content, style = resize(photo, 48, 56), resize(painting, 48, 64)

    def targets(photo: Pixels, settings: Settings) -> list[object]:
        evaluator = build_objective(photo, style, settings).evaluator
        assert isinstance(evaluator, Whole)
        return list(evaluator.targets)

    first = targets(content, Settings())
    other_weights = targets(content, Settings(content_weight=5.0))
    assert all(a is b for a, b in zip(first, other_weights, strict=True))
    changed = content.copy()
    changed[0, 0] ^= 255
    other_photo = targets(changed, Settings())
    of_photo = len(Settings().content_layers)
    pairs = list(zip(first, other_photo, strict=True))
    assert not any(a is b for a, b in pairs[:of_photo])
    assert all(a is b for a, b in pairs[of_photo:])


@pytest.mark.parametrize("layer", LAYER_NAMES)
@pytest.mark.parametrize("statistic", ["gram", "covariance", "wasserstein"])
def test_a_picture_without_contrast_outweighs_no_other(
    layer: LayerName, statistic: str, photo: Pixels, painting: Pixels
) -> None:
    photo, painting = resize(photo, 64, 96), resize(painting, 64, 96)
    flat = np.full((64, 96, 3), 128, np.uint8)
    settings = Settings(
        content_layers=(layer,), style_layers=(layer,), content_weight=1.0, style_weight=1.0
    ).changed(statistic=statistic)
    # Without a least divisor most layers reach 150 and more, and tens of thousands.
    content = build_objective(flat, painting, settings)
    content(to_vgg(painting))
    style = build_objective(photo, flat, settings)
    _, gradient = style(to_vgg(photo))
    assert 0.0 < content.terms[f"content/{layer}"] < 100.0
    assert 0.0 < style.terms[f"style/{layer}"] < {"wasserstein": 100.0}.get(statistic, 1000.0)
    assert np.isfinite(gradient).all()


@pytest.mark.parametrize("statistic", ["gram", "covariance", "wasserstein"])
def test_a_painting_with_next_to_nothing_on_it_gives_no_huge_loss(
    statistic: str, photo: Pixels
) -> None:
    photo = resize(photo, 128, 128)
    grain = np.random.default_rng(9).integers(-1, 2, (128, 128, 3))
    weights = {"block1_conv1": 8, "block2_conv1": 4, "block3_conv1": 2, "block4_conv1": 1}
    settings = Settings(content_weight=0.0, variation_weight=0.0, chroma_weight=0.0).changed(
        style_layers={**weights, "block5_conv1": 0.5}, statistic=statistic, style_weight=1.0
    )
    for level in (0, 128, 255):
        painting = np.clip(level + grain, 0, 255).astype(np.uint8)
        loss, gradient = build_objective(photo, painting, settings)(to_vgg(photo))
        assert 0.0 < loss < 100.0
        assert np.isfinite(gradient).all()
        # And at itself, what there is of it costs next to nothing.
        assert abs(build_objective(photo, painting, settings)(to_vgg(painting))[0]) < 0.02
