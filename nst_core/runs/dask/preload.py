"""Loaded by the Dask programs that `cluster` starts.

They open no port to browsers, and they end when the process that started them does.
"""

import os

from distributed import Worker

from nst_core.runs.engine.parent import when_parent_ends


def dask_setup(server: object) -> None:
    """Called by Dask when a scheduler, a nanny or a worker has started: the name is Dask's."""
    http_server = getattr(server, "http_server", None)
    if http_server is not None:
        http_server.stop()
    if not isinstance(server, Worker):  # Dask sees to it that a worker ends with its nanny
        when_parent_ends(lambda: os._exit(0))
