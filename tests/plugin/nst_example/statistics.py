"""The term's kind. Its layer needs Keras, so it is named by a string and imported by a run only."""

from pydantic import Field

from nst_core import Parameters, TermKind


class StatisticsParameters(Parameters):
    """deviation: weight of the standard deviations beside the means."""

    deviation: float = Field(1.0, ge=0.0, le=100.0)


STATISTICS = TermKind(
    name="statistics",
    title="Colour statistics",
    description="Distance of each channel's mean and standard deviation from the painting's.",
    sees="features",
    target="painting",
    factory="nst_example.layer:StatisticsLoss",
    parameters=StatisticsParameters,
    layers=("block1_conv1", "block2_conv1"),
)
