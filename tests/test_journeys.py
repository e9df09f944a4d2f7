"""A person's way through the page, in a real browser against the real server.

They need Debian's chromium (`apt-get install chromium`).
"""

import json
import re
import time
import urllib.request
import zipfile
from pathlib import Path
from typing import Literal

import pytest
import yaml
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from nst_core.pictures.pixels import Pixels
from testing import browser as shared
from testing import server
from testing.browser import (
    LONG,
    download,
    is_over,
    long_run,
    points,
    start,
    wait_for_iteration,
    wait_until,
    wait_until_finished,
    zoom,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.processes,
    pytest.mark.skipif(server.CHROMIUM is None, reason="needs Debian's chromium"),
]

TOP = "portrait, Stained glass"
"""The folder in the zip of a run that `start` starts."""

# Fixtures.
place, address, clean = shared.place, shared.address, shared.clean
chromium, browser, page = shared.chromium, shared.browser, shared.page


def test_upload_repaint_and_take_the_gallery(page: Page, photo: Pixels, tmp_path: Path) -> None:
    start(page, photo, tmp_path)
    wait_for_iteration(page)
    page.locator(".nst-plot .legend .traces").nth(1).click()
    page.wait_for_timeout(500)
    zoomed = zoom(page)
    lengths, pictures = set(), set()
    deadline = time.monotonic() + 400
    while not is_over(page):
        assert time.monotonic() < deadline
        lengths.add(points(page))
        pictures.add(page.get_by_alt_text("The repainted photo").get_attribute("src"))
        page.wait_for_timeout(200)
    wait_until_finished(page)
    expect(page.locator(".nst-plot .main-svg").first).to_be_visible()
    assert 0 not in lengths
    assert len(lengths) > 3
    assert len(pictures) > 3
    wait_until(page, lambda: points(page) == 18)
    hidden = page.locator(".nst-plot").evaluate("plot => plot.data.map(trace => trace.visible)")
    assert hidden[1] == "legendonly"
    assert hidden.count("legendonly") == 1
    shown = page.locator(".nst-plot").evaluate("plot => plot._fullLayout.xaxis.range")
    assert shown == zoomed

    page.locator(".nst-plot .nsewdrag").first.hover()
    beside = page.get_by_alt_text("The picture of that iteration")
    expect(beside).to_be_visible()
    assert "thumbnails" in str(beside.get_attribute("src"))

    assert_gallery_is_whole(download(page, "All iterations (zip)", tmp_path), tmp_path / "gallery")
    with Image.open(download(page, "Picture", tmp_path)) as picture:
        assert max(picture.size) == 256
    with Image.open(download(page, "Animation", tmp_path)) as animation:
        assert getattr(animation, "n_frames", 1) > 10
    offline = page.context.new_page()
    offline.goto((tmp_path / "gallery" / TOP / "index.html").as_uri())
    expect(offline.locator(".main-svg").first).to_be_visible()
    for drawn in (page, offline):  # nothing that sends it to strangers
        expect(drawn.locator(".modebar-btn").first).to_be_attached()
        expect(drawn.get_by_role("button", name="Share chart")).to_have_count(0)


def assert_gallery_is_whole(gallery: Path, folder: Path) -> None:
    """Unpack a run's zip: every picture opens, and losses and settings are there."""
    with zipfile.ZipFile(gallery) as archive:
        assert archive.testzip() is None
        names = {name.removeprefix(f"{TOP}/") for name in archive.namelist()}
        archive.extractall(folder)
    folder = folder / TOP
    frames = {f"transfer_result_at_iteration_{number}.png" for number in range(18)}
    assert frames | {"result.png", "photo.png", "painting.png"} <= names
    for name in names:
        path = folder / name
        if path.suffix == ".png":
            Image.open(path).load()
    rows = (folder / "losses.csv").read_text().splitlines()
    assert len(rows) == 19
    settings = yaml.safe_load((folder / "run.yaml").read_text())
    assert settings["size"] == 256


