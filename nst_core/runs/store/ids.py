"""The names of runs: whoever knows one may see the run, so that none can be guessed."""

import base64
import re
import secrets

from nst_core.errors import InputError

ID_PATTERN = re.compile(r"[a-z2-7]{26}\Z")


class NoSuchRunError(InputError):
    """There is no run of that id: it is wrong, or the run has been removed."""


def no_such_run(run: str) -> NoSuchRunError:
    """The error for `run`, in words."""
    return NoSuchRunError(f"A run must be in the store; it may have been removed. Received: {run}.")


def new_id() -> str:
    """128 random bits in letters and digits that an address and a shell take as they are."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()
