"""Presets: found like plugins, strict, each refusal naming file, line, key and value."""

import time
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from nst_core import InputError, Settings, load_preset, presets
from nst_core.presets.schema import preset_schema, schema_text

HEADER = b"title: A style\ndescription: What it is.\nauthor: me\nlicence: CC0-1.0\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "styles"
    folder.mkdir()
    Image.new("RGB", (64, 64), "teal").save(folder / "teal.png")
    Image.new("RGB", (64, 64), "red").save(tmp_path / "outside.png")
    monkeypatch.setenv("NST_PRESETS", str(folder))
    return folder


@pytest.mark.parametrize("name", sorted(presets.preset_files()))
def test_every_preset_of_the_project_is_good(name: str) -> None:
    preset = load_preset(name)
    assert preset.name == name
    if name == "classic":
        assert preset.painting is None
    else:
        picture = presets.read_painting(preset).pixels
        assert max(picture.shape) >= 1024


def test_classic_stands_among_at_least_four() -> None:
    assert "classic" in presets.preset_files()
    assert len(presets.preset_files()) >= 4


def test_a_file_dropped_into_a_folder_is_a_preset(folder: Path) -> None:
    assert "my_style" not in presets.preset_files()
    (folder / "my_style.yaml").write_bytes(HEADER + b"painting: teal.png\nstyle_weight: 2\n")
    preset = load_preset("my_style")
    assert preset.title == "A style"
    assert preset.settings.style_weight == 2.0
    assert presets.read_painting(preset).pixels[0, 0].tolist() == [0, 128, 128]


def test_a_broken_preset_stops_no_other(folder: Path) -> None:
    (folder / "broken.yaml").write_bytes(b"title: [")
    good, broken = presets.load_all()
    assert "classic" in good
    assert list(broken) == ["broken"]
    assert "must be YAML" in broken["broken"]


def test_an_unknown_name_is_refused_with_those_there_are() -> None:
    for name in ("nope", "../classic", "/etc/passwd", ""):
        with pytest.raises(InputError, match=r"one of .*classic.* Received: "):
            load_preset(name)


