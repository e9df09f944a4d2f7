"""How a program that `start_program` has started notices that its parent is gone."""

import os
import sys
import threading
from collections.abc import Callable


def when_parent_ends(act: Callable[[], object]) -> None:
    """Have `act` called, in a thread, once standard input ends, as it does with the parent.

    Example:
        >>> over = threading.Event()
        >>> when_parent_ends(over.set)
    """

    def wait() -> None:
        while os.read(sys.stdin.fileno(), 4096):
            pass
        act()

    threading.Thread(target=wait, daemon=True).start()
