"""The page at a run: watch, stop, continue, download, share."""

import io
import subprocess
import sys
import zipfile

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard import keys
from dashboard.panels import go_on
from dashboard.runs import losses, queue
from nst_core import Settings
from nst_core.errors import OutputError
from nst_core.pictures.pixels import Pixels
from nst_core.runs.engine.program import ProgramEngine
from nst_core.runs.store.request import Request
from nst_core.runs.store.store import Store
from testing import ROOT, pages
from testing.pages import (
    button,
    choose,
    downloads,
    ended,
    gallery_of,
    labels,
    memory,
    new_page,
    png,
    press,
    run_of,
    start,
    upload,
)
from testing.waiting import wait_for

engine, page = pages.engine, pages.page  # fixtures

pytestmark = pytest.mark.processes


def test_a_photo_is_repainted_and_can_be_downloaded(
    page: AppTest, engine: ProgramEngine, photo: Pixels
) -> None:
    run = start(page, photo, "A short one")
    record = ended(engine, run)
    assert (record.state, record.done, record.title) == ("finished", 3, "A short one")
    assert record.stopped == "finished"
    page.run()
    assert "Continue" not in labels(page)
    assert not page.info
    assert downloads(page) == ["Picture", "All iterations (zip)", "Animation"]
    assert page.get("link_button")[1].proto.url == f"runs/{run}/gallery.zip"
    assert not page.exception


def test_a_run_can_be_stopped_keeps_what_it_has_and_goes_on(
    page: AppTest, engine: ProgramEngine, photo: Pixels
) -> None:
    run = start(page, photo, "A longer one")
    wait_for(lambda: engine.store.get(run).done > 0)
    page.run()
    press(page, "Stop")
    record = ended(engine, run)
    assert record.state == "cancelled"
    page.run()
    assert f"Stopped after {record.done} of {record.iterations}" in page.info[0].value
    assert len(downloads(page)) == 3
    press(page, "Continue")
    assert not engine.store.get(run).is_over
    wait_for(lambda: engine.store.get(run).done > record.done)
    page.run()
    assert "Continue" not in labels(page)
    assert not page.info
    press(page, "Stop")
    after = ended(engine, run)
    assert after.state == "cancelled"
    assert after.done > record.done


def test_a_link_opens_the_run_for_others_who_cannot_stop_it(
    page: AppTest, engine: ProgramEngine, photo: Pixels
) -> None:
    run = start(page, photo, "Starlit valley")
    wait_for(lambda: engine.store.get(run).done > 0)
    other = new_page(run)
    assert "Stop" not in labels(other)
    # Until their browser has said who they are they may be its owner.
    assert not any("watching" in caption.value for caption in other.caption)
    memory(other).is_visitor_confirmed = True
    other.run()
    assert any("watching" in caption.value for caption in other.caption)
    page.run()
    press(page, "Stop")
    ended(engine, run)
    other.run()
    assert "Continue" not in labels(other)
    assert "Continue" not in other.info[0].value
    assert len(downloads(other)) == 3


@pytest.mark.parametrize("run", ["a" * 26, "../../etc", "x"])
def test_a_wrong_link_is_told_kindly(engine: ProgramEngine, run: str) -> None:
    page = new_page(run)
    assert "no such picture" in page.warning[0].value
    assert button(page, "Repaint")


def test_a_full_queue_is_told_politely(page: AppTest, engine: ProgramEngine, photo: Pixels) -> None:
    first = start(page, photo, "Starlit valley")
    wait_for(lambda: engine.store.get(first).state == "running")
    for _ in range(3):
        press(page, "New picture")
        press(page, "Repaint")
    assert run_of(page) != first
    press(page, "New picture")
    press(page, "Repaint")
    assert "3 runs waiting" in page.error[0].value
    assert "run" not in page.query_params


def test_a_name_with_marks_is_shown_as_it_is(
    page: AppTest, engine: ProgramEngine, photo: Pixels
) -> None:
    upload(page, png(photo), "![x](http://a.b).txt.png")
    choose(page, "A short one")
    press(page, "Repaint")
    record = ended(engine, run_of(page))
    assert record.photo == "![x](http://a.b).txt.png"
    page.run()
    assert not page.exception