BAD: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "nothing"),
    "only a comment": (b"# hello\n", "nothing"),
    "a list": (b"- a\n- b\n", "sequence"),
    "a scalar": (b"hello\n", "scalar"),
    "binary": (b"\x00\x01\x02\xff\xfe", "UTF-8"),
    "control characters": (b"title: a\x07b\n", "YAML"),
    "10 MB": (b"# " + b"x" * 10_000_000, "64 KB"),
    "not YAML": (HEADER + b"size: [1, 2\n", "YAML"),
    "tabs": (HEADER + b"\tsize: 3\n", "YAML"),
    "an alias": (HEADER + b"rows: &a 300\ncolumns: *a\n", "line 5: anchors"),
    "an alias bomb": (
        b"a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b]\n",
        "anchors",
    ),
    "a python tag": (HEADER + b"size: !!python/object/apply:os.system ['true']\n", "line 5: tags"),
    "a plain tag": (HEADER + b"size: !!int 512\n", "line 5: tags"),
    "deep nesting": (b"a: " + b"[" * 5000, "levels"),
    "two documents": (HEADER + b"---\nsize: 64\n", "second"),
    "an equal key": (HEADER + b"size: 64\nsize: 128\n", "line 6: size may stand only once"),
    "a key that is a list": (HEADER + b"? [a]\n: 1\n", "line 5: a key"),
    "an unknown key": (HEADER + b"colour: red\n", "line 5: colour is not a setting"),
    "a merge key": (HEADER + b"<<: {size: 64}\n", "line 5: << is not a setting"),
    "NaN": (HEADER + b"style_weight: .nan\n", "line 5: style_weight must be a number"),
    "infinity": (HEADER + b"style_weight: .inf\n", "line 5: style_weight must be a number"),
    "a huge number": (HEADER + b"style_weight: 1e400\n", "line 5: style_weight must be a number"),
    "a negative weight": (HEADER + b"style_weight: -1\n", "line 5: style_weight .*Received: -1"),
    "1e3 iterations": (HEADER + b"iterations: 1e3\n", "line 5: iterations .*Received: 1000.0"),
    "no as a number": (HEADER + b"size: no\n", "line 5: size .*Received: 'no'"),
    "no as a switch": (HEADER + b"restart: no\n", "line 5: restart must be true or false"),
    "a sexagesimal": (HEADER + b"size: 1:30\n", "line 5: size .*Received: '1:30'"),
    "a quoted number": (HEADER + b'size: "64"\n', "line 5: size .*Received: '64'"),
    "null": (HEADER + b"size: ~\n", "line 5: size .*Received: None"),
    "a wrong type": (HEADER + b"size: [64]\n", "line 5: size must be a whole number"),
    "an unknown layer": (HEADER + b"style_layers: [conv1]\n", "line 5: style_layers"),
    "a layer of weight 0": (
        HEADER + b"style_layers: {block1_conv1: 0}\n",
        "line 5: style_layers must be a list .* mapping .* above 0.*Received: {'block1_conv1': 0}",
    ),
    "a layer without its weight": (
        HEADER + b"style_layers: {block1_conv1: 1, block2_conv1}\n",
        "line 5: style_layers .*Received: .*None",
    ),
    "a weight twice": (
        HEADER + b"style_layers: {block1_conv1: 1, block1_conv1: 2}\n",
        "line 5: block1_conv1 may stand only once",
    ),
    "weights in a list": (
        HEADER + b"style_layers:\n- block1_conv1: 1\n",
        "line 5: style_layers must be a list",
    ),
    "a recipe of the future": (HEADER + b"recipe_version: 99\n", "line 5: recipe_version"),
    "a statistic that classic has not": (
        HEADER + b"recipe: classic\nstatistic: covariance\n",
        "statistic must be gram in the classic recipe.*Received: covariance",
    ),
    "a layer twice": (
        HEADER + b"style_layers: [block1_conv1, block1_conv1]\n",
        "line 5: style_layers",
    ),
    "a mapping for a word": (HEADER + b"start: {a: b}\n", "line 5: start must be one of"),
    "an unknown term": (HEADER + b"terms: {edges: 1}\n", "line 5: terms must be among content"),
    "a term of negative weight": (HEADER + b"terms: {style: -1}\n", "line 5: .*style.weight"),
    "a term of no number": (HEADER + b"terms: {style: no}\n", "line 5: .*Received: 'no'"),
    "terms in a list": (HEADER + b"terms: [style]\n", "line 5: terms must be 'name: weight'"),
    "a term without a weight": (HEADER + b"terms: {style: {}}\n", "line 5: .*weight: field requ"),
    "a term's unknown layer": (
        HEADER + b"terms: {style: {weight: 1, layers: [conv1]}}\n",
        r"line 5: terms: style.layers: must be a list .* or a mapping .*Received: \['conv1'\]",
    ),
    "a term's unknown parameter": (
        HEADER + b"terms: {style: {weight: 1, colour: 2}}\n",
        "line 5: terms: style.colour: extra",
    ),
    "layers of the picture": (
        HEADER + b"terms: {variation: {weight: 1, layers: [block1_conv1]}}\n",
        "line 5: .*takes no layers",
    ),
    "a term that has a setting": (HEADER + b"terms: {variation: 1}\n", "setting of its own"),
    "contradicting sizes": (HEADER + b"size: 64\nrows: 64\ncolumns: 64\n", "size must be 0"),
    "no title": (HEADER.partition(b"\n")[2], "title must be given"),
    "an empty title": (HEADER.replace(b"A style", b'""'), "line 1: title must be one line"),
    "a title of two lines": (HEADER.replace(b"A style", b'"a\\nb"'), "line 1: title"),
    "a number as title": (HEADER.replace(b"A style", b"12"), "line 1: title"),
    "a very long title": (HEADER.replace(b"A style", b"x" * 300), "line 1: title"),
    "a missing painting": (HEADER + b"painting: none.png\n", "line 5: painting .*not found"),
    "a folder as painting": (HEADER + b"painting: .\n", "line 5: painting"),
    "a painting outside": (HEADER + b"painting: ../outside.png\n", "line 5: painting must be a"),
    "an absolute painting": (HEADER + b"painting: /etc/passwd\n", "line 5: painting must be a"),
    "a link out": (HEADER + b"painting: link.png\n", "line 5: painting must be a"),
    "a link in a circle": (HEADER + b"painting: loop.png\n", "line 5: painting"),
    "a painting of a very long name": (
        HEADER + b"painting: " + b"x" * 190 + "ä".encode() * 5 + b"\n",
        "line 5: painting",
    ),
    "a null in the painting": (HEADER + b'painting: "a\\0b"\n', "line 5: painting"),
}


