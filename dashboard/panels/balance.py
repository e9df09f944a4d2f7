"""The slider between photo and painting."""

import streamlit as st

from dashboard import texts
from dashboard.choice import MIDDLE, MOST


def choose_balance(key: str, in_address: bool = False) -> int:
    """Draw the slider. Where it stands is returned: 0 (all photo) to 100 (all painting).

    Args:
        key: of the widget.
        in_address: whether the page's address carries it, under the same name.
    """
    photo_end, painting_end = texts.BALANCE_ENDS
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(photo_end, width="content")
        balance = st.slider(
            texts.BALANCE,
            0,
            MOST,
            MIDDLE,
            step=5,
            key=key,
            bind="query-params" if in_address else None,
            format=" ",
            label_visibility="collapsed",
        )
        st.caption(painting_end, width="content")
    return balance
