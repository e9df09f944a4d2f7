"""A loss and its gradient, computed of the picture in one piece."""

import hashlib
import itertools
import math
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import numpy as np
from keras import ops
from numpy.typing import ArrayLike, NDArray

from nst_core.objective.backend import Tensor
from nst_core.objective.formula import Formula, Part
from nst_core.objective.graph import InRegion, WholeGraph, whole_graph
from nst_core.objective.losses import StyleLoss
from nst_core.pictures.pixels import Pixels
from nst_core.plan.regions import Region, Shares, Source, at_positions, counts_at
from nst_core.vgg16.layers import CONVOLUTIONS
from nst_core.vgg16.space import to_vgg


class TargetCache:
    """Targets of the last pictures, so that a run like the one before computes none again.

    Args:
        most_bytes: of all that it holds; the newest targets stay even if they alone have more.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._targets: OrderedDict[tuple[object, ...], list[Tensor]] = OrderedDict()

    def get(self, formula: Formula, graph: WholeGraph, role: str, picture: Pixels) -> list[Tensor]:
        """The targets that a picture gives, computed if they are not at hand.

        Args:
            formula: its terms. How many pixels the picture has changes no target.
            graph: the formula's.
            role: "photo" or "painting".
            picture: uint8 (H, W, 3).

        Returns:
            One tensor for each part that is compared with it.
        """
        digest = hashlib.sha256(picture.tobytes()).digest()
        terms = (formula.normalization, formula.uses, formula.dtype_policy, formula.network)
        key = (*terms, role, picture.shape, digest)
        if key not in self._targets:
            values = np.asarray(to_vgg(picture), dtype=formula.dtype)
            self._targets[key] = graph.targets[role](ops.convert_to_tensor(values))
        self._targets.move_to_end(key)
        while len(self._targets) > 1 and self._bytes() > self._most_bytes:
            self._targets.popitem(last=False)
        return self._targets[key]

    def _bytes(self) -> int:
        tensors = (tensor for targets in self._targets.values() for tensor in targets)
        return sum(math.prod(tensor.shape) * 4 for tensor in tensors)


_CACHE = TargetCache(most_bytes=512 * 2**20)


class Whole:
    """The way for pictures whose features fit into memory at once.

    Args:
        formula: the terms.
        content: the photo, uint8 (H, W, 3), at working size.
        regions: of the picture, and the paintings that their style is from.

    Attributes:
        targets: of the photo, then of the paintings; one for each part that is compared with one.
    """

    def __init__(self, formula: Formula, content: Pixels, regions: Sequence[Region]) -> None:
        self._dtype = formula.dtype
        pictures = [source.picture for region in regions for source in region.sources]
        sizes = tuple(picture.shape[:2] for picture in (content, *pictures))
        self._graph = whole_graph(formula, sizes)
        self.targets: list[Any] = [*_CACHE.get(formula, self._graph, "photo", content)]
        if len(regions) == 1 and regions[0].is_simple:
            self.targets += _CACHE.get(formula, self._graph, "painting", pictures[0])
        else:
            of_regions = [self._targets_in(region) for region in regions]
            self.targets += [
                tuple(itertools.chain(*of_part)) for of_part in zip(*of_regions, strict=True)
            ]

    def _targets_in(self, region: Region) -> list[list[InRegion]]:
        """What each part that is compared with a painting has to reach in a region.

        A term that knows nothing of averages is compared with each of the paintings.
        """
        weights = [source.weight for source in region.sources]
        of_sources = [self._statistics(source) for source in region.sources]
        targets = []
        for part, statistics in zip(
            self._graph.painted, zip(*of_sources, strict=True), strict=True
        ):
            where = self._at(part, region.where)
            counts = part.layer is None or counts_at(region.where, CONVOLUTIONS[part.layer].stride)
            area = region.share if counts else 0.0
            if isinstance(part.term, StyleLoss):
                kept = part.term.keep(part.term.mixture(statistics, weights))
                pairs = [(kept, 1.0)]
            else:
                pairs = list(zip(statistics, weights, strict=True))
            targets.append(
                [InRegion(kept, self._tensor(area * share), where) for kept, share in pairs]
            )
        return targets

    def _statistics(self, source: Source) -> list[Tensor]:
        picture = self._tensor(to_vgg(source.picture))
        return self._graph.statistics(
            picture, [self._at(part, source.where) for part in self._graph.painted]
        )

    def _at(self, part: Part, where: Shares | None) -> Tensor | None:
        """How much the positions of a part's layer count, (1, h, w, 1); None if all alike."""
        if where is None or part.layer is None:
            return None
        return self._tensor(at_positions(where, CONVOLUTIONS[part.layer].stride)[None, ..., None])

    def _tensor(self, values: ArrayLike) -> Tensor:
        return ops.convert_to_tensor(np.asarray(values, dtype=self._dtype))

    def evaluate(
        self, picture: NDArray[np.floating], weights: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.floating]]:
        """As `build.Evaluator.evaluate`."""
        weighted, gradient = self._graph.evaluate(
            ops.convert_to_tensor(picture),
            self.targets,
            ops.convert_to_tensor(weights.astype(self._dtype)),
        )
        values: NDArray[np.float64] = ops.convert_to_numpy(weighted).astype(np.float64)
        return values, ops.convert_to_numpy(gradient)
