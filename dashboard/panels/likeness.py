"""How near a finished picture came to its photo and its painting, among the visitor's others."""

from typing import Any

import streamlit as st

from dashboard import address, components, formatting, keys, texts
from dashboard.runs.losses import newest_picture
from dashboard.runs.scores import own_scores
from dashboard.server import addresses
from nst_core.runs.store import layout
from nst_core.runs.store.record import Record
from nst_core.scoring.score import Score


def draw_likeness(record: Record) -> None:
    """Draw the visitor's runs, each where it came to lie; a click on one leads to it."""
    scores = own_scores(record)
    if not any(each.id == record.id for each, _ in scores):
        return

    def lead_to_run() -> None:
        chosen = st.session_state[keys.PLANE].get("chosen")
        if chosen in [each.id for each, _ in scores]:
            address.show_run(chosen)

    components.plane(
        key=keys.PLANE,
        data={
            "points": [_point(each, score, record.id) for each, score in scores],
            "texts": texts.PLANE,
        },
        on_chosen_change=lead_to_run,
    )


def _point(record: Record, score: Score, here: str) -> dict[str, Any]:
    name = newest_picture(record) or layout.PHOTO
    return {
        "run": record.id,
        "here": record.id == here,
        "painting": min(1.0, max(0.0, score.painting_likeness)),
        "photo": min(1.0, max(0.0, score.photo_likeness)),
        "words": f"{record.title}. {formatting.likeness(score)}",
        "thumbnail": addresses.THUMBNAIL.format(run=record.id, name=name),
    }
