"""All that a run in a store left, in one zip; for a folder of the shell see `cli/folder`."""

import zipfile
import zlib
from collections.abc import Iterator

from zipstream import ZipStream

from nst_core.runs.export import page
from nst_core.runs.store import layout
from nst_core.runs.store.losses import losses_from_bytes
from nst_core.runs.store.storage import Storage


def stream(folder: Storage) -> Iterator[bytes]:
    """A zip of a run's folder as it is now, piece by piece and never in memory as a whole.

    It holds the iterations that `losses.csv` lists at the beginning, whatever comes meanwhile, and
    an `index.html` that shows them offline.

    Raises:
        FileNotFoundError: the run was removed meanwhile.
        zlib.error, OSError: a file cannot be read.

    Example:
        >>> file.writelines(stream(store.folder(run)))
    """
    names = set(folder.names())
    losses = folder.read(layout.LOSSES) if layout.LOSSES in names else b""
    rows = losses_from_bytes(losses)
    pictures = [layout.iteration_picture(row.iteration) for row in rows]
    inputs = [name for name in (layout.PHOTO, layout.PAINTING) if name in names]
    archive = ZipStream(compress_type=zipfile.ZIP_STORED)
    text = {"compress_type": zipfile.ZIP_DEFLATED, "compress_level": zlib.Z_BEST_SPEED}
    archive.add(page.render(folder, rows, inputs), "index.html", **text)
    if losses:
        archive.add(losses, layout.LOSSES, **text)
    if layout.RUN_YAML in names:
        archive.add(folder.read(layout.RUN_YAML), layout.RUN_YAML, **text)
    for name in (*inputs, *pictures, *({layout.RESULT} & names)):
        archive.add(folder.chunks(name), name)
    yield from archive
