"""The viewer: a run's pictures, to look through and to compare with photo and painting."""

import streamlit as st

from dashboard import address, components, keys, state, texts
from dashboard.panels import go_on
from dashboard.runs.losses import has_mask, painting_names, pictures
from dashboard.server import addresses
from nst_core.pictures.retouch import AS_PAINTED, LEAST, MOST, Retouch
from nst_core.runs.store import layout
from nst_core.runs.store.losses import LossRow
from nst_core.runs.store.record import Record


def draw_viewer(
    record: Record, rows: list[LossRow], own: bool, retouch: Retouch, key: str = keys.VIEWER
) -> None:
    """Draw the pictures.

    Args:
        record: of the run.
        rows: its losses, one row for each picture.
        own: whether the visitor may go on from a picture.
        retouch: how the pictures are shown at first; what is changed there goes into the address.
        key: of the component.
    """

    def ask_how_to_go_on() -> None:
        number = st.session_state[key].get("from")
        if isinstance(number, int) and 0 <= number < len(rows):
            state.current().open_dialog(go_on.KIND, record.id, number)

    def note_retouch() -> None:
        match st.session_state[key].get("retouch"):
            case {"strength": int(strength), "keepsColours": bool(keeps)}:
                if LEAST <= strength <= MOST:
                    address.show_retouch(Retouch(strength, keeps))

    def preview(name: str) -> str:
        return addresses.PREVIEW.format(run=record.id, name=name)

    names = painting_names(record)
    beside = {layout.painting(number): words for number, words in enumerate(names)}
    if has_mask(record):
        beside[layout.mask("paint")] = texts.VIEWER["mask"]
    components.viewer(
        key=key,
        data={
            "run": record.id,
            "pictures": pictures(record, rows),
            "own": own,
            "retouch": {"strength": retouch.strength, "keepsColours": retouch.keeps_colours},
            "strengths": [LEAST, AS_PAINTED, MOST],
            "texts": texts.VIEWER,
            "photo": preview(layout.PHOTO),
            "paintings": [{"url": preview(name), "words": words} for name, words in beside.items()],
        },
        on_from_change=ask_how_to_go_on,
        on_retouch_change=note_retouch,
    )
