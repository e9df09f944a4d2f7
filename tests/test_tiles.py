"""Tiles: the loss and gradient of the whole picture, from its pieces."""

import numpy as np
import pytest

from nst_core import InputError, Settings, build_objective, stylize
from nst_core.objective.tiled import TiledObjective
from nst_core.pictures.pixels import Pixels, resize
from nst_core.plan import schedule, tiles
from nst_core.vgg16.layers import LAYER_NAMES
from nst_core.vgg16.space import to_vgg

ALL = Settings().style_layers


@pytest.mark.parametrize("length", [32, 100, 500, 511, 512, 513, 1000])
@pytest.mark.parametrize("side", [64, 128, 1024])
def test_tiles_cover_every_position_of_every_layer_once(length: int, side: int) -> None:
    found = list(tiles.cut(length, 32, ALL, side))
    for layer in LAYER_NAMES:
        step = tiles.stride(layer)
        seen: list[int] = []
        for tile in found:
            first = tile.rows.seen_start // step
            low, high = tile.rows.at(layer)
            seen += range(first + low, first + high)
        assert seen == list(range(length // step))


def test_the_reach_is_that_of_vgg16() -> None:
    # By hand: 2 convolutions of block 1 reach 2 pixels, and one pixel of block 2 is 2 of block 1.
    assert tiles.reach(("block1_conv2",)) == 2
    assert tiles.reach(("block2_conv1",)) == 2 + 1 + 2
    assert tiles.reach(("block5_conv1", "block1_conv1")) == 73


@pytest.mark.parametrize("recipe", ["classic", "default"])
def test_tiles_give_the_loss_and_gradient_of_the_whole(
    recipe: str, photo: Pixels, painting: Pixels
) -> None:
    shape = (133, 197)  # multiples of nothing
    settings = Settings(recipe=recipe)  # type: ignore[arg-type]
    content, style = resize(photo, *shape), resize(painting, 100, 130)
    whole = build_objective(content, style, settings, dtype_policy="float64")
    tiled = TiledObjective(content, style, settings, "float64", side=80)
    x = to_vgg(content) + np.random.default_rng(0).normal(0, 20, (1, *shape, 3))
    loss, gradient = whole(x)
    by_tiles, gradient_by_tiles = tiled(x)
    assert by_tiles == pytest.approx(loss, rel=1e-10)
    assert list(tiled.terms) == list(whole.terms)
    for name, value in whole.terms.items():
        assert tiled.terms[name] == pytest.approx(value, rel=1e-9, abs=1e-12 * loss)
    # The same everywhere, also where tiles meet.
    largest = np.abs(gradient).max()
    assert np.abs(gradient_by_tiles - gradient).max() < 1e-9 * largest


def test_a_picture_too_large_for_one_piece_is_computed_by_tiles(
    photo: Pixels, painting: Pixels, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nst_core.plan.tiles.LARGEST_WHOLE", 100 * 100)
    content, style = resize(photo, 96, 96), resize(painting, 80, 80)
    assert not isinstance(build_objective(content, style, Settings()), TiledObjective)
    content = resize(photo, 101, 100)
    assert isinstance(build_objective(content, style, Settings()), TiledObjective)
    with pytest.raises(ValueError, match="must hold 101 x 100 x 3"):
        build_objective(content, style, Settings())(np.zeros(3))


def test_terms_of_packages_are_refused_where_tiles_are_needed(
    photo: Pixels, painting: Pixels
) -> None:
    settings = Settings().model_copy(update={"terms": (_FOREIGN,)})
    with pytest.raises(InputError, match=r"built-in terms only.*Received: edges"):
        TiledObjective(photo, painting, settings, "float32")


def test_such_a_term_is_refused_before_the_coarser_sizes_are_computed(
    photo: Pixels, painting: Pixels
) -> None:
    large = Settings(size=2048, scales=3).model_copy(update={"terms": (_FOREIGN,)})
    with pytest.raises(InputError, match=r"built-in terms only.*Received: edges"):
        stylize(photo, painting, large)
    whole = large.model_copy(update={"size": 512})
    assert schedule.plan(photo.shape[:2], painting.shape[:2], whole)


class _Foreign:
    kind = "edges"


_FOREIGN = _Foreign()