def test_a_link_leads_others_to_a_run_that_goes_on_without_its_owner(
    page: Page, address: str, browser: Browser, photo: Pixels, tmp_path: Path
) -> None:
    page.goto(long_run(address))
    start(page, photo, tmp_path)
    wait_for_iteration(page, of=LONG)
    page.get_by_role("button", name="Share").click()
    link = page.get_by_test_id("stPopoverBody").locator("code").inner_text().strip()
    assert "run=" in link
    expect(page.get_by_alt_text(link)).to_be_visible()
    contexts = [
        browser.new_context(
            viewport={"width": width, "height": 844},
            color_scheme=scheme,  # type: ignore[arg-type]
            has_touch=width < 500,
            is_mobile=width < 500,
        )
        for width, scheme in ((1280, "dark"), (390, "light"))
    ]
    pages = [context.new_page() for context in contexts]
    for other in pages:
        other.goto(link)
        expect(other.get_by_alt_text("The repainted photo")).to_be_visible(timeout=30_000)
        expect(other.get_by_text("only they can stop it")).to_be_visible()
        expect(other.get_by_role("button", name="Stop")).to_have_count(0)
    page.context.close()
    # A finger on the curves scrolls the page.
    wait_until(pages[1], lambda: points(pages[1]) > 0)
    modes = "plot => [plot._fullLayout.dragmode, plot.querySelectorAll('.modebar-btn').length]"
    assert pages[1].locator(".nst-plot").evaluate(modes) == [False, 0]
    for other in pages:
        wait_until_finished(other)
        expect(other.get_by_role("link", name="All iterations (zip)")).to_be_visible()
        width = other.evaluate("document.documentElement.scrollWidth")
        assert width <= other.viewport_size["width"]  # type: ignore[index]


