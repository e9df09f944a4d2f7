"""A folder on any file system that fsspec knows; nobody ever sees half of a file."""

import contextlib
import errno
import re
import time
from collections.abc import Iterator
from pathlib import Path

from fsspec import AbstractFileSystem
from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from nst_core import files
from nst_core.errors import InputError, OutputError, shortened, shown

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*\Z")
_CHUNK = 1 << 20
_REMOVALS, _PAUSE_SECONDS = 20, 0.02


class Storage:
    """A folder: the same verbs on a local disk, in memory and in an object store.

    Names are one step deep and never lead out of the folder. Names that begin with a dot belong to
    files that are being written, and are not listed.

    Example:
        >>> folder = Storage.open("s3://bucket/runs").folder("one")
        >>> folder.write("note.txt", b"hello")
        >>> folder.names()
        ['note.txt']
    """

    def __init__(self, system: AbstractFileSystem, path: str) -> None:
        """
        Args:
            system: the file system; its listings must not be cached.
            path: the folder's path there, whether or not it exists yet.
        """
        self._system = system
        self._root = path.rstrip("/")
        self._local = isinstance(system, LocalFileSystem)

    @classmethod
    def open(cls, url: str) -> "Storage":
        """The folder at a path or an address (`/data/runs`, `memory://runs`, `s3://bucket/runs`).

        Raises:
            InputError: fsspec knows no such file system.
        """
        try:
            # A listing must be right now, whatever this process has seen before.
            system, path = url_to_fs(url, use_listings_cache=False, skip_instance_cache=True)
        except (ValueError, ImportError, OSError) as error:
            raise InputError(
                "A store must be a folder or an address that fsspec knows. Received: "
                f"{shown(url, 120)} ({shown(files.in_words(error), 70)})."
            ) from error
        return cls(system, path)

    @classmethod
    def at(cls, path: Path) -> "Storage":
        """The folder at a local path, whatever characters are in it."""
        return cls(LocalFileSystem(), str(path.absolute()))

    @property
    def url(self) -> str:
        """What `open` takes to come back here."""
        return self._root if self._local else str(self._system.unstrip_protocol(self._root))

    def folder(self, name: str) -> "Storage":
        """The folder `name` within this one, whether or not it exists yet."""
        return Storage(self._system, self._path(name))

    def names(self) -> list[str]:
        """Files and folders within, sorted; none if the folder does not exist.

        Raises:
            OutputError: the store does not answer.
        """
        try:
            with _one_kind_of_error(self._root, "listed"):
                paths = self._system.ls(self._root, detail=False)
        except FileNotFoundError:
            return []
        names = {path.rstrip("/").rsplit("/", 1)[-1] for path in paths}
        return sorted(name for name in names if _NAME.match(name))

    def exists(self, name: str) -> bool:
        """Whether there is a file or a folder of that name.

        Raises:
            OutputError: the store does not answer.
        """
        path = self._path(name)
        try:
            # fsspec's own `exists` takes any error for a no.
            with _one_kind_of_error(path, "looked for"):
                self._system.info(path)
        except FileNotFoundError:
            return False
        return True

    def read(self, name: str) -> bytes:
        """The bytes of a whole file.

        Raises:
            FileNotFoundError: there is none.
            OutputError: the store does not answer.
        """
        path = self._path(name)
        with _one_kind_of_error(path, "read"):
            return bytes(self._system.cat_file(path))

    def chunks(self, name: str) -> Iterator[bytes]:
        """The bytes of a file in pieces of at most 1 MiB.

        Raises:
            FileNotFoundError: there is none.
            OutputError: the store does not answer.
        """
        path = self._path(name)
        with _one_kind_of_error(path, "read"), self._system.open(path, "rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk

    def write(self, name: str, data: bytes, *, durable: bool = True) -> None:
        """Write a file as a whole or not at all; the folder is made if need be.

        Args:
            name: of the file.
            data: all that it is to hold.
            durable: whether to wait until a local disk has it, which is not worth the time for what
                is soon written again.

        Raises:
            OutputError: there is no room, or no right to write.
        """
        path = self._path(name)
        if self._local:
            _make_folder(Path(self._root))
            files.write_bytes(Path(path), data, durable=durable)
            return
        try:
            # An object store shows an object when all of it has come.
            self._system.pipe_file(path, data)
        except Exception as error:  # each of fsspec's systems has errors of its own
            raise OutputError(f"{path} could not be written: {files.in_words(error)}.") from error

    def remove(self, name: str) -> None:
        """Remove a file, or a folder with all that is in it; nothing happens if there is none.

        Raises:
            OutputError: it cannot be removed.
        """
        path = self._path(name)
        for _ in range(_REMOVALS):
            with contextlib.suppress(FileNotFoundError), _one_kind_of_error(path, "removed"):
                self._remove(path)
            # Where another process removed or added a file meanwhile, the rest is still there.
            if not self.exists(name):
                return
            time.sleep(_PAUSE_SECONDS)
        raise OutputError(f"{path} could not be removed: others write to it.")

    def _remove(self, path: str) -> None:
        try:
            self._system.rm(path, recursive=bool(self._system.isdir(path)))
        except OSError as error:
            if error.errno != errno.ENOTEMPTY:
                raise

    def remove_unfinished(self, seconds: float) -> None:
        """Remove half files that killed processes left here, if they are older than `seconds`.

        Only a local folder can hold such files.
        """
        if not self._local:
            return
        with contextlib.suppress(OSError):
            for path in Path(self._root).glob(".*.part"):
                if time.time() - path.stat().st_mtime > seconds:
                    path.unlink(missing_ok=True)

    def size(self) -> int:
        """Bytes of all files within, folders included; 0 if the folder does not exist.

        Raises:
            OutputError: the store does not answer.
        """
        try:
            with _one_kind_of_error(self._root, "measured"):
                # In one go: its `du` asks again for each file, which may be gone by then.
                files_within = self._system.find(self._root, detail=True)
        except FileNotFoundError:
            return 0
        return sum(int(info["size"] or 0) for info in files_within.values())

    def _path(self, name: str) -> str:
        if not _NAME.match(name):
            raise InputError(
                f"A stored file's name must be a plain one. Received: {shortened(name)}."
            )
        return f"{self._root}/{name}"


@contextlib.contextmanager
def _one_kind_of_error(path: str, action: str) -> Iterator[None]:
    """Turn the errors of fsspec's systems, of which each has its own, into ours.

    action: the verb for "could not be", as in "read".

    Raises:
        FileNotFoundError: there is no such file.
        OutputError: anything else went wrong.
    """
    try:
        yield
    except FileNotFoundError:
        raise
    except NotADirectoryError as error:
        raise FileNotFoundError(path) from error
    except Exception as error:
        raise OutputError(f"{path} could not be {action}: {files.in_words(error)}.") from error


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"{path} cannot be used: {files.in_words(error)}; NST_RUNS may name another folder."
        ) from error
