"""What the server gives besides the page: pictures and files of runs."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from dashboard.server import addresses, routes
from nst_core import Settings
from nst_core.pictures.pixels import Pixels, resize
from nst_core.runs.store import request as run_request
from nst_core.runs.store.store import Store
from testing.pages import gallery_of


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The store that the server finds; nothing computes its runs."""
    monkeypatch.setenv("NST_RUNS", str(tmp_path))
    return Store.open()


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("run", ["a" * 26, "..", "x"])
def test_the_zip_of_no_run_is_not_found(run: str) -> None:
    status, data = gallery_of(run)
    assert status == 404
    assert b"must be in the store" in data


def test_a_photo_is_shown_in_a_page_s_size(store: Store, photo: Pixels) -> None:
    large = resize(photo, 1000, 2000)
    run = store.create(run_request.Request(large, photo, Settings(size=64)))
    scope = {"type": "http", "headers": [], "path_params": {"run": run, "name": "photo.png"}}
    response = routes.preview(Request(scope))
    with Image.open(io.BytesIO(response.body)) as shown:
        assert (shown.format, shown.size) == ("JPEG", (1600, 800))


@pytest.mark.parametrize("base", ["", "/repaint"])
def test_a_preset_has_two_pictures_and_no_others(base: str) -> None:
    def answer(path: str) -> Response:
        scope: dict[str, Any] = {"type": "http", "method": "GET", "headers": []}
        scope["path"] = base + path
        for route in routes.under(base):
            match, more = route.matches(scope)
            if match == Match.FULL:
                response = route.endpoint(Request(scope | dict(more)))
                assert isinstance(response, Response)
                return response
        raise AssertionError(f"no route takes {path}")

    for kind in ("painting", "preview"):
        response = answer(f"/presets/stained_glass/{kind}.jpg")
        assert (response.status_code, response.media_type) == (200, "image/jpeg")
    for kind in ("anything", "Painting", "painting.jpg", "preview.png", ".."):
        response = answer(f"/presets/stained_glass/{kind}.jpg")
        assert (response.status_code, bytes(response.body)) == (404, b"There is no such file.\n")
    refused = answer(f"/presets/{'x' * 60_000}/painting.jpg")
    assert refused.status_code == 404
    assert bytes(refused.body).count(b"x") < 300


def test_in_a_folder_of_a_site_all_that_the_page_needs_is_found() -> None:
    for base in ("repaint", "/repaint/"):
        paths = {route.path for route in routes.under(base)}
        assert {f"/repaint/{path}" for path in (addresses.PLOTLY, addresses.PICTURE)} <= paths
        assert f"/{addresses.HEALTH}" in paths
    assert len(routes.under("")) == len(routes.ROUTES)
