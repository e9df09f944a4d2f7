"""Where the engine's programs listen."""

import psutil

from nst_core.runs.engine.program import ProgramEngine
from testing.faults.tools import SHORT, submit, tree_of, wait_for_end
from testing.waiting import require


def sockets(engine: ProgramEngine) -> str:
    """Look at all ports on which an engine's programs listen. Raises: Broken."""
    wait_for_end(engine.store, submit(engine, SHORT))
    listening = [
        (name, connection.laddr)
        for name, process in tree_of(engine).items()
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    outside = [where for where in listening if where[1].ip not in ("127.0.0.1", "::1")]
    require(bool(listening) and not outside, f"listens to others: {outside}")
    require(len(listening) == 3, f"a port too many: {listening}")
    return f"{len(listening)} ports listen, all on loopback: scheduler, nanny, worker"
