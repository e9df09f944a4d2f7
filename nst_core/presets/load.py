"""A preset is a YAML file: a header, settings, and the name of its painting."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from nst_core import files
from nst_core.errors import InputError, shortened, shown
from nst_core.pictures.decoding import Picture, read_picture
from nst_core.presets import strict_yaml
from nst_core.presets.folders import broken_packages, is_preset_file, preset_files
from nst_core.settings import Settings, sentences

LONGEST_LINE = 200
HEADER: Mapping[str, bool] = {
    "title": True,
    "description": True,
    "author": True,
    "licence": True,
    "painting": False,
}
"""The keys of the header, and whether a preset must have them. All other keys are settings."""


@dataclass(frozen=True)
class Preset:
    """A style that is ready to use.

    Attributes:
        name: of its file, without the ending.
        title, description, author, licence: one line each.
        painting: the file of its painting, or None where whoever uses the preset brings one.
        settings: the defaults, with what the preset changes in them.
        preview: a picture of what the preset makes of a photo, `previews/NAME.jpg` beside its
            file, or None where there is no such picture.
    """

    name: str
    title: str
    description: str
    author: str
    licence: str
    painting: Path | None
    settings: Settings
    preview: Path | None = None


def load_preset(name: str) -> Preset:
    """The preset of that name.

    Raises:
        InputError: there is no such preset, or its file is not a good one.

    Example:
        >>> load_preset("stained_glass").title
        'Stained glass'
    """
    paths = preset_files()
    if name not in paths:
        raise InputError(f"The preset must be one of {', '.join(paths)}. Received: {shown(name)}.")
    return load_preset_file(paths[name])


def load_all() -> tuple[dict[str, Preset], dict[str, str]]:
    """All good presets by name, and what is wrong with each of the others.

    Example:
        >>> good, broken = load_all()
        >>> good["classic"].settings.recipe
        'classic'
    """
    good, broken = {}, broken_packages()
    for name, path in preset_files().items():
        try:
            good[name] = load_preset_file(path)
        except InputError as error:
            broken[name] = str(error)
    return good, broken


def load_preset_file(path: str | Path) -> Preset:
    """The preset in a YAML file.

    Raises:
        InputError: one sentence that names file, line, key, what is allowed and what came.

    Example:
        >>> load_preset_file("presets/stained_glass.yaml").author
        'the nst_core authors'
    """
    path = Path(path)
    if not is_preset_file(path):
        raise InputError(
            f"{shown(path, 150)} must be named with small letters, digits, - and _, and end in "
            f".yaml. Received: {shown(path.name, 50)}."
        )
    document = read_document(path)
    header, values = _split(document)
    painting = header.pop("painting", None)
    preview = path.parent / "previews" / f"{path.stem}.jpg"
    return Preset(
        name=path.stem,
        painting=_painting(document, path, painting) if painting is not None else None,
        settings=settings_of(document, values),
        preview=preview if preview.is_file() else None,
        **header,
    )


def read_document(path: Path) -> strict_yaml.Document:
    """The mapping in a small YAML file.

    Raises:
        InputError: the file cannot be read, or is not strict YAML.

    Example:
        >>> read_document(Path("presets/stained_glass.yaml")).lines["painting"]
        5
    """
    try:
        with path.open("rb") as file:
            # One byte more than allowed tells that it is too large.
            data = file.read(strict_yaml.MOST_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        raise InputError(f"{shown(path)} cannot be read: {files.in_words(error)}.") from error
    return strict_yaml.load(data, str(path))


def settings_of(document: strict_yaml.Document, values: dict[str, Any]) -> Settings:
    """The settings that some values of a document make.

    Raises:
        InputError: one sentence that names file, line, key, what is allowed and what came.

    Example:
        >>> document = strict_yaml.load(b"size: 300", "a.yaml")
        >>> settings_of(document, dict(document.values)).size
        300
    """
    try:
        return Settings(**values)
    except ValidationError as error:
        raise document.refuse(sentences(error, Settings.model_fields)) from error


def read_painting(preset: Preset) -> Picture:
    """The preset's painting, decoded: uint8 (H, W, 3) in `.pixels`.

    Raises:
        InputError: the preset has no painting, or its file is not a good picture.

    Example:
        >>> read_painting(load_preset("stained_glass")).pixels.shape
        (1280, 960, 3)
    """
    if preset.painting is None:
        raise InputError(f"The preset {preset.name} has no painting of its own; give one.")
    return read_picture(preset.painting)


def _split(document: strict_yaml.Document) -> tuple[dict[str, str], dict[str, Any]]:
    """The header of a preset, and the values that are settings."""
    header, wrong = {}, {}
    for key, required in HEADER.items():
        if key not in document.values:
            if required:
                wrong[key] = f"{key} must be given. Received: nothing"
            continue
        value = document.values[key]
        if isinstance(value, str) and _is_one_line(value):
            header[key] = value.strip()
        else:
            wrong[key] = (
                f"{key} must be one line of text, at most {LONGEST_LINE} characters. "
                f"Received: {shortened(str(value))}"
            )
    if wrong:
        raise document.refuse(wrong)
    return header, {key: value for key, value in document.values.items() if key not in HEADER}


def _is_one_line(text: str) -> bool:
    return len(text) <= LONGEST_LINE and text.strip() != "" and text.strip().isprintable()


def _painting(document: strict_yaml.Document, preset: Path, name: str) -> Path:
    """The painting's path, if it is a file inside the preset's own folder, links followed."""
    folder = preset.resolve().parent
    relative = Path(name)
    path = folder / relative
    try:
        is_inside = not relative.is_absolute() and ".." not in relative.parts and "\\" not in name
        is_inside = is_inside and path.resolve().is_relative_to(folder)
        exists = path.is_file()
    except (OSError, RuntimeError, ValueError):  # a name or a link that leads nowhere
        is_inside, exists = True, False
    if not is_inside:
        expected = "painting must be a file in the preset's own folder"
        raise document.refuse({"painting": f"{expected}. Received: {shown(name)}"})
    if not exists:
        raise document.refuse(
            {"painting": f"painting must be a file. Received: {shown(name)}, not found"}
        )
    return path
