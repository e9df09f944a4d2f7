"""The folder that a run in a shell leaves: `writer` fills it, and a gallery comes at the end."""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from fsspec.implementations.local import LocalFileSystem

from nst_core import files
from nst_core.cli.pictures import RunPictures
from nst_core.errors import InputError, OutputError, printable, shown
from nst_core.events import Evaluated, Event, Result, Started
from nst_core.pictures import decoding
from nst_core.pictures.pixels import Pixels, encode_png
from nst_core.runs.store import layout, run_yaml
from nst_core.runs.store.run_files import File, RunFiles
from nst_core.runs.store.run_yaml import RunConfig
from nst_core.runs.store.state import Ticket
from nst_core.runs.store.storage import Storage
from nst_core.runs.store.writer import RunWriter
from nst_core.scoring.score import Score

_ENDING = re.compile(r"\.[a-z0-9]{1,8}")


class RunFolder:
    """Give `on_event` to `stylize`, its result to `finish`, and `pack` what is there.

    Nothing is written before the first evaluation, so that a refused run leaves nothing. What an
    earlier run has left in the same folder is removed then.
    """

    def __init__(
        self, path: Path, config: RunConfig, pictures: RunPictures, *, from_picture: bool = False
    ) -> None:
        """
        Args:
            path: of the folder, which may not exist yet.
            config: of the run.
            pictures: what its files hold.
            from_picture: whether the run begins with a picture of another one.

        Raises:
            InputError: the photo, a painting or a mask is a file that the run would write over.
            OutputError: `path` is a file, or cannot be written to.
        """
        require_folder(path)
        for name, source in config.named():
            # In lower case, for there are file systems to which both are one name.
            is_output = layout.is_output(source.name.lower())
            if source.resolve().parent == path.resolve() and is_output:
                raise InputError(
                    f"The {name} must not be a file that the run writes over; choose another "
                    f"output. Received: {shown(source)}."
                )
        self.path = path
        self._config = config
        self._from_picture = from_picture
        self._pictures = pictures
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
        """Write the result; `pack` comes next. Returns: False if there was nothing to write.

        Raises:
            OutputError: the disk is full, or the folder is read-only.
        """
        if self._writer is None:
            return False
        self._writer.finish(result)
        return True

    def pack(self, score: Score | None = None) -> None:
        """Write the result's score, if it has one, and the gallery of all that is there.

        Raises:
            OutputError: the disk is full, or the folder is read-only.
        """
        assert self._writer is not None
        if score is not None:
            self._writer.write_score(score)
        self._write_gallery()

    def _write_gallery(self) -> None:
        """Pack the run as one in a store is packed, so that the zip repeats it anywhere.

        Raises:
            OutputError: it cannot be written.
        """
        # Plotly takes a while to load, and no other part of the run needs it.
        from nst_core.runs.export import gallery

        assert self._writer is not None
        path = self.path / layout.GALLERY
        try:
            source = _AsInStore(self.path, self._writer.names, self._further_files())
            with files.replacing(path) as temporary, temporary.open("wb") as target:
                target.writelines(gallery.stream(source))
        except OSError as error:
            raise OutputError(
                f"{shown(path)} could not be written: {files.in_words(error)}."
            ) from error

    def _further_files(self) -> dict[str, bytes]:
        """What a store would have of the run and this folder lacks; nothing names another folder.

        Raises:
            OSError: photo or painting is gone.
        """
        config, pictures = self._config, self._pictures
        further: dict[str, bytes] = {}

        def take(name: str, source: Path, pixels: Pixels) -> File:
            data = encode_png(pixels)
            if len(data) > decoding.MOST_BYTES:  # it could not be read again
                data, ending = source.read_bytes(), source.suffix.lower()
                name = Path(name).stem + (ending if _ENDING.fullmatch(ending) else "")
            further[name] = data
            return File(name, hashlib.sha256(data).hexdigest())

        masks = {
            id(path): (layout.mask(kind, number), path, picture.pixels)
            for (kind, number, path), (_, _, picture) in zip(
                config.masks.named(), pictures.mask_pictures.named(), strict=True
            )
        }
        paintings = tuple(
            take(layout.painting(number), path, picture.pixels)
            for number, (path, picture) in enumerate(
                zip(config.paintings, pictures.paintings, strict=True)
            )
        )
        files_of = RunFiles(
            take(layout.PHOTO, config.photo, pictures.photo.pixels),
            paintings,
            config.masks.map(lambda path: take(*masks[id(path)])),
        )
        ticket = Ticket(title=printable(config.painting.stem), photo=printable(config.photo.name))
        text = run_yaml.render(files_of, config.settings, self._from_picture)
        return further | {
            layout.RUN_YAML: text.encode(),
            layout.REQUEST: ticket.to_bytes(),
        }

    def _open(self, started: Started) -> RunWriter:
        """Clear the folder of an earlier run's files, and begin to write this one's."""
        settings = self._config.settings.changed(precision=started.precision)
        config = self._config = replace(self._config, settings=settings)
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            for old in self.path.iterdir():
                if layout.is_output(old.name):
                    old.unlink()
        except OSError as error:
            raise OutputError(f"{shown(self.path)} cannot be used: {error.strerror}.") from error
        files.write_bytes(self.path / layout.RUN_YAML, config.to_yaml(self._from_picture).encode())
        names = {"photo": config.photo.name, "painting": config.painting.name}
        writer = RunWriter(
            Storage.at(self.path), config.settings, names=names, with_checkpoints=False
        )
        writer.on_event(started)
        return writer


def require_folder(path: Path) -> None:
    """See that `path` is a folder that can be written to, or can be made one.

    Raises:
        OutputError: it is not.

    Example:
        >>> require_folder(Path("out"))
    """
    try:
        path.resolve()
        existing = next(folder for folder in (path, *path.absolute().parents) if folder.exists())
        leads_nowhere = path.is_symlink() and existing != path
        usable = existing.is_dir() and os.access(existing, os.W_OK | os.X_OK) and not leads_nowhere
    except (OSError, ValueError):
        usable = False
    if not usable:
        raise OutputError(
            f"The output must be a folder that can be written to. Received: {shown(path)}."
        )


class _AsInStore(Storage):
    """The shell's folder as a store would hold the run: with its request, photo and painting."""

    def __init__(self, path: Path, names: Iterable[str], further: Mapping[str, bytes]) -> None:
        """
        Args:
            path: of the folder.
            names: of the run's own files there; whatever else lies there is no part of the run.
            further: files by name, which take the place of those in the folder.
        """
        super().__init__(LocalFileSystem(), str(path.absolute()))
        self._names = sorted({*names, *further})
        self._further = further

    def names(self) -> list[str]:
        return self._names

    def read(self, name: str) -> bytes:
        return self._further[name] if name in self._further else super().read(name)

    def chunks(self, name: str) -> Iterator[bytes]:
        yield from [self._further[name]] if name in self._further else super().chunks(name)
