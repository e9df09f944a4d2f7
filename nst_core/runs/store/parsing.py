"""Values that a file gave -> a record; whatever is in the file, nothing is raised."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from nst_core.runs.store.record import Record

_RECORD = TypeAdapter(Record)


def known(values: object) -> dict[str, Any]:
    """Of a file's values those that a record has."""
    if not isinstance(values, Mapping):
        return {}
    names = Record.__dataclass_fields__
    return {name: value for name, value in values.items() if name in names}


def record(values: Mapping[str, Any]) -> Record | None:
    """A record of values that a file gave; None if they are of no use."""
    try:
        return _RECORD.validate_python(values)
    except ValidationError:
        return None
