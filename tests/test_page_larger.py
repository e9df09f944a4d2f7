"""The page's dialog that takes a finished picture up again at a larger size."""

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from dashboard import keys
from nst_core import Settings
from nst_core.machine import forecast
from nst_core.pictures.pixels import Pixels, encode_png, resize
from nst_core.runs.engine.program import ProgramEngine
from nst_core.runs.store import layout
from nst_core.runs.store.record import State
from nst_core.runs.store.request import Request
from nst_core.runs.store.state import RunState
from nst_core.vgg16.space import from_vgg
from testing import pages
from testing.pages import captions, memory, new_page, run_of

engine = pages.idle_engine  # fixture


@pytest.fixture
def small(photo: Pixels) -> Pixels:
    """A portrait, uint8 (64, 64, 3)."""
    return resize(photo, 64, 64)


def made(engine: ProgramEngine, photo: Pixels, owner: str, state: State) -> str:
    """A run that has a result as large as its photo, as far as the page looks."""
    settings = Settings(size=max(photo.shape), precision="float32", content_weight=0.3)
    request = Request(photo, photo, settings, session=owner, title="Noise", photo_name="me.png")
    run = engine.store.create(request)
    folder = engine.store.folder(run)
    folder.write(layout.RESULT, encode_png(photo))
    engine.store.write_state(run, RunState(state=state, stopped=state))
    return run


def opened(engine: ProgramEngine, photo: Pixels) -> AppTest:
    """The page at a finished run of its visitor's, with the dialog."""
    page = new_page()
    page.query_params["run"] = made(engine, photo, memory(page).visitor, "finished")
    page.run()
    page.button(key=keys.LARGER).click().run()
    assert not page.exception
    return page


@pytest.mark.parametrize(("state", "own"), [("finished", False), ("cancelled", True)])
def test_only_a_finished_run_of_one_s_own_can_be_made_larger(
    engine: ProgramEngine, small: Pixels, state: State, own: bool
) -> None:
    page = new_page()
    owner = memory(page).visitor if own else "another"
    page.query_params["run"] = made(engine, small, owner, state)
    page.run()
    assert "Make it larger" not in [button.label for button in page.button]


def test_a_larger_run_begins_with_the_result_and_says_before_what_it_takes(
    engine: ProgramEngine, small: Pixels
) -> None:
    page = opened(engine, small)
    before = run_of(page)
    sizes = page.selectbox(key=keys.NEW_SIZE)
    assert sizes.options == [
        "Twice the size",
        *[f"{paper} at {dpi} dpi" for paper in ("A5", "A4", "A3") for dpi in (150, 300)],
    ]
    assert "128 pixels, about " in captions(page)
    sizes.select("A5 at 150 dpi").run()
    said = captions(page)
    assert "1240 pixels, about " in said
    assert "GB of memory" in said
    page.selectbox(key=keys.NEW_SIZE).select("Twice the size").run()
    page.button(key=keys.START_LARGER).click().run()
    assert not page.error
    child = engine.store.get(run_of(page))
    assert (child.parent, child.state, child.title, child.iterations) == (
        before,
        "queued",
        "Noise",
        3,
    )
    settings = engine.store.inputs(child.id)[2]
    assert (settings.size, settings.scales, settings.content_weight) == (128, 1, 0.3)
    checkpoint = engine.store.checkpoint(child.id)
    assert checkpoint is not None
    start = from_vgg(checkpoint.x)
    assert start.shape == (128, 128, 3)
    enlarged = Image.fromarray(small).resize((128, 128), Image.Resampling.BICUBIC)
    assert np.abs(start.astype(int) - np.asarray(enlarged)).max() <= 1
    text = engine.store.folder(child.id).read(layout.RUN_YAML)
    assert b"went on from a picture of another one" in text
    assert any("another run" in caption.value for caption in page.caption)


def test_what_does_not_fit_into_memory_is_said_before_it_is_asked_for(
    engine: ProgramEngine, small: Pixels, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(engine, small)
    monkeypatch.setattr(forecast, "free_memory", lambda: 2e9)
    page.selectbox(key=keys.NEW_SIZE).select("A4 at 300 dpi").run()
    (error,) = page.error
    assert "GB of memory" in error.value
    assert page.button(key=keys.START_LARGER).disabled


def test_a_picture_beyond_half_of_what_can_be_made_has_only_papers_left(
    engine: ProgramEngine, photo: Pixels
) -> None:
    page = opened(engine, resize(photo, 32, 4200))
    assert page.selectbox(key=keys.NEW_SIZE).options == ["A3 at 300 dpi"]
