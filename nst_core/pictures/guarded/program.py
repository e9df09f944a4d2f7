"""The program in which strangers' files are decoded: one after the other, until its input ends.

`process.py` starts it, and ends it from outside whatever a library does in here.
"""

import contextlib
import faulthandler
import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO

from nst_core.errors import ImageError
from nst_core.pictures.decoding import Picture
from nst_core.pictures.guarded import wire

Decode = Callable[[bytes, str], Picture]

_NICENESS = 1
"""Between the page, at 0, and the worker of the runs, at 5."""
_ALONE_SECONDS = 2.0
"""How much longer than the parent the program waits before it ends itself."""


def serve(decoder: str, seconds: float, memory: int) -> None:
    """Decode what comes by standard input, and answer by standard output.

    Args:
        decoder: the function that decodes, as "module:function".
        seconds: that the parent gives a file.
        memory: bytes that this program may have.

    Example:
        >>> serve("nst_core.pictures.decoding:decode_picture", 5.0, 1_500_000_000)
    """
    requests, answers = _own_pipes()
    _come_last()
    _limit_memory(memory)
    module, _, function = decoder.partition(":")
    decode = getattr(importlib.import_module(module), function)
    with (
        Path(os.devnull).open("w", encoding="utf-8") as nowhere,
        contextlib.suppress(EOFError, BrokenPipeError),
    ):
        _say_ready(answers)
        while True:
            name, data = wire.receive_file(requests)
            _say_ready(answers)
            # A thread without Python ends the program if its parent is gone and a library hangs.
            faulthandler.dump_traceback_later(seconds + _ALONE_SECONDS, exit=True, file=nowhere)
            answer = _answer(decode, data, name)
            wire.send_answer(answers, answer)
            faulthandler.cancel_dump_traceback_later()
            del name, data, answer  # else they take memory while the next file comes


def _answer(decode: Decode, data: bytes, name: str) -> Picture | wire.Refusal:
    try:
        return decode(data, name)
    except MemoryError:
        return wire.Refusal()
    except ImageError as error:
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, MemoryError):
                return wire.Refusal()
            cause = cause.__cause__
        return wire.Refusal(str(error))


def _own_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """The pipes to the parent, out of reach of a library that reads or prints."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):
        os.dup2(nowhere, stream)
    os.close(nowhere)
    return requests, answers


def _say_ready(answers: IO[bytes]) -> None:
    answers.write(wire.READY)
    answers.flush()


def _come_last() -> None:
    """Let the page go first, and let this program be the one that a system short of memory ends."""
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500", encoding="utf-8")


def _limit_memory(memory: int) -> None:
    """Have allocations fail beyond so many bytes, where the system can; the parent looks, too."""
    if sys.platform != "linux":
        return
    import resource

    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    limit = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))
