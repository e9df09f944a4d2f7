"""Waiting for what must come, with patience: a machine that others use may be many times slower."""

import time
from collections.abc import Callable

PATIENCE = 600.0
"""Seconds."""


class Broken(Exception):
    """Something that must never happen has happened."""


def require(truth: bool, sentence: str) -> None:
    """See that something is true.

    Raises:
        Broken: it is not; with the sentence.
    """
    if not truth:
        raise Broken(sentence)


def wait_for(
    condition: Callable[[], bool],
    what: str = "what the test waits for",
    seconds: float = PATIENCE,
) -> float:
    """Wait until a condition holds. Returns: the seconds that took.

    Raises:
        Broken: it does not within `seconds`.
    """
    began = time.monotonic()
    while not condition():
        require(time.monotonic() - began < seconds, f"{what}: not within {seconds:.0f} s")
        time.sleep(0.02)
    return time.monotonic() - began
