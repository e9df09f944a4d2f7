"""Our curve of style against content, compared with others' points, and drawn.

No program: `bench.quality` draws with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from PIL import Image, ImageDraw, ImageFont

from nst_core.pictures.pixels import Pixels, resize

ROW_HEIGHT = 384
CAPTION = 20
"""Heights in a sheet, in pixels."""


@dataclass(frozen=True)
class Point:
    """The figures of one picture.

    Attributes:
        label: what it is called in tables, curves and sheets.
        content: centred cosine to the photo; higher is nearer.
        style: distance to the painting; lower is nearer.
        grain: of the colours; lower is calmer.
        flat: how mottled the photo's flat regions became, as a share of how mottled the painting is
            everywhere; nan where the photo has no flat region.
        frame: lines at the sides against those inside; 1 is none.
    """

    label: str
    content: float
    style: float
    grain: float
    flat: float
    frame: float


@dataclass(frozen=True)
class Comparison:
    """Our figures over theirs at equal content; below 1 ours is better.

    Attributes:
        inside: whether their content lies on our curve; else the nearer end of it is compared.
    """

    style: float
    grain: float
    flat: float
    inside: bool


def compare(ours: Sequence[Point], theirs: Point) -> Comparison:
    """Our curve at their likeness to the photo, over theirs; linear between our points.

    Args:
        ours: at least one point, in any order.
        theirs: the point to compare with.

    Example:
        >>> ours = [Point("a", 0.4, 0.1, 0.02, 0.5, 1.0), Point("b", 0.8, 0.3, 0.04, 0.5, 1.0)]
        >>> compare(ours, Point("c", 0.6, 0.4, 0.03, 0.5, 1.0)).style
        0.5
    """
    curve = sorted(ours, key=lambda point: point.content)
    contents = [point.content for point in curve]

    def ratio(name: str) -> float:
        values = [getattr(point, name) for point in curve]
        value = float(np.interp(theirs.content, contents, values))
        return value / getattr(theirs, name) if getattr(theirs, name) else float("nan")

    return Comparison(
        ratio("style"),
        ratio("grain"),
        ratio("flat"),
        inside=contents[0] <= theirs.content <= contents[-1],
    )


def nearest(points: Sequence[Point], theirs: Point) -> int:
    """Which of some points is nearest in content.

    Example:
        >>> ours = [Point("a", 0.4, 0.1, 0.02, 0.5, 1.0), Point("b", 0.8, 0.3, 0.04, 0.5, 1.0)]
        >>> nearest(ours, Point("c", 0.7, 0.4, 0.03, 0.5, 1.0))
        1
    """
    return min(range(len(points)), key=lambda n: abs(points[n].content - theirs.content))


def draw(path: Path, title: str, ours: Sequence[Point], others: Sequence[Point]) -> None:
    """Write a picture of style and grain against content: our curve, and others' points.

    Args:
        path: of the picture, PNG.
        title: above it.
        ours: the points of the curve.
        others: points beside it. Of each label the last part is written at the point.

    Example:
        >>> ours = [Point("a", 0.4, 0.1, 0.02, 0.5, 1.0), Point("b", 0.8, 0.3, 0.04, 0.5, 1.0)]
        >>> draw(Path("curve.png"), "astronaut", ours, [])
    """
    figure = Figure(figsize=(11.0, 4.5), dpi=100, layout="constrained")
    axes = figure.subplots(1, 2)
    figure.suptitle(title)
    curve = sorted(ours, key=lambda point: point.content)
    for axis, name in zip(axes, ("style", "grain"), strict=True):
        for points, look, whose in ((curve, "o-", "ours"), (others, "s", "others")):
            contents = [point.content for point in points]
            values = [getattr(point, name) for point in points]
            axis.plot(contents, values, look, label=whose)
            for point, value in zip(points, values, strict=True):
                axis.annotate(
                    point.label.rpartition(", ")[2],
                    (point.content, value),
                    xytext=(5, 5),
                    textcoords="offset points",
                    fontsize=8,
                )
        axis.set_xlabel("likeness to the photo (higher is nearer)")
        axis.grid(alpha=0.3)
    axes[0].set_ylabel("distance to the painting's style (lower is nearer)")
    axes[1].set_ylabel("grain of the colours (lower is calmer)")
    axes[1].set_yscale("log")  # noise has a hundred times the grain of a painting
    axes[0].legend()
    figure.savefig(path)


def sheet(rows: Sequence[Sequence[tuple[str, Pixels]]]) -> Pixels:
    """Rows of pictures with their captions, each scaled to one height, on white.

    Args:
        rows: of (caption, uint8 (H, W, 3)).

    Example:
        >>> sheet([[("photo", np.zeros((64, 80, 3), np.uint8))]]).shape
        (412, 488, 3)
    """
    strips = [np.hstack([_cell(caption, pixels) for caption, pixels in row]) for row in rows]
    width = max(strip.shape[1] for strip in strips)
    return np.vstack(
        [np.pad(s, ((0, 0), (0, width - s.shape[1]), (0, 0)), constant_values=255) for s in strips]
    )


def _cell(caption: str, pixels: Pixels) -> Pixels:
    width = max(1, round(pixels.shape[1] * ROW_HEIGHT / pixels.shape[0]))
    cell = np.pad(
        resize(pixels, ROW_HEIGHT, width),
        ((CAPTION + 4, 4), (4, 4), (0, 0)),
        constant_values=255,
    )
    image = Image.fromarray(cell)
    ImageDraw.Draw(image).text((4, 4), caption, "black", ImageFont.load_default(14))
    return np.asarray(image)
