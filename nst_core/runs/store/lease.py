"""Says over and over that a process works on something, so that others see when it has died."""

import contextlib
import json
import logging
import os
import platform
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import psutil
from pydantic import TypeAdapter, ValidationError

from nst_core.errors import OutputError
from nst_core.runs.store import layout
from nst_core.runs.store.storage import Storage

BEAT_SECONDS = 1.0
STALE_SECONDS = 20.0
"""A holder that has been silent for so long is taken for dead; machines' clocks must agree."""
_SAME_SECONDS = 2.0
"""Two looks at the beginning of one process may differ so much: Linux tells it in whole seconds."""
_SECOND_LOOK_SECONDS = 3.0
"""Who was asleep, or whose clock is wrong, beats within this time; who has died does not."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Claim:
    """What a lease's file says.

    Attributes:
        token: made anew for each lease.
        machine, process, started: which process holds it, and when that process began.
        time: of the last beat, in seconds since 1970.
        details: what the holder tells of its work.
    """

    token: str
    machine: str
    process: int
    started: float
    time: float
    details: Mapping[str, Any]

    def is_alive(self) -> bool:
        """Whether the holder still works, as far as can be seen from here."""
        return abs(time.time() - self.time) <= STALE_SECONDS and self.may_wake_up()

    def may_wake_up(self) -> bool:
        """Whether a holder may beat again, however long it has been silent: it is not gone."""
        if self.machine != this_machine():
            return True
        try:
            holder = psutil.Process(self.process)
            same = abs(holder.create_time() - self.started) <= _SAME_SECONDS
            return bool(same and holder.status() != psutil.STATUS_ZOMBIE)
        except psutil.Error:
            return False


_CLAIM = TypeAdapter(Claim)


def read(folder: Storage) -> Claim | None:
    """The claim on a folder, alive or not; None if there is none.

    Raises:
        OutputError: the store does not answer.

    Example:
        >>> lease.read(store.folder(run)).details["done"]
        3
    """
    try:
        return _CLAIM.validate_json(folder.read(layout.LEASE))
    except (FileNotFoundError, ValidationError):
        return None


def living(folder: Storage) -> Claim | None:
    """The claim of a holder that still works; None if there is none, or its holder has died.

    Raises:
        OutputError: the store does not answer.

    Example:
        >>> lease.living(store.folder(run)) is not None
        True
    """
    claim = read(folder)
    return claim if claim is not None and claim.is_alive() else None


class Lease:
    """A claim on a folder, renewed by a thread until it is released or lost to another.

    Example:
        >>> lease = Lease(folder, lambda: {"done": 3})
        >>> lease.take()
        True
        >>> lease.release()

    Attributes:
        silence: for how many seconds the holder before had been silent when the folder was taken;
            0 where there was none.
    """

    def __init__(self, folder: Storage, details: Callable[[], Mapping[str, Any]] = dict) -> None:
        """
        Args:
            folder: what to claim.
            details: asked at each beat for what to tell others of the work, as JSON values.
        """
        self.token = secrets.token_hex(8)
        self.silence = 0.0
        self._folder = folder
        self._details = details
        self._over = threading.Event()
        self._lost = False
        self._thread = threading.Thread(target=self._renew, name="lease", daemon=True)

    def take(self) -> bool:
        """Claim the folder. Returns: False if a living process has it.

        Raises:
            OutputError: the folder cannot be written to.
        """
        if self._is_held():
            return False
        self._beat()
        # Of two that claim at once, the one that wrote last has it.
        if self._is_taken_over():
            return False
        self._thread.start()
        return True

    def is_lost(self) -> bool:
        """Whether another process has claimed the folder, taking this one for dead."""
        # A store that fails to answer once does not take the lease away.
        with contextlib.suppress(OutputError):
            self._lost = self._lost or self._is_taken_over()
        return self._lost

    def release(self) -> None:
        """Let go; the file goes too, unless it is another's by now."""
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()
        try:
            if not self._lost and not self._is_taken_over():
                self._folder.remove(layout.LEASE)
        except OutputError:
            pass  # it goes stale by itself

    def _is_held(self) -> bool:
        """Whether a living process has the folder; a silent one is given time to beat."""
        claim = read(self._folder)
        if claim is None or claim.is_alive():
            return claim is not None
        if claim.may_wake_up():
            time.sleep(_SECOND_LOOK_SECONDS)
            again = read(self._folder)
            if again is not None and again.time != claim.time:
                return True
        self.silence = max(0.0, time.time() - claim.time)
        return False

    def _is_taken_over(self) -> bool:
        claim = read(self._folder)
        return claim is not None and claim.token != self.token

    def _renew(self) -> None:
        while not self._over.wait(BEAT_SECONDS):
            try:
                if self._lost or self._is_taken_over():
                    self._lost = True
                    return
                self._beat()
            except Exception as error:
                # A full disk may have room again, a store may answer again, at the next beat.
                log.debug("no beat: %s", error)

    def _beat(self) -> None:
        claim = Claim(
            token=self.token,
            machine=this_machine(),
            process=os.getpid(),
            started=_start_of(os.getpid()),
            time=time.time(),
            details=dict(self._details()),
        )
        self._folder.write(layout.LEASE, json.dumps(asdict(claim)).encode(), durable=False)


@lru_cache(maxsize=1)
def this_machine() -> str:
    """This machine, or this container on it: where process numbers mean the same.

    Example:
        >>> this_machine()
        'workshop pid:[4026531836]'
    """
    space = Path("/proc/self/ns/pid")
    return f"{platform.node()} {space.readlink() if space.exists() else ''}".strip()


def _start_of(process: int) -> float:
    # Asked at each beat: when the clock is set, the beginnings of all processes move with it.
    return float(psutil.Process(process).create_time())
