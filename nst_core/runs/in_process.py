"""An engine in a thread of this process, for tests and for trying things out."""

import threading

from nst_core.runs import order
from nst_core.runs.compute import compute
from nst_core.runs.engine import StoreEngine
from nst_core.runs.store import Store

_PAUSE_SECONDS = 0.05


class InProcessEngine(StoreEngine):
    """Computes one run after the other."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="engine", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End after the run under way."""
        self._over.set()
        self._thread.join()

    def _serve(self) -> None:
        while not self._over.wait(_PAUSE_SECONDS):
            for record in order.startable(self.store.records())[:1]:
                compute(self.store.url, record.id, "in process")