@pytest.mark.parametrize("kind", BAD)
def test_bad_presets_are_refused_in_one_sentence(kind: str, folder: Path) -> None:
    data, message = BAD[kind]
    (folder / "link.png").symlink_to("../outside.png")
    (folder / "loop.png").symlink_to("loop.png")
    path = folder / "bad.yaml"
    path.write_bytes(data)
    took = []
    for _ in range(3):
        began = time.perf_counter()
        with pytest.raises(InputError, match=message) as refusal:
            presets.load_preset_file(path)
        took.append(time.perf_counter() - began)
    assert min(took) < 0.1  # no bomb goes off; the least, for other work may go on beside it
    assert str(path) in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_folders_that_are_missing_or_files_offer_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("NST_PRESETS", f"{tmp_path / 'none'}:{tmp_path / 'file'}:")
    assert "classic" in presets.preset_files()


def test_a_tilde_in_the_environment_is_the_home_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "at_home.yaml").write_bytes(HEADER)
    monkeypatch.setenv("HOME", str(folder.parent))
    monkeypatch.setenv("NST_PRESETS", f"~nobody-of-that-name/x:~/{folder.name}")
    assert presets.preset_files()["at_home"] == folder / "at_home.yaml"


def test_the_schema_for_editors_is_that_of_the_settings() -> None:
    written = (presets.BUILT_IN / "schema.json").read_text()
    assert written == schema_text()


def test_the_schema_allows_what_the_presets_say_and_nothing_unknown() -> None:
    schema = preset_schema()
    for path in presets.preset_files().values():
        keys = set(presets.read_document(path).values)
        assert keys <= set(schema["properties"])
        assert set(schema["required"]) <= keys
    assert schema["additionalProperties"] is False
    for name in Settings.model_fields:
        assert schema["properties"][name]["description"]
    usual = Settings().model_dump(mode="json")
    defaults = {name: schema["properties"][name]["default"] for name in usual if name != "terms"}
    assert defaults == {name: value for name, value in usual.items() if name != "terms"}
    for layers in ("content_layers", "style_layers"):
        kinds = [kind["type"] for kind in schema["properties"][layers]["anyOf"]]
        assert kinds == ["array", "object"]


def test_a_preset_may_name_a_term_with_its_weight_and_layers(folder: Path) -> None:
    text = b"painting: teal.png\nterms:\n  style: {weight: 2, layers: [block3_conv2]}\n"
    (folder / "more.yaml").write_bytes(HEADER + text)
    loaded = load_preset("more").settings
    [*_, use] = loaded.term_uses()
    assert (use.kind, use.weight, use.layers) == ("style", 2.0, ("block3_conv2",))
    again = presets.value_of("terms", presets.as_text(loaded.terms), "here")
    assert Settings(terms=again) == loaded
    assert Settings(**loaded.model_dump(mode="json")) == loaded
    rendered = presets.render("More", "Of it.", "teal.png", loaded)
    (folder / "again.yaml").write_text(rendered)
    assert load_preset("again").settings == loaded


def test_a_bad_name_or_a_missing_file_is_refused(folder: Path) -> None:
    for name in ("Upper.yaml", "a b.yaml", "style.yml", ".yaml"):
        (folder / name).write_bytes(HEADER)
        with pytest.raises(InputError, match="must be named"):
            presets.load_preset_file(folder / name)
    with pytest.raises(InputError, match="No such file"):
        presets.load_preset_file(folder / "none.yaml")


