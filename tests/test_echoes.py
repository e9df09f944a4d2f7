"""However much comes in, a sentence repeats a little of it, on one line: at every door."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nst_core import decode_picture, environment, presets, read_picture
from nst_core.cli.main import main
from nst_core.errors import InputError, NstError, joined, shown
from nst_core.objective import backend
from nst_core.pictures.pixels import encode_png
from nst_core.presets import strict_yaml
from nst_core.runs.export import animation
from nst_core.runs.store.run_yaml import read_config
from nst_core.runs.store.storage import Storage
from nst_core.runs.store.store import Store
from nst_core.settings.model import make_settings

MARK = "ж"
"""A letter that no sentence of ours has."""
FLOODS = {
    "one word": MARK * 60_000,
    "many words": f"{MARK} " * 20_000,
    "lines": f"{MARK}\n\x1b[2J\x00\u202e" * 9_000,
    "like a sentence": f"{MARK} must be. Received: {MARK}; " * 2_000,
}
HEADER = "title: A\ndescription: B\nauthor: C\nlicence: D\n"


def yaml(text: str) -> None:
    document = strict_yaml.load(text.encode()[: strict_yaml.MOST_BYTES], "a.yaml")
    presets.settings_of(document, dict(document.values))


def plain(text: str) -> str:
    """The marks of a text alone, as a name in YAML."""
    return MARK * min(text.count(MARK), 20_000)


DOORS: dict[str, Callable[[str], object]] = {
    "a setting's name": lambda text: make_settings({text: 1}),
    "a setting's value": lambda text: make_settings({"size": text}),
    "a word of a few": lambda text: make_settings({"recipe": text}),
    "a list": lambda text: make_settings({"style_layers": list(text)}),
    "a layer": lambda text: make_settings({"style_layers": [text]}),
    "a term": lambda text: make_settings({"terms": {text: 1}}),
    "a term's value": lambda text: make_settings({"terms": {"style": text}}),
    "a term's parameter": lambda text: make_settings({"terms": {"style": {"weight": 1, text: 2}}}),
    "many names": lambda text: make_settings({f"{n}{MARK}": n for n in range(900)}),
    "a preset": presets.load_preset,
    "a preset's file": presets.load_preset_file,
    "a run": lambda text: Store(Storage.open("memory://echoes")).get(text),
    "a stored file": lambda text: Storage.open("memory://echoes").read(text),
    "a store": lambda text: Storage.open(f"nosuch://{text}"),
    "an animation": lambda text: animation.write(Storage.open("memory://echoes"), None, text),  # type: ignore[arg-type]
    "YAML: a tag": lambda text: yaml(f"size: !{plain(text)} 1"),
    "YAML: an anchor": lambda text: yaml(f"size: &{plain(text).replace(MARK, 'a')} 1"),
    "YAML: a key": lambda text: yaml(f"? {plain(text)}\n: 1"),
    "YAML: a key twice": lambda text: yaml(f"? {plain(text)[:9000]}\n: 1\n" * 2),
    "YAML: a value": lambda text: yaml(f"start: {plain(text)}"),
    "YAML: no lines": lambda text: yaml(f"{{{f'{MARK},' * 20_000}}}"),
    "YAML: a list": lambda text: yaml(f"start: [{f'{MARK}, ' * 15_000}]"),
    "YAML: many keys": lambda text: yaml("\n".join(f"{MARK}{n}: {n}" for n in range(900))),
    "text of a setting": lambda text: presets.value_of("size", f"[{text}", "--set size"),
}  # fmt: skip


def require_bounded(sentence: str) -> None:
    __tracebackhide__ = True
    assert sentence
    assert sentence.isprintable(), "not one line"
    assert sentence.count(MARK) <= 200, sentence
    assert len(sentence) < 1500


@pytest.mark.parametrize("flood", FLOODS)
@pytest.mark.parametrize("door", DOORS)
def test_a_flood_comes_back_as_a_drop(door: str, flood: str) -> None:
    with pytest.raises(NstError) as refusal:
        DOORS[door](FLOODS[flood])
    require_bounded(str(refusal.value))


@pytest.mark.parametrize("flood", ["one word", "many words", "lines"])
def test_a_picture_s_name_is_repeated_as_little(flood: str) -> None:
    doors: tuple[Callable[[], object], ...] = (
        lambda: read_picture(Path(FLOODS[flood])),
        lambda: decode_picture(b"no picture", FLOODS[flood]),
    )
    for door in doors:
        with pytest.raises(NstError) as refusal:
            door()
        require_bounded(str(refusal.value))


COMMANDS: dict[str, list[str]] = {
    "a command": ["FLOOD"],
    "an argument too many": ["presets", "check", "a.yaml", "FLOOD"],
    "an unknown option": ["runs", "list", "--FLOOD"],
    "a preset": ["stylize", "a.png", "--preset", "FLOOD", "--output", "o"],
    "a config": ["stylize", "--config", "FLOOD", "--output", "o"],
    "a config and more": ["stylize", "FLOOD", "--config", "run.yaml", "--output", "o"],
    "an output": ["stylize", "a.png", "--style", "a.png", "--output", "FLOOD"],
    "no assignment": ["stylize", "a.png", "--set", "FLOOD", "--output", "o"],
    "an unknown setting": [
        "stylize", "a.png", "--style", "a.png", "--set", "FLOOD=1", "--output", "o",
    ],
    "a setting's value": [
        "stylize", "a.png", "--style", "a.png", "--set", "size=FLOOD", "--output", "o",
    ],
    "a setting twice": [
        "stylize", "a.png", "--set", "FLOOD=1", "--set", "FLOOD=FLOOD", "--output", "o",
    ],
    "a run": ["runs", "show", "FLOOD"],
    "a preset to check": ["presets", "check", "FLOOD"],
    "a preset to show": ["presets", "show", "FLOOD"],
    "a new preset": ["presets", "new", "FLOOD", "--style", "a.png"],
}  # fmt: skip


@pytest.mark.parametrize("flood", FLOODS)
@pytest.mark.parametrize("command", COMMANDS)
def test_the_shell_repeats_as_little(
    command: str,
    flood: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NST_RUNS", str(tmp_path / "runs"))
    Path("a.png").write_bytes(encode_png(np.zeros((64, 64, 3), np.uint8)))
    assert main([word.replace("FLOOD", FLOODS[flood]) for word in COMMANDS[command]]) == 2
    said = capsys.readouterr().err
    require_bounded(said.removesuffix("\n"))


@pytest.mark.parametrize("flood", ["one word", "many words"])
def test_an_environment_variable_is_repeated_as_little(
    flood: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NST_KEEP_DAYS", FLOODS[flood])
    monkeypatch.setenv("NST_RUNS", f"nosuch://{FLOODS[flood]}")
    monkeypatch.setenv("KERAS_BACKEND", FLOODS[flood])
    doors = (lambda: environment.number("NST_KEEP_DAYS"), Store.open, backend.require_supported)
    for door in doors:
        with pytest.raises(NstError) as refusal:
            door()
        require_bounded(str(refusal.value))


@pytest.mark.parametrize("key", ["title", "painting", "size"])
def test_a_preset_s_file_is_repeated_as_little(key: str, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    lines = dict(line.split(": ") for line in HEADER.splitlines()) | {key: MARK * 20_000}
    path.write_text("".join(f"{name}: {value}\n" for name, value in lines.items()), "utf-8")
    with pytest.raises(InputError) as refusal:
        presets.load_preset_file(path)
    require_bounded(str(refusal.value))


def test_a_run_yaml_is_repeated_as_little(tmp_path: Path) -> None:
    path = tmp_path / "run.yaml"
    for text in (f"photo: {MARK * 20_000}\nphoto_sha256: a\n", f"photo: [{f'{MARK},' * 9_000}]\n"):
        path.write_text(text, "utf-8")
        with pytest.raises(InputError) as refusal:
            read_config(path)
        require_bounded(str(refusal.value))


@given(
    st.text(min_size=201),
    st.sampled_from(["{}", "{} cannot be read: no.", "X must be. Received: {}."]),
)
def test_a_place_that_forgets_is_bounded_all_the_same(came: str, sentence: str) -> None:
    said = str(InputError(sentence.format(came * 200)))
    assert said.isprintable()
    assert len(said) <= 2250


@given(st.text(max_size=60).filter(str.isprintable))
def test_what_is_short_comes_back_as_it_is(came: str) -> None:
    assert shown(came) == came
    sentence = f"size must be a whole number. Received: {came}."
    assert str(InputError(sentence)) == sentence


def test_what_cannot_be_printed_is_escaped() -> None:
    assert shown("a\nb\x1b[2J\udcff\u202e") == r"a\nb\x1b[2J\udcff\u202e"
    assert str(InputError("a\nb")) == r"a\nb"


def test_many_faults_are_told_and_the_others_counted() -> None:
    faults = {f"s{n}": f"s{n} must be 1. Received: {n}" for n in range(40)}
    assert joined(dict(list(faults.items())[:5])).endswith("s4 must be 1. Received: 4")
    assert joined(faults).endswith("; and 30 more")
