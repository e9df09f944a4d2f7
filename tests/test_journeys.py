"""A person's way through the page, in a real browser against the real server.

They need Debian's chromium (`apt-get install chromium`).
"""

import json
import re
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
import yaml
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from bench import server
from nst_core.images import Pixels

pytestmark = pytest.mark.skipif(server.CHROMIUM is None, reason="needs Debian's chromium")


expect.set_options(timeout=30_000)  # these machines are shared, and at times slow


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with server.served(tmp_path_factory.mktemp("runs")) as address:
        yield address


@pytest.fixture
def browser() -> Iterator[Browser]:
    with server.chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, address: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(address)
    return page


def start(page: Page, photo: Pixels, folder: Path, style: str = "Stained glass") -> None:
    """Upload the photo, pick the style and the quick size, and press the button."""
    Image.fromarray(photo).save(folder / "portrait.png")
    expect(page.get_by_role("button", name="Repaint")).to_be_disabled(timeout=30_000)
    page.locator(".st-key-upload input[type=file]").set_input_files(folder / "portrait.png")
    page.get_by_role("radio", name=style).check(force=True)
    page.get_by_text("Quick").click()
    button = page.get_by_role("button", name="Repaint")
    expect(button).to_be_enabled()
    button.click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()


def iteration(page: Page, least: int = 1, most: int = 18) -> None:
    """Wait until an iteration from `least` to `most` is shown: some are quicker than the page."""
    numbers = "|".join(map(str, range(least, most + 1)))
    progress = page.get_by_test_id("stProgress")
    expect(progress).to_contain_text(re.compile(rf"Iteration ({numbers}) of 18"), timeout=90_000)


def finished(page: Page) -> None:
    expect(page.get_by_text("Finished:")).to_be_visible(timeout=240_000)


def points(page: Page) -> int:
    """How many iterations the curves show; 0 if it is another chart than the one marked first."""
    return int(
        page.locator(".nst-plot").evaluate(
            "plot => { plot.dataset.mark ??= plot.closest('.stApp').dataset.mark ?? 'first';"
            "plot.closest('.stApp').dataset.mark = 'another';"
            "return plot.dataset.mark === 'first' && plot.data ? plot.data[0].x.length : 0; }"
        )
    )


def downloaded(page: Page, link: str, folder: Path) -> Path:
    """The file behind a link that would open a tab of its own, whose download goes unseen."""
    page.get_by_role("link", name=link, exact=True).evaluate("l => l.removeAttribute('target')")
    with page.expect_download() as download:
        page.get_by_role("link", name=link, exact=True).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_upload_repaint_and_take_the_gallery(page: Page, photo: Pixels, tmp_path: Path) -> None:
    start(page, photo, tmp_path)
    iteration(page)
    page.locator(".nst-plot .legend .traces").nth(1).click()
    page.wait_for_timeout(500)
    zoomed = zoom(page)
    lengths, pictures = set(), set()
    while not page.get_by_text("Finished:").is_visible():
        lengths.add(points(page))
        pictures.add(page.get_by_alt_text("The repainted photo").get_attribute("src"))
        page.wait_for_timeout(200)
    finished(page)
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

    with zipfile.ZipFile(downloaded(page, "All iterations (zip)", tmp_path)) as archive:
        assert archive.testzip() is None
        names = set(archive.namelist())
        archive.extractall(tmp_path / "gallery")
    frames = {f"transfer_result_at_iteration_{number}.png" for number in range(18)}
    assert frames | {"result.png", "photo.png", "painting.png"} <= names
    for name in names:
        path = tmp_path / "gallery" / name
        if path.suffix == ".png":
            Image.open(path).load()
    rows = (tmp_path / "gallery" / "losses.csv").read_text().splitlines()
    assert len(rows) == 19
    settings = yaml.safe_load((tmp_path / "gallery" / "run.yaml").read_text())
    assert settings["size"] == 256
    with Image.open(downloaded(page, "Picture", tmp_path)) as picture:
        assert max(picture.size) == 256
    with Image.open(downloaded(page, "Animation", tmp_path)) as animation:
        assert getattr(animation, "n_frames", 1) > 10
    offline = page.context.new_page()
    offline.goto((tmp_path / "gallery" / "index.html").as_uri())
    expect(offline.locator(".main-svg").first).to_be_visible()
    for drawn in (page, offline):  # nothing that sends it to strangers
        expect(drawn.locator(".modebar-btn").first).to_be_attached()
        expect(drawn.get_by_role("button", name="Share chart")).to_have_count(0)


def zoom(page: Page) -> list[float]:
    """Drag across a part of the curves. Returns: the iterations that are shown after it."""
    area = page.locator(".nst-plot .nsewdrag").first
    box = area.bounding_box()
    assert box is not None
    x, y = box["x"], box["y"] + box["height"] / 2
    page.mouse.move(x + 0.2 * box["width"], y)
    page.mouse.down()
    page.mouse.move(x + 0.8 * box["width"], y, steps=4)
    page.mouse.up()
    page.wait_for_timeout(500)
    shown = page.locator(".nst-plot").evaluate("plot => plot._fullLayout.xaxis.range")
    assert len(shown) == 2
    return list(map(float, shown))


def wait_until(page: Page, condition: Callable[[], bool]) -> None:
    for _ in range(100):
        if condition():
            return
        page.wait_for_timeout(100)
    raise AssertionError("not within ten seconds")


def test_a_link_leads_others_to_a_run_that_goes_on_without_its_owner(
    page: Page, browser: Browser, photo: Pixels, tmp_path: Path
) -> None:
    start(page, photo, tmp_path)
    iteration(page)
    page.get_by_role("button", name="Share").click()
    link = page.get_by_test_id("stPopoverBody").locator("code").inner_text().strip()
    assert "run=" in link
    expect(page.get_by_alt_text(link)).to_be_visible()
    contexts = [
        browser.new_context(
            viewport={"width": width, "height": 844},
            color_scheme=scheme,  # type: ignore[arg-type]
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
    for other in pages:
        finished(other)
        expect(other.get_by_role("link", name="All iterations (zip)")).to_be_visible()
        width = other.evaluate("document.documentElement.scrollWidth")
        assert width <= other.viewport_size["width"]  # type: ignore[index]


def test_stop_continue_and_reload(page: Page, photo: Pixels, tmp_path: Path) -> None:
    start(page, photo, tmp_path)
    iteration(page, 2)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped after")).to_be_visible(timeout=30_000)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    iteration(page, 3)
    page.reload()
    # The browser remembers whose run it is.
    expect(page.get_by_role("button", name="Stop")).to_be_visible(timeout=30_000)
    finished(page)
    strip = page.get_by_role("group", name="Iterations").get_by_role("button")
    expect(strip).to_have_count(18)
    page.get_by_role("button", name="My pictures").click()
    expect(page.get_by_role("dialog").get_by_role("button", name="Open").first).to_be_visible()


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
    page.wait_for_timeout(500)
    assert page.evaluate(CONTRAST) == []
    page.get_by_text("Quick").click()
    page.get_by_role("button", name="Repaint").click()
    iteration(page)
    assert page.evaluate(CONTRAST) == []
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped after")).to_be_visible(timeout=60_000)
    page.wait_for_timeout(500)
    assert page.evaluate(CONTRAST) == []


def test_the_server_says_whether_it_is_well(address: str) -> None:
    server.wait_for_answer(f"{address}/health")
    with urllib.request.urlopen(f"{address}/health") as answer:
        known = json.load(answer)
    assert known["engine"] is True
    assert known["workers"] == 1
