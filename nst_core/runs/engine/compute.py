"""What a worker does with one run: claim it, go on from where it is, store what comes."""

import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nst_core.errors import InputError, NstError, OutputError
from nst_core.events import (
    Checkpoint,
    Evaluated,
    Event,
    Fetching,
    Iteration,
    Note,
    Result,
    Started,
)
from nst_core.machine.learning import PriceLearner
from nst_core.runs.store import checkpoint, lease
from nst_core.runs.store import run_yaml as config
from nst_core.runs.store.ids import NoSuchRunError
from nst_core.runs.store.storage import Storage
from nst_core.runs.store.store import Store
from nst_core.runs.store.writer import CONFIG, RunWriter
from nst_core.settings import Settings

MOST_DEATHS = 1
"""Workers that a run may take down before it fails."""
MOST_FRUITLESS = 2
"""Starts without a finished iteration that a run may have behind it."""
_RESERVE, _RESERVE_BYTES = "reserve", 64 * 1024
_SHARE_OF_TIME = 20
_UNFINISHED_SECONDS = 60.0

log = logging.getLogger(__name__)


class _LeaseLostError(Exception):
    """Another worker has taken the run over."""


class _StoppedError(Exception):
    """The run is to stop, or the worker, where the method does not ask."""


@dataclass(frozen=True)
class Ended:
    """How a worker left a run: its state, and why. `untold` if the store could not be told."""

    state: str
    reason: str = ""
    untold: bool = False


def compute(url: str, run: str, engine: str, is_over: Callable[[], bool] = lambda: False) -> Ended:
    """Work on a run of the store at `url` until it is over.

    Nothing is raised for what goes wrong with the run: its record says it. A run that is over, that
    another worker has, or that has been removed, is left alone.

    Args:
        url, run: what to work on.
        engine: names the engine that asked for it, so that a death under it counts.
        is_over: asked after each evaluation; True leaves the run for another engine.
    """
    return _Work(Store.open(url), run, engine, is_over).do()


