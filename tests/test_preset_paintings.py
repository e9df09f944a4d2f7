"""Presets of several paintings: files of their own, and other presets' paintings, with weights."""

import argparse
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml
from PIL import Image

from nst_core import presets
from nst_core.cli.arguments import Parser, add_choice, config_of
from nst_core.cli.main import main
from nst_core.errors import InputError
from nst_core.presets import load_preset
from nst_core.presets.schema import preset_schema

HEADER = "title: A style\ndescription: Strokes.\nauthor: tests\nlicence: MIT\n"
COLOURS = {"teal": (0, 128, 128), "red": (255, 0, 0), "lime": (0, 255, 0)}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of presets: `plain` has one painting, teal; `two` has two."""
    folder = tmp_path / "styles"
    folder.mkdir()
    for name, colour in COLOURS.items():
        Image.new("RGB", (64, 64), colour).save(folder / f"{name}.png")
    monkeypatch.setenv("NST_PRESETS", str(folder))
    made(folder, "plain", "painting: teal.png\n")
    made(folder, "two", "paintings: [red.png, teal.png]\n")
    return folder


def made(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(HEADER + text, "utf-8")
    return path


def colours(preset: presets.Preset) -> list[tuple[int, ...]]:
    return [tuple(picture.pixels[0, 0].tolist()) for picture in presets.read_paintings(preset)]


def test_files_and_other_presets_paintings_are_mixed_with_their_weights(folder: Path) -> None:
    made(
        folder,
        "mix",
        "paintings:\n- red.png\n- {preset: plain, weight: 3}\n- {file: lime.png, weight: 0.5}\n",
    )
    preset = load_preset("mix")
    assert colours(preset) == [COLOURS["red"], COLOURS["teal"], COLOURS["lime"]]
    assert preset.settings.style_mix == (1.0, 3.0, 0.5)
    assert preset.painting == preset.paintings[0]
    assert tuple(presets.read_painting(preset).pixels[0, 0]) == COLOURS["red"]


def test_without_weights_they_count_alike_or_as_style_mix_says(folder: Path) -> None:
    assert load_preset("two").settings.style_mix == ()
    made(folder, "mix", "paintings: [red.png, teal.png]\nstyle_mix: [2, 1]\n")
    assert load_preset("mix").settings.style_mix == (2.0, 1.0)


def test_one_painting_stands_alone_as_before(folder: Path) -> None:
    plain = load_preset("plain")
    assert (plain.painting, plain.paintings) == (folder / "teal.png", (folder / "teal.png",))
    assert plain.settings == presets.load_preset("stained_glass").settings


def test_a_named_preset_may_itself_name_another_s_painting(folder: Path) -> None:
    made(folder, "middle", "paintings: [{preset: plain}]\n")
    made(folder, "mix", "paintings: [{preset: middle}, red.png]\n")
    assert colours(load_preset("mix")) == [COLOURS["teal"], COLOURS["red"]]


def test_the_project_s_own_presets_can_be_named(folder: Path) -> None:
    made(folder, "mix", "paintings: [{preset: starlit_valley}, {preset: woodblock_wave}]\n")
    names = [path.name for path in load_preset("mix").paintings]
    assert names == ["starlit_valley.jpg", "woodblock_wave.jpg"]


BAD = {
    "painting: red.png\npaintings: [teal.png]\n": r"only ones, without a painting.*: 'red\.png'",
    "paintings: red.png\n": r"line 5: paintings must be a list of files.*Received: 'red\.png'",
    "paintings: []\n": r"1 to 16 of them.*Received: \[\]",
    f"paintings: [{', '.join(['red.png'] * 17)}]\n": "1 to 16 of them",
    "paintings: [7]\n": "list of files.*Received: 7",
    "paintings: [{weight: 1}]\n": "each with one name",
    "paintings: [{file: red.png, preset: plain}]\n": "each with one name",
    "paintings: [{file: red.png, share: 1}]\n": "mappings of file or preset, and weight",
    "paintings: [{file: red.png, weight: -1}]\n": "weights from 0 .*Received: -1",
    "paintings: [{file: red.png, weight: .nan}]\n": "weights from 0 .*Received: nan",
    "paintings: [{file: red.png, weight: true}]\n": "weights from 0 .*Received: True",
    "paintings: [{file: red.png, weight: ~}]\n": "weights from 0 .*Received: None",
    "paintings: [{file: red.png, weight: 0}]\n": "have a weight above 0",
    "paintings: [{file: red.png, weight: 2}]\nstyle_mix: [1]\n": "without weights where style_mix",
    "paintings: [red.png, teal.png]\nstyle_mix: [1, 2, 3]\n": "line 6: style_mix .* 2 .*: 3",
    "paintings: [red.png, teal.png]\nstyle_scales: [1]\n": "line 6: style_scales .* 2 .*: 1",
    "paintings: [none.png]\n": r"a file\. Received: none\.png, not found",
    "paintings: [../outside.png]\n": "own folder",
    "paintings: [{preset: nope}]\n": "among .*plain.*Received: nope",
    "paintings: [{preset: ../plain}]\n": r"among .*plain.*Received: \.\./plain",
    "paintings: [{preset: two}]\n": "with one painting. Received: two, which has 2",
    "paintings: [{preset: classic}]\n": "with one painting. Received: classic, which has none",
    "paintings: [{preset: bad}]\n": "do not lead back. Received: bad, bad",
    "paintings: [{preset: around}]\n": "do not lead back. Received: bad, around, bad",
    "paintings: [{preset: lost}]\n": "do not lead back. Received: bad, lost, found, lost",
}


@pytest.mark.parametrize("text", BAD)
def test_what_cannot_be_used_is_refused_in_one_sentence(
    text: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.new("RGB", (64, 64)).save(folder.parent / "outside.png")
    made(folder, "around", "paintings: [{preset: bad}]\n")
    made(folder, "lost", "paintings: [{preset: found}]\n")
    made(folder, "found", "paintings: [{preset: lost}]\n")
    path = made(folder, "bad", text)
    with pytest.raises(InputError, match=BAD[text]) as refusal:
        load_preset("bad")
    assert str(refusal.value).startswith(f"{path}, ")
    good, broken = presets.load_all()
    assert "bad" in broken
    assert {"plain", "two", "classic"} <= good.keys()
    assert main(["presets", "check", str(path)]) == 2
    (said,) = capsys.readouterr().err.splitlines()
    assert "Received: " in said


def test_the_shell_shows_checks_and_takes_all_of_them(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = made(folder, "mix", "paintings: [{preset: plain, weight: 2}, red.png]\n")
    assert main(["presets", "check", str(path)]) == 0
    assert main(["presets", "show", "mix"]) == 0
    said = capsys.readouterr().out
    assert f"Painting 1: {folder / 'teal.png'}\nPainting 2: {folder / 'red.png'}\n" in said
    assert "* style_mix: 2,1\n" in said
    config = config_of(typed("--preset", "mix"))
    assert [file.name for file in config.paintings] == ["teal.png", "red.png"]
    assert config.settings.style_mix == (2.0, 1.0)
    # A mix of the preset's own paintings says nothing of one that stands in for them.
    config = config_of(typed("--preset", "mix", "--style", "me.png"))
    assert ([file.name for file in config.paintings], config.settings.style_mix) == (["me.png"], ())


def test_a_damaged_painting_of_several_is_found(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "lime.png").write_bytes(b"no picture")
    path = made(folder, "mix", "paintings: [red.png, lime.png]\n")
    assert main(["presets", "check", str(path)]) == 2
    assert "lime.png" in capsys.readouterr().err


def typed(*words: str) -> argparse.Namespace:
    parser = Parser()
    add_choice(parser)
    return parser.parse_args(["photo.jpg", *words])


def document(text: str) -> Any:
    return yaml.safe_load(HEADER + text)


def test_an_editor_s_schema_takes_and_refuses_the_same() -> None:
    schema = preset_schema()
    for good in (
        "paintings: [red.png]\n",
        "paintings: [{file: a.png, weight: 1}, {preset: b}]\n",
        "painting: a.png\n",
    ):
        jsonschema.validate(document(good), schema)
    for bad in (
        "painting: red.png\npaintings: [teal.png]\n",
        "paintings: []\n",
        "paintings: [{weight: 1}]\n",
        "paintings: [{file: a, preset: b}]\n",
        "paintings: [{file: a, weight: -1}]\n",
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(document(bad), schema)


def test_a_mix_that_is_saved_is_a_preset_again(folder: Path) -> None:
    mixed = load_preset("two").settings.changed(style_mix=(30.0, 70.0), seed=5)
    paintings = [{"preset": "plain"}, {"file": "lime.png"}]
    text = presets.render("Mine", "Wild.", "", mixed, paintings)
    (folder / "mine.yaml").write_text(text, "utf-8")
    preset = load_preset("mine")
    assert colours(preset) == [COLOURS["teal"], COLOURS["lime"]]
    assert preset.settings == mixed
