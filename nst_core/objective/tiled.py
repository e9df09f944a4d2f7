"""The same loss and gradient as `objective`, computed piece by piece for pictures beyond memory.

Style is a sum over all positions, squared afterwards. So Gram matrices are summed over the tiles
first; the loss's gradient by each of them is then known, and a second pass carries it to the pixels
of one tile after the other. Every tile is computed twice, and so is what lies around it.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from keras import ops
from numpy.typing import ArrayLike, NDArray

from nst_core.objective import gradient as differentiate
from nst_core.objective.losses import StyleLoss, VariationLoss, gram_matrix, relative_norm
from nst_core.pictures.pixels import Pixels
from nst_core.plan import tiles
from nst_core.plan.tiles import Tile
from nst_core.settings import Settings
from nst_core.vgg16.features import build_features
from nst_core.vgg16.space import to_vgg

Tensor = Any


class TiledObjective:
    """`loss, gradient = objective(x)`, as `objective.Objective`; built-in terms only.

    Attributes:
        terms: the last evaluation's weighted terms by name; their sum is the loss.
    """

    def __init__(
        self,
        content: Pixels,
        style: Pixels,
        settings: Settings,
        dtype_policy: str,
        side: int = tiles.SIDE,
    ) -> None:
        uses = settings.term_uses()
        tiles.require_built_in(use.kind for use in uses)
        self.terms: dict[str, float] = {}
        self._shape = (1, *content.shape)
        self._dtype = "float64" if dtype_policy == "float64" else "float32"
        self._side = side
        normalization = "classic" if settings.recipe == "classic" else "relative"
        pixels = content.shape[0] * content.shape[1] if settings.recipe == "classic" else 1
        common: dict[str, Any] = {
            "normalization": normalization, "pixels": pixels, "dtype": self._dtype,
        }  # fmt: skip
        self._content = [
            (x, use.share()) for use in uses if use.kind == "content" for x in use.layers
        ]
        self._style = [(x, use.share()) for use in uses if use.kind == "style" for x in use.layers]
        self._variation_weight = settings.variation_weight
        self._layers = tuple(sorted({layer for layer, _ in self._content + self._style}))
        self._features_of = build_features(self._layers, dtype_policy)
        self._style_term = StyleLoss(**common)
        self._variation_term = VariationLoss(**common)
        self._is_relative = normalization == "relative"
        self._compile()
        self._style_targets = [
            self._style_term.from_gram(ops.cast(gram, self._dtype), positions)
            for gram, positions in self._grams(to_vgg(style))
        ]
        self._content_targets, self._content_scales = self._targets(to_vgg(content))

    def __call__(self, x: ArrayLike) -> tuple[float, NDArray[np.float64]]:
        """As `Objective.__call__`."""
        x = np.asarray(x)
        if x.size != np.prod(self._shape):
            raise ValueError(
                f"x must hold {' x '.join(map(str, self._shape[1:]))} values. Received: {x.shape}"
            )
        picture = x.reshape(self._shape).astype(self._dtype)
        gradient = np.zeros(self._shape, self._dtype)
        style_values, by_grams = self._style_error(picture)
        content_values = np.zeros(len(self._content))
        for tile, targets in zip(self._tiles(picture), self._content_targets, strict=True):
            seen = _seen(tile)
            values, part = self._tile_gradient(
                self._tensor(picture[seen]), self._corners(tile), targets,
                self._content_scales, by_grams,
            )  # fmt: skip
            content_values += np.asarray(ops.convert_to_numpy(values), np.float64)[:-1]
            gradient[seen] += ops.convert_to_numpy(part)
        variation = self._add_variation(picture, gradient)
        names = [f"content/{layer}" for layer, _ in self._content]
        names += [f"style/{layer}" for layer, _ in self._style] + ["variation"]
        values = [*content_values.tolist(), *style_values, variation]
        self.terms = dict(zip(names, values, strict=True))
        return sum(values), gradient.astype(np.float64).reshape(x.shape)

    def _compile(self) -> None:
        def own(features: Any, layer: str, corners: Tensor) -> Tensor:
            """The tile's own positions, without those around it. corners: (layers, 4)."""
            top, bottom, left, right = (corners[self._layers.index(layer), k] for k in range(4))
            return features[layer][:, top:bottom, left:right, :]

        def grams(picture: Tensor, corners: Tensor) -> list[Tensor]:
            features = self._features_of(picture)
            return [gram_matrix(own(features, layer, corners)) for layer, _ in self._style]

        def targets(picture: Tensor, corners: Tensor) -> list[Tensor]:
            features = self._features_of(picture)
            return [own(features, layer, corners) for layer, _ in self._content]

        def terms(
            picture: Tensor, corners: Tensor, wanted: Sequence[Tensor], scales: Tensor,
            by_grams: Sequence[Tensor],
        ) -> Tensor:  # fmt: skip
            features = self._features_of(picture)
            values = [
                ops.sum(ops.square(ops.cast(own(features, layer, corners) - target, self._dtype)))
                * scales[index]
                for index, ((layer, _), target) in enumerate(
                    zip(self._content, wanted, strict=True)
                )
            ]
            products = [
                ops.sum(by * ops.cast(gram_matrix(own(features, layer, corners)), self._dtype))
                for (layer, _), by in zip(self._style, by_grams, strict=True)
            ]
            return ops.stack([*values, sum(products) if products else ops.zeros((), self._dtype)])

        self._tile_grams = differentiate.compiled(grams)
        self._tile_targets = differentiate.compiled(targets)
        self._tile_gradient = differentiate.value_and_gradient(terms)
        self._gram_gradient = differentiate.value_and_gradient(
            lambda gram, target, positions, weight: (
                ops.stack(
                    [self._style_term.error(self._style_term.from_gram(gram, positions), target)]
                )
                * weight
            )
        )
        self._band_gradient = differentiate.value_and_gradient(
            lambda band, weight: ops.stack([self._variation_term(band)]) * weight
        )

    def _tiles(self, picture: NDArray[Any]) -> Iterator[Tile]:
        return tiles.cut(picture.shape[1], picture.shape[2], self._layers, self._side)

    def _corners(self, tile: Tile) -> Tensor:
        rows = [(*tile.rows.at(layer), *tile.columns.at(layer)) for layer in self._layers]
        return ops.convert_to_tensor(np.array(rows, np.int32))

    def _grams(self, picture: NDArray[Any]) -> list[tuple[NDArray[np.float64], float]]:
        """Gram matrix (c, c) and number of positions of each style layer, over all tiles."""
        totals: list[Any] = [0.0] * len(self._style)
        for tile in self._tiles(picture):
            parts = self._tile_grams(self._tensor(picture[_seen(tile)]), self._corners(tile))
            for index, part in enumerate(parts):
                totals[index] = totals[index] + np.asarray(
                    ops.convert_to_numpy(ops.cast(part, self._dtype)), np.float64
                )
        rows, columns = picture.shape[1:3]
        steps = [tiles.stride(layer) for layer, _ in self._style]
        return [
            (total, float((rows // step) * (columns // step)))
            for total, step in zip(totals, steps, strict=True)
        ]

    def _targets(self, picture: NDArray[Any]) -> tuple[list[list[Tensor]], Tensor]:
        """Content targets of each tile, and the factor of each layer's squared error."""
        found = [
            self._tile_targets(self._tensor(picture[_seen(tile)]), self._corners(tile))
            for tile in self._tiles(picture)
        ]
        scales = []
        for index, (_, weight) in enumerate(self._content):
            squares = sum(
                float(ops.sum(ops.square(ops.cast(parts[index], self._dtype)))) for parts in found
            )
            scales.append(weight / relative_norm(squares) if self._is_relative else weight)
        return found, self._tensor(scales)

    def _style_error(self, picture: NDArray[Any]) -> tuple[list[float], list[Tensor]]:
        """Weighted error of each style layer, and its gradient by the Gram matrix (c, c)."""
        values, by_grams = [], []
        found = zip(self._grams(picture), self._style, self._style_targets, strict=True)
        for (gram, positions), (_, weight), target in found:
            value, by_gram = self._gram_gradient(
                self._tensor(gram), target, self._tensor(positions), self._tensor(weight)
            )
            values.append(float(ops.convert_to_numpy(value)[0]))
            by_grams.append(by_gram)
        return values, by_grams

    def _add_variation(self, picture: NDArray[Any], gradient: NDArray[Any]) -> float:
        """The weighted variation, band by band; its gradient is added to `gradient`."""
        total, rows = 0.0, picture.shape[1]
        for start in range(0, max(1, rows - 1), self._side):
            # One row more, for the differences to the next band.
            band = picture[:, start : start + self._side + 1]
            share = band.size / picture.size if self._is_relative else 1.0
            value, part = self._band_gradient(
                self._tensor(band), self._tensor(self._variation_weight * share)
            )
            total += float(ops.convert_to_numpy(value)[0])
            gradient[:, start : start + self._side + 1] += ops.convert_to_numpy(part)
        return total

    def _tensor(self, values: ArrayLike) -> Tensor:
        return ops.convert_to_tensor(np.asarray(values, dtype=self._dtype))


def _seen(tile: Tile) -> tuple[slice, slice, slice]:
    return (
        slice(None),
        slice(tile.rows.seen_start, tile.rows.seen_stop),
        slice(tile.columns.seen_start, tile.columns.seen_stop),
    )
