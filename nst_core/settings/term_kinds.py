"""The kinds of loss terms there are: the built-in ones, and those of installed packages.

A package brings a kind by an entry point in the group `nst_core.losses` that names a `TermKind`;
`nst_core.TermKind` and `nst_core.Parameters` are for its use. The module that holds the kind must
not import Keras, for the page reads it too. Its factory, a subclass of
`nst_core.objective.losses.Term`, needs Keras; so the kind names it in a string, which is resolved
only when a run computes such a term.
"""

import functools
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from nst_core import files
from nst_core.errors import InputError
from nst_core.vgg16.layers import LayerName

ENTRY_POINTS = "nst_core.losses"


class Parameters(BaseModel):
    """What a kind of term can be told besides its weight and layers; a base for its own model.

    Example:
        >>> class StatisticsParameters(Parameters):
        ...     deviation: float = Field(1.0, ge=0.0, le=100.0)
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)


@dataclass(frozen=True)
class TermKind:
    """A kind of loss term, registered by its name.

    Attributes:
        name: what presets call it: small letters, digits and _.
        title, description: one line each, for people.
        sees: "features", once for each of its layers, or the "picture" itself.
        target: what it is compared with: the same of the "photo", of the "painting", or "nothing".
        factory: "module:Class", or a callable. It is called with `normalization`, `pixels` (H * W
            in the classic recipe, else 1), `dtype` and the parameters, and gives a
            `nst_core.objective.losses.Term`, which is a Keras layer.
        parameters: their schema.
        layers: those it takes where a preset names none; empty if it sees the picture.
        install_hint: what to do where the factory cannot be imported, in words that go on a
            sentence: "install it with: pip install nst-example[torch]".

    Example:
        >>> TermKind(
        ...     name="statistics",
        ...     title="Colour statistics",
        ...     description="Distance of each channel's mean from the painting's.",
        ...     sees="features",
        ...     target="painting",
        ...     factory="nst_example.layer:StatisticsLoss",
        ...     layers=("block1_conv1",),
        ... )
    """

    name: str
    title: str
    description: str
    sees: Literal["features", "picture"]
    target: Literal["photo", "painting", "nothing"]
    factory: str | Callable[..., Any]
    parameters: type[Parameters] = Parameters
    layers: tuple[LayerName, ...] = ()
    install_hint: str = ""

    def make(self, **options: Any) -> Any:
        """A new term of this kind, a Keras layer; imports its factory.

        Args:
            options: what the factory is called with.

        Raises:
            InputError: the factory cannot be imported.

        Example:
            >>> kinds()["content"].make(normalization="relative", pixels=1, dtype="float32")
        """
        return self._resolved_factory()(**options)

    def _resolved_factory(self) -> Callable[..., Any]:
        if not isinstance(self.factory, str):
            return self.factory
        try:
            factory: Callable[..., Any] = pkgutil.resolve_name(self.factory)
        except (ImportError, AttributeError) as error:
            hint = f"; {self.install_hint}" if self.install_hint else ""
            raise InputError(
                f"The factory of the loss term {self.name} must be something that can be imported "
                f"({files.in_words(error)}{hint}). Received: {self.factory}."
            ) from error
        return factory


Statistic = Literal["gram", "covariance", "wasserstein"]
"""What is compared of the painting's features; `objective/moments.py` has the formulas."""


class ContentParameters(Parameters):
    """How a content term compares."""

    centred: bool = False


class StyleParameters(Parameters):
    """What a style term compares."""

    statistic: Statistic = "gram"


BUILT_IN = (
    TermKind(
        name="content",
        title="Photo",
        description="Squared distance of the features from the photo's.",
        sees="features",
        target="photo",
        factory="nst_core.objective.losses:ContentLoss",
        parameters=ContentParameters,
        layers=("block4_conv2",),
    ),
    TermKind(
        name="style",
        title="Painting",
        description="Distance of the features' statistic from the painting's.",
        sees="features",
        target="painting",
        factory="nst_core.objective.moments:style_loss",
        parameters=StyleParameters,
        layers=("block3_conv1",),
    ),
    TermKind(
        name="variation",
        title="Smoothness",
        description="How rough the picture is.",
        sees="picture",
        target="nothing",
        factory="nst_core.objective.roughness:VariationLoss",
    ),
    TermKind(
        name="chroma",
        title="Colour smoothness",
        description="How rough the picture's colours are, whatever its lightness is.",
        sees="picture",
        target="nothing",
        factory="nst_core.objective.roughness:ChromaLoss",
    ),
)
"""The kinds that the project itself brings."""


def kinds() -> dict[str, TermKind]:
    """Every usable kind by its name, the built-in ones first.

    Example:
        >>> list(kinds())
        ['content', 'style', 'variation', 'chroma']
    """
    return dict(_registry()[0])


def broken() -> dict[str, str]:
    """What is wrong with kinds that installed packages bring: a sentence for each entry point.

    Example:
        >>> broken()
        {}
    """
    return dict(_registry()[1])


@functools.cache
def _registry() -> tuple[dict[str, TermKind], dict[str, str]]:
    usable = {kind.name: kind for kind in BUILT_IN}
    refused: dict[str, str] = {}
    for entry in metadata.entry_points(group=ENTRY_POINTS):
        try:
            kind = entry.load()
            _check(kind, usable)
        except Exception as error:  # whatever a stranger's package does as it is imported
            distribution = entry.dist.name if entry.dist else "of that name"
            refused[entry.name] = (
                f"The package {distribution} must name a TermKind in the entry point "
                f"{ENTRY_POINTS}. Received: {entry.value}, {files.in_words(error)}."
            )
        else:
            usable[kind.name] = kind
    return usable, refused


def _check(kind: object, taken: dict[str, TermKind]) -> None:
    if not isinstance(kind, TermKind):
        raise TypeError(f"a {type(kind).__name__}")
    if not kind.name.isidentifier() or not kind.name.islower() or not kind.name.isascii():
        raise ValueError(f"{kind.name!r} is no name in small letters")
    if kind.name in taken:
        raise ValueError(f"the name {kind.name} is taken")
    if (kind.sees == "features") != bool(kind.layers):
        raise ValueError("layers must be given where it sees features, and only there")
    if isinstance(kind.factory, str) and len(kind.factory.split(":")) != 2:
        raise ValueError(f"factory must be 'module:Class', not {kind.factory!r}")
