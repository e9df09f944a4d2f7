"""The page's view of runs: one engine for the server, and what the store says of a run."""

import streamlit as st

from dashboard import visitor
from nst_core import decoding, presets
from nst_core.errors import NstError
from nst_core.runs.engine import Engine, open_engine
from nst_core.runs.record import Record
from nst_core.runs.writer import PICTURE_NAME, RESULT


@st.cache_resource(show_spinner=False, on_release=lambda engine: engine.close())
def engine() -> Engine:
    """The engine that computes what this server's pages ask for.

    Raises:
        NstError: `NST_RUNS` leads nowhere.
    """
    return open_engine()


def submit(photo: decoding.Picture, photo_name: str, preset: presets.Preset, size: int) -> str:
    """Queue a run. Returns: its id.

    Raises:
        NstError: there is no place, or something is not usable.
    """
    painting = presets.read_painting(preset)
    settings = preset.settings.changed(size=size)
    return engine().submit(
        photo.pixels,
        painting.pixels,
        settings,
        session=visitor.name(),
        title=preset.title,
        photo_name=photo_name,
    )


def find(run: str) -> Record | None:
    """What the store knows of a run; None if there is none of that id."""
    try:
        return engine().store.get(run)
    except NstError:
        return None


def is_own(record: Record) -> bool:
    """Whether this visitor asked for the run, and so may stop it."""
    return record.session == visitor.name()


def newest_picture(record: Record) -> bytes | None:
    """The PNG of the result, or of the last finished iteration; None before the first."""
    names = []
    if record.state == "finished":
        names.append(RESULT)
    if record.done:
        names.append(PICTURE_NAME.format(record.done - 1))
    for name in names:
        try:
            return engine().store.folder(record.id).read(name)
        except (FileNotFoundError, NstError):
            continue  # removed meanwhile
    return None
