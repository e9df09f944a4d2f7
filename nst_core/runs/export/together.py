"""The galleries of several runs in one zip."""

import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from nst_core.runs.export.zips import Member
from nst_core.runs.export.zips import stream as zipped

_PIECE = 1 << 20


def stream(
    top: str, galleries: Mapping[str, Path], further: Mapping[str, bytes]
) -> Iterator[bytes]:
    """A zip, piece by piece, with a folder for each run as its own gallery holds it.

    Args:
        top: the folder in which all lies.
        galleries: the zip of each run (`gallery.stream`), by the name of its folder.
        further: files beside these folders, by name.

    Raises:
        OSError: a gallery cannot be read.

    Example:
        >>> file.writelines(stream("out", {"cat, glass": Path("out/cat, glass/gallery.zip")}, {}))
    """
    yield from zipped(_members(top, galleries, further))


def _members(
    top: str, galleries: Mapping[str, Path], further: Mapping[str, bytes]
) -> Iterator[Member]:
    for name, data in further.items():
        yield Member(f"{top}/{name}", [data])
    for run, path in galleries.items():
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                # A gallery's files lie in one folder, whose name may be the same in all of them.
                name = info.filename.partition("/")[2]
                compress = info.compress_type != zipfile.ZIP_STORED
                yield Member(f"{top}/{run}/{name}", _pieces(archive, info), compress)


def _pieces(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterable[bytes]:
    with archive.open(info) as file:
        while piece := file.read(_PIECE):
            yield piece
