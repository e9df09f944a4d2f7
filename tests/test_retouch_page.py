"""The viewer's slider of strength and its switch of colours: address, links, and what is seen."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from streamlit.testing.v1 import AppTest

from nst_core.pictures.chroma import with_chroma_of
from nst_core.pictures.pixels import Pixels, resize
from nst_core.pictures.retouch import at_strength
from nst_core.runs.engine.program import ProgramEngine
from nst_core.runs.store.store import Store
from testing import browser as shared
from testing import pages, server
from testing.finished import finished_run
from testing.pages import button, component, new_page, opened_at, press

engine = pages.idle_engine  # fixture


@pytest.fixture
def run(engine: ProgramEngine, photo: Pixels, painting: Pixels) -> str:
    small = resize(painting, 96, 96)
    return finished_run(engine.store, photo, [small, small[::-1].copy()])


def links(page: AppTest) -> list[str]:
    return [link.proto.url for link in page.get("link_button")]


def shown_strength(page: AppTest) -> int:
    value = re.search(r'"strength": ?(\d+)', component(page, "viewer").json)
    assert value is not None
    return int(value[1])


def test_an_address_carries_the_strength_to_slider_downloads_and_link(run: str) -> None:
    page = opened_at(run=run, strength="70")
    assert shown_strength(page) == 70
    assert len(links(page)) == 3
    assert all("strength=70" in link for link in links(page))
    assert any(code.value.endswith(f"?run={run}&strength=70") for code in page.code)
    plain = new_page(run)
    assert shown_strength(plain) == 100
    assert not any("strength" in link for link in links(plain))
    assert any(code.value.endswith(f"?run={run}") for code in plain.code)


@pytest.mark.parametrize("value", ["151", "half", "-1", ""])
def test_an_address_with_no_strength_is_told_so(run: str, value: str) -> None:
    page = opened_at(run=run, strength=value)
    said = [toast.value.replace("\\", "") for toast in page.toast]
    assert said == [f"strength must be a whole number from 0 to 150. Received: {value}."]
    assert "strength" not in page.query_params
    assert shown_strength(page) == 100


def test_an_address_keeps_the_photo_s_colours(run: str) -> None:
    page = opened_at(run=run, keep_colours="true", strength="130", colours="photo")
    assert not page.toast  # that is a setting of the first screen
    assert shown_strength(page) == 130
    assert '"keepsColours": true' in component(page, "viewer").json
    assert all("strength=130&colours=luminance" in link for link in links(page))
    assert any(code.value.endswith("&strength=130&keep_colours=true") for code in page.code)
    page = opened_at(run=run, keep_colours="maybe")
    said = [toast.value.replace("\\", "") for toast in page.toast]
    assert said == ["keep_colours must be true or false. Received: maybe."]
    assert "keep_colours" not in page.query_params


def test_the_strength_stays_with_its_run(run: str) -> None:
    page = opened_at(run=run, strength="70")
    press(page, "New picture")
    assert "strength" not in page.query_params
    assert button(page, "Repaint")


def test_two_runs_are_seen_at_one_strength(run: str) -> None:
    page = opened_at(run=run, beside=run, strength="130")
    for number in (0, 1):
        assert '"strength": 130' in component(page, f"viewer_{number}").json


# In a browser.

place, address, clean = shared.place, shared.address, shared.clean
chromium, browser = shared.chromium, shared.browser
NO_BROWSER = pytest.mark.skipif(server.CHROMIUM is None, reason="needs Debian's chromium")


@pytest.fixture
def visited(
    place: Path, address: str, browser: Browser, photo: Pixels, painting: Pixels
) -> tuple[Page, Pixels, Pixels]:
    """A page at a finished run, with its result and its photo in the result's size."""
    picture = resize(painting, 96, 144)
    run = finished_run(Store.open(str(place / "runs")), photo, [picture])
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{address}/?run={run}")
    expect(page.get_by_role("slider", name="Strength")).to_have_value("100", timeout=60_000)
    return page, picture, resize(photo, 96, 144)


def mixture(page: Page) -> Pixels:
    """The pixels that the viewer has made."""
    levels = page.locator(".mixture").evaluate(
        "c => [c.height, c.width, ...c.getContext('2d').getImageData(0, 0, c.width, c.height).data]"
    )
    return np.reshape(levels[2:], (*levels[:2], 4))[..., :3].astype(np.uint8)


