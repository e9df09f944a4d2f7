"""The command `stylize`: it repaints a photo and leaves a folder of pictures."""

import argparse
from pathlib import Path
from typing import Any

from nst_core.cli.arguments import add_choice, choices_of, config_of, settings_help
from nst_core.cli.batch import photos_by_styles
from nst_core.cli.batch_runs import compute
from nst_core.cli.folder import RunFolder
from nst_core.cli.progress_bar import ProgressBar
from nst_core.cli.repaint import Interrupt, compare, repaint
from nst_core.errors import shown
from nst_core.events import Evaluated, Event
from nst_core.interrupts import STOPPED
from nst_core.machine import forecast
from nst_core.objective import backend
from nst_core.pictures.decoding import read_picture
from nst_core.plan import schedule
from nst_core.quiet import load_tensorflow
from nst_core.runs.store import layout

NOT_FINITE = 3

_SEVERAL = """several photos or presets:
  Each photo is repainted in each style, in a folder of its own within FOLDER, which also gets
  a contact sheet (sheet.jpg) and all runs in one zip (runs.zip). All is checked before anything
  is computed. The same command goes on where a batch was stopped."""
_EXIT_CODES = """exit codes:
  0 done; 1 some runs of several failed; 2 a bad input; 3 the loss was no longer finite;
  130 stopped on request"""


def add_stylize(commands: Any) -> None:
    """Add the command's parser.

    Args:
        commands: what `add_subparsers` gave.
    """
    parser = commands.add_parser(
        "stylize",
        help="repaint a photo, or several",
        description="Repaint PHOTO in the style of a preset or of a painting of your own.",
        epilog=f"{settings_help()}\n\n{_SEVERAL}\n\n{_EXIT_CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_choice(parser, several=True)
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
    choices = choices_of(options)
    if len(choices) > 1:
        return compute(photos_by_styles(choices), options.output)
    config = config_of(choices[0])
    photo, painting = read_picture(config.photo), read_picture(config.painting)
    folder = RunFolder(options.output, config, photo.pixels, painting.pixels)
    shapes = photo.pixels.shape[:2], painting.pixels.shape[:2]
    scales = schedule.plan_scales(*shapes, config.settings)
    # Where there is too little, TensorFlow may not even load.
    forecast.require_memory(scales, config.settings)
    with Interrupt() as interrupt, ProgressBar() as bar:
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
        result = repaint(photo, painting, config.settings, on_event, lambda: interrupt.came)
        has_result = folder.finish(result)
        near = None
        if has_result:
            near = compare(result, photo, painting, config.settings, bar.say)
            folder.pack(near)
    where = folder.path / layout.RESULT if has_result else "Nothing was written"
    print(f"{where}: {result.reason}.")
    if near is not None:
        print(f"Likeness: {near.in_words()}.")
    return {"cancelled": STOPPED, "not finite": NOT_FINITE}.get(result.stopped, 0)
