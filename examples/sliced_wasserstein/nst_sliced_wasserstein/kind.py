"""What the term is called and can be told. This file imports no Keras, for the page reads it."""

from pydantic import Field

from nst_core import Parameters, TermKind


class SlicedWassersteinParameters(Parameters):
    """What a preset may say besides the term's weight and layers.

    Attributes:
        directions: onto how many directions the features are projected; time grows with it.
        seed: of the random directions.

    Example:
        >>> SlicedWassersteinParameters(directions=16).seed
        0
    """

    directions: int = Field(32, ge=1, le=512)
    seed: int = Field(0, ge=0, le=2**31 - 1)


SLICED_WASSERSTEIN = TermKind(
    name="sliced_wasserstein",
    title="Sliced Wasserstein",
    description="How far the features would have to move to be spread as the painting's are.",
    sees="features",
    target="painting",
    factory="nst_sliced_wasserstein.term:SlicedWassersteinLoss",
    parameters=SlicedWassersteinParameters,
    layers=("block2_conv1", "block3_conv1", "block4_conv1"),
)
