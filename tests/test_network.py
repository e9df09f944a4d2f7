"""How VGG16 pools and pads, against NumPy; the weights of layers; the roughness of colours."""

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops

from nst_core import Settings, build_objective
from nst_core.objective.formula import Formula
from nst_core.objective.roughness import ChromaLoss
from nst_core.objective.whole import Whole
from nst_core.pictures.pixels import Pixels, resize
from nst_core.vgg16.features import build_features
from nst_core.vgg16.layers import LayerName, Network, Padding, Pooling
from nst_core.vgg16.space import to_vgg

RANDOM = np.random.default_rng(5)
POOLINGS: list[Pooling] = ["max", "average", "l2"]
PADDINGS: list[Padding] = ["zero", "replicate"]
ALL = tuple(Settings(recipe_version=1).style_layers)
PLAIN = Settings(
    statistic="gram", style_layers=ALL, pooling="max", padding="zero", chroma_weight=0.0
)


@pytest.fixture(params=["channels_last", "channels_first"])
def data_format(request: pytest.FixtureRequest) -> Any:
    before = keras.config.image_data_format()
    keras.config.set_image_data_format(request.param)
    build_features.cache_clear()
    yield request.param
    keras.config.set_image_data_format(before)
    build_features.cache_clear()


@pytest.fixture
def pair(photo: Pixels, painting: Pixels) -> tuple[Pixels, Pixels]:
    return resize(photo, 37, 53), resize(painting, 41, 50)


