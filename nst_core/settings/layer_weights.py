"""Layers of VGG16 as a setting holds them: a list in which all count alike, or with weights."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import (
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    PlainSerializer,
    PlainValidator,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, core_schema

from nst_core.vgg16.layers import LAYER_NAMES, LayerName

HEAVIEST = 1e9
"""The largest weight of a term, and of a layer beside others."""
Weight = Annotated[float, Field(ge=0.0, le=HEAVIEST)]
"""The type of a field that holds a term's weight."""
EXPECTED = (
    "a list of different VGG16 layers, or a mapping from such layers to weights above 0, among "
    + ", ".join(LAYER_NAMES)
)
"""What a field of the type `Layers` takes, in words."""


class LayerWeights(Mapping[LayerName, float]):
    """VGG16 layers and how much each counts beside the others; like a tuple it never changes.

    Example:
        >>> weights = LayerWeights({"block1_conv1": 8.0, "block2_conv1": 4.0})
        >>> list(weights), weights["block1_conv1"]
        (['block1_conv1', 'block2_conv1'], 8.0)
    """

    def __init__(self, weights: Mapping[LayerName, float]) -> None:
        self._weights = dict(weights)

    def __getitem__(self, layer: LayerName) -> float:
        return self._weights[layer]

    def __iter__(self) -> Iterator[LayerName]:
        return iter(self._weights)

    def __len__(self) -> int:
        return len(self._weights)

    def __hash__(self) -> int:
        return hash(frozenset(self._weights.items()))

    def __repr__(self) -> str:
        return f"LayerWeights({self._weights})"

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """How pydantic writes one where it stands as a default in a JSON Schema."""
        return core_schema.is_instance_schema(
            cls, serialization=core_schema.plain_serializer_function_ser_schema(dict)
        )


def _read(value: object) -> tuple[LayerName, ...] | LayerWeights:
    """The tuple, or the `LayerWeights` in the network's order, that a list or a mapping means."""
    try:
        if isinstance(value, Mapping):
            weights = _MAPPING.validate_python(dict(value))
            return LayerWeights({name: weights[name] for name in LAYER_NAMES if name in weights})
        layers = _SEQUENCE.validate_python(value)
    except ValidationError as error:
        raise ValueError(f"must be {EXPECTED}") from error
    if len(set(layers)) != len(layers):
        raise ValueError(f"must be {EXPECTED}")
    return tuple(layers)


def plain_layers(layers: tuple[LayerName, ...] | LayerWeights) -> Any:
    """The list, or the mapping, that stands for these layers in YAML and JSON.

    Example:
        >>> plain_layers(("block1_conv1",))
        ['block1_conv1']
    """
    return dict(layers) if isinstance(layers, Mapping) else list(layers)


_STRICT = ConfigDict(strict=True, allow_inf_nan=False)
_SEQUENCE: TypeAdapter[Any] = TypeAdapter(
    Annotated[list[LayerName] | tuple[LayerName, ...], Field(min_length=1)], config=_STRICT
)
_MAPPING: TypeAdapter[dict[LayerName, float]] = TypeAdapter(
    Annotated[dict[LayerName, Annotated[float, Field(gt=0.0, le=HEAVIEST)]], Field(min_length=1)],
    config=_STRICT,
)
_SCHEMA = {
    "anyOf": [
        {
            "type": "array",
            "items": {"enum": list(LAYER_NAMES)},
            "minItems": 1,
            "uniqueItems": True,
        },
        {
            "type": "object",
            "propertyNames": {"enum": list(LAYER_NAMES)},
            "additionalProperties": {
                "type": "number",
                "exclusiveMinimum": 0,
                "maximum": HEAVIEST,
            },
            "minProperties": 1,
        },
    ]
}
Layers = Annotated[
    tuple[LayerName, ...] | LayerWeights,
    PlainValidator(_read),
    PlainSerializer(plain_layers),
    WithJsonSchema(_SCHEMA),
]
"""The type of a field that holds VGG16 layers: a tuple, each once and all alike, or weights."""
