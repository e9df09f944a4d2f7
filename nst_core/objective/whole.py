"""A loss and its gradient, computed of the picture in one piece."""

import hashlib
import math
from collections import OrderedDict

import numpy as np
from keras import ops
from numpy.typing import NDArray

from nst_core.objective.backend import Tensor
from nst_core.objective.formula import Formula
from nst_core.objective.graph import WholeGraph, whole_graph
from nst_core.pictures.pixels import Pixels
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
        style: the painting, uint8 (h, w, 3), at working size.

    Attributes:
        targets: of the photo, then of the painting; one for each part that is compared with one.
    """

    def __init__(self, formula: Formula, content: Pixels, style: Pixels) -> None:
        self._dtype = formula.dtype
        self._graph = whole_graph(formula, (content.shape[:2], style.shape[:2]))
        self.targets = [
            *_CACHE.get(formula, self._graph, "photo", content),
            *_CACHE.get(formula, self._graph, "painting", style),
        ]

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
