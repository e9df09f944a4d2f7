"""The project's own styles: paintings, previews and the page that shows them."""

from pathlib import Path

import pytest
from PIL import Image

from art import previews
from nst_core import load_preset

STYLES = [name for name in previews.built_in() if name != "classic"]


def test_there_are_at_least_sixteen() -> None:
    assert len(STYLES) >= 16
    assert len({load_preset(name).title for name in STYLES}) == len(STYLES)


@pytest.mark.parametrize("name", STYLES)
def test_a_painting_is_large_and_light(name: str) -> None:
    painting = load_preset(name).painting
    assert painting is not None
    assert painting.stat().st_size < 600_000
    with Image.open(painting) as picture:
        assert 1024 <= max(picture.size) <= 1536


@pytest.mark.parametrize("name", [*STYLES, "classic"])
def test_a_preview_is_small_and_of_the_same_photo(name: str) -> None:
    preview = load_preset(name).preview
    assert preview is not None
    assert preview.stat().st_size <= previews.LARGEST_PREVIEW
    with Image.open(preview) as picture, Image.open(previews.PHOTO) as photo:
        assert picture.width == 320
        assert picture.height == round(320 * photo.height / photo.width)


def test_the_page_of_styles_is_up_to_date() -> None:
    styles = [load_preset(name) for name in previews.built_in()]
    assert previews.PAGE.read_text() == previews.page(styles)
    for name in ("paintings.jpg", "previews.jpg"):
        assert Path(previews.PAGE.with_name(name)).is_file()
