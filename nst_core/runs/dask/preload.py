"""Loaded by the Dask programs that `cluster` starts.

They open no port to browsers, and they end when the process that started them does.
"""

import os
import sys
import threading

from distributed import Worker


def dask_setup(server: object) -> None:
    """Called by Dask when a scheduler, a nanny or a worker has started: the name is Dask's."""
    http_server = getattr(server, "http_server", None)
    if http_server is not None:
        http_server.stop()
    if not isinstance(server, Worker):  # Dask sees to it that a worker ends with its nanny
        threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os._exit(0)
