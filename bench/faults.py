"""What runs bear: processes killed at random moments, cancels, and hundreds in a row.

`python -m bench.faults` prints a line for each; `--help` names the parts. Whatever is killed, no
iteration that was finished may be lost or change, none may be half there, at most one may be
computed again, and every run must end or be resumable.
"""

import argparse
import contextlib
import os
import random
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

from bench import fault_kills
from bench.fault_tools import (
    LONG,
    SHORT,
    Broken,
    Witness,
    ended,
    is_free,
    require,
    submit,
    tree_of,
    wait_for,
)
from nst_core.runs.engine.program import ProgramEngine
from nst_core.runs.store.request import Request
from nst_core.runs.store.store import Store
from nst_core.settings import Settings


def cancels(times: int, rng: random.Random) -> str:
    """From the call to the free worker, in evaluations, at 384 pixels."""
    settings = Settings(size=384, scales=1, iterations=1000, evaluations=5)
    photo, painting = skimage.data.astronaut(), skimage.data.coffee()
    took, seconds = [], []
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(folder)
        with ProgramEngine(store) as engine:
            for number in range(times):
                run = engine.submit(Request(photo, painting, settings, session=str(number)))
                wait_for(lambda: store.get(run).done > 0, "an iteration")  # noqa: B023
                time.sleep(rng.uniform(0.0, 1.0))
                one = store.get(run).evaluation_seconds
                engine.cancel(run)
                waited = wait_for(lambda: is_free(store, run), "the free worker")  # noqa: B023
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
    require(len(used) <= 40 or slope < 100, f"a run leaves {slope:.0f} KB in the worker")
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


def main() -> None:
    """Run the parts that are asked for."""
    parser = argparse.ArgumentParser("bench.faults", description=__doc__)
    parser.add_argument("parts", nargs="*", help="which parts; all if none is named")
    parser.add_argument("--kills", type=int, default=100, help="of the worker (100)")
    parser.add_argument(
        "--others", type=int, default=20, help="of the scheduler, of those who submit (20)"
    )
    parser.add_argument("--runs", type=int, default=200, help="through one worker (200)")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    parts: dict[str, Callable[[], str]] = {
        "sockets": sockets,
        "full_disk": full_disk,
        "read_only": read_only,
        "deaf": lambda: fault_kills.deaf(3),
        "crash": lambda: fault_kills.crash(3, rng),
        "cancels": lambda: cancels(30, rng),
        "memory": lambda: memory(options.runs),
        "submitters": lambda: fault_kills.kill_submitters(options.others, rng),
        # Every second one of them is the scheduler.
        "schedulers": lambda: fault_kills.kill_schedulers(2 * options.others, rng),
        "workers": lambda: fault_kills.kill_workers(options.kills, rng),
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
