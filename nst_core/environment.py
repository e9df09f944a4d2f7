"""What the environment variables of this program say."""

import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote_to_bytes

import platformdirs

from nst_core.errors import InputError, shown

KEEP_DAYS, KEEP_GIGABYTES = "NST_KEEP_DAYS", "NST_KEEP_GIGABYTES"
MOST_MINUTES = "NST_MOST_MINUTES"
PRESETS = "NST_PRESETS"
RUNS, SCHEDULER = "NST_RUNS", "NST_SCHEDULER"
WEIGHTS = "NST_WEIGHTS"

FILE = "file://"
_OUR_FOLDER = "nst-dashboard"


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
    # The colon of `file://` separates nothing.
    texts = re.split(re.escape(os.pathsep) + "(?!//)", os.environ.get(name, ""))
    return tuple(_path(text) for text in texts if text)


def path(name: str) -> Path | None:
    """The path in an environment variable, `~` expanded; None where the variable is not set.

    Example:
        >>> os.environ["NST_WEIGHTS"] = "~/vgg16.h5"
        >>> path(WEIGHTS) == Path.home() / "vgg16.h5"
        True
    """
    text = os.environ.get(name)
    return _path(text) if text else None


def runs() -> str:
    """The folder or address of the store of runs: that of `NST_RUNS`, `~` expanded, else the
    user's own.

    Raises:
        InputError: the home folder that it is to lie in is unknown.

    Example:
        >>> os.environ["NST_RUNS"] = "s3://bucket/runs"
        >>> runs()
        's3://bucket/runs'
    """
    text = os.environ.get(RUNS)
    if not text:
        own = _own_folder(platformdirs.user_data_dir)
        if own is None:
            raise InputError(
                f"{RUNS} must name a folder for the runs, since this user has no home folder. "
                "Received: nothing."
            )
        return str(own / "runs")
    if "://" in text and not text.startswith(FILE):
        return text
    folder = str(_path(text))
    if folder.startswith("~"):
        raise InputError(f"{RUNS} must begin with a home folder that there is. Received: {text}.")
    return folder


def cache_folder() -> Path:
    """The folder for what this program can find out again, whether or not it exists.

    Example:
        >>> cache_folder().name.startswith("nst-dashboard")
        True
    """
    own = _own_folder(platformdirs.user_cache_dir)
    return own or Path(tempfile.gettempdir()) / f"{_OUR_FOLDER}-{os.getuid()}"


def _own_folder(folder_for: Callable[[str], str]) -> Path | None:
    """This program's folder as platformdirs has it; None for a user without a home folder."""
    try:
        folder = folder_for(_OUR_FOLDER)
    except RuntimeError:
        return None
    return None if folder.startswith("~") else Path(folder)  # as its older versions leave it


def keras_folder() -> Path:
    """Keras's own folder: `KERAS_HOME`, else `~/.keras`, or as Keras has it where is no home.

    Example:
        >>> os.environ["KERAS_HOME"] = "/var/lib/keras"
        >>> keras_folder() == Path("/var/lib/keras")
        True
    """
    home = os.environ.get("KERAS_HOME")
    if home:
        return Path(home)
    base = Path(_expanded("~"))
    return (base if base.is_absolute() else Path(tempfile.gettempdir())) / ".keras"


def local_path(text: str) -> Path:
    """The path that a text names, be it a path or a `file://` address.

    Example:
        >>> local_path("file:///photos/my%20cat.jpg"), local_path("cat.jpg")
        (PosixPath('/photos/my cat.jpg'), PosixPath('cat.jpg'))
    """
    if not text.startswith(FILE):
        return Path(text)
    # A file's name is a row of bytes, which need not be UTF-8.
    return Path(os.fsdecode(unquote_to_bytes(text.removeprefix(FILE).removeprefix("localhost"))))


def _path(text: str) -> Path:
    return Path(_expanded(str(local_path(text))))


def _expanded(text: str) -> str:
    # pathlib's own expansion raises an error where there is no such user.
    return os.path.expanduser(text)  # noqa: PTH111
