"""Ctrl-C at any moment of the command line: one word, exit code 130 and no traceback.

`nst_core` loads this module before any other, since loading them takes a second in which a person
may change their mind. What Python loads before that is not ours to guard.
"""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any, NoReturn

STOPPED = 130
"""The exit code of what a Ctrl-C has ended, as shells have it."""

_CLEAN_LINE = b"\r\x1b[2K\x1b[?25h"
"""What a terminal takes for: clear this line, and show the cursor, which a bar may have hidden."""


class _Watch:
    """What this process knows of its Ctrl-C.

    Attributes:
        is_on: whether the process is the command line, so that its signals are ours to handle.
        came: whether a Ctrl-C has come that was to end the command.
        standard_error: a second way to it, since native libraries are silenced by closing the
            first; None where there is none.
    """

    def __init__(self) -> None:
        self.is_on = False
        self.came = False
        self.standard_error: int | None = None


_watch = _Watch()


def watch() -> None:
    """Have a Ctrl-C end this process at once, if it is the command line that is being loaded.

    A process that was started to ignore Ctrl-C, as those behind an `&` in a script are, goes on to.

    Example:
        >>> watch()  # does nothing in a program that only uses the package
    """
    if not _is_command() or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        return
    _watch.is_on = True
    with contextlib.suppress(OSError):
        _watch.standard_error = os.dup(2)
    signal.signal(signal.SIGINT, _end)
    sys.unraisablehook = _on_unraisable


@contextlib.contextmanager
def at_once() -> Iterator[None]:
    """A Ctrl-C that comes while the block runs ends the command there and then.

    A `KeyboardInterrupt` would be lost, or end in an abort, where native code loads modules.

    Example:
        >>> with at_once():
        ...     import tensorflow
    """
    numbers = (signal.SIGINT, signal.SIGTERM)
    ours = [number for number in numbers if _is_ours() and callable(signal.getsignal(number))]
    before = {number: signal.signal(number, _end) for number in ours}
    try:
        yield
    finally:
        for number, handler in before.items():
            if signal.getsignal(number) is _end:  # else the block has put its own there
                signal.signal(number, handler)


@contextlib.contextmanager
def tidily() -> Iterator[None]:
    """A Ctrl-C that comes while the block runs raises `KeyboardInterrupt`, so that half files go.

    Behind the block a Ctrl-C is ignored: the command is done and its exit code known.

    Example:
        >>> with tidily():
        ...     main()
    """
    if not _is_ours():
        yield
        return
    signal.signal(signal.SIGINT, _raise)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def came() -> bool:
    """Whether a Ctrl-C has come that was to end the command, whatever has become of it.

    Example:
        >>> came()
        False
    """
    return _watch.came


def _is_command() -> bool:
    """Whether Python loads this package as a program: as `nst`, or by `-m nst_core`."""
    program = sys.argv[0] if sys.argv else ""
    if program == "-m":  # while Python looks for the module that it is to run
        return "nst_core" in sys.orig_argv
    return os.path.basename(program) in ("nst", "nst.exe", "nst-script.py")  # noqa: PTH119


def _is_ours() -> bool:
    return _watch.is_on and threading.current_thread() is threading.main_thread()


def stop() -> NoReturn:
    """End the command, as a Ctrl-C does within `tidily`.

    Raises:
        KeyboardInterrupt: always.

    Example:
        >>> signal.signal(signal.SIGTERM, lambda *_: stop())
    """
    _watch.came = True
    raise KeyboardInterrupt


def _raise(number: int, frame: FrameType | None) -> None:
    stop()


def _end(number: int = signal.SIGINT, frame: FrameType | None = None) -> None:
    out = _watch.standard_error
    if out is not None:
        with contextlib.suppress(OSError):
            os.write(out, (_CLEAN_LINE if os.isatty(out) else b"") + b"Stopped.\n")
    os._exit(STOPPED)


def _on_unraisable(event: Any) -> None:
    """Obey a `KeyboardInterrupt` that Python would print and forget, as in a `__del__`."""
    if issubclass(event.exc_type, KeyboardInterrupt):
        _end()
    sys.__unraisablehook__(event)
