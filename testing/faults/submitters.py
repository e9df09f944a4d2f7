"""The fault of a submitter that is killed: the process that starts an engine and queues runs."""

import random
import subprocess
import sys
import tempfile
import time

import psutil

from nst_core.runs.engine.program import ProgramEngine
from nst_core.runs.store.retention import leftovers
from nst_core.runs.store.store import Store
from testing import ROOT
from testing.faults.tools import is_running, wait_for_end
from testing.faults.witness import Witness
from testing.waiting import require, wait_for

# Its arguments: the store, and how many runs it submits. It prints "served" and their ids.
_SUBMITTER = """
import sys, time
from nst_core.runs.engine.program import ProgramEngine
from nst_core.runs.store.store import Store
from testing import waiting
from testing.faults import tools
with ProgramEngine(Store.open(sys.argv[1])) as engine:
    waiting.wait_for(engine.is_served, "an engine")
    print("served", flush=True)
    for number in range(int(sys.argv[2])):
        print(tools.submit(engine, tools.LONG, f"session {number}"), flush=True)
    time.sleep(3600)
"""

# It creates runs without an end, and prints the id of each.
_CREATOR = """
import sys, skimage
from nst_core.runs.store.request import Request
from nst_core.runs.store.store import Store
from testing.faults.tools import SHORT
store, photo = Store.open(sys.argv[1]), skimage.data.astronaut()
print("ready", flush=True)
while True:
    print(store.create(Request(photo, photo, SHORT)), flush=True)
"""


def kill_submitters(times: int, rng: random.Random) -> str:
    """SIGKILL the process that submits and keeps the engine; another takes over."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(folder)
        run = ""
        for number in range(times):
            run = _kill_while_it_runs(store, run, number, rng)
        halves = _kill_within_submit(store, times, rng)
        with ProgramEngine(store) as engine:
            wait_for(lambda: is_running(store, run), "a promised run going on")
            engine.cancel(run)
            wait_for_end(store, run)
    return (
        f"{times} kills of the submitter while its run goes on, {times} while it submits: "
        f"nothing outlived it, every run whose id was told was there; {halves} given-up folders"
    )


def _kill_while_it_runs(store: Store, run: str, number: int, rng: random.Random) -> str:
    """Start a submitter, and kill it while the run goes on. Returns: the run's id.

    run: "" if this submitter is to queue it.
    """
    with _program(_SUBMITTER, store.url, "0" if run else "1") as process:
        assert process.stdout is not None
        require(process.stdout.readline() == "served\n", "no engine was there")
        run = run or process.stdout.readline().strip()
        wait_for(lambda: is_running(store, run), "the run going on")
        witness = Witness(store, run)
        before = witness.look()
        if number % 3:  # a run that gets nowhere three times fails
            wait_for(lambda: store.get(run).done > before, "an iteration")
        time.sleep(rng.uniform(0.0, 1.5))
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill()
    _, alive = psutil.wait_procs(children, timeout=120)
    require(not alive, f"{len(alive)} processes outlive who started them")
    require(store.get(run).state == "interrupted", store.get(run).state)
    witness.look(dead=True)
    return run


def _kill_within_submit(store: Store, times: int, rng: random.Random) -> int:
    """Kill processes that create runs. Returns: how many folders they have left unfinished."""
    for _ in range(times):
        with _program(_CREATOR, store.url) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(rng.uniform(0.05, 0.6))
            process.kill()
            promised = process.stdout.read().split("\n")[:-1]
        for run in promised:
            require(store.get(run).state == "queued", f"{run} was told and is not there")
        for record in store.records():
            if record.title == "":
                store.inputs(record.id)  # as a whole, or not at all
                store.remove(record.id)
    return len(leftovers(store))


def _program(code: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8")
