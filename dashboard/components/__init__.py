"""Widgets that Streamlit has not: each is one of its components, of HTML, CSS and JavaScript here.

Each widget is called with a key, its data, and a callback for its trigger.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

_FOLDER = Path(__file__).parent

STYLESHEET = _FOLDER / "page.css"
"""What the theme cannot say of Streamlit's own widgets."""


def _component(name: str, *scripts: str) -> Callable[..., Any]:
    """A widget of its three files, and of further scripts that its own needs."""
    parts = {
        kind: (_FOLDER / f"{name}.{kind}").read_text("utf-8") for kind in ("html", "css", "js")
    }
    # A component has one script, which imports nothing.
    texts = [(_FOLDER / f"{script}.js").read_text("utf-8") for script in scripts]
    parts["js"] = "\n".join([*texts, parts["js"]])
    # plotly.js writes its styles into the document, where a shadow root would not see them.
    return st.components.v2.component(f"nst_{name}", **parts, isolate_styles=name != "chart")


styles = _component("styles")
"""Presets as pictures to choose from. data: chosen, options [{name, title, words, painting,
preview}], texts. Trigger: `chosen`, the name of a preset, also of the one that was chosen."""

viewer = _component("viewer", "mixture")
"""The iterations of a run. data: run, pictures [{number, words, url, thumbnail, file}], photo,
paintings [{url, words}], own, retouch {strength, keepsColours}, strengths, texts.
Triggers: `from`, the number of an iteration to go on from; `retouch`, as it was left."""

chart = _component("chart")
"""Loss curves by `Plotly.react`. data: run, plotly (its address), figure (JSON text), pictures
{iteration: url}, texts."""

plane = _component("plane")
"""Runs by how near they came to photo and painting. data: points [{run, here, photo, painting (both
0..1), words, thumbnail}], texts. Trigger: `chosen`, the id of a run."""

brush = _component("brush", "strokes")
"""A brush over a photo. data: photo (its key), picture (its address), columns and rows of the mask,
mask (a grey PNG in base 64, what was painted before; else empty), texts. State: `painted`, the
photo's key and the mask as `png`, as soon as something was painted."""
