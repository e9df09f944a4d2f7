"""What can be taken home: the picture, all iterations, and an animation of them."""

import streamlit as st

from dashboard import texts
from dashboard.runs.losses import newest_picture
from dashboard.server import addresses
from nst_core.pictures.retouch import Retouch
from nst_core.runs.store.record import Record


def offer_downloads(record: Record, retouch: Retouch) -> None:
    """Draw a link to each file, if there is a picture yet; they are retouched as it is shown."""
    name = newest_picture(record)
    if name is None:
        return
    picture = addresses.PICTURE.format(run=record.id, name=name)
    picture = addresses.with_retouch(f"{picture}?download", retouch)
    st.link_button(texts.PICTURE_FILE, picture, icon=":material/download:")
    gallery = addresses.with_retouch(addresses.GALLERY.format(run=record.id), retouch)
    st.link_button(texts.ZIP, gallery, icon=":material/photo_library:")
    animation = addresses.with_retouch(addresses.ANIMATION.format(run=record.id), retouch)
    st.link_button(texts.ANIMATION, animation, icon=":material/animation:")