def test_stop_continue_and_reload(page: Page, address: str, photo: Pixels, tmp_path: Path) -> None:
    page.goto(long_run(address))
    start(page, photo, tmp_path)
    wait_for_iteration(page, 2, of=LONG)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped after")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    wait_for_iteration(page, 3, of=LONG)
    page.reload()
    # The browser remembers whose run it is.
    expect(page.get_by_role("button", name="Stop")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Go on from this one").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="Repaint from here")).to_be_visible()
    dialog.get_by_role("spinbutton", name="Exact size").fill("320")
    dialog.get_by_role("spinbutton", name="Exact size").press("Enter")
    expect(dialog.get_by_text("that run had 256")).to_be_visible()
    wait_until_finished(page)  # which takes nothing out of anyone's hands
    expect(dialog.get_by_role("spinbutton", name="Exact size")).to_have_value("320")
    strip = page.get_by_role("group", name="Iterations", include_hidden=True).locator("button")
    expect(strip.nth(LONG // 2)).to_be_attached()  # a size may end before its budget
    dialog.get_by_role("button", name="Repaint from here").click()
    expect(dialog).to_have_count(0)
    expect(page.locator(".nst-plot .main-svg")).to_have_count(0)  # the curves of the last run
    expect(page.get_by_text("It started from a picture of")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("button", name="My pictures").click()
    expect(dialog.get_by_role("button", name="Open").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_an_address_carries_the_whole_choice(page: Page, address: str) -> None:
    page.goto(f"{address}/?style=woodblock_wave&size=300&seed=7&balance=70&memory=-1&hue=3")
    chosen = page.get_by_role("radio", name="Woodblock wave")
    expect(chosen).to_be_checked(timeout=30_000)
    expect(page.get_by_role("slider", name="Photo or painting")).to_have_value("70")
    expect(page.get_by_text("memory must be")).to_be_visible()
    page.get_by_text("Advanced").click()
    expect(page.get_by_role("spinbutton", name="Exact size")).to_have_value("300")
    expect(page.get_by_role("spinbutton", name="Seed")).to_have_value("7")
    page.get_by_role("radio", name="Starlit valley").check(force=True)
    expect(page).to_have_url(re.compile("style=starlit_valley"))
    expect(page).not_to_have_url(re.compile("seed="))


def test_a_painting_of_one_s_own_stands_in_for_that_of_the_style(
    page: Page, painting: Pixels, tmp_path: Path
) -> None:
    style = page.get_by_role("radio", name="Stained glass")
    expect(style).to_be_attached(timeout=30_000)
    style.check(force=True)
    expect(page).to_have_url(re.compile("style=stained_glass"))
    Image.fromarray(painting).save(tmp_path / "mine.png")
    page.get_by_text("A painting of your own").first.click()
    page.locator(".st-key-painting_0 input[type=file]").set_input_files(tmp_path / "mine.png")
    own = page.get_by_alt_text("A painting of your own")
    expect(own).to_be_visible()
    expect(page.get_by_role("radio", name="Stained glass")).not_to_be_checked()
    style.check(force=True)  # the style that is chosen already, with its own painting
    expect(own).to_have_count(0)
    expect(style).to_be_checked()


def test_the_keyboard_is_enough_to_choose(page: Page) -> None:
    chosen = page.locator("input[type=radio]:checked")
    expect(chosen).to_have_count(1, timeout=30_000)
    before = chosen.get_attribute("value")
    chosen.focus()
    page.keyboard.press("ArrowRight")
    expect(page).not_to_have_url(re.compile(f"style={before}(&|$)"))
    expect(page).to_have_url(re.compile("style="))
    page.get_by_role("radio", name="Samples").press("Space")
    page.get_by_role("radio", name="Cat").press("Space")
    start = page.get_by_role("button", name="Repaint")
    expect(start).to_be_enabled()
    start.press("Enter")
    stop = page.get_by_role("button", name="Stop")
    expect(stop).to_be_visible()
    stop.press("Enter")
    expect(page.get_by_text("Stopped after")).to_be_visible(timeout=60_000)


CONTRAST = Path(__file__).with_name("contrast.js").read_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_can_be_read(
    browser: Browser, address: str, scheme: Literal["light", "dark"]
) -> None:
    """Contrast of at least 4.5 (3 for large text), as WCAG 2.2 asks for level AA."""
    context = browser.new_context(color_scheme=scheme, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_role("radio", name="Stained glass")).to_be_attached(timeout=30_000)
    page.get_by_text("Samples", exact=True).click()
    page.get_by_text("Cat", exact=True).click()
    expect(page.get_by_role("button", name="Repaint")).to_be_enabled()
    all_can_be_read(page)
    page.get_by_text("Quick").click()
    page.get_by_role("button", name="Repaint").click()
    wait_for_iteration(page)
    all_can_be_read(page)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped after")).to_be_visible(timeout=60_000)
    all_can_be_read(page)


def all_can_be_read(page: Page) -> None:
    """Streamlit fades what is out of date, so the page is looked at until it is at rest."""
    page.wait_for_timeout(500)
    wait_until(
        page,
        lambda: page.evaluate(CONTRAST) == [],
        seconds=20,
        report=lambda: page.evaluate(CONTRAST),
    )


def test_the_server_says_whether_it_is_well(address: str) -> None:
    server.wait_for_answer(f"{address}/health")
    with urllib.request.urlopen(f"{address}/health") as answer:
        known = json.load(answer)
    assert known["engine"] is True
    assert known["workers"] == 1


def test_in_a_folder_of_a_site_the_page_finds_what_it_needs(address: str, place: Path) -> None:
    with server.served(place / "runs", folder="repaint") as url:
        for path in ("/", "/presets/stained_glass/painting.jpg", "/assets/plotly.min.js"):
            with urllib.request.urlopen(url + path) as answer:
                assert answer.status == 200
                assert answer.read()
