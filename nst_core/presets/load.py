"""YAML -> settings and a painting. A preset is found by its file's name, like a plugin.

Presets lie in the folders of `NST_PRESETS`, in the project's own, and in installed packages that
name themselves in the entry point group `nst_core.presets`.
"""

import functools
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from nst_core import files
from nst_core.errors import InputError
from nst_core.pictures.decoding import Picture, read_picture
from nst_core.presets import strict_yaml
from nst_core.settings import Settings, sentences, term_uses
from nst_core.settings.term_uses import TermUse

ENTRY_POINTS = "nst_core.presets"
BUILT_IN = files.beside("presets")

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}\Z")
LONGEST_LINE = 200
HEADER = {"title": True, "description": True, "author": True, "licence": True, "painting": False}
"""Key -> whether a preset must have it. All other keys are settings."""


@dataclass(frozen=True)
class Preset:
    """A style that is ready to use.

    Attributes:
        name: of its file, without the ending.
        title, description, author, licence: one line each.
        painting: the file of its painting; None where the caller gives one.
        settings: the defaults and what the preset changes in them.
        preview: what it makes of a photo, `previews/NAME.jpg` beside the preset; None without.
    """

    name: str
    title: str
    description: str
    author: str
    licence: str
    painting: Path | None
    settings: Settings
    preview: Path | None = None


def folders() -> tuple[Path, ...]:
    """Where presets are looked for: those in `NST_PRESETS`, the project's own, then packages'."""
    extra = os.environ.get("NST_PRESETS", "").split(os.pathsep)
    installed, _ = _of_packages()
    return (*(Path(folder) for folder in extra if folder), BUILT_IN, *installed)


@functools.cache
def _of_packages() -> tuple[tuple[Path, ...], dict[str, str]]:
    """Folders of installed packages, and for each broken one what is wrong with it."""
    good, broken = [], {}
    for entry in metadata.entry_points(group=ENTRY_POINTS):
        try:
            spec = util.find_spec(entry.module)
            found = list(spec.submodule_search_locations or ()) if spec else []
            if not found:
                raise ImportError(f"{entry.module} is no package")
            good.append(Path(found[0]))
        except Exception as error:  # whatever a stranger's package does as it is imported
            distribution = entry.dist.name if entry.dist else entry.value
            broken[entry.name] = (
                f"The package {distribution} must name a package that holds presets in the entry "
                f"point {ENTRY_POINTS}. Received: {entry.value}, {files.in_words(error)}."
            )
    return tuple(good), broken


def preset_files() -> dict[str, Path]:
    """Name -> file of every preset, in the order of their names; the first folder wins."""
    found: dict[str, Path] = {}
    for folder in folders():
        try:
            paths = sorted(folder.iterdir())
        except OSError:
            continue  # a folder that is missing or closed offers nothing
        for path in paths:
            if path.suffix == ".yaml" and _NAME.match(path.stem):
                found.setdefault(path.stem, path)
    return dict(sorted(found.items()))


def load_preset(name: str) -> Preset:
    """The preset of that name.

    Raises:
        InputError: there is none, or its file is not a good preset.
    """
    found = preset_files()
    if name not in found:
        raise InputError(f"The preset must be one of {', '.join(found)}. Received: {name}.")
    return load_preset_file(found[name])


