"""What the environment variables of this program say."""

import os
from pathlib import Path

from nst_core.errors import InputError, shown

KEEP_DAYS, KEEP_GIGABYTES = "NST_KEEP_DAYS", "NST_KEEP_GIGABYTES"
MOST_MINUTES = "NST_MOST_MINUTES"
PRESETS = "NST_PRESETS"
RUNS, SCHEDULER = "NST_RUNS", "NST_SCHEDULER"


def number(name: str) -> float | None:
    """The number in an environment variable, or None where the variable is not set.

    Raises:
        InputError: the variable holds something else than a number above 0.

    Example:
        >>> os.environ["NST_KEEP_DAYS"] = "30"
        >>> number(KEEP_DAYS)
        30.0
    """
    text = os.environ.get(name)
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value < float("inf"):
        raise InputError(f"{name} must be a number above 0. Received: {shown(text)}.")
    return value


def scheduler() -> str | None:
    """The address of the Dask scheduler that computes the runs, or None for this machine.

    Example:
        >>> os.environ["NST_SCHEDULER"] = "tcp://10.0.0.1:8786"
        >>> scheduler()
        'tcp://10.0.0.1:8786'
    """
    return os.environ.get(SCHEDULER) or None


def paths(name: str) -> tuple[Path, ...]:
    """The paths in an environment variable that separates them as `PATH` does; `~` is expanded.

    Example:
        >>> os.environ["NST_PRESETS"] = "/styles:~/more"
        >>> paths(PRESETS) == (Path("/styles"), Path.home() / "more")
        True
    """
    texts = os.environ.get(name, "").split(os.pathsep)
    return tuple(Path(_expanded(text)) for text in texts if text)


def runs() -> str | None:
    """The folder or address of the store of runs, with `~` expanded; None where none is named.

    Example:
        >>> os.environ["NST_RUNS"] = "s3://bucket/runs"
        >>> runs()
        's3://bucket/runs'
    """
    return _expanded(os.environ.get(RUNS, "")) or None


def _expanded(text: str) -> str:
    # pathlib's own expansion raises an error where there is no such user.
    return os.path.expanduser(text)  # noqa: PTH111
