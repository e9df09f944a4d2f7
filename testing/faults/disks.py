"""The faults of disks: one that fills up, and one that becomes read-only."""

import contextlib
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from nst_core.runs.engine.program import ProgramEngine
from nst_core.runs.store.store import Store
from testing.faults.tools import LONG, Witness, ended, require, submit, wait_for


@contextlib.contextmanager
def small_disk(kilobytes: int) -> Iterator[Path]:
    """A file system of that size; `mount` must be allowed.

    Raises:
        PermissionError: it is not.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "disk"
        path.mkdir()
        try:
            mount(path, "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs")
        except subprocess.CalledProcessError as error:
            raise PermissionError("mount is not allowed") from error
        try:
            yield path
        finally:
            subprocess.run(["umount", "--lazy", str(path)], check=True)


def mount(path: Path, *arguments: str) -> None:
    """Raises: CalledProcessError if it is not allowed."""
    subprocess.run(["mount", *arguments, str(path)], check=True, capture_output=True)


def made_read_only(path: Path) -> bool:
    """Make a file system read-only; False while a file on it is open for writing."""
    with contextlib.suppress(subprocess.CalledProcessError):
        mount(path, "-o", "remount,ro")
        return True
    return False


def full_disk() -> str:
    """A run on a disk that fills up, and resumed when there is room."""
    with small_disk(800) as path:
        store = Store.open(str(path / "runs"))
        with ProgramEngine(store) as engine:
            run = submit(engine, LONG.changed(iterations=120))
            witness = Witness(store, run)
            record = ended(store, run)
            require(record.state == "failed", record.state)
            require("No space left on device" in record.reason, record.reason)
            before = witness.look(dead=True)
            require(0 < before < 120, f"{before} iterations")
            mount(path, "-o", "remount,size=100m")
            engine.resume(run)
            require(ended(store, run).state == "finished", store.get(run).reason)
            witness.look(dead=True)
    return f"disk full after {before} iterations: said so, all as they were; resumed and finished"


def read_only() -> str:
    """A run whose store becomes read-only, and is resumed when it no longer is."""
    with small_disk(100_000) as path:
        store = Store.open(str(path / "runs"))
        with ProgramEngine(store) as engine:
            run = submit(engine, LONG.changed(iterations=120))
            witness = Witness(store, run)
            wait_for(lambda: store.get(run).done > 5, "some iterations")
            wait_for(lambda: made_read_only(path), "a read-only disk")
            wait_for(lambda: store.get(run).state != "running", "its end", 40)
            before = witness.look(dead=True)
            mount(path, "-o", "remount,rw")
            record = ended(store, run)
            require("Read-only file system" in record.reason, record.reason)
            engine.resume(run)
            require(ended(store, run).state == "finished", store.get(run).reason)
            witness.look(dead=True)
    return f"read-only after {before} iterations: said so, all as they were; resumed and finished"
