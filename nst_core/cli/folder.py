"""The folder that a run in a shell leaves: `writer` fills it, and a gallery comes at the end."""

import os
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from nst_core import files
from nst_core.errors import InputError, OutputError
from nst_core.events import Evaluated, Event, Result, Started
from nst_core.runs.store import layout
from nst_core.runs.store.run_yaml import RunConfig
from nst_core.runs.store.storage import Storage
from nst_core.runs.store.writer import RunWriter

# A fixed date, so that the same run gives the same bytes.
_DATE = (1980, 1, 1, 0, 0, 0)


class RunFolder:
    """Give `on_event` to `stylize`, and its result to `finish`.

    Nothing is written before the first evaluation, so that a refused run leaves nothing. What an
    earlier run has left in the same folder is removed then.
    """

    def __init__(self, path: Path, config: RunConfig) -> None:
        """
        Raises:
            InputError: the photo or the painting is a file that the run would write over.
            OutputError: `path` is a file, or cannot be written to.
        """
        _require_folder(path)
        for name, source in (("photo", config.photo), ("painting", config.painting)):
            # In lower case, for there are file systems to which both are one name.
            is_output = layout.is_output(source.name.lower())
            if source.resolve().parent == path.resolve() and is_output:
                raise InputError(
                    f"The {name} must not be a file that the run writes over; choose another "
                    f"output. Received: {source}."
                )
        self.path = path
        self._config = config
        self._started: Started | None = None
        self._writer: RunWriter | None = None

    def on_event(self, event: Event) -> None:
        """Write what the event brings.

        Raises:
            OutputError: the disk is full, or the folder is read-only.
        """
        if isinstance(event, Started):
            self._started = event
        elif isinstance(event, Evaluated) and self._writer is None and self._started is not None:
            self._writer = self._open(self._started)
        if self._writer is not None:
            self._writer.on_event(event)

    def finish(self, result: Result) -> bool:
        """Write the result and the gallery. Returns: False if there was nothing to write.

        Raises:
            OutputError: the disk is full, or the folder is read-only.
        """
        if self._writer is None:
            return False
        self._writer.finish(result)
        members = [self.path / name for name in self._writer.names]
        _write_zip(self.path / layout.GALLERY, members)
        return True

    def _open(self, started: Started) -> RunWriter:
        """Clear the folder of an earlier run's files, and begin to write this one's."""
        config = replace(
            self._config, settings=self._config.settings.changed(precision=started.precision)
        )
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            for old in self.path.iterdir():
                if layout.is_output(old.name):
                    old.unlink()
        except OSError as error:
            raise OutputError(f"{self.path} cannot be used: {error.strerror}.") from error
        files.write_bytes(self.path / layout.RUN_YAML, config.to_yaml().encode())
        names = {"photo": config.photo.name, "painting": config.painting.name}
        writer = RunWriter(
            Storage.at(self.path), config.settings, names=names, with_checkpoints=False
        )
        writer.on_event(started)
        return writer


def _require_folder(path: Path) -> None:
    """See that `path` is a folder that can be written to, or can be made one.

    Raises:
        OutputError: it is not.
    """
    try:
        existing = next(folder for folder in (path, *path.absolute().parents) if folder.exists())
        leads_nowhere = path.is_symlink() and existing != path
        usable = existing.is_dir() and os.access(existing, os.W_OK | os.X_OK) and not leads_nowhere
    except (OSError, ValueError):
        usable = False
    if not usable:
        raise OutputError(f"The output must be a folder that can be written to. Received: {path}.")


def _write_zip(path: Path, members: Iterable[Path]) -> None:
    """Pack `members` under their names into `path`, as a whole or not at all.

    The zip of a run in a store also has its inputs and a page, see `runs/export/gallery`.

    Raises:
        OutputError: it cannot be written.
    """
    try:
        with files.replacing(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
            for member in members:
                # Pictures are compressed already; the rest is small.
                with archive.open(zipfile.ZipInfo(member.name, _DATE), "w") as target:
                    target.write(member.read_bytes())
    except OSError as error:
        raise OutputError(f"{path} could not be written: {files.in_words(error)}.") from error
