"""What a worker does with one run: claim it, go on from where it is, store what comes."""

import contextlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from nst_core.errors import InputError, NstError, OutputError
from nst_core.events import Checkpoint, Evaluated, Event, Fetching, Iteration, Result, ShouldStop
from nst_core.machine.learning import PriceLearner
from nst_core.pictures.masks import Masks
from nst_core.pictures.pixels import Pixels
from nst_core.runs.engine.deaths import refusal_of, state_at_beginning
from nst_core.runs.store import layout
from nst_core.runs.store.lease import Lease
from nst_core.runs.store.record import NoSuchRunError, State
from nst_core.runs.store.state import RunState
from nst_core.runs.store.storage import Storage
from nst_core.runs.store.store import Store
from nst_core.runs.store.writer import RunWriter
from nst_core.scoring.score import score_of_run
from nst_core.settings import Settings

_RESERVE_BYTES = 64 * 1024
_PAUSE_FACTOR = 20
"""Between two looks at a slow store passes so many times as long as a look takes."""
_UNFINISHED_SECONDS = 60.0
"""A half file that has not grown for so long is one that a killed process has left."""

log = logging.getLogger(__name__)


class _LeaseLostError(Exception):
    """Another worker has taken the run over."""


class _StoppedError(Exception):
    """The run, or the worker, is to stop.

    Leaves `stylize` from within an event, for it asks `should_stop` only before evaluations.
    """


@dataclass(frozen=True)
class Ending:
    """How a worker left a run.

    Attributes:
        state, reason: as in the run's record.
        is_unrecorded: True where the store could not be written, so the dispatcher must record the
            ending.
    """

    state: State
    reason: str = ""
    is_unrecorded: bool = False


def compute(url: str, run: str, engine: str, is_over: Callable[[], bool] = lambda: False) -> Ending:
    """Work on a run of the store at `url` until it is over.

    Nothing is raised for what goes wrong with the run: its record says it. A run that is over, that
    another worker has, or that has been removed, is left alone.

    Args:
        url, run: what to work on.
        engine: names the engine that asked for it, so that a death under it counts.
        is_over: asked after each evaluation; True leaves the run for another engine.

    Example:
        >>> compute(store.url, run, "engine").state
        'finished'
    """
    store = Store.open(url)
    try:
        record = store.get(run)
        if record.is_over or record.state == "running":
            return Ending(record.state, record.reason)
        folder = store.folder(run)
    except OutputError as error:
        return Ending("queued", str(error))  # the engine hands it out again
    except NstError as error:
        return Ending("failed", str(error))
    return _Work(store, run, folder, engine, is_over).do()


