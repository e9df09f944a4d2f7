"""A page that shows a run's gallery and its loss curves offline, in one file."""

import base64
import html
import io
from collections.abc import Iterator, Sequence

from PIL import Image
from plotly.offline import get_plotlyjs

from nst_core.runs.export import curves
from nst_core.runs.store.storage import Storage
from nst_core.runs.store.writer import PICTURE_NAME

_THUMBNAIL = 320

_HEAD = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Gallery</title>
<style>
:root { color-scheme: light dark; --ink: #1f2430; --paper: #faf8f4; --line: #8886; }
@media (prefers-color-scheme: dark) { :root { --ink: #ece8e1; --paper: #16181d; } }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem; background: var(--paper);
       color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
h1, h2 { font-weight: 600; line-height: 1.2; }
figure { margin: 0; } figcaption { font-size: .85rem; padding: .3rem 0; }
img { display: block; max-width: 100%; border-radius: .4rem; }
#now { width: 100%; max-height: 75vh; object-fit: contain; background: var(--line); }
input[type=range] { width: 100%; accent-color: #b4552d; }
.grid { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); }
.grid img { width: 100%; } a { color: inherit; } :focus-visible { outline: 3px solid #b4552d; }
#curves { height: 26rem; }
</style>
<h1>Gallery</h1>
"""

_NOW = """<figure><img id="now" alt="The picture of the chosen iteration">
<figcaption id="caption" aria-live="polite"></figcaption></figure>
<label>Iteration <input id="scrub" type="range" min="0" max="{last}" value="{last}"></label>
"""

_SCRIPT = """<script>
const thumbnails = [...document.querySelectorAll("#iterations img")];
const scrub = document.getElementById("scrub"), now = document.getElementById("now");
const show = () => {
  const chosen = thumbnails[scrub.value];
  // The full picture where it lies beside this page, else the small one within.
  now.onerror = () => { now.onerror = null; now.src = chosen.src; };
  now.src = chosen.parentElement.getAttribute("href");
  document.getElementById("caption").textContent = chosen.alt;
};
scrub.addEventListener("input", show);
show();
</script>
"""


def render(folder: Storage, rows: Sequence[curves.Row], inputs: Sequence[str]) -> Iterator[bytes]:
    """The page, piece by piece; it holds small pictures and leads to the full ones beside it.

    Args:
        folder: of the run.
        rows: the iterations to show.
        inputs: names of the photo and the painting.
    """
    yield _HEAD.encode()
    if rows:
        yield _NOW.format(last=len(rows) - 1).encode()
    yield b'<h2>From</h2><div class="grid">'
    for name in inputs:
        yield _thumbnail(folder, name, name.removesuffix(".png").capitalize())
    yield b"</div>"
    if not rows:
        yield b"<p>There is no iteration yet.</p>"
        return
    yield b'<h2>Losses</h2><div id="curves"></div>'
    yield b'<h2>Iterations</h2><div class="grid" id="iterations">'
    for row in rows:
        name = PICTURE_NAME.format(row.iteration)
        yield _thumbnail(folder, name, f"Iteration {row.iteration + 1}, loss {row.loss:.4g}")
    yield b"</div>"
    yield _SCRIPT.encode()
    yield f"<script>{get_plotlyjs()}</script>".encode()
    # "<" is written so that no text within can end the script.
    drawn = str(curves.figure(rows).to_json()).replace("<", "\\u003c")
    yield (
        f"<script>const drawn = {drawn};"
        'Plotly.newPlot("curves", drawn.data, drawn.layout, {responsive: true, displaylogo: false, '
        'modeBarButtons: [["toImage", "zoom2d", "pan2d", "resetScale2d"]]});</script>'
    ).encode()


def _thumbnail(folder: Storage, name: str, caption: str) -> bytes:
    with Image.open(io.BytesIO(folder.read(name))) as picture:
        picture.thumbnail((_THUMBNAIL, _THUMBNAIL))
        buffer = io.BytesIO()
        picture.convert("RGB").save(buffer, "JPEG", quality=80)
    data = base64.b64encode(buffer.getvalue()).decode()
    words = html.escape(caption)
    return (
        f'<figure><a href="{html.escape(name)}">'
        f'<img src="data:image/jpeg;base64,{data}" alt="{words}" loading="lazy"></a>'
        f"<figcaption>{words}</figcaption></figure>\n"
    ).encode()
