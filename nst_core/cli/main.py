"""The command line, `nst`. An error is one sentence on standard error and exit code 2."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from nst_core.cli import arguments, dashboard, presets, runs, stylize, weights
from nst_core.errors import NstError

BAD_INPUT = 2


def main(command_line: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code, 0 where all went well.

    Args:
        command_line: the words after the program's name; None for those it was started with.

    Example:
        >>> main(["presets", "check", "presets/classic.yaml"])
        presets/classic.yaml is a good preset.
        0
    """
    try:
        options = _parser().parse_args(command_line)
        code: int = options.run(options)
        sys.stdout.flush()
    except NstError as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:
        # Whoever read the output has gone; Python must not try to flush it at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return stylize.CANCELLED
    return code


def _parser() -> argparse.ArgumentParser:
    typed = "nst" if Path(sys.argv[0]).stem == "nst" else "python -m nst_core"
    parser = arguments.Parser(prog=typed, description="Repaint a photo like a painting.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    stylize.add_command(commands)
    presets.add_commands(commands)
    weights.add_command(commands)
    runs.add_commands(commands, arguments.add_choice, arguments.config_of)
    dashboard.add_command(commands)
    return parser
