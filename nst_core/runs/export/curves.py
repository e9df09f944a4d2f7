"""The losses of a run, drawn."""

import bisect
import colorsys
import itertools
from collections.abc import Iterator, Sequence

import plotly.graph_objects as go

from nst_core.runs.store.losses import LossRow

# The hue of each kind's first layer in degrees; each further layer turns it by `_TURN`.
_HUES = {"total": 350, "content": 30, "style": 190, "variation": 130}
_OTHER_HUE, _TURN = 290, 15
# Of every line's colour, 0..1.
_SATURATION = 0.65
# The luminance is in the middle between a light ground's and a dark one's: legible on both.
_LUMINANCE = 0.19
_MARK = "#808080"
_GRID = {"gridcolor": "rgba(128,128,128,0.25)", "zeroline": False}
_LAYOUT = {
    "template": "none",
    "hovermode": "x unified",
    "hoverdistance": -1,
    "margin": {"l": 60, "r": 10, "t": 10, "b": 40},
    "xaxis": {
        "title": {"text": "iteration", "standoff": 4},
        "unifiedhovertitle": {"text": "iteration %{x}"},
        **_GRID,
    },
    "yaxis": {"title": "loss", "type": "log", "exponentformat": "power", **_GRID},
    "legend": {"orientation": "h", "y": -0.3},
    "paper_bgcolor": "rgba(0,0,0,0)",
    "plot_bgcolor": "rgba(0,0,0,0)",
    "font": {"color": "#808080"},
}
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")


def figure(rows: Sequence[LossRow]) -> go.Figure:
    """Total loss and each weighted term by iteration, from 1, on a logarithmic axis.

    A change of scale is marked by a dotted line.

    Example:
        >>> [trace.name for trace in figure(losses_from_bytes(folder.read(layout.LOSSES))).data]
        ['total', 'content/block2_conv2', 'style/block1_conv1', 'variation', 'chroma']
    """
    chart = go.Figure()
    curves = {"total": [row.loss for row in rows]}
    for name in rows[0].terms if rows else ():
        curves[name] = [row.terms[name] for row in rows]
    for (name, values), look in zip(curves.items(), _looks(list(curves)), strict=True):
        chart.add_scatter(
            x=[row.iteration + 1 for row in rows],
            # A logarithmic axis has no place for a term of weight 0.
            y=[value if value > 0 else None for value in values],
            name=name,
            mode="lines+markers",
            line={"width": 3 if name == "total" else 1.5, **look},
            marker={"size": 5 if name == "total" else 3},
            hovertemplate="%{y:.4g}",
        )
    for before, row in itertools.pairwise(rows):
        if row.scale != before.scale:
            line = {"width": 1, "dash": "dot", "color": _MARK}
            chart.add_vline(x=row.iteration + 0.5, line=line, opacity=1)
    chart.update_layout(_LAYOUT)
    return chart


def _looks(names: Sequence[str]) -> Iterator[dict[str, str]]:
    """The colour and dash of each line: a kind of term has a hue, its layers turn it a little."""
    kinds = [name.split("/")[0] for name in names]
    for index, kind in enumerate(kinds):
        layer = kinds[:index].count(kind)
        hue = _HUES.get(kind, _OTHER_HUE) + _TURN * layer
        yield {"color": _legible(hue), "dash": _DASHES[layer % len(_DASHES)]}


def _legible(hue: float) -> str:
    """The shade of a hue, in degrees, that has the same luminance as all others."""

    def shade(lightness: float) -> tuple[float, float, float]:
        return colorsys.hls_to_rgb(hue / 360 % 1, lightness / 1000, _SATURATION)

    lightness = bisect.bisect(range(1001), _LUMINANCE, key=lambda step: _luminance(*shade(step)))
    return "#" + "".join(f"{round(255 * part):02x}" for part in shade(lightness))


def _luminance(*colour: float) -> float:
    """Relative luminance, as WCAG 2.2 defines it. colour: red, green and blue, 0..1."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
