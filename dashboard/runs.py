"""The page's view of runs: one engine for the server, and what the store says of a run."""

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from dashboard import routes, texts, visitor, words
from dashboard.choice import Choice
from nst_core import environment
from nst_core.errors import InputError, NstError
from nst_core.machine import forecast
from nst_core.pictures.pixels import Pixels
from nst_core.plan import schedule
from nst_core.runs.engine import order
from nst_core.runs.engine.engine import Engine, open_engine, workers_now
from nst_core.runs.export import curves
from nst_core.runs.store.ids import NoSuchRunError
from nst_core.runs.store.record import Record
from nst_core.runs.store.writer import LOSSES, PICTURE_NAME, RESULT
from nst_core.settings import Settings

_PRICE_SECONDS = 30


@st.cache_resource(show_spinner=False, on_release=lambda engine: engine.close())
def engine() -> Engine:
    """The engine that computes what this server's pages ask for.

    Raises:
        NstError: `NST_RUNS` leads nowhere.
    """
    return open_engine()


def submit(choice: Choice, *, parent: str | None = None, start: Pixels | None = None) -> str:
    """Queue a run. Returns: its id.

    parent, start: the run and its picture that this one starts from.

    Raises:
        NstError: there is no place, or something is not usable.
    """
    assert choice.photo is not None
    assert choice.painting is not None
    sizes = choice.photo.pixels.shape[:2], choice.painting.pixels.shape[:2]
    require_memory(choice.settings, *sizes)
    require_time(choice.settings, *sizes)
    return engine().submit(
        choice.photo.pixels,
        choice.painting.pixels,
        choice.settings,
        session=visitor.name(),
        title=choice.title,
        photo_name=choice.photo_name,
        parent=parent,
        start=start,
    )


def find(run: str) -> Record | None:
    """What the store knows of a run; None if there is none of that id.

    Raises:
        OutputError: the store does not answer.
    """
    try:
        return engine().store.get(run)
    except NoSuchRunError:
        return None


def own() -> list[Record]:
    """This visitor's runs, the newest first.

    Raises:
        OutputError: the store does not answer.
    """
    return [record for record in engine().store.records() if is_own(record)]


def is_own(record: Record) -> bool:
    """Whether this visitor asked for the run, and so may stop it."""
    return record.session == visitor.name()


def losses(record: Record) -> list[curves.Row]:
    """Of the iterations that are finished, as a whole."""
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
# an iteration from the one of the same number that a resume has put in its place. What raises is
# not kept.
@st.cache_data(max_entries=64, show_spinner=False)
def _losses(run: str, done: int, loss: float | None) -> list[curves.Row]:
    return curves.read_losses(engine().store.folder(run).read(LOSSES))[:done]


@st.cache_data(max_entries=64, show_spinner=False)
def _drawn_curves(run: str, done: int, loss: float | None) -> str:
    return str(curves.figure(_losses(run, done, loss)).to_json())


def pictures(record: Record, rows: list[curves.Row]) -> list[dict[str, Any]]:
    """What the viewer shows: the picture of each finished iteration."""
    return [
        {
            "number": row.iteration,
            "words": words.iteration(row.iteration + 1, record.iterations, row.loss),
            "url": routes.PICTURE.format(run=record.id, name=PICTURE_NAME.format(row.iteration)),
            "thumbnail": routes.THUMBNAIL.format(
                run=record.id, name=PICTURE_NAME.format(row.iteration)
            ),
            "file": PICTURE_NAME.format(row.iteration),
        }
        for row in rows
    ]


def newest_picture(record: Record) -> str | None:
    """The name of the result, or of the last finished iteration; None before the first."""
    if record.state == "finished":
        return RESULT
    return PICTURE_NAME.format(record.done - 1) if record.done else None


@st.cache_data(ttl=_PRICE_SECONDS, show_spinner=False)
def seconds_per_work() -> float:
    """What a pixel's evaluation costs on this engine."""
    return order.seconds_per_work(engine().store.records())


def foretell(
    settings: Settings, photo: tuple[int, int], painting: tuple[int, int]
) -> forecast.Forecast:
    """What a run takes, about: by what this machine is known to do, or by past runs of a cluster.

    photo, painting: rows and columns.

    Raises:
        NstError: it cannot be done at that size.
    """
    scales = schedule.plan(photo, painting, settings)
    told = forecast.forecast_run(scales, settings)
    if not _is_elsewhere():
        return told
    return replace(told, seconds=schedule.work(scales, settings.evaluations) * seconds_per_work())


def require_memory(settings: Settings, photo: tuple[int, int], painting: tuple[int, int]) -> None:
    """See that a run fits, where it will be computed on this machine.

    Raises:
        NstError: it does not; says which size would.
    """
    if not _is_elsewhere():
        forecast.require_memory(schedule.plan(photo, painting, settings), settings)


def require_time(settings: Settings, photo: tuple[int, int], painting: tuple[int, int]) -> None:
    """See that a run does not take longer than whoever runs this page allows.

    Raises:
        NstError: it does.
    """
    most = environment.number(environment.MOST_MINUTES)
    seconds = foretell(settings, photo, painting).seconds
    if most is not None and seconds > 60 * most:
        raise InputError(
            f"A run may take at most {most:g} minutes here; choose a smaller size or fewer "
            f"iterations. Received: one of about {words.duration(seconds)}."
        )


def _is_elsewhere() -> bool:
    return bool(os.environ.get("NST_SCHEDULER"))


def attempt(verb: Callable[[str], None], run: str) -> None:
    """Stop a run, or go on with it; say so if that is not possible."""
    try:
        verb(run)
    except NstError as error:
        st.toast(words.plain(str(error)), icon=":material/error:")


def place_in_words(record: Record) -> str:
    """Where in the queue it is, and how long it waits there."""
    if not workers_now(engine().store):
        return texts.NO_WORKER
    place = engine().position(record.id) or 1
    wait = engine().seconds_until_start(record.id) or 0.0
    said = texts.NEXT if place == 1 else texts.PLACE.format(place=place)
    return texts.WAIT.format(place=said, time=words.duration(wait)) if wait else said
