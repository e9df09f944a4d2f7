"""The command `stylize`: it repaints a photo and leaves a folder of pictures."""

import argparse
import signal
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from nst_core import interrupts
from nst_core.calibrate import settle_precision
from nst_core.cli.arguments import add_choice, config_of, settings_help
from nst_core.cli.folder import RunFolder
from nst_core.cli.progress_bar import ProgressBar
from nst_core.errors import shown
from nst_core.events import Evaluated, Event, OnEvent, Result, ShouldStop
from nst_core.interrupts import STOPPED
from nst_core.machine import forecast
from nst_core.machine.learning import PriceLearner
from nst_core.objective import backend
from nst_core.pictures.decoding import Picture, read_picture
from nst_core.plan import schedule
from nst_core.quiet import load_tensorflow
from nst_core.runs.store import layout
from nst_core.scoring.score import Score, score
from nst_core.settings import Settings
from nst_core.stylize import stylize

NOT_FINITE = 3

_EXIT_CODES = """exit codes:
  0 done; 2 a bad input; 3 the loss was no longer finite; 130 stopped on request"""


def add_stylize(commands: Any) -> None:
    """Add the command's parser.

    Args:
        commands: what `add_subparsers` gave.
    """
    parser = commands.add_parser(
        "stylize",
        help="repaint a photo",
        description="Repaint PHOTO in the style of a preset or of a painting of your own.",
        epilog=f"{settings_help()}\n\n{_EXIT_CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_choice(parser)
    parser.add_argument(
        "--output",
        metavar="FOLDER",
        type=Path,
        required=True,
        help="where the pictures go; those of an earlier run in it are replaced",
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    backend.require_supported()
    config = config_of(options)
    photo, painting = read_picture(config.photo), read_picture(config.painting)
    folder = RunFolder(options.output, config, photo.pixels, painting.pixels)
    shapes = photo.pixels.shape[:2], painting.pixels.shape[:2]
    scales = schedule.plan_scales(*shapes, config.settings)
    # Where there is too little, TensorFlow may not even load.
    forecast.require_memory(scales, config.settings)
    with _Interrupt() as interrupt, ProgressBar() as bar:
        load_tensorflow()
        for path, picture in ((config.photo, photo), (config.painting, painting)):
            for note in picture.notes:
                bar.say(f"{shown(path)}: {note}.")

        def on_event(event: Event) -> None:
            if isinstance(event, Evaluated):
                interrupt.is_gentle = True
            folder.on_event(event)
            bar.on_event(event)

        bar.say(f"About {forecast.forecast_run(scales, config.settings).in_words()}.")
        result = _repaint(photo, painting, config.settings, on_event, lambda: interrupt.came)
        has_result = folder.finish(result)
        near = None
        if has_result:
            near = _score(result, photo, painting, config.settings, bar.say)
            folder.pack(near)
    where = folder.path / layout.RESULT if has_result else "Nothing was written"
    print(f"{where}: {result.reason}.")
    if near is not None:
        print(f"Likeness: {near.in_words()}.")
    return {"cancelled": STOPPED, "not finite": NOT_FINITE}.get(result.stopped, 0)


def _score(
    result: Result,
    photo: Picture,
    painting: Picture,
    settings: Settings,
    say: Callable[[str], None],
) -> Score | None:
    """How near the result came; where that fails it is said, and costs nothing else."""
    if not result.losses:
        return None
    try:
        pictures = result.picture, photo.pixels, painting.pixels
        return score(*pictures, style_scale=settings.style_scale)
    except Exception as error:
        say(f"The result could not be compared with photo and painting: {shown(error)}")
        return None


def _repaint(
    photo: Picture,
    painting: Picture,
    settings: Settings,
    on_event: OnEvent,
    should_stop: ShouldStop,
) -> Result:
    """Do the run, in the precision that is faster here, and learn what this machine can do."""
    pictures = photo.pixels, painting.pixels
    settings = settle_precision(*pictures, settings, on_event, should_stop)
    return stylize(*pictures, settings, PriceLearner(on_event), should_stop)


class _Interrupt:
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
