"""What runs bear: processes killed at random moments, cancels, and hundreds in a row.

`python -m bench.faults` prints a line for each; `--help` names the parts. Whatever is killed, no
iteration that was finished may be lost or change, none may be half there, at most one may be
computed again, and every run must end or be resumable.
"""

import argparse
import contextlib
import hashlib
import io
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import numpy as np
import psutil
import skimage
from PIL import Image

from nst_core import images
from nst_core.runs import curves, lease
from nst_core.runs.dispatcher import DEAF_SECONDS
from nst_core.runs.program import ProgramEngine
from nst_core.runs.record import Record
from nst_core.runs.store import Store
from nst_core.runs.writer import LOSSES, PICTURE_NAME
from nst_core.settings import Settings

LONG = Settings(size=64, scales=1, iterations=1000, evaluations=2, precision="float32")
SHORT = LONG.changed(iterations=3)
PATIENCE = 120.0


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
    photo = images.resize(skimage.data.astronaut(), 64, 64)
    painting = images.resize(skimage.data.coffee(), 64, 96)
    return engine.submit(photo, painting, settings, session=session, title="Coffee")


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
        rows = curves.read_losses(folder.read(LOSSES)) if done else []
        require(len(rows) >= done, f"{done} iterations, but {len(rows)} rows of losses")
        for number in range(done):
            data = folder.read(PICTURE_NAME.format(number))
            digest = hashlib.sha256(data).hexdigest()
            if number < len(self._seen):
                require(digest == self._seen[number], f"iteration {number} has changed")
                continue
            Image.open(io.BytesIO(data)).load()
            self._seen.append(digest)
        if reached is not None:
            losses = [row.loss for row in rows[:done]]
            require(losses == list(reached.losses), "losses.csv is not what was reached")
        if dead:
            begun = sum(name.startswith("transfer_result") for name in folder.names()) - done
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
    assert engine._process is not None
    found = {"engine": psutil.Process(engine._process.pid)}
    for process in found["engine"].children(recursive=True):
        line = " ".join(process.cmdline())
        for name, sign in (
            ("scheduler", "distributed.Scheduler"),
            ("nanny", "distributed.Nanny"),
            ("worker", "spawn_main"),
        ):
            if sign in line:
                found[name] = process
    return found


def running(store: Store, run: str) -> bool:
    """Whether a living worker has a run."""
    return store.get(run).state == "running"


def begun(store: Store, run: str) -> bool:
    """Whether a living worker has said how far it is, so that its death will count."""
    claim = lease.read(store.folder(run))
    return claim is not None and claim.is_alive() and "done" in claim.details


def ended(store: Store, run: str) -> Record:
    """Wait for a run's end. Returns: its record."""
    wait_for(lambda: store.get(run).is_over, f"the end of {run}")
    return store.get(run)


