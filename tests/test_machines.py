"""Machines unlike ours: other locales, names and file systems, no home, and an early Ctrl-C."""

import errno
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from nst_core import Settings, files
from nst_core.cli.arguments import picture_file
from nst_core.errors import InputError, OutputError
from nst_core.machine import prices
from nst_core.pictures.pixels import Pixels
from nst_core.runs.store.run_yaml import RunConfig, as_text, read_config
from nst_core.runs.store.store import Store
from nst_core.vgg16 import weights
from testing.cli import command, run
from testing.waiting import wait_for

PLAIN = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C"}
NEITHER = b"caf\xe9 \xc3\xa9.png"
"""A name that is not UTF-8."""
TINY = [f"--set={each}" for each in ("size=64", "iterations=1", "evaluations=1", "scales=1")]


@pytest.fixture
def odd_photo(photo: Pixels, tmp_path: Path) -> Path:
    path = tmp_path / os.fsdecode(NEITHER)
    Image.fromarray(photo[:100, :120]).save(path)
    return path


# --- names and encodings -----------------------------------------------------------------------


def test_a_run_yaml_names_files_whose_names_are_not_utf_8(odd_photo: Path) -> None:
    config = RunConfig(odd_photo, odd_photo, Settings())
    file = odd_photo.with_name("run.yaml")
    file.write_bytes(config.to_yaml().encode())
    assert "caf%E9%20%C3%A9.png" in file.read_text("utf-8")
    assert read_config(file) == config


def test_what_pictures_carry_of_such_a_name_is_text() -> None:
    assert as_text({"photo": os.fsdecode(NEITHER)}, Settings()).encode()


@pytest.mark.parametrize("name", ["café.png", "日本 🖌.png", "file:.png", "100%.png", "a b#c.png"])
def test_other_names_stand_in_run_yaml_as_they_are(
    name: str, photo: Pixels, tmp_path: Path
) -> None:
    Image.fromarray(photo[:100, :120]).save(tmp_path / name)
    config = RunConfig(tmp_path / name, tmp_path / name, Settings())
    (tmp_path / "run.yaml").write_bytes(config.to_yaml().encode())
    assert read_config(tmp_path / "run.yaml") == config
    assert "file://" not in config.to_yaml()


@pytest.mark.processes
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "gbk", "euc_jp", "utf-8"])
def test_what_a_terminal_cannot_say_is_escaped(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "title: Ünï 日本 🖌\ndescription: x\nauthor: x\nlicence: x\n", "utf-8"
    )
    for words in (["presets"], ["presets", "show", "mine"], ["presets", "check", "日🖌.yaml"]):
        done = subprocess.run(
            command(*words), capture_output=True, timeout=300,
            env=os.environ | PLAIN
            | {"PYTHONIOENCODING": encoding, "NST_PRESETS": str(tmp_path)},
        )  # fmt: skip
        assert done.returncode == (2 if "check" in words else 0), done.stderr
        title = "Ünï 日本 🖌".encode(encoding, "backslashreplace")
        assert title in done.stdout or "check" in words
        assert b"Traceback" not in done.stderr


@pytest.mark.processes
def test_a_run_in_the_plainest_locale_is_written_and_repeated(
    odd_photo: Path, tmp_path: Path
) -> None:
    words = command("stylize", odd_photo, "--preset", "stained_glass", *TINY, "--output", "one")
    subprocess.run(words, env=os.environ | PLAIN, cwd=tmp_path, check=True, timeout=300)
    config = tmp_path / "one" / "run.yaml"
    done = run("stylize", "--config", config, "--output", tmp_path / "two")
    assert done.returncode == 0, done.stderr
    both = [(tmp_path / name / "losses.csv").read_bytes() for name in ("one", "two")]
    assert both[0] == both[1]


@pytest.mark.parametrize(
    "address",
    ["https://a.org/me.jpg", "HTTP://a", "file:///me.jpg", "s3://b/me.jpg", "data:image/png;,x"],
)
def test_an_address_is_to_be_downloaded_first(address: str) -> None:
    with pytest.raises(InputError, match=r"download it first .* Received: ") as refusal:
        picture_file(address)
    assert address in str(refusal.value)


def test_a_long_address_is_not_repeated_whole() -> None:
    with pytest.raises(InputError) as refusal:
        picture_file("data:image/png;base64," + "A" * 100_000)
    assert len(str(refusal.value)) < 400


# --- file systems and folders ------------------------------------------------------------------


def test_a_share_that_refuses_modes_and_waiting_is_written_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    def not_here(_: int) -> None:
        raise OSError(errno.EINVAL, "Invalid argument")

    for name in ("chmod", "fchmod", "link"):
        monkeypatch.setattr(os, name, refuse)
    monkeypatch.setattr(os, "fsync", not_here)
    files.write_bytes(tmp_path / "note", b"one")
    files.write_bytes(tmp_path / "note", b"two")
    assert (tmp_path / "note").read_bytes() == b"two"
    assert [path.name for path in tmp_path.iterdir()] == ["note"]


