"""The page, driven without a browser: choose, start, watch, stop, download."""

import io
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from nst_core.images import Pixels

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def short_preset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A preset that is done in seconds."""
    Image.effect_noise((128, 96), 80).convert("RGB").save(tmp_path / "noise.png")
    (tmp_path / "a_short_one.yaml").write_text(
        "title: A short one\ndescription: Noise.\nauthor: tests\nlicence: MIT\n"
        "painting: noise.png\nscales: 1\niterations: 3\nevaluations: 2\n"
    )
    monkeypatch.setenv("NST_PRESETS", str(tmp_path))


@pytest.fixture
def page(short_preset: None) -> Iterator[AppTest]:
    test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert not test.exception
    yield test
    if "run" in test.session_state:
        test.session_state["run"].process.kill()
        test.session_state["run"].process.wait()


def upload(page: AppTest, data: bytes, name: str = "portrait.png") -> None:
    page.file_uploader[0].set_value((name, data, "image/png")).run()


def png(pixels: Pixels) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def wait_for_the_end(page: AppTest, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while page.session_state["run"].is_going:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    page.run()


def test_the_first_screen_offers_every_style_and_waits_for_a_photo(page: AppTest) -> None:
    titles = page.pills[0].options
    assert {"Starlit valley", "Stained glass", "Woodblock wave"} <= set(titles)
    assert page.button[0].label == "Repaint"
    assert page.button[0].disabled


def test_a_photo_is_repainted_and_can_be_downloaded(page: AppTest, photo: Pixels) -> None:
    upload(page, png(photo))
    page.pills[0].set_value("A short one")
    page.segmented_control[0].set_value("Quick").run()
    page.button[0].click().run()
    assert not page.exception
    run = page.session_state["run"]
    wait_for_the_end(page)
    assert run.error == ""
    assert len(run.losses) == 3
    assert [button.label for button in page.download_button] == ["Picture", "All iterations (zip)"]
    assert not page.exception


def test_a_run_can_be_stopped_and_keeps_what_it_has(page: AppTest, photo: Pixels) -> None:
    upload(page, png(photo))
    page.pills[0].set_value("Starlit valley")
    page.segmented_control[0].set_value("Quick").run()
    page.button[0].click().run()
    run = page.session_state["run"]
    deadline = time.monotonic() + 120
    while run.picture is None:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    page.run()
    stop = next(button for button in page.button if button.label == "Stop")
    stop.click().run()
    wait_for_the_end(page, 30)
    assert run.error == ""
    assert 1 <= len(run.losses) < run.iterations
    assert len(page.download_button) == 2


def test_a_bad_upload_is_one_sentence_and_a_living_page(page: AppTest, photo: Pixels) -> None:
    upload(page, b"<svg></svg>", "photo.png")
    assert "SVG" in page.error[0].value
    assert not page.exception
    assert page.button[0].disabled
    upload(page, png(photo))
    assert not page.error
    assert not page.button[0].disabled


def test_a_run_that_fails_says_why(page: AppTest, photo: Pixels) -> None:
    upload(page, png(photo[:, :40]))
    page.pills[0].set_value("A short one")
    page.segmented_control[0].set_value("Quick").run()
    page.button[0].click().run()
    wait_for_the_end(page)
    assert "size must be at least" in page.error[0].value
    assert not page.exception


def test_the_page_s_process_loads_no_keras() -> None:
    code = (
        "import sys, runpy\n"
        "from streamlit.testing.v1 import AppTest\n"
        "test = AppTest.from_file('app.py').run()\n"
        "assert not test.exception\n"
        "loaded = {'keras', 'tensorflow'} & set(sys.modules)\n"
        "assert not loaded, loaded\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120, cwd=ROOT)
