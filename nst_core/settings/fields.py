"""The fields of all settings: names, defaults, bounds, and help in one sentence."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from nst_core.settings.layer_weights import Layers, LayerWeights, Weight
from nst_core.settings.numbers import StrokeSizes, Weights
from nst_core.settings.recipes import NEWEST
from nst_core.settings.term_uses import TermUses
from nst_core.vgg16.layers import Padding, Pooling


class Fields(BaseModel):
    """Every setting there is, in the order in which people meet them; `Settings` is for use."""

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
    style_mix: Weights = Field(
        (),
        title="Mix",
        description="How much each of several paintings counts, in their order; "
        "nothing if they count alike.",
    )
    style_scales: StrokeSizes = Field(
        (),
        title="Stroke sizes",
        description="The stroke size of each of several paintings, times the stroke size of all.",
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
    colours: Literal["painting", "photo", "luminance"] = Field(
        "painting",
        title="Colours",
        description="Whose colours the result has: the painting's; the photo's, to whose mean and "
        "covariance the painting's are brought before it is looked at; or, by luminance, those of "
        "the photo at each place, under the result's lightness.",
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
    optimizer: Literal["lbfgs", "adam"] = Field(
        "lbfgs",
        title="Optimiser",
        description="What lowers the loss: L-BFGS-B, or Adam with an average of its steps, for "
        "terms whose loss is noisy.",
    )
    restart: bool = Field(
        False,
        title="Restart",
        description="Each iteration starts afresh, without what the optimiser learned before.",
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
