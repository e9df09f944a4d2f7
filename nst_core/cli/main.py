"""The command line, `nst`. An error is one sentence on standard error and exit code 2."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from nst_core.cli.arguments import Parser
from nst_core.cli.dashboard import add_dashboard
from nst_core.cli.presets import add_presets
from nst_core.cli.runs import add_runs
from nst_core.cli.stylize import CANCELLED, add_stylize
from nst_core.cli.weights import add_weights
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
        return CANCELLED
    return code


def _parser() -> argparse.ArgumentParser:
    program = "nst" if Path(sys.argv[0]).stem == "nst" else "python -m nst_core"
    parser = Parser(prog=program, description="Repaint a photo like a painting.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    add_stylize(commands)
    add_presets(commands)
    add_weights(commands)
    add_runs(commands)
    add_dashboard(commands)
    return parser