def load_all() -> tuple[dict[str, Preset], dict[str, str]]:
    """All presets by name, and for each broken one what is wrong with it."""
    _, unusable = _of_packages()
    good, broken = {}, dict(unusable)
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
    """
    path = Path(path)
    if not _NAME.match(path.stem) or path.suffix != ".yaml":
        raise InputError(
            f"{path} must be named with small letters, digits, - and _, and end in .yaml. "
            f"Received: {path.name}."
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


def require_name(name: str) -> None:
    """Raises: InputError, if no preset may have that name."""
    if not _NAME.match(name):
        raise InputError(
            "A preset's name must be small letters, digits, - and _, at most 64 of them. "
            f"Received: {name[:80]!r}."
        )


def read_document(path: Path) -> strict_yaml.Document:
    """A small YAML file as a mapping.

    Raises:
        InputError: it cannot be read or is not strict YAML.
    """
    try:
        with path.open("rb") as file:
            data = file.read(strict_yaml.MOST_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        raise InputError(f"{path} cannot be read: {files.in_words(error)}.") from error
    return strict_yaml.load(data, str(path))


def settings_of(document: strict_yaml.Document, values: dict[str, Any]) -> Settings:
    """Validated settings from some of a document's values.

    Raises:
        InputError: names file, line, key, what is allowed and what came.
    """
    try:
        return Settings(**values)
    except ValidationError as error:
        raise document.refuse(sentences(error)) from error


def value_of(name: str, text: str, where: str) -> Any:
    """The value of a setting that was given as text: "0.3", "true", "block1_conv1, block2_conv1".

    The settings' own checks come after.

    Raises:
        InputError: the text is no value; the sentence begins with `where`.
    """
    if name in ("content_layers", "style_layers") and not text.startswith("["):
        text = f"[{text}]"
    try:
        data = f"value: {text}".encode()
    except UnicodeEncodeError as error:  # bytes of a command line that are no text
        raise InputError(f"{where} must be text. Received: {text!r}.") from error
    return strict_yaml.load(data, where).values["value"]


def as_text(value: object) -> str:
    """What `value_of` reads as `value` again."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple) and all(isinstance(item, TermUse) for item in value):
        value = term_uses.as_mapping(value)
    if isinstance(value, Mapping):
        return json.dumps(value)
    return ",".join(value) if isinstance(value, (list, tuple)) else str(value)


def render(title: str, description: str, painting: str, settings: Settings) -> str:
    """The text of a preset's file, for whoever wants to keep these settings.

    painting: name of a file that lies beside it.
    """
    header = {
        "title": title,
        "description": description,
        "author": "me",
        "licence": "private",
        "painting": painting,
    }
    changed = settings.differences().keys() - (
        {"recipe"} if settings.recipe == "default" else set()
    )
    values = settings.model_dump(mode="json", include=changed)
    return yaml.safe_dump(header | values, sort_keys=False, allow_unicode=True, width=1000)


def read_painting(preset: Preset) -> Picture:
    """The preset's painting, decoded.

    Raises:
        InputError: it has none, or the file is not a good picture.
    """
    if preset.painting is None:
        raise InputError(f"The preset {preset.name} has no painting of its own; give one.")
    return read_picture(preset.painting)


def _split(document: strict_yaml.Document) -> tuple[dict[str, str], dict[str, Any]]:
    """Header and settings."""
    header, wrong = {}, {}
    for key, required in HEADER.items():
        value = document.values.get(key)
        if value is None and key not in document.values:
            if required:
                wrong[key] = f"{key} must be given. Received: nothing"
        elif not isinstance(value, str) or not value.strip() or not _is_one_line(value):
            wrong[key] = (
                f"{key} must be one line of text, at most {LONGEST_LINE} characters. "
                f"Received: {str(value)[:40]!r}"
            )
        else:
            header[key] = value.strip()
    if wrong:
        raise document.refuse(wrong)
    return header, {key: value for key, value in document.values.items() if key not in HEADER}


def _is_one_line(text: str) -> bool:
    return len(text) <= LONGEST_LINE and text.strip().isprintable()


def _painting(document: strict_yaml.Document, preset: Path, name: str) -> Path:
    """The painting's path, if it is a file inside the preset's own folder, links followed."""
    folder = preset.resolve().parent
    given = Path(name)
    path = folder / given
    try:
        inside = not given.is_absolute() and ".." not in given.parts and "\\" not in name
        inside = inside and path.resolve().is_relative_to(folder)
        found = path.is_file()
    except (OSError, RuntimeError, ValueError):  # a name or a link that leads nowhere
        inside, found = True, False
    if not inside:
        raise document.refuse(
            {"painting": f"painting must be a file in the preset's own folder. Received: {name}"}
        )
    if not found:
        raise document.refuse({"painting": f"painting must be a file. Received: {name}, not found"})
    return path
