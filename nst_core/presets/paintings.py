"""The paintings that a preset's file names: its own, and those of other presets, with weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nst_core.errors import InputError, shortened, shown
from nst_core.presets.folders import preset_files
from nst_core.presets.strict_yaml import Document, read_document
from nst_core.settings.numbers import MOST_PAINTINGS

_MOST_WEIGHT = 1e9
_EXPECTED = "be a list of files, or of mappings of file or preset, and weight"


@dataclass(frozen=True)
class Entry:
    """A painting as a preset's file names it.

    Attributes:
        file: its path, beside the preset's file; empty where it is another preset's.
        preset: the name of a preset whose painting it is.
        weight: how much it counts beside the others; None where nothing is said.
    """

    file: str = ""
    preset: str = ""
    weight: float | None = None


def paintings_of(document: Document, path: Path) -> tuple[tuple[Path, ...], tuple[float, ...]]:
    """The files of a preset's paintings; and how much each counts, nothing if they count alike.

    Args:
        document: what the preset's file holds.
        path: of that file.

    Raises:
        InputError: one sentence that names file, line, key, what is allowed and what came.

    Example:
        >>> path = Path("presets/stained_glass.yaml")
        >>> paintings_of(read_document(path), path)[0][0].name
        'stained_glass.jpg'
    """
    entries = _entries(document)
    files = tuple(
        _of_another(document, path, entry.preset)
        if entry.preset
        else _own(document, path, entry.file)
        for entry in entries
    )
    if all(entry.weight is None for entry in entries):
        return files, ()
    if document.values.get("style_mix"):
        raise _refusal(
            document, "be without weights where style_mix is given", shortened(_values(document))
        )
    weights = tuple(1.0 if entry.weight is None else entry.weight for entry in entries)
    if not any(weights):
        raise _refusal(document, "have a weight above 0", shortened(_values(document)))
    return files, weights


def _values(document: Document) -> Any:
    return document.values["paintings"]


def _entries(document: Document) -> list[Entry]:
    """All paintings that a document names, as it names them; none if it has none."""
    if "painting" in document.values and "paintings" in document.values:
        expected = "be the only ones, without a painting"
        raise _refusal(document, expected, shortened(document.values["painting"]))
    if "painting" in document.values:
        name = document.values["painting"]
        return [Entry(file=name)] if isinstance(name, str) else []
    if "paintings" not in document.values:
        return []
    values = _values(document)
    is_list = isinstance(values, Sequence) and not isinstance(values, str)
    if not is_list or not 1 <= len(values) <= MOST_PAINTINGS:
        raise _refusal(document, f"{_EXPECTED}, 1 to {MOST_PAINTINGS} of them", shortened(values))
    return [_entry(document, value) for value in values]


def _entry(document: Document, value: Any) -> Entry:
    if isinstance(value, str) and value:
        return Entry(file=value)
    if not isinstance(value, Mapping) or not value.keys() <= {"file", "preset", "weight"}:
        raise _refusal(document, _EXPECTED, shortened(value))
    names = [value[key] for key in ("file", "preset") if key in value]
    if len(names) != 1 or not isinstance(names[0], str) or not names[0]:
        raise _refusal(document, f"{_EXPECTED}, each with one name", shortened(value))
    weight: Any = value.get("weight")
    if weight is not None or "weight" in value:
        is_number = isinstance(weight, (int, float)) and not isinstance(weight, bool)
        if not is_number or not 0 <= weight <= _MOST_WEIGHT:
            raise _refusal(
                document, f"have weights from 0 to {_MOST_WEIGHT:.10g}", shortened(weight)
            )
        weight = float(weight)
    return Entry(value.get("file", ""), value.get("preset", ""), weight)


def _of_another(document: Document, path: Path, name: str) -> Path:
    """The file of the only painting of another preset, which may itself name another's."""
    files, way, been = preset_files(), [path.stem], {path.resolve()}
    while True:
        way.append(name)
        if name not in files:
            raise _refusal(document, f"name presets among {', '.join(files)}", shown(name))
        other = files[name]
        if other.resolve() in been:
            expected = "name other presets, which do not lead back"
            raise _refusal(document, expected, shown(", ".join(way)))
        been.add(other.resolve())
        found = read_document(other)
        entries = _entries(found)
        if len(entries) != 1:
            count = len(entries) or "none"
            raise _refusal(document, "name presets with one painting", f"{name}, which has {count}")
        (entry,) = entries
        if not entry.preset:
            return _own(found, other, entry.file)
        name = entry.preset


def _own(document: Document, preset: Path, name: str) -> Path:
    """The painting's path, if it is a file inside the preset's own folder, links followed."""
    key = "painting" if "painting" in document.values else "paintings"
    folder = preset.resolve().parent
    relative = Path(name)
    path = folder / relative
    try:
        is_inside = not relative.is_absolute() and ".." not in relative.parts and "\\" not in name
        is_inside = is_inside and path.resolve().is_relative_to(folder)
        exists = path.is_file()
    except (OSError, RuntimeError, ValueError):  # a name or a link that leads nowhere
        is_inside, exists = True, False
    each = "painting must be" if key == "painting" else "paintings must each be"
    if not is_inside:
        expected = f"{each} a file in the preset's own folder"
        raise document.refuse({key: f"{expected}. Received: {shown(name)}"})
    if not exists:
        raise document.refuse({key: f"{each} a file. Received: {shown(name)}, not found"})
    return path


def _refusal(document: Document, expected: str, came: str) -> InputError:
    return document.refuse({"paintings": f"paintings must {expected}. Received: {came}"})
