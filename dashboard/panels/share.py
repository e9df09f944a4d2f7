"""The link to a run, to copy and to point a phone at."""

import io

import segno
import streamlit as st

from dashboard import address, texts
from nst_core.pictures.retouch import Retouch
from nst_core.runs.store.record import Record


def offer_link(record: Record, retouch: Retouch) -> None:
    """Draw the button that shows the link; who follows it sees the pictures retouched alike."""
    with st.popover(texts.SHARE, icon=":material/share:"):
        url = link(record.id, retouch)
        st.caption(texts.SHARE_WORDS)
        st.code(url, language=None)
        st.image(qr_code(url), width=200, alt=url)


def link(run: str, retouch: Retouch) -> str:
    """The address of a run, as this visitor's browser reaches the page."""
    page = str(st.context.url or "").split("?")[0]
    return f"{page}{address.of_run(run, retouch)}"


@st.cache_data(max_entries=64, show_spinner=False)
def qr_code(url: str) -> bytes:
    """A PNG with an address as a QR code, dark on light in either theme."""
    buffer = io.BytesIO()
    segno.make(url, error="m").save(buffer, kind="png", scale=6, border=2)
    return buffer.getvalue()
