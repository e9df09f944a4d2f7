"""What runs bear: processes killed at random moments, cancels, and hundreds in a row.

`python -m bench.faults` prints a line for each; `--help` names the parts. Whatever is killed, no
iteration that was finished may be lost or change, none may be half there, at most one may be
computed again, and every run must end or be resumable.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from statistics import median

import numpy as np
import skimage

from nst_core.runs.engine.program import ProgramEngine
from nst_core.runs.store.request import Request
from nst_core.runs.store.store import Store
from nst_core.settings import Settings
from testing.faults import kills
from testing.faults.disks import full_disk, read_only
from testing.faults.sockets import sockets
from testing.faults.tools import SHORT, Broken, ended, is_free, require, submit, tree_of, wait_for


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
        "deaf": lambda: kills.deaf(3),
        "crash": lambda: kills.crash(3, rng),
        "cancels": lambda: cancels(30, rng),
        "memory": lambda: memory(options.runs),
        "submitters": lambda: kills.kill_submitters(options.others, rng),
        # Every second one of them is the scheduler.
        "schedulers": lambda: kills.kill_schedulers(2 * options.others, rng),
        "workers": lambda: kills.kill_workers(options.kills, rng),
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
