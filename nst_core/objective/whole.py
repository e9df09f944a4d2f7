"""Picture -> (loss, gradient, the weighted terms)."""

import functools
import hashlib
import itertools
import math
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from keras import ops
from numpy.typing import ArrayLike, NDArray

from nst_core.machine import precision
from nst_core.objective import gradient as differentiate
from nst_core.objective.losses import Term
from nst_core.objective.tiled import TiledObjective
from nst_core.pictures.pixels import Pixels, check_pixels
from nst_core.plan import tiles
from nst_core.settings import Settings
from nst_core.settings import term_kinds as terms
from nst_core.settings.term_uses import TermUse
from nst_core.vgg16.features import build_features
from nst_core.vgg16.layers import LayerName, smallest_side
from nst_core.vgg16.space import to_vgg

Tensor = Any


@dataclass(frozen=True)
class Graph:
    """All that is compiled for one size, choice of layers and precision.

    It holds nothing of a photo, a painting or a weight, so that runs alike share it.

    Attributes:
        names: of the terms, in order.
        evaluate: (picture, targets, weights (t,)) -> (weighted terms (t,), gradient of their sum);
            targets: of the photo, then of the painting.
        targets: for "photo" and "painting": picture -> targets of the terms that compare with it.
        dtype: of pictures, terms and gradients.
        key: equal in graphs whose targets are equal for equal pictures.
    """

    names: tuple[str, ...]
    evaluate: Callable[[Tensor, Sequence[Tensor], Tensor], tuple[Tensor, Tensor]]
    targets: Mapping[str, Callable[[Tensor], list[Tensor]]]
    dtype: str
    key: tuple[object, ...]


class Objective:
    """The loss of a picture and its gradient: `loss, gradient = objective(x)`.

    Attributes:
        terms: the last evaluation's weighted terms by name ("content/LAYER", "style/LAYER",
            "variation", and those of `Settings.terms`); their sum is the loss.
    """

    def __init__(self, graph: Graph, content: Pixels, style: Pixels, settings: Settings) -> None:
        self.terms: dict[str, float] = {}
        self._graph = graph
        self._shape = (1, *content.shape)
        self._targets = [
            *_TARGETS.get(graph, "photo", content),
            *_TARGETS.get(graph, "painting", style),
        ]
        self.set_weights(settings)

    def set_weights(self, settings: Settings) -> None:
        """Take the weights of `settings`; nothing is traced and no target computed again."""
        self._weights = self._tensor(
            [use.share() for use in settings.term_uses() for _ in use.names()]
        )

    def __call__(self, x: ArrayLike) -> tuple[float, NDArray[np.float64]]:
        """Evaluate at `x`, any shape that holds H*W*3 values, ordered (H, W, 3), BGR minus mean.

        Returns:
            The loss, and its gradient, float64 of x's shape.

        Raises:
            ValueError: x holds another number of values.
        """
        x = np.asarray(x)
        if x.size != np.prod(self._shape):
            raise ValueError(
                f"x must hold {' x '.join(map(str, self._shape[1:]))} values. Received: {x.shape}"
            )
        picture = self._tensor(x.reshape(self._shape))
        weighted, gradient = self._graph.evaluate(picture, self._targets, self._weights)
        values = ops.convert_to_numpy(weighted).astype(np.float64).tolist()
        # A new one each time: whoever kept the last one keeps it unchanged.
        self.terms = dict(zip(self._graph.names, values, strict=True))
        # SciPy wants float64; the gradient arrives as float32.
        return sum(values), ops.convert_to_numpy(gradient).astype(np.float64).reshape(x.shape)

    def _tensor(self, values: ArrayLike) -> Tensor:
        return ops.convert_to_tensor(np.asarray(values, dtype=self._graph.dtype))


def build_objective(
    content: Pixels,
    style: Pixels,
    settings: Settings,
    dtype_policy: str | None = None,
) -> Objective | TiledObjective:
    """The objective of `settings` for a photo and a painting; their targets are computed here.

    Pictures of more than `tiles.LARGEST_WHOLE` pixels are computed by tiles.

    Args:
        content: the photo, uint8 RGB (H, W, 3), at working size.
        style: the painting, uint8 RGB (h, w, 3), at working size.
        settings: the recipe, its weights and layers; sizes are those of the arrays.
        dtype_policy: a Keras dtype policy to use instead of `settings.precision`; "float64" is
            for checking.

    Raises:
        ImageError: an array of another kind, or too small for the deepest layer.
        WeightsError: no source gave VGG16's weights.
    """
    uses = settings.term_uses()
    layers = tuple(layer for use in uses for layer in use.layers)
    check_pixels(content, "content", smallest_side(layers))
    check_pixels(style, "style", smallest_side(layers))
    policy = dtype_policy or precision.resolve(settings, content.shape[0] * content.shape[1])
    if tiles.are_needed(content.shape[:2], style.shape[:2]):
        return TiledObjective(content, style, settings, policy)
    graph = _build_graph(
        settings.recipe,
        tuple(replace(use, weight=0.0) for use in uses),
        policy,
        (content.shape[:2], style.shape[:2]),
    )
    return Objective(graph, content, style, settings)


