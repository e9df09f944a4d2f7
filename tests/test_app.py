"""The page, driven without a browser: choose, start, watch, stop, continue, download."""

import asyncio
import io
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from starlette.requests import Request
from starlette.responses import StreamingResponse
from streamlit.testing.v1 import AppTest

from dashboard import routes, runs, words
from nst_core.images import Pixels
from nst_core.runs.program import ProgramEngine
from nst_core.runs.record import Record
from nst_core.runs.store import Store

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProgramEngine]:
    """Serves the store that the pages use; they find that it does and start none."""
    folder = tmp_path_factory.mktemp("store")
    Image.effect_noise((128, 96), 80).convert("RGB").save(folder / "noise.png")
    for title, iterations in (("A short one", 3), ("A longer one", 24)):
        (folder / f"{title.lower().replace(' ', '_')}.yaml").write_text(
            f"title: {title}\ndescription: Noise.\nauthor: tests\nlicence: MIT\n"
            f"painting: noise.png\nscales: 1\niterations: {iterations}\nevaluations: 2\n"
        )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NST_PRESETS", str(folder))
        patch.setenv("NST_RUNS", str(folder / "runs"))
        with ProgramEngine(Store.open()) as engine:
            wait_for(engine._is_served)
            yield engine
            # Else the page's own engine would take over from this one.
            runs.engine.clear()


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


