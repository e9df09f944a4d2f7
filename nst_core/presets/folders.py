"""Where presets lie. A preset is found by its file's name, like a plug-in.

Presets lie in the folders that `NST_PRESETS` names, in the project's own, and in installed packages
that name themselves in the entry point group `nst_core.presets`.
"""

import functools
import re
from importlib import metadata, util
from pathlib import Path

from nst_core import environment, files
from nst_core.errors import InputError, shortened

ENTRY_POINTS = "nst_core.presets"
BUILT_IN = files.beside("presets")

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}\Z")


def preset_files() -> dict[str, Path]:
    """The file of every preset by the preset's name, in the order of the names.

    Where two folders have a preset of one name, the first folder's is taken.

    Example:
        >>> preset_files()["classic"].name
        'classic.yaml'
    """
    paths: dict[str, Path] = {}
    for folder in folders():
        try:
            files_there = sorted(folder.iterdir())
        except OSError:
            continue  # a folder that is missing or closed offers nothing
        for path in files_there:
            if is_preset_file(path):
                paths.setdefault(path.stem, path)
    return dict(sorted(paths.items()))


def folders() -> tuple[Path, ...]:
    """The folders that are searched: those of `NST_PRESETS`, the project's own, then packages'.

    Example:
        >>> BUILT_IN in folders()
        True
    """
    return (*environment.paths(environment.PRESETS), BUILT_IN, *_package_folders()[0])


def broken_packages() -> dict[str, str]:
    """What is wrong with packages that bring no usable folder: a sentence for each entry point.

    Example:
        >>> broken_packages()
        {}
    """
    return dict(_package_folders()[1])


def is_preset_file(path: Path) -> bool:
    """Whether a file is named as a preset's must be.

    Example:
        >>> is_preset_file(Path("styles/my_style.yaml")), is_preset_file(Path("My style.yml"))
        (True, False)
    """
    return path.suffix == ".yaml" and _NAME.match(path.stem) is not None


def require_name(name: str) -> None:
    """See that a preset may have that name.

    Raises:
        InputError: it must not.

    Example:
        >>> require_name("my_style")
    """
    if not _NAME.match(name):
        raise InputError(
            "A preset's name must be small letters, digits, - and _, at most 64 of them. "
            f"Received: {shortened(name)}."
        )


@functools.cache
def _package_folders() -> tuple[tuple[Path, ...], dict[str, str]]:
    """The folders of installed packages, and by entry point what is wrong with the others."""
    usable, broken = [], {}
    for entry in metadata.entry_points(group=ENTRY_POINTS):
        try:
            spec = util.find_spec(entry.module)
            places = list(spec.submodule_search_locations or ()) if spec else []
            if not places:
                raise ImportError(f"{entry.module} is no package")
            usable.append(Path(places[0]))
        except Exception as error:  # whatever a stranger's package does as it is imported
            distribution = entry.dist.name if entry.dist else entry.value
            broken[entry.name] = (
                f"The package {distribution} must name a package that holds presets in the entry "
                f"point {ENTRY_POINTS}. Received: {entry.value}, {files.in_words(error)}."
            )
    return tuple(usable), broken
