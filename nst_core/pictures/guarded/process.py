"""A decoder's program as its parent sees it: it starts, decodes within its limits, and ends."""

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from nst_core.pictures.decoding import Picture
from nst_core.pictures.guarded import wire

COMMAND = (
    sys.executable,
    "-P",  # what lies in the folder that the server was started from is not imported
    "-c",
    # The package without what its __init__ loads, which is 60 MB and half a second. It is found by
    # its folder, for a child does not inherit what `streamlit run` adds to `sys.path`. And nothing
    # of `multiprocessing`, which would run the page's script again in the child.
    "import sys, types; package = types.ModuleType('nst_core'); package.__path__ = [sys.argv[1]]; "
    "sys.modules['nst_core'] = package; from nst_core.pictures.guarded.program import serve; "
    "serve(sys.argv[2], float(sys.argv[3]), int(sys.argv[4]))",
    str(Path(__file__).resolve().parents[2]),
)
"""How the program is started; the function that decodes and its limits follow."""

TOO_SLOW, TOO_LARGE, CRASHED = "takes longer", "needs more", "ends the program that opens it"
"""Why a program was lost, as the end of a sentence."""

_START_SECONDS, _LOOK_SECONDS = 30.0, 0.05
_MOST_IDLE_BYTES = 200_000_000


@dataclass(frozen=True)
class Limits:
    """What one file may cost.

    Attributes:
        seconds: from the moment that it is begun.
        memory: bytes of the program that decodes it.
    """

    seconds: float = 5.0
    memory: int = 1_500_000_000


class Lost(Exception):
    """The program has ended, or had to be ended.

    Attributes:
        why: one of `TOO_SLOW`, `TOO_LARGE` and `CRASHED`.
        is_begun: whether it had the whole file in hand, so that the file may be why.
    """

    def __init__(self, why: str, is_begun: bool) -> None:
        super().__init__(why)
        self.why, self.is_begun = why, is_begun


class DecoderProcess:
    """A program that decodes one file after the other; for one thread at a time.

    Example:
        >>> process = DecoderProcess("nst_core.pictures.decoding:decode_picture", Limits())
        >>> answer = process.decode(Path("photo.jpg").read_bytes(), "photo.jpg")
        >>> process.close()
    """

    def __init__(self, decoder: str, limits: Limits) -> None:
        """
        Args:
            decoder: the function that decodes, as "module:function".
            limits: for each file.

        Raises:
            OSError: the program cannot be started.
            Lost: it ends before it is ready.
        """
        self._limits = limits
        self._why_ended = ""
        self._program = subprocess.Popen(
            [*COMMAND, decoder, str(limits.seconds), str(limits.memory)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            # NumPy's threads would cost memory and are of no use here.
            env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
            # A Ctrl-C in the terminal is for the server, which ends this one.
            start_new_session=True,
            creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),
        )  # fmt: skip
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._requests, self._answers = self._program.stdin, self._program.stdout
        try:
            with self._watched(_START_SECONDS):
                self._wait_until_ready()
        except BaseException:
            self.close()
            raise

    @property
    def id(self) -> int:
        """The number of the process."""
        return self._program.pid

    def decode(self, data: bytes, name: str) -> Picture | wire.Refusal:
        """What the program makes of a file.

        Args:
            data: the file's bytes.
            name: what to call it in an error.

        Raises:
            Lost: the program has ended, or has been ended since the file went beyond a limit.
        """
        is_begun = False
        try:
            with self._watched(self._limits.seconds):
                wire.send_file(self._requests, name, data)
                self._wait_until_ready()
                is_begun = True
                return wire.receive_answer(self._answers)
        except Exception as error:  # its pipes end, or it says what makes no sense
            self.close()
            why = TOO_LARGE if isinstance(error, MemoryError) else self._why_ended or CRASHED
            raise Lost(why, is_begun) from error

    def is_fit(self) -> bool:
        """Whether it can take another file, and holds no more memory than an idle one may."""
        is_alive = not self._why_ended and self._program.poll() is None
        return is_alive and self._resident_bytes() < _MOST_IDLE_BYTES

    def close(self) -> None:
        """End the program at once."""
        self._program.kill()
        with contextlib.suppress(OSError):  # what was not sent yet never will be
            self._requests.close()
        self._answers.close()
        self._program.wait()

    def _wait_until_ready(self) -> None:
        if self._answers.read(len(wire.READY)) != wire.READY:
            raise Lost(self._why_ended or CRASHED, is_begun=False)

    @contextlib.contextmanager
    def _watched(self, seconds: float) -> Iterator[None]:
        """Have the program ended if the block takes longer, or the program too much memory.

        Whoever waits for the program in the block then sees its pipes end.
        """
        over = threading.Event()
        deadline = time.monotonic() + seconds
        watcher = threading.Thread(target=self._watch, args=(over, deadline), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()

    def _watch(self, over: threading.Event, deadline: float) -> None:
        while not over.wait(_LOOK_SECONDS):
            if time.monotonic() > deadline:
                self._why_ended = TOO_SLOW
            elif self._resident_bytes() > self._limits.memory:
                self._why_ended = TOO_LARGE
            if self._why_ended:
                self._program.kill()
                return

    def _resident_bytes(self) -> int:
        try:
            return int(psutil.Process(self._program.pid).memory_info().rss)
        except psutil.Error:  # it has ended
            return 0
