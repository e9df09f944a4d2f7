"""The one model of all settings; the command line, YAML, addresses and widgets read it here."""

import types
from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from nst_core.errors import InputError, joined
from nst_core.pictures.pixels import SMALLEST_SIDE
from nst_core.settings.refusals import sentences
from nst_core.settings.term_uses import Layers, TermUse, TermUses, Weight

CLASSIC: Mapping[str, Any] = types.MappingProxyType(
    {
        "size": 0,
        "rows": 300,
        "columns": 500,
        "scales": 1,
        "iterations": 30,
        "evaluations": 20,
        "content_weight": 0.025,
        "style_weight": 1.0,
        "variation_weight": 1.0,
        "start": "noise",
        "restart": True,
        "memory": 10,
        "precision": "float32",
    }
)
"""Where the classic recipe's defaults differ from the field defaults below."""


class Settings(BaseModel):
    """How a photo is repainted. Unknown names and wrong values are refused by name.

    With `recipe="classic"` the fields that are not given take the values of `CLASSIC`.

    Raises:
        pydantic.ValidationError: a `ValueError`; `make_settings` says the same in one sentence.

    Example:
        >>> Settings(recipe="classic").iterations
        30
    """

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", allow_inf_nan=False, validate_default=True
    )

    recipe: Literal["default", "classic"] = Field(
        "default",
        title="Recipe",
        description="The project's own recipe, or exactly that of the first Keras example.",
    )
    size: int = Field(
        512,
        ge=0,
        le=8192,
        title="Size",
        description="The longer side of the result in pixels; "
        "if it is 0, rows and columns count instead.",
    )
    rows: int = Field(
        0,
        ge=0,
        le=8192,
        title="Rows",
        description="The exact height of the result, in pixels, if size is 0.",
    )
    columns: int = Field(
        0,
        ge=0,
        le=8192,
        title="Columns",
        description="The exact width of the result, in pixels, if size is 0.",
    )
    scales: int = Field(
        3,
        ge=1,
        le=8,
        title="Scales",
        description="How many sizes the picture goes through, from coarse to fine; "
        "each is twice the last.",
    )
    style_scale: float = Field(
        1.0,
        ge=0.1,
        le=4.0,
        title="Stroke size",
        description="The longer side of the painting relative to the result's; "
        "a larger painting gives larger strokes.",
    )
    iterations: int = Field(
        18,
        ge=1,
        le=1000,
        title="Iterations",
        description="How many pictures the run hands out, over all scales.",
    )
    evaluations: int = Field(
        10,
        ge=1,
        le=1000,
        title="Evaluations",
        description="How often loss and gradient are computed for each iteration, at most.",
    )
    content_weight: Weight = Field(
        0.12, title="Photo", description="How much the photo's content counts in the loss."
    )
    style_weight: Weight = Field(
        1.0, title="Painting", description="How much the painting's style counts in the loss."
    )
    variation_weight: Weight = Field(
        0.5,
        title="Smoothness",
        description="How much the total variation counts in the loss; "
        "a larger weight gives a smoother picture.",
    )
    content_layers: Layers = Field(
        ("block4_conv2",),
        title="Content layers",
        description="The VGG16 layers whose features are compared with the photo's.",
    )
    style_layers: Layers = Field(
        ("block1_conv1", "block2_conv1", "block3_conv1", "block4_conv1", "block5_conv1"),
        title="Style layers",
        description="The VGG16 layers whose Gram matrices are compared with the painting's.",
    )
    terms: TermUses = Field(
        (),
        title="Further terms",
        description="Further terms of the loss and their weights; "
        "installed packages may bring such terms.",
    )
    start: Literal["photo", "noise", "painting", "blend"] = Field(
        "photo",
        title="Start",
        description="The picture that the run starts from; a blend is the photo with some noise.",
    )
    blend: float = Field(
        0.5,
        ge=0.0,
        le=1.0,
        title="Noise in the blend",
        description="The share of noise if the run starts from a blend; the rest is the photo.",
    )
    seed: int = Field(
        0,
        ge=0,
        le=2**32 - 1,
        title="Seed",
        description="The seed of the noise; the same seed gives the same noise.",
    )
    restart: bool = Field(
        False,
        title="Restart",
        description="Each iteration starts afresh, without the curvature that was learned before.",
    )
    memory: int = Field(
        10,
        ge=1,
        le=100,
        title="Memory",
        description="How many pairs of steps L-BFGS-B remembers.",
    )
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        "auto",
        title="Precision",
        description="The arithmetic of the convolutions; "
        "auto takes the fastest that is good enough.",
    )

    @model_validator(mode="before")
    @classmethod
    def _fill_from_recipe(cls, values: object) -> object:
        if not isinstance(values, dict):
            return values
        if values.get("recipe") == "classic":
            return dict(CLASSIC) | _with_one_way_to_size(values)
        return _with_one_way_to_size(values)

    @model_validator(mode="after")
    def _check_size(self) -> Self:
        exact = (self.rows, self.columns)
        if self.size == 0 and min(exact) < SMALLEST_SIDE:
            raise ValueError(
                f"rows and columns must both be at least {SMALLEST_SIDE} when size is 0. "
                f"Received: rows={self.rows}, columns={self.columns}"
            )
        if self.size > 0 and any(exact):
            raise ValueError(
                "size must be 0 when rows and columns are given. "
                f"Received: size={self.size}, rows={self.rows}, columns={self.columns}"
            )
        if 0 < self.size < SMALLEST_SIDE:
            raise ValueError(f"size must be 0 or at least {SMALLEST_SIDE}. Received: {self.size}")
        if self.recipe == "classic" and (self.scales, self.style_scale) != (1, 1.0):
            raise ValueError(
                "scales and style_scale must be 1 in the classic recipe, whose terms depend on "
                f"the size. Received: scales={self.scales}, style_scale={self.style_scale}"
            )
        return self

    @model_validator(mode="after")
    def _check_terms(self) -> Self:
        if not any(use.weight for use in self.term_uses()):
            raise ValueError(
                "one of content_weight, style_weight and variation_weight must be above 0. "
                "Received: 0 for each"
            )
        names = [name for use in self.term_uses() for name in use.names()]
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            raise ValueError(
                "terms must not name what has a setting of its own. "
                f"Received: {', '.join(repeated)}, too"
            )
        return self

    def term_uses(self) -> tuple[TermUse, ...]:
        """Every term of the loss: content, style, variation, and those of `terms`.

        Example:
            >>> [use.kind for use in Settings().term_uses()]
            ['content', 'style', 'variation']
        """
        return (
            TermUse("content", self.content_weight, self.content_layers),
            TermUse("style", self.style_weight, self.style_layers),
            TermUse("variation", self.variation_weight),
            *self.terms,
        )

    def differences(self) -> dict[str, Any]:
        """The recipe, and the fields that differ from its defaults, by name.

        Example:
            >>> Settings(seed=5).differences()
            {'recipe': 'default', 'seed': 5}
        """
        usual = Settings(recipe=self.recipe)
        return {
            name: getattr(self, name)
            for name in type(self).model_fields
            if name == "recipe" or getattr(self, name) != getattr(usual, name)
        }

    def changed(self, /, **changes: object) -> "Settings":
        """These settings with some fields changed, validated as a whole.

        A new `size` drops `rows` and `columns`, and new `rows` or `columns` drop `size`. Another
        `recipe` brings its own defaults for every field that has the default of the old one.

        Raises:
            InputError: a name or a value is not allowed.

        Example:
            >>> Settings(size=300, seed=5).changed(rows=64, columns=80).differences()
            {'recipe': 'default', 'size': 0, 'rows': 64, 'columns': 80, 'seed': 5}
        """
        return make_settings(self.differences() | _with_one_way_to_size(changes))


def make_settings(values: Mapping[str, Any]) -> Settings:
    """The settings with these fields, and the defaults of their recipe for all others.

    Args:
        values: field name -> value.

    Raises:
        InputError: one sentence that names each refused field, what is allowed and what came.

    Example:
        >>> make_settings({"size": 300}).size
        300
    """
    try:
        return Settings(**values)
    except ValidationError as error:
        raise InputError(f"{joined(sentences(error, Settings.model_fields))}.") from error


def _with_one_way_to_size(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values, where a size given in one of its two ways switches the other one off."""
    complete = dict(values)
    if "size" not in complete and ("rows" in complete or "columns" in complete):
        if any(complete.get(name) for name in ("rows", "columns")):
            complete["size"] = 0
    elif complete.get("size"):
        complete.setdefault("rows", 0)
        complete.setdefault("columns", 0)
    return complete
