"""The errors that a person may see: one sentence each, of what was expected and what came."""

import re
from collections.abc import Mapping

MOST_ECHO = 200
"""How many characters of what came a sentence repeats at most."""

_RECEIVED = "Received: "
_LONGEST, _LEAST_SHARE = 2000, 20
_LONG_WORD = re.compile(rf"\S{{{MOST_ECHO + 1},}}")
_VERB = re.compile(r" (?:must|cannot|could not|can be|is|has|exists) ")


def printable(text: str) -> str:
    """A stranger's words on one line, with nothing in them that a terminal takes for a command.

    Example:
        >>> printable("cat\\x1b[2J.png")
        'cat�[2J.png'
    """
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def shown(value: object, most: int = MOST_ECHO) -> str:
    """What came, as a sentence may repeat it: on one line, and not longer than `most` characters.

    What cannot be printed is escaped as Python does it, and of what is long the middle is left out.

    Example:
        >>> shown("cat\\x1b[2J.png"), shown("a" * 30_000 + "b", most=9)
        ('cat\\\\x1b[2J.png', 'aaa...aab')
    """
    return _cut(_escaped(_cut(str(value), most)), most)


def shortened(value: object) -> str:
    """A value as Python writes it, at most 60 characters, for the end of a sentence.

    Example:
        >>> shortened("noise"), len(shortened([0] * 100))
        ("'noise'", 60)
    """
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def joined(faults: Mapping[str, str]) -> str:
    """Several faults in one sentence, as many as it may repeat; the others are counted.

    Args:
        faults: for each thing what is wrong with it, which ends in what came.

    Example:
        >>> joined({"size": "size must be positive. Received: 0", "a" * 300: "... Received: 1"})
        'size must be positive. Received: 0; and 1 more'
    """
    parts: list[str] = []
    room = MOST_ECHO
    for name, fault in faults.items():
        # A key is quoted, too; and nobody reads a hundred faults at once.
        room -= max(_LEAST_SHARE, min(len(name), 60) + len(fault.rpartition(_RECEIVED)[2]))
        if parts and room < 0:
            return "; ".join([*parts, f"and {len(faults) - len(parts)} more"])
        parts.append(fault)
    return "; ".join(parts)


def _escaped(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    end = (most - 3) // 2
    return f"{text[: most - 3 - end]}...{text[len(text) - end :]}"


def _bounded(sentence: str) -> str:
    """A sentence that repeats too much of what came, with less of it.

    What came stands at the end, is the sentence's subject, or has no spaces in it.
    """
    before, received, came = sentence.rpartition(_RECEIVED)
    if not received:
        before, came = sentence, ""
    subject = _VERB.split(before, maxsplit=1)[0]
    before = _cut(subject, MOST_ECHO) + before[len(subject) :] if subject != before else before
    before = _LONG_WORD.sub(lambda word: _cut(word[0], MOST_ECHO), before)
    return _cut(before, _LONGEST) + received + _cut(came, MOST_ECHO)


class NstError(Exception):
    """The base of the project's errors. The command line prints it and ends with exit code 2."""

    def __str__(self) -> str:
        # It quotes what came, which may hold anything, and any amount of it: whoever writes the
        # sentence bounds that by `shown`, and where that was forgotten it is bounded here.
        return _bounded(_escaped(super().__str__()))


class InputError(NstError, ValueError):
    """Something that the caller gave is not usable: a setting, a preset, an argument."""


class ImageError(InputError):
    """A file or an array is not a usable picture."""


class WeightsError(NstError):
    """No source had VGG16's weights as they must be."""


class BackendError(NstError):
    """Keras runs on a backend that this project has no gradient for, or it ran out of memory."""


class OutputError(NstError, OSError):
    """A result could not be written."""
