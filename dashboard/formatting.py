"""Words for people, from numbers and from others' words."""

import re

from dashboard import texts
from nst_core.scoring.score import Score
from nst_core.settings import Settings

_MARKS = re.compile(r"([!-/:-@\[-`{-~])")


def plain(text: str) -> str:
    """Markdown that shows `text` as it is: names of files and of runs come from strangers."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))


def sentence(reason: str) -> str:
    """A record's reason as a sentence of its own, in Markdown."""
    reason = reason.rstrip(".")
    return plain(f"{reason[:1].upper()}{reason[1:]}.")


def duration(seconds: float) -> str:
    """ "40 seconds", "3 minutes": as exact as such a guess is."""
    if seconds < 90:
        return texts.SECONDS.format(count=max(5, 5 * round(seconds / 5)))
    if seconds < 90 * 60:
        return texts.MINUTES.format(count=round(seconds / 60))
    return texts.HOURS.format(count=round(seconds / 3600))


def size(settings: Settings) -> str:
    """ "300 pixels", "300 x 500 pixels"."""
    if settings.size:
        return texts.LONGER_SIDE.format(size=settings.size)
    return texts.BOTH_SIDES.format(rows=settings.rows, columns=settings.columns)


def likeness(score: Score) -> str:
    """ "Likeness: painting 8 of 10, photo 6 of 10.", as `Score` reckons it."""
    return texts.LIKENESS.format(painting=score.painting_tenths, photo=score.photo_tenths)


def iteration(done: int, of: int, loss: float | None) -> str:
    """ "Iteration 4 of 18, loss 0.108"."""
    parts = [texts.ITERATION.format(done=done, iterations=of)]
    if loss is not None:
        parts.append(texts.LOSS.format(loss=loss))
    return ", ".join(parts)
