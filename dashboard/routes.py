"""What the server gives besides the page: pictures and files of runs, the presets' paintings."""

import io
import tempfile
import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache, wraps
from pathlib import Path

from PIL import Image
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.responses import PlainTextResponse as Text
from starlette.routing import Route

from nst_core import presets
from nst_core.errors import NstError
from nst_core.pictures.decoding import read_picture
from nst_core.runs.engine import order
from nst_core.runs.store import layout, lease
from nst_core.runs.store.store import Store

# Relative to the page, which may lie in a folder of its host's.
GALLERY = "runs/{run}/" + layout.GALLERY
ANIMATION = "runs/{run}/animation.webp"
PICTURE = "runs/{run}/pictures/{name}"
PREVIEW = "runs/{run}/previews/{name}"
THUMBNAIL = "runs/{run}/thumbnails/{name}"
PRESET = "presets/{name}/{kind}.jpg"
PLOTLY = "assets/plotly.min.js"
HEALTH = "health"

_THUMBNAIL_PIXELS, _PRESET_PIXELS, _PREVIEW_PIXELS = 320, 640, 1600
_CHUNK = 1 << 20
_KEPT = {"Cache-Control": "private, max-age=86400", "X-Content-Type-Options": "nosniff"}
_NEW = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

Endpoint = Callable[[Request], Response]


def _or_not_found(endpoint: Endpoint) -> Endpoint:
    @wraps(endpoint)
    def guarded(request: Request) -> Response:
        try:
            return endpoint(request)
        except (NstError, FileNotFoundError) as error:
            words = error if isinstance(error, NstError) else "There is no such file."
            return Text(f"{words}\n", status_code=404, headers=_NEW)

    return guarded


@_or_not_found
def gallery(request: Request) -> Response:
    """The zip of a run as it is now, sent while it is made."""
    folder = Store.open().folder(request.path_params["run"])

    def pieces() -> Iterator[bytes]:
        # Plotly takes a while to load, and the first screen does not need it.
        from nst_core.runs.export import gallery

        yield from gallery.stream(folder)

    return StreamingResponse(
        pieces(), media_type="application/zip", headers=_NEW | _attached(layout.GALLERY)
    )


@_or_not_found
def animation(request: Request) -> Response:
    """The iterations as a moving picture."""
    from nst_core.runs.export import animation

    folder = Store.open().folder(request.path_params["run"])
    file = tempfile.SpooledTemporaryFile(max_size=_CHUNK)  # noqa: SIM115  (closed when it is sent)
    animation.write(folder, file, "webp")
    file.seek(0)

    def pieces() -> Iterator[bytes]:
        with file:
            while chunk := file.read(_CHUNK):
                yield chunk

    return StreamingResponse(
        pieces(), media_type="image/webp", headers=_NEW | _attached("animation.webp")
    )


@_or_not_found
def picture(request: Request) -> Response:
    """A picture of a run as it is stored."""
    name = _picture_name(request)
    data = Store.open().folder(request.path_params["run"]).read(name)
    headers = _KEPT | (_attached("repainted.png") if "download" in request.query_params else {})
    return Response(data, media_type="image/png", headers=headers)


@_or_not_found
def thumbnail(request: Request) -> Response:
    """A picture of a run, small."""
    run, name = request.path_params["run"], _picture_name(request)
    data = Store.open().folder(run).read(name)
    small = _thumbnail(run, name, zlib.crc32(data))
    return Response(small, media_type="image/jpeg", headers=_KEPT)


@_or_not_found
def preview(request: Request) -> Response:
    """A picture of a run, as large as a page shows it: a photo is often many times larger."""
    run, name = request.path_params["run"], _picture_name(request)
    data = _preview(run, name, zlib.crc32(Store.open().folder(run).read(name)))
    return Response(data, media_type="image/jpeg", headers=_KEPT)


@_or_not_found
def preset(request: Request) -> Response:
    """A preset's painting, or its preview."""
    chosen = presets.load_preset(request.path_params["name"])
    path = chosen.painting if request.path_params["kind"] == "painting" else chosen.preview
    if path is None:
        raise FileNotFoundError
    data = _preset_picture(path, path.stat().st_mtime_ns)
    return Response(data, media_type="image/jpeg", headers=_KEPT)


def plotly(request: Request) -> Response:
    """plotly.js, from the package."""
    import plotly

    path = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    return FileResponse(path, media_type="text/javascript", headers=_KEPT)


def health(request: Request) -> Response:
    """Whether runs are computed: 200 with an engine that lives and has a worker, else 503."""
    try:
        store = Store.open()
        claim, records = lease.read(store.storage), store.records()
    except (NstError, OSError) as error:
        return JSONResponse({"engine": False, "reason": str(error)}, status_code=503)
    alive = claim is not None and claim.is_alive()
    workers = int(claim.details.get("workers", 0)) if claim is not None and alive else 0
    known = {
        "engine": alive,
        "workers": workers,
        "running": sum(record.state == "running" for record in records),
        "waiting": len(order.in_order(records)),
    }
    return JSONResponse(known, status_code=200 if workers else 503, headers=_NEW)


def _picture_name(request: Request) -> str:
    name = str(request.path_params["name"])
    if not name.endswith(".png"):
        raise FileNotFoundError
    return name


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


@lru_cache(maxsize=512)
def _thumbnail(run: str, name: str, checksum: int) -> bytes:
    return _small(Store.open().folder(run).read(name), _THUMBNAIL_PIXELS)


@lru_cache(maxsize=32)
def _preview(run: str, name: str, checksum: int) -> bytes:
    return _small(Store.open().folder(run).read(name), _PREVIEW_PIXELS)


def _small(data: bytes, pixels: int) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        image.thumbnail((pixels, pixels))
        buffer = io.BytesIO()
        image.convert("RGB").save(buffer, "JPEG", quality=82)
    return buffer.getvalue()


@lru_cache(maxsize=128)
def _preset_picture(path: Path, changed: int) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(read_picture(path).pixels).save(buffer, "PNG", compress_level=0)
    return _small(buffer.getvalue(), _PRESET_PIXELS)


ROUTES = tuple(
    Route(f"/{path}", endpoint)
    for path, endpoint in (
        (GALLERY, gallery),
        (ANIMATION, animation),
        (PICTURE, picture),
        (PREVIEW, preview),
        (THUMBNAIL, thumbnail),
        (PRESET, preset),
        (PLOTLY, plotly),
        (HEALTH, health),
    )
)


def under(base: str) -> list[Route]:
    """The routes, and the same ones in the folder `base` of the site, where Streamlit has its own.

    base: `server.baseUrlPath`; empty for none.
    """
    base = base.strip("/")
    # One by one: a mount would take what is Streamlit's, too.
    inside = [Route(f"/{base}{route.path}", route.endpoint) for route in ROUTES if base]
    return [*ROUTES, *inside]
