"""Loaded by Dask's programs of the embedded engine: no port for a browser, no life of their own."""

import os
import sys
import threading

from distributed import Worker


def dask_setup(server: object) -> None:
    """Called by Dask when a scheduler, a nanny or a worker has started."""
    http_server = getattr(server, "http_server", None)
    if http_server is not None:
        http_server.stop()
    if not isinstance(server, Worker):  # a worker ends with its nanny
        threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os._exit(0)
