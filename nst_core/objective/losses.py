"""The built-in terms of the loss: a pure function each, and a thin Keras layer over it.

Content and style are those of Gatys, Ecker and Bethge 2015 (arXiv 1508.06576, equations 1 to 5).
Every term comes in two normalisations: "classic", the sums of the first Keras example, and
"relative", which depends neither on the picture's size nor on how strong its features are.
"""

from typing import Any, Literal

import keras
from keras import ops

Normalization = Literal["classic", "relative"]
Tensor = Any

VARIATION_POWER = 1.25
HIGHEST_LEVEL = 255.0


def gram_matrix(features: Tensor, data_format: str = "channels_last") -> Tensor:
    """Products of the channels, summed over positions. features: (1, h, w, c). Returns: (c, c).

    In the features' own precision, like the convolutions; sums are kept in float32 inside.
    """
    if data_format == "channels_last":
        return _gram_of_columns(ops.reshape(features, (-1, features.shape[-1])))
    return _gram_of_columns(ops.transpose(ops.reshape(features, (features.shape[1], -1))))


@ops.custom_gradient  # type: ignore[untyped-decorator]
def _gram_of_columns(flat: Tensor) -> Any:
    """flat: (n, c). Returns: (c, c)."""

    def gradient(*args: Tensor, upstream: Tensor | None = None) -> Tensor:
        # A backend that does not know that both factors are one multiplies twice.
        given = args[0] if upstream is None else upstream
        return ops.matmul(flat, given + ops.transpose(given))

    return ops.matmul(ops.transpose(flat), flat), gradient


def squared_error(value: Tensor, target: Tensor) -> Tensor:
    """Sum of squared differences of two tensors of one shape. Returns: scalar."""
    return ops.sum(ops.square(value - target))


def relative_error(value: Tensor, target: Tensor) -> Tensor:
    """Sum of squared differences, in units of the target's own sum of squares. Returns: scalar."""
    return squared_error(value, target) / ops.maximum(
        ops.sum(ops.square(target)), keras.config.epsilon()
    )


def relative_norm(squares: float) -> float:
    """What `relative_error` divides by; squares: the target's own sum of squares."""
    return max(squares, float(keras.config.epsilon()))


def total_variation(picture: Tensor, data_format: str = "channels_last") -> Tensor:
    """Sum over positions and channels of (squared differences down and right) ** 1.25.

    picture: (1, H, W, 3). The last row and column only end differences. Returns: scalar.
    """
    x = picture if data_format == "channels_last" else ops.transpose(picture, (0, 2, 3, 1))
    corner = x[:, :-1, :-1, :]
    squares = ops.square(corner - x[:, 1:, :-1, :]) + ops.square(corner - x[:, :-1, 1:, :])
    return ops.sum(_to_the_variation_power(squares))


@ops.custom_gradient  # type: ignore[untyped-decorator]
def _to_the_variation_power(squares: Tensor) -> Any:
    """squares ** 1.25 by two square roots, which take a tenth of the time of a power."""
    root = ops.sqrt(ops.sqrt(squares))

    def gradient(*args: Tensor, upstream: Tensor | None = None) -> Tensor:
        given = args[0] if upstream is None else upstream
        return given * VARIATION_POWER * root

    return squares * root, gradient


class Term(keras.layers.Layer):  # type: ignore[misc]
    """One term of the loss: `call(seen, target)` gives its unweighted value, a scalar.

    What is seen are features (1, h, w, c) of a layer or the picture (1, H, W, 3), BGR minus mean;
    a term without a target is called with what is seen alone. `terms.TermKind` says which.

    Args:
        normalization: "classic" or "relative".
        pixels: H * W of the picture, for the classic normalisation.
        data_format: where the channels stand, "channels_last" or "channels_first".
    """

    def __init__(
        self,
        normalization: Normalization = "relative",
        pixels: int = 1,
        data_format: str = "channels_last",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if normalization not in ("classic", "relative"):
            raise ValueError(
                f"normalization must be 'classic' or 'relative'. Received: {normalization!r}"
            )
        self.normalization = normalization
        self.pixels = pixels
        self.data_format = data_format

    def target(self, features: Tensor) -> Tensor:
        """What the term compares with, from the same of photo or painting."""
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "normalization": self.normalization,
            "pixels": self.pixels,
            "data_format": self.data_format,
        }


@keras.saving.register_keras_serializable("nst_core")
class ContentLoss(Term):
    """How far the features are from the photo's."""

    def target(self, features: Tensor) -> Tensor:
        return ops.cast(features, self.compute_dtype)

    def call(self, features: Tensor, target: Tensor) -> Tensor:
        error = squared_error if self.normalization == "classic" else relative_error
        return error(ops.cast(features, self.compute_dtype), target)


@keras.saving.register_keras_serializable("nst_core")
class StyleLoss(Term):
    """How far the Gram matrix is from the painting's."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # Keras would cast bfloat16 features to float32 before they are multiplied: slower, and
        # rounded otherwise than the target, which is computed outside of `call`.
        super().__init__(*args, autocast=False, **kwargs)

    def target(self, features: Tensor) -> Tensor:
        gram = ops.cast(gram_matrix(features, self.data_format), self.compute_dtype)
        return self.from_gram(gram, self._positions(features))

    def call(self, features: Tensor, target: Tensor) -> Tensor:
        return self.error(self.target(features), target)

    def from_gram(self, gram: Tensor, positions: Tensor) -> Tensor:
        """What is compared, from the sum over that many positions. gram: (c, c)."""
        return gram if self.normalization == "classic" else gram / positions

    def error(self, value: Tensor, target: Tensor) -> Tensor:
        """How far two results of `from_gram` are apart, a scalar."""
        if self.normalization == "classic":
            return squared_error(value, target) / (4.0 * 3**2 * float(self.pixels) ** 2)
        return relative_error(value, target)

    def _positions(self, features: Tensor) -> float:
        rows, columns = (1, 2) if self.data_format == "channels_last" else (2, 3)
        return float(features.shape[rows] * features.shape[columns])


@keras.saving.register_keras_serializable("nst_core")
class VariationLoss(Term):
    """How rough the picture is; takes the picture itself and no target."""

    def call(self, picture: Tensor) -> Tensor:
        if self.normalization == "classic":
            return total_variation(picture, self.data_format)
        size = 1.0
        for side in picture.shape:
            size *= side
        return total_variation(picture / HIGHEST_LEVEL, self.data_format) / size
