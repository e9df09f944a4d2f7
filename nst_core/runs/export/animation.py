"""The iterations of a run as a moving picture."""

import io
from collections.abc import Iterator
from typing import IO

from PIL import Image

from nst_core.errors import InputError, shown
from nst_core.plan.schedule import scaled_to
from nst_core.runs.store import layout
from nst_core.runs.store.losses import losses_from_bytes
from nst_core.runs.store.storage import Storage

KINDS = ("gif", "webp")
MOST_FRAMES = 200
"""More would neither be watched nor fit into a server's memory, which holds all of them."""


def write(
    folder: Storage,
    target: IO[bytes],
    kind: str,
    *,
    milliseconds: int = 150,
    last_milliseconds: int = 2000,
    longer_side: int = 768,
) -> None:
    """Write an animation that repeats for ever.

    A long run is thinned evenly to at most `MOST_FRAMES` pictures.

    Args:
        folder: of the run.
        target: a file that is open for writing bytes.
        kind: one of `KINDS`.
        milliseconds, last_milliseconds: how long a frame stays, and the last one.
        longer_side: of the frames, in pixels, at most; all have the last one's size.

    Raises:
        InputError: another kind, or there is no iteration yet.

    Example:
        >>> write(store.folder(run), file, "webp")
    """
    if kind not in KINDS:
        raise InputError(
            f"An animation must be one of {', '.join(KINDS)}. Received: {shown(kind)}."
        )
    names = _names(folder)
    with _open(folder, names[-1]) as last:
        rows_columns = last.height, last.width
    size = scaled_to(rows_columns, min(longer_side, max(rows_columns)))
    frames = _frames(folder, names, size)
    options = {"method": 4, "quality": 80} if kind == "webp" else {"optimize": False}
    next(frames).save(
        target,
        kind.upper(),
        save_all=True,
        append_images=frames,
        duration=[milliseconds] * (len(names) - 1) + [last_milliseconds],
        loop=0,
        **options,
    )


def _names(folder: Storage) -> list[str]:
    """Of at most `MOST_FRAMES` of the pictures, evenly spread, with the last one among them."""
    rows = losses_from_bytes(folder.read(layout.LOSSES)) if folder.exists(layout.LOSSES) else []
    if not rows:
        raise InputError("The run has no finished iteration yet, so there is nothing to animate.")
    step = -(-len(rows) // MOST_FRAMES)
    return [layout.iteration_picture(row.iteration) for row in rows[::-step][::-1]]


def _frames(folder: Storage, names: list[str], size: tuple[int, int]) -> Iterator[Image.Image]:
    for name in names:
        with _open(folder, name) as picture:
            yield picture.convert("RGB").resize(size[::-1], Image.Resampling.BICUBIC)


def _open(folder: Storage, name: str) -> Image.Image:
    return Image.open(io.BytesIO(folder.read(name)))