class _Work:
    def __init__(self, store: Store, run: str, engine: str, is_over: Callable[[], bool]) -> None:
        self._store = store
        self._run = run
        self._engine = engine
        self._is_over = is_over
        self._state: dict[str, Any] = {}
        self._lease: lease.Lease | None = None
        self._evaluation_began = time.monotonic()

    def do(self) -> Ended:
        try:
            record = self._store.get(self._run)
            if record.is_over or record.state == "running":
                return Ended(record.state, record.reason)
            folder = self._store.folder(self._run)
        except OutputError as error:
            return Ended("queued", str(error))  # it is handed out again
        except NstError as error:
            return Ended("failed", str(error))
        try:
            self._lease = lease.Lease(folder, self._details)
            if not self._lease.take():
                return Ended("running")
        except OutputError as error:
            return Ended("failed", _no_room(error), untold=True)
        try:
            folder.remove_unfinished(_UNFINISHED_SECONDS)
            return self._held(folder)
        except _LeaseLostError:
            return Ended("running")
        finally:
            self._lease.release()

    def _held(self, folder: Storage) -> Ended:
        try:
            before = self._store.state(self._run)
            reached = self._reached()
            done = len(reached.losses) if reached else 0
            self._begin(before, done)
            folder.write(_RESERVE, bytes(_RESERVE_BYTES))
            refusal = self._refusal()
            if refusal:
                return self._end("failed", refusal)
            result = self._stylize(folder, reached)
            if result.stopped == "cancelled":
                return self._end("cancelled", result.reason, result.stopped)
            ended = "failed" if result.stopped == "not finite" else "finished"
            return self._end(ended, result.reason, result.stopped)
        except NoSuchRunError as error:
            return Ended("failed", str(error))  # nobody is left to be told
        except OutputError as error:
            return self._end("failed", _no_room(error))
        except NstError as error:
            return self._end("failed", str(error).rstrip("."))
        except MemoryError:
            return self._end("failed", "it needs more memory than there is; choose a smaller size")
        except _StoppedError:
            return self._stop()
        except _LeaseLostError:
            raise
        except Exception as error:
            log.exception("%s failed", self._run)
            return self._end("failed", f"the program made a mistake: {type(error).__name__}")

    def _reached(self) -> Checkpoint | None:
        try:
            return self._store.checkpoint(self._run)
        except InputError as error:
            log.warning("%s begins anew: %s", self._run, error)
            return None

    def _begin(self, before: dict[str, Any], done: int) -> None:
        died = before.get("state") == "running"
        under_us = died and before.get("engine") == self._engine
        fruitless = died and done == before.get("begun_at", -1)
        begun = before | {
            "state": "running",
            "reason": "",
            "stopped": "",
            "started": before.get("started") or time.time(),
            "engine": self._engine,
            "deaths": before.get("deaths", 0) + under_us,
            "fruitless": before.get("fruitless", 0) + 1 if fruitless else 0,
            "begun_at": done,
            "done": done,
        }
        try:
            self._store.write_state(self._run, begun)
        finally:
            # Only now: what the lease tells is taken for stored, and its worker's death to count.
            self._state = begun

    def _refusal(self) -> str:
        if self._state["deaths"] > MOST_DEATHS:
            return (
                f"its worker died {self._state['deaths']} times (out of memory, or a crash); "
                "try a smaller size, or resume it"
            )
        if self._state["fruitless"] > MOST_FRUITLESS:
            return f"it was begun {self._state['fruitless']} times without finishing an iteration"
        return ""

    def _stylize(self, folder: Storage, reached: Checkpoint | None) -> Result:
        from nst_core.calibrate import settle_precision
        from nst_core.stylize import stylize

        photo, painting, settings = self._store.inputs(self._run)
        kept = _Kept(folder, settings, len(reached.losses) if reached else 0)
        asked = _seldom(lambda: self._store.is_cancelled(self._run))

        def on_event(event: Event) -> None:
            if self._is_over() or (isinstance(event, Fetching) and asked()):
                raise _StoppedError
            assert self._lease is not None
            if isinstance(event, Iteration) and self._lease.is_lost():
                raise _LeaseLostError
            kept.on_event(event)
            self._tell(event)

        settled = settle_precision(photo, painting, settings, on_event, asked)
        result = stylize(photo, painting, settled, PriceLearner(on_event), asked, reached)
        kept.finish(result)
        return result

    def _tell(self, event: Event) -> None:
        """What the lease is to say next."""
        if isinstance(event, Fetching):
            self._state["doing"] = f"Fetching {event.what}, {event.done / 1e6:.0f} MB"
        elif isinstance(event, Note):
            self._state["doing"] = event.text
        elif isinstance(event, Evaluated):
            self._state["doing"] = ""
            now = time.monotonic()
            self._state["evaluation_seconds"] = now - self._evaluation_began
            self._evaluation_began = now
            self._state["progress"] = event.progress
        elif isinstance(event, Iteration):
            self._state |= {
                "done": event.number + 1,
                "loss": event.loss,
                "seconds": event.seconds,
            }

    def _details(self) -> dict[str, Any]:
        names = ("done", "loss", "progress", "seconds", "evaluation_seconds", "doing")
        return {name: self._state[name] for name in names if name in self._state}

    def _stop(self) -> Ended:
        if self._is_over():
            return self._end("interrupted", "its engine was stopped")
        return self._end("cancelled", "it was stopped on request", "cancelled")

    def _end(self, state: str, reason: str, stopped: str = "") -> Ended:
        assert self._lease is not None
        if self._lease.is_lost():
            return Ended("running")  # the last word is another's
        self._state |= {"state": state, "reason": reason, "stopped": stopped, "ended": time.time()}
        if state == "finished":
            self._state["progress"] = 1.0
        # On a full disk this makes the room that the last words need.
        with contextlib.suppress(OutputError):
            self._store.storage.folder(self._run).remove(_RESERVE)
        try:
            self._store.write_state(self._run, self._state)
        except OutputError:
            return Ended(state, reason, untold=True)
        return Ended(state, reason)


class _Kept:
    """Writes what a run says into its folder; `done`: the iterations that are there already."""

    def __init__(self, folder: Storage, settings: Settings, done: int) -> None:
        self._folder = folder
        self._settings = settings
        self._done = done
        self._writer: RunWriter | None = None

    def on_event(self, event: Event) -> None:
        """Keep what is to be kept. Raises: OutputError if it cannot be written."""
        if isinstance(event, Started):
            self._settle(event.precision)
            texts = {"Software": "nst_core", "nst_core": config.as_text({}, self._settings)}
            self._writer = RunWriter(self._folder, texts, self._done)
        elif isinstance(event, Iteration):
            assert self._writer is not None
            self._writer.keep(event)
            # Last, for it says that the iteration is there as a whole.
            self._folder.write(checkpoint.NAME, checkpoint.to_bytes(event.checkpoint))

    def finish(self, result: Result) -> None:
        """Write the last picture, if there is one."""
        if self._writer and self._writer.count:
            self._writer.write_result(result)

    def _settle(self, precision: str) -> None:
        """What "auto" meant is written down, so that it means the same when the run goes on."""
        if precision != self._settings.precision:
            told = config.with_precision(self._folder.read(CONFIG), precision)
            self._folder.write(CONFIG, told)
            self._settings = self._settings.changed(precision=precision)


def _no_room(error: OutputError) -> str:
    return f"{str(error).rstrip('.')}; resume it when it can be"


def _seldom(look: Callable[[], bool]) -> Callable[[], bool]:
    """`look`, asked each time while it is quick, and else seldom enough to cost little time."""
    last, took, seen = 0.0, 0.0, False

    def asked() -> bool:
        nonlocal last, took, seen
        now = time.monotonic()
        if not seen and now - last >= took * _SHARE_OF_TIME:
            with contextlib.suppress(OutputError):  # no answer is no cancel
                seen = look()
            last = time.monotonic()
            took = last - now
        return seen

    return asked
