"""Which loss terms a run has: kind, weight, layers and parameters, as a preset writes them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
)

from nst_core.errors import shortened, shown
from nst_core.settings.term_kinds import TermKind, kinds
from nst_core.vgg16.layers import LAYER_NAMES, LayerName


HEAVIEST = 1e9
"""The largest weight of a term."""
Weight = Annotated[float, Field(ge=0.0, le=HEAVIEST)]
"""The type of a field that holds a term's weight."""


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


def _read_layers(value: object) -> "tuple[LayerName, ...] | LayerWeights":
    """The tuple, or the `LayerWeights`, that a list or a mapping stands for."""
    if isinstance(value, Mapping):
        return LayerWeights(_MAPPING.validate_python(dict(value)))
    layers = _SEQUENCE.validate_python(value)
    if len(set(layers)) != len(layers):
        raise ValueError("names a layer twice")
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
    Annotated[
        dict[LayerName, Annotated[float, Field(gt=0.0, le=HEAVIEST)]], Field(min_length=1)
    ],
    config=_STRICT,
)
Layers = Annotated[
    tuple[LayerName, ...] | LayerWeights,
    PlainValidator(_read_layers),
    PlainSerializer(plain_layers),
    WithJsonSchema(
        {
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
    ),
]
"""The type of a field that holds VGG16 layers: a tuple, each once and all alike, or weights."""


@dataclass(frozen=True)
class TermUse:
    """A term of a run's loss.

    Attributes:
        kind: the name of the term's kind in `term_kinds.kinds()`.
        weight: of the whole term; its layers share it.
        layers: the VGG16 layers whose features the term sees; none if it sees the picture.
        layer_weights: how much each of them counts beside the others; none if all count alike.
        parameters: names and values, in the order of the kind's own model.

    Example:
        >>> TermUse("style", 1.0, ("block1_conv1", "block2_conv1")).shares()
        (0.5, 0.5)
    """

    kind: str
    weight: float
    layers: tuple[LayerName, ...] = ()
    parameters: tuple[tuple[str, Any], ...] = ()
    layer_weights: tuple[float, ...] = ()

    @classmethod
    def at(
        cls,
        kind: str,
        weight: float,
        layers: tuple[LayerName, ...] | LayerWeights,
        **parameters: Any,
    ) -> "TermUse":
        """The use of a kind at layers that are weighted, or not.

        Example:
            >>> TermUse.at("style", 3.0, LayerWeights({"block1_conv1": 2.0, "block2_conv1": 1.0}))
            TermUse(kind='style', weight=3.0, layers=('block1_conv1', 'block2_conv1'), parameters=(), layer_weights=(2.0, 1.0))
        """
        weights = tuple(layers.values()) if isinstance(layers, LayerWeights) else ()
        return cls(kind, weight, tuple(layers), tuple(parameters.items()), weights)

    def names(self) -> tuple[str, ...]:
        """The names of the term's parts in tables of losses: "style/block1_conv1", "variation"."""
        return tuple(f"{self.kind}/{layer}" for layer in self.layers) or (self.kind,)

    def shares(self) -> tuple[float, ...]:
        """The weight of each part; they add up to the term's."""
        weights = self.layer_weights or (1.0,) * max(1, len(self.layers))
        return tuple(self.weight * weight / sum(weights) for weight in weights)


class _WrittenUse(BaseModel):
    """What a preset writes after a term's name; the extra fields are the kind's parameters."""

    model_config = ConfigDict(strict=True, extra="allow", allow_inf_nan=False)

    weight: Weight
    layers: Layers | None = None


def read(values: object) -> object:
    """The uses that a preset's `terms` name.

    Args:
        values: a mapping from each term's name to its weight, or to a mapping of `weight`, `layers`
            and the kind's parameters. A tuple of uses is handed back as it is.

    Returns:
        A tuple of `TermUse`.

    Raises:
        ValueError: what was expected and what came, without the last full stop.

    Example:
        >>> read({"style": 2.0})
        (TermUse(kind='style', weight=2.0, layers=('block3_conv1',), parameters=()),)
    """
    if not isinstance(values, Mapping):
        if isinstance(values, tuple) and all(isinstance(use, TermUse) for use in values):
            return values
        raise ValueError(f"terms must be 'name: weight' lines. Received: {shortened(values)}")
    return tuple(_use(name, written) for name, written in values.items())


def _use(name: object, written: object) -> TermUse:
    usable = kinds()
    if not isinstance(name, str) or name not in usable:
        raise ValueError(f"terms must be among {', '.join(usable)}. Received: {shortened(name)}")
    kind = usable[name]
    values = dict(written) if isinstance(written, Mapping) else {"weight": written}
    try:
        use = _WrittenUse.model_validate(values)
        parameters = kind.parameters.model_validate(use.model_extra or {})
    except ValidationError as error:
        raise ValueError(_first_fault(name, error)) from error
    if use.layers and kind.sees == "picture":
        raise ValueError(f"terms: {name} sees the picture and takes no layers. Received: layers")
    return TermUse.at(name, use.weight, use.layers or kind.layers, **dict(parameters))


def _first_fault(name: str, error: ValidationError) -> str:
    item = error.errors(include_url=False)[0]
    where = shown(".".join(str(part) for part in (name, *item["loc"])), 60)
    expected = item["msg"].removeprefix("Value error, ").replace("Input should", "must")
    expected = expected[:1].lower() + expected[1:]
    return f"terms: {where}: {shown(expected)}. Received: {shortened(item['input'])}"


def as_mapping(uses: tuple[TermUse, ...]) -> dict[str, Any]:
    """The mapping that `read` reads as these uses.

    Example:
        >>> as_mapping((TermUse("style", 2.0, ("block3_conv1",)),))
        {'style': 2.0}
    """
    usable = kinds()
    mapping: dict[str, Any] = {}
    for use in uses:
        values: dict[str, Any] = {"weight": use.weight}
        if use.layer_weights:
            values["layers"] = dict(zip(use.layers, use.layer_weights, strict=True))
        elif use.layers and use.layers != usable[use.kind].layers:
            values["layers"] = list(use.layers)
        values |= dict(use.parameters)
        mapping[use.kind] = values if len(values) > 1 else use.weight
    return mapping


def schema(allowed: Mapping[str, TermKind]) -> dict[str, Any]:
    """The JSON Schema of such a mapping.

    Args:
        allowed: the kinds of terms that it may name, by their names.

    Example:
        >>> list(schema(kinds())["properties"])
        ['content', 'style', 'variation']
    """
    weight = {"type": "number", "minimum": 0, "maximum": HEAVIEST}
    layers = TypeAdapter(Layers).json_schema()
    properties = {}
    for name, kind in allowed.items():
        parameters = kind.parameters.model_json_schema().get("properties", {})
        places = {"layers": layers} if kind.layers else {}
        long = {
            "type": "object",
            "properties": {"weight": weight, **places, **parameters},
            "required": ["weight"],
            "additionalProperties": False,
        }
        properties[name] = {"description": kind.description, "anyOf": [weight, long]}
    return {"type": "object", "properties": properties}


TermUses = Annotated[
    tuple[TermUse, ...],
    BeforeValidator(read),
    PlainSerializer(as_mapping),
    WithJsonSchema({"type": "object"}),
]
"""The type of a field that holds uses of terms, and is written as a mapping."""
