"""The losses of a run, its curves and its pictures, as the viewer and the chart take them."""

import itertools
from typing import Any

import streamlit as st

from dashboard import formatting, mixing, texts
from dashboard.runs.engine import engine
from dashboard.server import addresses
from nst_core.errors import NstError
from nst_core.runs.export import curves
from nst_core.runs.store import layout
from nst_core.runs.store.losses import LossRow, losses_from_bytes
from nst_core.runs.store.record import Record


def losses(record: Record) -> list[LossRow]:
    """The losses of the finished iterations; empty where they cannot be read at the moment."""
    if not record.done:
        return []
    try:
        return _losses(record.id, record.done, record.loss)
    except (FileNotFoundError, NstError):
        return []  # removed meanwhile, or the store does not answer; the next look may tell


def drawn_curves(record: Record) -> str | None:
    """The figure of the losses, as JSON; None before the first iteration."""
    if not record.done:
        return None
    try:
        return _drawn_curves(record.id, record.done, record.loss)
    except (FileNotFoundError, NstError):
        return None


# However many look at a run, each of its iterations is read and drawn once. The last loss tells
# an iteration from the one of the same number that a resume has put in its place. Streamlit does
# not keep what raises.
@st.cache_data(max_entries=64, show_spinner=False)
def _losses(run: str, done: int, loss: float | None) -> list[LossRow]:
    return losses_from_bytes(engine().store.folder(run).read(layout.LOSSES))[:done]


@st.cache_data(max_entries=64, show_spinner=False)
def _drawn_curves(run: str, done: int, loss: float | None) -> str:
    return str(curves.figure(_losses(run, done, loss)).to_json())


def pictures(record: Record, rows: list[LossRow]) -> list[dict[str, Any]]:
    """The picture of each finished iteration, as the viewer takes it."""
    return [_picture(record, row) for row in rows]


def _picture(record: Record, row: LossRow) -> dict[str, Any]:
    name = layout.iteration_picture(row.iteration)
    return {
        "number": row.iteration,
        "words": formatting.iteration(row.iteration + 1, record.iterations, row.loss),
        "url": addresses.PICTURE.format(run=record.id, name=name),
        "thumbnail": addresses.THUMBNAIL.format(run=record.id, name=name),
        "file": name,
    }


def painting_names(record: Record) -> list[str]:
    """What to call each painting of a run, in their order: by the styles where its title has them.

    One alone, or where the store does not answer at the moment, is just the painting.
    """
    try:
        count = _paintings(record.id)
    except NstError:
        count = 1
    styles = record.title.split(mixing.AND)
    if count == 1:
        return [texts.VIEWER["painting"]]
    if len(styles) == count:
        return styles
    return [texts.VIEWER["numbered"].format(number=number + 1) for number in range(count)]


@st.cache_data(max_entries=256, show_spinner=False)
def _paintings(run: str) -> int:
    names = engine().store.folder(run).names()
    return next(count for count in itertools.count(1) if layout.painting(count) not in names)


def has_mask(record: Record) -> bool:
    """Whether only a part of a run's photo is painted; not known of a silent store."""
    try:
        return _has_mask(record.id)
    except (FileNotFoundError, NstError):
        return False


@st.cache_data(max_entries=256, show_spinner=False)
def _has_mask(run: str) -> bool:
    return engine().store.folder(run).exists(layout.mask("paint"))


def newest_picture(record: Record) -> str | None:
    """The file's name of the result or of the last finished iteration; None before the first."""
    if record.state == "finished":
        return layout.RESULT
    return layout.iteration_picture(record.done - 1) if record.done else None
