"""What the page says and draws of how near a visitor's pictures came to photo and painting."""

import json
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import keys
from nst_core import Score, Settings
from nst_core.pictures.pixels import Pixels, resize
from nst_core.runs.engine.program import ProgramEngine
from nst_core.runs.store import layout
from nst_core.runs.store.request import Request
from nst_core.runs.store.scores import score_to_bytes
from nst_core.runs.store.state import RunState
from nst_core.runs.store.store import Store
from testing import pages
from testing.pages import component, memory, new_page

idle_engine = pages.idle_engine  # a fixture


@pytest.fixture
def store(idle_engine: ProgramEngine) -> Iterator[Store]:
    yield idle_engine.store
    for record in idle_engine.store.records():
        idle_engine.store.remove(record.id)


def over(store: Store, photo: Pixels, session: str, title: str, score: Score | None) -> str:
    """A run that is finished, in a store of this version, or of before for no score."""
    small = resize(photo, 48, 48)
    run = store.create(Request(small, small, Settings(size=48), session=session, title=title))
    if score is not None:
        store.folder(run).write(layout.SCORE, score_to_bytes(score))
    store.write_state(run, RunState(state="finished", reason="it is done", done=1, ended=1.0))
    return run


def at_run(run: str, session: str) -> AppTest:
    """The page of a visitor at a run."""
    page = new_page()
    memory(page).visitor = session
    memory(page).is_visitor_confirmed = True
    page.query_params["run"] = run
    page.run()
    assert not page.exception
    return page


def test_a_visitor_sees_how_near_each_of_their_pictures_came(store: Store, photo: Pixels) -> None:
    here = over(store, photo, "me", "Waves", Score(0.2, 0.61, 0.84))
    other = over(store, photo, "me", "Glass", Score(0.3, -0.1, 0.0))
    over(store, photo, "me", "Of before", None)
    over(store, photo, "someone", "Theirs", Score(0.1, 0.5, 0.5))
    page = at_run(here, "me")
    assert "Likeness: painting 8 of 10, photo 6 of 10." in page.success[0].value
    points = json.loads(component(page, keys.PLANE).json)["points"]
    assert {
        point["run"]: (point["photo"], point["painting"], point["here"]) for point in points
    } == {
        here: (0.61, 0.84, True),
        other: (0.0, 0.0, False),
    }
    words = {point["run"]: point["words"] for point in points}
    assert words[other] == "Glass. Likeness: painting 0 of 10, photo 0 of 10."
    assert all(f"runs/{point['run']}/" in point["thumbnail"] for point in points)


def test_whoever_has_the_link_sees_the_words_alone(store: Store, photo: Pixels) -> None:
    run = over(store, photo, "me", "Waves", Score(0.2, 0.61, 0.84))
    page = at_run(run, "someone")
    assert "Likeness: painting 8 of 10, photo 6 of 10." in page.success[0].value
    assert keys.PLANE not in [each.key for each in page.get("bidi_component")]


def test_a_run_of_before_is_shown_without(store: Store, photo: Pixels) -> None:
    over(store, photo, "me", "Waves", Score(0.2, 0.61, 0.84))
    page = at_run(over(store, photo, "me", "Of before", None), "me")
    assert page.success[0].value.startswith("Finished")
    assert "of 10" not in page.success[0].value
    assert keys.PLANE not in [each.key for each in page.get("bidi_component")]
