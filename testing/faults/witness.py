"""A witness of what a run has finished: whatever is killed, all of it must stay as it was."""

import hashlib
import io

from PIL import Image

from nst_core.runs.store import layout
from nst_core.runs.store.losses import losses_from_bytes
from nst_core.runs.store.store import Store
from testing.faults.tools import worker_of
from testing.waiting import require


class Witness:
    """Remembers every finished iteration, and looks whether all are still what they were."""

    def __init__(self, store: Store, run: str) -> None:
        self._store = store
        self._run = run
        self._digests: list[str] = []

    def look(self, dead: bool = False) -> int:
        """Compare the run's folder with what it was. Returns: the number of finished iterations.

        dead: nobody works on the run, so that nothing changes meanwhile.

        Raises:
            Broken: an iteration is lost, has changed, is half there, or is computed again.
        """
        folder = self._store.folder(self._run)
        reached = self._store.checkpoint(self._run)
        done = len(reached.losses) if reached else 0
        before = len(self._digests)
        require(done >= before, f"{before} iterations were finished, now {done}")
        rows = losses_from_bytes(folder.read(layout.LOSSES)) if done else []
        require(len(rows) >= done, f"{done} iterations, but {len(rows)} rows of losses")
        for number in range(done):
            data = folder.read(layout.iteration_picture(number))
            digest = hashlib.sha256(data).hexdigest()
            if number < before:
                require(digest == self._digests[number], f"iteration {number} has changed")
                continue
            Image.open(io.BytesIO(data)).load()
            self._digests.append(digest)
        if reached is not None:
            losses = [row.loss for row in rows[:done]]
            require(losses == list(reached.losses), "losses.csv is not what was reached")
        unfinished = sum(name.startswith("transfer_result") for name in folder.names()) - done
        # On a slow machine the next worker may be at it before all has been looked at.
        if dead and worker_of(self._store, self._run) is None:
            require(unfinished <= 1, f"{unfinished} iterations are going to be computed again")
        return done
