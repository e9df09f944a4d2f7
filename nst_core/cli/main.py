"""The command line, `nst`. An error is one sentence on standard error and exit code 2."""

import argparse
import os
import signal
import sys
import types
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn, Self

from nst_core import presets
from nst_core.calibrate import settle_precision
from nst_core.cli import dashboard
from nst_core.cli import presets as cli_presets
from nst_core.cli import runs as cli_runs
from nst_core.cli.folder import RunFolder
from nst_core.cli.progress_bar import ProgressBar
from nst_core.errors import InputError, NstError
from nst_core.events import Evaluated, Event
from nst_core.machine import forecast
from nst_core.machine.learning import PriceLearner
from nst_core.objective import backend
from nst_core.pictures.decoding import read_picture
from nst_core.plan import schedule
from nst_core.quiet import native_stderr_silenced
from nst_core.runs.store.run_yaml import RunConfig, read_config
from nst_core.settings import Settings, expectation
from nst_core.stylize import stylize
from nst_core.vgg16 import weights

BAD_INPUT, NOT_FINITE, CANCELLED = 2, 3, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Returns: its exit code, 0 where all went well."""
    try:
        options = _parser().parse_args(arguments)
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


# --- commands --------------------------------------------------------------------------------


def _stylize(options: argparse.Namespace) -> int:
    backend.require_supported()
    config = _config(options)
    photo, painting = read_picture(config.photo), read_picture(config.painting)
    folder = RunFolder(options.output, config)
    with _Interrupt() as interrupt, ProgressBar() as bar:
        with native_stderr_silenced():
            import tensorflow

            # TensorFlow complains when it is loaded and when it finds no GPU; now nobody hears it.
            tensorflow.config.list_physical_devices()
        for path, picture in ((config.photo, photo), (config.painting, painting)):
            for note in picture.notes:
                bar.say(f"{path}: {note}.")

        def on_event(event: Event) -> None:
            interrupt.gentle = interrupt.gentle or isinstance(event, Evaluated)
            folder.on_event(event)
            bar.on_event(event)

        scales = schedule.plan(photo.pixels.shape[:2], painting.pixels.shape[:2], config.settings)
        foretold = forecast.forecast_run(scales, config.settings)
        bar.say(f"About {foretold.in_words()}.")
        pictures, should_stop = (photo.pixels, painting.pixels), lambda: interrupt.came
        settings = settle_precision(*pictures, config.settings, on_event, should_stop)
        result = stylize(*pictures, settings, PriceLearner(on_event), should_stop)
        written = folder.finish(result)
    where = folder.path / "result.png" if written else "Nothing was written"
    print(f"{where}: {result.reason}.")
    return {"cancelled": CANCELLED, "not finite": NOT_FINITE}.get(result.stopped, 0)


def _weights(options: argparse.Namespace) -> int:
    with ProgressBar() as bar:
        found = weights.load_weights(bar.fetching)
    for note in found.notes:
        print(f"Tried before: {note}.")
    print(f"VGG16 weights from {found.source}; SHA-256 {weights.DIGEST}, verified.")
    return 0


# --- arguments -------------------------------------------------------------------------------


def _config(options: argparse.Namespace) -> RunConfig:
    """Photo, painting and settings from a command line."""
    changes = _assignments(options.set)
    if options.config is not None:
        if options.photo or options.preset or options.style:
            raise InputError(
                "--config names the photo, the painting and the settings already; "
                f"give none of PHOTO, --preset and --style with it. Received: {_given(options)}."
            )
        config = read_config(options.config)
        photo, painting, settings = config.photo, config.painting, config.settings
    else:
        photo, painting, settings = _chosen(options)
    return RunConfig(photo, painting, settings.changed(**changes))


def _given(options: argparse.Namespace) -> str:
    named = (options.photo, options.preset, options.style)
    return ", ".join(str(value) for value in named if value)


def _chosen(options: argparse.Namespace) -> tuple[Path, Path, Settings]:
    if options.photo is None:
        raise InputError("A PHOTO must be given, or --config with a run.yaml. Received: neither.")
    if options.preset is None:
        if options.style is None:
            raise InputError(
                "A style must be given: --preset NAME or --style PAINTING. Received: neither."
            )
        return options.photo, options.style, Settings()
    preset = presets.load_preset(options.preset)
    painting = options.style or preset.painting
    if painting is None:
        raise InputError(
            f"The preset {preset.name} has no painting of its own; add --style PAINTING. "
            "Received: no --style."
        )
    return options.photo, painting, preset.settings


def _assignments(texts: Sequence[str]) -> dict[str, Any]:
    """Each KEY=VALUE, read as YAML 1.2; `a,b` is a list where one is due."""
    changes: dict[str, Any] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not (key and equals and value):
            raise InputError(f"--set must be KEY=VALUE. Received: {text or 'nothing'}.")
        if key in changes:
            raise InputError(f"--set may give {key} only once. Received: {text}, too.")
        changes[key] = presets.value_of(key, value, f"--set {key}")
    return changes


_EXIT_CODES = """exit codes:
  0 done; 2 a bad input; 3 the loss was no longer finite; 130 stopped on request"""


def _settings_help() -> str:
    lines = ["settings, each as --set KEY=VALUE:"]
    for name, field in Settings.model_fields.items():
        default = field.default
        shown = ", ".join(default) if isinstance(default, tuple) else default
        lines += [f"  {name}", f"      {field.description}"]
        lines += [f"      {expectation(field)}; default: {shown}"]
    return "\n".join(lines)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise InputError(f"{self.prog}: {message}; see {self.prog} --help.")


def _parser() -> argparse.ArgumentParser:
    typed = "nst" if Path(sys.argv[0]).stem == "nst" else "python -m nst_core"
    parser = _Parser(prog=typed, description="Repaint a photo like a painting.")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    run = commands.add_parser(
        "stylize",
        help="repaint a photo",
        description="Repaint PHOTO in the style of a preset or of a painting of your own.",
        epilog=f"{_settings_help()}\n\n{_EXIT_CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_choice(run)
    run.add_argument(
        "--output",
        metavar="FOLDER",
        type=Path,
        required=True,
        help="where the pictures go; those of an earlier run in it are replaced",
    )
    run.set_defaults(run=_stylize)

    cli_presets.add_commands(commands)
    source = commands.add_parser("weights", help="find VGG16's weights and say where they are from")
    source.set_defaults(run=_weights)
    cli_runs.add_commands(commands, _add_choice, _config)
    dashboard.add_command(commands)
    return parser


def _add_choice(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("photo", metavar="PHOTO", type=Path, nargs="?", help="the photo's file")
    parser.add_argument("--preset", metavar="NAME", help="a style; `presets` lists them")
    parser.add_argument("--style", metavar="PAINTING", type=Path, help="a painting's file")
    parser.add_argument("--config", metavar="RUN.YAML", type=Path, help="repeat a run")
    parser.add_argument(
        "--set", metavar="KEY=VALUE", action="append", default=[], help="change a setting"
    )


class _Interrupt:
    """A Ctrl-C or a polite kill sets `came`; a second one ends the program.

    Before there is anything to keep (`gentle` is false) the first one ends it too.
    """

    def __init__(self) -> None:
        self.came = False
        self.gentle = False

    def __enter__(self) -> Self:
        self._before = {
            number: signal.signal(number, self._handle)
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        return self

    def __exit__(self, *exception: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _handle(self, number: int, frame: types.FrameType | None) -> None:
        if self.came or not self.gentle:
            raise KeyboardInterrupt
        self.came = True
        print("Stopping after this evaluation; once more to stop at once.", file=sys.stderr)
