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
from playwright.sync_api import Page, expect, sync_playwright

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
    log = (tmp_path_factory.mktemp("server") / "log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port),
         "--server.headless", "true"],
        cwd=ROOT, stdout=log, stderr=log,
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
def page(address: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-background-networking", "--disable-component-update"],
        )
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(address)
        yield page
        browser.close()


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
    expect(page.get_by_text("Getting ready")).to_be_visible()
    # The page looks once a second, and coarse iterations are quicker than that.
    beyond_the_third = re.compile(r"Iteration ([3-9]|1\d) of 18")
    expect(page.get_by_text(beyond_the_third)).to_be_visible(timeout=90_000)
    screenshot(page, "running")
    zipped = page.get_by_role("button", name="All iterations (zip)")
    expect(zipped).to_be_visible(timeout=240_000)
    screenshot(page, "finished")
    with page.expect_download() as download:
        zipped.click()
    with zipfile.ZipFile(download.value.path()) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
    assert "result.png" in names
    assert "transfer_result_at_iteration_17.png" in names
