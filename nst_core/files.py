"""The project's own files, and files written so that a reader never sees half of one."""

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from nst_core.errors import OutputError, shown

_PACKAGE = Path(__file__).resolve().parent


def beside(name: str) -> Path:
    """The path of a file or folder that lies beside this package in a checkout.

    Once the project is installed, they lie in the package's own folder `beside`, so that only
    `nst_core` takes a name among the installed modules.

    >>> sorted(path.name for path in beside("presets").glob("stained*.yaml"))
    ['stained_glass.yaml']
    """
    installed = _PACKAGE / "beside"
    return (installed if installed.is_dir() else _PACKAGE.parent) / name


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside `path`, which takes its place if the block succeeds.

    If the block raises an exception, the temporary file is removed and `path` stays as it was.

    Raises:
        OSError: the folder cannot be written to.

    Example:
        >>> with replacing(Path("result.zip")) as temporary:
        ...     temporary.write_bytes(data)
    """
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        # mkstemp makes the file private. Shares of other systems (CIFS, FUSE, vfat) give all files
        # the mode that they were mounted with, and refuse.
        with contextlib.suppress(OSError):
            temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_bytes(path: Path, data: bytes, *, durable: bool = True) -> None:
    """Write a file as a whole or not at all.

    Args:
        path: the file; it is replaced if there is one.
        data: what it shall hold.
        durable: whether to wait until the disk has it.

    Raises:
        OutputError: the disk is full, or the folder is read-only or missing.

    Example:
        >>> write_bytes(Path("note.txt"), b"hello")
    """
    try:
        with replacing(path) as temporary, temporary.open("wb") as file:
            file.write(data)
            if durable:
                file.flush()
                _sync(file.fileno())
    except OSError as error:
        raise OutputError(f"{shown(path)} could not be written: {in_words(error)}.") from error


def in_words(error: Exception) -> str:
    """What the system or a library says of an error, in one line without error numbers.

    Example:
        >>> in_words(FileNotFoundError(2, "No such file or directory", "photo.jpg"))
        'No such file or directory'
    """
    words = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
    if isinstance(words, Exception) and words is not error:
        return in_words(words)
    lines = str(words).strip().rstrip(".").splitlines()
    return shown(lines[0]) if lines else type(error).__name__


def _sync(handle: int) -> None:
    """Wait until the disk has a file, where its file system can be waited for."""
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP):
            raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
