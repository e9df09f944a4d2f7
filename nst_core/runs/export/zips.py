"""A zip, piece by piece, that programs read which see it only once and from its beginning on.

Java's ZipInputStream, and with it Android, refuses a stored file whose size and checksum come after
its bytes, as whoever writes into a pipe must have it.
"""

import io
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

_PIECE = 1 << 20
_MOST_MEMORY = 8 << 20
# The earliest that a zip can say, so that the same files give the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)
_UNIX, _PERMISSIONS = 3, 0o100644 << 16


@dataclass(frozen=True)
class Member:
    """A file for a zip.

    Attributes:
        name: with the folders that it lies in, "/" between them.
        pieces: its bytes, in pieces.
        compress: whether that is worth the time.
    """

    name: str
    pieces: Iterable[bytes]
    compress: bool = False


def stream(members: Iterable[Member]) -> Iterator[bytes]:
    """A zip in pieces of at most 1 MiB; one file of it at a time is held, on disk if it is large.

    Sizes and checksums stand before each file's bytes, and the records for zips beyond 2 GB
    are there only where one is so large. The same members give the same bytes.

    Example:
        >>> file.writelines(stream([Member("a/b.txt", [b"hello"])]))
    """
    with _Window() as window, zipfile.ZipFile(window, "w") as archive:
        for member in members:
            info = zipfile.ZipInfo(member.name, _DATE)
            info.compress_type = zipfile.ZIP_DEFLATED if member.compress else zipfile.ZIP_STORED
            info.create_system, info.external_attr = _UNIX, _PERMISSIONS
            with archive.open(info, "w") as target:
                target.writelines(member.pieces)
            yield from window.take()
        archive.close()
        yield from window.take()


class _Window(io.RawIOBase):
    """A file that is written to its end, of which only what has not been taken yet is there.

    `zipfile` goes back to the beginning of a member's header, and no further.
    """

    def __init__(self) -> None:
        self._rest = tempfile.SpooledTemporaryFile(_MOST_MEMORY)  # noqa: SIM115
        self._taken = 0

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._taken + self._rest.tell()

    def seek(self, position: int, whence: int = io.SEEK_SET) -> int:
        assert whence == io.SEEK_SET
        self._rest.seek(position - self._taken)
        return position

    def write(self, data: Any) -> int:
        return self._rest.write(data)

    def close(self) -> None:
        self._rest.close()
        super().close()

    def take(self) -> Iterator[bytes]:
        """What was written since the last time, in pieces."""
        self._rest.seek(0)
        while piece := self._rest.read(_PIECE):
            yield piece
        self._taken += self._rest.tell()
        self._rest.seek(0)
        self._rest.truncate()
