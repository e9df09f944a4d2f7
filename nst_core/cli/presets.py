"""The commands of presets (`presets`, `presets show`, `check`, `new`, `schema`) and of `terms`."""

import argparse
import os
import shutil
from pathlib import Path
from typing import Any

from nst_core import environment, files, presets
from nst_core.cli.arguments import picture_file
from nst_core.cli.table import print_table
from nst_core.errors import InputError, OutputError, shown
from nst_core.pictures.decoding import read_picture
from nst_core.presets.schema import schema_text
from nst_core.settings import Settings, term_kinds


def add_presets(commands: Any) -> None:
    """Add the commands' parsers.

    Args:
        commands: what `add_subparsers` gave.
    """
    listing = commands.add_parser("presets", help="list the styles, or show, check or make one")
    listing.set_defaults(run=_list)
    actions = listing.add_subparsers(metavar="ACTION")

    show = actions.add_parser("show", help="show all that a preset sets")
    show.add_argument("name", metavar="NAME")
    show.set_defaults(run=_show)

    check = actions.add_parser("check", help="say what is wrong with a preset's file")
    check.add_argument("file", metavar="FILE", type=Path)
    check.set_defaults(run=_check)

    new = actions.add_parser("new", help="make a preset of a painting of your own")
    new.add_argument("name", metavar="NAME", help="small letters, digits, - and _")
    new.add_argument("--style", metavar="PAINTING", required=True)
    new.add_argument(
        "--folder",
        metavar="FOLDER",
        type=Path,
        help="where to; by default the first folder of NST_PRESETS, else this one",
    )
    new.set_defaults(run=_new)

    schema = actions.add_parser("schema", help="print the JSON Schema of presets, for editors")
    schema.set_defaults(run=_schema)

    kinds = commands.add_parser("terms", help="list the loss terms that presets may name")
    kinds.set_defaults(run=_list_terms)


def _list(options: argparse.Namespace) -> int:
    good, broken = presets.load_all()
    print_table(
        ("name", "title", "what it is"),
        [(name, preset.title, preset.description) for name, preset in good.items()]
        + [(name, "broken", reason) for name, reason in broken.items()],
    )
    return 0


def _list_terms(options: argparse.Namespace) -> int:
    print_table(
        ("name", "parameters", "what it is"),
        [
            (name, ", ".join(["weight", *(["layers"] if kind.layers else []),
             *kind.parameters.model_fields]), kind.description)
            for name, kind in term_kinds.kinds().items()
        ]
        + [(name, "broken", reason) for name, reason in term_kinds.broken().items()],
    )  # fmt: skip
    return 0


def _show(options: argparse.Namespace) -> int:
    preset = presets.load_preset(options.name)
    print(f"{preset.title}: {preset.description}")
    print(f"By {preset.author}; licence: {preset.licence}.")
    if len(preset.paintings) < 2:
        print(f"Painting: {preset.painting or 'none; give one'}")
    for number, painting in enumerate(preset.paintings if len(preset.paintings) > 1 else ()):
        print(f"Painting {number + 1}: {painting}")
    changed = preset.settings.differences()
    for name in Settings.model_fields:
        mark = "*" if name in changed and (name, changed[name]) != ("recipe", "default") else " "
        print(f"{mark} {name}: {presets.as_text(getattr(preset.settings, name))}")
    print("* differs from the recipe's defaults")
    return 0


def _check(options: argparse.Namespace) -> int:
    preset = presets.load_preset_file(options.file)
    if preset.paintings:
        presets.read_paintings(preset)
    print(f"{options.file} is a good preset.")
    return 0


def _new(options: argparse.Namespace) -> int:
    presets.require_name(options.name)
    style = picture_file(options.style)
    read_picture(style)
    folder = options.folder or next(iter(environment.paths(environment.PRESETS)), Path())
    painting = folder / f"{options.name}{style.suffix.lower()}"
    path = folder / f"{options.name}.yaml"
    for new in (painting, path):
        if os.path.lexists(new):
            raise InputError(f"{shown(new)} exists already; a new preset must not replace a file.")
    text = presets.render(
        title=options.name.replace("_", " ").replace("-", " ").capitalize(),
        description="Say here what it looks like, in one line.",
        painting=painting.name,
        settings=Settings(),
    )
    try:
        with files.replacing(painting) as temporary:
            shutil.copyfile(style, temporary)
    except OSError as error:
        raise OutputError(
            f"{shown(painting)} could not be written: {files.in_words(error)}."
        ) from error
    try:
        files.write_bytes(path, text.encode())
    except OutputError:
        painting.unlink(missing_ok=True)
        raise
    print(f"{path}: edit it, check it with `presets check`, and name its folder in NST_PRESETS.")
    return 0


def _schema(options: argparse.Namespace) -> int:
    print(schema_text(term_kinds.kinds().values()), end="")
    return 0
