"""YAML with the meaning of version 1.2 and nothing that surprises: data, never code.

PyYAML parses. This module reads plain words as YAML 1.2 does (`1e3` is a number, `no` and `1:30`
are texts) and refuses tags, anchors, aliases, equal keys, deep nesting and large files; `yaml_gaps`
has the rules of version 1.2 that PyYAML's parser does not know.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from nst_core import files
from nst_core.errors import InputError, joined, shown
from nst_core.presets import yaml_gaps

MOST_BYTES = 64 * 1024
MOST_DEPTH = 8

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_PLAIN = re.compile(
    r"""(?P<null>null|Null|NULL|~|)
    |(?P<true>true|True|TRUE)
    |(?P<false>false|False|FALSE)
    |(?P<decimal>[-+]?[0-9]{1,30})
    |(?P<octal>0o[0-7]{1,30})
    |(?P<hexadecimal>0x[0-9a-fA-F]{1,30})
    |(?P<real>[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)
    |(?P<infinity>[-+]?\.(?:inf|Inf|INF))
    |(?P<not_a_number>\.(?:nan|NaN|NAN))""",
    re.VERBOSE,
)
_MEANINGS: Mapping[str | None, Callable[[str], Any]] = {
    "null": lambda text: None,
    "true": lambda text: True,
    "false": lambda text: False,
    "decimal": int,
    "octal": lambda text: int(text[2:], 8),
    "hexadecimal": lambda text: int(text[2:], 16),
    "real": float,
    "infinity": lambda text: float(text.replace(".", "")),
    "not_a_number": lambda text: float("nan"),
}


@dataclass(frozen=True)
class Document:
    """A mapping that was read from YAML.

    Attributes:
        values: key -> value.
        lines: key -> the line where it stands, from 1.
        name: what the file is called in errors.
    """

    values: Mapping[str, Any]
    lines: Mapping[str, int]
    name: str

    def refuse(self, sentences: Mapping[str, str]) -> InputError:
        """One error that says of each key (or "" for the whole) what is wrong and where."""
        ordered = sorted(sentences.items(), key=lambda item: self.lines.get(item[0], 0))
        parts = {
            key: f"line {self.lines[key]}: {text}" if key in self.lines else text
            for key, text in ordered
        }
        return InputError(f"{self.name}, {joined(parts)}.")


def load(data: bytes, name: str) -> Document:
    """The mapping that a YAML file holds.

    Args:
        data: the file's bytes, UTF-8.
        name: what to call the file in errors.

    Raises:
        InputError: one sentence that names the file, the line and what is not allowed there.

    Example:
        >>> load(b"size: 64\\nstart: no", "a.yaml").values
        {'size': 64, 'start': 'no'}
    """
    name = shown(name)
    if len(data) > MOST_BYTES:
        raise InputError(
            f"{name} must be at most {MOST_BYTES // 1024} KB. Received: more than that."
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{name} must be UTF-8 text. Received: bytes that are not.") from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.endswith("\n"):
        text += "\n"  # libyaml loses the end of a block's last line where this is missing
    try:
        return _Reader(text, name).document()
    except yaml_gaps.InvalidYaml as error:
        line = text.count("\n", 0, error.at) + 1
        raise InputError(f"{name}, line {line}: {error}.") from error
    except yaml.YAMLError as error:
        raise InputError(_in_words(error, name)) from error


def read_document(path: Path) -> Document:
    """The mapping in a small YAML file.

    Raises:
        InputError: the file cannot be read, or is not strict YAML.

    Example:
        >>> read_document(Path("presets/stained_glass.yaml")).lines["painting"]
        5
    """
    try:
        with path.open("rb") as file:
            # One byte more than allowed tells that it is too large.
            data = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        raise InputError(f"{shown(path)} cannot be read: {files.in_words(error)}.") from error
    return load(data, str(path))


def scalar(text: str) -> Any:
    """The value of a plain word in YAML 1.2.

    Example:
        >>> scalar("1e3"), scalar("no"), scalar("true")
        (1000.0, 'no', True)
    """
    match = _PLAIN.fullmatch(text)
    return _MEANINGS[match.lastgroup](text) if match else text


class _Reader:
    """Turns the parser's events into values, one after the other, and refuses on the way.

    What is called `least` is how many spaces the further lines of a value must begin with.
    """

    def __init__(self, text: str, name: str) -> None:
        self._text = text
        self._name = name
        for_parser, self._question_marks = yaml_gaps.hide_question_marks(text, _Loader)
        self._next_event = _Loader(for_parser).get_event
        self._lines: dict[str, int] = {}
        self._word_end = 0

    def document(self) -> Document:
        """The mapping that the text holds, if it holds that and nothing else."""
        self._next_event()  # the stream begins
        root = self._next_event()
        if isinstance(root, yaml.DocumentStartEvent):
            root = self._next_event()
        if not isinstance(root, yaml.MappingStartEvent):
            kinds = {yaml.StreamEndEvent: "nothing", yaml.SequenceStartEvent: "a sequence"}
            kind = kinds.get(type(root), "a scalar")
            raise InputError(f"{self._name} must hold 'key: value' lines. Received: {kind}.")
        values = self._mapping(root, least=0, depth=1)
        self._next_event()  # the document ends
        after = self._next_event()
        if not isinstance(after, yaml.StreamEndEvent):
            raise self._refusal(after, "only one document is allowed. Received: a second one")
        yaml_gaps.check_comments(self._text, self._word_end, len(self._text))
        return Document(values, self._lines, self._name)

    def _value(self, event: Any, least: int, depth: int) -> Any:
        if isinstance(event, yaml.ScalarEvent):
            text = self._word(event, least)
            # A plain word has no style, which libyaml says as "".
            return text if event.style else scalar(text)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(event, least, depth)
        return self._mapping(event, least, depth)

    def _mapping(self, start: Any, least: int, depth: int) -> dict[str, Any]:
        least = self._enter(start, least, depth)
        values: dict[str, Any] = {}
        while not isinstance(event := self._next_event(), yaml.MappingEndEvent):
            key = self._key(event, least)
            if key in values:
                raise self._refusal(event, f"{shown(key)} may stand only once. Received: it again")
            if depth == 1:
                self._lines[key] = event.start_mark.line + 1
            values[key] = self._value(self._next_event(), least, depth + 1)
        self._leave(start, event, least)
        return values

    def _list(self, start: Any, least: int, depth: int) -> list[Any]:
        least = self._enter(start, least, depth)
        values = []
        while not isinstance(event := self._next_event(), yaml.SequenceEndEvent):
            values.append(self._value(event, least, depth + 1))
        self._leave(start, event, least)
        return values

    def _enter(self, start: Any, least: int, depth: int) -> int:
        """Check the beginning of a list or mapping. Returns: `least` for what is in it."""
        self._require_bare(start)
        if depth > MOST_DEPTH:
            raise self._refusal(start, f"at most {MOST_DEPTH} levels are allowed. Received: more")
        return least if start.flow_style else start.start_mark.column + 1

    def _leave(self, start: Any, end: Any, least: int) -> None:
        """Check the lines of a list in `[]` or a mapping in `{}`."""
        if start.flow_style:
            first, last = start.start_mark.index, end.end_mark.index
            yaml_gaps.check_indentation(self._text, first, last, least, flow=True)

    def _key(self, event: Any, least: int) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            self._require_bare(event)
            kind = "sequence" if isinstance(event, yaml.SequenceStartEvent) else "mapping"
            raise self._refusal(event, f"a key must be a plain word. Received: a {kind}")
        return self._word(event, least)

    def _word(self, event: Any, least: int) -> str:
        """The text of a scalar."""
        self._require_bare(event)
        start, end = event.start_mark.index, event.end_mark.index
        yaml_gaps.check_comments(self._text, self._word_end, start)
        self._word_end = end
        if event.style in ("|", ">"):
            yaml_gaps.check_block(self._text, start, least)
        elif event.start_mark.line != event.end_mark.line:
            yaml_gaps.check_indentation(self._text, start, end, least, flow=False)
        if start < end and self._text[start - 1] == "?":
            raise self._refusal(event, "a ? must be followed by a space. Received: none")
        if event.value == "-" and not event.style:
            raise self._refusal(event, "a - alone must stand in quotes. Received: none")
        marks = 0
        while start + marks in self._question_marks:
            marks += 1
        word: str = event.value
        return "?" * marks + word[marks:]

    def _require_bare(self, event: Any) -> None:
        """Refuse an alias, and what has an anchor or a tag."""
        if isinstance(event, yaml.AliasEvent):
            raise self._refusal(event, f"aliases are not allowed. Received: *{shown(event.anchor)}")
        if event.anchor:
            raise self._refusal(event, f"anchors are not allowed. Received: &{shown(event.anchor)}")
        if event.tag:
            raise self._refusal(event, f"tags are not allowed. Received: {shown(event.tag)}")

    def _refusal(self, event: Any, sentence: str) -> InputError:
        return InputError(f"{self._name}, line {event.start_mark.line + 1}: {sentence}.")


def _in_words(error: yaml.YAMLError, name: str) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable"
    where = f", line {mark.line + 1}" if mark else ""
    if "nesting" in str(problem):  # libyaml looks ahead and has a limit of its own
        return f"{name}{where}: at most {MOST_DEPTH} levels are allowed. Received: more."
    return f"{name}{where}: it must be YAML. Received: {shown(problem)}."
