"""The state and the request of a run as typed values, and their JSON.

A file of an earlier version may lack some of the values here, and may have others: what is missing
has its default, what is unknown is left out. Whatever a file holds, reading it raises nothing.
"""

import contextlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Self, TypeVar

from pydantic import TypeAdapter, ValidationError

from nst_core.events import Evaluated, Event, Fetching, Iteration, Note
from nst_core.runs.store.record import Record, State

_UNREADABLE = "its record cannot be read"
_Kind = TypeVar("_Kind")


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a run is: what its worker's lease tells while the run goes on.

    Attributes: as in `record.Record`.
    """

    done: int = 0
    loss: float | None = None
    progress: float = 0.0
    seconds: float = 0.0
    evaluation_seconds: float = 0.0
    doing: str = ""

    def after(self, event: Event, evaluation_seconds: float = 0.0) -> Self:
        """How far the run is after an event.

        Args:
            event: what has just happened.
            evaluation_seconds: the time since the last evaluation, if the event is one.

        Example:
            >>> Progress().after(Note("Measuring this machine")).doing
            'Measuring this machine'
        """
        match event:
            case Fetching():
                return replace(self, doing=f"Fetching {event.what}, {event.done / 1e6:.0f} MB")
            case Note():
                return replace(self, doing=event.text)
            case Evaluated():
                return replace(
                    self,
                    doing="",
                    evaluation_seconds=evaluation_seconds,
                    progress=event.progress,
                )
            case Iteration():
                return replace(self, done=event.number + 1, loss=event.loss, seconds=event.seconds)
        return self

    def as_details(self) -> dict[str, Any]:
        """What a lease carries of it, as JSON values by name."""
        return {field.name: getattr(self, field.name) for field in fields(Progress)}


@dataclass(frozen=True, kw_only=True)
class RunState(Progress):
    """What `state.json` says of a run; only whoever holds the run's lease writes it.

    Attributes:
        state, reason, stopped, queued, started, ended: as in `record.Record`, except that "running"
            stays there when the worker dies.
        engine: the name of the engine that had the run computed.
        deaths: how many workers have died at the run, each under the engine that had begun it.
        fruitless: how often in a row the run was begun and its worker died before another
            iteration was finished.
        begun_at: how many iterations were finished when the run was begun the last time; -1 if it
            never was.
    """

    state: State
    reason: str = ""
    stopped: str = ""
    queued: float = 0.0
    started: float | None = None
    ended: float | None = None
    engine: str = ""
    deaths: int = 0
    fruitless: int = 0
    begun_at: int = -1

    def with_details(self, details: Mapping[str, Any]) -> "RunState":
        """The state with the progress that a lease tells; unchanged if that makes no sense."""
        progress = {name: details[name] for name in self.as_details() if name in details}
        return _parsed(_STATE, asdict(self) | progress) or self

    def to_bytes(self) -> bytes:
        """The bytes of `state.json`."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "RunState":
        """Read `state.json`; a damaged one gives a run that has failed and says so.

        Example:
            >>> RunState.from_bytes(b'{"state": "queued", "queued": 7.0}').queued
            7.0
        """
        state = _parsed(_STATE, _values(data))
        return state or cls(state="failed", reason=_UNREADABLE)


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """What `request.json` says of a run: who asked for it, and how much it will be.

    Attributes: as in `record.Record`.
    """

    created: float = 0.0
    session: str = ""
    title: str = ""
    photo: str = ""
    parent: str | None = None
    iterations: int = 0
    work: float = 0.0

    def to_bytes(self) -> bytes:
        """The bytes of `request.json`."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Ticket | None":
        """Read `request.json`; None if a value in it makes no sense."""
        return _parsed(_TICKET, _values(data))


def record_of(run: str, ticket: Ticket | None, state: RunState, pinned: bool) -> Record:
    """A run's record, made of its files; a failed one where `request.json` makes no sense.

    Example:
        >>> record_of("a", Ticket(title="Waves"), RunState(state="queued"), pinned=False).title
        'Waves'
    """
    if ticket is None:
        return Record(run, "failed", reason=_UNREADABLE, pinned=pinned)
    names = {field.name for field in fields(Record)} & {field.name for field in fields(RunState)}
    values = {name: getattr(state, name) for name in names}
    return Record(id=run, pinned=pinned, **asdict(ticket), **values)


def _values(data: bytes) -> Mapping[str, Any]:
    with contextlib.suppress(ValueError):
        values = json.loads(data)
        if isinstance(values, Mapping):
            return values
    return {}


_STATE, _TICKET = TypeAdapter(RunState), TypeAdapter(Ticket)


def _parsed(kind: TypeAdapter[_Kind], values: Mapping[str, Any]) -> _Kind | None:
    try:
        return kind.validate_python(values)
    except ValidationError:
        return None
