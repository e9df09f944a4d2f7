"""What a run is asked to be: stored as a whole, read again, and begun where it was asked to."""

from pathlib import Path

import numpy as np
import pytest

from nst_core import Settings, stylize
from nst_core.beginning import at_picture
from nst_core.events import Evaluated, Event
from nst_core.pictures import decoding
from nst_core.pictures.pixels import Pixels, resize
from nst_core.plan import schedule
from nst_core.runs.store import layout
from nst_core.runs.store.checkpoint import (
    checkpoint_from_bytes,
    checkpoint_to_bytes,
)
from nst_core.runs.store.request import Request, read_inputs, write_inputs
from nst_core.runs.store.storage import Storage
from nst_core.runs.store.store import Store

SMALL = Settings(size=64, scales=1, iterations=1, evaluations=2)


@pytest.mark.parametrize("shape", [(300, 400, 3), (32, 3000, 3)])
def test_a_picture_that_would_be_too_large_a_file_is_stored_smaller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, photo: Pixels, shape: tuple[int, int, int]
) -> None:
    monkeypatch.setattr(decoding, "MOST_BYTES", 100_000)
    noise = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    small = resize(photo, 64, 64)
    folder = Storage.at(tmp_path)
    settings = SMALL.changed(size=3000)
    write_inputs(folder, Request(noise, small, settings))
    content, style, read = read_inputs(folder)
    assert (tmp_path / layout.PHOTO).stat().st_size <= 100_000
    assert min(content.shape[:2]) >= 32
    if shape[0] > 100:
        assert content.shape[1] / content.shape[0] == pytest.approx(4 / 3, rel=0.02)
        assert content.size > 0.3 * 100_000
    assert np.array_equal(style, small)
    assert read == settings


def test_a_stranger_s_names_hold_nothing_that_a_terminal_takes_for_a_command(
    tmp_path: Path, photo: Pixels
) -> None:
    store = Store.open(str(tmp_path))
    run = store.create(Request(photo, photo, SMALL, title="a\x07b", photo_name="\x1b[2Jcat é.png"))
    record = store.get(run)
    assert (record.title, record.photo) == ("a\ufffdb", "\ufffd[2Jcat é.png")


def test_a_run_from_a_picture_leaves_the_coarser_sizes_out_of_its_progress(
    tmp_path: Path, photo: Pixels, painting: Pixels
) -> None:
    settings = Settings(size=128, scales=2, iterations=4, evaluations=2)
    scales = schedule.plan_scales(photo.shape[:2], painting.shape[:2], settings)
    begun = at_picture(resize(photo, 128, 128), scales)
    assert begun.scale == 1
    events: list[Event] = []
    resume = checkpoint_from_bytes(checkpoint_to_bytes(begun))
    stylize(photo, painting, settings, events.append, resume=resume)
    progress = [event.progress for event in events if isinstance(event, Evaluated)]
    assert progress == pytest.approx(np.arange(1, len(progress) + 1) / len(progress))


def test_run_yaml_does_not_promise_to_repeat_what_began_from_another_picture(
    tmp_path: Path, photo: Pixels
) -> None:
    texts = []
    for name, start in (("one", None), ("two", photo)):
        write_inputs(Storage.at(tmp_path / name), Request(photo, photo, SMALL, start=start))
        texts.append((tmp_path / name / "run.yaml").read_text())
    assert texts[0].startswith("# Repeats this run")
    assert "went on from a picture of another" in texts[1]
    assert texts[0].splitlines()[1:] == texts[1].splitlines()[2:]
