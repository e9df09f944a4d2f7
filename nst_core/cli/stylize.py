"""The command `stylize`: it repaints a photo and leaves a folder of pictures."""

import argparse
from pathlib import Path
from typing import Any

from nst_core.beginning import at_picture
from nst_core.cli.arguments import add_choice, add_output, choices_of, config_of, settings_help
from nst_core.cli.batch import photos_by_styles
from nst_core.cli.batch_runs import compute
from nst_core.cli.folder import RunFolder
from nst_core.cli.pictures import notes, read_pictures
from nst_core.cli.progress_bar import ProgressBar
from nst_core.cli.repaint import Interrupt, compare, repaint
from nst_core.events import Evaluated, Event
from nst_core.interrupts import STOPPED
from nst_core.machine import forecast
from nst_core.objective import backend
from nst_core.pictures.pixels import Pixels
from nst_core.plan.paintings import plan_for
from nst_core.quiet import load_tensorflow
from nst_core.runs.store import layout
from nst_core.runs.store.run_yaml import RunConfig

NOT_FINITE = 3

EXIT_CODES = """exit codes:
  0 done; 2 a bad input; 3 the loss was no longer finite; 130 stopped on request"""
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
    add_output(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    backend.require_supported()
    choices = choices_of(options)
    if len(choices) > 1:
        return compute(photos_by_styles(choices), options.output)
    return do_run(config_of(choices[0]), options.output)


def do_run(config: RunConfig, output: Path, start: Pixels | None = None) -> int:
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
    with Interrupt() as interrupt, ProgressBar() as bar:
        load_tensorflow()
        for note in notes(config, pictures):
            bar.say(note)

        def on_event(event: Event) -> None:
            if isinstance(event, Evaluated):
                interrupt.is_gentle = True
            folder.on_event(event)
            bar.on_event(event)

        settings = config.settings
        bar.say(f"About {forecast.forecast_run(scales, settings).in_words()}.")
        result = repaint(pictures, settings, on_event, lambda: interrupt.came, beginning)
        has_result = folder.finish(result)
        near = None
        if has_result:
            near = compare(result, pictures, settings, bar.say)
            folder.pack(near)
    where = folder.path / layout.RESULT if has_result else "Nothing was written"
    print(f"{where}: {result.reason}.")
    if near is not None:
        print(f"Likeness: {near.in_words()}.")
    return {"cancelled": STOPPED, "not finite": NOT_FINITE}.get(result.stopped, 0)
