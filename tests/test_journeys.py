"""A person's way through the page, in a real browser against the real server.

They need Debian's chromium (`apt-get install chromium`).
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from nst_core.images import Pixels

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = shutil.which("chromium")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page, served on loopback as `make run` serves it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("server")
    log = (folder / "log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port),
         "--server.headless", "true"],
        cwd=ROOT, stdout=log, stderr=log, env=os.environ | {"NST_RUNS": str(folder / "runs")},
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{url}/_stcore/health", timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=30)
        log.close()


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-background-networking", "--disable-component-update"],
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, address: str) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address)
    return page


def screenshot(page: Page, name: str) -> None:
    """Keep a picture of the page where `NST_SCREENSHOTS` says, to be looked at."""
    folder = os.environ.get("NST_SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_upload_repaint_and_take_the_gallery(page: Page, photo: Pixels, tmp_path: Path) -> None:
    Image.fromarray(photo).save(tmp_path / "portrait.png")
    expect(page.get_by_role("button", name="Repaint")).to_be_disabled(timeout=30_000)
    screenshot(page, "first")
    page.locator("input[type=file]").set_input_files(tmp_path / "portrait.png")
    page.get_by_text("Stained glass").click()
    page.get_by_text("Quick").click()
    start = page.get_by_role("button", name="Repaint")
    expect(start).to_be_enabled()
    start.click()
    expect(page.get_by_text(re.compile("Next in the queue|Getting ready"))).to_be_visible()
    # The page looks once a second, and coarse iterations are quicker than that.
    beyond_the_third = re.compile(r"Iteration ([3-9]|1\d) of 18")
    expect(page.get_by_text(beyond_the_third)).to_be_visible(timeout=90_000)
    screenshot(page, "running")
    zipped = page.get_by_role("link", name="All iterations (zip)")
    expect(zipped).to_be_visible(timeout=240_000)
    screenshot(page, "finished")
    # It opens a tab of its own, whose download playwright would miss.
    zipped.evaluate("link => link.removeAttribute('target')")
    with page.expect_download() as download:
        zipped.click()
    with zipfile.ZipFile(download.value.path()) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
    assert {"result.png", "index.html", "losses.csv", "run.yaml", "photo.png"} <= set(names)
    assert "transfer_result_at_iteration_17.png" in names


def test_a_closed_tab_loses_nothing_and_the_address_leads_back(
    page: Page, browser: Browser, photo: Pixels, tmp_path: Path
) -> None:
    Image.fromarray(photo).save(tmp_path / "portrait.png")
    page.locator("input[type=file]").set_input_files(tmp_path / "portrait.png")
    page.get_by_text("Quick").click()
    start = page.get_by_role("button", name="Repaint")
    expect(start).to_be_enabled(timeout=30_000)
    start.click()
    expect(page.get_by_text(re.compile(r"Iteration \d+ of 18"))).to_be_visible(timeout=90_000)
    link = page.url
    assert "run=" in link
    # The browser remembers whose run it is; nobody else's does.
    page.reload()
    expect(page.get_by_role("button", name="Stop")).to_be_visible(timeout=30_000)
    page.close()
    for width, scheme in ((1280, "dark"), (390, "light")):
        context = browser.new_context(
            viewport={"width": width, "height": 844},
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        again = context.new_page()
        again.goto(link)
        picture = again.get_by_role("img", name="The repainted photo")
        expect(picture).to_be_visible(timeout=30_000)
        expect(again.get_by_role("button", name="Stop")).to_have_count(0)
        screenshot(again, f"shared_{width}_{scheme}")
    zipped = again.get_by_role("link", name="All iterations (zip)")
    expect(zipped).to_be_visible(timeout=240_000)
    screenshot(again, "shared_finished")
