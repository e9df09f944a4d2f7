"""The page, driven without a browser: what its tests share."""

import asyncio
import contextlib
import gc
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from PIL import Image
from starlette.requests import Request
from starlette.responses import StreamingResponse
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button, NumberInput

from dashboard import keys, state
from dashboard.runs.engine import engine as engine_of_pages
from dashboard.server import routes
from nst_core import presets
from nst_core.pictures.pixels import Pixels
from nst_core.runs.engine.program import ProgramEngine
from nst_core.runs.store import lease
from nst_core.runs.store.record import Record
from nst_core.runs.store.store import Store
from testing import ROOT
from testing.waiting import wait_for


@contextlib.contextmanager
def pages_at(folder: Path) -> Iterator[None]:
    """Pages opened meanwhile find two presets of noise and an empty store in a folder."""
    Image.effect_noise((128, 96), 80).convert("RGB").save(folder / "noise.png")
    for title, iterations in (("A short one", 3), ("A longer one", 200)):
        (folder / f"{title.lower().replace(' ', '_')}.yaml").write_text(
            f"title: {title}\ndescription: Noise.\nauthor: tests\nlicence: MIT\n"
            f"painting: noise.png\nscales: 1\niterations: {iterations}\nevaluations: 2\n",
            "utf-8",
        )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NST_PRESETS", str(folder))
        patch.setenv("NST_RUNS", str(folder / "runs"))
        # Where Keras is loaded, as in the tests' process, Streamlit has it look for garbage after
        # every run of a page: ten times what a page takes, unless what exists is left out.
        gc.freeze()
        yield
        gc.unfreeze()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProgramEngine]:
    """Serves the store that the pages use; they find that it does and start none."""
    with pages_at(tmp_path_factory.mktemp("store")), ProgramEngine(Store.open()) as engine:
        wait_for(engine.is_served)
        yield engine
        # Else the page's own engine would take over from this one.
        engine_of_pages.clear()


@pytest.fixture(scope="module")
def idle_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProgramEngine]:
    """The same without a process: to the pages the store looks served, but its runs only wait."""
    with pages_at(tmp_path_factory.mktemp("store")):
        store = Store.open()
        claim = lease.Lease(store.storage, lambda: {"workers": 1})
        assert claim.take()
        with ProgramEngine(store) as engine:
            yield engine
            engine_of_pages.clear()
        claim.release()


def new_page(run: str = "") -> AppTest:
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    if run:
        page.query_params["run"] = run
    page.run()
    assert not page.exception
    return page


@pytest.fixture
def page(engine: ProgramEngine) -> Iterator[AppTest]:
    yield new_page()
    for record in engine.store.records():
        engine.cancel(record.id)


@pytest.fixture
def saved(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What each run of the page would save as a preset, the last one last."""
    documents: list[dict[str, Any]] = []
    render = presets.render

    def noting(**values: Any) -> str:
        text = render(**values)
        documents.append(yaml.safe_load(text))
        return text

    monkeypatch.setattr(presets, "render", noting)
    return documents


def opened_at(**address: str) -> AppTest:
    """The page at an address, of the short style unless the address has another."""
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for name, value in ({"style": "a_short_one"} | address).items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def captions(page: AppTest) -> str:
    """All that the page says in small letters, without Markdown's backslashes."""
    return "\n".join(caption.value.replace("\\", "") for caption in page.caption)


def upload(page: AppTest, data: bytes, name: str = "portrait.png") -> None:
    page.file_uploader(key="upload").set_value((name, data, "image/png")).run()


def png(pixels: Pixels) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def start(page: AppTest, photo: Pixels, style: str) -> str:
    upload(page, png(photo))
    choose(page, style)
    page.segmented_control(key="size_word").set_value(256).run()
    press(page, "Repaint")
    return run_of(page)


def choose(page: AppTest, style: str) -> None:
    """What a click on a style's picture leaves behind."""
    memory(page).choose_style(style.lower().replace(" ", "_"))
    page.run()


def memory(page: AppTest) -> state.State:
    """What the page remembers of its visitor."""
    value = page.session_state[state.KEY]
    assert isinstance(value, state.State)
    return value


def setting(page: AppTest, name: str) -> NumberInput:
    """The widget of a setting of the chosen preset."""
    group = keys.preset_settings(memory(page).settings_turn, memory(page).style)
    return page.number_input(key=keys.setting(group, name))


def exact_size(page: AppTest) -> NumberInput:
    """The widget of the exact size on the first screen."""
    return page.number_input(key=keys.exact_size(memory(page).settings_turn))


def component(page: AppTest, key: str) -> Any:
    """What the page gave to one of its own widgets."""
    found = [c for c in page.get("bidi_component") if c.key == key]
    return found[0].proto


def button(page: AppTest, label: str) -> Button:
    return next(button for button in page.button if button.label == label)


def run_of(page: AppTest) -> str:
    value = page.query_params["run"]
    return value if isinstance(value, str) else value[0]


def ended(engine: ProgramEngine, run: str) -> Record:
    wait_for(lambda: engine.store.get(run).is_over)
    return engine.store.get(run)


def labels(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


def downloads(page: AppTest) -> list[str]:
    links = [link.proto.label for link in page.get("link_button")]
    return [button.label for button in page.download_button] + links


def gallery_of(run: str, query: str = "") -> tuple[int, bytes]:
    """What the server answers to who follows the link to a run's zip: its status, and all bytes."""
    scope = {"type": "http", "path_params": {"run": run}, "query_string": query.encode()}
    response = routes.gallery(Request(scope))
    if not isinstance(response, StreamingResponse):
        return response.status_code, bytes(response.body)

    async def read() -> bytes:
        return b"".join([bytes(piece) async for piece in response.body_iterator])  # type: ignore[arg-type]

    return response.status_code, asyncio.run(read())


def press(page: AppTest, label: str) -> None:
    button(page, label).click().run()
    assert not page.exception


def styles_offered(page: AppTest) -> list[str]:
    data = json.loads(component(page, "styles").json)
    return [option["title"] for option in data["options"]]
