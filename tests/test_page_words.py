"""What the page says: advice, guesses, others' words as they are."""

import dataclasses
from pathlib import Path
from typing import get_args

import pytest

from dashboard import choice, formatting, texts
from dashboard.panels import progress
from nst_core import Settings
from nst_core.pictures.pixels import Pixels
from nst_core.runs.store.losses import LossRow
from nst_core.runs.store.record import Record, State
from nst_core.runs.store.request import Request
from nst_core.runs.store.state import RunState
from nst_core.runs.store.store import Store


@pytest.fixture
def finished(tmp_path: Path, photo: Pixels) -> Record:
    """A record of a store written before records said why a run had stopped."""
    store = Store.open(str(tmp_path))
    run = store.create(Request(photo, photo, Settings(size=64)))
    store.write_state(run, RunState(state="finished", reason="of a store of before"))
    return store.get(run)


@pytest.mark.parametrize(
    ("terms", "word"),
    [
        ({"content/a": 0.9, "style/b": 0.05, "variation": 0.05}, "photo's term"),
        ({"content/a": 0.05, "style/b": 0.5, "style/c": 0.4, "variation": 0.05}, "painting's"),
        ({"content/a": 0.05, "style/b": 0.05, "variation": 0.9}, "The smoothness"),
        ({"content/a": 0.05, "variation": 0.05, "chroma": 0.9}, "colours' smoothness"),
        ({"content/a": 0.4, "style/b": 0.4, "variation": 0.2}, ""),
    ],
)
def test_a_term_that_dominates_is_named_with_what_to_try(
    finished: Record, terms: dict[str, float], word: str
) -> None:
    said = progress.advice(finished, [LossRow(0, 0, 64, 64, 10, 1.0, terms)])
    assert word in said
    assert bool(said) == bool(word)


def test_a_run_that_ended_early_says_what_to_try(finished: Record) -> None:
    assert (finished.stopped, progress.advice(finished, [])) == ("", "")
    for stopped, word in (("stalled", "at this precision"), ("converged", "these settings")):
        assert word in progress.advice(dataclasses.replace(finished, stopped=stopped), [])


def test_every_state_has_a_word_for_people() -> None:
    assert set(texts.STATES) == set(get_args(State))


def test_a_name_with_marks_is_shown_as_it_is() -> None:
    assert formatting.plain("![x](http://a.b) :red[c]") == r"\!\[x\]\(http\:\/\/a\.b\) \:red\[c\]"


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "5 seconds"),
        (42, "40 seconds"),
        (90, "2 minutes"),
        (3000, "50 minutes"),
        (9e3, "2 hours"),
    ],
)
def test_a_guess_is_as_exact_as_a_guess_may_be(seconds: float, expected: str) -> None:
    assert formatting.duration(seconds) == expected


def test_the_balance_moves_the_content_s_weight() -> None:
    settings = Settings(content_weight=0.12)
    assert choice.balanced(settings, 50) == settings
    assert choice.balanced(settings, 0).content_weight == pytest.approx(12)
    assert choice.balanced(settings, 100).content_weight == pytest.approx(0.0012)
    assert choice.balanced(settings.changed(content_weight=0), 0).content_weight > 0
    assert choice.balanced(settings.changed(content_weight=1e9), 0).content_weight == 1e9
