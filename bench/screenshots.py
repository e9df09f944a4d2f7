"""Pictures of the page in all its states: `python -m bench.screenshots`, then look at each.

Light, dark and on a phone. Those that the README shows are copied to `docs/screenshots`.
"""

import argparse
import io
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize

from testing import ROOT, server

DESK: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 390, "height": 844}
LOOKS = {"light": ("light", DESK), "dark": ("dark", DESK), "phone": ("light", PHONE)}
IN_README = {
    "first_light": "first",
    "running_light": "running",
    "compare_dark": "compare",
    "gallery_light": "gallery",
    "running_phone": "running_phone",
}
STYLE = "Starlit valley"


def keep(page: Page, path: Path) -> None:
    """Take a picture of the whole page as it is."""
    usual = page.viewport_size
    assert usual is not None
    # Streamlit scrolls inside the page, so a browser's own "full page" would be cut. Pictures take
    # a share of the height, and so may grow with it.
    for _ in range(3):
        height = page.get_by_test_id("stMain").evaluate("main => main.scrollHeight")
        page.set_viewport_size({"width": usual["width"], "height": max(usual["height"], height)})
        page.wait_for_timeout(600)
    data = page.screenshot()
    page.set_viewport_size(usual)
    path.parent.mkdir(parents=True, exist_ok=True)
    with Image.open(io.BytesIO(data)) as picture:
        picture.convert("RGB").save(path, quality=88)
    print(path, flush=True)


def begin(page: Page, address: str) -> None:
    """Start a run."""
    page.goto(address)
    page.get_by_role("button", name="Repaint").wait_for()
    page.get_by_text("Samples", exact=True).click()
    page.get_by_text("Cat", exact=True).click()
    page.get_by_role("radio", name=STYLE).check(force=True)
    page.get_by_alt_text("Your photo").wait_for()
    page.wait_for_timeout(500)
    page.get_by_role("button", name="Repaint").click()


def of_look(browser: Browser, address: str, look: str, folder: Path, run: str) -> str:
    """Go through all states in one look. The id of the finished run is returned.

    Args:
        browser: takes the pictures.
        address: of the page.
        look: one of `LOOKS`.
        folder: takes the files.
        run: a finished one to show; empty to wait for that which is started here.
    """
    scheme, size = LOOKS[look]
    context = browser.new_context(
        viewport=size,
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = context.new_page()

    def shot(state: str) -> None:
        keep(page, folder / f"{state}_{look}.jpg")

    before_a_run(page, address, shot)
    begin(page, address)
    page.get_by_text(re.compile("Iteration ([5-9]|1[0-9]) of")).first.wait_for(timeout=240_000)
    shot("running")
    if run:
        page.get_by_role("button", name="Stop").click()
        page.get_by_text("Stopped after").wait_for(timeout=60_000)
        shot("stopped")
        page.goto(f"{address}/?run={run}")
    page.get_by_text("Finished").wait_for(timeout=600_000)
    run = page.url.split("run=")[1].split("&")[0]
    after_a_run(page, shot)
    context.close()
    return run


def before_a_run(page: Page, address: str, shot: Callable[[str], None]) -> None:
    """The first screen, also with a file that is no photo."""
    page.goto(address)
    page.get_by_role("button", name="Repaint").wait_for()
    shot("first")
    bad = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": b"%PDF-1.7 not a photo"}
    page.locator(".st-key-upload input[type=file]").set_input_files(bad)  # type: ignore[arg-type]
    page.get_by_text("Received").wait_for()
    shot("error")


def after_a_run(page: Page, shot: Callable[[str], None]) -> None:
    """A finished run, compared with its photo, all its pictures, and the dialogs."""
    shot("finished")
    page.get_by_role("radio", name="Photo", exact=True).check(force=True)
    shot("compare")
    page.get_by_role("button", name="Show all").click()
    shot("gallery")
    if page.get_by_role("button", name="Go on from this one").is_visible():
        page.get_by_role("button", name="Go on from this one").click()
        page.get_by_role("button", name="Repaint from here").wait_for()
        shot("onward")
        page.keyboard.press("Escape")
    page.get_by_role("button", name="My pictures").click()
    page.get_by_role("dialog").get_by_role("button", name="Open").first.wait_for()
    shot("mine")


def main() -> None:
    """Take them all."""
    parser = argparse.ArgumentParser("bench.screenshots", description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("out/screenshots"))
    parser.add_argument("--looks", nargs="*", default=list(LOOKS), choices=list(LOOKS))
    options = parser.parse_args()
    run = ""
    with (
        tempfile.TemporaryDirectory() as folder,
        server.served(folder) as address,
        server.chromium() as browser,
    ):
        for look in options.looks:
            run = of_look(browser, address, look, options.output, run)
    for name, name_in_docs in IN_README.items():
        path = options.output / f"{name}.jpg"
        if path.exists():
            (ROOT / "docs" / "screenshots").mkdir(exist_ok=True)
            shutil.copy(path, ROOT / "docs" / "screenshots" / f"{name_in_docs}.jpg")


if __name__ == "__main__":
    main()
