"""A JSON Schema of presets, made from the settings model: editors complete and check with it."""

import json
from collections.abc import Iterable
from typing import Any

from nst_core.presets.load import HEADER, LONGEST_LINE, PAINTINGS
from nst_core.settings import Settings, term_uses
from nst_core.settings.numbers import MOST_PAINTINGS
from nst_core.settings.term_kinds import BUILT_IN, TermKind

_DESCRIPTIONS = {
    "title": "The name of the style, for people.",
    "description": "What the style looks like, in one line.",
    "author": "Who made the preset.",
    "licence": "The licence of the painting and of these settings.",
    "painting": "The file of a picture beside this file, or in a folder below.",
    "paintings": "Several paintings, which are mixed: files, or other presets' paintings, each "
    "with how much it counts; without weights they count alike, or as style_mix says.",
}


def preset_schema(kinds: Iterable[TermKind] = BUILT_IN) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a preset's file.

    Args:
        kinds: the kinds of loss terms that the file may name.

    Example:
        >>> preset_schema()["properties"]["size"]["maximum"]
        8192
    """
    properties: dict[str, Any] = {
        key: {
            "type": "string",
            "description": _DESCRIPTIONS[key],
            "minLength": 1,
            "maxLength": LONGEST_LINE,
        }
        for key in HEADER
    }
    properties[PAINTINGS] = _paintings()
    for name, field in Settings.model_json_schema()["properties"].items():
        properties[name] = dict(field)
    properties["terms"] |= term_uses.schema({kind.name: kind for kind in kinds})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Preset",
        "description": "A style: a painting, and the settings that differ from the defaults.",
        "type": "object",
        "properties": properties,
        "required": [key for key, required in HEADER.items() if required],
        "not": {"required": ["painting", PAINTINGS]},
        "additionalProperties": False,
    }


def _paintings() -> dict[str, Any]:
    name = {"type": "string", "minLength": 1}
    weight = {"type": "number", "minimum": 0, "maximum": 1e9}
    mappings = [
        {
            "type": "object",
            "properties": {key: name, "weight": weight},
            "required": [key],
            "additionalProperties": False,
        }
        for key in ("file", "preset")
    ]
    return {
        "type": "array",
        "description": _DESCRIPTIONS[PAINTINGS],
        "items": {"anyOf": [name, *mappings]},
        "minItems": 1,
        "maxItems": MOST_PAINTINGS,
    }


def schema_text(kinds: Iterable[TermKind] = BUILT_IN) -> str:
    """The schema as the text of a file; `presets/schema.json` is that for the built-in kinds.

    Example:
        >>> schema_text().splitlines()[2]
        '  "title": "Preset",'
    """
    return json.dumps(preset_schema(kinds), indent=2, ensure_ascii=False) + "\n"
