"""The terms against NumPy float64, written out by hand from the formulas."""

from typing import Any

import numpy as np
import pytest
from keras import ops

from nst_core.objective import losses, roughness
from nst_core.vgg16.strengths import Strength

RANDOM = np.random.default_rng(7)
PICTURE = RANDOM.uniform(-120, 130, (1, 7, 9, 3))
FEATURES = RANDOM.uniform(0, 50, (1, 6, 5, 4))
OTHER = RANDOM.uniform(0, 50, (1, 6, 5, 4))


def tensor(array: np.ndarray) -> Any:
    return ops.convert_to_tensor(array, dtype="float64")


def gram_by_hand(features: np.ndarray) -> np.ndarray:
    _, rows, columns, channels = features.shape
    gram = np.zeros((channels, channels))
    for i in range(rows):
        for j in range(columns):
            gram += np.outer(features[0, i, j], features[0, i, j])
    return gram


def variation_by_hand(picture: np.ndarray) -> float:
    total = 0.0
    _, rows, columns, channels = picture.shape
    for i in range(rows - 1):
        for j in range(columns - 1):
            for c in range(channels):
                down = picture[0, i, j, c] - picture[0, i + 1, j, c]
                right = picture[0, i, j, c] - picture[0, i, j + 1, c]
                total += (down**2 + right**2) ** 1.25
    return total


def test_gram_matrix() -> None:
    gram = losses.gram_matrix(tensor(FEATURES))
    np.testing.assert_allclose(np.asarray(gram), gram_by_hand(FEATURES), rtol=1e-12)


def test_total_variation() -> None:
    value = float(roughness.total_variation(tensor(PICTURE)))
    assert value == pytest.approx(variation_by_hand(PICTURE), rel=1e-12)


def test_total_variation_of_a_flat_picture_has_no_gradient() -> None:
    import tensorflow as tf

    flat = tf.zeros((1, 5, 5, 3))
    with tf.GradientTape() as tape:
        tape.watch(flat)
        value = roughness.total_variation(flat)
    assert float(value) == 0.0
    assert np.array_equal(tape.gradient(value, flat).numpy(), np.zeros((1, 5, 5, 3)))


def test_classic_terms() -> None:
    common: dict[str, Any] = {"normalization": "classic", "dtype": "float64"}
    one, other = tensor(FEATURES), tensor(OTHER)
    content = losses.ContentLoss(**common)
    by_hand = ((FEATURES - OTHER) ** 2).sum()
    assert float(content(one, content.target(other))) == pytest.approx(by_hand, rel=1e-12)

    style = losses.StyleLoss(pixels=63, **common)
    by_hand = ((gram_by_hand(FEATURES) - gram_by_hand(OTHER)) ** 2).sum() / (4 * 9 * 63**2)
    assert float(style(one, style.target(other))) == pytest.approx(by_hand, rel=1e-12)

    variation = roughness.VariationLoss(**common)
    value = float(variation(tensor(PICTURE)))
    assert value == pytest.approx(variation_by_hand(PICTURE), rel=1e-12)


def test_relative_terms() -> None:
    common: dict[str, Any] = {"normalization": "relative", "dtype": "float64"}
    one, other = tensor(FEATURES), tensor(OTHER)
    content = losses.ContentLoss(**common)
    by_hand = ((FEATURES - OTHER) ** 2).sum() / (OTHER**2).sum()
    assert float(content(one, content.target(other))) == pytest.approx(by_hand, rel=1e-12)

    style = losses.StyleLoss(**common)
    gram, target = gram_by_hand(FEATURES) / 30, gram_by_hand(OTHER) / 30
    by_hand = ((gram - target) ** 2).sum() / (target**2).sum()
    assert float(style(one, style.target(other))) == pytest.approx(by_hand, rel=1e-12)


def centred_by_hand(features: np.ndarray, photo: np.ndarray) -> float:
    error = squares = 0.0
    for c in range(features.shape[-1]):
        own, aim = features[..., c], photo[..., c]
        error += float((((own - own.mean()) - (aim - aim.mean())) ** 2).sum())
        squares += float(((aim - aim.mean()) ** 2).sum())
    return error / squares


def test_centred_content() -> None:
    one, other = tensor(FEATURES), tensor(OTHER)
    content = losses.ContentLoss(centred=True, dtype="float64")
    by_hand = centred_by_hand(FEATURES, OTHER)
    assert float(content(one, content.target(other))) == pytest.approx(by_hand, rel=1e-12)
    # And it is another number than with the means.
    plain = losses.ContentLoss(dtype="float64")
    assert abs(float(plain(one, plain.target(other))) / by_hand - 1) > 0.5

    classic = losses.ContentLoss(normalization="classic", centred=True, dtype="float64")
    difference = FEATURES - OTHER
    by_hand = (difference.var(axis=(0, 1, 2)) * 30).sum()
    assert float(classic(one, classic.target(other))) == pytest.approx(by_hand, rel=1e-12)


def test_what_is_added_to_a_channel_costs_nothing_if_content_is_centred() -> None:
    shifted = FEATURES + np.array([5.0, -3.0, 100.0, 0.0])
    centred = losses.ContentLoss(centred=True, dtype="float64")
    plain = losses.ContentLoss(dtype="float64")
    values = [float(t(tensor(shifted), t.target(tensor(FEATURES)))) for t in (centred, plain)]
    assert values[0] == pytest.approx(0.0, abs=1e-20)
    assert values[1] > 1.0
    # What is added at one position only does cost.
    shifted = FEATURES.copy()
    shifted[0, 2, 3] += 10.0
    assert float(centred(tensor(shifted), centred.target(tensor(FEATURES)))) > 1e-3


