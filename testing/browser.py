"""The page in a real browser: the server, and what a person does with it."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from nst_core.pictures.pixels import Pixels
from nst_core.runs.store.store import Store
from testing import server

expect.set_options(timeout=30_000)  # these machines are shared, and at times slow
LONG = 60


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds the runs, and what the server says."""
    return tmp_path_factory.mktemp("server")


@pytest.fixture(scope="module")
def address(place: Path) -> Iterator[str]:
    with server.served(place / "runs", log=place / "log") as address:
        yield address


@pytest.fixture(autouse=True)
def clean(place: Path) -> Iterator[None]:
    """Leaves no run for the next test to wait for; pytest shows the log with a test that fails."""
    yield
    store = Store.open(str(place / "runs"))
    for record in store.records():
        store.cancel(record.id)
    if (place / "log").exists():
        print(server.last_words((place / "log").read_bytes()))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with server.chromium() as browser:
        yield browser


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """A browser without any page."""
    yield chromium
    for context in chromium.contexts:
        context.close()


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


def wait_for_iteration(page: Page, least: int = 1, of: int = 18) -> None:
    """Wait until an iteration from `least` is shown: some are quicker than the page."""
    numbers = "|".join(map(str, range(least, of + 1)))
    progress = page.get_by_test_id("stProgress")
    expect(progress).to_contain_text(re.compile(rf"Iteration ({numbers}) of {of}"), timeout=90_000)


def long_run(address: str) -> str:
    """Where a run begins that goes on for as long as a few steps in a browser take."""
    return f"{address}/?style=stained_glass&iterations={LONG}&evaluations=4"


def wait_until_finished(page: Page) -> None:
    wait_until(page, lambda: is_over(page), seconds=400)
    expect(page.get_by_text("Finished:")).to_be_visible()


def is_over(page: Page) -> bool:
    """Whether the run has ended well; fails at once if it cannot."""
    wrong = page.get_by_role("alert").filter(has_text=re.compile("fail|error|mistake|must"))
    assert wrong.count() == 0, wrong.all_inner_texts()
    return page.get_by_text("Finished:").is_visible()


def points(page: Page) -> int:
    """How many iterations the curves show; 0 if it is another chart than the one marked first."""
    return int(
        page.locator(".nst-plot").evaluate(
            "plot => { plot.dataset.mark ??= plot.closest('.stApp').dataset.mark ?? 'first';"
            "plot.closest('.stApp').dataset.mark = 'another';"
            "return plot.dataset.mark === 'first' && plot.data ? plot.data[0].x.length : 0; }"
        )
    )


def download(page: Page, link: str, folder: Path) -> Path:
    """The file behind a link that would open a tab of its own, whose download goes unseen."""
    page.get_by_role("link", name=link, exact=True).evaluate("l => l.removeAttribute('target')")
    with page.expect_download() as event:
        page.get_by_role("link", name=link, exact=True).click()
    path = folder / event.value.suggested_filename
    event.value.save_as(path)
    return path


def zoom(page: Page) -> list[float]:
    """Drag across a part of the curves. The range of iterations shown after it is returned."""
    for _ in range(10):
        area = page.locator(".nst-plot .nsewdrag").first
        box = area.bounding_box()
        assert box is not None
        x, y = box["x"], box["y"] + box["height"] / 2
        page.mouse.move(x + 0.2 * box["width"], y)
        page.mouse.down()
        page.mouse.move(x + 0.8 * box["width"], y, steps=4)
        page.mouse.up()
        page.wait_for_timeout(500)
        # An iteration that ends in the middle of a drag undoes it.
        shown, chosen = page.locator(".nst-plot").evaluate(
            "plot => [plot._fullLayout.xaxis.range, plot._fullLayout.xaxis.autorange === false]"
        )
        if chosen:
            assert len(shown) == 2
            return list(map(float, shown))
    raise AssertionError("no drag has changed what is shown")


def wait_until(
    page: Page,
    condition: Callable[[], bool],
    seconds: float = 10,
    report: Callable[[], object] = lambda: "",
) -> None:
    """Wait for a condition; `report` tells what to show if it does not come true."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} seconds: {report()}"
        page.wait_for_timeout(100)