def test_the_page_s_process_loads_no_keras_and_no_dask(
    page: AppTest, engine: ProgramEngine, photo: Pixels
) -> None:
    run = start(page, photo, "A short one")
    ended(engine, run)
    code = (
        "import sys\n"
        "from streamlit.testing.v1 import AppTest\n"
        "page = AppTest.from_file('app.py', default_timeout=60)\n"
        "page.query_params['run'] = sys.argv[1]\n"
        "page.run()\n"
        "assert not page.exception\n"
        "assert len(page.get('link_button')) == 3\n"
        "unwanted = {'keras', 'tensorflow', 'distributed', 'dask'}\n"
        "from testing.pages import gallery_of\n"
        "assert gallery_of(sys.argv[1])[1].startswith(b'PK')\n"
        "assert not unwanted & set(sys.modules), unwanted & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code, run], check=True, timeout=120, cwd=ROOT)


def test_the_zip_of_a_run_is_sent_also_while_it_goes_on(
    page: AppTest, engine: ProgramEngine, photo: Pixels
) -> None:
    run = start(page, photo, "A longer one")
    wait_for(lambda: engine.store.get(run).done > 1)
    status, data = gallery_of(run)
    assert status == 200
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        names = {name.removeprefix("portrait, A longer one/") for name in archive.namelist()}
    assert {"transfer_result_at_iteration_1.png", "index.html"} <= names
    assert "result.png" not in names
    press(page, "Stop")


def test_a_store_that_does_not_answer_is_told_and_looked_at_again(
    page: AppTest, engine: ProgramEngine, photo: Pixels, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start(page, photo, "A short one")
    ended(engine, run)
    page.run()
    finished = len(page.get("bidi_component"))

    def silent(*_: object) -> None:
        raise OutputError("The store must answer. Received: a time-out.")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "get", silent)
        page.run()
        assert [error.value.replace("\\", "") for error in page.error] == [
            "The store must answer. Received: a time-out."
        ]
        assert not page.warning
    page.run()
    assert not page.error
    assert len(page.get("bidi_component")) == finished
    record = engine.store.get(run)
    st.cache_data.clear()
    with monkeypatch.context() as patch:
        patch.setattr(Store, "folder", silent)
        assert losses.losses(record) == []
    assert len(losses.losses(record)) == 3


def test_a_run_that_no_worker_will_take_says_so(
    engine: ProgramEngine, photo: Pixels, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = engine.store.create(Request(photo, photo, Settings(size=64)))
    record = engine.store.get(run)
    monkeypatch.setattr(queue, "workers_now", lambda store: 0)
    assert "Waiting for a worker" in queue.place_in_words(record)
    engine.store.cancel(run)


def test_a_dialog_stays_open_when_the_page_runs_anew(
    page: AppTest, engine: ProgramEngine, photo: Pixels
) -> None:
    run = start(page, photo, "A short one")
    press(page, "My pictures")
    assert "Open" in labels(page)
    ended(engine, run)
    page.run()  # as it does when the run is finished
    assert "Open" in labels(page)
    assert any("A short one, finished" in words_of(caption.value) for caption in page.caption)
    page.button(key=f"open_{run}").click().run()
    assert "Open" not in labels(page)
    assert run_of(page) == run


def words_of(markdown: str) -> str:
    return markdown.replace("\\", "")


def test_a_run_goes_on_from_a_picture_of_another_in_its_exact_size_or_in_a_new_one(
    engine: ProgramEngine, page: AppTest, photo: Pixels
) -> None:
    classic = Settings(recipe="classic", rows=48, columns=64, iterations=1, evaluations=1)
    owner = memory(page).visitor
    run = engine.submit(Request(photo, photo, classic, session=owner))
    ended(engine, run)
    sizes = []
    for size in (None, 96):
        page = new_page(run)
        memory(page).open_dialog(go_on.KIND, run, 0)
        page.run()
        group = keys.dialog_settings(memory(page).dialogs_opened)
        field = page.number_input(key=keys.setting(group, "size"))
        if size is None:
            assert any("48 x 64" in caption.value for caption in page.caption)
        else:
            field.set_value(size).run()
            assert any("that run had 48 x 64" in caption.value for caption in page.caption)
        page.button(key="go_on").click().run()
        assert not page.error
        child = engine.store.get(run_of(page))
        assert child.parent == run
        settings = engine.store.inputs(child.id)[2]
        sizes.append((settings.size, settings.rows, settings.columns))
    assert sizes == [(0, 48, 64), (96, 0, 0)]
