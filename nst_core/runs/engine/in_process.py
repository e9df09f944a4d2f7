"""An engine in a thread of this process, for tests and for trying things out."""

import logging
import threading

from nst_core.runs.engine import order
from nst_core.runs.engine.compute import compute
from nst_core.runs.engine.engine import StoreEngine
from nst_core.runs.store.store import Store

_PAUSE_SECONDS = 0.05

log = logging.getLogger(__name__)


class InProcessEngine(StoreEngine):
    """Computes one run after the other.

    Example:
        >>> with InProcessEngine(Store.open("memory://runs")) as engine:
        ...     run = engine.submit(Request(photo, painting, settings))
    """

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="engine", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Interrupt the run under way, once its evaluation is done."""
        self._over.set()
        self._thread.join()

    def _serve(self) -> None:
        while not self._over.wait(_PAUSE_SECONDS):
            try:
                for record in order.startable(self.store.records())[:1]:
                    compute(self.store.url, record.id, "in process", self._over.is_set)
            except Exception as error:  # the store may answer the next time
                log.warning("no run can be taken up: %s", error)
