"""The command `dashboard`: it opens the page."""

import argparse
import os
import runpy
import sys
from pathlib import Path
from typing import Any

from nst_core import environment, files, interrupts

_NO_HOME = "/nonexistent"
"""The home folder of users who have none, by Debian's custom."""


def add_dashboard(commands: Any) -> None:
    """Add the command's parser.

    Args:
        commands: what `add_subparsers` gave.
    """
    # With another prefix than "-", argparse hands on Streamlit's options instead of refusing them.
    parser = commands.add_parser(
        "dashboard",
        help="open the page",
        description="Open the page in a browser; it is served on loopback, until Ctrl-C.",
        usage="%(prog)s [--STREAMLIT.OPTION VALUE ...]",
        epilog="All options go to Streamlit, such as `--server.port 8600`; "
        "`streamlit run --help` lists them.",
        prefix_chars="\0",
        add_help=False,
    )
    parser.add_argument("options", nargs="*", help=argparse.SUPPRESS)
    parser.set_defaults(run=lambda options: _open(parser, options.options))


def _open(parser: argparse.ArgumentParser, options: list[str]) -> int:
    """Run the page's server in this process, as `python -m streamlit run app.py` does.

    Streamlit finds the page's theme and settings in `.streamlit`, beside `app.py`.
    """
    if {"-h", "--help"} & set(options):
        parser.print_help()
        return 0
    _require_home()
    sys.argv[1:] = ["run", str(files.beside("app.py")), *options]
    with interrupts.at_once():  # until Streamlit has loaded and ends by itself
        runpy.run_module("streamlit", run_name="__main__", alter_sys=True)
    return 0


def _require_home() -> None:
    """See that Streamlit finds a home folder, without which it would not start.

    Raises:
        InputError: there is none, nor a folder for the runs.
    """
    try:
        Path.home()
    except RuntimeError:
        environment.runs()
        os.environ["HOME"] = _NO_HOME
