"""Where a recipe's defaults differ from those of the newest default recipe.

What a run has written down keeps its meaning: a `run.yaml` names the version of its recipe, and
one that names none is of the first.
"""

import types
from collections.abc import Mapping
from typing import Any

FIRST, NEWEST = 1, 2
"""Versions of the default recipe."""

_FIRST: Mapping[str, Any] = types.MappingProxyType(
    {
        "underpainting": 0.0,
        "evaluations": 10,
        "variation_weight": 0.5,
        "style_layers": (
            "block1_conv1",
            "block2_conv1",
            "block3_conv1",
            "block4_conv1",
            "block5_conv1",
        ),
        "content_layers": ("block4_conv2",),
        "content_weight": 0.12,
        "centred": False,
        "statistic": "gram",
        "pooling": "max",
        "padding": "zero",
        "chroma_weight": 0.0,
    }
)
"""Gram matrices and layers alike; what it has not is as in the newest version."""
CLASSIC: Mapping[str, Any] = types.MappingProxyType(
    {
        **_FIRST,
        "size": 0,
        "rows": 300,
        "columns": 500,
        "scales": 1,
        "iterations": 30,
        "evaluations": 20,
        "content_weight": 0.025,
        "style_weight": 1.0,
        "variation_weight": 1.0,
        "start": "noise",
        "restart": True,
        "memory": 10,
        "precision": "float32",
    }
)
"""The classic recipe."""


def usual_values(recipe: object, version: object) -> Mapping[str, Any]:
    """What the fields that are not given have, where that is not the field's own default.

    Args:
        recipe, version: as they were given, None for not at all.

    Example:
        >>> usual_values("default", 1)["variation_weight"]
        0.5
    """
    if recipe == "classic":
        return CLASSIC
    return _FIRST if version == FIRST else {}
