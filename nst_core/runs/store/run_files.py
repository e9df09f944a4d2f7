"""The pictures that a `run.yaml` names: a photo, paintings and masks, each with its SHA-256."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

from nst_core.errors import shortened
from nst_core.presets.strict_yaml import Document
from nst_core.settings.numbers import MOST_PAINTINGS

T = TypeVar("T")
Other = TypeVar("Other")
_KEYS = ("photo", "photo_sha256", "painting", "painting_sha256", "paintings", "masks")
_LISTS = ("paintings", "of_paintings")


class File(NamedTuple):
    """A picture's file.

    Attributes:
        name: its path, or `file://` address; a relative path is one beside the `run.yaml`.
        sha256: of its bytes; empty if any bytes will do.
        key: of the `run.yaml`, that names it.
    """

    name: str
    sha256: str = ""
    key: str = ""


@dataclass(frozen=True)
class MaskFiles(Generic[T]):
    """The masks of a run, as `nst_core.pictures.masks.Masks` has their pixels.

    Example:
        >>> MaskFiles(paint="face.png").map(len)
        MaskFiles(paint=8, paintings=(), of_paintings=())
    """

    paint: T | None = None
    paintings: tuple[T | None, ...] = ()
    of_paintings: tuple[T | None, ...] = ()

    def map(self, function: Callable[[T], Other]) -> "MaskFiles[Other]":
        """The same masks, each through a function."""

        def through(masks: tuple[T | None, ...]) -> tuple[Other | None, ...]:
            return tuple(None if mask is None else function(mask) for mask in masks)

        (paint,) = through((self.paint,))
        return MaskFiles(paint, through(self.paintings), through(self.of_paintings))

    def named(self) -> list[tuple[str, int, T]]:
        """Each mask with its kind, "paint", "paintings" or "of_paintings", and its number."""
        masks = [("paint", 0, self.paint)]
        for kind in _LISTS:
            masks += [(kind, number, mask) for number, mask in enumerate(getattr(self, kind))]
        return [(kind, number, mask) for kind, number, mask in masks if mask is not None]

    def __bool__(self) -> bool:
        return bool(self.named())


@dataclass(frozen=True)
class RunFiles:
    """All pictures that a run is computed from."""

    photo: File
    paintings: tuple[File, ...]
    masks: MaskFiles[File] = field(default_factory=MaskFiles[File])

    def as_values(self) -> dict[str, Any]:
        """What a `run.yaml` says of them.

        Example:
            >>> RunFiles(File("me.jpg", "00ff"), (File("sea.jpg", "ff00"),)).as_values()["painting"]
            'sea.jpg'
        """
        values: dict[str, Any] = {"photo": self.photo.name, "photo_sha256": self.photo.sha256}
        if len(self.paintings) == 1:
            (only,) = self.paintings
            values |= {"painting": only.name, "painting_sha256": only.sha256}
        else:
            values["paintings"] = [_entry(painting) for painting in self.paintings]
        if self.masks:
            plain = self.masks.map(_entry)
            masks: dict[str, Any] = {name: list(getattr(plain, name)) for name in _LISTS}
            masks["paint"] = plain.paint
            # An empty entry keeps the place of a painting that has no mask.
            values["masks"] = {
                name: [entry or {} for entry in entries] if name in _LISTS else entries
                for name, entries in masks.items()
                if entries and (name not in _LISTS or any(entries))
            }
        return values


def files_of(document: Document) -> RunFiles:
    """The pictures that a `run.yaml` names.

    Raises:
        InputError: an entry is not as it must be.

    Example:
        >>> files_of(strict_yaml.load(data, "run.yaml")).photo.name
        'photo.png'
    """
    values = document.values
    photo = _read(document, "photo", values.get("photo"), values.get("photo_sha256"))
    if "paintings" not in values:
        named, digest = values.get("painting"), values.get("painting_sha256")
        paintings: tuple[File, ...] = (_read(document, "painting", named, digest),)
    elif "painting" in values:
        expected = "the only ones, without a painting"
        raise _refusal(document, "paintings", expected, values["painting"])
    else:
        entries = _entries(document)
        paintings = tuple(_entry_read(document, "paintings", each, ("weight",)) for each in entries)
    return RunFiles(photo, paintings, _masks(document, values.get("masks")))


def settings_in(document: Document) -> dict[str, Any]:
    """All values of a `run.yaml` that are settings, whether or not it names pictures.

    A list of `paintings` may give each a weight, which is its share in `style_mix`.

    Raises:
        InputError: there are weights twice.

    Example:
        >>> settings_in(strict_yaml.load(b"size: 300", "run.yaml"))
        {'size': 300}
    """
    values = {key: value for key, value in document.values.items() if key not in _KEYS}
    if "paintings" in document.values:
        entries = [each if isinstance(each, Mapping) else {} for each in _entries(document)]
        if any("weight" in entry for entry in entries):
            if values.get("style_mix"):
                expected = "without weights where style_mix is given"
                raise _refusal(document, "paintings", expected, entries)
            values["style_mix"] = [entry.get("weight", 1.0) for entry in entries]
    return values


def _entries(document: Document) -> Sequence[Any]:
    entries = document.values["paintings"]
    if not isinstance(entries, Sequence) or isinstance(entries, str) or not entries:
        raise _refusal(document, "paintings", "a list of files", entries)
    _require_few(document, "paintings", entries)
    return entries


def _require_few(document: Document, key: str, entries: Sequence[Any]) -> None:
    if len(entries) > MOST_PAINTINGS:
        expected = f"at most {MOST_PAINTINGS} files"
        raise _refusal(document, key, expected, f"{len(entries)} of them")


def _masks(document: Document, masks: Any) -> MaskFiles[File]:
    if masks is None:
        return MaskFiles()
    if isinstance(masks, str):
        return MaskFiles(_read(document, "masks", masks, None))
    if not isinstance(masks, Mapping) or not masks.keys() <= {"paint", *_LISTS}:
        raise _refusal(document, "masks", "a mapping of paint, paintings and of_paintings", masks)
    lists = []
    for name in _LISTS:
        entries = masks.get(name, [])
        if not isinstance(entries, Sequence) or isinstance(entries, str):
            raise _refusal(document, "masks", f"{name}: a list of files", entries)
        _require_few(document, "masks", entries)
        lists.append(
            tuple(_entry_read(document, "masks", each) if each else None for each in entries)
        )
    paint = masks.get("paint")
    return MaskFiles(_entry_read(document, "masks", paint) if paint else None, *lists)


def _entry_read(document: Document, key: str, entry: Any, further: Sequence[str] = ()) -> File:
    """The file of an entry: its path alone, or a mapping of `file`, `sha256` and `further` keys."""
    if not isinstance(entry, Mapping):
        return _read(document, key, entry, None)
    if not entry.keys() <= {"file", "sha256", *further}:
        expected = " and ".join(["file, sha256", *further])
        raise _refusal(document, key, f"mappings of {expected}", entry)
    return _read(document, key, entry.get("file"), entry.get("sha256"))


def _read(document: Document, key: str, name: Any, digest: Any) -> File:
    if not isinstance(name, str) or not name:
        raise _refusal(document, key, "the path of a file", name)
    return File(name, digest if isinstance(digest, str) else "" if digest is None else "?", key)


def _refusal(document: Document, key: str, expected: str, value: Any) -> Exception:
    return document.refuse({key: f"{key} must be {expected}. Received: {shortened(value)}"})


def _entry(file: File) -> dict[str, str]:
    return {"file": file.name, "sha256": file.sha256}