def kill_workers(times: int, rng: random.Random) -> str:
    """SIGKILL the worker at random moments; a run that has had its share is resumed."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(folder)
        with ProgramEngine(store) as engine:
            run = submit(engine, LONG.changed(size=128, evaluations=8))
            witness = Witness(store, run)
            resumed, before, begun_again = 0, 0, list[float]()

            def is_next() -> bool:
                record = store.get(run)
                # Most moments lie between iterations, some before the first after a start.
                far = record.done > before or len(begun_again) % 4 == 0
                return record.is_over or (record.state == "running" and far)

            while len(begun_again) < times:
                wait_for(is_next, "the run going on")
                record = store.get(run)
                if record.is_over:
                    require(record.state == "failed", f"a run that is {record.state}")
                    require("its worker died" in record.reason, record.reason)
                    engine.resume(run)
                    resumed += 1
                    continue
                time.sleep(rng.uniform(0.0, 1.0))
                worker = worker_of(store, run)
                if worker is None:
                    continue
                worker.kill()
                worker.wait()
                killed = time.monotonic()
                done = witness.look(dead=True)
                require(done >= before, "an iteration was lost")
                before = done
                wait_for(lambda: running(store, run) or store.get(run).is_over, "someone after it")
                begun_again.append(time.monotonic() - killed)
            engine.cancel(run)
            ended(store, run)
            done = witness.look(dead=True)
    return (
        f"{times} kills of the worker: {done} iterations, all as they were; {resumed} resumes; "
        f"going on after {median(begun_again):.1f} s (median), {max(begun_again):.1f} s (worst)"
    )


PROGRAMS = ("scheduler", "nanny", "scheduler", "engine")


def kill_schedulers(times: int, rng: random.Random) -> str:
    """SIGKILL the scheduler, the nanny or the engine's program, at random moments."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(folder)
        with ProgramEngine(store) as engine:
            run = submit(engine, LONG)
            witness = Witness(store, run)
            for number in range(times):
                wait_for(lambda: running(store, run), "the run going on")
                if number % 3:  # a run that gets nowhere three times fails
                    before = witness.look()
                    wait_for(lambda: store.get(run).done > before, "an iteration")  # noqa: B023
                time.sleep(rng.uniform(0.0, 1.0))
                worker = worker_of(store, run)
                assert worker is not None
                tree_of(engine)[PROGRAMS[number % len(PROGRAMS)]].kill()
                worker.wait(30)  # none outlives its scheduler, its nanny or its engine
                before = witness.look(dead=True)
                wait_for(lambda: running(store, run), "the run going on after it")
                require(witness.look() >= before, "an iteration was lost")
                require(not store.get(run).is_over, "the run has ended")
            engine.cancel(run)
            ended(store, run)
            done = witness.look(dead=True)
    return f"{times} kills of the engine's programs: {done} iterations, all as they were"


SUBMITTER = """
import sys, time
from bench import faults
from nst_core.runs.program import ProgramEngine
from nst_core.runs.store import Store
with ProgramEngine(Store.open(sys.argv[1])) as engine:
    faults.wait_for(engine._is_served, "an engine")
    print("served", flush=True)
    for number in range(int(sys.argv[2])):
        print(faults.submit(engine, faults.LONG, f"session {number}"), flush=True)
    time.sleep(600)
"""


def kill_submitters(times: int, rng: random.Random) -> str:
    """SIGKILL the process that submits and keeps the engine; another takes over."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(folder)
        promised: list[str] = []
        for number in range(times):
            submits = int(number == 0)
            command = [sys.executable, "-c", SUBMITTER, folder, str(submits)]
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
                assert process.stdout is not None
                require(process.stdout.readline() == "served\n", "no engine was there")
                promised += [process.stdout.readline().strip() for _ in range(submits)]
                wait_for(lambda: running(store, promised[0]), "the run going on")  # noqa: B023
                witness = Witness(store, promised[0])
                before = witness.look()
                if number % 3:  # a run that gets nowhere three times fails
                    wait_for(lambda: store.get(promised[0]).done > before, "an iteration")  # noqa: B023
                time.sleep(rng.uniform(0.0, 1.5))
                children = psutil.Process(process.pid).children(recursive=True)
                process.kill()
            _, alive = psutil.wait_procs(children, timeout=30)
            require(not alive, f"{len(alive)} processes outlive who started them")
            require(store.get(promised[0]).state == "interrupted", store.get(promised[0]).state)
            witness.look(dead=True)
        halves = _kill_within_submit(store, times, rng)
        with ProgramEngine(store) as engine:
            for run in promised:
                wait_for(lambda run=run: running(store, run), "a promised run going on")  # type: ignore[misc]
                engine.cancel(run)
                ended(store, run)
    return (
        f"{times} kills of the submitter while its run goes on, {times} while it submits: "
        f"nothing outlived it, every run whose id was told was there; {halves} given-up folders"
    )


def _kill_within_submit(store: Store, times: int, rng: random.Random) -> int:
    code = (
        "import sys, skimage\n"
        "from nst_core.runs.store import Store\n"
        "from bench import faults\n"
        "store, photo = Store.open(sys.argv[1]), skimage.data.astronaut()\n"
        "print('ready', flush=True)\n"
        "while True:\n"
        "    print(store.create(photo, photo, faults.SHORT), flush=True)\n"
    )
    for _ in range(times):
        command = [sys.executable, "-c", code, store.url]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(rng.uniform(0.05, 0.6))
            process.kill()
            told = process.stdout.read().split("\n")[:-1]
        for run in told:
            require(store.get(run).state == "queued", f"{run} was told and is not there")
        for record in store.records():
            if record.title == "":
                store.inputs(record.id)  # as a whole, or not at all
                store.remove(record.id)
    return len(store.leftovers())


def crash(times: int, rng: random.Random) -> str:
    """SIGSEGV twice: the run fails alone, with its reason; another session's finishes."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(folder)
        with ProgramEngine(store) as engine:
            for number in range(times):
                bad = submit(engine, LONG, "unlucky")
                for _ in range(2):
                    wait_for(lambda: begun(store, bad), "the run going on")  # noqa: B023
                    time.sleep(rng.uniform(0.0, 0.5))
                    worker = worker_of(store, bad)
                    require(worker is not None, "no worker")
                    assert worker is not None
                    worker.send_signal(signal.SIGSEGV)
                    worker.wait()
                other = submit(engine, SHORT, f"lucky {number}")
                require(ended(store, bad).state == "failed", store.get(bad).state)
                require("its worker died 2 times" in store.get(bad).reason, store.get(bad).reason)
                require(ended(store, other).state == "finished", store.get(other).state)
    return f"{times} runs crash in native code twice: each fails with its reason, others finish"


