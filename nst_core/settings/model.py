"""The one model of all settings; the command line, YAML, addresses and widgets read it here."""

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from nst_core.errors import InputError, joined
from nst_core.settings import rules
from nst_core.settings.layer_weights import Layers, LayerWeights, Weight
from nst_core.settings.recipes import NEWEST, usual_values
from nst_core.settings.refusals import sentences
from nst_core.settings.term_uses import TermUse, TermUses, style_uses
from nst_core.vgg16.layers import Padding, Pooling


class Settings(BaseModel):
    """How a photo is repainted. Unknown names and wrong values are refused by name.

    With `recipe="classic"`, or another `recipe_version`, the fields that are not given take the
    values that `recipes.usual_values` has.

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
    recipe_version: int = Field(
        NEWEST,
        ge=1,
        le=NEWEST,
        title="Version of the recipe",
        description="Which version of the default recipe the defaults are from; "
        "those of an earlier one are what they were.",
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
    underpainting: float = Field(
        0.75,
        ge=0.0,
        le=1.0,
        title="Underpainting",
        description="How freely the coarse scales lay out the painting's colours, before the "
        "finer ones draw the photo; 0 keeps to the photo throughout.",
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
        8,
        ge=1,
        le=1000,
        title="Evaluations",
        description="How often loss and gradient are computed for each iteration, at most.",
    )
    content_weight: Weight = Field(
        0.15, title="Photo", description="How much the photo's content counts in the loss."
    )
    style_weight: Weight = Field(
        1.0, title="Painting", description="How much the painting's style counts in the loss."
    )
    variation_weight: Weight = Field(
        1.0,
        title="Smoothness",
        description="How much the total variation counts in the loss; "
        "a larger weight gives a smoother picture.",
    )
    chroma_weight: Weight = Field(
        8.0,
        title="Colour smoothness",
        description="How much the total variation of the colours alone counts in the loss; "
        "a larger weight gives calmer colours and leaves the strokes.",
    )
    content_layers: Layers = Field(
        LayerWeights({"block2_conv2": 3.0, "block4_conv2": 4.0, "block5_conv1": 3.0}),
        title="Content layers",
        description="The VGG16 layers whose features are compared with the photo's; "
        "a mapping says how much each counts beside the others.",
    )
    centred: bool = Field(
        True,
        title="Centred content",
        description="The photo's features are compared without their means, which are left to the "
        "painting.",
    )
    style_layers: Layers = Field(
        LayerWeights(
            {
                "block1_conv1": 4.0,
                "block2_conv1": 2.0,
                "block3_conv1": 2.0,
                "block4_conv1": 2.0,
                "block5_conv1": 1.0,
            }
        ),
        title="Style layers",
        description="The VGG16 layers whose features are compared with the painting's; "
        "a mapping says how much each counts beside the others.",
    )
    statistic: Literal["gram", "covariance", "wasserstein", "mixed"] = Field(
        "mixed",
        title="Statistic",
        description="What is compared of the painting's features: their Gram matrix, their "
        "covariance and mean, the Wasserstein distance of these, or that at the layers of few "
        "channels only.",
    )
    pooling: Pooling = Field(
        "max",
        title="Pooling",
        description="What VGG16's poolings take of four positions: their largest value, their "
        "average, or the root of their mean square.",
    )
    padding: Padding = Field(
        "replicate",
        title="Border",
        description="What VGG16 sees beyond the picture's border: zero, or the "
        "outermost values again.",
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
        usual = usual_values(values.get("recipe"), values.get("recipe_version"))
        return dict(usual) | rules.with_one_way_to_size(values)

    @model_validator(mode="after")
    def _check(self) -> Self:
        rules.require_one_size(self.size, self.rows, self.columns)
        if self.recipe == "classic":
            rules.require_classic(self.scales, self.style_scale, self.statistic, self.terms)
        rules.require_terms(self._own_uses(), self.terms)
        return self

    def _own_uses(self) -> tuple[TermUse, ...]:
        """The terms that have settings of their own, those of weight 0 included."""
        return (
            TermUse.at("content", self.content_weight, self.content_layers, centred=self.centred),
            *style_uses(self.style_weight, self.style_layers, self.statistic),
            TermUse("variation", self.variation_weight),
            TermUse("chroma", self.chroma_weight),
        )

    def term_uses(self) -> tuple[TermUse, ...]:
        """Every term of the loss: content, style, variation, chroma, and those of `terms`.

        The chroma's is left out where its weight is 0, as it was before there was one.

        Example:
            >>> [use.kind for use in Settings(chroma_weight=2.0).term_uses()]
            ['content', 'style', 'variation', 'chroma']
        """
        own = [use for use in self._own_uses() if use.weight or use.kind != "chroma"]
        return (*own, *self.terms)

    def differences(self) -> dict[str, Any]:
        """The recipe, its version if it is an earlier one, and what differs from its defaults.

        Example:
            >>> Settings(seed=5).differences()
            {'recipe': 'default', 'seed': 5}
        """
        recipe = {"recipe": self.recipe, "recipe_version": self.recipe_version}
        usual = Settings(**recipe)  # type: ignore[arg-type]
        always = {"recipe"} | ({"recipe_version"} if self.recipe_version != NEWEST else set())
        return {
            name: getattr(self, name)
            for name in type(self).model_fields
            if name in always or getattr(self, name) != getattr(usual, name)
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
        return make_settings(self.differences() | rules.with_one_way_to_size(changes))


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