def wait_for(condition: Callable[[], bool], seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def upload(page: AppTest, data: bytes, name: str = "portrait.png") -> None:
    page.file_uploader[0].set_value((name, data, "image/png")).run()


def png(pixels: Pixels) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def start(page: AppTest, photo: Pixels, style: str) -> str:
    upload(page, png(photo))
    page.pills[0].set_value(style)
    page.segmented_control[0].set_value("Quick").run()
    page.button[0].click().run()
    assert not page.exception
    return run_of(page)


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


def press(page: AppTest, label: str) -> None:
    next(button for button in page.button if button.label == label).click().run()
    assert not page.exception


def test_the_first_screen_offers_every_style_and_waits_for_a_photo(page: AppTest) -> None:
    titles = page.pills[0].options
    assert {"Starlit valley", "Stained glass", "Woodblock wave"} <= set(titles)
    assert page.button[0].label == "Repaint"
    assert page.button[0].disabled


def test_a_photo_is_repainted_and_can_be_downloaded(
    page: AppTest, engine: ProgramEngine, photo: Pixels
) -> None:
    run = start(page, photo, "A short one")
    record = ended(engine, run)
    assert (record.state, record.done, record.title) == ("finished", 3, "A short one")
    page.run()
    assert downloads(page) == ["Picture", "All iterations (zip)"]
    assert page.get("link_button")[0].proto.url == f"runs/{run}/gallery.zip"
    assert not page.exception


def test_a_run_can_be_stopped_keeps_what_it_has_and_goes_on(
    page: AppTest, engine: ProgramEngine, photo: Pixels
) -> None:
    run = start(page, photo, "A longer one")
    wait_for(lambda: engine.store.get(run).done > 0)
    page.run()
    press(page, "Stop")
    record = ended(engine, run)
    assert record.state == "cancelled"
    page.run()
    assert f"Stopped after {record.done} of {record.iterations}" in page.info[0].value
    assert len(downloads(page)) == 2
    press(page, "Continue")
    assert not engine.store.get(run).is_over
    after = ended(engine, run)
    assert (after.state, after.done, after.attempt) == ("finished", 24, 1)
    page.run()
    assert "Continue" not in labels(page)
    assert not page.info


def test_a_link_opens_the_run_for_others_who_cannot_stop_it(
    page: AppTest, engine: ProgramEngine, photo: Pixels
) -> None:
    run = start(page, photo, "Starlit valley")
    wait_for(lambda: engine.store.get(run).done > 0)
    other = new_page(run)
    assert "Stop" not in labels(other)
    assert any("watching" in caption.value for caption in other.caption)
    page.run()
    press(page, "Stop")
    ended(engine, run)
    other.run()
    assert "Continue" not in labels(other)
    assert len(downloads(other)) == 2


@pytest.mark.parametrize("run", ["a" * 26, "../../etc", "x"])
def test_a_wrong_link_is_told_kindly(engine: ProgramEngine, run: str) -> None:
    page = new_page(run)
    assert "no such run" in page.warning[0].value
    assert page.button[0].label == "Repaint"


def test_a_full_queue_is_told_politely(page: AppTest, engine: ProgramEngine, photo: Pixels) -> None:
    first = start(page, photo, "Starlit valley")
    wait_for(lambda: engine.store.get(first).state == "running")
    for _ in range(3):
        run = start(page, photo, "Starlit valley")
    page.button[0].click().run()
    assert not page.exception
    assert "3 runs waiting" in page.error[0].value
    assert run_of(page) == run


def test_a_bad_upload_is_one_sentence_and_a_living_page(page: AppTest, photo: Pixels) -> None:
    upload(page, b"<svg></svg>", "photo.png")
    assert "SVG" in page.error[0].value
    assert not page.exception
    assert page.button[0].disabled
    upload(page, png(photo))
    assert not page.error
    assert not page.button[0].disabled


def test_what_cannot_be_done_is_refused_at_once(page: AppTest, photo: Pixels) -> None:
    upload(page, png(photo[:, :40]))
    page.pills[0].set_value("A short one")
    page.segmented_control[0].set_value("Quick").run()
    page.button[0].click().run()
    assert "size must be at least" in page.error[0].value
    assert "run" not in page.query_params
    assert not page.exception


def test_a_name_with_marks_is_shown_as_it_is(
    page: AppTest, engine: ProgramEngine, photo: Pixels
) -> None:
    assert words.plain("![x](http://a.b) :red[c]") == r"\!\[x\]\(http\:\/\/a\.b\) \:red\[c\]"
    upload(page, png(photo), "![x](http://a.b).txt.png")
    page.pills[0].set_value("A short one").run()
    page.button[0].click().run()
    record = ended(engine, run_of(page))
    assert record.photo == "![x](http://a.b).txt.png"
    page.run()
    assert not page.exception


def test_the_page_s_process_loads_no_keras_and_no_dask(
    page: AppTest, engine: ProgramEngine, photo: Pixels
) -> None:
    run = start(page, photo, "A short one")
    ended(engine, run)
    code = (
        "import sys\n"
        "from streamlit.testing.v1 import AppTest\n"
        "page = AppTest.from_file('app.py', default_timeout=60)\n"
        "page.query_params['run'] = sys.argv[1]\n"
        "page.run()\n"
        "assert not page.exception\n"
        "assert len(page.download_button) == 1\n"
        "unwanted = {'keras', 'tensorflow', 'distributed', 'dask'}\n"
        "from tests.test_app import fetched\n"
        "assert fetched(sys.argv[1])[1].startswith(b'PK')\n"
        "assert not unwanted & set(sys.modules), unwanted & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code, run], check=True, timeout=120, cwd=ROOT)


def fetched(run: str) -> tuple[int, bytes]:
    """What the server answers to who follows the link to a run's zip."""
    response = routes.gallery(Request({"type": "http", "path_params": {"run": run}}))
    if not isinstance(response, StreamingResponse):
        return response.status_code, bytes(response.body)

    async def read() -> bytes:
        return b"".join([bytes(piece) async for piece in response.body_iterator])  # type: ignore[arg-type]

    return response.status_code, asyncio.run(read())


def test_the_zip_of_a_run_is_sent_also_while_it_goes_on(
    page: AppTest, engine: ProgramEngine, photo: Pixels
) -> None:
    run = start(page, photo, "A longer one")
    wait_for(lambda: engine.store.get(run).done > 1)
    status, data = fetched(run)
    assert status == 200
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert {"transfer_result_at_iteration_1.png", "index.html"} <= set(archive.namelist())
    assert "result.png" not in archive.namelist()


@pytest.mark.parametrize("run", ["a" * 26, "..", "x"])
def test_the_zip_of_no_run_is_not_found(engine: ProgramEngine, run: str) -> None:
    status, data = fetched(run)
    assert status == 404
    assert b"must be in the store" in data


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "5 seconds"),
        (42, "40 seconds"),
        (90, "2 minutes"),
        (3000, "50 minutes"),
        (9e3, "2 hours"),
    ],
)
def test_a_guess_is_as_exact_as_a_guess_may_be(seconds: float, expected: str) -> None:
    assert words.duration(seconds) == expected
