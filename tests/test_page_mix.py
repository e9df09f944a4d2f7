"""Several paintings on the page: mixed on the first screen, shown with the run."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from PIL import Image
from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest

from dashboard import keys, mixing
from dashboard.mixing import Part
from nst_core import Settings, load_preset, presets, read_picture
from nst_core.pictures.decoding import Picture
from nst_core.pictures.pixels import Pixels
from nst_core.pictures.strip import side_by_side
from nst_core.runs.engine.program import ProgramEngine
from nst_core.runs.store import layout
from nst_core.runs.store.store import Store
from testing import browser as shared
from testing import pages, server
from testing.pages import button, choose, component, memory, opened_at, png, press, run_of, upload

# Fixtures.
engine, page, saved = pages.idle_engine, pages.page, pages.saved
place, address, clean = shared.place, shared.address, shared.clean
chromium, browser, in_browser = shared.chromium, shared.browser, shared.page


@pytest.fixture
def two(engine: ProgramEngine) -> Iterator[str]:
    """The name of a preset of two paintings, the second of which counts three times as much."""
    folder = Path(os.environ["NST_PRESETS"])
    Image.new("RGB", (80, 64), "teal").save(folder / "teal.png")
    file = folder / "two_of_them.yaml"
    file.write_text(
        "title: Two of them\ndescription: Both.\nauthor: tests\nlicence: MIT\nscales: 1\n"
        "iterations: 2\npaintings: [{preset: a_short_one}, {file: teal.png, weight: 3}]\n"
    )
    yield file.stem
    file.unlink()


def query(page: AppTest, name: str) -> str | None:
    """What the address says of a thing; None for nothing."""
    value = page.query_params.get(name)
    return value[0] if isinstance(value, list) else value


def mix_in(page: AppTest, title: str) -> None:
    """Choose the painting of another style from the list."""
    box = page.selectbox(key=keys.mix_style(memory(page).additions_made))
    box.set_value(title).run()
    assert not page.exception


def share(page: AppTest, number: int, value: int) -> None:
    page.slider(key=keys.mix_share(number)).set_value(value).run()
    assert not page.exception


def painting_of(name: str) -> Pixels:
    path = load_preset(name).painting
    assert path is not None
    return read_picture(path).pixels


def mixed_run(page: AppTest, engine: ProgramEngine) -> tuple[str, list[Pixels], Settings]:
    """Start a run. Its title, its paintings and its settings are returned."""
    press(page, "Repaint")
    run = run_of(page)
    _, first, settings = engine.store.inputs(run)
    return engine.store.get(run).title, [first, *engine.store.further(run)[0]], settings


def strips(page: AppTest) -> list[str]:
    """What the page says below the pictures that show a mix."""
    captions = [image.caption for images in page.get("image") for image in images.proto.imgs]
    return [words.replace("\\", "") for words in captions if words.startswith("The mix")]


def test_two_styles_are_mixed_as_their_shares_say(
    page: AppTest, engine: ProgramEngine, photo: Pixels, saved: list[Any]
) -> None:
    upload(page, png(photo))
    choose(page, "A short one")
    assert not strips(page)
    assert "mix" not in page.query_params
    mix_in(page, "woodblock_wave")
    share(page, 0, 75)
    share(page, 1, 25)
    assert strips(page) == ["The mix: A short one 75 %, Woodblock wave 25 %"]
    assert query(page, "mix") == "a_short_one:75,woodblock_wave:25"
    assert saved[-1]["paintings"] == [{"preset": "a_short_one"}, {"preset": "woodblock_wave"}]
    assert "painting" not in saved[-1]
    assert saved[-1]["style_mix"] == [75, 25]
    title, paintings, settings = mixed_run(page, engine)
    assert title == "A short one + Woodblock wave"
    assert [p.tobytes() for p in paintings] == [
        painting_of(name).tobytes() for name in ("a_short_one", "woodblock_wave")
    ]
    assert settings == load_preset("a_short_one").settings.changed(style_mix=(75.0, 25.0))
    # The run's page has all of them, and its folder names them.
    data = json.loads(component(page, keys.VIEWER).json)
    run = run_of(page)
    assert data["paintings"] == [
        {"url": f"runs/{run}/previews/painting.png", "words": "A short one"},
        {"url": f"runs/{run}/previews/painting_1.png", "words": "Woodblock wave"},
    ]
    document = yaml.safe_load(engine.store.folder(run).read(layout.RUN_YAML))
    assert [entry["file"] for entry in document["paintings"]] == ["painting.png", "painting_1.png"]


def test_a_mix_of_one_s_own_file_is_used_and_not_in_the_address(
    page: AppTest, engine: ProgramEngine, photo: Pixels, painting: Pixels, saved: list[Any]
) -> None:
    upload(page, png(photo))
    choose(page, "A short one")
    page.file_uploader(key=keys.mix_file(0)).set_value(("mine.png", png(painting), "image/png"))
    page.run()
    assert not page.exception
    assert "mix" not in page.query_params
    assert saved[-1]["paintings"] == [{"preset": "a_short_one"}, {"file": "mine.png"}]
    assert page.file_uploader(key=keys.mix_file(1)).value is None
    title, paintings, settings = mixed_run(page, engine)
    assert (title, settings.style_mix) == ("A short one + Own painting", (50.0, 50.0))
    assert np.array_equal(paintings[1], painting)
    press(page, "New picture")
    assert strips(page) == ["The mix: A short one 50 %, Own painting 50 %"]


def test_a_file_that_is_no_picture_is_not_mixed_in(page: AppTest) -> None:
    page.file_uploader(key=keys.mix_file(0)).set_value(("bad.png", b"no", "image/png")).run()
    assert "bad" in page.error[0].value
    assert memory(page).additions == []


def test_a_painting_is_taken_out_again(page: AppTest) -> None:
    choose(page, "A short one")
    mix_in(page, "woodblock_wave")
    mix_in(page, "stained_glass")
    page.button(key=keys.mix_remove(1)).click().run()
    assert query(page, "mix") == "a_short_one:50,stained_glass:50"
    page.button(key=keys.mix_remove(2)).click().run()
    assert "mix" not in page.query_params
    assert not strips(page)


def test_at_most_four_are_mixed_and_none_twice(page: AppTest) -> None:
    choose(page, "A short one")
    for name in ("woodblock_wave", "stained_glass", "starlit_valley"):
        offered = page.selectbox(key=keys.mix_style(memory(page).additions_made)).options
        assert "A short one" not in offered
        assert load_preset(name).title in offered
        assert "Classic" not in offered  # it has no painting
        mix_in(page, name)
        assert strips(page)
    assert not [box for box in page.selectbox if (box.key or "").startswith("mix_style")]
    assert any("More than four" in caption.value for caption in page.caption)
    # A style that is mixed in and then chosen is there once.
    choose(page, "Woodblock wave")
    assert query(page, "mix") == "woodblock_wave:50,stained_glass:50,starlit_valley:50"


def test_what_has_no_share_is_left_out_and_something_must_have_one(
    page: AppTest, engine: ProgramEngine, photo: Pixels
) -> None:
    upload(page, png(photo))
    choose(page, "A short one")
    mix_in(page, "woodblock_wave")
    share(page, 0, 0)
    share(page, 1, 0)
    assert button(page, "Repaint").disabled
    assert button(page, "Repaint").help == "Give one of the paintings a share above 0."
    share(page, 1, 10)
    title, paintings, settings = mixed_run(page, engine)
    assert (title, settings.style_mix) == ("Woodblock wave", ())
    assert [p.tobytes() for p in paintings] == [painting_of("woodblock_wave").tobytes()]


def test_an_address_carries_the_mix(engine: ProgramEngine, photo: Pixels) -> None:
    page = opened_at(mix="stained_glass:20,a_short_one:80", seed="3")
    for _ in range(2):
        assert not page.toast
        assert query(page, "mix") == "a_short_one:80,stained_glass:20"
        page.run()
    upload(page, png(photo))
    _, paintings, settings = mixed_run(page, engine)
    assert (len(paintings), settings.style_mix, settings.seed) == (2, (80.0, 20.0), 3)


@pytest.mark.parametrize(
    ("mix", "expected", "left"),
    [
        ("nope:50,stained_glass:30", "Received: nope:50", "a_short_one:50,stained_glass:30"),
        ("classic:50", "styles of one painting", None),
        ("stained_glass", "a share from 0 to 100", None),
        ("stained_glass:-1", "Received: stained_glass:-1", None),
        ("stained_glass:101", "Received: stained_glass:101", None),
        ("stained_glass:²", "Received: stained_glass:²", None),
        ("stained_glass:9,stained_glass:8", "once", "a_short_one:50,stained_glass:9"),
        (
            "stained_glass:1,suminagashi:2,starlit_valley:3,batik_garden:4,woodblock_wave:5",
            "at most 4 styles",
            "a_short_one:50,stained_glass:1,suminagashi:2,starlit_valley:3",
        ),
        ("ж" * 60_000, "Received: ж", None),
        ("ж, " * 20_000, "Received: ж", None),
        ("<script>:50", "Received: <script>:50", None),
    ],
)
def test_what_an_address_cannot_mix_is_said(
    engine: ProgramEngine, mix: str, expected: str, left: str | None
) -> None:
    page = opened_at(mix=mix)
    (said,) = [toast.value.replace("\\", "") for toast in page.toast]
    assert expected in said
    assert said.count("ж") <= 200
    assert query(page, "mix") == left


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [("style_mix", "2,1", "a weight"), ("style_scales", "1,0.5,2", "a stroke size")],
)
def test_numbers_for_paintings_that_are_not_there_break_no_page(
    engine: ProgramEngine, photo: Pixels, name: str, value: str, word: str
) -> None:
    page = opened_at(**{name: value}, seed="7")
    (said,) = [toast.value.replace("\\", "") for toast in page.toast]
    assert f"{name} must have {word} for each painting of the style: 1." in said
    assert name not in page.query_params
    upload(page, png(photo))
    press(page, "Repaint")
    settings = engine.store.inputs(run_of(page))[2]
    assert (settings.seed, settings.style_mix, settings.style_scales) == (7, (), ())


def test_a_preset_of_several_paintings_runs_with_all_of_them(
    engine: ProgramEngine, two: str, photo: Pixels, painting: Pixels
) -> None:
    page = opened_at(style=two)
    upload(page, png(photo))
    assert len(strips(page)) == 1
    title, paintings, settings = mixed_run(page, engine)
    assert (title, len(paintings), settings.style_mix) == ("Two of them", 2, (1.0, 3.0))
    words = [p["words"] for p in json.loads(component(page, keys.VIEWER).json)["paintings"]]
    assert words == ["Painting 1", "Painting 2"]
    press(page, "New picture")
    # What is mixed in counts beside both together, whose mix among themselves stays.
    mix_in(page, "woodblock_wave")
    share(page, 0, 40)
    share(page, 1, 60)
    assert query(page, "mix") == f"{two}:40,woodblock_wave:60"
    _, paintings, settings = mixed_run(page, engine)
    assert (len(paintings), settings.style_mix) == (3, (10.0, 30.0, 60.0))
    press(page, "New picture")
    # One's own painting stands in for both.
    memory(page).additions = []
    page.file_uploader(key=keys.painting_uploader(0)).set_value(
        ("mine.png", png(painting), "image/png")
    ).run()
    _, paintings, settings = mixed_run(page, engine)
    assert (len(paintings), settings.style_mix) == (1, ())


def test_an_address_may_change_the_mix_of_a_preset_s_own_paintings(
    engine: ProgramEngine, two: str, photo: Pixels
) -> None:
    page = opened_at(style=two, style_mix="5,1", style_scales="1,0.5")
    for _ in range(2):
        assert not page.toast
        assert query(page, "style_mix") == "5,1"
        page.run()
    upload(page, png(photo))
    _, _, settings = mixed_run(page, engine)
    assert (settings.style_mix, settings.style_scales) == ((5.0, 1.0), (1.0, 0.5))


def test_a_style_without_a_painting_can_take_those_of_others(
    engine: ProgramEngine, photo: Pixels
) -> None:
    page = opened_at(style="classic")
    upload(page, png(photo))
    assert button(page, "Repaint").disabled
    mix_in(page, "woodblock_wave")
    mix_in(page, "starlit_valley")
    title, paintings, settings = mixed_run(page, engine)
    assert title == "Woodblock wave + Starlit valley"
    assert (len(paintings), settings.style_mix, settings.recipe) == (2, (50.0, 50.0), "classic")


def test_stroke_sizes_of_a_style_go_on_with_what_is_mixed_in() -> None:
    picture = Picture(np.zeros((64, 64, 3), np.uint8))
    style = Part("A", (picture,) * 2, ({},) * 2, ("a", "b"), 50, is_style=True)
    other = Part("B", (picture,), ({},), ("c",), 50)
    settings = Settings(style_scales=(0.5, 2.0))
    assert mixing.mixed(settings, [style, other]).style_scales == (0.5, 2.0, 1.0)
    assert mixing.mixed(settings, [other, style]).style_scales == (1.0, 0.5, 2.0)
    assert mixing.mixed(settings, [other]).style_scales == ()
    assert mixing.mixed(Settings(), [style]) == Settings()


@pytest.mark.parametrize(
    ("shares", "percents"),
    [([50, 30, 50], [38, 24, 38]), ([1, 1, 1], [33, 34, 33]), ([0, 7], [0, 100]), ([50], [100])],
)
def test_percentages_add_up(shares: list[int], percents: list[int]) -> None:
    parts = [Part("A", (), (), (), share) for share in shares]
    assert mixing.percents(parts) == percents


def test_paintings_stand_side_by_side_as_wide_as_they_count() -> None:
    red, blue = (np.full((90, 50, 3), colour, np.uint8) for colour in ((255, 0, 0), (0, 0, 255)))
    strip = side_by_side([red, blue, red], [30, 60, 10], 20, 200)
    assert strip.shape == (20, 200, 3)
    is_red = (strip == (255, 0, 0)).all(axis=2)
    assert is_red[:, :60].all()
    assert (strip[:, 60:180] == (0, 0, 255)).all()
    assert is_red[:, 180:].all()
    assert (side_by_side([red, blue], [0, 5], 20, 200) == (0, 0, 255)).all()


def test_a_mix_that_was_saved_is_offered_as_a_style(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts: list[str] = []
    render = presets.render

    def noting(**values: Any) -> str:
        texts.append(render(**values))
        return texts[-1]

    monkeypatch.setattr(presets, "render", noting)
    choose(page, "A short one")
    mix_in(page, "woodblock_wave")
    share(page, 1, 100)
    file = Path(os.environ["NST_PRESETS"]) / "mine.yaml"
    file.write_text(texts[-1], "utf-8")
    try:
        preset = load_preset("mine")
        assert [path.name for path in preset.paintings] == ["noise.png", "woodblock_wave.jpg"]
        assert preset.settings.style_mix == (50.0, 100.0)
    finally:
        file.unlink()


@pytest.mark.browser
@pytest.mark.processes
@pytest.mark.skipif(server.CHROMIUM is None, reason="needs Debian's chromium")
def test_two_styles_are_mixed_in_a_browser(
    in_browser: Page, address: str, place: Path, photo: Pixels, tmp_path: Path
) -> None:
    page = in_browser
    page.goto(f"{address}/?style=starlit_valley&size=64&scales=1&iterations=2&evaluations=2")
    Image.fromarray(photo).save(tmp_path / "portrait.png")
    expect(page.get_by_role("radio", name="Starlit valley")).to_be_checked(timeout=30_000)
    page.locator(".st-key-upload input[type=file]").set_input_files(tmp_path / "portrait.png")
    expect(page.get_by_role("button", name="Repaint")).to_be_enabled(timeout=30_000)
    page.get_by_text("Mix in another painting").click()
    others = page.get_by_role("combobox", name="The painting of another style")
    # Its list closes as the page moves, which it does while the drawer opens.
    others.scroll_into_view_if_needed()
    others.click()
    expect(page.get_by_role("option", name="Aurora fjord")).to_be_visible()
    others.press_sequentially("Woodblock")
    page.get_by_role("option", name="Woodblock wave").click()
    expect(page.get_by_text("Starlit valley 50 %, Woodblock wave 50 %")).to_be_visible()
    slider = page.get_by_role("slider", name="Woodblock wave")
    for _ in range(4):
        slider.press("ArrowLeft")
    expect(page.get_by_text("Starlit valley 62 %, Woodblock wave 38 %")).to_be_visible()
    expect(page).to_have_url(
        re.compile("mix=starlit_valley(:|%3A)50(,|%2C)woodblock_wave(:|%3A)30")
    )
    page.get_by_role("button", name="Repaint").click()
    expect(page.get_by_text("Finished:")).to_be_visible(timeout=120_000)
    page.get_by_text("Woodblock wave", exact=True).click()
    expect(page.get_by_alt_text("Woodblock wave")).to_be_visible()
    (record,) = Store.open(str(place / "runs")).records()
    assert record.title == "Starlit valley + Woodblock wave"
    folder = place / "runs" / record.id
    document = yaml.safe_load((folder / "run.yaml").read_text())
    assert [each["file"] for each in document["paintings"]] == ["painting.png", "painting_1.png"]
    assert document["style_mix"] == [50, 30]
    with Image.open(folder / "painting_1.png") as stored:
        assert np.array_equal(np.asarray(stored), painting_of("woodblock_wave"))
