"""Where runs live: one folder a run, whoever looks at it, whatever becomes of its worker.

A run's folder holds what `writer` leaves, and
    request.json    who asked for what; written last, so that a run is there as a whole or not
    run.yaml, photo.png, painting.png
    state.json      written by the run's worker, or by whoever takes over from a dead one
    lease.json      the worker's sign of life, and how far it is
    checkpoint.npz  where the run can go on from
    cancel, pinned  there or not
"""

import json
import os
import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import platformdirs

from nst_core.errors import InputError, printable
from nst_core.events import Checkpoint
from nst_core.pictures.pixels import Pixels
from nst_core.runs.store import checkpoint, lease, parsing, request
from nst_core.runs.store.ids import ID_PATTERN, NoSuchRunError, new_id, no_such_run
from nst_core.runs.store.record import Record
from nst_core.runs.store.storage import Storage
from nst_core.settings import Settings

REQUEST, STATE, CANCEL, PINNED = "request.json", "state.json", "cancel", "pinned"

_UNREADABLE = "its record cannot be read"
_LET_GO_SECONDS, _LOOK_SECONDS = 5.0, 0.02


class Store:
    """All runs of a folder."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self._requests: dict[str, dict[str, Any]] = {}

    @classmethod
    def open(cls, url: str | None = None) -> "Store":
        """The store at `url`, at `NST_RUNS`, or in the user's data directory.

        Raises:
            InputError: no such file system.
        """
        url = url or os.environ.get("NST_RUNS")
        if url and "://" in url:
            return cls(Storage.open(url))
        path = Path(url) if url else Path(platformdirs.user_data_dir("nst-dashboard")) / "runs"
        return cls(Storage.at(path))

    @property
    def url(self) -> str:
        """What `open` takes to come back here, from any folder."""
        return self.storage.url

    def create(
        self,
        photo: Pixels,
        painting: Pixels,
        settings: Settings,
        *,
        session: str = "",
        title: str = "",
        photo_name: str = "",
        parent: str | None = None,
        start: Pixels | None = None,
    ) -> str:
        """Put a run into the queue. Returns: its id.

        Args:
            photo, painting: uint8 RGB (H, W, 3), of any size from 32 pixels a side.
            settings: how.
            session: whose it is.
            title, photo_name: what to call the style and the photo.
            parent: the run that it comes from.
            start: a picture to start from, instead of what the settings say.

        Raises:
            InputError: a picture or a size that cannot be worked with.
            OutputError: the store is full or read-only.
        """
        run = new_id()
        size = request.write_inputs(self._folder(run), photo, painting, settings, start)
        now = time.time()  # as late as can be: others are to see it at once in its place
        asked = {
            "created": now,
            "session": session,
            "title": printable(title),
            "photo": printable(photo_name),
            "parent": parent,
        }
        self.write_state(run, {"state": "queued", "queued": now})
        self._folder(run).write(REQUEST, json.dumps(asked | size).encode())
        return run

    def folder(self, run: str) -> Storage:
        """A run's folder.

        Raises:
            NoSuchRunError: the id is none, or the run has been removed.
        """
        folder = self._folder(run)
        if not folder.exists(REQUEST):
            raise no_such_run(run)
        return folder

    def get(self, run: str) -> Record:
        """What is known of a run now.

        Raises:
            NoSuchRunError: the id is none, or the run has been removed.
        """
        folder = self._folder(run)
        names = set(folder.names())
        if REQUEST not in names:
            raise no_such_run(run)
        record = self._written(run, folder, pinned=PINNED in names)
        if record.is_over:
            return record
        claim = lease.read(folder) if record.state == "running" else None
        if record.state == "running" and claim is None:
            # It may have come to its end, and let go, between the two looks.
            record = self._written(run, folder, pinned=PINNED in names)
            if record.is_over:
                return record
        cancelling = CANCEL in names
        if claim is not None:
            record = parsing.record(asdict(record) | parsing.known(claim.details)) or record
            if claim.is_alive():
                return replace(record, cancelling=cancelling)
        if cancelling:
            return replace(record, state="cancelled", reason="it was stopped on request")
        if record.state == "running":
            return replace(record, state="interrupted", reason="its worker died")
        return record

    def records(self) -> list[Record]:
        """All runs, the newest first."""
        found = []
        for run in self.storage.names():
            if ID_PATTERN.match(run):
                try:
                    found.append(self.get(run))
                except NoSuchRunError:
                    continue  # removed since, or not yet there as a whole
        return sorted(found, key=lambda record: (-record.created, record.id))

    def inputs(self, run: str) -> tuple[Pixels, Pixels, Settings]:
        """Photo, painting and settings of a run.

        Raises:
            InputError: the run is gone, or a file of it is damaged.
        """
        folder = self.folder(run)
        try:
            return request.read_inputs(folder)
        except FileNotFoundError as error:
            raise InputError(
                f"A run must have all of its files. Received: {run}, without."
            ) from error

    def cancel(self, run: str) -> None:
        """Ask a run to stop; one that waits is cancelled at once, one that is over stays so.

        Raises:
            NoSuchRunError: the id is none, or the run has been removed.
            OutputError: the store is read-only.
        """
        if not self.get(run).is_over:
            self.folder(run).write(CANCEL, json.dumps(time.time()).encode())

    def resume(self, run: str) -> None:
        """Put a run that was cancelled or has failed into the queue again.

        Raises:
            NoSuchRunError: the id is none, or the run has been removed.
            InputError: it is finished, waits or runs already.
            OutputError: the store is read-only.
        """
        record = self.get(run)
        if record.state not in ("cancelled", "failed"):
            raise InputError(
                f"A run must be cancelled or failed to be resumed. Received: {run}, {record.state}."
            )
        folder = self.folder(run)
        state = {"state": "queued", "queued": time.time(), "attempt": record.attempt + 1}
        self.write_state(run, self._progress(record) | state)
        folder.remove(CANCEL)

    def remove(self, run: str) -> None:
        """Remove a run and all that is in it.

        Raises:
            NoSuchRunError: the id is none, or the run has been removed.
            InputError: a worker is at it.
            OutputError: the store is read-only.
        """
        self._wait_until_free(run)
        # First what makes it a run, so that nobody sees half of one.
        self.storage.folder(run).remove(REQUEST)
        self.storage.remove(run)

    def _wait_until_free(self, run: str) -> None:
        """A worker that has said how a run ended still holds it for a moment."""
        deadline = time.monotonic() + _LET_GO_SECONDS
        while True:
            if self.get(run).state == "running":
                raise InputError(
                    f"A run must be stopped before it is removed. Received: {run}, running."
                )
            claim = lease.read(self._folder(run))
            if claim is None or not claim.is_alive() or time.monotonic() > deadline:
                return
            time.sleep(_LOOK_SECONDS)

    def pin(self, run: str, pinned: bool = True) -> None:
        """Have retention leave a run alone, or not any more.

        Raises:
            NoSuchRunError: the id is none, or the run has been removed.
        """
        folder = self.folder(run)
        if pinned:
            folder.write(PINNED, b"")
        else:
            folder.remove(PINNED)

    def checkpoint(self, run: str) -> Checkpoint | None:
        """Where a run can go on from; None for its beginning.

        Raises:
            InputError: the file is damaged.
        """
        try:
            return checkpoint.from_bytes(self.folder(run).read(checkpoint.NAME))
        except FileNotFoundError:
            return None

    def state(self, run: str) -> dict[str, Any]:
        """The state's file as it was last written.

        Raises:
            NoSuchRunError: the run has been removed.
        """
        try:
            found = json.loads(self._folder(run).read(STATE))
        except FileNotFoundError:
            self.folder(run)  # it may have been removed a moment ago
            found = None
        except ValueError:
            found = None
        return found if isinstance(found, dict) else {"state": "failed", "reason": _UNREADABLE}

    def write_state(self, run: str, state: Mapping[str, Any]) -> None:
        """Replace the state's file; only for whoever holds the run."""
        self.storage.folder(run).write(STATE, json.dumps(dict(state)).encode())

    def is_cancelled(self, run: str) -> bool:
        """Whether the run has been asked to stop; quick, for use before each evaluation."""
        return self.storage.folder(run).exists(CANCEL)

    def _folder(self, run: str) -> Storage:
        if not ID_PATTERN.match(run):
            raise no_such_run(run)
        return self.storage.folder(run)

    def _written(self, run: str, folder: Storage, pinned: bool) -> Record:
        """What the request and the state's file say."""
        if run not in self._requests:
            try:
                asked = json.loads(folder.read(REQUEST))
            except FileNotFoundError as error:
                raise no_such_run(run) from error
            except ValueError:
                asked = None
            self._requests[run] = parsing.known(asked)
        known = {"id": run, "pinned": pinned}
        state = parsing.known(self.state(run))
        record = parsing.record(self._requests[run] | state | known)
        return record or Record(run, "failed", reason=_UNREADABLE, pinned=pinned)

    @staticmethod
    def _progress(record: Record) -> dict[str, Any]:
        return {name: getattr(record, name) for name in ("done", "loss", "progress", "seconds")}
