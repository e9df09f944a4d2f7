"""All that a run left, in one zip."""

import zipfile
import zlib
from collections.abc import Iterator

from zipstream import ZipStream

from nst_core.runs.export import curves
from nst_core.runs.export import page as gallery_page
from nst_core.runs.store.storage import Storage
from nst_core.runs.store.writer import CONFIG, LOSSES, PICTURE_NAME, RESULT


def stream(folder: Storage) -> Iterator[bytes]:
    """A zip of a run's folder as it is now, piece by piece and never in memory as a whole.

    It holds the iterations that `losses.csv` lists at the beginning, whatever comes meanwhile, and
    an `index.html` that shows them offline.

    Raises:
        FileNotFoundError: the run is removed meanwhile.
        zlib.error, OSError: a file cannot be read.
    """
    there = set(folder.names())
    losses = folder.read(LOSSES) if LOSSES in there else b""
    rows = curves.read_losses(losses)
    pictures = [PICTURE_NAME.format(row.iteration) for row in rows]
    inputs = [name for name in ("photo.png", "painting.png") if name in there]
    archive = ZipStream(compress_type=zipfile.ZIP_STORED)
    text = {"compress_type": zipfile.ZIP_DEFLATED, "compress_level": zlib.Z_BEST_SPEED}
    archive.add(gallery_page.render(folder, rows, inputs), "index.html", **text)
    if losses:
        archive.add(losses, LOSSES, **text)
    if CONFIG in there:
        archive.add(folder.read(CONFIG), CONFIG, **text)
    for name in (*inputs, *pictures, *({RESULT} & there)):
        archive.add(folder.chunks(name), name)
    yield from archive
