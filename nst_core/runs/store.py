"""Where runs live: one folder a run, whoever looks at it, whatever becomes of its worker.

A run's folder holds what `writer` leaves, and
    request.json    who asked for what; written last, so that a run is there as a whole or not
    run.yaml, photo.png, painting.png
    state.json      written by the run's worker, or by whoever takes over from a dead one
    lease.json      the worker's sign of life, and how far it is
    checkpoint.npz  where the run can go on from
    cancel, pinned  there or not
"""

import base64
import hashlib
import json
import os
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import TypeAdapter, ValidationError

from nst_core import decoding, images, precision, schedule
from nst_core.errors import InputError, NstError
from nst_core.events import Checkpoint
from nst_core.runs import checkpoint, config, lease
from nst_core.runs.record import Record
from nst_core.runs.storage import Storage
from nst_core.settings import Settings

ID_PATTERN = re.compile(r"[a-z2-7]{26}\Z")
PHOTO, PAINTING = "photo.png", "painting.png"
REQUEST, STATE, CANCEL, PINNED = "request.json", "state.json", "cancel", "pinned"

_RECORD = TypeAdapter(Record)
_UNREADABLE = "its record cannot be read"


class NoSuchRunError(InputError):
    """There is no run of that id: it is wrong, or the run has been removed."""


def new_id() -> str:
    """128 random bits in letters and digits that an address and a shell take as they are."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


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
        photo: images.Pixels,
        painting: images.Pixels,
        settings: Settings,
        *,
        session: str = "",
        title: str = "",
        photo_name: str = "",
        parent: str | None = None,
        start: images.Pixels | None = None,
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
        images.check_pixels(photo, "content")
        images.check_pixels(painting, "style")
        scales = schedule.plan(photo.shape[:2], painting.shape[:2], settings)
        settings = settings.changed(precision=precision.resolved(settings))
        reached = None
        if start is not None:
            images.check_pixels(start, "start")
            reached = checkpoint.at_picture(start, scales)
            scales = scales[reached.scale :]
        run, now = new_id(), time.time()
        folder = self.storage.folder(run)
        pictures = {}
        for key, name, pixels in (("photo", PHOTO, photo), ("painting", PAINTING, painting)):
            data = images.encode_png(pixels)
            folder.write(name, data)
            pictures[key] = (name, hashlib.sha256(data).hexdigest())
        folder.write("run.yaml", config.render(pictures, settings).encode())
        if reached is not None:
            folder.write(checkpoint.NAME, checkpoint.to_bytes(reached))
        request = {
            "created": now,
            "session": session,
            "title": title,
            "photo": photo_name,
            "parent": parent,
            "iterations": sum(scale.iterations for scale in scales),
            "work": schedule.work(scales, settings.evaluations),
        }
        self.write_state(run, {"state": "queued", "queued": now})
        folder.write(REQUEST, json.dumps(request).encode())
        return run

    def folder(self, run: str) -> Storage:
        """A run's folder.

        Raises:
            NoSuchRunError: the id is none, or the run has been removed.
        """
        folder = self._folder(run)
        if not folder.exists(REQUEST):
            raise _no_such_run(run)
        return folder

    def get(self, run: str) -> Record:
        """What is known of a run now.

        Raises:
            NoSuchRunError: the id is none, or the run has been removed.
        """
        folder = self._folder(run)
        names = set(folder.names())
        if REQUEST not in names:
            raise _no_such_run(run)
        record = self._written(run, folder, pinned=PINNED in names)
        if record.is_over:
            return record
        claim = lease.read(folder) if lease.NAME in names else None
        cancelling = CANCEL in names
        if claim is not None and record.state == "running":
            record = _record(asdict(record) | _known(claim.details)) or record
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

    def leftovers(self) -> list[str]:
        """Folders of runs that are not there as a whole: being made, being removed, or given up."""
        return [
            name
            for name in self.storage.names()
            if ID_PATTERN.match(name) and not self.storage.folder(name).exists(REQUEST)
        ]

    def inputs(self, run: str) -> tuple[images.Pixels, images.Pixels, Settings]:
        """Photo, painting and settings of a run.

        Raises:
            InputError: the run is gone, or a file of it is damaged.
        """
        folder = self.folder(run)
        try:
            settings = config.read_settings(folder.read("run.yaml"))
            photo, painting = (
                decoding.decode(folder.read(name), name).pixels for name in (PHOTO, PAINTING)
            )
        except FileNotFoundError as error:
            raise InputError(
                f"A run must have all of its files. Received: {run}, without."
            ) from error
        return photo, painting, settings

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
        if self.get(run).state == "running":
            raise InputError(
                f"A run must be stopped before it is removed. Received: {run}, running."
            )
        # First what makes it a run, so that nobody sees half of one.
        self.storage.folder(run).remove(REQUEST)
        self.storage.remove(run)

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
        """The state's file as it was last written."""
        try:
            found = json.loads(self._folder(run).read(STATE))
        except (FileNotFoundError, ValueError):
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
            raise _no_such_run(run)
        return self.storage.folder(run)

    def _written(self, run: str, folder: Storage, pinned: bool) -> Record:
        """What the request and the state's file say."""
        if run not in self._requests:
            try:
                request = json.loads(folder.read(REQUEST))
            except FileNotFoundError as error:
                raise _no_such_run(run) from error
            except ValueError:
                request = None
            self._requests[run] = _known(request)
        known = {"id": run, "pinned": pinned}
        state = _known(self.state(run))
        record = _record(self._requests[run] | state | known)
        return record or Record(run, "failed", reason=_UNREADABLE, pinned=pinned)

    @staticmethod
    def _progress(record: Record) -> dict[str, Any]:
        return {name: getattr(record, name) for name in ("done", "loss", "progress", "seconds")}


def _no_such_run(run: str) -> NoSuchRunError:
    return NoSuchRunError(f"A run must be in the store; it may have been removed. Received: {run}.")


def _known(values: object) -> dict[str, Any]:
    """Of a file's values those that a record has."""
    if not isinstance(values, Mapping):
        return {}
    names = Record.__dataclass_fields__
    return {name: value for name, value in values.items() if name in names}


def _record(values: Mapping[str, Any]) -> Record | None:
    """A record of values that a file gave; None if they are of no use."""
    try:
        return _RECORD.validate_python(values)
    except ValidationError:
        return None


def sweep(store: Store, keep_days: float | None, most_bytes: float | None) -> list[str]:
    """Remove runs that are over and too old, then the oldest until the rest fits.

    Pinned runs stay, and those that wait or run. Returns: the ids of those removed.
    """
    removed = []
    left = [record for record in store.records() if record.is_over and not record.pinned]
    left.sort(key=lambda record: record.ended or record.created)
    sizes = {r.id: store.storage.folder(r.id).size() for r in store.records()} if most_bytes else {}
    total = sum(sizes.values())
    for record in left:
        age = time.time() - (record.ended or record.created)
        too_old = keep_days is not None and age > keep_days * 86400
        too_much = most_bytes is not None and total > most_bytes
        if too_old or too_much:
            try:
                store.remove(record.id)
            except NstError:
                continue  # resumed or removed by another meanwhile
            total -= sizes.get(record.id, 0)
            removed.append(record.id)
    return removed
