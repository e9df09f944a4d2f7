"""A preset is a YAML file: a header, settings, and the name of its painting."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from nst_core.errors import InputError, shortened, shown
from nst_core.pictures.decoding import Picture, read_picture
from nst_core.presets import strict_yaml
from nst_core.presets.folders import broken_packages, is_preset_file, preset_files
from nst_core.presets.paintings import paintings_of
from nst_core.presets.strict_yaml import read_document
from nst_core.settings import Settings, sentences

LONGEST_LINE = 200
HEADER: Mapping[str, bool] = {
    "title": True,
    "description": True,
    "author": True,
    "licence": True,
    "painting": False,
}
"""The lines of the header, and whether a preset must have them."""
PAINTINGS = "paintings"
"""The key of the header that is no line. All other keys are settings."""


@dataclass(frozen=True)
class Preset:
    """A style that is ready to use.

    Attributes:
        name: of its file, without the ending.
        title, description, author, licence: one line each.
        paintings: the files of its paintings, which count as `settings.style_mix` says; none where
            whoever uses the preset brings one.
        settings: the defaults, with what the preset changes in them.
        preview: a picture of what the preset makes of a photo, `previews/NAME.jpg` beside its
            file, or None where there is no such picture.
    """

    name: str
    title: str
    description: str
    author: str
    licence: str
    paintings: tuple[Path, ...]
    settings: Settings
    preview: Path | None = None

    @property
    def painting(self) -> Path | None:
        """The file of its painting, of several the first; None where it has none."""
        return self.paintings[0] if self.paintings else None

    def settings_for(self, paintings: int) -> Settings:
        """The settings for so many paintings that stand in for the preset's own.

        A mix of the preset's own paintings says nothing of others.

        Example:
            >>> load_preset("stained_glass").settings_for(2).style_mix
            ()
        """
        if paintings == len(self.paintings) or len(self.paintings) < 2:
            return self.settings
        return self.settings.changed(style_mix=(), style_scales=())


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
    header.pop("painting", None)
    paintings, weights = paintings_of(document, path)
    if weights:
        values["style_mix"] = list(weights)
    settings = settings_of(document, values)
    if PAINTINGS in document.values:
        _require_mix(document, len(paintings), settings)
    preview = path.parent / "previews" / f"{path.stem}.jpg"
    return Preset(
        name=path.stem,
        paintings=paintings,
        settings=settings,
        preview=preview if preview.is_file() else None,
        **header,
    )


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
    """The preset's painting, of several the first, decoded: uint8 (H, W, 3) in `.pixels`.

    Raises:
        InputError: the preset has no painting, or its file is not a good picture.

    Example:
        >>> read_painting(load_preset("stained_glass")).pixels.shape
        (1280, 960, 3)
    """
    return read_paintings(preset)[0]


def read_paintings(preset: Preset) -> tuple[Picture, ...]:
    """All the preset's paintings, decoded, in their order: uint8 (H, W, 3) in `.pixels`.

    Raises:
        InputError: the preset has no painting, or a file is not a good picture.

    Example:
        >>> len(read_paintings(load_preset("stained_glass")))
        1
    """
    if not preset.paintings:
        raise InputError(f"The preset {preset.name} has no painting of its own; give one.")
    return tuple(read_picture(path) for path in preset.paintings)


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
    others = document.values.keys() - {*HEADER, PAINTINGS}
    return header, {key: value for key, value in document.values.items() if key in others}


def _require_mix(document: strict_yaml.Document, paintings: int, settings: Settings) -> None:
    for key, each in (("style_mix", "a weight"), ("style_scales", "a stroke size")):
        count = len(getattr(settings, key))
        if count not in (0, paintings):
            expected = f"{key} must have {each} for each of the {paintings} paintings"
            raise document.refuse({key: f"{expected}. Received: {count}"})


def _is_one_line(text: str) -> bool:
    return len(text) <= LONGEST_LINE and text.strip() != "" and text.strip().isprintable()
