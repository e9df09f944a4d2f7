"""The errors that a person may see: one sentence each, of what was expected and what came."""


def printable(text: str) -> str:
    """A stranger's words on one line, with nothing in them that a terminal takes for a command.

    Example:
        >>> printable("cat\\x1b[2J.png")
        'cat�[2J.png'
    """
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def shortened(value: object) -> str:
    """A value as Python writes it, at most 60 characters, for the end of a sentence.

    Example:
        >>> shortened("noise"), len(shortened([0] * 100))
        ("'noise'", 60)
    """
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


class NstError(Exception):
    """The base of the project's errors. The command line prints it and ends with exit code 2."""

    def __str__(self) -> str:
        # It quotes what came, which may hold anything.
        return printable(super().__str__())


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
