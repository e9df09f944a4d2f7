"""The brush over the photo, in a real browser: by touch, by mouse, and by keys."""

import base64
import io
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from nst_core.pictures.masks import Mask
from nst_core.pictures.pixels import Pixels, resize
from nst_core.runs.store import layout
from nst_core.runs.store.store import Store
from testing import browser as shared
from testing import server
from testing.browser import is_over, wait_until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.processes,
    pytest.mark.skipif(server.CHROMIUM is None, reason="needs Debian's chromium"),
]

# Fixtures.
place, address, clean = shared.place, shared.address, shared.clean
chromium, browser = shared.chromium, shared.browser

TINY = "/?style=stained_glass&size=64&scales=1&iterations=2&evaluations=3&precision=float32"
SIDE = 512
"""Of the portrait, and of what is painted over it, in pixels."""


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Page]:
    """The first screen on a phone, with a finger."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(address + TINY)
    yield page
    context.close()


@pytest.fixture
def desk(browser: Browser, address: str) -> Page:
    """The first screen on a large display."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(address + TINY)
    return page


def opened(page: Page, photo: Pixels, folder: Path) -> Locator:
    """The canvas of the brush over a photo that is uploaded for it."""
    Image.fromarray(photo).save(folder / "portrait.png")
    expect(page.get_by_role("button", name="Repaint")).to_be_disabled()
    page.locator(".st-key-upload input[type=file]").set_input_files(folder / "portrait.png")
    page.get_by_text("Paint only a part").click()
    canvas = page.get_by_role("application", name="Your photo, to paint over")
    expect(canvas).to_be_visible()
    page.wait_for_timeout(500)  # the drawer slides open
    canvas.scroll_into_view_if_needed()
    return canvas


def swipe(page: Page, canvas: Locator, *ways: list[tuple[float, float]]) -> None:
    """Draw with one finger along points in shares of the canvas."""
    fingers = page.context.new_cdp_session(page)
    for way in ways:
        box = canvas.bounding_box()
        assert box is not None
        for number, (x, y) in enumerate(way):
            point = {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]}
            kind = "touchMove" if number else "touchStart"
            fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
        fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def painted(page: Page) -> Mask:
    """What the canvas shows as painted: its opacity, 0..255 as seen, (H, W)."""
    url = page.locator(".st-key-brush canvas").evaluate("canvas => canvas.toDataURL()")
    data = base64.b64decode(url.partition(",")[2])
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGBA"))[..., 3]


def share(page: Page) -> float:
    """The share of pixels that are painted at all."""
    return float((painted(page) > 0).mean())


def said(page: Page) -> Locator:
    """What a screen reader is told of the painted part."""
    return page.locator(".st-key-brush").get_by_role("status")


