"""What is typed after a command: photo, style and settings; and what `--help` says of them."""

import argparse
import glob
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from nst_core import presets
from nst_core.errors import InputError, shown
from nst_core.runs.store.run_files import MaskFiles
from nst_core.runs.store.run_yaml import RunConfig, read_config
from nst_core.settings import Settings, expectation

_MOST_ECHOED = 200
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://|data:", re.IGNORECASE)


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are an `InputError` of one sentence."""

    def error(self, message: str) -> NoReturn:
        """
        Raises:
            InputError: always.
        """
        raise InputError(f"{self.prog}: {shown(message)}; see {self.prog} --help.")


def add_choice(parser: argparse.ArgumentParser, several: bool = False) -> None:
    """Add the arguments that choose photo, style and settings; `config_of` reads them.

    Args:
        parser: gets the arguments.
        several: whether more than one photo and preset may be given; `choices_of` reads them.
    """
    if several:
        parser.add_argument("photo", metavar="PHOTO", nargs="*", help="the photo's file, or more")
        parser.add_argument(
            "--preset", metavar="NAME", action="append", help="a style; `presets` lists them"
        )
    else:
        parser.add_argument("photo", metavar="PHOTO", nargs="?", help="the photo's file")
        parser.add_argument("--preset", metavar="NAME", help="a style; `presets` lists them")
    parser.add_argument(
        "--style",
        metavar="PAINTING",
        action="append",
        default=[],
        help="a painting's file; several are mixed as style_mix says",
    )
    parser.add_argument(
        "--mask",
        metavar="MASK",
        help="a grey picture of where to paint: white is painted, black stays the photo",
    )
    parser.add_argument(
        "--style-mask",
        metavar="MASK",
        action="append",
        default=[],
        help="a grey picture of where a painting goes, one for each --style in its order; "
        "a - gives that painting what the others leave",
    )
    parser.add_argument("--config", metavar="RUN.YAML", type=Path, help="repeat a run")
    parser.add_argument(
        "--set", metavar="KEY=VALUE", action="append", default=[], help="change a setting"
    )


def add_output(parser: argparse.ArgumentParser) -> None:
    """Add the argument that says where a run's pictures go."""
    parser.add_argument(
        "--output",
        metavar="FOLDER",
        type=Path,
        required=True,
        help="where the pictures go; those of an earlier run in it are replaced",
    )


def config_of(options: argparse.Namespace) -> RunConfig:
    """The photo, the painting and the settings that a command line chooses.

    Args:
        options: what a parser with the arguments of `add_choice` has read.

    Raises:
        InputError: something is missing, given twice or not allowed.

    Example:
        >>> parser = Parser()
        >>> add_choice(parser)
        >>> config_of(parser.parse_args(["me.jpg", "--preset", "stained_glass"])).settings.size
        512
    """
    changes = assignments(options.set)
    if options.config is None:
        config = _choice(options)
    else:
        masks = [options.mask, *options.style_mask]
        choices = [options.photo, options.preset, *options.style, *masks]
        if any(choices):
            raise InputError(
                "--config names the pictures and the settings already; give none of PHOTO, "
                "--preset, --style and masks with it. "
                f"Received: {shown(', '.join(str(choice) for choice in choices if choice))}."
            )
        config = read_config(options.config)
    return replace(config, settings=config.settings.changed(**changes))


def choices_of(options: argparse.Namespace) -> list[argparse.Namespace]:
    """For each photo in each style what `config_of` takes, photo after photo; at least one.

    What is named twice counts once. A name with * or ? that is no file stands for those that it
    fits, for not every shell puts them there.

    Args:
        options: what a parser with the arguments of `add_choice` for several has read.

    Example:
        >>> parser = Parser()
        >>> add_choice(parser, several=True)
        >>> choices = choices_of(parser.parse_args(["a.jpg", "b.jpg", "--preset", "classic"]))
        >>> [choice.photo for choice in choices]
        ['a.jpg', 'b.jpg']
    """
    photos = dict.fromkeys(name for text in options.photo for name in _expanded(text))
    names = dict.fromkeys(options.preset or [])
    return [
        argparse.Namespace(**vars(options) | {"photo": photo, "preset": preset})
        for photo in photos or [None]
        for preset in names or [None]
    ]


def picture_file(text: str) -> Path:
    """The path of a picture, as it was typed.

    Raises:
        InputError: it is the address of something that has to be fetched.

    Example:
        >>> picture_file("me.jpg")
        PosixPath('me.jpg')
    """
    path = Path(text)
    if _ADDRESS.match(text) and not os.path.lexists(path):
        raise InputError(
            "A picture must be a file on this machine; download it first and give its path. "
            f"Received: {text[:_MOST_ECHOED]}."
        )
    return path


def settings_help() -> str:
    """What `--help` says of the settings: for each what it does, what it takes, its default."""
    lines = ["settings, each as --set KEY=VALUE, layers as NAME,NAME or NAME:WEIGHT,NAME:WEIGHT:"]
    for name, field in Settings.model_fields.items():
        lines += [f"  {name}", f"      {field.description}"]
        lines += [f"      {expectation(field)}; default: {presets.as_text(field.default)}"]
    return "\n".join(lines)


def _expanded(text: str) -> list[str]:
    """The files that a name with * or ? stands for, in order; the name where it fits none."""
    if os.path.lexists(text) or _ADDRESS.match(text):
        return [text]
    return sorted(glob.glob(text)) or [text]  # noqa: PTH207


def _choice(options: argparse.Namespace) -> RunConfig:
    """What a run has that repeats no other."""
    if options.photo is None:
        raise InputError("A PHOTO must be given, or --config with a run.yaml.")
    paintings = [picture_file(style) for style in options.style]
    settings = Settings()
    if options.preset is not None:
        preset = presets.load_preset(options.preset)
        settings = preset.settings_for(len(paintings)) if paintings else preset.settings
        if not paintings and not preset.paintings:
            raise InputError(
                f"The preset {preset.name} has no painting of its own; add --style PAINTING."
            )
        paintings = paintings or list(preset.paintings)
    if not paintings:
        raise InputError("A style must be given: --preset NAME or --style PAINTING.")
    masks = MaskFiles(
        picture_file(options.mask) if options.mask else None,
        tuple(None if mask == "-" else picture_file(mask) for mask in options.style_mask),
    )
    first, *further = paintings
    return RunConfig(picture_file(options.photo), first, settings, tuple(further), masks)


def assignments(texts: Sequence[str]) -> dict[str, Any]:
    """The values of all KEY=VALUE by key, read as YAML 1.2; the settings check them.

    Raises:
        InputError: one is no KEY=VALUE or no YAML, or a key comes twice.

    Example:
        >>> assignments(["size=300", "start=noise"])
        {'size': 300, 'start': 'noise'}
    """
    values: dict[str, str] = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not (key and equals and value):
            raise InputError(f"--set must be KEY=VALUE. Received: {shown(text or 'nothing')}.")
        if key in values:
            raise InputError(
                f"--set gives {shown(key, 60)} twice: {shown(values[key], 60)} "
                f"and {shown(value, 60)}."
            )
        values[key] = value
    return {
        key: presets.value_of(key, text, f"--set {shown(key, 60)}") for key, text in values.items()
    }
