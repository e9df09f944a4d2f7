"""What a setting takes, in words, and the sentences that refuse what it does not take."""

import difflib
from collections.abc import Mapping
from typing import Literal, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from nst_core.errors import shortened, shown
from nst_core.settings.layer_weights import EXPECTED, LayerWeights
from nst_core.settings.numbers import Numbers
from nst_core.settings.term_uses import TermUse

_LONGEST_NAME = 60


def bounds(field: FieldInfo) -> tuple[float, float]:
    """The lowest and the highest value of a numeric field.

    Example:
        >>> bounds(Settings.model_fields["iterations"])
        (1, 1000)
    """
    low = next(item.ge for item in field.metadata if isinstance(item, Ge))
    high = next(item.le for item in field.metadata if isinstance(item, Le))
    return low, high  # type: ignore[return-value]


def expectation(field: FieldInfo) -> str:
    """What a field takes, in words.

    Example:
        >>> expectation(Settings.model_fields["iterations"])
        'a whole number from 1 to 1000'
    """
    annotation = field.annotation
    if get_origin(annotation) is Literal:
        return "one of " + ", ".join(get_args(annotation))
    if TermUse in get_args(annotation):
        return "a mapping from names of terms to their weights"
    if LayerWeights in get_args(annotation):
        return EXPECTED
    lists = [item for item in field.metadata if isinstance(item, Numbers)]
    if lists:
        return lists[0].expected
    if annotation is bool:
        return "true or false"
    low, high = bounds(field)
    kind = "a whole number" if annotation is int else "a number"
    return f"{kind} from {low:g} to {high:.10g}"


def sentences(error: ValidationError, fields: Mapping[str, FieldInfo]) -> dict[str, str]:
    """For each refused field what was expected and what came, without the last full stop.

    What is wrong with several fields together has the name "".

    Args:
        error: what pydantic says.
        fields: those of the settings, by name.

    Example:
        >>> try:
        ...     Settings(iterations=0)
        ... except ValidationError as error:
        ...     print(sentences(error, Settings.model_fields))
        {'iterations': 'iterations must be a whole number from 1 to 1000. Received: 0'}
    """
    by_name: dict[str, str] = {}
    for item in error.errors(include_url=False):
        name = str(item["loc"][0]) if item["loc"] else ""
        message = item["msg"].removeprefix("Value error, ")
        if item["type"] == "extra_forbidden":
            sentence = _unknown(name, item["input"], fields)
        elif "Received: " in message:  # one of the project's own checks, which says it all
            sentence = message
        else:
            sentence = f"{name} must be {expectation(fields[name])}. "
            sentence += f"Received: {shortened(item['input'])}"
        by_name.setdefault(name, sentence)
    return by_name


def _unknown(name: str, value: object, fields: Mapping[str, FieldInfo]) -> str:
    # The comparison takes the square of the length.
    near = difflib.get_close_matches(name[:_LONGEST_NAME], fields, n=1)
    hint = f"; did you mean {near[0]}?" if near else "."
    return f"{shown(name, _LONGEST_NAME)} is not a setting{hint} Received: {shortened(value)}"
