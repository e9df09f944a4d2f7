"""Words for people, from numbers and from others' words."""

import re

from dashboard import texts

_MARKS = re.compile(r"([!-/:-@\[-`{-~])")


def plain(text: str) -> str:
    """Markdown that shows `text` as it is: names of files and of runs come from strangers."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def on_primary(icon: str, label: str) -> str:
    """A primary button's label that can be read in either theme: Streamlit's own is white in both.

    The theme's grey is set to be legible on the primary colour; nothing else is written in it.
    """
    return f":gray[:material/{icon}: {label}]"


def sentence(reason: str) -> str:
    """A record's reason as a sentence of its own."""
    reason = reason.rstrip(".")
    return plain(f"{reason[:1].upper()}{reason[1:]}.")


def duration(seconds: float) -> str:
    """ "40 seconds", "3 minutes": as exact as such a guess is."""
    if seconds < 90:
        return f"{max(5, 5 * round(seconds / 5))} seconds"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} minutes"
    return f"{round(seconds / 3600)} hours"


def iteration(done: int, of: int, loss: float | None) -> str:
    """ "Iteration 4 of 18, loss 0.108"."""
    parts = [texts.ITERATION.format(done=done, iterations=of)]
    if loss is not None:
        parts.append(texts.LOSS.format(loss=loss))
    return ", ".join(parts)
