"""The rules of YAML 1.2 that libyaml, PyYAML's parser, does not know.

libyaml was written for YAML 1.1 and takes some texts that version 1.2 forbids. Each function looks
at one kind of place in a text, whose line breaks are all `"\\n"` and which ends in one. The
numbers in brackets are those of the productions in https://yaml.org/spec/1.2.2/.
"""

import contextlib
import re
from typing import Any

import yaml

_QUESTION_MARK = re.compile(r"\?(?=[^\s,\[\]{}])")
_BLOCK_HEADER = re.compile(r"[|>](?P<indicators>[-+1-9]*)(?:[ \t]+#.*|[ \t]*)$", re.MULTILINE)
_FIRST_LINES = re.compile(r"(?P<empty>(?: *\n)*+)(?P<indentation> *+)(?=[^\n])")


class InvalidYaml(ValueError):
    """A text that is not YAML 1.2.

    Attributes:
        at: index of the character where it is not.
    """

    def __init__(self, at: int, sentence: str) -> None:
        super().__init__(sentence)
        self.at = at


def hide_question_marks(text: str, loader: Any) -> tuple[str, frozenset[int]]:
    """The text for libyaml, with a letter for each `?` that begins a word inside `{}` or `[]`.

    `{ ?a: b }` has the key `?a`, for only a `?` before white space marks a key [123]. libyaml takes
    every `?` there for such a mark.

    Args:
        text: any YAML.
        loader: the PyYAML loader that will read it.

    Returns:
        A text of the same length, and the indices of the question marks that it hides.

    Example:
        >>> hide_question_marks("{ ?a: b }", yaml.SafeLoader)
        ('{ qa: b }', frozenset({2}))
    """
    if not _QUESTION_MARK.search(text):
        return text, frozenset()
    hidden: list[int] = []
    with contextlib.suppress(yaml.YAMLError):  # which the parser meets again, and tells
        token: Any
        for token in yaml.scan(text, Loader=loader):
            at = token.start_mark.index
            # A key that is not marked by a ? has an empty token.
            marked = isinstance(token, yaml.KeyToken) and token.end_mark.index > at
            if marked and _QUESTION_MARK.match(text, at):
                hidden.append(at)
    letters = list(text)
    for at in hidden:
        letters[at] = "q"
    return "".join(letters), frozenset(hidden)


def check_comments(text: str, start: int, end: int) -> None:
    """See that every comment follows white space [66].

    Args:
        text: any YAML.
        start, end: indices of the end of one word and of the beginning of the next.

    Raises:
        InvalidYaml: a comment follows something else.

    Example:
        >>> check_comments("a: b # comment\\nc: d\\n", 4, 15)
    """
    at = text.find("#", start, end)
    while at != -1:
        if at and text[at - 1] not in " \t\n":
            raise InvalidYaml(at, "a comment must follow a space. Received: #")
        at = text.find("#", text.index("\n", at), end)


def check_indentation(text: str, start: int, end: int, least: int, *, flow: bool) -> None:
    """See that a value of several lines is indented more than what it belongs to [69, 74].

    In `[]` and `{}` comments need no indentation. Nor does a closing bracket, which version 1.2
    wants indented too, but which people write below the key it belongs to.

    Args:
        text: any YAML.
        start, end: indices of the value's first character and of the one after its last.
        least: how many spaces each of its further lines must begin with.
        flow: whether the value is in `[]` or `{}`; otherwise it is a text.

    Raises:
        InvalidYaml: a line is not indented enough.

    Example:
        >>> check_indentation("a: [b,\\n c]\\n", 3, 10, least=1, flow=True)
    """
    exempt = ("#", "]", "}") if flow else ()
    at = text.find("\n", start, end) + 1
    while at:
        line = text[at : text.find("\n", at)]
        spaces = len(line) - len(line.lstrip(" "))
        content = line.strip()
        if spaces < least and content and not content.startswith(exempt):
            spaces_expected = "1 space" if least == 1 else f"{least} spaces"
            raise InvalidYaml(
                at, f"this line must begin with at least {spaces_expected}. Received: {spaces}"
            )
        at = text.find("\n", at, end) + 1


def check_block(text: str, start: int, least: int) -> None:
    """See that a block after `|` or `>` begins as it must [162, 170].

    Args:
        text: any YAML.
        start: index of the `|` or `>`.
        least: how many spaces the block's lines must begin with.

    Raises:
        InvalidYaml: the block begins otherwise.

    Example:
        >>> check_block("a: |\\n  b\\n", 3, least=1)
    """
    header = _BLOCK_HEADER.match(text, start)
    if header is None:
        raise InvalidYaml(start, "a comment must follow a space. Received: #")
    first = _FIRST_LINES.match(text, header.end() + 1)
    if first is None or any(character.isdigit() for character in header["indicators"]):
        return  # nothing follows, or the indentation is told
    spaces = len(first["indentation"])
    longest = max(map(len, first["empty"].split("\n")))
    if least <= spaces < longest:
        raise InvalidYaml(
            first.end(),
            "a block must not begin with empty lines that are longer than its indentation of "
            f"{spaces}. Received: {longest} spaces",
        )
