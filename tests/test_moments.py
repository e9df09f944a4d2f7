"""Style by covariance and mean, and by the Wasserstein distance, against NumPy and SciPy."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from keras import ops
from scipy import linalg

from nst_core.objective import moments
from nst_core.objective.moments import style_loss
from nst_core.settings.term_kinds import Statistic
from nst_core.vgg16.strengths import STRENGTHS, Strength

RANDOM = np.random.default_rng(11)
MIXED = RANDOM.normal(0, 1, (4, 4))
FEATURES = np.maximum(RANDOM.normal(5, 20, (1, 6, 5, 4)) @ MIXED, 0)
OTHER = np.maximum(RANDOM.normal(9, 15, (1, 8, 7, 4)) @ MIXED.T, 0)
FEW, FEW_OTHER = RANDOM.uniform(0, 30, (2, 1, 3, 4, 32))
FLAT = np.broadcast_to(RANDOM.uniform(1, 30, 4), (1, 6, 5, 4)).copy()
STATISTICS: list[Statistic] = ["covariance", "wasserstein"]
ROUGH = {"float64": 1e-10, "float32": 1e-5}


def tensor(array: np.ndarray, dtype: str = "float64") -> Any:
    return ops.convert_to_tensor(array, dtype=dtype)


def covariance_and_mean(features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    flat = features.reshape(-1, features.shape[-1])
    return np.cov(flat, rowvar=False, bias=True), flat.mean(axis=0)


def covariance_by_hand(features: np.ndarray, painting: np.ndarray) -> float:
    (own, mean), (aim, aimed) = covariance_and_mean(features), covariance_and_mean(painting)
    lengths = mean * np.linalg.norm(mean) - aimed * np.linalg.norm(aimed)
    error = ((own - aim) ** 2).sum() + (lengths**2).sum()
    return float(error / ((aim**2).sum() + np.linalg.norm(aimed) ** 4))


def wasserstein_by_hand(features: np.ndarray, painting: np.ndarray) -> float:
    (own, mean), (aim, aimed) = covariance_and_mean(features), covariance_and_mean(painting)
    # The trace of the root of a product of two covariances, by singular values instead of roots.
    centred = [f.reshape(-1, f.shape[-1]) - f.mean(axis=(0, 1, 2)) for f in (features, painting)]
    lengths = np.sqrt(len(centred[0]) * len(centred[1]))
    shared = linalg.svdvals(centred[0] @ centred[1].T).sum() / lengths
    moved = np.trace(own) + np.trace(aim) - 2 * shared + ((mean - aimed) ** 2).sum()
    return float(4 * moved / (np.trace(aim) + (aimed**2).sum()))


BY_HAND: dict[Statistic, Callable[[np.ndarray, np.ndarray], float]] = {
    "covariance": covariance_by_hand,
    "wasserstein": wasserstein_by_hand,
}


def value_and_gradient(
    statistic: Statistic, features: np.ndarray, painting: np.ndarray, dtype: str = "float64"
) -> tuple[float, np.ndarray]:
    term = style_loss(statistic, dtype=dtype)
    target, x = term.target(tensor(painting, dtype)), tensor(features, dtype)
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = term(x, target)
    return float(value), np.asarray(tape.gradient(value, x), np.float64)


def test_moments_are_products_and_sums() -> None:
    flat = FEATURES.reshape(-1, 4)
    by_hand = np.concatenate([flat.T @ flat, flat.sum(axis=0, keepdims=True)])
    np.testing.assert_allclose(np.asarray(moments.moments(tensor(FEATURES))), by_hand, rtol=1e-12)


def test_the_gradient_of_the_moments() -> None:
    by = RANDOM.normal(0, 1, (5, 4))
    x = tensor(FEATURES)
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = ops.sum(moments.moments(x) * by)
    by_hand = FEATURES @ (by[:4] + by[:4].T) + by[4]
    np.testing.assert_allclose(np.asarray(tape.gradient(value, x)), by_hand, rtol=1e-12)


def test_covariance_and_mean_of_known_features() -> None:
    # By hand: 1 and 3 vary by 1 about 2, the second channel by -2 with it about 5.
    features = tensor(np.array([[[[1.0, 7.0], [3.0, 3.0]]]]))
    covariance, mean = moments.covariance_and_mean(moments.moments(features), 2.0)
    np.testing.assert_allclose(np.asarray(covariance), [[1.0, -2.0], [-2.0, 4.0]])
    np.testing.assert_allclose(np.asarray(mean), [[2.0, 5.0]])


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_covariance_loss(dtype: str) -> None:
    value, _ = value_and_gradient("covariance", FEATURES, OTHER, dtype)
    assert value == pytest.approx(covariance_by_hand(FEATURES, OTHER), rel=ROUGH[dtype])


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_wasserstein_loss(dtype: str) -> None:
    value, _ = value_and_gradient("wasserstein", FEATURES, OTHER, dtype)
    (own, mean), (aim, aimed) = covariance_and_mean(FEATURES), covariance_and_mean(OTHER)
    root = linalg.sqrtm(aim)
    moved = np.trace(own + aim - 2 * linalg.sqrtm(root @ own @ root)) + ((mean - aimed) ** 2).sum()
    by_hand = 4 * moved / (np.trace(aim) + (aimed**2).sum())
    assert by_hand == pytest.approx(wasserstein_by_hand(FEATURES, OTHER), rel=1e-9)
    # The ridge beneath the root makes it a little larger.
    assert by_hand - 4e-6 < value < by_hand + 4e-4


def test_wasserstein_loss_where_it_is_known_without_roots_of_matrices() -> None:
    # Features that vary along the channels: the distance is that of the deviations and the means.
    values = RANDOM.normal(0, 1, (2, 40_000))
    values = (values - values.mean(axis=1, keepdims=True)) / values.std(axis=1, keepdims=True)
    values[1] -= (values[0] @ values[1]) / 40_000 * values[0]
    values[1] /= values[1].std()
    one = (values.T * (3.0, 1.0) + (10.0, 4.0)).reshape(1, 200, 200, 2)
    other = (values.T * (2.0, 5.0) + (9.0, 6.0)).reshape(1, 200, 200, 2)
    by_hand = 4 * ((3 - 2) ** 2 + (1 - 5) ** 2 + (10 - 9) ** 2 + (4 - 6) ** 2) / (4 + 25 + 81 + 36)
    assert value_and_gradient("wasserstein", one, other)[0] == pytest.approx(by_hand, abs=4e-5)


@pytest.mark.parametrize("statistic", STATISTICS)
@pytest.mark.parametrize(
    ("features", "painting"), [(FEATURES, OTHER), (FEW, FEW_OTHER)], ids=["many", "few"]
)
def test_the_gradient_agrees_with_finite_differences(
    statistic: Statistic, features: np.ndarray, painting: np.ndarray
) -> None:
    _, gradient = value_and_gradient(statistic, features, painting)
    for _ in range(3):
        direction, step = RANDOM.standard_normal(features.shape), 1e-4
        ahead, behind = (
            value_and_gradient(statistic, features + sign * step * direction, painting)[0]
            for sign in (1, -1)
        )
        by_differences = (ahead - behind) / (2 * step)
        assert (gradient * direction).sum() == pytest.approx(by_differences, rel=1e-4, abs=1e-9)


@pytest.mark.parametrize("statistic", STATISTICS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_fewer_positions_than_channels(statistic: Statistic, dtype: str) -> None:
    value, gradient = value_and_gradient(statistic, FEW, FEW_OTHER, dtype)
    assert value == pytest.approx(BY_HAND[statistic](FEW, FEW_OTHER), abs=2e-3)
    assert np.isfinite(gradient).all()


@pytest.mark.parametrize("statistic", STATISTICS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    ("features", "painting"),
    [(FLAT, OTHER), (FEATURES, FLAT), (FLAT, 2 * FLAT), (np.zeros_like(FLAT), OTHER), (FLAT, FLAT)],
    ids=["flat picture", "flat painting", "both", "black", "one flat picture"],
)
def test_flat_pictures_give_finite_numbers(
    statistic: Statistic, dtype: str, features: np.ndarray, painting: np.ndarray
) -> None:
    value, gradient = value_and_gradient(statistic, features, painting, dtype)
    assert value == pytest.approx(BY_HAND[statistic](features, painting), rel=1e-3, abs=1e-4)
    assert np.isfinite(gradient).all()


def test_what_moves_no_feature_costs_nothing() -> None:
    for features in (FEATURES, FEW, np.tile(FEATURES, (1, 2, 3, 1))):
        again = features[:, ::-1, ::-1]
        assert value_and_gradient("covariance", again, features)[0] == pytest.approx(0, abs=1e-20)
        assert 0.0 <= value_and_gradient("wasserstein", again, features)[0] < 2e-3


@pytest.mark.parametrize("statistic", STATISTICS)
def test_the_size_of_picture_and_painting_does_not_count(statistic: Statistic) -> None:
    value = value_and_gradient(statistic, FEATURES, OTHER)[0]
    larger, repeated = np.tile(FEATURES, (1, 3, 2, 1)), np.tile(OTHER, (1, 1, 3, 1))
    assert value_and_gradient(statistic, larger, repeated)[0] == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize("statistic", STATISTICS)
def test_the_pieces_add_up_to_the_whole(statistic: Statistic) -> None:
    term = style_loss(statistic, dtype="float64")
    pieces = [OTHER[:, :3], OTHER[:, 3:]]
    sums = sum(np.asarray(term.sums(tensor(piece))) for piece in pieces)
    whole = np.asarray(term.target(tensor(OTHER)))
    assert whole.shape == (5, 4)
    kept = term.keep(term.statistic(tensor(np.asarray(sums)), 56.0))
    np.testing.assert_allclose(np.asarray(kept), whole, rtol=1e-9, atol=1e-9)


def test_the_root_of_a_matrix_is_scipys() -> None:
    matrix = covariance_and_mean(FEATURES)[0]
    root = np.asarray(moments.square_root(tensor(matrix)))
    np.testing.assert_allclose(root, linalg.sqrtm(matrix), atol=1e-4)


@pytest.mark.parametrize("statistic", STATISTICS)
def test_classic_sums_are_of_gram_matrices_only(statistic: Statistic) -> None:
    with pytest.raises(ValueError, match="statistic must be gram"):
        style_loss(statistic, normalization="classic")


@pytest.mark.parametrize(
    ("statistic", "least"), [("covariance", 0.03 * 9e6), ("wasserstein", 0.03**0.5 * 4e3)]
)
def test_a_faint_painting_is_no_small_unit(statistic: Statistic, least: float) -> None:
    faint = OTHER / 100
    term = style_loss(statistic, dtype="float64")
    own, mean = covariance_and_mean(faint)
    unit = {
        "covariance": (own**2).sum() + np.linalg.norm(mean) ** 4,
        "wasserstein": np.trace(own) + (mean**2).sum(),
    }[statistic]
    without = float(term(tensor(FEATURES), term.target(tensor(faint))))
    term.usual = Strength(1.0, 1.0, covariance_squares=9e6, length_squared=4e3)
    bounded = float(term(tensor(FEATURES), term.target(tensor(faint))))
    assert bounded == pytest.approx(without * unit / least, rel=1e-4)
    # And one of usual strength is its own unit.
    term.usual = Strength(1.0, 1.0, covariance_squares=1e-6, length_squared=1e-6)
    assert float(term(tensor(FEATURES), term.target(tensor(faint)))) == pytest.approx(without)


def test_every_layer_has_its_usual_strengths() -> None:
    for usual in STRENGTHS.values():
        # The covariance is what of the Gram matrix the mean leaves, and a trace is the root of the
        # sum of squares at least.
        assert 0.5 * usual.gram_squares < usual.covariance_squares < usual.gram_squares
        assert usual.gram_squares**0.5 < 1.2 * usual.length_squared
