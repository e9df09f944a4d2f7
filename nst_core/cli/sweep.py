"""The command `sweep`: it tries all combinations of some settings on one photo."""

import argparse
from pathlib import Path
from typing import Any

from nst_core.cli.arguments import add_choice, settings_help
from nst_core.cli.batch import grid
from nst_core.cli.batch_runs import compute
from nst_core.objective import backend

_DESCRIPTION = """\
Repaint PHOTO with every combination of the values that settings are given, each in a folder of its
own within FOLDER, and leave a contact sheet (sheet.jpg) and all runs in one zip (runs.zip)."""
_VALUES = """several values:
  --set content_weight=0.05,0.1,0.2     a comma separates values; one value alone is fixed
  --set style_layers=block1_conv1,block2_conv1 --set style_layers=block3_conv1:1
                                        layers have commas of their own: give the key once more
  --set 'style_layers=[block1_conv1, block2_conv1],{block3_conv1: 1}'
                                        or put each value in brackets or braces, and all in quotes
  The first setting with several values makes the sheet's rows, the others its columns. All is
  checked before anything is computed. The same command goes on where a sweep was stopped; a folder
  that holds another run is refused."""
_EXIT_CODES = """exit codes:
  0 done; 1 some runs failed; 2 a bad input; 130 stopped on request"""


def add_sweep(commands: Any) -> None:
    """Add the command's parser.

    Args:
        commands: what `add_subparsers` gave.
    """
    parser = commands.add_parser(
        "sweep",
        help="repaint a photo with a grid of settings",
        description=_DESCRIPTION,
        epilog=f"{_VALUES}\n\n{settings_help()}\n\n{_EXIT_CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_choice(parser)
    parser.add_argument(
        "--output", metavar="FOLDER", type=Path, required=True, help="where all runs go"
    )
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    backend.require_supported()
    return compute(grid(options), options.output)
