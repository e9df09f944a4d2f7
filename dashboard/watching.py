"""A run on the page: how far it is, its pictures and curves, and what can be done with it."""

import streamlit as st

from dashboard import components, dialogs, onward, routes, runs, share, texts, visitor, words
from nst_core.errors import NstError
from nst_core.plan.schedule import seconds_left
from nst_core.runs.store import layout
from nst_core.runs.store.losses import LossRow
from nst_core.runs.store.record import Record

_SECONDS_BETWEEN_LOOKS, _SECONDS_OF_OTHERS = 1.0, 2.0
_SHARE_THAT_DOMINATES = 0.85


def draw(record: Record) -> None:
    """Draw a run: live while it goes on, whoever looks."""
    # A fragment also at the end, so that the widgets stay the same ones, with zoom and all.
    between = _SECONDS_BETWEEN_LOOKS if runs.is_own(record) else _SECONDS_OF_OTHERS
    st.fragment(_look, run_every=None if record.is_over else between)(record.id, record.is_over)


def _look(run: str, is_last: bool) -> None:
    try:
        record = runs.find(run)
    except NstError as error:
        st.warning(words.plain(str(error)))  # it is looked at again in a moment
        return
    if record is None or record.is_over != is_last or dialogs.is_asked_for():
        st.rerun()
    _draw_once(record)


def _draw_once(record: Record) -> None:
    rows = runs.losses(record)
    own = runs.is_own(record)
    with st.container(horizontal=True, vertical_alignment="center", key="status"):
        if record.is_over:
            _show_end(record, rows, own)
        else:
            st.progress(min(1.0, max(0.0, record.progress)), in_words(record, rows))
        if own and not record.is_over:
            label = texts.STOPPING if record.cancelling else texts.STOP
            st.button(
                label,
                key="stop",
                on_click=runs.attempt,
                args=(runs.engine().cancel, record.id),
                disabled=record.cancelling,
                icon=":material/stop_circle:",
            )
        if own and record.state in ("cancelled", "failed"):
            st.button(
                words.on_primary("play_circle", texts.CONTINUE),
                key="continue",
                type="primary",
                on_click=runs.attempt,
                args=(runs.engine().resume, record.id),
            )
    if not own and not record.is_over and visitor.is_known():
        st.caption(texts.WATCHING_ANOTHERS)
    left, right = st.columns([3, 2], gap="large")
    with left:
        draw_pictures(record, rows, own)
    with right:
        draw_curves(record, rows)
        _offer_files(record)
        if record.parent is not None:
            st.caption(texts.CAME_FROM.format(link=f"?run={record.parent}"))


def draw_pictures(record: Record, rows: list[LossRow], own: bool, key: str = "viewer") -> None:
    """The run's pictures, to look through, and to compare with photo and painting."""

    def go_on() -> None:
        number = st.session_state[key].get("from")
        if isinstance(number, int) and 0 <= number < len(rows):
            onward.ask(record.id, number)

    pictures = {
        kind: routes.PREVIEW.format(run=record.id, name=name)
        for kind, name in (("photo", layout.PHOTO), ("painting", layout.PAINTING))
    }
    components.viewer(
        key=key,
        data={
            "run": record.id,
            "pictures": runs.pictures(record, rows),
            "own": own,
            "texts": texts.VIEWER,
            **pictures,
        },
        on_from_change=go_on,
    )


def draw_curves(record: Record, rows: list[LossRow], key: str = "chart") -> None:
    """The run's losses."""
    pictures = {
        picture["number"] + 1: picture["thumbnail"] for picture in runs.pictures(record, rows)
    }
    components.chart(
        key=key,
        data={
            "run": record.id,
            "plotly": routes.PLOTLY,
            "figure": runs.drawn_curves(record),
            "pictures": pictures,
            "texts": texts.CHART,
        },
    )


def in_words(record: Record, rows: list[LossRow]) -> str:
    """Where a run is, and how long it will take."""
    if record.state == "interrupted":
        return texts.INTERRUPTED
    if record.state == "queued":
        return runs.place_in_words(record)
    if record.doing:
        return words.plain(record.doing)
    if not record.done:
        return texts.GETTING_READY
    said = words.iteration(record.done, record.iterations, record.loss)
    if rows:
        said = f"{said}, {texts.EVALUATIONS.format(evaluations=rows[-1].evaluations)}"
    left = seconds_left(record.seconds, done=record.progress, left=1 - record.progress)
    if left is None:
        return said
    return f"{said}, {texts.LEFT.format(time=words.duration(left))}"


def _show_end(record: Record, rows: list[LossRow], own: bool) -> None:
    said = advice(record, rows, own)
    if record.state == "failed":
        st.error(f"{words.sentence(record.reason or texts.FAILED)} {said}")
    elif record.state == "cancelled":
        st.info(f"{texts.STOPPED.format(done=record.done, iterations=record.iterations)} {said}")
    else:
        st.success(f"{texts.FINISHED.format(reason=words.plain(record.reason))} {said}")


def advice(record: Record, rows: list[LossRow], own: bool = True) -> str:
    """What to try next, if there is anything to say.

    own: whether it is said to the one who can go on with the run.
    """
    if record.state == "cancelled":
        return texts.ADVICE["cancelled"] if own else ""
    if record.state == "finished" and record.stopped in ("stalled", "converged"):
        return texts.ADVICE[record.stopped]
    if not rows:
        return ""
    shares = dict.fromkeys(("content", "style", "variation"), 0.0)
    for name, value in rows[-1].terms.items():
        kind = next((kind for kind in shares if name.startswith(kind)), None)
        if kind:
            shares[kind] += value / (rows[-1].loss or 1.0)
    kind, share = max(shares.items(), key=lambda item: item[1])
    return texts.ADVICE[kind] if share > _SHARE_THAT_DOMINATES else ""


def _offer_files(record: Record) -> None:
    name = runs.newest_picture(record)
    with st.container(horizontal=True):
        if name is not None:
            st.link_button(
                texts.PICTURE_FILE,
                routes.PICTURE.format(run=record.id, name=name) + "?download",
                icon=":material/download:",
            )
            st.link_button(
                texts.ZIP,
                routes.GALLERY.format(run=record.id),
                icon=":material/photo_library:",
            )
            st.link_button(
                texts.ANIMATION,
                routes.ANIMATION.format(run=record.id),
                icon=":material/animation:",
            )
        share.offer(record)
