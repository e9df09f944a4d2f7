"""A setting that holds a number for each of several paintings."""

from typing import Annotated, Any

from pydantic import (
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
)

MOST_PAINTINGS = 16
"""How many paintings a run can have."""


class Numbers:
    """What a list of numbers may hold: the annotation of a field's type that says so.

    Args:
        lowest, highest: of each number.

    Example:
        >>> Numbers(0.0, 10.0).expected
        'a list of at most 16 numbers from 0 to 10'
    """

    def __init__(self, lowest: float, highest: float) -> None:
        each = Annotated[float, Field(ge=lowest, le=highest)]
        self._adapter: TypeAdapter[Any] = TypeAdapter(
            Annotated[list[each] | tuple[each, ...], Field(max_length=MOST_PAINTINGS)],
            config=ConfigDict(strict=True, allow_inf_nan=False),
        )
        self.expected = (
            f"a list of at most {MOST_PAINTINGS} numbers from {lowest:g} to {highest:.10g}"
        )
        self.schema = {
            "type": "array",
            "items": {"type": "number", "minimum": lowest, "maximum": highest},
            "maxItems": MOST_PAINTINGS,
        }

    def read(self, value: object) -> tuple[float, ...]:
        """The tuple that a list means.

        Raises:
            ValueError: what was expected.
        """
        try:
            return tuple(float(number) for number in self._adapter.validate_python(value))
        except ValidationError as error:
            raise ValueError(f"must be {self.expected}") from error


_WEIGHTS, _SCALES = Numbers(0.0, 1e9), Numbers(0.1, 4.0)
Weights = Annotated[
    tuple[float, ...],
    PlainValidator(_WEIGHTS.read),
    PlainSerializer(list),
    WithJsonSchema(_WEIGHTS.schema),
    _WEIGHTS,
]
"""The type of a field that holds a weight for each painting."""
StrokeSizes = Annotated[
    tuple[float, ...],
    PlainValidator(_SCALES.read),
    PlainSerializer(list),
    WithJsonSchema(_SCALES.schema),
    _SCALES,
]
"""The type of a field that holds a stroke size for each painting."""
