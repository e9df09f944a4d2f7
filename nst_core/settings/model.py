"""The one model of all settings; the command line, YAML, addresses and widgets read it here."""

import difflib
import types
from collections.abc import Mapping
from typing import Any, Literal, Self, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.fields import FieldInfo

from nst_core.errors import InputError
from nst_core.pictures.pixels import SMALLEST_SIDE
from nst_core.settings.term_uses import Layers, TermUse, TermUses, Weight
from nst_core.vgg16.layers import LAYER_NAMES

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
    """How a photo is repainted. Frozen; unknown names and wrong values are refused by name.

    With `recipe="classic"` the fields that are not given take the values of `CLASSIC`.

    Raises:
        pydantic.ValidationError: a `ValueError`; `make_settings` says the same in one sentence.
    """

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", allow_inf_nan=False, validate_default=True
    )

    recipe: Literal["default", "classic"] = Field(
        "default",
        title="Recipe",
        description="The project's own recipe, or the exact recipe of the first Keras example.",
    )
    size: int = Field(
        512,
        ge=0,
        le=8192,
        title="Size",
        description="Longer side of the result in pixels, aspect kept; 0 takes rows and columns.",
    )
    rows: int = Field(
        0, ge=0, le=8192, title="Rows", description="Exact height in pixels, when size is 0."
    )
    columns: int = Field(
        0, ge=0, le=8192, title="Columns", description="Exact width in pixels, when size is 0."
    )
    scales: int = Field(
        3,
        ge=1,
        le=8,
        title="Scales",
        description="How many sizes to go through from coarse to fine, each twice the last.",
    )
    style_scale: float = Field(
        1.0,
        ge=0.1,
        le=4.0,
        title="Stroke size",
        description="Longer side of the painting relative to the result's; larger, larger strokes.",
    )
    iterations: int = Field(
        18,
        ge=1,
        le=1000,
        title="Iterations",
        description="How many pictures the run leaves, over all scales.",
    )
    evaluations: int = Field(
        10,
        ge=1,
        le=1000,
        title="Evaluations",
        description="Evaluations of loss and gradient for each iteration, at most.",
    )
    content_weight: Weight = Field(
        0.12, title="Photo", description="Weight of the photo's content in the loss."
    )
    style_weight: Weight = Field(
        1.0, title="Painting", description="Weight of the painting's style in the loss."
    )
    variation_weight: Weight = Field(
        0.5, title="Smoothness", description="Weight of the total variation in the loss."
    )
    content_layers: Layers = Field(
        ("block4_conv2",),
        title="Content layers",
        description="VGG16 layers whose features hold the photo's content.",
    )
    style_layers: Layers = Field(
        ("block1_conv1", "block2_conv1", "block3_conv1", "block4_conv1", "block5_conv1"),
        title="Style layers",
        description="VGG16 layers whose Gram matrices hold the painting's style.",
    )
    terms: TermUses = Field(
        (),
        title="Further terms",
        description="Weights of further loss terms by name; installed packages may bring some.",
    )
    start: Literal["photo", "noise", "painting", "blend"] = Field(
        "photo",
        title="Start",
        description="The first picture; a blend is the photo with a share of noise.",
    )
    blend: float = Field(
        0.5,
        ge=0.0,
        le=1.0,
        title="Noise in the blend",
        description="Share of noise when the start is a blend; the rest is the photo.",
    )
    seed: int = Field(
        0, ge=0, le=2**32 - 1, title="Seed", description="Seed of the noise; same seed, same noise."
    )
    restart: bool = Field(
        False,
        title="Restart",
        description="Begin each iteration afresh, without the curvature learned before.",
    )
    memory: int = Field(
        10,
        ge=1,
        le=100,
        title="Memory",
        description="Pairs of steps that L-BFGS-B remembers.",
    )
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        "auto",
        title="Precision",
        description="Arithmetic of the convolutions; auto takes the fastest that is good enough.",
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
    def _check_together(self) -> Self:
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
        if not any(use.weight for use in self.term_uses()):
            raise ValueError(
                "one of content_weight, style_weight and variation_weight must be above 0. "
                "Received: 0 for each"
            )
        names = [name for use in self.term_uses() for name in use.names()]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(
                "terms must not name what has a setting of its own. "
                f"Received: {', '.join(twice)}, too"
            )
        if self.recipe == "classic" and (self.scales, self.style_scale) != (1, 1.0):
            raise ValueError(
                "scales and style_scale must be 1 in the classic recipe, whose terms depend on "
                f"the size. Received: scales={self.scales}, style_scale={self.style_scale}"
            )
        return self

    def term_uses(self) -> tuple[TermUse, ...]:
        """All terms of the loss: content, style, variation, and those of `terms`."""
        return (
            TermUse("content", self.content_weight, self.content_layers),
            TermUse("style", self.style_weight, self.style_layers),
            TermUse("variation", self.variation_weight),
            *self.terms,
        )

    def differences(self) -> dict[str, Any]:
        """The fields that differ from the defaults of their recipe, by name."""
        usual = Settings(recipe=self.recipe)
        return {
            name: getattr(self, name)
            for name in type(self).model_fields
            if name == "recipe" or getattr(self, name) != getattr(usual, name)
        }

    def changed(self, /, **changes: object) -> "Settings":
        """These settings with some fields changed, validated as a whole.

        A new `size` drops `rows` and `columns`, new `rows` or `columns` drop `size`, and another
        `recipe` brings its own defaults for all that was not set differently.

        Raises:
            InputError: a name or value is not allowed.
        """
        return make_settings(self.differences() | _with_one_way_to_size(changes))


