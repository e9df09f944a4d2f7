"""Numbers that the environment gives."""

import os

from nst_core.errors import InputError

KEEP_DAYS, KEEP_GIGABYTES = "NST_KEEP_DAYS", "NST_KEEP_GIGABYTES"
MOST_MINUTES = "NST_MOST_MINUTES"


def number(name: str) -> float | None:
    """The number in an environment variable; None where it is not set.

    Raises:
        InputError: it is none, or not above 0.
    """
    text = os.environ.get(name)
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value < float("inf"):
        raise InputError(f"{name} must be a number above 0. Received: {text}.")
    return value
