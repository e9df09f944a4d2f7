"""What the server answers besides the page: pictures, files of runs, and whether it is well."""

import tempfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial, wraps
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.responses import PlainTextResponse as Text
from starlette.routing import Route

from dashboard.server import addresses, retouched_pictures, small_pictures
from nst_core import presets
from nst_core.errors import NstError
from nst_core.pictures.retouch import Retouch, RetouchError
from nst_core.runs.engine import order
from nst_core.runs.export.retouched import RetouchedFolder
from nst_core.runs.store import layout, lease
from nst_core.runs.store.store import Store

_CHUNK = 1 << 20
_LASTING = {"Cache-Control": "private, max-age=86400", "X-Content-Type-Options": "nosniff"}
_PASSING = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

Endpoint = Callable[[Request], Response]


def _or_not_found(endpoint: Endpoint) -> Endpoint:
    @wraps(endpoint)
    def guarded(request: Request) -> Response:
        try:
            return endpoint(request)
        except (NstError, FileNotFoundError) as error:
            reason = error if isinstance(error, NstError) else "There is no such file."
            status = 400 if isinstance(error, RetouchError) else 404
            return Text(f"{reason}\n", status_code=status, headers=_PASSING)

    return guarded


@_or_not_found
def gallery(request: Request) -> Response:
    """The zip of a run as it is now, sent while it is made."""
    retouch = _retouch(request)
    folder = RetouchedFolder(Store.open().folder(request.path_params["run"]), retouch)

    def pieces() -> Iterator[bytes]:
        # Plotly takes a while to load, and the first screen does not need it.
        from nst_core.runs.export import gallery

        yield from gallery.stream(folder, retouch.words)

    return StreamingResponse(
        pieces(), media_type="application/zip", headers=_PASSING | _attached(layout.GALLERY)
    )


@_or_not_found
def animation(request: Request) -> Response:
    """The iterations as a moving picture."""
    from nst_core.runs.export import animation

    folder = Store.open().folder(request.path_params["run"])
    folder = RetouchedFolder(folder, _retouch(request))
    file = tempfile.SpooledTemporaryFile(max_size=_CHUNK)  # noqa: SIM115  (closed when it is sent)
    animation.write(folder, file, "webp")
    file.seek(0)

    def pieces() -> Iterator[bytes]:
        with file:
            while chunk := file.read(_CHUNK):
                yield chunk

    return StreamingResponse(
        pieces(), media_type="image/webp", headers=_PASSING | _attached("animation.webp")
    )


@_or_not_found
def picture(request: Request) -> Response:
    """A picture of a run as it is stored, or retouched."""
    run, name, retouch = request.path_params["run"], _picture_name(request), _retouch(request)
    data = Store.open().folder(run).read(name)
    if layout.is_repainted(name):
        data = retouched_pictures.picture(run, name, data, zlib.crc32(data), retouch)
    attached = _attached("repainted.png") if "download" in request.query_params else {}
    return Response(data, media_type="image/png", headers=_LASTING | attached)


@_or_not_found
def thumbnail(request: Request) -> Response:
    """A picture of a run, small."""
    return _of_run(request, partial(small_pictures.thumbnail, retouch=_retouch(request)))


@_or_not_found
def preview(request: Request) -> Response:
    """A picture of a run, as large as a page shows it."""
    return _of_run(request, small_pictures.preview)


def _of_run(request: Request, small: Callable[[str, str, int], bytes]) -> Response:
    run, name = request.path_params["run"], _picture_name(request)
    data = small(run, name, zlib.crc32(Store.open().folder(run).read(name)))
    return Response(data, media_type="image/jpeg", headers=_LASTING)


@_or_not_found
def preset(request: Request) -> Response:
    """A preset's painting, or its preview."""
    chosen = presets.load_preset(request.path_params["name"])
    kinds = {"painting": chosen.painting, "preview": chosen.preview}
    path = kinds.get(request.path_params["kind"])
    if path is None:
        raise FileNotFoundError
    data = small_pictures.preset_picture(path, path.stat().st_mtime_ns)
    return Response(data, media_type="image/jpeg", headers=_LASTING)


def plotly(request: Request) -> Response:
    """plotly.js, from the package."""
    import plotly

    path = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    return FileResponse(path, media_type="text/javascript", headers=_LASTING)


def health(request: Request) -> Response:
    """Whether runs are computed: 200 with an engine that lives and has a worker, else 503."""
    try:
        store = Store.open()
        claim, records = lease.read(store.storage), store.records()
    except (NstError, OSError) as error:
        return JSONResponse({"engine": False, "reason": str(error)}, status_code=503)
    alive = claim is not None and claim.is_alive()
    workers = int(claim.details.get("workers", 0)) if claim is not None and alive else 0
    report = {
        "engine": alive,
        "workers": workers,
        "running": sum(record.state == "running" for record in records),
        "waiting": len(order.in_order(records)),
    }
    return JSONResponse(report, status_code=200 if workers else 503, headers=_PASSING)


def _retouch(request: Request) -> Retouch:
    return addresses.retouch_of(request.query_params)


def _picture_name(request: Request) -> str:
    name = str(request.path_params["name"])
    if not name.endswith(".png"):
        raise FileNotFoundError
    return name


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


ROUTES = tuple(
    Route(f"/{path}", endpoint)
    for path, endpoint in (
        (addresses.GALLERY, gallery),
        (addresses.ANIMATION, animation),
        (addresses.PICTURE, picture),
        (addresses.PREVIEW, preview),
        (addresses.THUMBNAIL, thumbnail),
        (addresses.PRESET, preset),
        (addresses.PLOTLY, plotly),
        (addresses.HEALTH, health),
    )
)


def under(base: str) -> list[Route]:
    """The routes, and the same ones in the folder `base` of the site, where Streamlit has its own.

    Args:
        base: `server.baseUrlPath`; empty for none.
    """
    base = base.strip("/")
    # One by one: a mount would take what is Streamlit's, too.
    inside = [Route(f"/{base}{route.path}", route.endpoint) for route in ROUTES if base]
    return [*ROUTES, *inside]
