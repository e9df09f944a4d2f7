"""A part of the photo that alone is repainted: what the page takes from the brush, and keeps."""

import base64
import io
import json

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from dashboard.panels import part as panel
from dashboard.state import PaintedPart, PictureFile, State
from nst_core import Settings
from nst_core.pictures.masks import Mask, Masks
from nst_core.pictures.pixels import Pixels, resize
from nst_core.runs.engine.program import ProgramEngine
from nst_core.runs.export import page as offline
from nst_core.runs.store import layout
from nst_core.runs.store.request import Request
from testing import pages
from testing.pages import button, captions, choose, component, memory, png, press, run_of
from testing.pages import upload as upload_photo

engine, page = pages.idle_engine, pages.page  # fixtures


def grey_png(mask: Mask, mode: str = "RGBA") -> bytes:
    """A mask's file; browsers write opaque grey with three colours."""
    buffer = io.BytesIO()
    Image.fromarray(mask).convert(mode).save(buffer, "PNG")
    return buffer.getvalue()


def left_half(rows: int = 64, columns: int = 64) -> Mask:
    """Painted on the left, with a soft edge."""
    shares = np.clip(255 * (columns / 2 - np.arange(columns)) / 8 + 128, 0, 255)
    return np.tile(shares.astype(np.uint8), (rows, 1))


def painted(page: AppTest, photo: Pixels, data: bytes) -> None:
    """Upload a photo, and leave what a brush over it leaves."""
    upload_photo(page, png(photo))
    memory(page).part = PaintedPart(memory(page).in_hand["photo"].key, data)
    page.run()
    assert not page.exception


def test_what_is_painted_goes_with_the_run_and_is_shown_among_its_inputs(
    page: AppTest, engine: ProgramEngine, photo: Pixels
) -> None:
    choose(page, "A short one")
    painted(page, resize(photo, 64, 64), grey_png(left_half()))
    assert "Only the painted part" in captions(page)
    press(page, "Repaint")
    run = run_of(page)
    further, masks = engine.store.further(run)
    assert further == ()
    assert masks is not None
    assert masks.paint is not None
    # The file is grey with three colours; each has the value of the mask.
    assert (masks.paint == left_half()).all()
    shown = json.loads(component(page, "viewer").json)
    assert shown["paintings"][-1]["url"].endswith(f"{run}/previews/mask.png")
    assert shown["paintings"][-1]["words"] == "Where it was painted"


def test_a_run_of_the_whole_photo_shows_no_mask(
    page: AppTest, engine: ProgramEngine, photo: Pixels
) -> None:
    choose(page, "A short one")
    upload_photo(page, png(resize(photo, 64, 64)))
    press(page, "Repaint")
    assert engine.store.further(run_of(page)) == ((), None)
    shown = json.loads(component(page, "viewer").json)
    assert [each["words"] for each in shown["paintings"]] == ["Painting"]


def test_the_brush_gets_back_what_was_painted_in_the_photos_shape(
    page: AppTest, photo: Pixels
) -> None:
    data = grey_png(left_half(256, 512))
    painted(page, photo[:256], data)
    brush = json.loads(component(page, "brush").json)
    assert (brush["rows"], brush["columns"]) == (256, 512)
    assert base64.b64decode(brush["mask"]) == data
    picture = base64.b64decode(brush["picture"].removeprefix("data:image/jpeg;base64,"))
    assert Image.open(io.BytesIO(picture)).size == (512, 256)


def test_another_photo_drops_what_was_painted(page: AppTest, photo: Pixels) -> None:
    painted(page, resize(photo, 64, 64), grey_png(left_half()))
    upload_photo(page, png(photo[::-1]), "another.png")
    assert memory(page).part is None
    assert "Only the painted part" not in captions(page)
    assert json.loads(component(page, "brush").json)["mask"] == ""


