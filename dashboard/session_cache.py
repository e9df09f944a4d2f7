"""What one visitor has in hand, kept by Streamlit for as long as their session lasts."""

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from nst_core.errors import NstError
from nst_core.pictures.decoding import Picture, decode_picture
from nst_core.pictures.pixels import Pixels, resize
from nst_core.plan import schedule
from nst_core.runs.store.store import Store
from nst_core.settings import Settings

Inputs = tuple[Pixels, Pixels, Settings]
"""Photo, painting and settings of a run."""


@dataclass
class Session:
    """What is computed anew if it is lost; see the functions that give it.

    Attributes:
        pictures, previews: by their bytes' identity, the last few only.
        inputs: of the run that was asked for last.
    """

    pictures: dict[str, Picture] = field(default_factory=dict)
    previews: dict[str, Pixels] = field(default_factory=dict)
    inputs: tuple[str, Inputs] | None = None


_MOST_PICTURES, _PREVIEW_PIXELS = 4, 920


@st.cache_resource(scope="session", show_spinner=False)
def current() -> Session:
    """The session that the page is drawn for."""
    return Session()


def decoded(key: str, data: bytes, name: str) -> Picture:
    """A picture, decoded once for as long as it is in hand.

    key: the same for the same bytes.

    Raises:
        NstError: it is not a good picture.
    """
    pictures = current().pictures
    if key not in pictures:
        try:
            pictures[key] = decode_picture(data, name)
        except NstError:
            pictures.pop(key, None)
            raise
        _keep_last(pictures)
    return pictures[key]


def preview(key: str, picture: Picture) -> Pixels:
    """The picture as large as the page shows it, uint8 (h, w, 3); `key` as in `decoded`."""
    previews = current().previews
    if key not in previews:
        rows, columns = picture.pixels.shape[:2]
        longer_side = min(_PREVIEW_PIXELS, max(rows, columns))
        previews[key] = resize(picture.pixels, *schedule.fit((rows, columns), longer_side))
        _keep_last(previews)
    return previews[key]


def inputs(store: Store, run: str) -> Inputs:
    """Photo, painting and settings of a run, read once for as long as no other run is asked for.

    Raises:
        NstError: the run is gone, or a file of it is damaged.
    """
    session = current()
    if session.inputs is None or session.inputs[0] != run:
        session.inputs = run, store.inputs(run)
    return session.inputs[1]


def _keep_last(pictures: dict[str, Any]) -> None:
    while len(pictures) > _MOST_PICTURES:
        del pictures[next(iter(pictures))]
