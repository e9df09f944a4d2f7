"""A batch is checked as a whole before anything is computed."""

from dataclasses import dataclass
from pathlib import Path

from nst_core.cli.batch import Batch, Run
from nst_core.cli.folder import require_folder
from nst_core.errors import InputError, NstError, OutputError, shown
from nst_core.machine import forecast
from nst_core.machine.forecast import Forecast
from nst_core.pictures.decoding import read_picture
from nst_core.pictures.masks import Masks
from nst_core.plan.paintings import plan_for_sizes, require_few
from nst_core.runs.store import layout, run_yaml
from nst_core.runs.store.run_yaml import RunConfig

_LEFT_BY_FINISHED = (layout.RESULT, layout.LOSSES, layout.GALLERY)
"""What a run's folder has in the end; the gallery is written last."""


@dataclass(frozen=True)
class Checked:
    """A run that can be computed.

    Attributes:
        run: itself.
        forecast: what it will take; nothing is asked of one that is finished.
        is_finished: whether its folder holds it already.
    """

    run: Run
    forecast: Forecast
    is_finished: bool


def checked(batch: Batch, output: Path) -> tuple[list[Checked], list[str]]:
    """The runs of a batch, each found to be computable, and what was done to their pictures.

    Args:
        batch: of the runs.
        output: the folder that gets a folder for each.

    Raises:
        InputError: a picture, a size or the memory does not allow a run, its folder holds another
            run, or a file would be written over; the sentence begins with the run's name.
        OutputError: the output cannot be written to.

    Example:
        >>> runs, notes = checked(photos_by_styles(choices), Path("out"))
    """
    require_folder(output)
    pictures = _Pictures()
    folders = {(output / run.name).resolve() for run in batch.runs}
    runs = []
    for run in batch.runs:
        try:
            for _, source in run.config.named():
                _require_kept(source, folders, output)
            runs.append(_check(run, output / run.name, pictures))
        except OutputError as error:
            raise OutputError(f"{run.name}: {error}") from error
        except NstError as error:
            raise InputError(f"{run.name}: {error}") from error
    return runs, pictures.notes


def is_finished(folder: Path, config: RunConfig) -> bool:
    """Whether a folder holds this run, to its end.

    Raises:
        InputError: it holds another run.

    Example:
        >>> is_finished(Path("out/cat, stained_glass"), config)
        True
    """
    path = folder / layout.RUN_YAML
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise InputError(f"{shown(path)} cannot be read: {error.strerror}.") from error
    before = run_yaml.read_settings(data)
    settings = config.settings
    if settings.precision == "auto":
        settings = settings.changed(precision=before.precision)
    now, then = settings.model_dump(mode="json"), before.model_dump(mode="json")
    differences = [name for name in now if now[name] != then[name]]
    if _inputs(config.to_yaml().encode()) != _inputs(data):
        differences = ["photo or painting", *differences]
    if differences:
        raise InputError(
            f"{shown(folder)} holds a run with another {shown(', '.join(differences))}; choose "
            "another output, or remove that folder."
        )
    return all((folder / name).is_file() for name in _LEFT_BY_FINISHED)


class _Pictures:
    """Sizes of pictures, each decoded once and not held: a batch may have more than fit."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self._sizes: dict[Path, tuple[int, int]] = {}

    def size(self, path: Path) -> tuple[int, int]:
        if path not in self._sizes:
            picture = read_picture(path)
            self._sizes[path] = picture.pixels.shape[0], picture.pixels.shape[1]
            self.notes += [f"{shown(path)}: {note}" for note in picture.notes]
        return self._sizes[path]


def _check(run: Run, folder: Path, pictures: _Pictures) -> Checked:
    config = run.config
    require_few(config.paintings)
    sizes = [pictures.size(path) for path in (config.photo, *config.paintings)]
    require_folder(folder)
    pixels = config.masks.map(lambda path: read_picture(path).pixels)
    masks = Masks(pixels.paint, pixels.paintings, pixels.of_paintings) if pixels else None
    scales = plan_for_sizes(sizes, config.settings, masks)
    forecast.require_memory(scales, config.settings)
    return Checked(run, forecast.forecast_run(scales, config.settings), is_finished(folder, config))


def _require_kept(source: Path, folders: set[Path], output: Path) -> None:
    """See that a picture is no file that the batch writes.

    Raises:
        InputError: it is.
    """
    path = source.resolve()
    own = path.parent in folders and layout.is_output(path.name.lower())
    if own or (path.parent == output.resolve() and layout.is_batch_output(path.name.lower())):
        raise InputError(
            "A photo or painting must not be a file that the batch writes over; choose another "
            f"output. Received: {shown(source)}."
        )


def _inputs(data: bytes) -> tuple[object, ...]:
    """What a `run.yaml` says of its pictures; where they lie counts only with what is in them."""
    files = run_yaml.read_files(data)
    masks = [(kind, number, file.sha256) for kind, number, file in files.masks.named()]
    return files.photo.sha256, *(file.sha256 for file in files.paintings), masks
