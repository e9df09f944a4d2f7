"""A JSON Schema of presets, made from the settings model: editors complete and check with it."""

import json
from collections.abc import Iterable
from typing import Any

from nst_core.presets.load import HEADER, LONGEST_LINE
from nst_core.settings import Settings, term_uses
from nst_core.settings.term_kinds import BUILT_IN, TermKind

_WORDS = {
    "title": "Name of the style, for people.",
    "description": "What it looks like, in one line.",
    "author": "Who made it.",
    "licence": "Of the painting and of these settings.",
    "painting": "A picture's file beside this one, or in a folder below.",
}


def schema(known: Iterable[TermKind] = BUILT_IN) -> dict[str, Any]:
    """The schema of a preset's file, JSON Schema 2020-12; known: kinds of terms it may name."""
    properties: dict[str, Any] = {
        key: {
            "type": "string",
            "description": _WORDS[key],
            "minLength": 1,
            "maxLength": LONGEST_LINE,
        }
        for key in HEADER
    }
    for name, field in Settings.model_json_schema()["properties"].items():
        settings = dict(field)
        if name in ("content_layers", "style_layers"):
            # Pydantic writes the list's bound as a text's.
            settings.pop("minLength", None)
            settings |= {"minItems": 1, "uniqueItems": True}
        properties[name] = settings
    properties["terms"] |= term_uses.schema({kind.name: kind for kind in known})
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Preset",
        "description": "A style: a painting and the settings that differ from the defaults.",
        "type": "object",
        "properties": properties,
        "required": [key for key, required in HEADER.items() if required],
        "additionalProperties": False,
    }


def as_text(known: Iterable[TermKind] = BUILT_IN) -> str:
    """The schema as the text of a file."""
    return json.dumps(schema(known), indent=2, ensure_ascii=False) + "\n"
