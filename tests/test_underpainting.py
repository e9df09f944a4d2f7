"""What the coarse scales of a run ask for, and what that brings."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from nst_core import Settings, stylize
from nst_core.pictures.pixels import Pixels
from nst_core.plan.schedule import Scale
from nst_core.plan.underpainting import settings_at
from nst_core.settings.layer_weights import LayerWeights
from nst_core.settings.recipes import CLASSIC

EIGHTH, QUARTER, HALF, FINEST = (Scale((n, n), (n, n), 1) for n in (64, 128, 256, 512))
SETTINGS = Settings(
    underpainting=1.0,
    content_weight=1.0,
    variation_weight=2.0,
    chroma_weight=5.0,
    style_layers=LayerWeights({"block1_conv1": 1.0, "block3_conv2": 4.0}),
)


def test_the_finest_scale_has_the_settings_themselves() -> None:
    assert settings_at(FINEST, FINEST, SETTINGS) == SETTINGS


def test_a_quarter_of_the_size_is_all_underpainting() -> None:
    """A layer whose positions are s pixels apart counts s ** 3.3 times less beside the first."""
    weights = {"block1_conv1": 1.0, "block3_conv2": pytest.approx(4.0 / 4**3.3)}
    for scale in (QUARTER, EIGHTH):
        coarse = settings_at(scale, FINEST, SETTINGS)
        assert isinstance(coarse.style_layers, LayerWeights)
        assert dict(coarse.style_layers) == weights
        assert coarse.content_weight == pytest.approx(0.05)
        assert coarse.variation_weight == pytest.approx(32.0)
        assert coarse.chroma_weight == pytest.approx(0.8)


def test_half_the_size_is_half_of_it() -> None:
    coarse = settings_at(HALF, FINEST, SETTINGS)
    assert dict(coarse.style_layers) == {  # type: ignore[arg-type]
        "block1_conv1": 1.0,
        "block3_conv2": pytest.approx(4.0 / 4**1.65),
    }
    assert coarse.content_weight == pytest.approx((2.0 * 0.05) ** 0.5)
    assert coarse.variation_weight == pytest.approx(8.0)
    assert coarse.chroma_weight == pytest.approx(2.0)
    less = settings_at(QUARTER, FINEST, SETTINGS.changed(underpainting=0.5))
    assert less.variation_weight == pytest.approx(8.0)
    assert less.content_weight == pytest.approx((4.0 * 0.05) ** 0.5)


def test_all_weights_times_one_number_are_so_at_every_scale() -> None:
    settings = SETTINGS.changed(underpainting=0.75)
    names = ("content_weight", "style_weight", "variation_weight", "chroma_weight")
    weights = {name: 100.0 * getattr(settings, name) for name in names}
    for scale in (QUARTER, HALF, FINEST):
        one = settings_at(scale, FINEST, settings)
        other = settings_at(scale, FINEST, settings.changed(**weights))
        for name in names:
            assert getattr(other, name) == pytest.approx(100.0 * getattr(one, name)), name
        assert other.style_layers == one.style_layers


def test_smaller_than_a_quarter_changes_nothing_more() -> None:
    settings = SETTINGS.changed(underpainting=0.75)
    assert settings_at(EIGHTH, FINEST, settings) == settings_at(QUARTER, FINEST, settings)


def test_where_no_painting_counts_nothing_is_laid_out() -> None:
    settings = SETTINGS.changed(style_weight=0.0)
    assert settings_at(QUARTER, FINEST, settings) == settings.changed(content_weight=4.0)


def test_weights_next_to_nothing_stay_above_nothing() -> None:
    settings = SETTINGS.changed(style_layers={"block5_conv1": 5e-324}, chroma_weight=5e-324)
    coarse = settings_at(QUARTER, FINEST, settings)
    assert dict(coarse.style_layers)["block5_conv1"] > 0.0  # type: ignore[arg-type]
    assert coarse.chroma_weight > 0.0


def test_without_it_the_photo_counts_for_as_many_times_more_as_a_scale_is_coarser() -> None:
    plain = SETTINGS.changed(underpainting=0.0)
    assert settings_at(QUARTER, FINEST, plain) == plain.changed(content_weight=4.0)
    assert settings_at(HALF, FINEST, plain) == plain.changed(content_weight=2.0)


def test_the_earlier_recipes_have_none() -> None:
    assert Settings(recipe_version=1).underpainting == 0.0
    assert CLASSIC["underpainting"] == 0.0


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ({"content_weight": 0.01}, {"content_weight": 0.04}),
        ({"content_weight": 0.0}, {"content_weight": 0.0}),
        ({"content_weight": 1e9}, {"content_weight": 0.05}),
        ({"variation_weight": 1e9}, {"variation_weight": 1e9}),
        ({"chroma_weight": 0.0}, {"chroma_weight": 0.0}),
    ],
)
def test_the_ends_of_the_weights(weights: dict[str, float], expected: dict[str, float]) -> None:
    coarse = settings_at(QUARTER, FINEST, SETTINGS.changed(**weights))
    for name, value in expected.items():
        assert getattr(coarse, name) == pytest.approx(value, rel=1e-12)


def test_layers_that_count_alike_are_weighed_too() -> None:
    coarse = settings_at(QUARTER, FINEST, SETTINGS.changed(style_layers=["block2_conv1"]))
    assert dict(coarse.style_layers) == {  # type: ignore[arg-type]
        "block2_conv1": pytest.approx(2**-3.3)
    }


def test_it_lays_the_painting_s_colours_out_in_large_planes() -> None:
    """A blue sky over dark ground, repainted by a painting of coloured squares."""
    rng = np.random.default_rng(0)
    levels = np.empty((96, 128, 3))
    levels[:60], levels[60:] = (90, 150, 220), (50, 60, 40)
    photo = np.clip(levels + rng.normal(0, 4, levels.shape), 0, 255).astype(np.uint8)
    painting = np.kron(rng.uniform(0, 255, (4, 5, 3)), np.ones((24, 24, 1))).astype(np.uint8)
    settings = Settings(size=128, scales=3, iterations=6, evaluations=8, precision="float32")
    without, with_it = (
        _large_planes(stylize(photo, painting, settings.changed(underpainting=share)).picture[:56])
        for share in (0.0, 1.0)
    )
    assert with_it > 1.2 * without  # 48 and 33 levels


def _large_planes(picture: Pixels) -> float:
    """How much colours differ from place to place, apart from lightness and from detail."""
    luma = picture @ np.array([0.299, 0.587, 0.114])
    colours = np.stack([picture[..., 0] - luma, picture[..., 2] - luma], axis=-1)
    return float(gaussian_filter(colours, (4, 4, 0)).std(axis=(0, 1)).mean())
