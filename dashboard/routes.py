"""What the server gives besides the page: files of a run, too large to go through the page."""

from collections.abc import Iterator

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from nst_core.errors import NstError
from nst_core.runs.store import Store

GALLERY = "runs/{run}/gallery.zip"
"""Relative to the page, which may lie in a folder of its host's."""


def gallery(request: Request) -> Response:
    """The zip of a run as it is now, sent while it is made."""
    run = request.path_params["run"]
    try:
        folder = Store.open().folder(run)
    except NstError as error:
        return PlainTextResponse(f"{error}\n", status_code=404)

    def pieces() -> Iterator[bytes]:
        # Plotly takes a while to load, and the first screen does not need it.
        from nst_core.runs import gallery

        yield from gallery.stream(folder)

    headers = {
        "Content-Disposition": 'attachment; filename="gallery.zip"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return StreamingResponse(pieces(), media_type="application/zip", headers=headers)


ROUTES = (Route(f"/{GALLERY}", gallery),)
