"""The command line, `nst`. An error is one sentence on standard error and exit code 2."""

import argparse
import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from nst_core import interrupts
from nst_core.cli.arguments import Parser
from nst_core.cli.dashboard import add_dashboard
from nst_core.cli.larger import add_larger
from nst_core.cli.presets import add_presets
from nst_core.cli.runs import add_runs
from nst_core.cli.stylize import add_stylize
from nst_core.cli.sweep import add_sweep
from nst_core.cli.weights import add_weights
from nst_core.errors import InputError, NstError

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
        with interrupts.tidily():
            return _run(command_line)
    except BrokenPipeError:
        # Whoever read the output has gone; Python must not try to flush it at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (Exception, KeyboardInterrupt) as error:
        # Libraries turn the interrupt of an import into errors of their own.
        if interrupts.came() or isinstance(error, KeyboardInterrupt):
            print("Stopped.", file=sys.stderr)
            return interrupts.STOPPED
        if isinstance(error, MemoryError):
            error = InputError("The command needs more memory than it may have.")
        if not isinstance(error, NstError):
            raise
        print(error, file=sys.stderr)
        return BAD_INPUT


def _run(command_line: Sequence[str] | None) -> int:
    """Run one command. Returns: its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A photo's name may hold what this terminal's encoding cannot say.
            stream.reconfigure(errors="backslashreplace")
    options = _parser().parse_args(command_line)
    code: int = options.run(options)
    if sys.stdout is not None:  # a service may have closed it
        sys.stdout.flush()
    return code


def _parser() -> argparse.ArgumentParser:
    program = "nst" if Path(sys.argv[0]).stem == "nst" else "python -m nst_core"
    parser = Parser(prog=program, description="Repaint a photo like a painting.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    add_stylize(commands)
    add_larger(commands)
    add_sweep(commands)
    add_presets(commands)
    add_weights(commands)
    add_runs(commands)
    add_dashboard(commands)
    return parser
