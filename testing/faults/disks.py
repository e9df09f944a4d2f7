"""The faults of disks: one that fills up, and one that becomes read-only."""

import contextlib
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nst_core.runs.engine.program import ProgramEngine
from nst_core.runs.store.store import Store
from testing.faults.tools import LONG, submit, wait_for_end
from testing.faults.witness import Witness
from testing.waiting import require, wait_for

_RUN = LONG.changed(iterations=60)


@dataclass(frozen=True)
class Disk:
    """A small file system that can be changed while an engine has its store on it."""

    path: Path

    def resize(self, kilobytes: int) -> None:
        """Give it another size."""
        _mount(self.path, "-o", f"remount,size={kilobytes}k")

    def make_read_only(self) -> bool:
        """Refuse all writing from now on; False while a file on it is open for writing."""
        with contextlib.suppress(subprocess.CalledProcessError):
            _mount(self.path, "-o", "remount,ro")
            return True
        return False

    def make_writable(self) -> None:
        """Allow writing again."""
        _mount(self.path, "-o", "remount,rw")

    def kilobytes_used(self) -> int:
        """How much of it is taken."""
        return sum(path.stat().st_blocks for path in self.path.rglob("*")) // 2


@contextlib.contextmanager
def small_disk(kilobytes: int) -> Iterator[Disk]:
    """Mount a file system of that size; `mount` must be allowed.

    Raises:
        PermissionError: it is not.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "disk"
        path.mkdir()
        try:
            _mount(path, "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs")
        except subprocess.CalledProcessError as error:
            raise PermissionError("mount is not allowed") from error
        try:
            yield Disk(path)
        finally:
            subprocess.run(["umount", "--lazy", str(path)], check=True)


def _mount(path: Path, *arguments: str) -> None:
    """Raises: CalledProcessError if it is not allowed."""
    subprocess.run(["mount", *arguments, str(path)], check=True, capture_output=True)


@contextlib.contextmanager
def engine_on_a_disk() -> Iterator[tuple[ProgramEngine, Disk]]:
    """Yields: an engine and the small disk that its store lies on. Raises: PermissionError."""
    with (
        small_disk(100_000) as disk,
        ProgramEngine(Store.open(str(disk.path / "runs"))) as engine,
    ):
        yield engine, disk


def full_disk(engine: ProgramEngine, disk: Disk) -> str:
    """A run on a disk that fills up, and that is resumed when there is room. Raises: Broken."""
    store = engine.store
    disk.resize(disk.kilobytes_used() + 400)
    run = submit(engine, _RUN)
    witness = Witness(store, run)
    record = wait_for_end(store, run)
    require(record.state == "failed", record.state)
    require("No space left on device" in record.reason, record.reason)
    before = witness.look(dead=True)
    require(0 < before < _RUN.iterations, f"{before} iterations")
    disk.resize(100_000)
    engine.resume(run)
    require(wait_for_end(store, run).state == "finished", store.get(run).reason)
    witness.look(dead=True)
    return f"disk full after {before} iterations: said so, all as they were; resumed and finished"


def read_only(engine: ProgramEngine, disk: Disk) -> str:
    """A run whose store becomes read-only, and that is resumed afterwards. Raises: Broken."""
    store = engine.store
    run = submit(engine, _RUN)
    witness = Witness(store, run)
    wait_for(lambda: store.get(run).done > 5, "some iterations")
    wait_for(disk.make_read_only, "a read-only disk")
    wait_for(lambda: store.get(run).state != "running", "its end", 40)
    before = witness.look(dead=True)
    disk.make_writable()
    record = wait_for_end(store, run)
    require("Read-only file system" in record.reason, record.reason)
    engine.resume(run)
    require(wait_for_end(store, run).state == "finished", store.get(run).reason)
    witness.look(dead=True)
    return f"read-only after {before} iterations: said so, all as they were; resumed and finished"
