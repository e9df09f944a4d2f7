"""A run's folder: every iteration's picture as it comes, the losses, and how to repeat it."""

import csv
import io
import os
import re
from pathlib import Path

from nst_core import files, images
from nst_core.errors import InputError, OutputError
from nst_core.events import Evaluated, Event, Iteration, Result
from nst_core.runs import gallery
from nst_core.runs.config import RunConfig

PICTURE_NAME = "transfer_result_at_iteration_{}.png"
_OURS = re.compile(
    r"(transfer_result_at_iteration_\d+\.png|result\.png|gallery\.zip|losses\.csv|run\.yaml)\Z"
)


class RunFolder:
    """Writes what a run says: give `on_event` to `stylize`, and its result to `finish`.

    Nothing is written before the first evaluation, so that a refused run leaves nothing. Pictures
    of an earlier run in the same folder are removed then.
    """

    def __init__(self, path: Path, config: RunConfig) -> None:
        """
        Raises:
            InputError: the photo or the painting is a file that the run would write over.
            OutputError: `path` is a file, or cannot be written to.
        """
        _require_folder(path)
        for name, source in (("photo", config.photo), ("painting", config.painting)):
            if source.resolve().parent == path.resolve() and _is_ours(source.name):
                raise InputError(
                    f"The {name} must not be a file that the run writes over; choose another "
                    f"output. Received: {source}."
                )
        self.path = path
        self._config = config.to_yaml().encode()
        self._texts = {"Software": "nst_core", "nst_core": config.to_text()}
        self._rows: list[dict[str, object]] = []
        self._opened = False

    def on_event(self, event: Event) -> None:
        """Keep an iteration.

        Raises:
            OutputError: the disk is full, the folder is read-only.
        """
        if isinstance(event, Evaluated) and not self._opened:
            self._open()
        if isinstance(event, Iteration):
            self._keep(event)

    def finish(self, result: Result) -> bool:
        """Write the result and the gallery. Returns: False if there was nothing to write.

        Raises:
            OutputError: the disk is full, the folder is read-only.
        """
        if not self._opened:
            return False
        files.write_bytes(self.path / "result.png", images.encode_png(result.picture, self._texts))
        names = [PICTURE_NAME.format(row["iteration"]) for row in self._rows]
        names += ["result.png", "losses.csv", "run.yaml"]
        gallery.write_zip(self.path / "gallery.zip", [self.path / name for name in names])
        return True

    def _open(self) -> None:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            for old in self.path.iterdir():
                if _is_ours(old.name):
                    old.unlink()
        except OSError as error:
            raise OutputError(f"{self.path} cannot be used: {error.strerror}.") from error
        files.write_bytes(self.path / "run.yaml", self._config)
        self._write_losses()
        self._opened = True

    def _keep(self, iteration: Iteration) -> None:
        name = PICTURE_NAME.format(iteration.number)
        files.write_bytes(self.path / name, images.encode_png(iteration.picture, self._texts))
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

    def _write_losses(self) -> None:
        text = io.StringIO()
        if self._rows:
            writer = csv.DictWriter(text, list(self._rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(self._rows)
        files.write_bytes(self.path / "losses.csv", text.getvalue().encode())


def _is_ours(name: str) -> bool:
    """Whether a run writes a file of that name."""
    return _OURS.match(name) is not None


def _require_folder(path: Path) -> None:
    """See that `path` is, or can be made, a folder that can be written to."""
    try:
        existing = next(folder for folder in (path, *path.absolute().parents) if folder.exists())
        leads_nowhere = path.is_symlink() and existing != path
        usable = existing.is_dir() and os.access(existing, os.W_OK | os.X_OK) and not leads_nowhere
    except (OSError, ValueError):
        usable = False
    if not usable:
        raise OutputError(f"The output must be a folder that can be written to. Received: {path}.")
