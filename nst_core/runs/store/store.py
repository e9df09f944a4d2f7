"""Where runs live: one folder a run, whoever looks at it, whatever becomes of its worker.

`layout` says what is in a run's folder, `writer` fills it while the run is computed.
"""

import json
import time
from dataclasses import replace
from pathlib import Path

from nst_core import environment
from nst_core.errors import InputError, printable
from nst_core.events import Checkpoint
from nst_core.pictures.pixels import Pixels
from nst_core.plan import schedule
from nst_core.runs.store import layout, lease
from nst_core.runs.store.checkpoint import checkpoint_from_bytes
from nst_core.runs.store.record import ID_PATTERN, NoSuchRunError, Record, new_id
from nst_core.runs.store.request import Request, read_inputs, write_inputs
from nst_core.runs.store.scores import score_from_bytes
from nst_core.runs.store.state import RunState, Ticket, record_of
from nst_core.runs.store.storage import Storage
from nst_core.scoring.score import Score
from nst_core.settings import Settings

_LET_GO_SECONDS, _LOOK_SECONDS = 5.0, 0.02


class Store:
    """All runs of a folder.

    Example:
        >>> store = Store.open()
        >>> run = store.create(Request(photo, painting, Settings()))
        >>> store.get(run).state
        'queued'
    """

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self._tickets: dict[str, Ticket | None] = {}

    @classmethod
    def open(cls, url: str | None = None) -> "Store":
        """The store at `url`, at `NST_RUNS`, or in the user's data directory.

        Raises:
            InputError: there is no such file system, or nowhere to put a folder.
        """
        url = url or environment.runs()
        return cls(Storage.open(url) if "://" in url else Storage.at(Path(url)))

    @property
    def url(self) -> str:
        """What `open` takes to come back here, from any folder."""
        return self.storage.url

    def create(self, request: Request) -> str:
        """Put a run into the queue. Returns: its id.

        Raises:
            InputError: a picture or a size that cannot be worked with.
            OutputError: the store is full or read-only.
        """
        run = new_id()
        scales = write_inputs(self._folder(run), request)
        # The time is taken as late as possible: others are to see the run at once in its place.
        now = time.time()
        ticket = Ticket(
            created=now,
            session=request.session,
            title=printable(request.title),
            photo=printable(request.photo_name),
            parent=request.parent,
            iterations=sum(scale.iterations for scale in scales),
            work=schedule.work(scales, request.settings.evaluations),
        )
        self.write_state(run, RunState(state="queued", queued=now))
        self._folder(run).write(layout.REQUEST, ticket.to_bytes())
        return run

    def folder(self, run: str) -> Storage:
        """A run's folder.

        Raises:
            NoSuchRunError: the id is wrong, or the run has been removed.
        """
        folder = self._folder(run)
        if not folder.exists(layout.REQUEST):
            raise NoSuchRunError(run)
        return folder

    def get(self, run: str) -> Record:
        """The record of a run as it is now.

        Raises:
            NoSuchRunError: the id is wrong, or the run has been removed.
        """
        folder = self._folder(run)
        names = set(folder.names())
        if layout.REQUEST not in names:
            raise NoSuchRunError(run)
        state = self.state(run)
        claim = lease.read(folder) if state.state == "running" else None
        if state.state == "running" and claim is None:
            # The run may have ended, and its worker let go, between the two looks.
            state = self.state(run)
        if claim is not None:
            state = state.with_details(claim.details)
        record = record_of(run, self._ticket(run), state, layout.PINNED in names)
        if record.is_over:
            return record
        cancelling = layout.CANCEL in names
        if claim is not None and claim.is_alive():
            return replace(record, cancelling=cancelling)
        if cancelling:
            return replace(record, state="cancelled", reason="it was stopped on request")
        if record.state == "running":
            return replace(record, state="interrupted", reason="its worker died")
        return record

    def records(self) -> list[Record]:
        """The records of all runs, the newest first."""
        records = []
        for run in self.storage.names():
            if ID_PATTERN.match(run):
                try:
                    records.append(self.get(run))
                except NoSuchRunError:
                    continue  # it has just been removed, or is not there as a whole yet
        return sorted(records, key=lambda record: (-record.created, record.id))

    def inputs(self, run: str) -> tuple[Pixels, Pixels, Settings]:
        """Photo and painting of a run, uint8 RGB (H, W, 3), and its settings.

        Raises:
            InputError: the run has been removed, or a file of it is missing or damaged.
        """
        folder = self.folder(run)
        try:
            return read_inputs(folder)
        except FileNotFoundError as error:
            raise InputError(
                f"The run {run} is not there as a whole: it lacks its photo, its painting or its "
                f"{layout.RUN_YAML}."
            ) from error

    def cancel(self, run: str) -> None:
        """Ask a run to stop; one that waits is cancelled at once, one that is over stays so.

        Raises:
            NoSuchRunError: the id is wrong, or the run has been removed.
            OutputError: the store is read-only.
        """
        if not self.get(run).is_over:
            self.folder(run).write(layout.CANCEL, json.dumps(time.time()).encode())

    def resume(self, run: str) -> None:
        """Put a run that was cancelled or has failed into the queue again.

        Raises:
            NoSuchRunError: the id is wrong, or the run has been removed.
            InputError: it is finished, waits or runs already.
            OutputError: the store is read-only.
        """
        record = self.get(run)
        if record.state not in ("cancelled", "failed"):
            raise InputError(
                f"The run {run} is {record.state}; only one that was cancelled or has failed can "
                "be resumed."
            )
        folder = self.folder(run)
        # What is left out begins anew: deaths and fruitless beginnings of before do not count.
        state = RunState(
            state="queued",
            queued=time.time(),
            done=record.done,
            loss=record.loss,
            progress=record.progress,
            seconds=record.seconds,
        )
        self.write_state(run, state)
        folder.remove(layout.CANCEL)
        folder.remove(layout.SCORE)  # it was of a picture that is not the last one any more

    def remove(self, run: str) -> None:
        """Remove a run and all that is in it.

        Raises:
            NoSuchRunError: the id is wrong, or the run has been removed already.
            InputError: a worker is at it.
            OutputError: the store is read-only.
        """
        self._wait_until_free(run)
        # The request goes first, for without it nobody sees half of a run.
        self.storage.folder(run).remove(layout.REQUEST)
        self.storage.remove(run)

    def _wait_until_free(self, run: str) -> None:
        """Wait for a worker that has said how the run ended and holds it for a moment more."""
        deadline = time.monotonic() + _LET_GO_SECONDS
        while True:
            if self.get(run).state == "running":
                raise InputError(f"The run {run} is running; stop it before you remove it.")
            if lease.living(self._folder(run)) is None or time.monotonic() > deadline:
                return
            time.sleep(_LOOK_SECONDS)

    def pin(self, run: str, pinned: bool = True) -> None:
        """Have retention leave a run alone, or not any more.

        Raises:
            NoSuchRunError: the id is wrong, or the run has been removed.
        """
        folder = self.folder(run)
        if pinned:
            folder.write(layout.PINNED, b"")
        else:
            folder.remove(layout.PINNED)

    def checkpoint(self, run: str) -> Checkpoint | None:
        """Where a run can go on from; None where it has to begin at its beginning.

        Raises:
            InputError: the file is damaged.
        """
        try:
            return checkpoint_from_bytes(self.folder(run).read(layout.CHECKPOINT))
        except FileNotFoundError:
            return None

    def score(self, run: str) -> Score | None:
        """How near a run's result is to photo and painting.

        None where it has no result yet, is of an earlier version, or could not be compared.

        Raises:
            NoSuchRunError: the id is wrong, or the run has been removed.
        """
        try:
            return score_from_bytes(self.folder(run).read(layout.SCORE))
        except FileNotFoundError:
            return None

    def state(self, run: str) -> RunState:
        """The state of a run as it was last written, whether or not its worker still lives.

        Raises:
            NoSuchRunError: the run has been removed.
        """
        try:
            return RunState.from_bytes(self._folder(run).read(layout.STATE))
        except FileNotFoundError:
            self.folder(run)  # raises if the run has been removed a moment ago
            return RunState.from_bytes(b"")

    def write_state(self, run: str, state: RunState) -> None:
        """Replace the state that is written; only for whoever holds the run's lease."""
        self.storage.folder(run).write(layout.STATE, state.to_bytes())

    def is_cancelled(self, run: str) -> bool:
        """Whether the run has been asked to stop; quick, for use before each evaluation."""
        return self.storage.folder(run).exists(layout.CANCEL)

    def _folder(self, run: str) -> Storage:
        if not ID_PATTERN.match(run):
            raise NoSuchRunError(run)
        return self.storage.folder(run)

    def _ticket(self, run: str) -> Ticket | None:
        """What the run's request says, read once, for it never changes."""
        if run not in self._tickets:
            try:
                data = self._folder(run).read(layout.REQUEST)
            except FileNotFoundError as error:
                raise NoSuchRunError(run) from error
            self._tickets[run] = Ticket.from_bytes(data)
        return self._tickets[run]
