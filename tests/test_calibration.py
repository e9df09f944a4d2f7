"""The content's weight means the same for any photo and painting, in the second recipe."""

from typing import Any

import numpy as np
import pytest

from nst_core import Settings, build_objective
from nst_core.pictures.pixels import Pixels
from nst_core.vgg16.features import build_features
from nst_core.vgg16.layers import LayerName, Network, Padding
from nst_core.vgg16.space import to_vgg

LAYER: LayerName = "block4_conv2"


def picture(seed: int, contrast: float = 1.0) -> Pixels:
    """Coloured squares of 8 pixels, uint8 (64, 96, 3)."""
    rng = np.random.default_rng(seed)
    squares = 128 + contrast * rng.uniform(-127, 127, (8, 12, 3))
    return np.kron(squares, np.ones((8, 8, 1))).astype(np.uint8)


PHOTO, PAINTING = picture(0), picture(1, contrast=0.5)
X = to_vgg(PHOTO).astype(np.float64) + np.random.default_rng(2).normal(0, 20, (1, 64, 96, 3))


def relative_error(centred: bool, padding: Padding) -> float:
    """Of the features of X against the photo's, by NumPy in float64."""
    features = build_features((LAYER,), "float64", Network("max", padding))
    ours, photos = (np.asarray(features(x)[LAYER]) for x in (X, to_vgg(PHOTO)))
    if centred:
        ours, photos = (f - f.mean(axis=(1, 2), keepdims=True) for f in (ours, photos))
    return float(((ours - photos) ** 2).sum() / (photos**2).sum())


def settings(**changes: Any) -> Settings:
    """Today's, but for one content layer."""
    return Settings(**({"content_layers": (LAYER,)} | changes))


def style_error_at_the_photo(painting: Pixels) -> float:
    objective = build_objective(PHOTO, painting, Settings(style_weight=1.0), "float64")
    objective(to_vgg(PHOTO))
    return sum(v for name, v in objective.terms.items() if name.startswith("style/"))


def content_term(painting: Pixels, **changes: Any) -> float:
    objective = build_objective(PHOTO, painting, settings(**changes), "float64")
    objective(X)
    return objective.terms[f"content/{LAYER}"]


def test_the_content_counts_with_the_root_of_what_the_style_asks_for() -> None:
    asked = style_error_at_the_photo(PAINTING)
    gain = np.sqrt(asked / 1.3)
    assert 0.5 < gain < 2.0
    expected = 0.25 * gain * relative_error(centred=True, padding="replicate")
    assert content_term(PAINTING, content_weight=0.25) == pytest.approx(expected, rel=1e-6)


def test_the_style_s_own_weight_does_not_move_it() -> None:
    assert content_term(PAINTING, style_weight=7.0) == pytest.approx(content_term(PAINTING))


@pytest.mark.parametrize(("painting", "gain"), [(PHOTO, 0.5), (picture(1, contrast=0.1), 2.0)])
def test_it_counts_half_to_twice_as_much_at_most(painting: Pixels, gain: float) -> None:
    expected = gain * relative_error(centred=True, padding="replicate")
    assert content_term(painting, content_weight=1.0) == pytest.approx(expected, rel=1e-6)


def test_new_weights_keep_it() -> None:
    objective = build_objective(PHOTO, PAINTING, settings(content_weight=1.0), "float64")
    objective.set_weights(settings(content_weight=3.0))
    objective(X)
    assert objective.terms[f"content/{LAYER}"] == pytest.approx(
        3.0 * content_term(PAINTING, content_weight=1.0), rel=1e-9
    )


@pytest.mark.parametrize("recipe", [{"recipe_version": 1}, {"recipe_version": 1, "size": 96}])
def test_the_first_version_weighs_all_alike(recipe: dict[str, Any]) -> None:
    expected = 0.25 * relative_error(centred=False, padding="zero")
    assert content_term(PAINTING, content_weight=0.25, **recipe) == pytest.approx(
        expected, rel=1e-6
    )
