"""YAML with the meaning of version 1.2 and nothing that surprises: data, never code.

PyYAML parses; this module refuses tags, anchors, aliases, equal keys, deep nesting and large files,
and reads plain scalars as YAML 1.2 does (`1e3` is a number, `no` is a text, `1:30` is a text).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from nst_core.errors import InputError

MOST_BYTES = 64 * 1024
MOST_DEPTH = 8

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_NULL = re.compile(r"(?:null|Null|NULL|~|)\Z")
_BOOLEAN = re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,30}\Z")
_OCTAL = re.compile(r"0o[0-7]{1,30}\Z")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]{1,30}\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_INFINITY = re.compile(r"[-+]?\.(?:inf|Inf|INF)\Z")
_NOT_A_NUMBER = re.compile(r"\.(?:nan|NaN|NAN)\Z")


@dataclass(frozen=True)
class Document:
    """A mapping read from YAML.

    Attributes:
        values: key -> value.
        lines: key -> line where it stands, from 1.
        name: of the file, for errors.
    """

    values: Mapping[str, Any]
    lines: Mapping[str, int]
    name: str

    def refuse(self, sentences: Mapping[str, str]) -> InputError:
        """One error that says of each key (or "" for the whole) what is wrong and where."""
        ordered = sorted(sentences.items(), key=lambda item: self.lines.get(item[0], 0))
        parts = [
            f"line {self.lines[key]}: {text}" if key in self.lines else text
            for key, text in ordered
        ]
        return InputError(f"{self.name}, {'; '.join(parts)}.")


def load(data: bytes, name: str) -> Document:
    """Read a mapping.

    Args:
        data: the file's bytes, UTF-8.
        name: what to call the file in errors.

    Raises:
        InputError: one sentence that names the file, the line and what is not allowed there.
    """
    if len(data) > MOST_BYTES:
        raise InputError(
            f"{name} must be at most {MOST_BYTES // 1024} KB. Received: more than that."
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{name} must be UTF-8 text. Received: bytes that are not.") from error
    try:
        _refuse_surprises(text, name)
        root: Any = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError as error:
        raise InputError(_in_words(error, name)) from error
    if not isinstance(root, yaml.MappingNode):
        kind = "nothing" if root is None else f"a {root.id}"
        raise InputError(f"{name} must hold 'key: value' lines. Received: {kind}.")
    values = _mapping(root, name)
    lines = {str(key.value): key.start_mark.line + 1 for key, _ in root.value}
    return Document(values, lines, name)


def scalar(text: str) -> Any:
    """The value of a plain YAML 1.2 scalar: "1e3" -> 1000.0, "no" -> "no", "true" -> True."""
    if _NULL.match(text):
        return None
    if _BOOLEAN.match(text):
        return text.lower() == "true"
    if _DECIMAL.match(text):
        return int(text)
    if _OCTAL.match(text):
        return int(text[2:], 8)
    if _HEXADECIMAL.match(text):
        return int(text[2:], 16)
    if _FLOAT.match(text):
        return float(text)
    if _INFINITY.match(text):
        return float(text.replace(".", ""))
    return float("nan") if _NOT_A_NUMBER.match(text) else text


def _refuse_surprises(text: str, name: str) -> None:
    """Look at the stream of events, before anything is built from it."""
    depth = documents = 0
    event: Any
    for event in yaml.parse(text, Loader=_Loader):
        where = f"{name}, line {event.start_mark.line + 1}:"
        if isinstance(event, yaml.AliasEvent):
            raise InputError(f"{where} aliases are not allowed. Received: *{event.anchor}.")
        if getattr(event, "anchor", None):
            raise InputError(f"{where} anchors are not allowed. Received: &{event.anchor}.")
        if getattr(event, "tag", None):
            raise InputError(f"{where} tags are not allowed. Received: {event.tag}.")
        documents += isinstance(event, yaml.DocumentStartEvent)
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if documents > 1:
            raise InputError(f"{where} only one document is allowed. Received: a second one.")
        if depth > MOST_DEPTH:
            raise InputError(f"{where} at most {MOST_DEPTH} levels are allowed. Received: more.")


def _value(node: Any, name: str) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, name)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, name) for item in node.value]
    # A plain scalar has no style, which libyaml's parser says as "".
    return node.value if node.style else scalar(node.value)


def _mapping(node: yaml.MappingNode, name: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key_node, value_node in node.value:
        where = f"{name}, line {key_node.start_mark.line + 1}:"
        if not isinstance(key_node, yaml.ScalarNode):
            raise InputError(f"{where} a key must be a plain word. Received: a {key_node.id}.")
        if key_node.value in values:
            raise InputError(f"{where} {key_node.value} may stand only once. Received: it again.")
        values[key_node.value] = _value(value_node, name)
    return values


def _in_words(error: yaml.YAMLError, name: str) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable"
    where = f", line {mark.line + 1}" if mark else ""
    if "nesting" in str(problem):  # libyaml looks ahead and has a limit of its own
        return f"{name}{where}: at most {MOST_DEPTH} levels are allowed. Received: more."
    return f"{name}{where}: it must be YAML. Received: {str(problem).splitlines()[0]}."
