"""The page's own widgets: `components/*.html, .css, .js`, each a small component of Streamlit's."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

_FOLDER = Path(__file__).parent


def _component(name: str) -> Callable[..., Any]:
    parts = {kind: (_FOLDER / f"{name}.{kind}").read_text() for kind in ("html", "css", "js")}
    # plotly.js writes its styles into the document, where a shadow root would not see them.
    return st.components.v2.component(f"nst_{name}", **parts, isolate_styles=name != "chart")


styles = _component("styles")
"""Presets as pictures to choose from. data: chosen, options [{name, title, words, painting,
preview}], texts. Trigger: `chosen`, the name of a preset, also of the one that was chosen."""

viewer = _component("viewer")
"""The iterations of a run. data: run, pictures [{number, words, url, thumbnail, file}], photo,
painting, own, texts. Trigger: `from`, the number of an iteration to go on from."""

chart = _component("chart")
"""Loss curves by `Plotly.react`. data: run, plotly (its address), figure (JSON text), pictures
{iteration: url}, texts."""