def _with_one_way_to_size(values: Mapping[str, Any]) -> dict[str, Any]:
    """Complete a size given in one of its two ways, so that the other does not contradict it."""
    given = dict(values)
    if "size" not in given and ("rows" in given or "columns" in given):
        if any(given.get(name) for name in ("rows", "columns")):
            given["size"] = 0
    elif given.get("size"):
        given.setdefault("rows", 0)
        given.setdefault("columns", 0)
    return given


def make_settings(values: Mapping[str, Any]) -> Settings:
    """Validate `values` (field name -> value).

    Raises:
        InputError: one sentence that names each refused field, what is allowed and what came.
    """
    try:
        return Settings(**values)
    except ValidationError as error:
        raise InputError("; ".join(sentences(error).values()) + ".") from error


def sentences(error: ValidationError) -> dict[str, str]:
    """For each refused field ("" for several together) what was expected and what came."""
    found: dict[str, str] = {}
    for item in error.errors(include_url=False):
        name = str(item["loc"][0]) if item["loc"] else ""
        if item["type"] == "extra_forbidden":
            near = difflib.get_close_matches(name, Settings.model_fields, n=1)
            hint = f"; did you mean {near[0]}?" if near else "."
            found.setdefault(name, f"{name} is not a setting{hint} Received: {_short(item)}")
        elif name == "terms":
            found.setdefault(name, item["msg"].removeprefix("Value error, "))
        elif name:
            wanted = f"{name} must be {expectation(name)}"
            found.setdefault(name, f"{wanted}. Received: {_short(item)}")
        else:
            found[""] = item["msg"].removeprefix("Value error, ")
    return found


def expectation(name: str) -> str:
    """What field `name` takes, in words: "a whole number from 1 to 1000"."""
    field = Settings.model_fields[name]
    annotation = field.annotation
    if get_origin(annotation) is Literal:
        return "one of " + ", ".join(get_args(annotation))
    if name == "terms":
        return "a mapping from names of terms to their weights"
    if get_origin(annotation) is tuple:
        return "a list of different VGG16 layers, among " + ", ".join(LAYER_NAMES)
    if annotation is bool:
        return "true or false"
    low, high = bounds(field)
    kind = "a whole number" if annotation is int else "a number"
    return f"{kind} from {low:g} to {high:.10g}"


def bounds(field: FieldInfo) -> tuple[float, float]:
    """Lowest and highest value of a numeric field."""
    low = next(item.ge for item in field.metadata if isinstance(item, Ge))
    high = next(item.le for item in field.metadata if isinstance(item, Le))
    return low, high  # type: ignore[return-value]


def _short(item: Any) -> str:
    text = repr(item["input"])
    return text if len(text) <= 60 else f"{text[:57]}..."