def test_by_touch_only_the_inside_of_the_strokes_is_painted(
    phone: Page, place: Path, photo: Pixels, tmp_path: Path
) -> None:
    canvas = opened(phone, photo, tmp_path)
    before = phone.evaluate("[scrollX, scrollY]")
    swipe(phone, canvas, [(0.1, 0.5), (0.5, 0.5), (0.9, 0.5)])
    assert phone.evaluate("[scrollX, scrollY]") == before  # the finger paints, it does not scroll
    expect(said(phone)).to_have_text(re.compile(r"1\d % of the photo is painted"))
    expect(phone.get_by_text("Only the painted part")).to_be_visible()
    phone.get_by_role("button", name="Repaint").tap()
    expect(phone).to_have_url(re.compile("run="))  # however quick the stroke before it was
    wait_until(phone, lambda: is_over(phone), seconds=300)

    store = Store.open(str(place / "runs"))
    [record] = [each for each in store.records() if each.state == "finished"]
    folder = store.folder(record.id)
    result = np.asarray(Image.open(io.BytesIO(folder.read(layout.RESULT))).convert("RGB"))
    small = resize(photo, 64, 64)
    changed = (result != small).any(axis=2)
    # The stroke is 14 % high, and lies in the middle from a tenth to nine tenths.
    assert not changed[:26].any()
    assert not changed[38:].any()
    assert not changed[:, :1].any()
    assert changed[30:34, 8:56].mean() > 0.95
    mask = np.asarray(Image.open(io.BytesIO(folder.read("mask.png"))))
    assert mask.shape == (SIDE, SIDE)
    assert (mask[SIDE // 2, 60:450] == 255).all()
    phone.get_by_text("Where it was painted").tap()
    shown = phone.get_by_alt_text("Where it was painted")
    expect(shown).to_be_visible()
    wait_until(phone, lambda: shown.evaluate("image => image.naturalWidth") == SIDE)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_by_mouse_the_eraser_takes_away_and_the_edge_is_as_soft_as_is_said(
    desk: Page, photo: Pixels, tmp_path: Path
) -> None:
    canvas = opened(desk, photo, tmp_path)

    def dab(x: float, y: float, to_x: float | None = None) -> None:
        canvas.scroll_into_view_if_needed()
        box = canvas.bounding_box()
        assert box is not None
        desk.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        desk.mouse.down()
        if to_x is not None:
            desk.mouse.move(box["x"] + to_x * box["width"], box["y"] + y * box["height"], steps=3)
        desk.mouse.up()

    desk.get_by_role("slider", name="Soft edge").fill("0")
    dab(0.3, 0.3)
    hard = painted(desk) > 0
    radius = 0.07 * SIDE
    assert hard.sum() == pytest.approx(np.pi * radius**2, rel=0.06)
    row = painted(desk)[round(0.3 * SIDE)]
    edge = np.flatnonzero((row > 0) & (row < 127 * 0.9))
    assert len(edge) <= 4  # of the edge itself a pixel or two on each side
    inside = painted(desk).max()
    dab(0.3, 0.3)  # over itself it is no larger, and no denser where it covers all
    assert (painted(desk)[~hard] <= 4).all()
    assert painted(desk).max() == inside
    desk.get_by_role("slider", name="Soft edge").fill("100")
    dab(0.7, 0.7)
    soft = painted(desk)[round(0.7 * SIDE), round(0.7 * SIDE) :]
    values = soft[soft > 0].astype(int)
    assert len(values) == pytest.approx(radius, abs=3)
    assert values[len(values) // 2] == pytest.approx(values[0] / 2, abs=25)
    eraser = desk.get_by_role("button", name="Eraser")
    eraser.click()
    expect(eraser).to_have_attribute("aria-pressed", "true")
    desk.get_by_role("slider", name="Soft edge").fill("0")
    desk.get_by_role("slider", name="Brush size").fill("20")
    dab(0.1, 0.3, 0.9)
    assert not (painted(desk)[:250] > 0).any()
    assert (painted(desk)[250:] > 0).any()


def test_by_keys_all_of_it_can_be_done(desk: Page, photo: Pixels, tmp_path: Path) -> None:
    canvas = opened(desk, photo, tmp_path)
    expect(said(desk)).to_contain_text("without a stroke it is the whole photo")
    canvas.focus()
    desk.keyboard.press("Space")
    wait_until(desk, lambda: share(desk) > 0)
    middle = painted(desk) > 0
    rows, columns = np.nonzero(middle)
    assert (rows.mean(), columns.mean()) == pytest.approx((255.5, 255.5), abs=1)
    one = share(desk)
    desk.keyboard.press("]")
    for _ in range(6):
        desk.keyboard.press("ArrowLeft")
    assert share(desk) == one  # the arrows alone only move the brush
    cursor = desk.locator(".st-key-brush .cursor")
    expect(cursor).to_be_visible()
    drawn, whole = cursor.bounding_box(), canvas.bounding_box()
    assert drawn is not None
    assert whole is not None
    assert drawn["width"] / whole["width"] == pytest.approx(0.16, abs=0.01)
    desk.keyboard.press("Enter")
    wait_until(desk, lambda: share(desk) > 2 * one)  # a larger one beside the first
    two = share(desk)
    desk.keyboard.press("Shift+Space")
    wait_until(desk, lambda: share(desk) < two)
    desk.keyboard.press("Control+z")
    assert share(desk) == two
    desk.get_by_role("button", name="Undo").press("Enter")
    assert share(desk) == one
    desk.get_by_role("button", name="Invert").press("Space")
    assert share(desk) > 1 - one
    expect(said(desk)).to_have_text(re.compile("9[89] % of the photo is painted"))
    desk.get_by_role("button", name="Clear").press("Enter")
    assert share(desk) == 0
    expect(said(desk)).to_contain_text("without a stroke it is the whole photo")
    expect(desk.get_by_text("Only the painted part")).to_have_count(0)
    for _ in range(3):
        desk.get_by_role("button", name="Undo").press("Enter")
    assert share(desk) == 0
    expect(desk.get_by_role("button", name="Undo")).to_have_attribute("aria-disabled", "true")
    expect(desk.get_by_role("button", name="Undo")).to_be_focused()


def test_what_was_painted_is_there_again_after_another_style(
    desk: Page, photo: Pixels, tmp_path: Path
) -> None:
    canvas = opened(desk, photo, tmp_path)
    canvas.click()
    expect(desk.get_by_text("Only the painted part")).to_be_visible()
    before = painted(desk)
    desk.get_by_role("radio", name="Classic").check(force=True)
    expect(canvas).to_have_count(0)
    expect(desk.get_by_text("is left out")).to_be_visible()
    desk.get_by_role("radio", name="Woodblock wave").check(force=True)
    expect(canvas).to_be_visible()
    wait_until(desk, lambda: share(desk) > 0)
    assert (painted(desk) == before).all()
