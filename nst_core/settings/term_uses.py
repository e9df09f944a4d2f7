"""Which loss terms a run has: kind, weight, layers and parameters, read from what a preset says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    WithJsonSchema,
)

from nst_core.settings import term_kinds as terms
from nst_core.vgg16.layers import LAYER_NAMES, LayerName


def _tuple_from_list(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _without_repeats(layers: tuple[LayerName, ...]) -> tuple[LayerName, ...]:
    if len(set(layers)) != len(layers):
        raise ValueError("names a layer twice")
    return layers


Layers = Annotated[
    tuple[LayerName, ...],
    BeforeValidator(_tuple_from_list),
    AfterValidator(_without_repeats),
    Field(min_length=1),
]
HEAVIEST = 1e9
"""The largest weight of a term."""
Weight = Annotated[float, Field(ge=0.0, le=HEAVIEST)]


@dataclass(frozen=True)
class TermUse:
    """A term of a run's loss.

    Attributes:
        kind: its name in `terms.kinds()`.
        weight: shared alike by its layers.
        layers: VGG16 layers whose features it sees; empty if it sees the picture.
        parameters: names and values, in order.
    """

    kind: str
    weight: float
    layers: tuple[LayerName, ...] = ()
    parameters: tuple[tuple[str, Any], ...] = ()

    def names(self) -> tuple[str, ...]:
        """Of its parts, as losses are told: "style/block1_conv1", or "variation"."""
        return tuple(f"{self.kind}/{layer}" for layer in self.layers) or (self.kind,)

    def share(self) -> float:
        """The weight of each part."""
        return self.weight / max(1, len(self.layers))


class _Given(BaseModel):
    model_config = ConfigDict(strict=True, extra="allow", allow_inf_nan=False)

    weight: Weight
    layers: Layers | None = None


def read(values: object) -> object:
    """Uses from a mapping: name -> a weight, or {weight, layers, and the kind's parameters}.

    Raises:
        ValueError: a sentence without its end: what is wrong, and what came.
    """
    if not isinstance(values, Mapping):
        if isinstance(values, tuple) and all(isinstance(use, TermUse) for use in values):
            return values
        raise ValueError(f"terms must be 'name: weight' lines. Received: {_short(values)}")
    return tuple(_use(name, given) for name, given in values.items())


def _use(name: object, given: object) -> TermUse:
    known = terms.kinds()
    if not isinstance(name, str) or name not in known:
        raise ValueError(f"terms must be among {', '.join(known)}. Received: {_short(name)}")
    kind = known[name]
    values = dict(given) if isinstance(given, Mapping) else {"weight": given}
    try:
        own = _Given.model_validate(values)
        parameters = kind.parameters.model_validate(own.model_extra or {})
    except ValidationError as error:
        item = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in (name, *item["loc"]))
        wanted = item["msg"].removeprefix("Value error, ").replace("Input should", "must")
        wanted = wanted[:1].lower() + wanted[1:]
        raise ValueError(f"terms: {where}: {wanted}. Received: {_short(item['input'])}") from error
    if own.layers and kind.sees == "picture":
        raise ValueError(f"terms: {name} sees the picture and takes no layers. Received: layers")
    return TermUse(name, own.weight, own.layers or kind.layers, tuple(parameters))


def as_mapping(uses: tuple[TermUse, ...]) -> dict[str, Any]:
    """What `read` reads as `uses` again."""
    known = terms.kinds()
    said: dict[str, Any] = {}
    for use in uses:
        values: dict[str, Any] = {"weight": use.weight}
        if use.layers and use.layers != known[use.kind].layers:
            values["layers"] = list(use.layers)
        values |= dict(use.parameters)
        said[use.kind] = values if len(values) > 1 else use.weight
    return said


def schema(known: Mapping[str, terms.TermKind]) -> dict[str, Any]:
    """The JSON Schema of the mapping, for some kinds of terms."""
    weight = {"type": "number", "minimum": 0, "maximum": HEAVIEST}
    layers = {
        "type": "array",
        "items": {"enum": list(LAYER_NAMES)},
        "minItems": 1,
        "uniqueItems": True,
    }
    properties = {}
    for name, kind in known.items():
        own = kind.parameters.model_json_schema().get("properties", {})
        places = {"layers": layers} if kind.layers else {}
        long = {
            "type": "object",
            "properties": {"weight": weight, **places, **own},
            "required": ["weight"],
            "additionalProperties": False,
        }
        properties[name] = {"description": kind.description, "anyOf": [weight, long]}
    return {"type": "object", "properties": properties}


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


TermUses = Annotated[
    tuple[TermUse, ...],
    BeforeValidator(read),
    PlainSerializer(as_mapping),
    WithJsonSchema({"type": "object"}),
]
"""The type of a settings field that holds such a mapping."""
