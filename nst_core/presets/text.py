"""Settings as text, as a person writes them, and back."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from nst_core.errors import InputError, shortened
from nst_core.presets import strict_yaml
from nst_core.settings import Settings, term_uses
from nst_core.settings.layer_weights import LayerWeights
from nst_core.settings.term_uses import TermUse


def value_of(name: str, text: str, where: str) -> Any:
    """The value of a setting that was written as text; the settings' own checks come after.

    Args:
        name: of the setting.
        text: YAML; a list, or a mapping of layers, may stand without its brackets, and a mapping
            then without spaces.
        where: what the sentence of a refusal begins with.

    Raises:
        InputError: the text is no value.

    Example:
        >>> value_of("style_layers", "block1_conv1,block2_conv1", "--set style_layers")
        ['block1_conv1', 'block2_conv1']
        >>> value_of("style_layers", "block1_conv1:8,block2_conv1:4", "--set style_layers")
        {'block1_conv1': 8, 'block2_conv1': 4}
    """
    is_bare = not text.lstrip().startswith(("[", "{"))
    if name in ("style_mix", "style_scales") and is_bare:
        text = f"[{text}]"
    if name in ("content_layers", "style_layers") and is_bare:
        # YAML sees a mapping's colon only before a space.
        text = f"{{{text.replace(':', ': ')}}}" if ":" in text else f"[{text}]"
    try:
        data = f"value: {text}".encode()
    except UnicodeEncodeError as error:  # bytes of a command line that are no text
        raise InputError(f"{where} must be text. Received: {shortened(text)}.") from error
    return strict_yaml.load(data, where).values["value"]


def as_text(value: object) -> str:
    """The text that `value_of` reads as this value of a setting.

    Example:
        >>> as_text(("block1_conv1", "block2_conv1")), as_text(True)
        ('block1_conv1,block2_conv1', 'true')
        >>> as_text(LayerWeights({"block1_conv1": 8.0, "block2_conv1": 0.5}))
        'block1_conv1:8,block2_conv1:0.5'
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple) and all(isinstance(item, TermUse) for item in value):
        value = term_uses.as_mapping(value)
    if isinstance(value, LayerWeights):
        return ",".join(f"{layer}:{_short(weight)}" for layer, weight in value.items())
    if isinstance(value, Mapping):
        return json.dumps(value)
    if isinstance(value, (list, tuple)):
        return ",".join(item if isinstance(item, str) else _short(float(item)) for item in value)
    return str(value)


def _short(number: float) -> str:
    return str(int(number)) if number.is_integer() else repr(number)


def render(
    title: str,
    description: str,
    painting: str,
    settings: Settings,
    paintings: Sequence[Mapping[str, str]] = (),
) -> str:
    """The text of a preset's file, for a person who wants to keep these settings.

    Args:
        title, description: one line each.
        painting: the name of a file that lies beside the preset's.
        paintings: of several paintings each as `{"file": NAME}` or `{"preset": NAME}`, instead of
            `painting`; their weights are those of the settings.
        settings: of them, those that differ from the defaults are written, and the version of the
            recipe, which says what they mean.

    Example:
        >>> print(render("Mine", "Wild strokes.", "mine.jpg", Settings(size=300)), end="")
        title: Mine
        description: Wild strokes.
        author: me
        licence: private
        painting: mine.jpg
        recipe_version: 2
        size: 300
    """
    header: dict[str, Any] = {
        "title": title,
        "description": description,
        "author": "me",
        "licence": "private",
    }
    header |= (
        {"paintings": [dict(each) for each in paintings]} if paintings else {"painting": painting}
    )
    changed = settings.differences().keys() | {"recipe_version"}
    if settings.recipe == "default":
        changed -= {"recipe"}
    values = settings.model_dump(mode="json", include=changed)
    return yaml.safe_dump(header | values, sort_keys=False, allow_unicode=True, width=1000)
