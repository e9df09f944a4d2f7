"""The term's kind; what needs Keras is imported only when a run builds it."""

from typing import Any

from pydantic import Field

from nst_core.settings.term_kinds import Parameters, TermKind


class StatisticsParameters(Parameters):
    """deviation: weight of the standard deviations beside the means."""

    deviation: float = Field(1.0, ge=0.0, le=100.0)


def _layer(**options: Any) -> Any:
    from nst_example.layer import StatisticsLoss

    return StatisticsLoss(**options)


STATISTICS = TermKind(
    name="statistics",
    title="Colour statistics",
    description="Distance of each channel's mean and standard deviation from the painting's.",
    sees="features",
    target="painting",
    factory=_layer,
    parameters=StatisticsParameters,
    layers=("block1_conv1", "block2_conv1"),
)
