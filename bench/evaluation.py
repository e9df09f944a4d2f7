"""One evaluation of the classic objective: ours against the three-picture graph, side by side.

`python -m bench.evaluation` times both in turn at 300 x 500 in float32 and prints medians and the
ratio of each pair. The three-picture graph is how the first Keras examples did it: photo, painting
and picture in one batch at each evaluation, so that the targets are computed every time.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf
from keras import ops

from nst_core import Settings, build_objective, images
from nst_core.features import build_features
from nst_core.losses import (
    gram_matrix,
    squared_error,
    total_variation,
)


def main() -> None:
    """Time both in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=15, help="counted evaluations of each")
    options = parser.parse_args()
    settings = Settings(recipe="classic")
    rows, columns = settings.rows, settings.columns
    random = np.random.default_rng(0)
    photo, painting = random.integers(0, 256, (2, rows, columns, 3), dtype=np.uint8)
    x = random.uniform(0, 255, (1, rows, columns, 3)) - 128

    ours = build_objective(photo, painting, settings)
    theirs = three_picture_objective(photo, painting, settings)
    for objective in (ours, theirs):
        objective(x)  # traced, and warm
    loss, gradient = ours(x)
    their_loss, their_gradient = theirs(x)
    difference = np.linalg.norm(gradient - their_gradient) / np.linalg.norm(gradient)
    print(f"loss differs by {abs(loss / their_loss - 1):.1e}, gradient by {difference:.1e}")

    pairs = [(seconds(ours, x), seconds(theirs, x)) for _ in range(options.runs)]
    print(f"{rows} x {columns}, float32, {options.runs} evaluations of each, in turn")
    for name, times in zip(("ours", "three pictures"), zip(*pairs, strict=True), strict=True):
        print(f"  {name:15} median {statistics.median(times):.3f} s, {spread(times)}")
    ratios = [one / other for one, other in pairs]
    print(f"  {'ratio':15} median {statistics.median(ratios):.3f}, {spread(ratios)}")


def three_picture_objective(
    photo: images.Pixels, painting: images.Pixels, settings: Settings
) -> Callable[[Any], tuple[float, Any]]:
    """The same loss and gradient, with all three pictures in one batch at each evaluation."""
    layers = tuple(dict.fromkeys((*settings.content_layers, *settings.style_layers)))
    features_of = build_features(layers, "float32")
    given = np.concatenate([images.to_vgg(photo), images.to_vgg(painting)])
    rows, columns = photo.shape[:2]
    scale = 4.0 * 3**2 * float(rows * columns) ** 2

    @tf.function  # type: ignore[untyped-decorator]
    def evaluate(picture: Any) -> tuple[Any, Any]:
        with tf.GradientTape() as tape:
            tape.watch(picture)
            features = features_of(ops.concatenate([ops.convert_to_tensor(given), picture]))
            loss = settings.variation_weight * total_variation(picture)
            for layer in settings.content_layers:
                f = features[layer]
                loss += settings.content_weight * squared_error(f[2:3], f[0:1])
            for layer in settings.style_layers:
                f = features[layer]
                error = squared_error(gram_matrix(f[2:3]), gram_matrix(f[1:2]))
                loss += settings.style_weight / len(settings.style_layers) * error / scale
        return loss, tape.gradient(loss, picture)

    def objective(x: Any) -> tuple[float, Any]:
        loss, gradient = evaluate(tf.constant(x, tf.float32))
        return float(loss), gradient.numpy().astype(np.float64)

    return objective


def seconds(objective: Callable[[Any], Any], x: Any) -> float:
    """Wall seconds of one evaluation."""
    began = time.perf_counter()
    objective(x)
    return time.perf_counter() - began


def spread(values: Any) -> str:
    """Smallest to largest."""
    return f"{min(values):.3f} to {max(values):.3f}"


if __name__ == "__main__":
    main()