def deaf(times: int) -> str:
    """SIGSTOP the worker, then cancel: it is ended and replaced."""
    took = []
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(folder)
        with ProgramEngine(store) as engine:
            for number in range(times):
                run = submit(engine, LONG, "deaf")
                wait_for(lambda: store.get(run).done > 2, "some iterations")  # noqa: B023
                worker = worker_of(store, run)
                assert worker is not None
                worker.suspend()
                engine.cancel(run)
                other = submit(engine, SHORT, f"next {number}")
                took.append(wait_for(lambda: store.get(run).is_over, "the end"))  # noqa: B023
                require(store.get(run).state == "cancelled", store.get(run).state)
                require(ended(store, other).state == "finished", "the next run has not finished")
                require(not worker.is_running(), "the deaf worker is still there")
    return (
        f"{times} workers that do not answer to a cancel: ended and replaced, the runs cancelled "
        f"after {median(took):.0f} s (bound: {DEAF_SECONDS:.0f} s and what a restart takes)"
    )


def cancels(times: int, rng: random.Random) -> str:
    """From the call to the free worker, in evaluations, at 384 pixels."""
    settings = Settings(size=384, scales=1, iterations=1000, evaluations=5)
    photo, painting = skimage.data.astronaut(), skimage.data.coffee()
    took, seconds = [], []
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(folder)
        with ProgramEngine(store) as engine:
            for number in range(times):
                run = engine.submit(photo, painting, settings, session=str(number))
                wait_for(lambda: store.get(run).done > 0, "an iteration")  # noqa: B023
                time.sleep(rng.uniform(0.0, 1.0))
                one = store.get(run).evaluation_seconds
                engine.cancel(run)
                waited = wait_for(lambda: store.get(run).is_over, "the end")  # noqa: B023
                require(store.get(run).state == "cancelled", store.get(run).state)
                require("result.png" in store.folder(run).names(), "no result was kept")
                took.append(waited / one)
                seconds.append(waited)
    return (
        f"{times} cancels at 384 pixels: the worker is free after {median(took):.2f} evaluations "
        f"(median), {max(took):.2f} (worst); {median(seconds):.2f} s, {max(seconds):.2f} s"
    )


