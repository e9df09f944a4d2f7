"""The command `larger`: it takes the picture of a finished run up again at a larger size."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from nst_core.cli.arguments import add_output, assignments
from nst_core.cli.pictures import read_pictures
from nst_core.cli.stylize import EXIT_CODES, do_run
from nst_core.errors import InputError, shown
from nst_core.pictures.decoding import read_picture
from nst_core.pictures.pixels import Pixels
from nst_core.plan.larger import (
    EVALUATIONS,
    ITERATIONS,
    PAPERS,
    RESOLUTIONS,
    larger_settings,
    paper_size,
)
from nst_core.plan.paintings import plan_for
from nst_core.runs.store import layout
from nst_core.runs.store.run_yaml import RunConfig, read_config

_TIMES = 2


def add_larger(commands: Any) -> None:
    """Add the command's parser.

    Args:
        commands: what `add_subparsers` gave.
    """
    papers = ", ".join(PAPERS)
    parser = commands.add_parser(
        "larger",
        help="take a finished picture up again at a larger size",
        description="Go on with the picture that a run left in FOLDER, at a larger size: "
        f"{ITERATIONS} iterations of {EVALUATIONS} evaluations, and no run from the start.",
        epilog=EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "folder",
        metavar="FOLDER",
        type=Path,
        help=f"of a finished run, with its {layout.RUN_YAML} and {layout.RESULT}",
    )
    size = parser.add_mutually_exclusive_group()
    size.add_argument(
        "--size",
        metavar="PIXELS",
        type=int,
        help="the longer side in pixels; twice what it is unless this or --paper says otherwise",
    )
    size.add_argument("--paper", metavar="PAPER", help=f"as long as a sheet of {papers}")
    parser.add_argument(
        "--dpi",
        metavar="DPI",
        type=int,
        help=f"pixels an inch on that paper; {RESOLUTIONS[0]} unless given",
    )
    parser.add_argument(
        "--set", metavar="KEY=VALUE", action="append", default=[], help="change a setting"
    )
    add_output(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    changes = assignments(options.set)
    if options.dpi is not None and options.paper is None:
        raise InputError(f"--dpi needs --paper. Received: --dpi {options.dpi} alone.")
    config, picture = _finished(options.folder)
    if options.output.resolve() == options.folder.resolve():
        raise InputError(
            "The output must be another folder than that of the run, which would be lost. "
            f"Received: {shown(options.output)}."
        )
    dpi = RESOLUTIONS[0] if options.dpi is None else options.dpi
    if options.paper is not None:
        size = paper_size(options.paper, dpi)
    else:
        size = _TIMES * max(picture.shape[:2]) if options.size is None else options.size
    settings = larger_settings(config.settings, picture.shape[:2], size).changed(**changes)
    return do_run(replace(config, settings=settings), options.output, picture)


def _finished(folder: Path) -> tuple[RunConfig, Pixels]:
    """What a finished run was made from, and its picture, uint8 (H, W, 3).

    Raises:
        InputError: there is none in the folder, or it was stopped before its last size.
    """
    if not all((folder / name).is_file() for name in (layout.RUN_YAML, layout.RESULT)):
        raise InputError(
            f"FOLDER must be that of a finished run, with its {layout.RUN_YAML} and "
            f"{layout.RESULT}. Received: {shown(folder)}."
        )
    config = read_config(folder / layout.RUN_YAML)
    picture = read_picture(folder / layout.RESULT).pixels
    pictures = read_pictures(config)
    scales = plan_for(pictures.photo.pixels, pictures.styles, config.settings, pictures.masks)
    rows, columns = scales[-1].picture
    if picture.shape[:2] != (rows, columns):
        raise InputError(
            f"The run must have finished, so that its picture has {columns} x {rows} pixels; "
            f"let it go on first. Received: {picture.shape[1]} x {picture.shape[0]}."
        )
    return config, picture