def test_a_preset_without_a_painting_says_so(folder: Path) -> None:
    (folder / "bare.yaml").write_bytes(HEADER)
    with pytest.raises(InputError, match="no painting of its own"):
        presets.read_painting(load_preset("bare"))


_KEYS = st.sampled_from([*Settings.model_fields, "painting", "title", "colour", "<<", "? a"])
_WORDS = """
{block1_conv1:2} {block1_conv1:0} 2
1 -1 0 1e3 .nan -.inf no ~ 1:30 0x1F [1] {a:b} [[ } photo teal.png ../outside.png &a *a !!int !x
true {style:1} {style} block1_conv1 [block1_conv1] '' "a\\0b" | > % @ `
"""
_VALUES = (
    st.sampled_from(_WORDS.split())
    | st.integers().map(str)
    | st.floats().map(repr)
    | st.text(max_size=20)
)


@settings(deadline=None, max_examples=3000, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(_KEYS, _VALUES), min_size=1, max_size=4))
def test_whatever_stands_in_a_preset_it_is_good_or_refused_in_one_sentence(
    folder: Path, lines: list[tuple[str, str]]
) -> None:
    path = folder / "any.yaml"
    text = "".join(f"{key}: {value}\n" for key, value in lines)
    path.write_bytes(HEADER + text.encode("utf-8", "replace"))
    try:
        preset = presets.load_preset_file(path)
    except InputError as error:
        assert str(error).startswith(str(path))  # noqa: PT017
        assert "\n" not in str(error)  # noqa: PT017
    else:
        assert Settings(**preset.settings.model_dump(mode="json")) == preset.settings


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("size", "300", 300),
        ("content_weight", "1e-3", 1e-3),
        ("style_layers", "block1_conv1,block2_conv1", ["block1_conv1", "block2_conv1"]),
        ("style_layers", "[block1_conv1, block2_conv1]", ["block1_conv1", "block2_conv1"]),
        (
            "style_layers",
            "block1_conv1:8,block2_conv1:.5",
            {"block1_conv1": 8, "block2_conv1": 0.5},
        ),
        (
            "content_layers",
            "block1_conv1: 8, block2_conv1: 4",
            {"block1_conv1": 8, "block2_conv1": 4},
        ),
        ("style_layers", "{block1_conv1: 1e-3}", {"block1_conv1": 1e-3}),
        ("start", "noise", "noise"),
    ],
)
def test_a_setting_as_text_is_read_as_it_was_written(name: str, text: str, value: object) -> None:
    assert presets.value_of(name, text, "here") == value
    assert presets.value_of(name, presets.as_text(value), "here") == value


@pytest.mark.parametrize("text", ["", "a: b", "[1", "&a x", "!!python/name:os.system", "1\nb: 2"])
def test_text_that_is_no_value_is_refused_or_fails_the_setting_s_checks(text: str) -> None:
    with pytest.raises(InputError):
        Settings().changed(size=presets.value_of("size", text, "here"))


@pytest.mark.parametrize(
    "changes",
    [
        {"size": 300, "content_weight": 0.25, "style_layers": ("block1_conv1",)},
        {"style_layers": {"block1_conv1": 3.5, "block3_conv1": 1e-3}, "statistic": "wasserstein"},
        {"recipe_version": 1, "content_layers": {"block4_conv2": 2, "block3_conv1": 1}},
        {"recipe": "classic", "seed": 3},
        {"terms": {"style": {"weight": 1, "layers": {"block3_conv2": 2, "block3_conv3": 1}}}},
    ],
)
def test_settings_kept_as_a_preset_are_read_again(tmp_path: Path, changes: Any) -> None:
    settings = Settings(**changes)
    Image.new("RGB", (64, 64), "red").save(tmp_path / "p.png")
    text = presets.render("It's: \u201cmine\u201d", "A: b", "p.png", settings)
    (tmp_path / "mine.yaml").write_text(text, encoding="utf-8")
    preset = presets.load_preset_file(tmp_path / "mine.yaml")
    assert preset.settings == settings
    assert preset.title == "It's: \u201cmine\u201d"
    # Or it would mean something else once there is another version.
    assert yaml.safe_load(text)["recipe_version"] == settings.recipe_version
