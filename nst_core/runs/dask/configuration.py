"""Which configuration of Dask counts: for an engine's own programs none but what stands here."""

import contextlib
import os
import site
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from typing import Any

from nst_core.errors import MOST_ECHO, InputError, shown

OWN: Mapping[str, Any] = {
    # Its memory holds nothing that could be spilled; a worker past 95 % is ended all the same.
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    # Dask samples its workers' stacks a hundred times a second and keeps an hour of that.
    "distributed.worker.profile.enabled": False,
    # On one machine all fall asleep together, and a worker that dies closes its connection.
    "distributed.scheduler.worker-ttl": None,
    "logging.distributed": "error",
}
"""How the programs of a private engine differ from Dask's defaults."""

_NOWHERE = f"{os.devnull}/none"


def load_dask(is_private: bool) -> None:
    """Load Dask into this process, which must not have loaded it before.

    Dask reads its files and variables while it is imported, and a broken file stops that.

    Args:
        is_private: whether this process belongs to an engine with programs of its own, so that
            neither files in `~/.config/dask`, `/etc/dask` and the like count, nor `DASK_`
            variables, which are removed. Else all of them count: they say how the user's own
            scheduler is reached.

    Raises:
        InputError: the configuration that counts makes no sense.

    Example:
        >>> load_dask(is_private=True)
        >>> dask.config.get("distributed.scheduler.worker-ttl") is None
        True
    """
    if is_private:
        for name in dask_variables():
            del os.environ[name]
        with _no_files():
            from dask import config
        config.set(OWN)
    try:
        import distributed  # noqa: F401
    except ImportError:
        raise
    except Exception as error:  # whatever its YAML, or logging, makes of those files
        raise InputError(
            "Dask's configuration, which counts where NST_SCHEDULER is set, must make sense. "
            f"Received: {in_short(error)}."
        ) from error


def dask_variables() -> list[str]:
    """The names of all environment variables that Dask takes for its configuration.

    Example:
        >>> os.environ["DASK_SCHEDULER_ADDRESS"] = "tcp://10.0.0.1:8786"
        >>> dask_variables()
        ['DASK_SCHEDULER_ADDRESS']
    """
    return [name for name in os.environ if name.startswith("DASK_")]


def in_short(error: BaseException) -> str:
    """What an error of Dask's is and says, on one line of bounded length.

    Example:
        >>> in_short(ValueError("a file is malformed:\\n\\n  line 3."))
        'ValueError: a file is malformed: line 3'
    """
    return one_line(f"{type(error).__name__}: {error}")


def one_line(text: object) -> str:
    """What may be many lines on one, at most 200 characters long, without its full stop.

    Example:
        >>> one_line("a file is malformed:\\n\\n  line 3.")
        'a file is malformed: line 3'
    """
    line = " ".join(str(text).split()).rstrip(".: ")
    # The end goes, not the middle: Dask names the file first.
    return shown(line if len(line) <= MOST_ECHO else f"{line[: MOST_ECHO - 3]}...")


@contextlib.contextmanager
def _no_files() -> Iterator[None]:
    """While it lasts, all folders in which Dask looks for its configuration are nowhere."""
    assert sysconfig.get_paths()  # it remembers the prefix, which must be the true one
    names = ("DASK_ROOT_CONFIG", "HOME", "USERPROFILE")
    variables = {name: os.environ.get(name) for name in names}
    prefix, prefixes = sys.prefix, site.PREFIXES
    os.environ.update(dict.fromkeys(names, _NOWHERE))
    sys.prefix, site.PREFIXES = _NOWHERE, []
    try:
        yield
    finally:
        sys.prefix, site.PREFIXES = prefix, prefixes
        for name, value in variables.items():
            del os.environ[name]
            if value is not None:
                os.environ[name] = value
