"""What is compiled of a formula, for pictures in one piece and for tiles.

A graph holds no photo, painting or weight, so that runs of the same formula and sizes can share it.
"""

import functools
import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from keras import ops

from nst_core.objective.backend import Tensor
from nst_core.objective.formula import Formula, Part
from nst_core.objective.gradient import compiled, value_and_gradient
from nst_core.objective.losses import ContentLoss, StyleLoss, sum_of_squares
from nst_core.objective.roughness import VariationLoss
from nst_core.vgg16.features import build_features
from nst_core.vgg16.layers import LayerName

Sizes = tuple[tuple[int, int], ...]
"""Rows and columns of the photo, and of each painting."""


class InRegion(NamedTuple):
    """What a term is compared with in one region of the picture.

    Attributes:
        target: as the term keeps it of the region's painting.
        share: how much the region's error counts, a scalar.
        where: how much each position belongs to the region, (1, h, w, 1); None for the whole.
    """

    target: Tensor
    share: Tensor
    where: Tensor | None = None


Wheres = Sequence[Sequence[Tensor | None]]
"""For each region, and each style part: how much positions count, (1, h, w, 1), or None."""


@dataclass(frozen=True)
class WholeGraph:
    """What is compiled for pictures in one piece.

    Attributes:
        evaluate: (picture (1, H, W, 3), targets, weights (t,)) -> (weighted terms (t,), gradient
            of their sum (1, H, W, 3)). The targets are those of the photo, then of the painting;
            one of several regions is a tuple of `InRegion`.
        targets: for "photo" and for "painting" a function from the picture (1, H, W, 3) to the
            targets of the terms that are compared with it.
        statistics: (painting (1, h, w, 3), for each such term how much its positions count (1, h,
            w, 1) or None) -> what paintings are averaged by: statistics of style terms, and of
            others their targets.
        painted: the parts that are compared with the painting, in order.
    """

    evaluate: Callable[[Tensor, Sequence[Tensor], Tensor], tuple[Tensor, Tensor]]
    targets: Mapping[str, Callable[[Tensor], list[Tensor]]]
    statistics: Callable[[Tensor, Sequence[Tensor | None]], list[Tensor]]
    painted: tuple[Part, ...]


@functools.lru_cache(maxsize=24)
def whole_graph(formula: Formula, sizes: Sizes) -> WholeGraph:
    """The graph of a formula, the same one for equal arguments.

    Args:
        formula: its terms.
        sizes: of the pictures. The graph does not depend on them, but it keeps a trace of each
            size that it is used for. With a graph for each, the traces of old sizes are dropped.
    """
    parts = formula.parts()
    features_of = build_features(formula.layers, formula.dtype_policy, formula.network)
    # Targets come in this order: of the photo, then of the painting; "nothing" has none.
    order = {"photo": 0, "painting": 1, "nothing": 2}
    ranked = sorted(range(len(parts)), key=lambda index: order[parts[index].target])

    def weighted_terms(picture: Tensor, targets: Sequence[Tensor], weights: Tensor) -> Tensor:
        features = features_of(picture)
        values: list[Tensor] = [None] * len(parts)
        for index, target in itertools.zip_longest(ranked, targets):
            values[index] = _error(parts[index], parts[index].value(picture, features), target)
        return ops.stack(values) * weights

    def targets_of(role: str) -> Callable[[Tensor], list[Tensor]]:
        def targets(picture: Tensor) -> list[Tensor]:
            features = features_of(picture)
            return [
                part.term.target(part.value(picture, features))
                for part in parts
                if part.target == role
            ]

        return targets

    painted = tuple(part for part in parts if part.target == "painting")

    def statistics(painting: Tensor, wheres: Sequence[Tensor | None]) -> list[Tensor]:
        features = features_of(painting)
        return [
            part.term.statistic_of(part.value(painting, features), where)
            if isinstance(part.term, StyleLoss)
            else part.term.target(part.value(painting, features))
            for part, where in zip(painted, wheres, strict=True)
        ]

    return WholeGraph(
        evaluate=value_and_gradient(weighted_terms),
        targets={role: compiled(targets_of(role)) for role in ("photo", "painting")},
        statistics=compiled(statistics),
        painted=painted,
    )


def _error(part: Part, value: Tensor, target: Tensor | tuple[InRegion, ...]) -> Tensor:
    """The unweighted error of a part; of several regions the sum of their shares of it."""
    if part.target == "nothing":
        return part.term(value)
    if not isinstance(target, tuple):
        return part.term(value, target)
    return sum(
        region.share
        * (
            part.term(value, region.target)
            if region.where is None
            else part.term(value, region.target, where=region.where)
        )
        for region in target
    )


