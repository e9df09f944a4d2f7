"""One run in a shell: in the faster precision, scored, and ended gently by a Ctrl-C."""

import signal
import sys
import types
from collections.abc import Callable
from typing import Self

from nst_core import interrupts
from nst_core.calibrate import settle_precision
from nst_core.cli.pictures import RunPictures
from nst_core.errors import shown
from nst_core.events import Checkpoint, OnEvent, Result, ShouldStop
from nst_core.machine.learning import PriceLearner
from nst_core.scoring.score import Score, score_of_run
from nst_core.settings import Settings
from nst_core.stylize import stylize


def repaint(
    pictures: RunPictures,
    settings: Settings,
    on_event: OnEvent,
    should_stop: ShouldStop,
    beginning: Checkpoint | None = None,
) -> Result:
    """Do the run, in the precision that is faster here, and learn what this machine can do.

    Args:
        pictures: what it is computed from.
        settings, on_event, should_stop: as `stylize` takes them.
        beginning: where to begin, instead of what the settings say.

    Raises:
        NstError: as `stylize` does.

    Example:
        >>> repaint(pictures, Settings(size=64), print, lambda: False).stopped
        'finished'
    """
    photo, styles, masks = pictures.photo.pixels, pictures.styles, pictures.masks
    settings = settle_precision(photo, styles, settings, on_event, should_stop)
    learner = PriceLearner(on_event)
    return stylize(photo, styles, settings, learner, should_stop, beginning, masks)


def compare(
    result: Result, pictures: RunPictures, settings: Settings, say: Callable[[str], None]
) -> Score | None:
    """How near the result came; where that fails it is said, and costs nothing else.

    Args:
        result: of `repaint`; one that was stopped before its first iteration has no score.
        pictures, settings: as `repaint` has them.
        say: called with the sentence that says what failed.

    Example:
        >>> compare(result, pictures, settings, print).in_words()
        'painting 8 of 10, photo 7 of 10'
    """
    if not result.losses:
        return None
    try:
        photo, styles, masks = pictures.photo.pixels, pictures.styles, pictures.masks
        return score_of_run(result.picture, photo, styles, settings, masks)
    except Exception as error:
        say(f"The result could not be compared with photo and painting: {shown(error)}")
        return None


class Interrupt:
    """Notices a Ctrl-C or a polite kill while its block runs.

    Attributes:
        came: whether a first one has come, after which the run ends by itself. A second one ends
            the program at once.
        is_gentle: whether the run has something worth keeping; before that the first one ends the
            program.
    """

    def __init__(self) -> None:
        self.came = False
        self.is_gentle = False

    def __enter__(self) -> Self:
        self._handlers_before = {
            number: signal.signal(number, self._handle)
            for number in (signal.SIGINT, signal.SIGTERM)
            if signal.getsignal(number) is not signal.SIG_IGN
        }
        return self

    def __exit__(self, *exception: object) -> None:
        for number, handler in self._handlers_before.items():
            signal.signal(number, handler)

    def _handle(self, number: int, frame: types.FrameType | None) -> None:
        if self.came or not self.is_gentle:
            interrupts.stop()
        self.came = True
        print("Stopping after this evaluation; once more to stop at once.", file=sys.stderr)
