"""The first screen: photo, style, settings, and the address that carries them."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import formatting
from nst_core import Settings
from nst_core.machine import forecast
from nst_core.pictures.pixels import Pixels
from nst_core.runs.engine.program import ProgramEngine
from testing import ROOT, pages
from testing.pages import (
    button,
    captions,
    choose,
    component,
    exact_size,
    memory,
    opened_at,
    png,
    press,
    run_of,
    setting,
    styles_offered,
    upload,
)

engine, page, saved = pages.idle_engine, pages.page, pages.saved  # fixtures


def test_the_first_screen_offers_every_style_and_waits_for_a_photo(page: AppTest) -> None:
    offered = json.loads(component(page, "styles").json)["options"]
    titles = {option["title"] for option in offered}
    assert {"Starlit valley", "Stained glass", "Woodblock wave", "A short one"} <= titles
    assert button(page, "Repaint").disabled


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ({"size": "1"}, "size"),
        ({"size": "1e99"}, "size"),
        ({"content_weight": "nan"}, "content"),
        ({"style_weight": "-1"}, "style"),
        ({"memory": "no"}, "memory"),
        ({"start": "<script>"}, "start"),
        ({"style_layers": "block9_conv9"}, "style"),
        ({"seed": "&a [*a]"}, "seed"),
        ({"iterations": "!!python/object:os.system"}, "iterations"),
    ],
)
def test_what_an_address_says_is_checked_like_any_other_value(
    engine: ProgramEngine, address: dict[str, str], word: str
) -> None:
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    page.query_params["style"] = "a_short_one"
    for name, value in address.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    assert any(word in toast.value for toast in page.toast)
    assert set(page.query_params) == {"style"}


def test_an_address_of_unknown_things_opens_the_page(engine: ProgramEngine) -> None:
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for name in ("style", "balance", "hue", "beside"):
        page.query_params[name] = "<b>../../x</b>"
    page.run()
    assert not page.exception
    assert button(page, "Repaint")


def test_settings_that_differ_from_the_preset_are_marked_and_go_back(page: AppTest) -> None:
    choose(page, "A short one")
    field = setting(page, "seed")
    before = int(field.value or 0)
    field.set_value(before + 5).run()
    assert any(f"the preset has {before}" in caption.value for caption in page.caption)
    assert "seed" in page.query_params
    press(page, "Reset to the preset")
    assert not any("the preset has" in caption.value for caption in page.caption)
    assert "seed" not in page.query_params
    assert setting(page, "seed").value == before


def test_a_preset_s_file_that_is_dropped_into_a_folder_appears_without_a_restart(
    page: AppTest, tmp_path: Path
) -> None:
    folder = Path(os.environ["NST_PRESETS"])
    assert "Dropped in" not in styles_offered(page)
    text = (folder / "a_short_one.yaml").read_text().replace("A short one", "Dropped in")
    dropped = folder / "dropped_in.yaml"
    try:
        dropped.write_text(text + "terms: {style: {weight: 0.5, layers: [block3_conv2]}}\n")
        page.run()
        assert "Dropped in" in styles_offered(page)
        choose(page, "Dropped in")
        weight = setting(page, "term_style")
        assert weight.value == 0.5
        weight.set_value(0.25).run()
        assert not page.exception
        assert any(
            formatting.plain("the preset has 0.5") in caption.value for caption in page.caption
        )
        assert "terms" in page.query_params
    finally:
        dropped.unlink()


def test_a_run_that_does_not_fit_is_refused_before_it_starts(
    page: AppTest, photo: Pixels, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(page, png(photo))
    assert any("GB of memory" in caption.value for caption in page.caption)
    monkeypatch.setattr(forecast, "free_memory", lambda: 1.1e9)
    press(page, "Repaint")
    [error] = page.error
    assert "choose a size of at most" in error.value
    assert "run" not in page.query_params


def test_what_cannot_be_done_is_refused_at_once(page: AppTest, photo: Pixels) -> None:
    upload(page, png(photo[:, :40]))
    choose(page, "A short one")
    page.segmented_control(key="size_word").set_value(256).run()
    press(page, "Repaint")
    assert "size must be at least" in page.error[0].value
    assert "run" not in page.query_params


def hand_over(page: AppTest, key: str, data: bytes, name: str) -> None:
    page.file_uploader(key=key).set_value((name, data, "image/png")).run()
    assert not page.exception


def test_a_painting_of_one_s_own_is_kept_named_and_used_until_a_style_is_taken(
    page: AppTest, engine: ProgramEngine, photo: Pixels, painting: Pixels, saved: list[Any]
) -> None:
    choose(page, "A short one")
    upload(page, png(photo))
    hand_over(page, "painting_0", png(painting), "mine.png")
    assert json.loads(component(page, "styles").json)["chosen"] is None
    assert saved[-1]["painting"] == "mine.png"
    for _ in range(2):
        press(page, "Repaint")
        record = engine.store.get(run_of(page))
        assert record.title == "Own painting"
        assert np.array_equal(engine.store.inputs(record.id)[1], painting)
        press(page, "New picture")  # whose uploaders are empty again
    page.file_uploader(key="painting_0").set_value(("bad.png", b"no", "image/png")).run()
    assert "bad" in page.error[0].value
    assert json.loads(component(page, "styles").json)["chosen"] == "a_short_one"
    assert saved[-1]["painting"] == "noise.png"


def test_a_photo_is_in_hand_until_it_is_removed_or_another_one_is_given(
    page: AppTest, photo: Pixels
) -> None:
    upload(page, png(photo))
    page.segmented_control(key="source").set_value("Samples").run()
    assert not button(page, "Repaint").disabled
    page.segmented_control(key="source").set_value("Upload").run()
    upload(page, png(photo))
    page.file_uploader(key="upload").set_value(None).run()
    assert button(page, "Repaint").disabled
    upload(page, b"no photo")
    assert page.error
    page.segmented_control(key="source").set_value("Samples").run()
    assert not page.error
    assert button(page, "Repaint").disabled


def test_a_click_that_comes_while_a_photo_is_taken_in_does_not_lose_it(
    page: AppTest, photo: Pixels
) -> None:
    upload(page, png(photo))
    # The next run of the page has begun where a callback would have held the photo.
    del memory(page).in_hand["photo"]
    page.run()
    assert not button(page, "Repaint").disabled
    assert not page.error


def test_nor_does_it_lose_a_sample(page: AppTest) -> None:
    page.segmented_control(key="source").set_value("Samples").run()
    page.pills(key="sample").set_value("cat").run()
    del memory(page).in_hand["photo"]
    page.run()
    assert not button(page, "Repaint").disabled
    page.pills(key="sample").set_value(None).run()
    assert button(page, "Repaint").disabled


def test_the_balance_is_part_of_what_is_saved_marked_and_put_back(
    page: AppTest, saved: list[Any]
) -> None:
    choose(page, "A short one")
    assert button(page, "Reset to the preset").disabled
    page.slider(key="balance").set_value(100).run()
    usual = Settings().content_weight
    assert saved[-1]["content_weight"] == pytest.approx(usual / 100)
    assert f"Photo {usual / 100:g}; the preset has {usual:g}" in captions(page)
    press(page, "Reset to the preset")
    assert page.slider(key="balance").value == 50
    assert "content_weight" not in saved[-1]
    assert button(page, "Reset to the preset").disabled
    assert "the preset has" not in captions(page)


def test_a_run_that_takes_longer_than_the_host_allows_is_refused(
    page: AppTest, photo: Pixels, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose(page, "A longer one")
    upload(page, png(photo))
    monkeypatch.setenv("NST_MOST_MINUTES", "0.01")
    button(page, "Repaint").click().run()
    said = page.error[0].value.replace("\\", "")
    assert "may take at most 0.01 minutes here" in said
    assert "run" not in page.query_params
    monkeypatch.setenv("NST_MOST_MINUTES", "1000")
    press(page, "Repaint")
    assert "run" in page.query_params


@pytest.mark.parametrize("key", ["style", "size", "start", "style_layers", "terms", "seed"])
@pytest.mark.parametrize(
    "flood", ["ж" * 60_000, "ж, " * 20_000, "!ж " * 20_000, "ж\n\x1b[2J" * 9_000]
)
def test_a_flood_in_an_address_is_a_drop_on_the_page(
    engine: ProgramEngine, key: str, flood: str
) -> None:
    page = opened_at(**{key: flood})
    said = " ".join(toast.value for toast in page.toast)
    assert said
    assert len(said.splitlines()) == 1
    assert said.count("ж") <= 200


def test_an_address_with_a_style_that_is_not_here_says_so(engine: ProgramEngine) -> None:
    page = opened_at(style="no_such_style", content_weight="3")
    assert [("no_such_style" in toast.value.replace("\\", "")) for toast in page.toast] == [True]
    # What was meant for another style is not taken over.
    assert "content_weight" not in page.query_params


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ({"content_weight": "3"}, {"content_weight": 3}),
        ({"rows": "200", "columns": "300"}, {"size": 0, "rows": 200, "columns": 300}),
        ({"columns": "300", "rows": "200", "memory": "7"}, {"rows": 200, "memory": 7}),
        ({"content_weight": "0", "style_weight": "0", "variation_weight": "2"},
         {"content_weight": 0, "style_weight": 0, "variation_weight": 2}),
    ],
)  # fmt: skip
def test_good_values_of_an_address_are_taken_and_kept(
    engine: ProgramEngine, saved: list[Any], address: dict[str, str], expected: dict[str, Any]
) -> None:
    page = opened_at(**address)
    for _ in range(2):
        assert not page.toast
        assert address.keys() <= set(page.query_params)
        assert expected.items() <= saved[-1].items()
        page.run()


def test_one_bad_value_of_an_address_takes_no_other_with_it(
    engine: ProgramEngine, saved: list[Any]
) -> None:
    page = opened_at(rows="200", columns="300", memory="-1", seed="7")
    assert [("memory" in toast.value) for toast in page.toast] == [True]
    assert {"rows": 200, "columns": 300, "seed": 7}.items() <= saved[-1].items()


def test_an_exact_size_is_told_and_gives_way_to_one_in_words(
    engine: ProgramEngine, saved: list[Any]
) -> None:
    page = opened_at(rows="200", columns="300")
    assert page.segmented_control(key="size_word").value is None
    assert "200 x 300 pixels" in captions(page)
    assert "the preset has 512 pixels" in captions(page)
    page.segmented_control(key="size_word").set_value(256).run()
    assert saved[-1]["size"] == 256
    assert "rows" not in page.query_params
    assert "200 x 300" not in captions(page)
    page = opened_at(style="classic")
    assert "300 x 500 pixels" in captions(page)
    exact_size(page).set_value(320).run()
    assert saved[-1]["size"] == 320
    assert "the preset has 300 x 500 pixels" in captions(page)
