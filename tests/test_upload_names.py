"""A picture is taken by whatever name, and a refusal stands beside the uploader for as long as it
is true: in a real browser, which refuses by name before the server sees a file.
"""

import io

import pillow_heif
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from testing import browser as shared
from testing.server import CHROMIUM

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium"),
]

# Fixtures.
place, address, clean = shared.place, shared.address, shared.clean
chromium, browser, page = shared.chromium, shared.browser, shared.page

NAMES = {
    "JPEG": ["a.jpe", "a.jfif", "a.pjpeg", "a.JPG", "IMG_0001", "a.txt", "a.b c", "ä.jpg.download"],
    "MPO": ["a.mpo"],
    "PNG": ["a.apng", "A.PNG"],
    "TIFF": ["a.tif", "a.TIFF"],
    "BMP": ["a.dib"],
    "AVIF": ["a.avif", "a.avifs"],
    "HEIF": ["a.heic", "a.heif", "a.HIF"],
}


def encoded(kind: str) -> bytes:
    buffer = io.BytesIO()
    image = Image.effect_noise((96, 64), 90).convert("RGB")
    if kind == "HEIF":
        pillow_heif.from_pillow(image).save(buffer)
    elif kind == "MPO":
        image.save(buffer, kind, save_all=True, append_images=[image.rotate(180)])
    else:
        image.save(buffer, kind)
    return buffer.getvalue()


@pytest.fixture
def uploader(page: Page) -> Locator:
    place = page.locator(".st-key-upload input[type=file]")
    expect(place).to_be_attached()
    return place


def give(uploader: Locator, name: str, data: bytes) -> None:
    """Choose a file; the browser does not know what kind it is where the name does not say so."""
    uploader.set_input_files({"name": name, "mimeType": "", "buffer": data})


@pytest.mark.parametrize("kind", NAMES)
def test_the_content_decides_and_not_the_name(page: Page, uploader: Locator, kind: str) -> None:
    for name in NAMES[kind]:
        give(uploader, name, encoded(kind))
        shown = page.get_by_test_id("stImageCaption").filter(has_text=name)
        expect(shown).to_be_visible()
        expect(page.get_by_test_id("stAlert")).to_have_count(0)
        expect(page.get_by_role("button", name="Repaint")).to_be_enabled()


def test_a_photo_without_an_ending_can_be_dropped(page: Page, uploader: Locator) -> None:
    transfer = page.evaluate_handle(
        """bytes => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(bytes)], "IMG_0002"));
            return transfer;
        }""",
        list(encoded("JPEG")),
    )
    target = page.locator(".st-key-upload [data-testid=stFileUploaderDropzone]")
    target.dispatch_event("drop", {"dataTransfer": transfer})
    expect(page.get_by_test_id("stImageCaption").filter(has_text="IMG_0002")).to_be_visible()
    expect(page.get_by_role("button", name="Repaint")).to_be_enabled()


def test_a_refusal_stands_beside_the_uploader_while_it_is_true(
    page: Page, uploader: Locator
) -> None:
    refusals, start = page.get_by_test_id("stAlert"), page.get_by_role("button", name="Repaint")
    for name in ("first.jpg", "second", "third.heic"):
        give(uploader, name, b"no picture at all")
        expect(refusals).to_have_count(1)
        expect(refusals).to_contain_text(name)
        expect(start).to_be_disabled()
    expect(refusals).to_contain_text("Received:")
    above, below = page.locator(".st-key-upload").bounding_box(), refusals.bounding_box()
    assert above is not None
    assert below is not None
    assert abs(above["x"] - below["x"]) < 5
    assert 0 <= below["y"] - (above["y"] + above["height"]) < 60

    give(uploader, "good", encoded("JPEG"))
    expect(start).to_be_enabled()
    expect(refusals).to_have_count(0)

    give(uploader, "fourth.png", b"nor is this")
    expect(refusals).to_contain_text("fourth")
    expect(start).to_be_disabled()
    page.locator(".st-key-upload [data-testid=stFileChipDeleteBtn] button").click()
    expect(refusals).to_have_count(0)
    expect(start).to_be_disabled()


def test_a_long_name_is_shortened_on_the_page(page: Page, uploader: Locator) -> None:
    name = f"{'ж ' * 120}.jpg"  # as long as file systems allow
    give(uploader, name, b"no picture")
    said = page.get_by_test_id("stAlert")
    expect(said).to_contain_text("Received:")
    assert 10 < said.inner_text().count("ж") < 60
    give(uploader, name, encoded("JPEG"))
    shown = page.get_by_test_id("stImageCaption")
    expect(shown).to_contain_text(".jpg")
    assert 10 < shown.inner_text().count("ж") < 60
