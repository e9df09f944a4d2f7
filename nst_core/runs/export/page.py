"""A page that shows a run's gallery and its loss curves offline, in one file.

Its HTML, its style and its scripts lie in `template/`; `$name` there is where something goes.
"""

import base64
import html
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files

from PIL import Image
from plotly.offline import get_plotlyjs

from nst_core.pictures.decoding import decode_picture
from nst_core.runs.export import curves
from nst_core.runs.store import layout
from nst_core.runs.store.losses import LossRow
from nst_core.runs.store.storage import Storage

_THUMBNAIL = 320
_TEMPLATE = files("nst_core.runs.export") / "template"


def render(
    folder: Storage, rows: Sequence[LossRow], inputs: Sequence[str], remark: str = ""
) -> Iterator[bytes]:
    """The page, piece by piece; it holds small pictures and leads to the full ones beside it.

    Args:
        folder: of the run.
        rows: the iterations to show.
        inputs: names of the photo, the paintings and the masks.
        remark: what to say of the pictures, if anything.

    Example:
        >>> b"".join(render(folder, [], [])).count(b"There is no iteration yet.")
        1
    """
    for piece in _page(folder, rows, inputs, remark):
        yield piece.encode()


def _page(
    folder: Storage, rows: Sequence[LossRow], inputs: Sequence[str], remark: str
) -> Iterator[str]:
    captions = {name: _caption(name) for name in inputs}
    return _fill(
        "page.html",
        style=[_text("page.css")],
        remark=[f"<p>{html.escape(remark)}</p>\n" if remark else ""],
        viewer=_fill("viewer.html", last=[str(len(rows) - 1)]) if rows else [],
        inputs=_thumbnails(folder, captions),
        iterations=_iterations(folder, rows) if rows else ["<p>There is no iteration yet.</p>"],
    )


def _caption(name: str) -> str:
    """ "Photo", "Painting 2", "Where it was painted": what a run's input is, by its file's name."""
    kind, _, number = name.partition(".")[0].partition("_")
    of_painting = number.startswith("of_painting")
    number = number.removeprefix("of_painting").removeprefix("_")
    which = f"painting {int(number) + 1}" if number else "the painting"
    if of_painting:
        return f"What counts of {which}"
    if kind == "mask":
        return f"Where {which} goes" if number else "Where it was painted"
    return f"{kind.capitalize()} {int(number) + 1}" if number else kind.capitalize()


def _iterations(folder: Storage, rows: Sequence[LossRow]) -> Iterator[str]:
    names = [layout.iteration_picture(row.iteration) for row in rows]
    words = [f"Iteration {row.iteration + 1}, loss {row.loss:.4g}" for row in rows]
    return _fill(
        "iterations.html",
        thumbnails=_thumbnails(folder, dict(zip(names, words, strict=True))),
        viewer=[_text("viewer.js")],
        plotly=[get_plotlyjs()],
        # "<" is escaped, so that no text within can end the script.
        figure=[str(curves.figure(rows).to_json()).replace("<", "\\u003c")],
        curves=[_text("curves.js")],
    )


def _thumbnails(folder: Storage, captions: dict[str, str]) -> Iterator[str]:
    """A small picture for each file name, with its caption."""
    for name, caption in captions.items():
        with _opened(name, folder.read(name)) as picture:
            picture.thumbnail((_THUMBNAIL, _THUMBNAIL))
            buffer = io.BytesIO()
            picture.convert("RGB").save(buffer, "JPEG", quality=80)
        yield from _fill(
            "thumbnail.html",
            name=[html.escape(name)],
            picture=[base64.b64encode(buffer.getvalue()).decode()],
            words=[html.escape(caption)],
        )


def _opened(name: str, data: bytes) -> Image.Image:
    if layout.is_input(name):  # perhaps as it came: on its side, with colours of its own
        return Image.fromarray(decode_picture(data, name).pixels)
    return Image.open(io.BytesIO(data))


def _fill(template: str, **parts: Iterable[str]) -> Iterator[str]:
    """The template's text, piece by piece, with each `$name` replaced by the part of that name.

    An iterator among the parts may stand in the template once.
    """
    for index, piece in enumerate(re.split(r"\$(\w+)", _text(template))):
        if index % 2:
            yield from parts[piece]
        else:
            yield piece


def _text(name: str) -> str:
    return (_TEMPLATE / name).read_text("utf-8").rstrip("\n")
