"""All that a run left, in one zip: of a run in a store, or of the shell's (`cli/folder`)."""

import itertools
from collections.abc import Iterable, Iterator

from nst_core.runs.export import page
from nst_core.runs.export.naming import folder_name
from nst_core.runs.export.zips import Member
from nst_core.runs.export.zips import stream as zipped
from nst_core.runs.store import layout
from nst_core.runs.store.losses import losses_from_bytes
from nst_core.runs.store.state import Ticket
from nst_core.runs.store.storage import Storage

_TEXTS = (".html", ".csv", ".yaml", ".json")


def stream(folder: Storage) -> Iterator[bytes]:
    """A zip of a run as it is now, piece by piece and never in memory as a whole.

    In one folder, named after the photo and the style, it holds the iterations that `losses.csv`
    lists at the beginning, whatever comes meanwhile, all that is needed to repeat the run, and
    an `index.html` that shows them offline.

    Raises:
        FileNotFoundError: the run was removed meanwhile.
        OSError: a file cannot be read.

    Example:
        >>> file.writelines(stream(store.folder(run)))
    """
    names = set(folder.names())
    ticket = Ticket.from_bytes(folder.read(layout.REQUEST)) if layout.REQUEST in names else None
    ticket = ticket or Ticket()
    top = folder_name(ticket.photo, ticket.title)
    losses = folder.read(layout.LOSSES) if layout.LOSSES in names else b""
    rows = losses_from_bytes(losses)
    pictures = [layout.iteration_picture(row.iteration) for row in rows]
    results = [name for name in (layout.RESULT, layout.SCORE) if name in names]
    inputs = sorted(filter(layout.is_input, names), reverse=True)

    def members() -> Iterator[tuple[str, Iterable[bytes]]]:
        yield "index.html", page.render(folder, rows, inputs)
        if losses:
            yield layout.LOSSES, [losses]
        stored = ({layout.RUN_YAML} & names, inputs, pictures, results)
        for name in itertools.chain(*stored):
            yield name, folder.chunks(name)

    yield from zipped(
        Member(f"{top}/{name}", pieces, compress=name.endswith(_TEXTS))
        for name, pieces in members()
    )