def test_a_disk_that_breaks_is_still_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OutputError, match="Input/output error"):
        files.write_bytes(tmp_path / "note", b"one")
    assert not list(tmp_path.iterdir())


@pytest.fixture
def _no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """The user has no home folder, and the system does not know the user."""

    def nobody(_: int) -> None:
        raise KeyError("uid not found")

    for name in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "KERAS_HOME", "NST_RUNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", nobody)


@pytest.mark.usefixtures("_no_home")
def test_without_a_home_nst_runs_is_asked_for_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="NST_RUNS must name a folder"):
        Store.open()
    monkeypatch.setenv("NST_RUNS", "~/runs")
    with pytest.raises(InputError, match=r"NST_RUNS must begin .* Received: ~/runs"):
        Store.open()
    monkeypatch.setenv("NST_RUNS", str(tmp_path / "runs"))
    assert Store.open().records() == []
    assert prices.path().is_absolute()
    assert weights.cache_folder().is_absolute()
    assert not list(tmp_path.iterdir())  # no folder that is called ~


def test_the_store_may_be_a_file_address_at_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for text in ("~/my%20runs", "file://~/my%20runs", (tmp_path / "my runs").as_uri()):
        monkeypatch.setenv("NST_RUNS", text)
        spaced = "my runs" if text.startswith("file:") else "my%20runs"
        assert Store.open().url == str(tmp_path / spaced)


# --- memory ------------------------------------------------------------------------------------


@pytest.mark.processes
@pytest.mark.parametrize(("kind", "kilobytes"), [("-v", 1_500_000), ("-d", 500_000)])
def test_too_small_an_ulimit_is_one_sentence(
    kind: str, kilobytes: int, odd_photo: Path, tmp_path: Path
) -> None:
    words = command("stylize", odd_photo, "--preset", "stained_glass", *TINY)
    done = subprocess.run(
        ["bash", "-c", f'ulimit {kind} {kilobytes} && exec "$@"', "bash", *words,
         "--output", tmp_path / "out"], capture_output=True, encoding="utf-8", timeout=300,
    )  # fmt: skip
    assert done.returncode == 2
    assert "GB are free" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()


# --- Ctrl-C ------------------------------------------------------------------------------------


@pytest.fixture
def _own_terminal() -> Iterator[None]:
    """Programs that are started meanwhile heed Ctrl-C, also where the tests themselves do not."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.processes
@pytest.mark.usefixtures("_own_terminal")
@pytest.mark.parametrize("start", ["-m nst_core", "nst"])
@pytest.mark.parametrize(
    "module", ["nst_core.errors", "numpy", "scipy.linalg", "pydantic", "nst_core.cli.main"]
)
def test_ctrl_c_while_a_module_loads(start: str, module: str, tmp_path: Path) -> None:
    nst = shutil.which("nst", path=Path(sys.executable).parent)
    assert nst is not None
    program = [nst] if start == "nst" else start.split()
    with subprocess.Popen(
        [sys.executable, "-X", "importtime", *program, "presets"],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8", errors="replace",
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    ) as process:  # fmt: skip
        assert process.stderr is not None
        for line in process.stderr:
            if line.rpartition("|")[2].strip() == module:
                process.send_signal(signal.SIGINT)
                break
        said = process.stderr.read()
    assert process.returncode == 130
    assert said.splitlines()[-1] == "Stopped."
    assert "Traceback" not in said


@pytest.mark.processes
@pytest.mark.usefixtures("_own_terminal")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_while_tensorflow_loads(number: int, odd_photo: Path, tmp_path: Path) -> None:
    with subprocess.Popen(
        command("stylize", odd_photo, "--preset", "stained_glass", "--output", tmp_path / "o"),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    ) as process:  # fmt: skip
        maps = Path(f"/proc/{process.pid}/maps")
        wait_for(lambda: "libtensorflow" in maps.read_text("utf-8", "replace"))
        process.send_signal(number)
        output, errors = process.communicate(timeout=120)
    assert process.returncode == 130
    assert (output, errors) == ("", "Stopped.\n")
    assert not (tmp_path / "o").exists()


@pytest.mark.processes
def test_what_was_started_to_ignore_ctrl_c_goes_on() -> None:
    """As a shell starts what stands before an `&` in a script."""
    words = ["sh", "-c", 'trap "" INT; echo ready; exec "$@"', "sh", *command("presets")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        for _ in range(20):
            process.send_signal(signal.SIGINT)
            time.sleep(0.02)
        assert "stained_glass" in process.stdout.read()
    assert process.returncode == 0
