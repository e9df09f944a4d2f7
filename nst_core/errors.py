"""Every error a person may see, each one sentence that says what was expected and what came."""


def printable(text: str) -> str:
    """A stranger's words on one line, with nothing that a terminal takes for a command."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


class NstError(Exception):
    """Base of the project's errors; the command line prints it and exits with code 2."""

    def __str__(self) -> str:
        # What came may hold anything.
        return printable(super().__str__())


class InputError(NstError, ValueError):
    """Something given by the caller is not usable: a setting, a preset, an argument."""


class ImageError(InputError):
    """A file or an array that is not a usable picture."""


class WeightsError(NstError):
    """No source gave VGG16 weights that verify."""


class BackendError(NstError):
    """Keras runs on a backend that this project has no gradient for, or it ran out of memory."""


class OutputError(NstError, OSError):
    """A result could not be written."""
