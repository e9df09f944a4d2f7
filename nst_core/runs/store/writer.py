"""What a run leaves in its folder: every iteration's picture as it comes, and the losses."""

import csv
import io
from collections.abc import Mapping

from nst_core.events import Iteration, Result
from nst_core.pictures.pixels import encode_png
from nst_core.runs.store.storage import Storage

PICTURE_NAME = "transfer_result_at_iteration_{}.png"
LOSSES, RESULT, CONFIG = "losses.csv", "result.png", "run.yaml"


class RunWriter:
    """Writes into a folder; each file is whole at any moment."""

    def __init__(self, folder: Storage, texts: Mapping[str, str], done: int = 0) -> None:
        """
        Args:
            folder: where to.
            texts: what each picture carries.
            done: iterations that are there already, of which the losses are kept.
        """
        self._folder = folder
        self._texts = texts
        self._rows: list[dict[str, object]] = []
        if done:
            text = folder.read(LOSSES).decode()
            self._rows = list(csv.DictReader(io.StringIO(text)))[:done]
        self._write_losses()

    @property
    def count(self) -> int:
        """Iterations that are there."""
        return len(self._rows)

    @property
    def names(self) -> list[str]:
        """Of the files for a gallery, in order."""
        pictures = [PICTURE_NAME.format(row["iteration"]) for row in self._rows]
        return [*pictures, RESULT, LOSSES, CONFIG]

    def keep(self, iteration: Iteration) -> None:
        """Write an iteration's picture, then its losses.

        Raises:
            OutputError: the disk is full, the folder is read-only.
        """
        name = PICTURE_NAME.format(iteration.number)
        self._folder.write(name, encode_png(iteration.picture, self._texts))
        rows, columns = iteration.picture.shape[:2]
        self._rows.append(
            {
                "iteration": iteration.number,
                "scale": iteration.scale,
                "rows": rows,
                "columns": columns,
                "evaluations": iteration.evaluations,
                "loss": iteration.loss,
                **iteration.terms,
            }
        )
        self._write_losses()

    def write_result(self, result: Result) -> None:
        """Write the last picture.

        Raises:
            OutputError: the disk is full, the folder is read-only.
        """
        self._folder.write(RESULT, encode_png(result.picture, self._texts))

    def _write_losses(self) -> None:
        text = io.StringIO()
        if self._rows:
            writer = csv.DictWriter(text, list(self._rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(self._rows)
        self._folder.write(LOSSES, text.getvalue().encode())
