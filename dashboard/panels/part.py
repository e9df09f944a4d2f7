"""A part of the photo that alone is repainted, painted with a brush over the photo."""

import base64
import binascii

import streamlit as st

from dashboard import components, formatting, keys, session_cache, state, texts
from dashboard.state import PaintedPart
from nst_core.errors import ImageError, NstError
from nst_core.pictures.decoding import Picture
from nst_core.pictures.masks import Masks
from nst_core.pictures.pixels import SMALLEST_SIDE
from nst_core.plan.regions import require_terms_for_masks
from nst_core.plan.schedule import Size, scaled_to
from nst_core.settings import Settings

MOST_SIDE = 512
"""Pixels of a mask's longer side: a brush needs no more, whatever the photo has."""
MOST_BYTES = 1 << 20
"""Of a mask's file, which is never larger at that size."""


def choose_part(photo: Picture | None, settings: Settings) -> tuple[Masks | None, str]:
    """Draw the brush over the photo in hand. Returned: where to paint, and what is wrong with that.

    Args:
        photo: the one in hand; without one there is no brush.
        settings: of the run, which may have terms that know no masks.

    Returns:
        None for the whole photo; and a sentence, empty where the run can be started.
    """
    file = state.current().in_hand.get("photo")
    if photo is None or file is None:
        return None, ""
    part = state.current().part_of(file.key)
    with st.expander(texts.PART, icon=":material/draw:", key=keys.PART):
        try:
            require_terms_for_masks(settings)
        except NstError as error:
            refusal = formatting.plain(str(error))
            st.caption(refusal)
        else:
            refusal = ""
            part = _draw_brush(photo, file.key, part)
    if refusal and part is not None:
        st.caption(f"{refusal} {texts.PART_LEFT_OUT}")
    if refusal or part is None:
        return None, ""
    try:
        masks = masks_of(part)
    except NstError as error:
        st.error(formatting.plain(str(error)))
        return None, str(error)
    if masks is not None:
        st.caption(texts.ONLY_PART)
    return masks, ""


def _draw_brush(photo: Picture, key: str, part: PaintedPart | None) -> PaintedPart | None:
    """Draw the brush. What is painted now is returned, and remembered."""
    rows, columns = mask_size(photo.pixels.shape[:2])
    result = components.brush(
        key=keys.BRUSH,
        data={
            "photo": key,
            "picture": session_cache.preview_address(key, photo),
            "columns": columns,
            "rows": rows,
            "mask": base64.b64encode(part.data).decode() if part else "",
            "texts": texts.BRUSH,
        },
        default={"painted": None},
        on_painted_change=lambda: None,
    )
    # What the widget holds comes with every run of the page, so no click can cut it short. It may
    # still hold what was painted over the photo before.
    match result.painted:
        case {"photo": str(photo_key), "png": str(png)} if photo_key == key:
            part = part_from(key, png)
    state.current().part = part
    return part


def mask_size(photo: Size) -> Size:
    """Rows and columns of the mask that is painted over a photo of so many.

    Example:
        >>> mask_size((600, 800)), mask_size((40, 4000))
        ((384, 512), (32, 512))
    """
    rows, columns = scaled_to(photo, min(MOST_SIDE, max(photo)))
    return max(SMALLEST_SIDE, rows), max(SMALLEST_SIDE, columns)


def part_from(photo: str, png: str) -> PaintedPart | None:
    """What a browser says was painted over a photo; None for nothing.

    Args:
        photo: the key of its file.
        png: a picture's file in base 64, from whoever calls itself a browser.

    Example:
        >>> part_from("sample cat", "") is None
        True
    """
    try:
        # One byte more than allowed tells that it is too large.
        data = base64.b64decode(png[: 4 * (MOST_BYTES // 3 + 2)], validate=True)
    except (binascii.Error, ValueError):
        data = b"?"  # which is refused where it is looked into
    return PaintedPart(photo, data) if data else None


def masks_of(part: PaintedPart) -> Masks | None:
    """Where to paint; None where what was painted is all or nothing, so that no mask is needed.

    Raises:
        ImageError: it is no picture, is too large, or cannot be opened now.
    """
    name = texts.PAINTED_PART
    if len(part.data) > MOST_BYTES:
        raise ImageError(
            f"{name} must be a file of at most {MOST_BYTES >> 20} MB. Received: more than that."
        )
    mask = session_cache.part(part.data, name)
    if max(mask.shape) > MOST_SIDE:
        rows, columns = mask.shape
        raise ImageError(
            f"{name} must be at most {MOST_SIDE} pixels a side. Received: {columns} x {rows}."
        )
    return None if not mask.any() or mask.min() == 255 else Masks(paint=mask)
