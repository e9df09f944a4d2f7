"""What a batch leaves beside the folders of its runs: the contact sheet, and all in one zip."""

from pathlib import Path

from nst_core import files
from nst_core.cli.batch import Batch, Head, Run
from nst_core.errors import OutputError, shown
from nst_core.pictures.decoding import read_picture
from nst_core.pictures.pixels import Pixels
from nst_core.runs.export import together
from nst_core.runs.export.naming import joined_name
from nst_core.runs.export.sheet import Cell, contact_sheet, encode_jpeg, thumbnail
from nst_core.runs.store import layout
from nst_core.runs.store.scores import score_from_bytes

_NOT_YET, _FAILED = Cell(("not computed yet",)), Cell(("failed",))


class Sheet:
    """The contact sheet of a batch, written anew whenever a run is added.

    Attributes:
        path: of its file.
    """

    def __init__(self, batch: Batch, output: Path) -> None:
        """
        Args:
            batch: of the runs.
            output: the batch's folder.
        """
        self.path = output / layout.SHEET
        self._batch = batch
        self._output = output
        self._cells = dict.fromkeys((run.name for run in batch.runs), _NOT_YET)
        self._small: dict[Path, Pixels | None] = {}

    def add(self, run: Run) -> None:
        """Put in the result of a run that is finished.

        Raises:
            InputError: its result cannot be read.
        """
        folder = self._output / run.name
        picture = read_picture(folder / layout.RESULT).pixels
        self._cells[run.name] = Cell(captions(folder), thumbnail(picture))

    def add_failure(self, run: Run) -> None:
        """Say that a run has failed."""
        self._cells[run.name] = _FAILED

    def write(self) -> None:
        """Write the file.

        Raises:
            OutputError: it cannot be written.
        """
        files.write_bytes(self.path, encode_jpeg(contact_sheet(self._rows())))

    def _rows(self) -> list[list[Cell]]:
        """The cells: above all the first pictures, then the columns' heads, then the runs."""
        batch, cells = self._batch, iter(self._cells.values())
        rows = [[self._head(head) for head in batch.first]] if batch.first else []
        if any(head.lines or head.picture for head in batch.columns):
            rows.append([Cell(), *map(self._head, batch.columns)])
        for head in batch.rows:
            rows.append([self._head(head), *(next(cells) for _ in batch.columns)])
        return rows

    def _head(self, head: Head) -> Cell:
        path = head.picture
        if path is not None and path not in self._small:
            self._small[path] = thumbnail(read_picture(path).pixels)
        return Cell(head.lines, None if path is None else self._small[path])


def captions(folder: Path) -> tuple[str, ...]:
    """What stands under the result of a run on the sheet: its score, finer than in tenths.

    Args:
        folder: of the run; one whose result could not be scored has no words.

    Example:
        >>> captions(Path("out/cat, stained_glass"))
        ('painting 0.82, photo 0.66',)
    """
    try:
        score = score_from_bytes((folder / layout.SCORE).read_bytes())
    except OSError:
        return ()
    if score is None:
        return ()
    return (f"painting {score.painting_likeness:.2f}, photo {score.photo_likeness:.2f}",)


def write_zip(batch: Batch, output: Path, names: set[str]) -> Path:
    """Put the contact sheet and all finished runs into one zip, and return its path.

    Args:
        batch: of the runs.
        output: the batch's folder.
        names: of the runs that are finished.

    Raises:
        OutputError: it cannot be written.
    """
    path = output / layout.ALL_RUNS
    galleries = {
        run.name: output / run.name / layout.GALLERY for run in batch.runs if run.name in names
    }
    try:
        further = {layout.SHEET: (output / layout.SHEET).read_bytes()}
        with files.replacing(path) as temporary, temporary.open("wb") as target:
            top = joined_name([output.resolve().name])
            target.writelines(together.stream(top, galleries, further))
    except OSError as error:
        raise OutputError(
            f"{shown(path)} could not be written: {files.in_words(error)}."
        ) from error
    return path
