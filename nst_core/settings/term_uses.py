"""Which loss terms a run has: kind, weight, layers and parameters, as a preset writes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
)

from nst_core.errors import shortened, shown
from nst_core.settings.layer_weights import HEAVIEST, Layers, LayerWeights, Weight
from nst_core.settings.term_kinds import TermKind, kinds
from nst_core.vgg16.layers import CONVOLUTIONS, LayerName


@dataclass(frozen=True)
class TermUse:
    """A term of a run's loss.

    Attributes:
        kind: the name of the term's kind in `term_kinds.kinds()`.
        weight: of the whole term; its layers share it.
        layers: the VGG16 layers whose features the term sees; none if it sees the picture.
        parameters: names and values, in the order of the kind's own model.
        layer_weights: how much each layer counts beside the others; none if all count alike.

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
            >>> weights = LayerWeights({"block1_conv1": 2.0, "block2_conv1": 1.0})
            >>> TermUse.at("style", 3.0, weights).shares()
            (2.0, 1.0)
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


_LONGEST_EXPECTED = 400
"""Characters; the names of all layers are among them."""


MOST_CHANNELS = 256
"""Channels of a layer whose Wasserstein distance is cheap beside the convolutions."""


def style_uses(
    weight: float, layers: tuple[LayerName, ...] | LayerWeights, statistic: str
) -> tuple[TermUse, ...]:
    """The uses of the style term that compare a statistic.

    Args:
        weight: of all of them.
        layers: the VGG16 layers.
        statistic: one of `term_kinds.Statistic`; or "mixed", the Wasserstein distance at layers of
            up to `MOST_CHANNELS` channels, and the covariance at deeper ones.

    Example:
        >>> layers = LayerWeights({"block1_conv1": 3.0, "block5_conv1": 1.0})
        >>> [(use.weight, use.parameters) for use in style_uses(1.0, layers, "mixed")]
        [(0.75, (('statistic', 'wasserstein'),)), (0.25, (('statistic', 'covariance'),))]
    """
    if statistic != "mixed":
        return (TermUse.at("style", weight, layers, statistic=statistic),)
    weights = layers if isinstance(layers, LayerWeights) else dict.fromkeys(layers, 1.0)
    few = {n: w for n, w in weights.items() if CONVOLUTIONS[n].channels <= MOST_CHANNELS}
    many = {n: w for n, w in weights.items() if n not in few}
    return tuple(
        TermUse.at(
            "style",
            weight * sum(group.values()) / sum(weights.values()),
            LayerWeights(group),
            statistic=name,
        )
        for name, group in (("wasserstein", few), ("covariance", many))
        if group
    )


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
        >>> read({"variation": 2.0})
        (TermUse(kind='variation', weight=2.0, layers=(), parameters=(), layer_weights=()),)
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
    expected = shown(expected, _LONGEST_EXPECTED)
    return f"terms: {where}: {expected}. Received: {shortened(item['input'])}"


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
        ['content', 'style', 'variation', 'chroma']
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
