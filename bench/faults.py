"""What runs bear: processes killed at random moments, full disks, cancels, and hundreds in a row.

`python -m bench.faults` (`make faults`) prints a line for each part, and takes an hour; `--help`
names the parts. Whatever is killed, no finished iteration may be lost or change, none may be half
there, at most one may be computed again, and every run must end or be resumable.
"""

import argparse
import os
import random
import sys
import time
from collections.abc import Callable
from statistics import median

import numpy as np
import skimage

from nst_core.runs.engine.program import ProgramEngine
from nst_core.runs.store.request import Request
from nst_core.settings import Settings
from testing.faults import disks, kills
from testing.faults.sockets import sockets
from testing.faults.submitters import kill_submitters
from testing.faults.tools import SHORT, is_free, submit, temporary_engine, tree_of, wait_for_end
from testing.waiting import Broken, require, wait_for


def cancels(engine: ProgramEngine, times: int, rng: random.Random) -> str:
    """From the call to the free worker, in evaluations, at 384 pixels."""
    store = engine.store
    settings = Settings(size=384, scales=1, iterations=1000, evaluations=5)
    photo, painting = skimage.data.astronaut(), skimage.data.coffee()
    evaluations, seconds = [], []
    for number in range(times):
        run = engine.submit(Request(photo, painting, settings, session=str(number)))
        wait_for(lambda: store.get(run).done > 0, "an iteration")  # noqa: B023
        time.sleep(rng.uniform(0.0, 1.0))
        one = store.get(run).evaluation_seconds
        engine.cancel(run)
        waited = wait_for(lambda: is_free(store, run), "the free worker")  # noqa: B023
        require(store.get(run).state == "cancelled", store.get(run).state)
        require("result.png" in store.folder(run).names(), "no result was kept")
        evaluations.append(waited / one)
        seconds.append(waited)
    return (
        f"{times} cancels at 384 pixels: the worker is free after {median(evaluations):.2f} "
        f"evaluations (median), {max(evaluations):.2f} (worst); {median(seconds):.2f} s, "
        f"{max(seconds):.2f} s"
    )


def memory(engine: ProgramEngine, times: int) -> str:
    """Short runs through one worker, of changing sizes and weights; its memory after each."""
    sizes = (64, 96, 128, 160)
    megabytes = []
    for number in range(times):
        settings = SHORT.changed(
            size=sizes[number % len(sizes)], content_weight=0.01 * (1 + number % 7)
        )
        run = submit(engine, settings, str(number))
        record = wait_for_end(engine.store, run)
        require(record.state == "finished", record.reason)
        megabytes.append(tree_of(engine)["worker"].memory_info().rss / 1e6)
        engine.store.remove(run)
    after = megabytes[20:] if times > 40 else megabytes
    slope = np.polyfit(np.arange(len(after)), after, 1)[0] * 1000
    require(times <= 40 or slope < 100, f"a run leaves {slope:.0f} KB in the worker")
    return (
        f"{times} short runs through one worker: {megabytes[0]:.0f} MB after the first, "
        f"{after[0]:.0f} MB after {times - len(after) + 1}, {megabytes[-1]:.0f} MB after the last; "
        f"slope {slope:+.0f} KB a run"
    )


def parts_by_name(options: argparse.Namespace) -> dict[str, Callable[[], str]]:
    """What can be asked for, in the order in which all is done."""
    rng = random.Random(options.seed)

    def on_an_engine(part: Callable[..., str], *arguments: object) -> Callable[[], str]:
        def run() -> str:
            with temporary_engine() as engine:
                return part(engine, *arguments)

        return run

    def on_a_disk(part: Callable[[ProgramEngine, disks.Disk], str]) -> Callable[[], str]:
        def run() -> str:
            with disks.engine_on_a_disk() as (engine, disk):
                return part(engine, disk)

        return run

    return {
        "sockets": on_an_engine(sockets),
        "full_disk": on_a_disk(disks.full_disk),
        "read_only": on_a_disk(disks.read_only),
        "deaf": on_an_engine(kills.deaf, 3),
        "crash": on_an_engine(kills.crash, 3, rng),
        "cancels": on_an_engine(cancels, 30, rng),
        "memory": on_an_engine(memory, options.runs),
        "submitters": lambda: kill_submitters(options.others, rng),
        # Every second one of them is the scheduler.
        "schedulers": on_an_engine(kills.kill_schedulers, 2 * options.others, rng),
        "workers": on_an_engine(kills.kill_workers, options.kills, rng),
    }


def main() -> None:
    """Do the parts that are asked for."""
    parser = argparse.ArgumentParser("bench.faults", description=__doc__)
    parser.add_argument("parts", nargs="*", help="which parts; all if none is named")
    parser.add_argument("--kills", type=int, default=100, help="of the worker (100)")
    parser.add_argument(
        "--others", type=int, default=20, help="of the scheduler, of those who submit (20)"
    )
    parser.add_argument("--runs", type=int, default=200, help="through one worker (200)")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    parts = parts_by_name(options)
    failed = False
    for name in options.parts or parts:
        began = time.monotonic()
        try:
            line = parts[name]()
        except (Broken, PermissionError) as error:
            failed, line = True, f"BROKEN: {error}"
        print(f"{name:10} {line} ({time.monotonic() - began:.0f} s)", flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    main()
