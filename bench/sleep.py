"""A laptop that sleeps twice while it paints: `python -m bench.sleep`, twelve minutes.

All programs of an engine are stopped for 340 seconds, longer than Dask waits for a worker by
itself, and go on; then once more. The run must go on or begin again at its last iteration, no death
may be counted, and it must not fail. Of the programs' own clocks none stands still, unlike in a
real sleep; `tests/test_decisions.py` has both kinds of clocks.
"""

import argparse
import os
import signal
import sys
import time

import psutil

from nst_core.runs.engine.program import ProgramEngine
from nst_core.runs.store.store import Store
from testing.faults.tools import LONG, submit, temporary_engine, tree_of, wait_for_end
from testing.faults.witness import Witness
from testing.waiting import Broken, require, wait_for

LONG_ENOUGH = 340.0
"""Dask's scheduler forgets a worker that has been silent for 300 seconds."""


def sleep(engine: ProgramEngine, times: int, seconds: float) -> str:
    """Stop everything that belongs to an engine, several times in one run. Raises: Broken."""
    store = engine.store
    run = submit(engine, LONG.changed(size=128, evaluations=8))
    witness = Witness(store, run)
    wait_for(lambda: store.get(run).done > 2, "some iterations")
    before = {name: process.pid for name, process in tree_of(engine).items()}
    pauses = []
    for _ in range(times):
        done = witness.look()
        _stop_all(engine, seconds)
        pauses.append(wait_for(lambda: _is_further(store, run, done), "a new iteration"))  # noqa: B023
        state = store.state(run)
        require(state.deaths == 0, f"{state.deaths} deaths were counted")
        require(not store.get(run).is_over, store.get(run).reason)
    after = {name: process.pid for name, process in tree_of(engine).items()}
    fruitless = store.state(run).fruitless
    engine.cancel(run)
    record = wait_for_end(store, run)
    require(record.state == "cancelled", f"{record.state}: {record.reason}")
    witness.look(dead=True)
    replaced = [name for name in before if before[name] != after.get(name)]
    return (
        f"{times} sleeps of {seconds:.0f} s: {record.done} iterations, no death, {fruitless} "
        f"beginnings in vain; a new iteration after {max(pauses):.1f} s (worst); programs that "
        f"were replaced: {', '.join(replaced) or 'none'}"
    )


def _is_further(store: Store, run: str, done: int) -> bool:
    record = store.get(run)
    return record.is_over or (record.state == "running" and record.done > done + 1)


def _stop_all(engine: ProgramEngine, seconds: float) -> None:
    """SIGSTOP the engine's program and all that it has started, and SIGCONT after some time."""
    assert engine.process is not None
    root = psutil.Process(engine.process.pid)
    tree = [root, *root.children(recursive=True)]
    for process in tree:
        process.send_signal(signal.SIGSTOP)
    try:
        time.sleep(seconds)
    finally:
        for process in tree:
            process.send_signal(signal.SIGCONT)


def main() -> None:
    """Do it once, and print a line."""
    parser = argparse.ArgumentParser("bench.sleep", description=__doc__)
    parser.add_argument("--times", type=int, default=2, help="how often it sleeps (2)")
    parser.add_argument("--seconds", type=float, default=LONG_ENOUGH, help="how long each (340)")
    options = parser.parse_args()
    try:
        with temporary_engine() as engine:
            print(sleep(engine, options.times, options.seconds))
    except Broken as error:
        sys.exit(f"BROKEN: {error}")


if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    main()
