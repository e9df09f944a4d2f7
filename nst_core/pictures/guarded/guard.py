"""A stranger's file -> RGB pixels, in a process of its own: nothing it does can hurt this one."""

import atexit
import contextlib
import logging
import queue
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from nst_core import files
from nst_core.errors import ImageError, shown
from nst_core.pictures.decoding import MOST_BYTES, Picture, decode_picture
from nst_core.pictures.guarded import wire
from nst_core.pictures.guarded.process import TOO_LARGE, DecoderProcess, Limits, Lost

log = logging.getLogger(__name__)

_DECODER = "nst_core.pictures.decoding:decode_picture"


class UnavailableError(ImageError):
    """No process was free to decode a picture: nothing is said of the picture itself."""


@dataclass
class _Place:
    """One of the places for a process; None where it is still to be started."""

    process: DecoderProcess | None = None

    def close(self) -> None:
        if self.process is not None:
            self.process.close()
        self.process = None


class Guard:
    """A few processes that decode pictures, started when they are first needed and kept warm.

    What hangs, crashes or swells in one of them costs that process and nothing else: it is ended,
    and another takes its place. It is safe to use from many threads.

    Example:
        >>> with Guard() as guard:
        ...     picture = guard.decode(Path("photo.jpg").read_bytes(), "photo.jpg")
        >>> picture.pixels.shape
        (600, 800, 3)
    """

    def __init__(
        self,
        processes: int = 2,
        limits: Limits | None = None,
        patience: float = 30.0,
        decoder: str = _DECODER,
    ) -> None:
        """
        Args:
            processes: how many there are at most, and so how many pictures are decoded at once.
            limits: of a file; None for 5 seconds and 1.5 GB.
            patience: seconds that a picture waits for a free process at most.
            decoder: the function that decodes, as "module:function".
        """
        self._limits = limits or Limits()
        self._patience = patience
        self._decoder = decoder
        self._places = [_Place() for _ in range(processes)]
        # The last that was used comes first, so that a second process is started only when needed.
        self._free: queue.LifoQueue[_Place] = queue.LifoQueue()
        for place in self._places:
            self._free.put(place)
        self._is_closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def decode(self, data: bytes | bytearray | memoryview, name: str = "The picture") -> Picture:
        """The picture in a file's bytes, as `decoding.decode_picture` decodes it.

        Args:
            data: the file's bytes.
            name: what to call the picture in an error.

        Raises:
            ImageError: it is refused, or cannot be opened within the limits.
            UnavailableError: no process was free in time, or none can be started.
        """
        if not isinstance(data, bytes | bytearray | memoryview):
            return decode_picture(data, name)  # which refuses it
        # One byte more than allowed tells that it is too large.
        view = memoryview(data)
        view = view.cast("B") if view.c_contiguous else memoryview(bytes(view))
        data = bytes(view[: MOST_BYTES + 1])
        name = shown(name)
        with self._place(name) as place:
            answer = self._answer(place, data, name)
        if isinstance(answer, Picture):
            return answer
        raise ImageError(answer.sentence or self._beyond_limits(name, TOO_LARGE))

    def warm(self) -> None:
        """Have a process ready before the first picture comes; if that fails, the picture waits.

        Example:
            >>> Guard().warm()
        """
        with contextlib.suppress(ImageError), self._place("") as place:
            self._ready(place, "")

    def process_ids(self) -> list[int]:
        """The numbers of the processes that there are."""
        # Other threads may end one meanwhile.
        processes = [place.process for place in self._places]
        return [process.id for process in processes if process is not None]

    def close(self) -> None:
        """End the processes, each as soon as it is free."""
        self._is_closed = True
        free = []
        with contextlib.suppress(queue.Empty):
            while True:
                free.append(self._free.get_nowait())
        for place in free:
            place.close()
            self._free.put(place)

    @contextlib.contextmanager
    def _place(self, name: str) -> Iterator[_Place]:
        """A place that is free, for this thread as long as the block runs."""
        try:
            place = self._free.get(timeout=self._patience)
        except queue.Empty:
            raise UnavailableError(
                f"{name} could not be opened yet, since others' pictures came first: try it again."
            ) from None
        try:
            yield place
        except BaseException:  # nobody knows what the process does now
            place.close()
            raise
        finally:
            if place.process is not None and (self._is_closed or not place.process.is_fit()):
                place.close()
            self._free.put(place)

    def _answer(self, place: _Place, data: bytes, name: str) -> Picture | wire.Refusal:
        for _ in range(2):  # a process that was lost while it was idle says nothing of the picture
            try:
                return self._ready(place, name).decode(data, name)
            except Lost as lost:
                place.process = None
                log.warning("the program that opens pictures was lost: one %s", lost.why)
                if lost.is_begun:
                    raise ImageError(self._beyond_limits(name, lost.why)) from lost
        raise UnavailableError(f"{name} could not be opened, since the program for it was lost.")

    def _ready(self, place: _Place, name: str) -> DecoderProcess:
        if place.process is None:
            try:
                place.process = DecoderProcess(self._decoder, self._limits)
            except (OSError, RuntimeError, Lost) as error:  # RuntimeError: no more threads
                words = "it ended at once" if isinstance(error, Lost) else files.in_words(error)
                raise UnavailableError(
                    f"{name} could not be opened, since no program for it can be started: {words}."
                ) from error
        return place.process

    def _beyond_limits(self, name: str, why: str) -> str:
        seconds, memory = self._limits.seconds, self._limits.memory
        return (
            f"{name} must be a picture that can be opened within {seconds:g} seconds and "
            f"{memory / 1e9:g} GB of memory. Received: one that {why}."
        )


SHARED = Guard()
"""The guard that this whole process shares; it starts nothing before it is needed."""

atexit.register(SHARED.close)


def decode_guarded(data: bytes | bytearray | memoryview, name: str = "The picture") -> Picture:
    """The picture in a stranger's file, as `decoding.decode_picture` decodes it, in safety.

    It takes 5 seconds and 1.5 GB of memory at most, and that in a process of its own.

    Args:
        data: the file's bytes.
        name: what to call the picture in an error.

    Raises:
        ImageError: it is refused, or cannot be opened within these limits.
        UnavailableError: no process was free in time, or none can be started.

    Example:
        >>> decode_guarded(Path("photo.jpg").read_bytes(), "photo.jpg").pixels.shape
        (600, 800, 3)
    """
    return SHARED.decode(data, name)
