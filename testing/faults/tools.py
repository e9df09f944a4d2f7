"""For `faults`: small runs, their processes, and a witness of what is kept."""

import contextlib
import hashlib
import io
import time
from collections.abc import Callable

import psutil
import skimage
from PIL import Image

from nst_core.pictures.pixels import resize
from nst_core.runs.engine.program import ProgramEngine
from nst_core.runs.store import layout, lease
from nst_core.runs.store.losses import losses_from_bytes
from nst_core.runs.store.record import Record
from nst_core.runs.store.request import Request
from nst_core.runs.store.store import Store
from nst_core.settings import Settings

LONG = Settings(size=64, scales=1, iterations=1000, evaluations=2, precision="float32")
SHORT = LONG.changed(iterations=3)
PATIENCE = 600.0
"""Seconds; a machine that others use may take many times what an idle one does."""


class Broken(Exception):
    """Something that must never happen has happened."""


def require(truth: bool, sentence: str) -> None:
    """Raises: Broken, with the sentence, if `truth` is not."""
    if not truth:
        raise Broken(sentence)


def wait_for(condition: Callable[[], bool], what: str, seconds: float = PATIENCE) -> float:
    """Wait. Returns: how long. Raises: Broken if it takes more than `seconds`."""
    began = time.monotonic()
    while not condition():
        require(time.monotonic() - began < seconds, f"{what}: not within {seconds:.0f} s")
        time.sleep(0.02)
    return time.monotonic() - began


def submit(engine: ProgramEngine, settings: Settings, session: str = "bench") -> str:
    """Queue a run of a small portrait in the style of a cup of coffee."""
    photo = resize(skimage.data.astronaut(), 64, 64)
    painting = resize(skimage.data.coffee(), 64, 96)
    return engine.submit(Request(photo, painting, settings, session=session, title="Coffee"))


class Witness:
    """Remembers every iteration that it has seen finished, and looks whether all are still so."""

    def __init__(self, store: Store, run: str) -> None:
        self._store = store
        self._run = run
        self._seen: list[str] = []

    def look(self, dead: bool = False) -> int:
        """See that all is as it must be. Returns: how many iterations are finished.

        dead: nobody works on the run, so that nothing changes while it is looked at.
        """
        folder = self._store.folder(self._run)
        reached = self._store.checkpoint(self._run)
        done = len(reached.losses) if reached else 0
        require(done >= len(self._seen), f"{len(self._seen)} iterations were finished, now {done}")
        rows = losses_from_bytes(folder.read(layout.LOSSES)) if done else []
        require(len(rows) >= done, f"{done} iterations, but {len(rows)} rows of losses")
        for number in range(done):
            data = folder.read(layout.iteration_picture(number))
            digest = hashlib.sha256(data).hexdigest()
            if number < len(self._seen):
                require(digest == self._seen[number], f"iteration {number} has changed")
                continue
            Image.open(io.BytesIO(data)).load()
            self._seen.append(digest)
        if reached is not None:
            losses = [row.loss for row in rows[:done]]
            require(losses == list(reached.losses), "losses.csv is not what was reached")
        begun = sum(name.startswith("transfer_result") for name in folder.names()) - done
        # On a slow machine the next worker may be at it before all has been looked at.
        if dead and worker_of(self._store, self._run) is None:
            require(begun <= 1, f"{begun} iterations are going to be computed again")
        return done


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
    found = {"engine": psutil.Process(engine.process.pid)}
    for process in found["engine"].children(recursive=True):
        line = ""
        with contextlib.suppress(psutil.Error):  # it may have ended since
            line = " ".join(process.cmdline())
        for name, sign in (
            ("scheduler", "distributed.Scheduler"),
            ("nanny", "distributed.Nanny"),
            ("worker", "spawn_main"),
        ):
            if sign in line:
                found[name] = process
    return found


def gone(process: psutil.Process, what: str) -> None:
    """Wait for a process's end. Raises: Broken if it does not come."""
    try:
        process.wait(120)
    except psutil.TimeoutExpired as error:
        raise Broken(f"{what} is still there after 120 s") from error


def running(store: Store, run: str) -> bool:
    """Whether a living worker has a run."""
    return store.get(run).state == "running"


def begun(store: Store, run: str) -> bool:
    """Whether a living worker has said how far it is, so that its death will count."""
    claim = lease.read(store.folder(run))
    return claim is not None and claim.is_alive() and "done" in claim.details


def is_free(store: Store, run: str) -> bool:
    """Whether no worker has a run, nor is about to let go of it."""
    return lease.read(store.folder(run)) is None


def ended(store: Store, run: str) -> Record:
    """Wait for a run's end. Returns: its record."""
    wait_for(lambda: store.get(run).is_over, f"the end of {run}")
    return store.get(run)