@dataclass(frozen=True)
class _Part:
    """One term at one layer.

    Attributes:
        layer: whose features it sees; None if it sees the picture itself.
        target: "photo", "painting" or "nothing".
        term: its Keras layer.
    """

    layer: LayerName | None
    target: str
    term: Term


@functools.lru_cache(maxsize=24)
def _build_graph(
    recipe: str,
    uses: tuple[TermUse, ...],
    dtype_policy: str,
    sizes: tuple[tuple[int, int], tuple[int, int]],
) -> Graph:
    """One for each pair of sizes, though few parts know them: so old traces can be dropped."""
    # Only the classic terms know the picture's size.
    pixels = sizes[0][0] * sizes[0][1] if recipe == "classic" else 1
    dtype = "float64" if dtype_policy == "float64" else "float32"
    parts = _parts(recipe, uses, dtype, pixels)
    layers = tuple(sorted({part.layer for part in parts if part.layer}))
    features_of = build_features(layers, dtype_policy)
    # What is compared with the photo, with the painting, with nothing: targets come in that order.
    order = {"photo": 0, "painting": 1, "nothing": 2}
    ranked = sorted(range(len(parts)), key=lambda index: order[parts[index].target])

    def seen(part: _Part, picture: Tensor, features: Mapping[str, Tensor]) -> Tensor:
        return features[part.layer] if part.layer else picture

    def weighted_terms(picture: Tensor, targets: Sequence[Tensor], weights: Tensor) -> Tensor:
        features = features_of(picture)
        values: list[Tensor] = [None] * len(parts)
        for index, target in itertools.zip_longest(ranked, targets):
            part = parts[index]
            against = () if part.target == "nothing" else (target,)
            values[index] = part.term(seen(part, picture, features), *against)
        return ops.stack(values) * weights

    def targets_of(kind: str) -> Callable[[Tensor], list[Tensor]]:
        def targets(picture: Tensor) -> list[Tensor]:
            features = features_of(picture)
            return [
                part.term.target(seen(part, picture, features))
                for part in parts
                if part.target == kind
            ]

        return targets

    return Graph(
        names=tuple(name for use in uses for name in use.names()),
        evaluate=differentiate.value_and_gradient(weighted_terms),
        targets={kind: differentiate.compiled(targets_of(kind)) for kind in ("photo", "painting")},
        dtype=dtype,
        key=(recipe, uses, dtype_policy),
    )


def _parts(recipe: str, uses: tuple[TermUse, ...], dtype: str, pixels: int) -> list[_Part]:
    known = terms.kinds()
    common = {
        "normalization": "classic" if recipe == "classic" else "relative",
        "pixels": pixels,
        "dtype": dtype,
    }
    return [
        _Part(
            layer, known[use.kind].target, known[use.kind].factory(**common, **dict(use.parameters))
        )
        for use in uses
        for layer in use.layers or (None,)
    ]


class _Targets:
    """Targets of the pictures seen last, so that a run like the last one computes none again."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._known: OrderedDict[tuple[object, ...], list[Tensor]] = OrderedDict()

    def get(self, graph: Graph, kind: str, picture: Pixels) -> list[Tensor]:
        """Targets of a picture, uint8 (H, W, 3), as "photo" or as "painting"; computed or kept."""
        digest = hashlib.sha256(picture.tobytes()).digest()
        key = (graph.key, kind, picture.shape, digest)
        if key not in self._known:
            values = np.asarray(to_vgg(picture), dtype=graph.dtype)
            self._known[key] = graph.targets[kind](ops.convert_to_tensor(values))
        self._known.move_to_end(key)
        while len(self._known) > 1 and self._bytes() > self._most_bytes:
            self._known.popitem(last=False)
        return self._known[key]

    def _bytes(self) -> int:
        tensors = (tensor for targets in self._known.values() for tensor in targets)
        return sum(math.prod(tensor.shape) * 4 for tensor in tensors)


_TARGETS = _Targets(most_bytes=512 * 2**20)
