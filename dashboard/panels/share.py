"""The link to a run, to copy and to point a phone at."""

import io

import segno
import streamlit as st

from dashboard import texts
from nst_core.runs.store.record import Record


def offer_link(record: Record) -> None:
    """Draw the button that shows the link."""
    with st.popover(texts.SHARE, icon=":material/share:"):
        address = link(record.id)
        st.caption(texts.SHARE_WORDS)
        st.code(address, language=None)
        st.image(qr_code(address), width=200, alt=address)


def link(run: str) -> str:
    """The address of a run, as this visitor's browser reaches the page."""
    page = str(st.context.url or "").split("?")[0]
    return f"{page}?run={run}"


@st.cache_data(max_entries=64, show_spinner=False)
def qr_code(address: str) -> bytes:
    """A PNG with the address as a QR code, dark on light in either theme."""
    buffer = io.BytesIO()
    segno.make(address, error="m").save(buffer, kind="png", scale=6, border=2)
    return buffer.getvalue()
