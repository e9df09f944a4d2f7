"""Tiles: the loss and gradient of the whole picture, from its pieces."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nst_core import InputError, Settings, build_objective, stylize
from nst_core.objective.build import Objective
from nst_core.objective.tiled import Tiled
from nst_core.objective.whole import Whole
from nst_core.pictures.pixels import Pixels, resize
from nst_core.plan import schedule, tiles
from nst_core.settings.term_uses import TermUse
from nst_core.vgg16.layers import (
    CONVOLUTIONS,
    LAYER_NAMES,
    LayerName,
    deepest,
    smallest_side,
    up_to,
)
from nst_core.vgg16.space import to_vgg

ALL = tuple(Settings(recipe_version=1).style_layers)
FOREIGN = TermUse("edges", 1.0)


@pytest.mark.parametrize("length", [32, 100, 500, 511, 512, 513, 1000])
@pytest.mark.parametrize("side", [64, 128, 1024])
def test_tiles_cover_every_position_of_every_layer_once(length: int, side: int) -> None:
    pieces = list(tiles.cut(length, 32, ALL, side))
    for layer in LAYER_NAMES:
        stride = CONVOLUTIONS[layer].stride
        covered: list[int] = []
        for tile in pieces:
            first = tile.rows.outer_start // stride
            low, high = tile.rows.own_positions(layer)
            covered += range(first + low, first + high)
        assert covered == list(range(length // stride))


def test_the_reach_is_that_of_vgg16() -> None:
    # By hand: 2 convolutions of block 1 reach 2 pixels, and one pixel of block 2 is 2 of block 1.
    assert CONVOLUTIONS["block1_conv2"].reach == 2
    assert CONVOLUTIONS["block2_conv1"].reach == 2 + 1 + 2
    assert deepest(("block5_conv1", "block1_conv1")).reach == 73


@pytest.mark.parametrize("layers", [("block1_conv2",), ("block5_conv1", "block1_conv1")])
def test_a_tile_sees_all_that_its_layers_reach(layers: tuple[LayerName, ...]) -> None:
    assert tiles.margin(layers) >= deepest(layers).reach
    assert tiles.margin(layers) % 16 == 0


def test_the_network_ends_at_the_deepest_layer_that_is_asked_for() -> None:
    network = up_to(("block4_conv2", "block2_conv1"))
    assert [convolution.name for convolution in network] == list(LAYER_NAMES[:9])
    assert [c.name for c in network if c.after_pooling] == [
        "block2_conv1", "block3_conv1", "block4_conv1",
    ]  # fmt: skip
    assert smallest_side(("block4_conv2", "block2_conv1")) == 8


@pytest.fixture
def by_tiles(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Objective]:
    """As `build_objective`, but by tiles of 80 pixels, however small the pictures are."""

    def build(*arguments: Any) -> Objective:
        with monkeypatch.context() as patch:
            patch.setattr("nst_core.plan.tiles.LARGEST_WHOLE", 0)
            patch.setattr("nst_core.plan.tiles.SIDE", 80)
            objective = build_objective(*arguments)
        assert isinstance(objective.evaluator, Tiled)
        return objective

    return build


@pytest.mark.slow
@pytest.mark.parametrize("recipe", ["classic", "default"])
def test_tiles_give_the_loss_and_gradient_of_the_whole(
    recipe: str, photo: Pixels, painting: Pixels, by_tiles: Callable[..., Objective]
) -> None:
    shape = (133, 197)  # multiples of nothing
    terms = {"style": {"weight": 0.3, "layers": ["block2_conv2"]}}
    settings = Settings(recipe=recipe, terms=terms)  # type: ignore[arg-type]
    content, style = resize(photo, *shape), resize(painting, 100, 130)
    whole = build_objective(content, style, settings, "float64")
    tiled = by_tiles(content, style, settings, "float64")
    x = to_vgg(content) + np.random.default_rng(0).normal(0, 20, (1, *shape, 3))
    for other in (settings, settings.changed(content_weight=2.0, variation_weight=0.1)):
        whole.set_weights(other)
        tiled.set_weights(other)
        loss, gradient = whole(x)
        tiled_loss, tiled_gradient = tiled(x)
        assert tiled_loss == pytest.approx(loss, rel=1e-10)
        assert list(tiled.terms) == list(whole.terms)
        for name, value in whole.terms.items():
            assert tiled.terms[name] == pytest.approx(value, rel=1e-9, abs=1e-12 * loss)
        # The same everywhere, also where tiles meet.
        assert np.abs(tiled_gradient - gradient).max() < 1e-9 * np.abs(gradient).max()


CHOICES: list[dict[str, Any]] = [
    {"statistic": "covariance"},
    {"statistic": "wasserstein"},
    {"pooling": "l2", "statistic": "gram", "padding": "replicate"},
    {"pooling": "average", "statistic": "wasserstein", "chroma_weight": 4.0},
    {"statistic": "mixed", "padding": "zero"},
]


@pytest.mark.slow
@pytest.mark.parametrize("policy", ["float64", "float32", "bfloat16"])
@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_every_statistic_and_network_is_the_same_by_tiles(
    choice: dict[str, Any],
    policy: str,
    photo: Pixels,
    painting: Pixels,
    by_tiles: Callable[..., Objective],
) -> None:
    shape = (133, 197)
    settings = Settings(style_layers=ALL).changed(**choice)
    content, style = resize(photo, *shape), resize(painting, 100, 130)
    whole = build_objective(content, style, settings, policy)
    tiled = by_tiles(content, style, settings, policy)
    x = to_vgg(content) + np.random.default_rng(0).normal(0, 20, (1, *shape, 3))
    loss, gradient = whole(x)
    tiled_loss, tiled_gradient = tiled(x)
    # In float32 and bfloat16 pieces round otherwise than the whole.
    close, cosine = {
        "float64": (1e-7, 1 - 1e-9), "float32": (1e-3, 0.9999), "bfloat16": (0.02, 0.99),
    }[policy]  # fmt: skip
    assert list(tiled.terms) == list(whole.terms)
    assert tiled_loss == pytest.approx(loss, rel=close)
    for name, value in whole.terms.items():
        assert tiled.terms[name] == pytest.approx(value, rel=close, abs=close * loss)
    lengths = np.linalg.norm(gradient) * np.linalg.norm(tiled_gradient)
    assert (gradient * tiled_gradient).sum() / lengths > cosine
    if policy == "float64":
        assert np.abs(tiled_gradient - gradient).max() < 1e-6 * np.abs(gradient).max()
    elsewhere = settings.changed(style_layers={"block1_conv1": 3.0, **dict.fromkeys(ALL[1:], 0.5)})
    for objective in (whole, tiled):
        objective.set_weights(elsewhere)
    assert tiled(x)[0] == pytest.approx(whole(x)[0], rel=close)


@pytest.mark.parametrize("policy", ["float64", "float32"])
def test_centred_content_is_the_same_by_tiles(
    policy: str, photo: Pixels, painting: Pixels, by_tiles: Callable[..., Objective]
) -> None:
    shape = (101, 133)
    settings = Settings(
        content_layers=("block1_conv2", "block3_conv1"),
        style_layers=("block1_conv1",),
        content_weight=1.0,
        style_weight=0.0,
    )
    content, style = resize(photo, *shape), resize(painting, 64, 64)
    # Lighter and of another tint, so that there are means to take off, and others in each tile.
    x = to_vgg(content) * 0.8 + (60.0, -30.0, 20.0)
    x = x + np.random.default_rng(0).normal(0, 3, (1, *shape, 3))
    whole, tiled = (
        build(content, style, settings, policy) for build in (build_objective, by_tiles)
    )
    (loss, gradient), (tiled_loss, tiled_gradient) = whole(x), tiled(x)
    close = {"float64": 1e-9, "float32": 1e-3}[policy]
    assert tiled_loss == pytest.approx(loss, rel=close)
    assert np.abs(tiled_gradient - gradient).max() < close * np.abs(gradient).max()
    # They would agree as well if neither took anything off.
    with_means = build_objective(content, style, settings.changed(centred=False), policy)
    with_means(x)
    for layer in settings.content_layers:
        name = f"content/{layer}"
        assert tiled.terms[name] == pytest.approx(whole.terms[name], rel=close)
        assert abs(with_means.terms[name] / whole.terms[name] - 1) > 0.05


@pytest.mark.parametrize("statistic", ["covariance", "wasserstein", "mixed"])
def test_by_tiles_one_small_array_a_layer_is_kept_of_a_painting(
    statistic: str, photo: Pixels, painting: Pixels, by_tiles: Callable[..., Objective]
) -> None:
    content, style = resize(photo, 96, 96), resize(painting, 80, 100)
    settings = Settings(style_layers=ALL).changed(statistic=statistic)
    evaluator = by_tiles(content, style, settings).evaluator
    assert isinstance(evaluator, Tiled)
    shapes = [tuple(target.shape) for target in evaluator.style_targets]
    assert shapes == [(c + 1, c) for c in (64, 128, 256, 512, 512)]


@pytest.mark.slow
def test_by_tiles_a_faint_photo_counts_as_in_one_piece(
    photo: Pixels, painting: Pixels, by_tiles: Callable[..., Objective]
) -> None:
    photo, painting = resize(photo, 96, 112), resize(painting, 96, 112)
    fog = (photo // 20 + 122).astype(np.uint8)
    for content, style in ((fog, painting), (photo, fog)):
        whole = build_objective(content, style, Settings(), "float64")
        tiled = by_tiles(content, style, Settings(), "float64")
        whole(to_vgg(painting))
        tiled(to_vgg(painting))
        assert tiled.terms == pytest.approx(whole.terms, rel=1e-9)


def test_a_picture_too_large_for_one_piece_is_computed_by_tiles(
    photo: Pixels, painting: Pixels, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nst_core.plan.tiles.LARGEST_WHOLE", 100 * 100)
    content, style = resize(photo, 96, 96), resize(painting, 80, 80)
    assert isinstance(build_objective(content, style, Settings()).evaluator, Whole)
    objective = build_objective(resize(photo, 101, 100), style, Settings())
    assert isinstance(objective.evaluator, Tiled)
    with pytest.raises(ValueError, match="must hold 101 x 100 x 3"):
        objective(np.zeros(3))


def test_terms_of_packages_are_refused_where_tiles_are_needed(
    photo: Pixels, painting: Pixels, by_tiles: Callable[..., Objective]
) -> None:
    settings = Settings().model_copy(update={"terms": (FOREIGN,)})
    with pytest.raises(InputError, match=r"built-in terms only.*Received: edges"):
        by_tiles(photo, painting, settings)


def test_such_a_term_is_refused_before_the_coarser_sizes_are_computed(
    photo: Pixels, painting: Pixels
) -> None:
    large = Settings(size=2048, scales=3).model_copy(update={"terms": (FOREIGN,)})
    with pytest.raises(InputError, match=r"built-in terms only.*Received: edges"):
        stylize(photo, painting, large)
    whole = large.model_copy(update={"size": 512})
    assert schedule.plan_scales(photo.shape[:2], painting.shape[:2], whole)
