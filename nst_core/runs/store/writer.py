"""Writes what a run's events say into its folder, as it comes; each file is whole at any moment."""

from collections.abc import Mapping

from nst_core.events import Event, Iteration, Result, Started
from nst_core.pictures.pixels import Pixels, encode_png
from nst_core.runs.store import layout, run_yaml
from nst_core.runs.store.checkpoint import checkpoint_to_bytes
from nst_core.runs.store.losses import LossRow, losses_from_bytes, losses_to_bytes
from nst_core.runs.store.scores import score_to_bytes
from nst_core.runs.store.storage import Storage
from nst_core.scoring.score import Score
from nst_core.settings import Settings


class RunWriter:
    """Give `on_event` to `stylize`, and its result to `finish`.

    The folder must hold the run's `run.yaml`.
    """

    def __init__(
        self,
        folder: Storage,
        settings: Settings,
        *,
        names: Mapping[str, str] | None = None,
        done: int = 0,
        with_checkpoints: bool = True,
    ) -> None:
        """
        Args:
            folder: where to write.
            settings: as in that `run.yaml`; its `precision` is settled when the run starts.
            names: of the photo and the painting, for each picture to carry with the settings.
            done: how many iterations are in the folder already; their losses are kept.
            with_checkpoints: whether the run is to leave where it can go on from.
        """
        self._folder = folder
        self._settings = settings
        self._names = names or {}
        self._done = done
        self._with_checkpoints = with_checkpoints
        self._rows: list[LossRow] = []
        self._has_score = False

    @property
    def names(self) -> list[str]:
        """The names of the files for a gallery, in order."""
        pictures = [layout.iteration_picture(row.iteration) for row in self._rows]
        score = [layout.SCORE] if self._has_score else []
        return [*pictures, layout.RESULT, *score, layout.LOSSES, layout.RUN_YAML]

    def on_event(self, event: Event) -> None:
        """Write what the event brings.

        Raises:
            OutputError: the disk is full, or the folder is read-only.
        """
        if isinstance(event, Started):
            self._settle(event.precision)
            if self._done:
                self._rows = losses_from_bytes(self._folder.read(layout.LOSSES))[: self._done]
            self._write_losses()
        elif isinstance(event, Iteration):
            self._write_picture(layout.iteration_picture(event.number), event.picture)
            self._rows.append(LossRow.of(event))
            self._write_losses()
            if self._with_checkpoints:
                # It comes last, for it says that the iteration is there as a whole.
                self._folder.write(layout.CHECKPOINT, checkpoint_to_bytes(event.checkpoint))

    def finish(self, result: Result) -> None:
        """Write the last picture.

        Raises:
            OutputError: the disk is full, or the folder is read-only.
        """
        self._write_picture(layout.RESULT, result.picture)

    def write_score(self, score: Score) -> None:
        """Write how near the last picture came.

        Raises:
            OutputError: the disk is full, or the folder is read-only.
        """
        self._folder.write(layout.SCORE, score_to_bytes(score))
        self._has_score = True

    def _settle(self, precision: str) -> None:
        """Write down what "auto" meant, so that it means the same when the run goes on."""
        if precision != self._settings.precision:
            data = run_yaml.with_precision(self._folder.read(layout.RUN_YAML), precision)
            self._folder.write(layout.RUN_YAML, data)
            self._settings = self._settings.changed(precision=precision)

    def _write_picture(self, name: str, picture: Pixels) -> None:
        texts = {"Software": "nst_core", "nst_core": run_yaml.as_text(self._names, self._settings)}
        self._folder.write(name, encode_png(picture, texts))

    def _write_losses(self) -> None:
        self._folder.write(layout.LOSSES, losses_to_bytes(self._rows))