def pooled_by_hand(features: np.ndarray, pooling: Pooling) -> np.ndarray:
    _, rows, columns, channels = features.shape
    pooled = np.zeros((1, rows // 2, columns // 2, channels))
    for i in range(rows // 2):
        for j in range(columns // 2):
            four = features[0, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2].reshape(4, channels)
            pooled[0, i, j] = {
                "max": four.max(axis=0),
                "average": four.sum(axis=0) / 4,
                "l2": np.sqrt((four**2).sum(axis=0) / 4),
            }[pooling]
    return pooled


def convolved_by_hand(values: np.ndarray, kernel: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """values: (1, h + 2, w + 2, c), padded. Returns: (1, h, w, k), after the ReLU."""
    rows, columns = values.shape[1] - 2, values.shape[2] - 2
    total = np.zeros((1, rows, columns, kernel.shape[-1])) + bias
    for i in range(3):
        for j in range(3):
            total += values[:, i : i + rows, j : j + columns] @ kernel[i, j]
    convolved: np.ndarray = np.maximum(total, 0)
    return convolved


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("padding", PADDINGS)
def test_features_are_numpys(pooling: Pooling, padding: Padding, data_format: str) -> None:
    picture = RANDOM.uniform(-110, 140, (1, 9, 12, 3))
    wanted: tuple[LayerName, ...] = ("block1_conv1", "block1_conv2", "block2_conv1")
    model = build_features(wanted, "float64", Network(pooling, padding))
    features = model(picture)
    mode = {"zero": "constant", "replicate": "edge"}[padding]
    value = picture
    for name in wanted:
        if name == "block2_conv1":
            value = pooled_by_hand(value, pooling)
        kernel, bias = (np.asarray(w, np.float64) for w in model.get_layer(name).get_weights())
        padded = np.pad(value, ((0, 0), (1, 1), (1, 1), (0, 0)), mode=mode)  # type: ignore[call-overload]
        value = convolved_by_hand(padded, kernel, bias)
        # Where all four are 0, the root of the mean square is a little above.
        np.testing.assert_allclose(np.asarray(features[name]), value, rtol=1e-5, atol=1e-2)


def test_a_flat_picture_has_flat_features_up_to_its_border_only_if_that_is_replicated() -> None:
    flat = to_vgg(np.full((64, 80, 3), (200, 120, 60), np.uint8))
    for dtype, exactness in (("float32", 1e-4), ("bfloat16", 0.02)):
        replicated = build_features(ALL, dtype, Network(padding="replicate"))(flat)
        zero = build_features(ALL, dtype, Network(padding="zero"))(flat)
        for layer in ALL:
            values, others = (np.asarray(f[layer], np.float64)[0] for f in (replicated, zero))
            assert np.ptp(values, axis=(0, 1)).max() <= exactness * np.abs(values).max()
            assert np.ptp(others, axis=(0, 1)).max() > 0.2 * np.abs(others).max()


@pytest.mark.parametrize(
    ("statistic", "pooling", "padding"),
    [
        ("gram", "average", "zero"),
        ("gram", "l2", "replicate"),
        ("covariance", "max", "zero"),
        ("covariance", "average", "replicate"),
        ("wasserstein", "max", "replicate"),
        ("wasserstein", "l2", "zero"),
    ],
)
def test_the_gradient_agrees_with_finite_differences(
    statistic: str, pooling: str, padding: str, pair: tuple[Pixels, Pixels]
) -> None:
    choice = {"pooling": pooling, "padding": padding, "statistic": statistic}
    settings = PLAIN.changed(**choice, chroma_weight=5.0)
    objective = build_objective(*pair, settings, dtype_policy="float64")
    x = to_vgg(pair[0]) + RANDOM.normal(0, 20, (1, 37, 53, 3))
    _, gradient = objective(x)
    for _ in range(2):
        direction, step = RANDOM.standard_normal(x.shape), 1e-5
        ahead, behind = objective(x + step * direction)[0], objective(x - step * direction)[0]
        by_differences = (ahead - behind) / (2 * step)
        assert (gradient * direction).sum() == pytest.approx(by_differences, rel=1e-4)


def test_pooling_where_all_is_zero_has_a_finite_gradient() -> None:
    black = tf.zeros((1, 32, 32, 3))
    for dtype in ("float32", "bfloat16"):
        model = build_features(("block2_conv1",), dtype, Network(pooling="l2"))
        with tf.GradientTape() as tape:
            tape.watch(black)
            value = ops.sum(model(black - 1e4)["block2_conv1"])
        assert np.isfinite(tape.gradient(value, black).numpy()).all()


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize(
    "choice",
    [
        {"statistic": "covariance"},
        {"statistic": "wasserstein"},
        {"pooling": "average"},
        {"pooling": "l2"},
        {"padding": "replicate"},
    ],
    ids=str,
)
def test_both_precisions_agree_with_float64(
    precision: str, choice: dict[str, str], pair: tuple[Pixels, Pixels]
) -> None:
    settings = PLAIN.changed(**choice, precision=precision)
    x = to_vgg(resize(pair[1], 37, 53))
    exact, gradient = build_objective(*pair, settings, dtype_policy="float64")(x)
    value, own = build_objective(*pair, settings)(x)
    tolerance, least_cosine = {"float32": (2e-3, 0.999), "bfloat16": (0.05, 0.97)}[precision]
    assert value == pytest.approx(exact, rel=tolerance)
    cosine = (gradient * own).sum() / np.linalg.norm(gradient) / np.linalg.norm(own)
    assert cosine > least_cosine


def test_a_layer_of_twice_the_weight_counts_twice(pair: tuple[Pixels, Pixels]) -> None:
    two = {"block1_conv1": 2.0, "block3_conv1": 1.0}
    plain = PLAIN.changed(content_weight=0.0)  # which is calibrated by the layers' weights
    alike = build_objective(*pair, plain.changed(style_layers=list(two)))
    weighted = build_objective(*pair, plain.changed(style_layers=two))
    scaled = build_objective(
        *pair, plain.changed(style_layers={layer: 7 * weight for layer, weight in two.items()})
    )
    x = to_vgg(resize(pair[1], 37, 53)) * 0.8
    losses = [objective(x)[0] for objective in (alike, weighted, scaled)]
    assert losses[2] == pytest.approx(losses[1], rel=1e-9)
    for layer, share in (("block1_conv1", 2 / 3), ("block3_conv1", 1 / 3)):
        name = f"style/{layer}"
        assert weighted.terms[name] == pytest.approx(alike.terms[name] * share * 2, rel=1e-6)
    # The weights are no part of what is compiled.
    alike.set_weights(plain.changed(style_layers=two))
    assert alike(x)[0] == pytest.approx(losses[1], rel=1e-9)


def test_chroma_by_hand() -> None:
    picture = RANDOM.uniform(-120, 130, (1, 6, 7, 3))
    blue, green, red = (picture[0, :, :, c] / 255 for c in range(3))
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    total = 0.0
    for i in range(5):
        for j in range(6):
            squares = 0.02**2
            for plane in (red - luma, blue - luma):
                squares += (plane[i, j] - plane[i + 1, j]) ** 2
                squares += (plane[i, j] - plane[i, j + 1]) ** 2
            total += squares**0.5 - 0.02
    value = float(ChromaLoss(dtype="float64")(ops.convert_to_tensor(picture, "float64")))
    assert value == pytest.approx(total / (6 * 7 * 3), rel=1e-9)


def test_a_plane_with_an_edge_is_smoother_than_the_same_colours_in_mottles() -> None:
    halves = np.zeros((1, 32, 32, 3))
    halves[:, :, 16:] = (40.0, 0.0, 0.0)
    mottles = halves.reshape(-1, 3)[np.random.default_rng(5).permutation(32 * 32)]
    term = ChromaLoss(dtype="float64")
    edge, mottled = (
        float(term(ops.convert_to_tensor(picture.reshape(1, 32, 32, 3))))
        for picture in (halves, mottles)
    )
    assert mottled > 15 * edge


def test_grey_noise_has_no_rough_colours(pair: tuple[Pixels, Pixels]) -> None:
    settings = PLAIN.changed(chroma_weight=3.0)
    objective = build_objective(*pair, settings, "float64")
    grey = RANDOM.integers(0, 256, (37, 53, 1)).repeat(3, axis=2).astype(np.uint8)
    objective(to_vgg(grey))
    assert objective.terms["chroma"] == pytest.approx(0.0, abs=1e-12)
    assert objective.terms["variation"] > 0.01
    objective(to_vgg(RANDOM.integers(0, 256, (37, 53, 3)).astype(np.uint8)))
    once = objective.terms["chroma"]
    assert once > 0.01
    objective.set_weights(settings.changed(chroma_weight=6.0))
    objective(to_vgg(grey))
    objective(to_vgg(pair[0]))
    twice = dict(objective.terms)
    objective.set_weights(settings)
    objective(to_vgg(pair[0]))
    assert twice["chroma"] == pytest.approx(2 * objective.terms["chroma"], rel=1e-9)


CHOICES = [
    {},
    {"statistic": "covariance"},
    {"statistic": "wasserstein"},
    {"pooling": "average"},
    {"pooling": "l2"},
    {"padding": "replicate"},
]


def test_other_statistics_and_networks_share_neither_graphs_nor_targets(
    pair: tuple[Pixels, Pixels],
) -> None:
    x = to_vgg(resize(pair[1], 37, 53)) * 0.7
    formulas, losses, targets = set(), [], []
    for choice in CHOICES:
        settings = PLAIN.changed(**choice, precision="float32")
        formulas.add(Formula.of(settings, "float32", 37 * 53))
        objective = build_objective(*pair, settings)
        assert isinstance(objective.evaluator, Whole)
        losses.append(objective(x)[0])
        targets.append(objective.evaluator.targets)
    assert len(formulas) == len(CHOICES)
    assert len({round(loss, 5) for loss in losses}) == len(CHOICES)
    # In the other order, from what is at hand by now, the same numbers.
    for choice, loss in reversed(list(zip(CHOICES, losses, strict=True))):
        again = build_objective(*pair, PLAIN.changed(**choice, precision="float32"))
        assert again(x)[0] == pytest.approx(loss, rel=1e-6)
    for index, kept in enumerate(targets):
        others = [t for other in targets[:index] for t in other]
        assert not any(a is b for a in kept for b in others)


def test_of_a_painting_one_small_array_a_layer_is_kept(pair: tuple[Pixels, Pixels]) -> None:
    for statistic in ("covariance", "wasserstein"):
        evaluator = build_objective(*pair, PLAIN.changed(statistic=statistic)).evaluator
        assert isinstance(evaluator, Whole)
        shapes = [tuple(target.shape) for target in evaluator.targets[len(PLAIN.content_layers) :]]
        assert shapes == [(c + 1, c) for c in (64, 128, 256, 512, 512)]