def test_the_gradient_of_centred_content_agrees_with_finite_differences() -> None:
    import tensorflow as tf

    content = losses.ContentLoss(centred=True, dtype="float64")
    target, x = content.target(tensor(OTHER)), tensor(FEATURES)
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = content(x, target)
    gradient = np.asarray(tape.gradient(value, x))
    for _ in range(3):
        direction, step = RANDOM.standard_normal(FEATURES.shape), 1e-4
        ahead, behind = (
            centred_by_hand(FEATURES + sign * step * direction, OTHER) for sign in (1, -1)
        )
        by_differences = (ahead - behind) / (2 * step)
        assert (gradient * direction).sum() == pytest.approx(by_differences, rel=1e-6)
    np.testing.assert_allclose(gradient.sum(axis=(0, 1, 2)), 0.0, atol=1e-12)


def test_centred_a_photo_without_contrast_is_no_small_unit() -> None:
    content = losses.ContentLoss(centred=True, dtype="float64")
    content.usual = Strength(square=2_000.0, gram_squares=9e6)
    flat = np.broadcast_to(np.array([40.0, 2.0, 90.0, 7.0]), FEATURES.shape)
    by_hand = (FEATURES.var(axis=(0, 1, 2)) * 30).sum() / (0.1 * 2_000 * FEATURES.size)
    assert float(content(tensor(FEATURES), content.target(tensor(flat)))) == pytest.approx(by_hand)


def test_relative_terms_do_not_depend_on_the_size() -> None:
    def tiled(array: np.ndarray) -> Any:
        return ops.convert_to_tensor(np.tile(array, (1, 3, 2, 1)), dtype="float64")

    content = losses.ContentLoss(dtype="float64")
    style = losses.StyleLoss(dtype="float64")
    for term in (content, style):
        small = float(term(tensor(FEATURES), term.target(tensor(OTHER))))
        assert float(term(tiled(FEATURES), term.target(tiled(OTHER)))) == pytest.approx(small)
    # A painting of another size than the picture is as good a target.
    same = float(style(tensor(FEATURES), style.target(tiled(FEATURES))))
    assert same == pytest.approx(0.0, abs=1e-20)


def test_style_of_the_pieces_adds_up_to_that_of_the_whole() -> None:
    style = losses.StyleLoss(dtype="float64")
    pieces = [FEATURES[:, :2], FEATURES[:, 2:]]
    sums = sum(np.asarray(style.sums(tensor(piece))) for piece in pieces)
    whole = np.asarray(style.target(tensor(FEATURES)))
    np.testing.assert_allclose(np.asarray(style.statistic(sums, 30.0)), whole, rtol=1e-12)


def test_variation_of_a_part_counts_by_its_share() -> None:
    relative, classic = roughness.VariationLoss(), roughness.VariationLoss(normalization="classic")
    assert relative.share(12, 48) == 0.25
    assert classic.share(12, 48) == 1.0


def test_an_unknown_normalization_is_refused() -> None:
    with pytest.raises(ValueError, match="Received: 'loud'"):
        losses.ContentLoss(normalization="loud")


def test_a_faint_target_is_no_small_unit() -> None:
    usual = Strength(square=2_000.0, gram_squares=9e6)
    content, style = losses.ContentLoss(dtype="float64"), losses.StyleLoss(dtype="float64")
    content.usual = style.usual = usual
    faint = tensor(OTHER / 100)
    one = tensor(FEATURES)

    error = ((FEATURES - OTHER / 100) ** 2).sum()
    by_hand = error / (0.1 * 2_000 * FEATURES.size)
    assert float(content(one, content.target(faint))) == pytest.approx(by_hand, rel=1e-12)

    gram, target = gram_by_hand(FEATURES) / 30, gram_by_hand(OTHER / 100) / 30
    by_hand = ((gram - target) ** 2).sum() / (0.03 * 9e6)
    assert float(style(one, style.target(faint))) == pytest.approx(by_hand, rel=1e-12)


def test_a_target_of_usual_strength_is_its_own_unit() -> None:
    content, style = losses.ContentLoss(dtype="float64"), losses.StyleLoss(dtype="float64")
    before = [
        float(term(tensor(FEATURES), term.target(tensor(OTHER)))) for term in (content, style)
    ]
    content.usual = style.usual = Strength(square=2_000.0, gram_squares=9e6)
    after = [float(term(tensor(FEATURES), term.target(tensor(OTHER)))) for term in (content, style)]
    assert after == before


def test_the_classic_terms_know_no_faintness() -> None:
    content = losses.ContentLoss(normalization="classic", dtype="float64")
    style = losses.StyleLoss(normalization="classic", pixels=63, dtype="float64")
    before = [
        float(term(tensor(FEATURES), term.target(tensor(OTHER)))) for term in (content, style)
    ]
    content.usual = style.usual = Strength(square=1e9, gram_squares=1e15)
    after = [float(term(tensor(FEATURES), term.target(tensor(OTHER)))) for term in (content, style)]
    assert after == before


@pytest.mark.parametrize("deviation", [0.0, 1.0])
def test_squares_about_a_large_mean_are_right_in_float32(deviation: float) -> None:
    """Taken as a difference of two large sums they would be off by a percent, or below 0."""
    noise = np.random.default_rng(3).normal(0, deviation, (1, 64, 96, 3))
    features = (1000.0 + noise).astype(np.float32)
    exact = features.astype(np.float64)
    expected = ((exact - exact.mean(axis=(1, 2), keepdims=True)) ** 2).sum()
    value = float(losses.squares_about_mean(ops.convert_to_tensor(features)))
    assert value >= 0.0
    assert value == pytest.approx(expected, rel=1e-4, abs=1e-3)
