"""For the faults: small runs, and the processes behind them."""

import contextlib
import tempfile
from collections.abc import Iterator

import psutil
import skimage

from nst_core.pictures.pixels import resize
from nst_core.runs.engine.program import ProgramEngine
from nst_core.runs.store import lease
from nst_core.runs.store.record import Record
from nst_core.runs.store.request import Request
from nst_core.runs.store.store import Store
from nst_core.settings import Settings
from testing.waiting import Broken, wait_for

LONG = Settings(size=64, scales=1, iterations=1000, evaluations=2, precision="float32")
SHORT = LONG.changed(iterations=3)


@contextlib.contextmanager
def temporary_engine() -> Iterator[ProgramEngine]:
    """Yields: an engine whose store is a temporary folder."""
    with tempfile.TemporaryDirectory() as folder, ProgramEngine(Store.open(folder)) as engine:
        yield engine


def submit(engine: ProgramEngine, settings: Settings, session: str = "bench") -> str:
    """Queue a run of a small portrait in the style of a cup of coffee. Returns: its id."""
    photo = resize(skimage.data.astronaut(), 64, 64)
    painting = resize(skimage.data.coffee(), 64, 96)
    return engine.submit(Request(photo, painting, settings, session=session, title="Coffee"))


def worker_of(store: Store, run: str) -> psutil.Process | None:
    """The process that works on a run; None if there is none."""
    claim = lease.read(store.folder(run))
    if claim is None or not claim.is_alive():
        return None
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(claim.process)
    return None


def tree_of(engine: ProgramEngine) -> dict[str, psutil.Process]:
    """The engine's programs: "engine", "scheduler", "nanny", "worker"."""
    assert engine.process is not None
    programs = {"engine": psutil.Process(engine.process.pid)}
    for process in programs["engine"].children(recursive=True):
        line = ""
        with contextlib.suppress(psutil.Error):  # it may have ended since
            line = " ".join(process.cmdline())
        for name, sign in (
            ("scheduler", "distributed.Scheduler"),
            ("nanny", "distributed.Nanny"),
            ("worker", "spawn_main"),
        ):
            if sign in line:
                programs[name] = process
    return programs


def wait_for_death(process: psutil.Process, what: str) -> None:
    """Wait until a process has ended. Raises: Broken if it goes on."""
    try:
        process.wait(120)
    except psutil.TimeoutExpired as error:
        raise Broken(f"{what} is still there after 120 s") from error


def wait_for_end(store: Store, run: str) -> Record:
    """Wait until a run is over. Returns: its record."""
    wait_for(lambda: store.get(run).is_over, f"the end of {run}")
    return store.get(run)


def is_running(store: Store, run: str) -> bool:
    """Whether a living worker has a run."""
    return store.get(run).state == "running"


def counts(store: Store, run: str) -> bool:
    """Whether a living worker has said how far it is, so that its death will count."""
    claim = lease.read(store.folder(run))
    return claim is not None and claim.is_alive() and "done" in claim.details


def is_free(store: Store, run: str) -> bool:
    """Whether no worker has a run, nor is about to let go of it."""
    return lease.read(store.folder(run)) is None