def drag_to(page: Page, share: float) -> None:
    """Drag the slider's thumb, and keep it; share: of the way, 0..1."""
    slider = page.get_by_role("slider", name="Strength")
    box = slider.bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    thumb = min(0.98, max(0.02, int(slider.input_value()) / 150))
    page.mouse.move(box["x"] + box["width"] * thumb, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * share, y, steps=5)


@pytest.mark.browser
@pytest.mark.processes
@NO_BROWSER
def test_the_slider_changes_the_picture_at_once_and_what_is_downloaded(
    visited: tuple[Page, Pixels, Pixels],
) -> None:
    page, picture, photo = visited
    slider, canvas = page.get_by_role("slider", name="Strength"), page.locator(".mixture")
    expect(canvas).to_be_hidden()
    drag_to(page, 0.2)
    expect(canvas).to_be_visible()
    held = int(slider.input_value())
    assert 20 <= held <= 40
    page.wait_for_timeout(300)
    assert "strength" not in page.url  # the server has not been asked
    assert np.array_equal(mixture(page), at_strength(picture, photo, held))
    page.mouse.up()
    expect(page).to_have_url(re.compile(rf"strength={held}$"))
    for name in ("Download this picture", "Picture"):
        link = page.get_by_role("link", name=name, exact=True)
        expect(link).to_have_attribute("href", re.compile(rf"strength={held}$"))
        path = str(link.get_attribute("href"))
        data = page.request.get(f"{page.url.partition('?')[0]}{path}").body()
        with Image.open(io.BytesIO(data)) as image:
            assert np.array_equal(np.asarray(image), at_strength(picture, photo, held))

    slider.press("End")  # by the keyboard
    expect(slider).to_have_attribute("aria-valuetext", "150 %")
    expect(page).to_have_url(re.compile("strength=150$"))
    assert np.array_equal(mixture(page), at_strength(picture, photo, 150))
    page.reload()
    expect(slider).to_have_value("150", timeout=60_000)
    expect(canvas).to_be_visible()
    drag_to(page, 100 / 150)  # it snaps to the picture as it is
    page.mouse.up()
    expect(canvas).to_be_hidden()
    expect(page).not_to_have_url(re.compile("strength"))


@pytest.mark.browser
@pytest.mark.processes
@NO_BROWSER
def test_the_photo_s_colours_come_back_at_a_switch(visited: tuple[Page, Pixels, Pixels]) -> None:
    page, picture, photo = visited
    switch = page.get_by_role("switch", name="Keep the photo's colours")
    expect(switch).not_to_be_checked()
    switch.press("Space")
    shown = page.get_by_alt_text("The repainted photo")
    expect(shown).to_have_attribute("src", re.compile("colours=luminance$"))
    expect(page).to_have_url(re.compile("keep_colours=true$"))
    slider = page.get_by_role("slider", name="Strength")
    slider.press("PageDown")
    held = int(slider.input_value())
    assert held < 100
    expect(page).to_have_url(re.compile(f"strength={held}"))
    expect(page.locator(".mixture")).to_be_visible()
    right = at_strength(with_chroma_of(picture, photo), photo, held)
    assert np.array_equal(mixture(page), right)
    strip = page.get_by_role("group", name="Iterations").locator("img").first
    source = re.compile(f"strength={held}&colours=luminance$")
    expect(strip).to_have_attribute("src", source)
    expect(page.get_by_role("link", name="Picture", exact=True)).to_have_attribute("href", source)


@pytest.mark.browser
@pytest.mark.processes
@NO_BROWSER
def test_a_finger_on_a_phone_moves_the_slider(
    visited: tuple[Page, Pixels, Pixels], browser: Browser
) -> None:
    page, _, photo = visited
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    phone = context.new_page()
    phone.goto(page.url)
    slider = phone.get_by_role("slider", name="Strength")
    expect(slider).to_have_value("100", timeout=60_000)
    box = slider.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    phone.touchscreen.tap(box["x"] + 2, box["y"] + box["height"] / 2)
    expect(slider).to_have_value("0")
    expect(phone.locator(".mixture")).to_be_visible()
    assert np.array_equal(mixture(phone), photo)
    expect(phone).to_have_url(re.compile("strength=0$"))
