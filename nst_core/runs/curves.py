"""The losses of a run: read from `losses.csv`, and drawn."""

import csv
import io
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

# Hue in degrees, lightness of the first layer, and what each further layer adds; in percent.
_HUES = {
    "total": (350, 52, 0),
    "content": (35, 48, 10),
    "style": (200, 36, 9),
    "variation": (130, 42, 0),
}
_OTHER_HUE = (280, 55, 8)
_NOT_TERMS = ("iteration", "scale", "rows", "columns", "evaluations", "loss")


@dataclass(frozen=True)
class Row:
    """One finished iteration; `terms` are weighted, and their sum is `loss`."""

    iteration: int
    scale: int
    evaluations: int
    loss: float
    terms: Mapping[str, float]


def read_losses(data: bytes) -> list[Row]:
    """The rows of a `losses.csv`; none before the first iteration."""
    return [
        Row(
            iteration=int(row["iteration"]),
            scale=int(row["scale"]),
            evaluations=int(row["evaluations"]),
            loss=float(row["loss"]),
            terms={name: float(row[name]) for name in row if name not in _NOT_TERMS},
        )
        for row in csv.DictReader(io.StringIO(data.decode()))
    ]


def figure(rows: Sequence[Row]) -> go.Figure:
    """Total loss and each weighted term by iteration, from 1, on a logarithmic axis.

    A change of scale is marked by a dotted line.
    """
    drawn = go.Figure()
    numbers = [row.iteration + 1 for row in rows]
    curves = {"total": [row.loss for row in rows]}
    for name in rows[0].terms if rows else ():
        curves[name] = [row.terms[name] for row in rows]
    for (name, values), colour in zip(curves.items(), _colours(list(curves)), strict=True):
        drawn.add_scatter(
            x=numbers,
            # A logarithmic axis has no place for a term of weight 0.
            y=[value if value > 0 else None for value in values],
            name=name,
            mode="lines+markers",
            line={"width": 3 if name == "total" else 1.5, "color": colour},
            marker={"size": 5 if name == "total" else 3},
            hovertemplate="%{y:.4g}",
        )
    for before, row in itertools.pairwise(rows):
        if row.scale != before.scale:
            drawn.add_vline(x=row.iteration + 0.5, line={"width": 1, "dash": "dot"}, opacity=0.5)
    grid = {"gridcolor": "rgba(128,128,128,0.25)", "zeroline": False}
    drawn.update_layout(
        template="none",
        hovermode="x unified",
        hoverdistance=-1,
        margin={"l": 60, "r": 10, "t": 10, "b": 40},
        xaxis={
            "title": {"text": "iteration", "standoff": 4},
            "unifiedhovertitle": {"text": "iteration %{x}"},
            **grid,
        },
        yaxis={"title": "loss", "type": "log", "exponentformat": "power", **grid},
        legend={"orientation": "h", "y": -0.3},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": "#808080"},
    )
    return drawn


def _colours(names: Sequence[str]) -> Iterator[str]:
    """Legible on light and on dark: each kind of term has a hue, its layers are shades of it."""
    kinds = [name.split("/")[0] for name in names]
    for index, kind in enumerate(kinds):
        hue, lightness, step = _HUES.get(kind, _OTHER_HUE)
        shade = lightness + step * kinds[:index].count(kind)
        yield f"hsl({hue}, 65%, {min(shade, 80)}%)"