def memory(times: int) -> str:
    """Short runs through one worker, of changing sizes and weights; its memory after each."""
    sizes = (64, 96, 128, 160)
    used = []
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(folder)
        with ProgramEngine(store) as engine:
            for number in range(times):
                settings = SHORT.changed(
                    size=sizes[number % len(sizes)], content_weight=0.01 * (1 + number % 7)
                )
                run = submit(engine, settings, str(number))
                require(ended(store, run).state == "finished", store.get(run).reason)
                used.append(tree_of(engine)["worker"].memory_info().rss / 1e6)
                store.remove(run)
    after = used[20:] if len(used) > 40 else used
    slope = np.polyfit(np.arange(len(after)), after, 1)[0] * 1000
    return (
        f"{times} short runs through one worker: {used[0]:.0f} MB after the first, "
        f"{after[0]:.0f} MB after {len(used) - len(after) + 1}, {used[-1]:.0f} MB after the last; "
        f"slope {slope:+.0f} KB a run"
    )


def sockets() -> str:
    """Where the engine's programs listen."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(folder)
        with ProgramEngine(store) as engine:
            ended(store, submit(engine, SHORT))
            listening = [
                (name, connection.laddr)
                for name, process in tree_of(engine).items()
                for connection in process.net_connections("inet")
                if connection.status == psutil.CONN_LISTEN
            ]
    outside = [where for where in listening if where[1].ip not in ("127.0.0.1", "::1")]
    require(bool(listening) and not outside, f"listens to others: {outside}")
    require(len(listening) == 3, f"a port too many: {listening}")
    return f"{len(listening)} ports listen, all on loopback: scheduler, nanny, worker"


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


def full_disk() -> str:
    """A run on a disk that fills up, and resumed when there is room."""
    with small_disk(1200) as path:
        store = Store.open(str(path / "runs"))
        with ProgramEngine(store) as engine:
            run = submit(engine, LONG.changed(iterations=300))
            witness = Witness(store, run)
            record = ended(store, run)
            require(record.state == "failed", record.state)
            require("No space left on device" in record.reason, record.reason)
            before = witness.look(dead=True)
            require(0 < before < 300, f"{before} iterations")
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
            run = submit(engine, LONG.changed(iterations=300))
            witness = Witness(store, run)
            wait_for(lambda: store.get(run).done > 5, "some iterations")
            mount(path, "-o", "remount,ro")
            wait_for(lambda: store.get(run).state != "running", "its end", 40)
            before = witness.look(dead=True)
            mount(path, "-o", "remount,rw")
            record = ended(store, run)
            require("Read-only file system" in record.reason, record.reason)
            engine.resume(run)
            require(ended(store, run).state == "finished", store.get(run).reason)
            witness.look(dead=True)
    return f"read-only after {before} iterations: said so, all as they were; resumed and finished"


def main() -> None:
    """Run the parts that are asked for."""
    parser = argparse.ArgumentParser("bench.faults", description=__doc__)
    parser.add_argument("parts", nargs="*", help="which parts; all if none is named")
    parser.add_argument("--kills", type=int, default=100, help="of the worker (100)")
    parser.add_argument("--others", type=int, default=20, help="of each other program (20)")
    parser.add_argument("--runs", type=int, default=200, help="through one worker (200)")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    parts: dict[str, Callable[[], str]] = {
        "sockets": sockets,
        "full_disk": full_disk,
        "read_only": read_only,
        "deaf": lambda: deaf(3),
        "crash": lambda: crash(3, rng),
        "cancels": lambda: cancels(30, rng),
        "memory": lambda: memory(options.runs),
        "submitters": lambda: kill_submitters(options.others, rng),
        "schedulers": lambda: kill_schedulers(options.others, rng),
        "workers": lambda: kill_workers(options.kills, rng),
    }
    failed = False
    for name in options.parts or parts:
        began = time.monotonic()
        try:
            said = parts[name]()
        except (Broken, PermissionError) as error:
            failed, said = True, f"BROKEN: {error}"
        print(f"{name:10} {said} ({time.monotonic() - began:.0f} s)", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    main()
