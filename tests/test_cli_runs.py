"""The commands of the run store as a person runs them: real processes, a real engine."""

import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from PIL import Image

from nst_core.cli.main import main
from nst_core.pictures.pixels import Pixels
from nst_core.runs.export import gallery
from nst_core.runs.store.request import Request
from nst_core.runs.store.storage import Storage
from nst_core.runs.store.store import Store
from nst_core.settings import Settings
from testing.waiting import wait_for

pytestmark = pytest.mark.processes

SMALL = ["--set", "size=64", "--set", "scales=1", "--set", "iterations=3",
         "--set", "evaluations=2"]  # fmt: skip


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return os.environ | {"NST_RUNS": str(tmp_path / "runs")}


@pytest.fixture
def shell(environment: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    def shell(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "nst_core", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, timeout=600, env=environment)

    return shell


@pytest.fixture
def photo_file(tmp_path: Path, photo: Pixels) -> Path:
    path = tmp_path / "portrait [b].png"
    Image.fromarray(photo[:256, :256]).save(path)
    return path


@pytest.fixture
def engine(environment: dict[str, str], tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`engine` in the foreground."""
    log = (tmp_path / "engine.log").open("wb")
    command = [sys.executable, "-m", "nst_core", "engine"]
    process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
    yield process
    log.close()
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=120)
        except subprocess.TimeoutExpired:
            process.kill()  # its children end with it
            process.wait()
            pytest.fail("the engine did not end when it was asked to")


def as_json(done: subprocess.CompletedProcess[str]) -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_run_from_submit_to_remove(
    shell: Callable[..., subprocess.CompletedProcess[str]],
    engine: subprocess.Popen[bytes],
    photo_file: Path,
    tmp_path: Path,
) -> None:
    submitted = shell("submit", photo_file, "--preset", "stained_glass", *SMALL)
    assert submitted.returncode == 0, submitted.stderr
    run = submitted.stdout.strip()
    store = Store.open(str(tmp_path / "runs"))
    wait_for(lambda: store.get(run).is_over)
    shown = as_json(shell("runs", "show", run, "--json"))
    assert (shown["id"], shown["state"], shown["done"]) == (run, "finished", 3)
    assert (shown["photo"], shown["session"]) == (photo_file.name, "shell")
    assert "state: finished" in shell("runs", "show", run).stdout
    table = shell("runs").stdout.splitlines()
    assert len(table) == 2
    assert run in table[1]
    assert "3 of 3" in table[1]
    assert photo_file.name in table[1]
    for name in ("gallery.zip", "moving.gif", "moving.webp"):
        exported = shell("runs", "export", run, "--output", tmp_path / name)
        assert exported.returncode == 0, exported.stderr
        assert exported.stdout.strip() == str(tmp_path / name)
    with zipfile.ZipFile(tmp_path / "gallery.zip") as archive:
        assert archive.testzip() is None
        assert "portrait [b], stained_glass/result.png" in archive.namelist()
    removed = as_json(shell("runs", "remove", run, "--json"))
    assert removed == {"id": run, "removed": True}
    assert as_json(shell("runs", "--json")) == []


def test_without_an_engine_runs_wait_and_can_be_cancelled(
    shell: Callable[..., subprocess.CompletedProcess[str]], photo_file: Path, tmp_path: Path
) -> None:
    choice = (photo_file, "--preset", "stained_glass", *SMALL, "--json")
    first, second = (as_json(shell("submit", *choice)) for _ in range(2))
    assert [(run["state"], run["place"]) for run in (first, second)] == [
        ("queued", 1),
        ("queued", 2),
    ]
    assert as_json(shell("submit", *choice, "--session", "other"))["place"] == 2
    assert "queued, place 3" in shell("runs").stdout
    cancelled = as_json(shell("runs", "cancel", first["id"], "--json"))
    assert (cancelled["state"], cancelled["place"]) == ("cancelled", None)
    assert shell("runs", "resume", first["id"]).stdout == f"{first['id']}: queued, place 3\n"
    assert as_json(shell("submit", *choice))["place"] == 4
    full = shell("submit", *choice)
    assert full.returncode == 2
    assert full.stderr.count("\n") == 1
    assert "3 runs waiting" in full.stderr


@pytest.mark.parametrize("action", ["show", "cancel", "resume", "remove", "export"])
def test_a_run_that_is_not_there_is_refused_in_a_sentence(
    shell: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path, action: str
) -> None:
    output = ("--output", tmp_path / "x.zip") if action == "export" else ()
    for run in ("a" * 26, "../../etc"):
        done = shell("runs", action, run, *output)
        assert done.returncode == 2
        assert done.stdout == ""
        assert done.stderr.count("\n") == 1
        assert f"Received: {run}." in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_export_refuses_what_it_cannot_write(
    shell: Callable[..., subprocess.CompletedProcess[str]], photo_file: Path, tmp_path: Path
) -> None:
    run = shell("submit", photo_file, "--preset", "stained_glass", *SMALL).stdout.strip()
    for output, words in (
        (tmp_path / "moving.mp3", "must end in .zip, .gif or .webp"),
        (tmp_path / "none" / "x.zip", "must be a folder"),
        (tmp_path / "moving.gif", "no finished iteration yet"),
    ):
        done = shell("runs", "export", run, "--output", output)
        assert done.returncode == 2
        assert words in done.stderr
        assert not output.exists()


def test_a_run_that_is_removed_while_it_is_exported_is_told_plainly(
    tmp_path: Path,
    photo: Pixels,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    store = Store.open(str(tmp_path / "runs"))
    run = store.create(Request(photo, photo, Settings(size=64)))

    def stream(folder: Storage, remark: str) -> Iterator[bytes]:
        yield b"PK"
        store.remove(run)
        yield folder.read("losses.csv")

    monkeypatch.setenv("NST_RUNS", store.url)
    monkeypatch.setattr(gallery, "stream", stream)
    assert main(["runs", "export", run, "--output", str(tmp_path / "gallery.zip")]) == 2
    assert capsys.readouterr().err == f"The run {run} was removed while it was exported.\n"
    assert not (tmp_path / "gallery.zip").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_engine_ends_when_asked_and_leaves_nothing_running(
    engine: subprocess.Popen[bytes], tmp_path: Path, number: signal.Signals
) -> None:
    log = tmp_path / "engine.log"
    wait_for(lambda: b"Connected" in log.read_bytes())
    children = psutil.Process(engine.pid).children(recursive=True)
    assert children
    engine.send_signal(number)
    assert engine.wait(timeout=120) == 0
    _, alive = psutil.wait_procs(children, timeout=60)
    assert not alive
    assert b"Traceback" not in log.read_bytes()


def test_a_second_engine_is_refused(
    shell: Callable[..., subprocess.CompletedProcess[str]],
    engine: subprocess.Popen[bytes],
    tmp_path: Path,
) -> None:
    wait_for(lambda: b"Connected" in (tmp_path / "engine.log").read_bytes())
    done = shell("engine")
    assert done.returncode == 2
    assert "a store has one" in done.stderr


def test_a_limit_that_is_no_number_is_refused(
    shell: Callable[..., subprocess.CompletedProcess[str]], environment: dict[str, str]
) -> None:
    environment["NST_KEEP_DAYS"] = "a week"
    done = shell("engine")
    assert done.returncode == 2
    assert "NST_KEEP_DAYS must be a number above 0. Received: a week." in done.stderr


def test_an_engine_beside_a_page_says_in_its_log_why_it_cannot_compute(
    environment: dict[str, str],
) -> None:
    command = [sys.executable, "-m", "nst_core", "engine", "--with-parent"]
    nowhere = environment | {"NST_SCHEDULER": "tcp://127.0.0.1:1"}
    with subprocess.Popen(
        command, env=nowhere, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as engine:
        assert engine.stderr is not None
        assert engine.stdin is not None
        said = engine.stderr.readline()
        engine.stdin.close()
    assert "Not connected" in said
    assert "tcp://127.0.0.1:1" in said
    assert engine.returncode == 0
