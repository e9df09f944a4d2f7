"""The grid of a sweep: settings with several values each, as they are typed."""

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nst_core import presets
from nst_core.errors import InputError, shown
from nst_core.settings import Settings

MOST_RUNS = 1000
"""How many runs a batch may have; more are a slip of the finger."""

_OPENING, _CLOSING, _QUOTES = "[{", "]}", "'\""


@dataclass(frozen=True)
class Axis:
    """A setting and the values that it takes, in order; one that has a single value is fixed."""

    name: str
    values: tuple[Any, ...]

    @property
    def is_varied(self) -> bool:
        return len(self.values) > 1


def axes_of(texts: Sequence[str]) -> list[Axis]:
    """The settings of all KEY=VALUE with their values, read as YAML 1.2; `Settings` checks them.

    A comma separates values, unless it stands in brackets, braces or quotes. A list or mapping of
    layers without brackets is one value, as everywhere. A key that is given again adds values.

    Args:
        texts: each as in `content_weight=0.05,0.1` or `style_layers=[block1_conv1],[block2_conv1]`.

    Raises:
        InputError: one is no KEY=VALUE or no YAML, a value is missing or comes twice, no setting
            has two values, or there are more than 1000 combinations.

    Example:
        >>> axes_of(["content_weight=0.05,0.1", "size=300"])
        [Axis(name='content_weight', values=(0.05, 0.1)), Axis(name='size', values=(300,))]
    """
    values: dict[str, list[Any]] = {}
    for text in texts:
        key, equals, all_values = text.partition("=")
        if not (key and equals and all_values):
            raise InputError(
                f"--set must be KEY=VALUE,VALUE... Received: {shown(text or 'nothing')}."
            )
        for part in _split(key, all_values):
            value = presets.value_of(key, part, f"--set {shown(key, 60)}")
            if value in values.setdefault(key, []):
                raise InputError(
                    f"--set {shown(key, 60)} must have different values. "
                    f"Received: {shown(part, 60)} twice."
                )
            values[key].append(value)
    axes = [Axis(key, tuple(each)) for key, each in values.items()]
    runs = math.prod(len(axis.values) for axis in axes)
    if runs == 1:
        raise InputError(
            "--set must give a setting several values, as in content_weight=0.05,0.1,0.2. "
            f"Received: {shown(' '.join(texts) or 'nothing')}."
        )
    require_few_runs(runs)
    return axes


def combinations(axes: Sequence[Axis]) -> Iterator[Mapping[str, Any]]:
    """The values of all settings in each combination; the last setting changes fastest.

    Example:
        >>> list(combinations([Axis("size", (300,)), Axis("seed", (1, 2))]))
        [{'size': 300, 'seed': 1}, {'size': 300, 'seed': 2}]
    """
    names = [axis.name for axis in axes]
    for values in itertools.product(*(axis.values for axis in axes)):
        yield dict(zip(names, values, strict=True))


def value_in_words(settings: Settings, name: str) -> str:
    """The value of a setting as a person would type it.

    Example:
        >>> value_in_words(Settings(content_weight=1.0), "content_weight")
        '1'
    """
    value = getattr(settings, name)
    return f"{value:.10g}" if isinstance(value, float) else presets.as_text(value)


def _split(key: str, text: str) -> list[str]:
    """The texts of a setting's values.

    Raises:
        InputError: one of them is empty.
    """
    field = Settings.model_fields.get(key)
    is_plain = field is None or isinstance(field.default, (str, int, float, bool))
    if not is_plain and not text.lstrip().startswith(tuple(_OPENING)):
        return [text]
    parts, depth, quote = [""], 0, ""
    for letter in text:
        if letter == "," and not depth and not quote:
            parts.append("")
            continue
        parts[-1] += letter
        if quote:
            quote = "" if letter == quote else quote
        elif letter in _QUOTES:
            quote = letter
        else:
            depth += (letter in _OPENING) - (letter in _CLOSING)
    if not all(part.strip() for part in parts):
        raise InputError(
            f"--set {shown(key, 60)} must have a value on both sides of each comma. "
            f"Received: {shown(text, 60)}."
        )
    return [part.strip() for part in parts]


def require_few_runs(runs: int) -> None:
    """See that a batch has not too many runs.

    Raises:
        InputError: it has.

    Example:
        >>> require_few_runs(12)
    """
    if runs > MOST_RUNS:
        raise InputError(f"A batch must have at most {MOST_RUNS} runs. Received: {runs}.")
