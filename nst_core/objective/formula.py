"""Which terms a loss has, each with its Keras layer: what both ways to evaluate it share."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace

from nst_core.objective.backend import Tensor
from nst_core.objective.losses import Normalization, Term
from nst_core.settings import Settings
from nst_core.settings.term_kinds import kinds
from nst_core.settings.term_uses import TermUse
from nst_core.vgg16.layers import AS_TRAINED, LayerName, Network
from nst_core.vgg16.strengths import STRENGTHS


@dataclass(frozen=True)
class Part:
    """One term at one layer.

    Attributes:
        name: as the losses are told, "style/block1_conv1" or "variation".
        layer: whose features it takes; None if it takes the picture itself.
        target: what it is compared with: the "photo", the "painting" or "nothing".
        term: its Keras layer.
    """

    name: str
    layer: LayerName | None
    target: str
    term: Term

    def value(self, picture: Tensor, features: Mapping[LayerName, Tensor]) -> Tensor:
        """What the term takes: its layer's features (1, h, w, c), or the picture (1, H, W, 3)."""
        return features[self.layer] if self.layer else picture


@dataclass(frozen=True)
class Formula:
    """A loss without its weights and pictures; runs of equal formulas share what is compiled.

    Attributes:
        normalization: "classic" or "relative".
        uses: the terms, all of weight 0.
        dtype_policy: Keras's, of VGG16: "float32", "bfloat16" or "float64".
        pixels: H * W of the picture in the classic recipe, else 1: only classic terms depend on it.
        network: how VGG16 pools and pads.
    """

    normalization: Normalization
    uses: tuple[TermUse, ...]
    dtype_policy: str
    pixels: int
    network: Network = AS_TRAINED

    @classmethod
    def of(cls, settings: Settings, dtype_policy: str, pixels: int) -> "Formula":
        """The formula of a run's settings.

        Args:
            settings: recipe and terms are read.
            dtype_policy: see the attribute.
            pixels: H * W of the picture.

        Example:
            >>> Formula.of(Settings(), "float32", 300 * 500).names[0]
            'content/block2_conv2'
        """
        is_classic = settings.recipe == "classic"
        return cls(
            normalization="classic" if is_classic else "relative",
            uses=tuple(replace(use, weight=0.0, layer_weights=()) for use in settings.term_uses()),
            dtype_policy=dtype_policy,
            pixels=pixels if is_classic else 1,
            network=Network(settings.pooling, settings.padding),
        )

    @property
    def dtype(self) -> str:
        """Of pictures, terms and gradients: "float32" also where VGG16 computes in bfloat16."""
        return "float64" if self.dtype_policy == "float64" else "float32"

    @property
    def names(self) -> tuple[str, ...]:
        """The parts' names, in order."""
        return tuple(itertools.chain.from_iterable(use.names() for use in self.uses))

    @property
    def layers(self) -> tuple[LayerName, ...]:
        """All VGG16 layers whose features are taken, each once."""
        return tuple(sorted({layer for use in self.uses for layer in use.layers}))

    def parts(self) -> tuple[Part, ...]:
        """Each term at each of its layers, in order, with newly made Keras layers.

        Raises:
            InputError: a package's term cannot be imported.
        """
        return tuple(
            Part(name, layer, kinds()[use.kind].target, self._term(use, layer))
            for use in self.uses
            for name, layer in zip(use.names(), use.layers or (None,), strict=True)
        )

    def _term(self, use: TermUse, layer: LayerName | None) -> Term:
        term: Term = kinds()[use.kind].make(
            normalization=self.normalization,
            pixels=self.pixels,
            dtype=self.dtype,
            **dict(use.parameters),
        )
        term.usual = STRENGTHS[layer] if layer else None
        return term
