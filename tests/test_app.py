"""The page, driven without a browser: choose, start, watch, stop, continue, download."""

import asyncio
import dataclasses
import io
import json
import os
import re
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from starlette.requests import Request
from starlette.responses import StreamingResponse
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from dashboard import choice, routes, runs, watching, words
from nst_core import Settings
from nst_core.images import Pixels
from nst_core.runs import curves
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
    page.session_state["style"] = style.lower().replace(" ", "_")
    page.session_state["changes"] = {}
    page.run()


def component(page: AppTest, key: str) -> Any:
    """What the page gave to one of its own widgets."""
    found = [c for c in page.get("bidi_component") if c.key == key]
    return found[0].proto


def button(page: AppTest, label: str) -> Button:
    return next(button for button in page.button if label in (button.label, plain(button.label)))


def plain(label: str) -> str:
    """A button's label without icon and colour."""
    return re.sub(r"^:gray\[:material/\w+: (.*)\]$", r"\1", label)


def run_of(page: AppTest) -> str:
    value = page.query_params["run"]
    return value if isinstance(value, str) else value[0]


def ended(engine: ProgramEngine, run: str) -> Record:
    wait_for(lambda: engine.store.get(run).is_over)
    return engine.store.get(run)


def labels(page: AppTest) -> list[str]:
    return [plain(button.label) for button in page.button]


def downloads(page: AppTest) -> list[str]:
    links = [link.proto.label for link in page.get("link_button")]
    return [button.label for button in page.download_button] + links


def press(page: AppTest, label: str) -> None:
    button(page, label).click().run()
    assert not page.exception


def test_the_first_screen_offers_every_style_and_waits_for_a_photo(page: AppTest) -> None:
    offered = json.loads(component(page, "styles").json)["options"]
    titles = {option["title"] for option in offered}
    assert {"Starlit valley", "Stained glass", "Woodblock wave", "A short one"} <= titles
    assert button(page, "Repaint").disabled


def test_a_photo_is_repainted_and_can_be_downloaded(
    page: AppTest, engine: ProgramEngine, photo: Pixels
) -> None:
    run = start(page, photo, "A short one")
    record = ended(engine, run)
    assert (record.state, record.done, record.title) == ("finished", 3, "A short one")
    page.run()
    assert downloads(page) == ["Picture", "All iterations (zip)", "Animation"]
    assert page.get("link_button")[1].proto.url == f"runs/{run}/gallery.zip"
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
    assert len(downloads(page)) == 3
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
    assert len(downloads(other)) == 3


@pytest.mark.parametrize("run", ["a" * 26, "../../etc", "x"])
def test_a_wrong_link_is_told_kindly(engine: ProgramEngine, run: str) -> None:
    page = new_page(run)
    assert "no such picture" in page.warning[0].value
    assert button(page, "Repaint")


def test_a_full_queue_is_told_politely(page: AppTest, engine: ProgramEngine, photo: Pixels) -> None:
    first = start(page, photo, "Starlit valley")
    wait_for(lambda: engine.store.get(first).state == "running")
    for _ in range(3):
        press(page, "New picture")
        press(page, "Repaint")
    assert run_of(page) != first
    press(page, "New picture")
    press(page, "Repaint")
    assert "3 runs waiting" in page.error[0].value
    assert "run" not in page.query_params


def png_part(name: bytes, body: bytes = b"") -> bytes:
    part = name + body
    return struct.pack(">I", len(body)) + part + struct.pack(">I", zlib.crc32(part))


def png_of_size(columns: int, rows: int) -> bytes:
    """A PNG that says it is that large and holds nothing."""
    header = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n" + png_part(b"IHDR", header)
    return start + png_part(b"IDAT", zlib.compress(b"")) + png_part(b"IEND")


def encoded(kind: str, mode: str = "RGB", size: tuple[int, int] = (64, 64)) -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise(size, 90).convert(mode).save(buffer, kind)
    return buffer.getvalue()


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 255]) + data[at + 1 :]


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("photo.png", encoded("PNG"))
    return buffer.getvalue()


BAD_UPLOADS = {
    "empty": b"",
    "text": "Ceci n\u2019est pas une photo.".encode(),
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"></svg>',
    "html": b"<!doctype html><img src=x onerror=alert(1)>",
    "pdf": b"%PDF-1.7\n%%EOF",
    "zip": zipped(),
    "video": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 64,
    "sound": b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 32,
    "program": b"\x7fELF" + b"\0" * 64,
    "photoshop": b"8BPS\0\1" + b"\0" * 64,
    "random bytes": bytes(range(256)) * 16,
    "all zeros": b"\0" * 4096,
    "half a jpeg": encoded("JPEG")[:-900],
    "half a png": encoded("PNG")[:-900],
    "half a webp": encoded("WEBP")[:-900],
    "a png with a wrong bit": flipped(encoded("PNG"), 600),
    "a png without a picture": png_of_size(64, 64),
    "a png of two billion pixels": png_of_size(50_000, 40_000),
    "a png of no width": png_of_size(0, 64),
    "eight by eight": encoded("PNG", size=(8, 8)),
    "a line": encoded("PNG", size=(600, 3)),
    "too heavy": encoded("BMP", size=(4000, 3000)),
}


@pytest.mark.parametrize("kind", BAD_UPLOADS)
def test_a_bad_upload_is_one_sentence_and_a_living_page(
    page: AppTest, photo: Pixels, kind: str
) -> None:
    upload(page, BAD_UPLOADS[kind], "photo.png")
    assert not page.exception
    [said] = page.error
    assert said.value.endswith(r"\.")
    assert "\n" not in said.value
    assert "Received" in said.value
    assert button(page, "Repaint").disabled
    upload(page, png(photo))
    assert not page.error
    assert not button(page, "Repaint").disabled


