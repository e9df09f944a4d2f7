"""What one visitor has in hand, kept by Streamlit for as long as their session lasts."""

from dataclasses import dataclass, field

import streamlit as st

from nst_core import decoding
from nst_core.errors import NstError


@dataclass
class Session:
    """Decoded pictures by their bytes' identity, the last few only; see `decoded`."""

    pictures: dict[str, decoding.Picture] = field(default_factory=dict)


_MOST_PICTURES = 4


@st.cache_resource(scope="session", show_spinner=False)
def current() -> Session:
    """The session that the page is drawn for."""
    return Session()


def decoded(key: str, data: bytes, name: str) -> decoding.Picture:
    """A picture, decoded once for as long as it is in hand.

    key: the same for the same bytes.

    Raises:
        NstError: it is not a good picture.
    """
    pictures = current().pictures
    if key not in pictures:
        try:
            pictures[key] = decoding.decode(data, name)
        except NstError:
            pictures.pop(key, None)
            raise
        while len(pictures) > _MOST_PICTURES:
            del pictures[next(iter(pictures))]
    return pictures[key]
