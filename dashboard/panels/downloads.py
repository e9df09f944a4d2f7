"""What can be taken home: the picture, all iterations, and an animation of them."""

import streamlit as st

from dashboard import texts
from dashboard.runs.losses import newest_picture
from dashboard.server import addresses
from nst_core.runs.store.record import Record


def offer_downloads(record: Record) -> None:
    """Draw a link to each file, if there is a picture yet."""
    name = newest_picture(record)
    if name is None:
        return
    picture = addresses.PICTURE.format(run=record.id, name=name)
    st.link_button(texts.PICTURE_FILE, f"{picture}?download", icon=":material/download:")
    gallery = addresses.GALLERY.format(run=record.id)
    st.link_button(texts.ZIP, gallery, icon=":material/photo_library:")
    animation = addresses.ANIMATION.format(run=record.id)
    st.link_button(texts.ANIMATION, animation, icon=":material/animation:")
