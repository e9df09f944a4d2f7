"""What was computed for one visitor, kept by Streamlit for as long as their connection lasts.

Any drop of the connection empties it; then everything here is computed anew.
"""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st
from PIL import Image

from nst_core.errors import ImageError
from nst_core.pictures.decoding import Picture
from nst_core.pictures.guarded.guard import UnavailableError, decode_guarded
from nst_core.pictures.masks import Mask, Masks, as_mask
from nst_core.pictures.pixels import Pixels, resize
from nst_core.pictures.strip import side_by_side
from nst_core.plan import schedule
from nst_core.runs.store.store import Store
from nst_core.settings import Settings

Inputs = tuple[Pixels, Pixels, Settings, tuple[Pixels, ...], Masks | None]
"""Photo and painting of a run, each uint8 (H, W, 3), its settings, other paintings and masks."""

_MOST_PICTURES, _PREVIEW_PIXELS = 6, 920
"""A photo, four paintings that are mixed, and one more, so that none is decoded twice."""
_STRIP = 96, 720


@dataclass
class SessionCache:
    """What the functions below have computed.

    Attributes:
        pictures: the last few decoded ones, by the identity of their bytes.
        refusals: the sentences of the last few that are no good pictures, likewise.
        previews: the same for how the page shows them, uint8 (h, w, 3).
        addresses: of these as JPEG files, each holding the whole file.
        part: what was painted over the photo, with the file that it came in.
        strips: the last few mixes as pictures, by their paintings' keys and shares.
        inputs: of the run that was asked for last, with its id.
    """

    pictures: dict[str, Picture] = field(default_factory=dict)
    refusals: dict[str, str] = field(default_factory=dict)
    previews: dict[str, Pixels] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    part: tuple[bytes, Mask] | None = None
    strips: dict[str, Pixels] = field(default_factory=dict)
    inputs: tuple[str, Inputs] | None = None


@st.cache_resource(scope="session", show_spinner=False)
def current() -> SessionCache:
    """The cache of the visitor that the page is drawn for."""
    return SessionCache()


def decoded(key: str, data: bytes, name: str) -> Picture:
    """A picture, decoded once for as long as it is in hand; one that is refused is so only once.

    Args:
        key: the same for the same bytes.
        data: the file.
        name: the file's name, for the sentence that refuses it.

    Raises:
        ImageError: it is not a good picture, or none can be decoded now.
    """
    pictures, refusals = current().pictures, current().refusals
    if key in refusals:
        raise ImageError(refusals[key])
    if key not in pictures:
        try:
            pictures[key] = decode_guarded(data, name)
        except UnavailableError:  # the next time it may be decoded
            raise
        except ImageError as error:
            refusals[key] = str(error)
            _keep_last(refusals)
            raise
        _keep_last(pictures)
    return pictures[key]


def preview(key: str, picture: Picture) -> Pixels:
    """The picture as large as the page shows it, uint8 (h, w, 3); `key` as in `decoded`."""
    previews = current().previews
    if key not in previews:
        rows, columns = picture.pixels.shape[:2]
        longer_side = min(_PREVIEW_PIXELS, max(rows, columns))
        previews[key] = resize(picture.pixels, *schedule.scaled_to((rows, columns), longer_side))
        _keep_last(previews)
    return previews[key]


def preview_address(key: str, picture: Picture) -> str:
    """The same as an address that holds the whole file, for a widget of the page's own."""
    addresses = current().addresses
    if key not in addresses:
        buffer = io.BytesIO()
        Image.fromarray(preview(key, picture)).save(buffer, "JPEG", quality=82)
        addresses[key] = f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode()}"
        _keep_last(addresses)
    return addresses[key]


def part(data: bytes, name: str) -> Mask:
    """What was painted over a photo, uint8 (h, w), read once; only the last one is remembered.

    Args:
        data: a grey picture's file.
        name: what to call it in an error.

    Raises:
        ImageError: it is not a good picture, or none can be decoded now.
    """
    cache = current()
    if cache.part is None or cache.part[0] != data:
        cache.part = data, as_mask(decode_guarded(data, name).pixels, name)
    return cache.part[1]


def strip(keys: Sequence[str], paintings: Sequence[Picture], shares: Sequence[float]) -> Pixels:
    """The paintings of a mix side by side, uint8 (h, w, 3), each as wide as its share.

    Args:
        keys: of the paintings, as in `decoded`.
        paintings: as large as they are.
        shares: of the width, in any unit.
    """
    strips, key = current().strips, f"{[*keys]} {[*shares]}"
    if key not in strips:
        strips[key] = side_by_side([painting.pixels for painting in paintings], shares, *_STRIP)
        _keep_last(strips)
    return strips[key]


def inputs(store: Store, run: str) -> Inputs:
    """All that a run is computed from, read once for as long as no other run is asked for.

    Raises:
        NstError: the run is gone, or a file of it is damaged.
    """
    cache = current()
    if cache.inputs is None or cache.inputs[0] != run:
        cache.inputs = run, (*store.inputs(run), *store.further(run))
    return cache.inputs[1]


def _keep_last(pictures: dict[str, Any]) -> None:
    while len(pictures) > _MOST_PICTURES:
        del pictures[next(iter(pictures))]