def test_a_photo_that_was_changed_on_the_way_in_says_how(page: AppTest) -> None:
    buffer = io.BytesIO()
    frames = [Image.new("RGB", (64, 48), colour) for colour in ("red", "blue")]
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])
    upload(page, buffer.getvalue(), "moving.gif")
    assert any("first" in caption.value for caption in page.caption)
    assert not button(page, "Repaint").disabled


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"size": "1"}, "size"),
        ({"size": "1e99"}, "size"),
        ({"content_weight": "nan"}, "content"),
        ({"style_weight": "-1"}, "style"),
        ({"memory": "no"}, "memory"),
        ({"start": "<script>"}, "start"),
        ({"style_layers": "block9_conv9"}, "style"),
        ({"seed": "&a [*a]"}, "seed"),
        ({"iterations": "!!python/object:os.system"}, "iterations"),
    ],
)
def test_what_an_address_says_is_checked_like_any_other_value(
    engine: ProgramEngine, given: dict[str, str], said: str
) -> None:
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    page.query_params["style"] = "a_short_one"
    for name, value in given.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    assert any(said in toast.value for toast in page.toast)
    assert set(page.query_params) == {"style"}


def test_an_address_of_unknown_things_opens_the_page(engine: ProgramEngine) -> None:
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for name in ("style", "balance", "hue", "beside"):
        page.query_params[name] = "<b>../../x</b>"
    page.run()
    assert not page.exception
    assert button(page, "Repaint")


def test_settings_that_differ_from_the_preset_are_marked_and_go_back(page: AppTest) -> None:
    choose(page, "A short one")
    field = page.number_input(key="set_a_short_one_seed")
    before = int(field.value or 0)
    field.set_value(before + 5).run()
    assert any(f"the preset has {before}" in caption.value for caption in page.caption)
    assert "seed" in page.query_params
    press(page, "Reset to the preset")
    assert not any("the preset has" in caption.value for caption in page.caption)
    assert "seed" not in page.query_params
    assert page.number_input(key="set_a_short_one_seed").value == before


def test_a_preset_s_file_that_is_dropped_into_a_folder_appears_without_a_restart(
    page: AppTest, tmp_path: Path
) -> None:
    folder = Path(os.environ["NST_PRESETS"])
    assert "Dropped in" not in styles_offered(page)
    text = (folder / "a_short_one.yaml").read_text().replace("A short one", "Dropped in")
    dropped = folder / "dropped_in.yaml"
    try:
        dropped.write_text(text + "terms: {style: {weight: 0.5, layers: [block3_conv2]}}\n")
        page.run()
        assert "Dropped in" in styles_offered(page)
        choose(page, "Dropped in")
        weight = page.number_input(key="set_dropped_in_term_style")
        assert weight.value == 0.5
        weight.set_value(0.25).run()
        assert not page.exception
        assert "terms" in page.query_params
    finally:
        dropped.unlink()


def styles_offered(page: AppTest) -> list[str]:
    data = json.loads(component(page, "styles").json)
    return [option["title"] for option in data["options"]]


def test_the_balance_moves_the_content_s_weight() -> None:
    settings = Settings(content_weight=0.12)
    assert choice.balanced(settings, 50) == settings
    assert choice.balanced(settings, 0).content_weight == pytest.approx(12)
    assert choice.balanced(settings, 100).content_weight == pytest.approx(0.0012)
    assert choice.balanced(settings.changed(content_weight=0), 0).content_weight > 0
    assert choice.balanced(settings.changed(content_weight=1e9), 0).content_weight == 1e9


@pytest.mark.parametrize(
    ("terms", "word"),
    [
        ({"content/a": 0.9, "style/b": 0.05, "variation": 0.05}, "photo's term"),
        ({"content/a": 0.05, "style/b": 0.5, "style/c": 0.4, "variation": 0.05}, "painting's"),
        ({"content/a": 0.05, "style/b": 0.05, "variation": 0.9}, "smoothness"),
        ({"content/a": 0.4, "style/b": 0.4, "variation": 0.2}, ""),
    ],
)
def test_a_term_that_dominates_is_named_with_what_to_try(
    engine: ProgramEngine, photo: Pixels, terms: dict[str, float], word: str
) -> None:
    run = engine.store.create(photo, photo, Settings(size=64))
    record = dataclasses.replace(engine.store.get(run), state="finished")
    engine.store.remove(run)
    said = watching.advice(record, [curves.Row(0, 0, 10, 1.0, terms)])
    assert word in said
    assert bool(said) == bool(word)


def test_what_cannot_be_done_is_refused_at_once(page: AppTest, photo: Pixels) -> None:
    upload(page, png(photo[:, :40]))
    choose(page, "A short one")
    page.segmented_control(key="size_word").set_value(256).run()
    press(page, "Repaint")
    assert "size must be at least" in page.error[0].value
    assert "run" not in page.query_params


def test_a_name_with_marks_is_shown_as_it_is(
    page: AppTest, engine: ProgramEngine, photo: Pixels
) -> None:
    assert words.plain("![x](http://a.b) :red[c]") == r"\!\[x\]\(http\:\/\/a\.b\) \:red\[c\]"
    upload(page, png(photo), "![x](http://a.b).txt.png")
    choose(page, "A short one")
    press(page, "Repaint")
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
        "assert len(page.get('link_button')) == 3\n"
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