class _Work:
    """A worker's work on one run.

    It is an object because the lease's thread reads its state at each beat, while `do` changes it;
    there is none until the run has begun.
    """

    def __init__(
        self, store: Store, run: str, folder: Storage, engine: str, is_over: Callable[[], bool]
    ) -> None:
        self._store = store
        self._run = run
        self._folder = folder
        self._engine = engine
        self._is_over = is_over
        self._state: RunState | None = None
        self._lease = Lease(folder, self._details)
        self._evaluation_began = time.monotonic()

    def _details(self) -> dict[str, Any]:
        return self._state.as_details() if self._state is not None else {}

    def do(self) -> Ending:
        """Claim the run, and work on it while nobody else has it."""
        try:
            if not self._lease.take():
                return Ending("running")
        except OutputError as error:
            return Ending("failed", _to_be_resumed(error), is_unrecorded=True)
        try:
            self._folder.remove_unfinished(_UNFINISHED_SECONDS)
            return self._work_to_an_end()
        except _LeaseLostError:
            return Ending("running")
        finally:
            self._lease.release()

    def _work_to_an_end(self) -> Ending:
        """Compute the run, whatever goes wrong. Raises: _LeaseLostError."""
        try:
            return self._compute()
        except NoSuchRunError as error:
            return Ending("failed", str(error))  # nobody is left to be told
        except OutputError as error:
            return self._end("failed", _to_be_resumed(error))
        except NstError as error:
            return self._end("failed", str(error).rstrip("."))
        except MemoryError:
            return self._end("failed", "it needs more memory than there is; choose a smaller size")
        except _StoppedError:
            if self._is_over():
                return self._end("interrupted", "its engine was stopped")
            return self._end("cancelled", "it was stopped on request", "cancelled")
        except _LeaseLostError:
            raise
        except Exception as error:
            log.exception("%s failed", self._run)
            return self._end("failed", f"the program made a mistake: {type(error).__name__}")

    def _compute(self) -> Ending:
        before = self._store.state(self._run)
        beginning = self._beginning()
        done = len(beginning.losses) if beginning else 0
        state = state_at_beginning(before, self._engine, done, self._lease.silence)
        self._begin(state)
        self._folder.write(layout.RESERVE, bytes(_RESERVE_BYTES))
        refusal = refusal_of(state)
        if refusal:
            return self._end("failed", refusal)
        result = self._stylize(beginning)
        states: dict[str, State] = {"cancelled": "cancelled", "not finite": "failed"}
        return self._end(states.get(result.stopped, "finished"), result.reason, result.stopped)

    def _beginning(self) -> Checkpoint | None:
        """Where to go on from; None for the run's beginning, also where that cannot be read."""
        try:
            return self._store.checkpoint(self._run)
        except InputError as error:
            log.warning("%s begins anew: %s", self._run, error)
            return None

    def _begin(self, state: RunState) -> None:
        try:
            self._store.write_state(self._run, state)
        finally:
            # Only now: what the lease tells is taken for stored, and its worker's death counts.
            self._state = state

    def _stylize(self, beginning: Checkpoint | None) -> Result:
        from nst_core.calibrate import settle_precision
        from nst_core.stylize import stylize

        photo, painting, settings = self._store.inputs(self._run)
        further, masks = self._store.further(self._run)
        paintings = [painting, *further]
        done = len(beginning.losses) if beginning else 0
        writer = RunWriter(self._folder, settings, done=done)
        is_cancelled = _throttled(lambda: self._store.is_cancelled(self._run))

        def on_event(event: Event) -> None:
            self._require_to_go_on(event, is_cancelled)
            writer.on_event(event)
            self._keep_progress(event)

        exact = settle_precision(photo, paintings, settings, on_event, is_cancelled)
        learner = PriceLearner(on_event)
        result = stylize(photo, paintings, exact, learner, is_cancelled, beginning, masks)
        if result.losses:
            writer.finish(result)
            self._score(writer, result, photo, paintings, settings, masks)
        return result

    def _score(
        self,
        writer: RunWriter,
        result: Result,
        photo: Pixels,
        paintings: list[Pixels],
        settings: Settings,
        masks: Masks | None,
    ) -> None:
        """Write down how near the result came; a run whose score fails is no worse for it."""
        try:
            near = score_of_run(result.picture, photo, paintings, settings, masks)
            if near is not None:
                writer.write_score(near)
        except Exception as error:
            log.warning("%s has no score: %s", self._run, error)

    def _require_to_go_on(self, event: Event, is_cancelled: ShouldStop) -> None:
        """Raises: _StoppedError or _LeaseLostError, where the method itself does not look."""
        if self._is_over() or (isinstance(event, Fetching) and is_cancelled()):
            raise _StoppedError
        if isinstance(event, Iteration) and self._lease.is_lost():
            raise _LeaseLostError

    def _keep_progress(self, event: Event) -> None:
        """Keep how far the run is, for the lease to tell at its next beat."""
        assert self._state is not None
        seconds = 0.0
        if isinstance(event, Evaluated):
            now = time.monotonic()
            seconds, self._evaluation_began = now - self._evaluation_began, now
        self._state = self._state.after(event, seconds)

    def _end(self, state: State, reason: str, stopped: str = "") -> Ending:
        """Write down how the run ended, unless another worker has it by now."""
        if self._lease.is_lost():
            return Ending("running")
        last = self._state or RunState(state=state)
        last = replace(last, state=state, reason=reason, stopped=stopped, ended=time.time())
        if state == "finished":
            last = replace(last, progress=1.0)
        self._state = last
        # On a full disk this makes the room that the last words need.
        with contextlib.suppress(OutputError):
            self._folder.remove(layout.RESERVE)
        try:
            self._store.write_state(self._run, last)
        except OutputError:
            return Ending(state, reason, is_unrecorded=True)
        return Ending(state, reason)


def _to_be_resumed(error: OutputError) -> str:
    return f"{str(error).rstrip('.')}; resume it once the store can be written to"


def _throttled(look: Callable[[], bool]) -> Callable[[], bool]:
    """`look`, asked each time while it is quick, and else seldom enough to cost little time."""
    last, took, answer = 0.0, 0.0, False

    def ask() -> bool:
        nonlocal last, took, answer
        now = time.monotonic()
        if not answer and now - last >= took * _PAUSE_FACTOR:
            with contextlib.suppress(OutputError):  # a store that is silent does not cancel
                answer = look()
            last = time.monotonic()
            took = last - now
        return answer

    return ask
