"""`run.yaml`: all that is needed to repeat a run."""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from nst_core import environment, files, presets
from nst_core.errors import InputError, printable, shown
from nst_core.presets import strict_yaml
from nst_core.runs.store import layout
from nst_core.runs.store.run_files import File, MaskFiles, RunFiles, files_of, settings_in
from nst_core.settings import Settings
from nst_core.settings.recipes import FIRST

_HEADER = """\
# Repeats this run: python -m nst_core stylize --config run.yaml --output FOLDER
"""
_HEADER_FROM_PICTURE = """\
# Photo, painting and settings of this run, which went on from a picture of another one:
# python -m nst_core stylize --config run.yaml --output FOLDER begins without that picture.
"""


@dataclass(frozen=True)
class RunConfig:
    """A photo, paintings, masks and settings.

    Attributes:
        photo, painting: the files; of several paintings the first.
        settings: how to repaint the photo. In the `run.yaml` that a run leaves, `precision` is
            never "auto", so that the file means the same the next time.
        further: the files of the other paintings.
        masks: the files of the masks.
    """

    photo: Path
    painting: Path
    settings: Settings
    further: tuple[Path, ...] = ()
    masks: MaskFiles[Path] = field(default_factory=MaskFiles[Path])

    @property
    def paintings(self) -> tuple[Path, ...]:
        """The files of all paintings, in their order."""
        return self.painting, *self.further

    def named(self) -> list[tuple[str, Path]]:
        """Every file with what it is: "photo", "painting" or "mask"."""
        return [
            ("photo", self.photo),
            *(("painting", path) for path in self.paintings),
            *(("mask", path) for _, _, path in self.masks.named()),
        ]

    def to_yaml(self, from_picture: bool = False) -> str:
        """The text of `run.yaml`, which names the files with their SHA-256.

        Args:
            from_picture: whether the run begins with a picture of another one.

        Raises:
            InputError: a file is missing.
        """
        paintings = tuple(_file(path) for path in self.paintings)
        pictures = RunFiles(_file(self.photo), paintings, self.masks.map(_file))
        return render(pictures, self.settings, from_picture)


def as_text(names: Mapping[str, str], settings: Settings) -> str:
    """What each picture of a run carries: the names of its photo and painting, and its settings.

    Example:
        >>> as_text({"photo": "cat.jpg"}, Settings()).splitlines()[:2]
        ['photo: cat.jpg', 'recipe: default']
    """
    plain: dict[str, object] = {key: printable(name) for key, name in names.items()}
    return _dump(plain | settings.model_dump(mode="json"))


def render(pictures: RunFiles, settings: Settings, from_picture: bool = False) -> str:
    """The text of `run.yaml`.

    Args:
        pictures: that the run is computed from.
        settings: of the run.
        from_picture: whether the run begins from a picture of another one.

    Example:
        >>> pictures = RunFiles(File("photo.png", "00ff"), (File("painting.png", "ff00"),))
        >>> render(pictures, Settings()).splitlines()[1]
        'photo: photo.png'
    """
    header = _HEADER_FROM_PICTURE if from_picture else _HEADER
    return header + _dump(pictures.as_values() | settings.model_dump(mode="json"))


def with_precision(data: bytes, precision: str) -> bytes:
    """The bytes of the same `run.yaml` with another precision.

    Raises:
        InputError: the text is not a good one.

    Example:
        >>> data = with_precision(folder.read(layout.RUN_YAML), "float32")
        >>> read_settings(data).precision
        'float32'
    """
    values = dict(strict_yaml.load(data, layout.RUN_YAML).values)
    header = b"".join(line for line in data.splitlines(keepends=True) if line.startswith(b"#"))
    return header + _dump(values | {"precision": precision}).encode()


def read_settings(data: bytes) -> Settings:
    """The settings of a `run.yaml`, whether or not the files that it names are still there.

    Raises:
        InputError: the text is not a good one.

    Example:
        >>> read_settings(folder.read(layout.RUN_YAML)).size
        512
    """
    document = strict_yaml.load(data, layout.RUN_YAML)
    return _settings_of(document, settings_in(document))


def read_files(data: bytes) -> RunFiles:
    """The pictures that a `run.yaml` names, whether or not they are still there.

    Raises:
        InputError: the text is not a good one.

    Example:
        >>> read_files(folder.read(layout.RUN_YAML)).photo.name
        'photo.png'
    """
    return files_of(strict_yaml.load(data, layout.RUN_YAML))


def read_config(path: Path) -> RunConfig:
    """What a `run.yaml` names, whose pictures are still what they were.

    Raises:
        InputError: the file is not a good one, or a picture is missing or has changed.

    Example:
        >>> read_config(Path("out/run.yaml")).settings.iterations
        30
    """
    document = presets.read_document(path)
    pictures = files_of(document)

    def checked(file: File) -> Path:
        there, key = _path_of(path.parent, file.name), file.key
        if file.sha256 and _digest(there) != file.sha256:
            raise document.refuse(
                {
                    key: f"{shown(file.name)} has changed since that run; "
                    f"{key} must be the same picture"
                }
            )
        return there

    photo = checked(pictures.photo)
    painting, *further = [checked(file) for file in pictures.paintings]
    settings = _settings_of(document, settings_in(document))
    return RunConfig(photo, painting, settings, tuple(further), pictures.masks.map(checked))


def _settings_of(document: strict_yaml.Document, values: dict[str, Any]) -> Settings:
    """The settings that a run had: before versions were written down, there was the first."""
    return presets.settings_of(document, {"recipe_version": FIRST} | values)


def _file(path: Path) -> File:
    """How a `run.yaml` elsewhere names a file. Raises: InputError: it cannot be read."""
    absolute = path.absolute()
    return File(_as_text(absolute), _digest(absolute))


def _as_text(path: Path) -> str:
    """An absolute path as UTF-8 has it, whatever this system's encoding; else as an address."""
    try:
        return os.fsencode(path).decode()
    except UnicodeDecodeError:
        return path.as_uri()


def _path_of(folder: Path, name: str) -> Path:
    """The path of a file that a `run.yaml` in `folder` names.

    Before names were written as UTF-8, they were written as this system's encoding has them.
    """
    plain = folder / name
    try:
        is_there = os.path.lexists(plain)
    except ValueError:  # the encoding does not have it
        is_there = False
    return plain if is_there else folder / _from_text(name)


def _from_text(name: str) -> Path:
    """The path that `_as_text` wrote, as this system's encoding has it."""
    try:
        return environment.local_path(os.fsdecode(name.encode()))
    except UnicodeEncodeError:  # half a character, which no file's name holds
        return Path(name)


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        raise InputError(f"{shown(path)} cannot be read: {files.in_words(error)}.") from error


def _dump(values: dict[str, object]) -> str:
    return yaml.safe_dump(
        values, sort_keys=False, default_flow_style=None, allow_unicode=True, width=1000
    )
