"""Queues a run of what the visitor has chosen."""

from dashboard import visitor
from dashboard.choice import Choice
from dashboard.runs.engine import engine
from dashboard.runs.foretelling import require_memory, require_time
from nst_core.pictures.pixels import Pixels
from nst_core.runs.store.request import Request


def submit(choice: Choice, *, parent: str | None = None, start: Pixels | None = None) -> str:
    """The id of a new run, which waits in the queue.

    Args:
        choice: with both pictures.
        parent: the run that this one goes on from.
        start: the picture of it that this one starts from, uint8 (H, W, 3).

    Raises:
        NstError: the queue is full, or something in the choice cannot be used.
    """
    assert choice.photo is not None
    assert choice.painting is not None
    require_memory(choice.settings, choice.sizes, choice.masks)
    require_time(choice.settings, choice.sizes, choice.masks)
    return engine().submit(
        Request(
            choice.photo.pixels,
            choice.painting.pixels,
            choice.settings,
            session=visitor.name(),
            title=choice.title,
            photo_name=choice.photo_name,
            parent=parent,
            start=start,
            further=choice.further,
            masks=choice.masks,
        )
    )
