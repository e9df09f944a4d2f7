"""The head of the page: its title, and the ways to the first screen and to the visitor's runs."""

import streamlit as st

from dashboard import address, keys, state, texts
from dashboard.panels import my_pictures


def draw_head() -> None:
    """Draw the head."""
    with st.container(horizontal=True, vertical_alignment="bottom", key=keys.HEAD):
        st.title(texts.TITLE, anchor=False)
        st.space("stretch")
        if address.names_run():
            st.button(texts.NEW, on_click=address.leave_run, icon=":material/add_photo_alternate:")
        st.button(
            texts.MY_RUNS,
            on_click=state.current().open_dialog,
            args=(my_pictures.KIND,),
            icon=":material/collections:",
        )
