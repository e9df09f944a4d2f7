"""The iterations of a run as a moving picture."""

import io
from collections.abc import Iterator, Sequence
from typing import IO

from PIL import Image

from nst_core.errors import InputError
from nst_core.plan.schedule import fit
from nst_core.runs.export import curves
from nst_core.runs.store.storage import Storage
from nst_core.runs.store.writer import LOSSES, PICTURE_NAME

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
    """Write an animation that repeats for ever; a long run has every second iteration, or third.

    Args:
        folder: of the run.
        target: a file that is open for writing.
        kind: one of `KINDS`.
        milliseconds, last_milliseconds: how long a frame stays, and the last one.
        longer_side: of the frames, in pixels, at most; all have the last one's size.

    Raises:
        InputError: another kind, or there is no iteration yet.
    """
    if kind not in KINDS:
        raise InputError(f"An animation must be one of {', '.join(KINDS)}. Received: {kind}.")
    rows = curves.read_losses(folder.read(LOSSES)) if folder.exists(LOSSES) else []
    if not rows:
        raise InputError("A run must have an iteration to be animated. Received: one without.")
    names = [PICTURE_NAME.format(row.iteration) for row in _thinned(rows)]
    with _open(folder, names[-1]) as last:
        rows_columns = last.height, last.width
    size = fit(rows_columns, min(longer_side, max(rows_columns)))
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


def _thinned(rows: Sequence[curves.Row]) -> Sequence[curves.Row]:
    """Evenly, and with the last one."""
    step = -(-len(rows) // MOST_FRAMES)
    return rows[::-step][::-1]


def _frames(folder: Storage, names: list[str], size: tuple[int, int]) -> Iterator[Image.Image]:
    for name in names:
        with _open(folder, name) as picture:
            yield picture.convert("RGB").resize(size[::-1], Image.Resampling.BICUBIC)


def _open(folder: Storage, name: str) -> Image.Image:
    return Image.open(io.BytesIO(folder.read(name)))
