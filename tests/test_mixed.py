"""The mixed statistic: the Wasserstein distance at layers of few channels, else the covariance."""

from typing import Any

import numpy as np
import pytest
from keras import ops

from nst_core import Settings, build_objective
from nst_core.objective.moments import style_loss
from nst_core.pictures.pixels import Pixels, resize
from nst_core.settings.layer_weights import LayerWeights
from nst_core.settings.term_kinds import Statistic
from nst_core.settings.term_uses import style_uses
from nst_core.vgg16.layers import LayerName
from nst_core.vgg16.space import to_vgg

RANDOM = np.random.default_rng(3)
WEIGHTS = LayerWeights(
    {
        "block1_conv2": 5.0,
        "block2_conv2": 3.0,
        "block3_conv3": 2.0,
        "block4_conv1": 1.5,
        "block5_conv1": 0.5,
    }
)
FEW, MANY = list(WEIGHTS)[:3], list(WEIGHTS)[3:]
"""VGG16 has 64, 128 and 256 channels in its first three blocks, and 512 in the others."""


@pytest.fixture
def pair(photo: Pixels, painting: Pixels) -> tuple[Pixels, Pixels]:
    return resize(photo, 64, 80), resize(painting, 72, 64)


def compared(settings: Settings) -> dict[str, str]:
    """What each layer's style term compares, of settings."""
    return {
        layer: dict(use.parameters)["statistic"]
        for use in settings.term_uses()
        if use.kind == "style"
        for layer in use.layers
    }


def test_the_default_is_mixed_by_the_channels_of_a_layer() -> None:
    assert compared(Settings(style_layers=tuple(WEIGHTS))) == {
        **dict.fromkeys(FEW, "wasserstein"),
        **dict.fromkeys(MANY, "covariance"),
    }
    for statistic in ("gram", "covariance", "wasserstein"):
        every = compared(Settings(style_layers=tuple(WEIGHTS), statistic=statistic))
        assert every == dict.fromkeys(WEIGHTS, statistic)


@pytest.mark.parametrize("layers", [tuple(WEIGHTS), WEIGHTS], ids=["alike", "own"])
def test_each_layer_has_the_share_that_it_has_in_one_term(layers: Any) -> None:
    (one,) = style_uses(2.0, layers, "covariance")
    parts = style_uses(2.0, layers, "mixed")
    assert len(parts) == 2
    shares = [share for use in parts for share in use.shares()]
    assert [name for use in parts for name in use.names()] == list(one.names())
    assert shares == pytest.approx(one.shares(), rel=1e-12)
    assert sum(use.weight for use in parts) == pytest.approx(2.0, rel=1e-12)


@pytest.mark.parametrize(("layers", "statistic"), [(FEW, "wasserstein"), (MANY, "covariance")])
def test_layers_of_one_sort_are_one_term(layers: list[LayerName], statistic: str) -> None:
    (use,) = style_uses(3.0, tuple(layers), "mixed")
    (by_itself,) = style_uses(3.0, tuple(layers), statistic)
    assert (use.names(), use.parameters) == (by_itself.names(), by_itself.parameters)
    assert use.shares() == pytest.approx(by_itself.shares(), rel=1e-12)


def test_its_parts_are_those_of_each_statistic_alone(pair: tuple[Pixels, Pixels]) -> None:
    x = to_vgg(pair[0]) + RANDOM.normal(0, 15, (1, 64, 80, 3))
    terms: dict[str, dict[str, float]] = {}
    for statistic in ("mixed", "wasserstein", "covariance"):
        settings = Settings(style_layers=WEIGHTS, statistic=statistic)
        objective = build_objective(*pair, settings, "float64")
        loss, _ = objective(x)
        terms[statistic] = dict(objective.terms)
        assert loss == pytest.approx(sum(objective.terms.values()), rel=1e-12)
        assert list(objective.terms) == list(terms["mixed"])
    for layer in WEIGHTS:
        name = f"style/{layer}"
        own, other = (
            ("wasserstein", "covariance") if layer in FEW else ("covariance", "wasserstein")
        )
        assert terms["mixed"][name] == pytest.approx(terms[own][name], rel=1e-9)
        assert abs(terms[other][name] / terms[own][name] - 1) > 0.01


def test_its_gradient_is_the_sum_of_those_of_its_parts(pair: tuple[Pixels, Pixels]) -> None:
    x = to_vgg(pair[0]) + RANDOM.normal(0, 15, (1, 64, 80, 3))
    style = Settings(content_weight=0.0, variation_weight=0.0, chroma_weight=0.0)
    whole = sum(WEIGHTS.values())

    def gradient(layers: list[LayerName], statistic: str) -> np.ndarray:
        weights = {layer: WEIGHTS[layer] for layer in layers}
        settings = style.changed(
            style_layers=weights, statistic=statistic, style_weight=sum(weights.values()) / whole
        )
        return build_objective(*pair, settings, "float64")(x)[1]

    together = gradient(list(WEIGHTS), "mixed")
    parts = gradient(FEW, "wasserstein") + gradient(MANY, "covariance")
    np.testing.assert_allclose(together, parts, rtol=0, atol=1e-7 * np.abs(together).max())


def test_layer_weights_change_without_a_new_graph(pair: tuple[Pixels, Pixels]) -> None:
    x = to_vgg(pair[1][:64, :64])
    pair = (pair[0][:, :64], pair[1])
    turned = LayerWeights(dict(zip(WEIGHTS, list(WEIGHTS.values())[::-1], strict=True)))
    objective = build_objective(*pair, Settings(style_layers=WEIGHTS), "float64")
    before = objective(x)[0]
    objective.set_weights(Settings(style_layers=turned))
    after = objective(x)[0]
    anew = build_objective(*pair, Settings(style_layers=turned), "float64")(x)[0]
    assert after == pytest.approx(anew, rel=1e-12)
    assert abs(after / before - 1) > 0.01


@pytest.mark.parametrize("mean", [0.0, 5.0, 300.0])
@pytest.mark.parametrize("stronger", [1.01, 0.98])
def test_both_statistics_count_a_change_of_strength_alike(mean: float, stronger: float) -> None:
    painting = RANDOM.normal(mean, 20.0, (1, 24, 20, 5))
    errors = []
    statistics: list[Statistic] = ["covariance", "wasserstein"]
    for statistic in statistics:
        term = style_loss(statistic, dtype="float64")
        target = term.target(ops.convert_to_tensor(painting))
        errors.append(float(term(ops.convert_to_tensor(stronger * painting), target)))
    # By hand: squares of strengths are off by stronger^2 - 1, and that is squared.
    assert errors[0] == pytest.approx((stronger**2 - 1) ** 2, rel=1e-9)
    assert errors[1] == pytest.approx(errors[0], rel=0.05)
