"""The page while a visitor's file is decoded: it answers, and asks for no file twice."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image
from playwright.sync_api import expect
from streamlit.testing.v1 import AppTest

from bench.sessions import Session
from dashboard import session_cache
from nst_core.pictures.decoding import Picture
from nst_core.pictures.guarded import guard
from nst_core.runs.store import lease
from nst_core.runs.store.store import Store
from testing import pages, server
from testing.pages import button, upload
from testing.waiting import wait_for

engine, page = pages.idle_engine, pages.page  # fixtures

AT_ONCE = 1.0
"""Seconds."""


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of all files that the page has had decoded."""
    names: list[str] = []

    def decode(data: bytes, name: str) -> Picture:
        names.append(name)
        return guard.decode_guarded(data, name)

    monkeypatch.setattr(session_cache, "decode_guarded", decode)
    return names


def test_a_refused_file_is_decoded_once(page: AppTest, asked: list[str]) -> None:
    upload(page, b"no picture", "bad.png")
    [first] = page.error
    for _ in range(3):
        page.run()
        assert [error.value for error in page.error] == [first.value]
    assert asked == ["bad.png"]


def test_a_file_that_found_no_decoder_is_decoded_at_the_next_look(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decode(data: bytes, name: str) -> Picture:
        raise guard.UnavailableError(f"{name} could not be opened yet. Try again.")

    with monkeypatch.context() as patch:
        patch.setattr(session_cache, "decode_guarded", decode)
        upload(page, pages.png(np.full((64, 64, 3), 90, np.uint8)), "good.png")
        assert len(page.error) == 1
    page.run()
    assert not page.error
    assert not button(page, "Repaint").disabled


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A page that is served; its store looks served, too, so that it starts no engine."""
    claim = lease.Lease(Store.open(str(tmp_path / "runs")).storage, lambda: {"workers": 1})
    assert claim.take()
    with server.served(tmp_path / "runs") as address:
        yield address
    claim.release()


def decoders() -> list[psutil.Process]:
    """Those of the server that a test has started."""
    return [
        process
        for process in psutil.Process().children(recursive=True)
        if "guarded.program" in " ".join(process.cmdline())
        and process.ppid() != os.getpid()  # the tests' own
    ]


def answers_while(processes: list[psutil.Process], visitor: Session) -> list[tuple[float, float]]:
    """Have a page run again and again until a process has ended: when, and how long each took."""
    answers = []
    while all(process.is_running() for process in processes):
        count = len(visitor.seconds)
        visitor.turn()
        wait_for(lambda: len(visitor.seconds) > count, "an answer")  # noqa: B023
        answers.append((time.monotonic(), visitor.seconds[-1]))
    return answers


@pytest.mark.processes
@pytest.mark.usefixtures("address")
def test_a_server_that_is_killed_leaves_no_decoder() -> None:
    wait_for(lambda: len(decoders()) == 1, "the decoder that is started with the server")
    [decoder] = decoders()
    psutil.Process(decoder.ppid()).kill()
    wait_for(lambda: not decoder.is_running(), "the decoder's end", seconds=30)


@pytest.mark.filterwarnings("ignore:connect.. must be used:DeprecationWarning")  # of websockets
@pytest.mark.browser
@pytest.mark.processes
@pytest.mark.skipif(server.CHROMIUM is None, reason="needs Debian's chromium")
@pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")
def test_while_the_decoder_is_frozen_another_page_answers_at_once(
    address: str, tmp_path: Path
) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "photo.png")
    wait_for(lambda: len(decoders()) == 1, "the decoder that is started with the server")
    with server.chromium() as browser, Session(address) as other:
        page = browser.new_page()
        page.goto(address)
        expect(page.get_by_role("button", name="Repaint")).to_be_visible(timeout=60_000)
        wait_for(lambda: len(other.seconds) > 0, "the first screen")
        frozen = decoders()  # two, where the two pages asked for their painting at once
        for decoder in frozen:
            decoder.send_signal(signal.SIGSTOP)
        page.locator(".st-key-upload input[type=file]").set_input_files(tmp_path / "photo.png")
        answers = answers_while(frozen, other)
        # In the last seconds before it was ended, the photo was certainly waiting for it.
        ended = time.monotonic()
        late = [seconds for at, seconds in answers if ended - 4 < at - seconds and at < ended - 0.5]
        assert min(late) < AT_ONCE
        # Nothing is wrong with the photo, so that another process takes it.
        expect(page.get_by_alt_text("Your photo")).to_be_visible(timeout=60_000)
        assert not {process.pid for process in frozen} <= {process.pid for process in decoders()}
