"""The faults that end an engine's processes by force, at random moments."""

import random
import signal
import time
from collections import Counter
from statistics import median

import psutil

from nst_core.runs.dask.decisions import DEAF_SECONDS
from nst_core.runs.engine.program import ProgramEngine
from nst_core.runs.store.store import Store
from testing.faults.tools import (
    LONG,
    SHORT,
    counts,
    is_running,
    submit,
    tree_of,
    wait_for_death,
    wait_for_end,
    worker_of,
)
from testing.faults.witness import Witness
from testing.waiting import require, wait_for

PROGRAMS = ("scheduler", "nanny", "scheduler", "engine")


def kill_workers(engine: ProgramEngine, times: int, rng: random.Random) -> str:
    """SIGKILL the worker at random moments; a run that has failed of it is resumed."""
    store = engine.store
    run = submit(engine, LONG.changed(size=128, evaluations=8))
    witness = Witness(store, run)
    resumed, before, pauses = 0, 0, list[float]()

    def is_next() -> bool:
        record = store.get(run)
        # Most moments lie between iterations, some before the first after a start.
        far = record.done > before or len(pauses) % 4 == 0
        return record.is_over or (record.state == "running" and far)

    while len(pauses) < times or not resumed:
        # Should the engine have lost its scheduler meanwhile, it counts deaths anew.
        require(len(pauses) < 3 * times, "no death has failed the run")
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
        wait_for_death(worker, "a killed worker")
        killed = time.monotonic()
        done = witness.look(dead=True)
        require(done >= before, "an iteration was lost")
        before = done
        wait_for(lambda: is_running(store, run) or store.get(run).is_over, "someone after it")
        pauses.append(time.monotonic() - killed)
    done = _cancel(engine, run, witness)
    return (
        f"{times} kills of the worker: {done} iterations, all as they were; {resumed} resumes; "
        f"going on after {median(pauses):.1f} s (median), {max(pauses):.1f} s (worst)"
    )


def _resume(engine: ProgramEngine, run: str) -> None:
    record = engine.store.get(run)
    require(record.state == "failed", f"a run that is {record.state}")
    require("its worker died" in record.reason, record.reason)
    engine.resume(run)


def _cancel(engine: ProgramEngine, run: str, witness: Witness) -> int:
    """Stop a run. Returns: how many iterations it has finished."""
    engine.cancel(run)
    wait_for_end(engine.store, run)
    return witness.look(dead=True)


def kill_schedulers(engine: ProgramEngine, times: int, rng: random.Random) -> str:
    """SIGKILL the scheduler, the nanny or the engine's program, at random moments."""
    store = engine.store
    run = submit(engine, LONG)
    witness = Witness(store, run)
    for number in range(times):
        wait_for(lambda: is_running(store, run), "the run going on")
        if number % 3:  # a run that gets nowhere three times fails
            before = witness.look()
            wait_for(lambda: store.get(run).done > before, "an iteration")  # noqa: B023
        time.sleep(rng.uniform(0.0, 1.0))
        name = PROGRAMS[number % len(PROGRAMS)]
        worker = _kill(engine, run, name)
        wait_for_death(worker, f"the worker of a killed {name}")
        before = witness.look(dead=True)
        wait_for(lambda: is_running(store, run), "the run going on after it")
        require(witness.look() >= before, "an iteration was lost")
        require(not store.get(run).is_over, "the run has ended")
    done = _cancel(engine, run, witness)
    killed = Counter(PROGRAMS[number % len(PROGRAMS)] for number in range(times))
    kills = ", ".join(f"{count} of the {name}" for name, count in killed.items())
    return f"{times} kills ({kills}): {done} iterations, all as they were"


def _kill(engine: ProgramEngine, run: str, name: str) -> psutil.Process:
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


def crash(engine: ProgramEngine, times: int, rng: random.Random) -> str:
    """SIGSEGV twice: the run fails alone, with its reason; another session's run finishes."""
    store = engine.store
    for number in range(times):
        bad = submit(engine, LONG, "unlucky")
        for _ in range(2):
            wait_for(lambda: counts(store, bad), "the run going on")  # noqa: B023
            time.sleep(rng.uniform(0.0, 0.5))
            worker = worker_of(store, bad)
            require(worker is not None, "no worker")
            assert worker is not None
            worker.send_signal(signal.SIGSEGV)
            wait_for_death(worker, "a crashed worker")
        other = submit(engine, SHORT, f"lucky {number}")
        require(wait_for_end(store, bad).state == "failed", store.get(bad).state)
        require("its worker died 2 times" in store.get(bad).reason, store.get(bad).reason)
        require(wait_for_end(store, other).state == "finished", store.get(other).state)
    return f"{times} runs crash in native code twice: each fails with its reason, others finish"


def deaf(engine: ProgramEngine, times: int) -> str:
    """SIGSTOP the worker, then cancel: it is ended and replaced."""
    seconds = [_deaf(engine, number) for number in range(times)]
    return (
        f"{times} workers that do not answer to a cancel: ended and replaced, the runs cancelled "
        f"after {median(seconds):.0f} s (bound: {DEAF_SECONDS:.0f} s and what a restart takes)"
    )


def _deaf(engine: ProgramEngine, number: int) -> float:
    """Returns: the seconds from the cancel to the run's end."""
    store: Store = engine.store
    run = submit(engine, LONG, "deaf")
    wait_for(lambda: store.get(run).done > 2, "some iterations")
    worker = worker_of(store, run)
    assert worker is not None
    worker.suspend()
    engine.cancel(run)
    other = submit(engine, SHORT, f"next {number}")
    seconds = wait_for(lambda: store.get(run).is_over, "the end")
    require(store.get(run).state == "cancelled", store.get(run).state)
    require(wait_for_end(store, other).state == "finished", "the next run has not finished")
    require(not worker.is_running(), "the deaf worker is still there")
    return seconds
