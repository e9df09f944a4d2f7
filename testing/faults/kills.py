"""The parts of `faults` that end processes by force, at random moments."""

import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from statistics import median

import psutil

from nst_core.runs.dask.decisions import DEAF_SECONDS
from nst_core.runs.engine.program import ProgramEngine
from nst_core.runs.store.retention import leftovers
from nst_core.runs.store.store import Store
from testing.faults.tools import (
    LONG,
    SHORT,
    Witness,
    begun,
    ended,
    gone,
    require,
    running,
    submit,
    tree_of,
    wait_for,
    worker_of,
)


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

            while len(begun_again) < times or not resumed:
                # Should the engine have lost its scheduler meanwhile, it counts deaths anew.
                require(len(begun_again) < 3 * times, "no death has failed the run")
                wait_for(is_next, "the run going on")
                if store.get(run).is_over:
                    _resume(engine, run)
                    resumed += 1
                    continue
                time.sleep(rng.uniform(0.0, 1.0))
                worker = worker_of(store, run)
                if worker is None:
                    continue
                worker.kill()
                gone(worker, "a killed worker")
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


def _resume(engine: ProgramEngine, run: str) -> None:
    record = engine.store.get(run)
    require(record.state == "failed", f"a run that is {record.state}")
    require("its worker died" in record.reason, record.reason)
    engine.resume(run)


def kill(engine: ProgramEngine, run: str, name: str) -> psutil.Process:
    """SIGKILL one of the programs behind a run. Returns: the run's worker."""
    victims: list[psutil.Process] = []

    def are_there() -> bool:
        worker, program = worker_of(engine.store, run), tree_of(engine).get(name)
        victims[:] = [one for one in (worker, program) if one is not None]
        return len(victims) == 2

    wait_for(are_there, f"a worker and a {name}")
    worker, program = victims
    program.kill()
    return worker


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
                name = PROGRAMS[number % len(PROGRAMS)]
                worker = kill(engine, run, name)
                gone(worker, f"the worker of a killed {name}")
                before = witness.look(dead=True)
                wait_for(lambda: running(store, run), "the run going on after it")
                require(witness.look() >= before, "an iteration was lost")
                require(not store.get(run).is_over, "the run has ended")
            engine.cancel(run)
            ended(store, run)
            done = witness.look(dead=True)
    killed = Counter(PROGRAMS[number % len(PROGRAMS)] for number in range(times))
    counts = ", ".join(f"{count} of the {name}" for name, count in killed.items())
    return f"{times} kills ({counts}): {done} iterations, all as they were"


SUBMITTER = """
import sys, time
from testing.faults import tools
from nst_core.runs.engine.program import ProgramEngine
from nst_core.runs.store.store import Store
with ProgramEngine(Store.open(sys.argv[1])) as engine:
    tools.wait_for(engine.is_served, "an engine")
    print("served", flush=True)
    for number in range(int(sys.argv[2])):
        print(tools.submit(engine, tools.LONG, f"session {number}"), flush=True)
    time.sleep(3600)
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
            _, alive = psutil.wait_procs(children, timeout=120)
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
        "from nst_core.runs.store.request import Request\n"
        "from nst_core.runs.store.store import Store\n"
        "from testing.faults import tools\n"
        "store, photo = Store.open(sys.argv[1]), skimage.data.astronaut()\n"
        "print('ready', flush=True)\n"
        "while True:\n"
        "    print(store.create(Request(photo, photo, tools.SHORT)), flush=True)\n"
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
    return len(leftovers(store))


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
                    gone(worker, "a crashed worker")
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
