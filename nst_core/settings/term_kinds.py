"""The kinds of loss terms there are: the built-in ones, and those of installed packages.

A package brings a kind by an entry point in the group `nst_core.losses` that names a `TermKind`.
The module that holds it must not import Keras, for the page reads it too; its factory may.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from nst_core import files
from nst_core.vgg16.layers import LayerName

ENTRY_POINTS = "nst_core.losses"


class Parameters(BaseModel):
    """What a kind of term can be told besides its weight and layers; a base for its own model."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", allow_inf_nan=False)


@dataclass(frozen=True)
class TermKind:
    """A kind of loss term, registered by its name.

    Attributes:
        name: what presets call it: small letters, digits and _.
        title, description: one line each, for people.
        sees: "features", once for each of its layers, or the "picture" itself.
        target: what it is compared with: the same of the "photo", of the "painting", or "nothing".
        factory: called with `normalization`, `pixels` (H * W in the classic recipe, else 1),
            `dtype` and the parameters; gives a `losses.Term`, a Keras layer.
        parameters: their schema.
        layers: those it takes where a preset names none; empty if it sees the picture.
    """

    name: str
    title: str
    description: str
    sees: Literal["features", "picture"]
    target: Literal["photo", "painting", "nothing"]
    factory: Callable[..., Any]
    parameters: type[Parameters] = Parameters
    layers: tuple[LayerName, ...] = ()


def _content(**options: Any) -> Any:
    from nst_core.objective.losses import ContentLoss

    return ContentLoss(**options)


def _style(**options: Any) -> Any:
    from nst_core.objective.losses import StyleLoss

    return StyleLoss(**options)


def _variation(**options: Any) -> Any:
    from nst_core.objective.losses import VariationLoss

    return VariationLoss(**options)


BUILT_IN = (
    TermKind(
        name="content",
        title="Photo",
        description="Squared distance of the features from the photo's.",
        sees="features",
        target="photo",
        factory=_content,
        layers=("block4_conv2",),
    ),
    TermKind(
        name="style",
        title="Painting",
        description="Squared distance of the Gram matrix from the painting's.",
        sees="features",
        target="painting",
        factory=_style,
        layers=("block3_conv1",),
    ),
    TermKind(
        name="variation",
        title="Smoothness",
        description="How rough the picture is.",
        sees="picture",
        target="nothing",
        factory=_variation,
    ),
)


def kinds() -> dict[str, TermKind]:
    """Name -> every usable kind, the built-in ones first."""
    return dict(_all()[0])


def broken() -> dict[str, str]:
    """Name -> what is wrong with a kind that an installed package brings."""
    return dict(_all()[1])


@functools.cache
def _all() -> tuple[dict[str, TermKind], dict[str, str]]:
    good = {kind.name: kind for kind in BUILT_IN}
    unusable: dict[str, str] = {}
    for entry in metadata.entry_points(group=ENTRY_POINTS):
        try:
            kind = entry.load()
            _check(kind, good)
        except Exception as error:  # whatever a stranger's package does as it is imported
            distribution = entry.dist.name if entry.dist else "of that name"
            unusable[entry.name] = (
                f"The package {distribution} must name a TermKind in the entry point "
                f"{ENTRY_POINTS}. Received: {entry.value}, {files.in_words(error)}."
            )
        else:
            good[kind.name] = kind
    return good, unusable


def _check(kind: object, taken: dict[str, TermKind]) -> None:
    if not isinstance(kind, TermKind):
        raise TypeError(f"a {type(kind).__name__}")
    if not kind.name.isidentifier() or not kind.name.islower() or not kind.name.isascii():
        raise ValueError(f"{kind.name!r} is no name in small letters")
    if kind.name in taken:
        raise ValueError(f"the name {kind.name} is taken")
    if (kind.sees == "features") != bool(kind.layers):
        raise ValueError("layers must be given where it sees features, and only there")