class TileGraph:
    """What is compiled for pictures that are computed by tiles; built-in terms only.

    A piece (1, h, w, 3) is a tile with what lies around it. Its corners, int32 (layers, 4), say
    which positions of each layer's features are the tile's own: top, bottom, left and right, where
    bottom and right are the first that are not.

    Attributes:
        content, style: the parts of these kinds, in order.
        variations: the v parts that take the picture itself.
        sums: (piece, corners, wheres) -> what each style part sums over the tile's positions, (c,
            c) each, or whatever the statistic needs, once for each region; then the sums (c,) of
            each content part. The wheres say for each region and each style part how much the
            tile's positions count, (1, h, w, 1), or None where all count alike.
        content_targets: (piece, corners) -> the tile's features (1, h, w, c) of each content part.
        evaluate: (piece, corners, content targets, offsets (c,), factors (k,), wheres, by_sums) ->
            (values (k + 1,), their sum's gradient by the piece). The values are the squared errors
            of the k content parts, less their offsets, times the factors, and the style sums times
            `by_sums`, (c, c) each.
        style_errors: for each style part (sums (c, c), target (c, c), positions, weight) ->
            (weighted error (1,), its gradient by the sums (c, c)).
        roughness: (rows of a picture (1, h, W, 3), weights (v,)) -> (weighted variations (v,),
            their sum's gradient).
    """

    def __init__(self, formula: Formula) -> None:
        parts = formula.parts()
        self.content = [part for part in parts if isinstance(part.term, ContentLoss)]
        self.style = [part for part in parts if isinstance(part.term, StyleLoss)]
        self.variations = [part for part in parts if isinstance(part.term, VariationLoss)]
        self._layers = formula.layers
        self._dtype = formula.dtype
        self._features_of = build_features(formula.layers, formula.dtype_policy, formula.network)
        self.sums = compiled(self._sums)
        self.content_targets = compiled(self._content_targets)
        self.evaluate = value_and_gradient(self._evaluate)
        self.style_errors = [value_and_gradient(_style_error(part.term)) for part in self.style]
        self.roughness = value_and_gradient(
            lambda band, weights: ops.stack([part.term(band) for part in self.variations]) * weights
        )

    def _own(self, part: Part, features: Mapping[LayerName, Tensor], corners: Tensor) -> Tensor:
        """The tile's own features (1, h, w, c) of a part's layer, without those around them."""
        assert part.layer is not None
        index = self._layers.index(part.layer)
        top, bottom, left, right = (corners[index, k] for k in range(4))
        return features[part.layer][:, top:bottom, left:right, :]

    def _style_sums(
        self, features: Mapping[LayerName, Tensor], corners: Tensor, wheres: Wheres
    ) -> list[Tensor]:
        """The sums of each style part, region by region."""
        owned = [self._own(part, features, corners) for part in self.style]
        return [
            part.term.sums(own, where)
            for of_region in wheres
            for part, own, where in zip(self.style, owned, of_region, strict=True)
        ]

    def _sums(self, piece: Tensor, corners: Tensor, wheres: Wheres) -> list[Tensor]:
        features = self._features_of(piece)
        return [
            *self._style_sums(features, corners, wheres),
            *(
                ops.sum(ops.cast(self._own(part, features, corners), self._dtype), axis=(0, 1, 2))
                for part in self.content
            ),
        ]

    def _content_targets(self, piece: Tensor, corners: Tensor) -> list[Tensor]:
        # In the features' own precision; a large picture's would take twice the memory in float32.
        features = self._features_of(piece)
        return [self._own(part, features, corners) for part in self.content]

    def _evaluate(
        self,
        piece: Tensor,
        corners: Tensor,
        targets: Sequence[Tensor],
        offsets: Sequence[Tensor],
        factors: Tensor,
        wheres: Wheres,
        by_sums: Sequence[Tensor],
    ) -> Tensor:
        features = self._features_of(piece)
        errors = []
        for part, target, offset in zip(self.content, targets, offsets, strict=True):
            difference = ops.cast(self._own(part, features, corners) - target, self._dtype)
            # What is taken off stands still: by the means the sum of squares has no slope.
            errors.append(sum_of_squares(difference - offset))
        values = [error * factors[index] for index, error in enumerate(errors)]
        # The loss is no sum over tiles, for it squares the style sums; but by each tile its
        # gradient is that of this product, in which `by_sums` stands still.
        sums = self._style_sums(features, corners, wheres)
        products = [ops.sum(by * each) for each, by in zip(sums, by_sums, strict=True)]
        return ops.stack([*values, sum(products)])


def _style_error(term: StyleLoss) -> Callable[..., Tensor]:
    def weighted(sums: Tensor, target: Tensor, positions: Tensor, weight: Tensor) -> Tensor:
        return ops.stack([term.error(term.statistic(sums, positions), target)]) * weight

    return weighted
