"""The command `stylize`: it repaints a photo and leaves a folder of pictures."""

import argparse
import signal
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from nst_core import interrupts
from nst_core.beginning import at_picture
from nst_core.calibrate import settle_precision
from nst_core.cli.arguments import add_choice, config_of, settings_help
from nst_core.cli.folder import RunFolder
from nst_core.cli.pictures import RunPictures, notes, read_pictures
from nst_core.cli.progress_bar import ProgressBar
from nst_core.errors import shown
from nst_core.events import Checkpoint, Evaluated, Event, OnEvent, Result, ShouldStop
from nst_core.interrupts import STOPPED
from nst_core.machine import forecast
from nst_core.machine.learning import PriceLearner
from nst_core.objective import backend
from nst_core.pictures.pixels import Pixels
from nst_core.plan.paintings import plan_for
from nst_core.quiet import load_tensorflow
from nst_core.runs.store import layout
from nst_core.runs.store.run_yaml import RunConfig
from nst_core.scoring.score import Score, score
from nst_core.settings import Settings
from nst_core.stylize import stylize

NOT_FINITE = 3

EXIT_CODES = """exit codes:
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
        epilog=f"{settings_help()}\n\n{EXIT_CODES}",
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
    return repaint(config_of(options), options.output)


def repaint(config: RunConfig, output: Path, start: Pixels | None = None) -> int:
    """Do a run, telling how far it is, and leave its folder. Returns: the exit code.

    Args:
        config: of the run.
        output: the folder.
        start: a picture to begin with, uint8 (H, W, 3), instead of what the settings say.

    Raises:
        NstError: something of it cannot be used, or needs more memory than is free.
    """
    backend.require_supported()
    pictures = read_pictures(config)
    folder = RunFolder(output, config, pictures, from_picture=start is not None)
    scales = plan_for(pictures.photo.pixels, pictures.styles, config.settings, pictures.masks)
    # Where there is too little, TensorFlow may not even load.
    forecast.require_memory(scales, config.settings)
    beginning = None if start is None else at_picture(start, scales)
    with _Interrupt() as interrupt, ProgressBar() as bar:
        load_tensorflow()
        for note in notes(config, pictures):
            bar.say(note)

        def on_event(event: Event) -> None:
            if isinstance(event, Evaluated):
                interrupt.is_gentle = True
            folder.on_event(event)
            bar.on_event(event)

        bar.say(f"About {forecast.forecast_run(scales, config.settings).in_words()}.")
        settings = config.settings
        result = _repaint(pictures, settings, on_event, lambda: interrupt.came, beginning)
        has_result = folder.finish(result)
        near = None
        if has_result:
            near = _score(result, pictures, config.settings, bar.say)
            folder.pack(near)
    where = folder.path / layout.RESULT if has_result else "Nothing was written"
    print(f"{where}: {result.reason}.")
    if near is not None:
        print(f"Likeness: {near.in_words()}.")
    return {"cancelled": STOPPED, "not finite": NOT_FINITE}.get(result.stopped, 0)


def _score(
    result: Result,
    pictures: RunPictures,
    settings: Settings,
    say: Callable[[str], None],
) -> Score | None:
    """How near the result came; where that fails it is said, and costs nothing else."""
    if not result.losses:
        return None
    try:
        photo, mix = pictures.photo.pixels, settings.style_mix or None
        scale = settings.style_scale
        return score(result.picture, photo, pictures.styles, mix, style_scale=scale)
    except Exception as error:
        say(f"The result could not be compared with photo and painting: {shown(error)}")
        return None


def _repaint(
    pictures: RunPictures,
    settings: Settings,
    on_event: OnEvent,
    should_stop: ShouldStop,
    beginning: Checkpoint | None,
) -> Result:
    """Do the run, in the precision that is faster here, and learn what this machine can do."""
    photo, styles, masks = pictures.photo.pixels, pictures.styles, pictures.masks
    settings = settle_precision(photo, styles, settings, on_event, should_stop)
    learner = PriceLearner(on_event)
    return stylize(photo, styles, settings, learner, should_stop, beginning, masks)


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