def test_what_was_painted_belongs_to_one_photo() -> None:
    state = State(part=PaintedPart("a", b"mask"))
    assert state.part_of("a") == PaintedPart("a", b"mask")
    assert state.part_of("b") is None
    assert state.part_of("a") is None


def test_a_classic_run_says_that_it_knows_no_masks_and_paints_all(
    page: AppTest, engine: ProgramEngine, photo: Pixels
) -> None:
    painted(page, resize(photo, 64, 64), grey_png(left_half()))
    memory(page).in_hand["painting"] = PictureFile("mine", png(resize(photo, 64, 64)), "mine.png")
    choose(page, "classic")
    sentence = "masks need the default recipe. Received: recipe classic."
    assert captions(page).count(sentence) == 2  # in the brush's place, and where it is closed
    assert "is left out" in captions(page)
    assert not [c for c in page.get("bidi_component") if c.key == "brush"]
    assert not button(page, "Repaint").disabled
    press(page, "Repaint")
    assert engine.store.further(run_of(page))[1] is None


def test_a_classic_style_comes_back_from_with_what_was_painted(
    page: AppTest, photo: Pixels
) -> None:
    painted(page, resize(photo, 64, 64), grey_png(left_half()))
    choose(page, "classic")
    choose(page, "A short one")
    assert "Only the painted part" in captions(page)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"no picture", "must be"),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), "must be"),
        (grey_png(np.full((64, 513), 90, np.uint8)), "at most 512 pixels a side. Received: 513"),
        (bytes(panel.MOST_BYTES + 1), "at most 1 MB"),
    ],
)
def test_what_is_no_small_picture_is_refused_before_a_run(
    page: AppTest, photo: Pixels, data: bytes, word: str
) -> None:
    painted(page, resize(photo, 64, 64), data)
    [error] = page.error
    said = error.value.replace("\\", "")
    assert said.startswith("The painted part must be")
    assert word in said
    assert button(page, "Repaint").disabled


@pytest.mark.parametrize("value", [0, 255])
def test_nothing_and_everything_are_no_mask(page: AppTest, photo: Pixels, value: int) -> None:
    painted(page, resize(photo, 64, 64), grey_png(np.full((64, 64), value, np.uint8)))
    assert "Only the painted part" not in captions(page)
    assert not button(page, "Repaint").disabled


def test_what_a_browser_sends_is_bounded_and_never_raises() -> None:
    assert panel.part_from("key", "") is None
    part = panel.part_from("key", base64.b64encode(b"picture").decode())
    assert part == PaintedPart("key", b"picture")
    for odd in ("%%%", "é", "a", "data:image/png;base64,"):
        assert panel.part_from("key", odd) == PaintedPart("key", b"?")
    large = panel.part_from("key", "A" * (8 << 20))
    assert large is not None
    assert panel.MOST_BYTES < len(large.data) < panel.MOST_BYTES + 8


@pytest.mark.parametrize(
    ("photo", "mask"), [((600, 800), (384, 512)), ((50, 40), (50, 40)), ((32, 6400), (32, 512))]
)
def test_a_mask_has_the_photos_shape_and_no_more_than_512_pixels(
    photo: tuple[int, int], mask: tuple[int, int]
) -> None:
    assert panel.mask_size(photo) == mask


def test_the_offline_page_says_what_each_input_is(engine: ProgramEngine, photo: Pixels) -> None:
    small, half = resize(photo, 64, 64), left_half()
    masks = Masks(paint=half, paintings=(None, half.copy()), of_paintings=(half.copy(),))
    request = Request(small, small, Settings(size=64, scales=1), further=(small,), masks=masks)
    folder = engine.store.folder(engine.store.create(request))
    inputs = [name for name in folder.names() if layout.is_input(name)]
    text = b"".join(offline.render(folder, [], inputs)).decode()
    for caption in (
        "Photo", "Painting", "Painting 2", "Where it was painted", "Where painting 2 goes",
        "What counts of painting 1",
    ):  # fmt: skip
        assert f">{caption}<" in text.replace("\n", "")
