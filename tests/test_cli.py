"""The command line as a person runs it: real processes, real files."""

import csv
import io
import os
import re
import signal
import socket
import subprocess
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest
import skimage
import yaml
from PIL import Image

from nst_core import Settings
from nst_core.pictures.decoding import read_picture
from nst_core.pictures.pixels import Pixels
from testing import ROOT
from testing.cli import command, run
from testing.zips import read_as_it_comes

pytestmark = pytest.mark.processes

SMALL = ["--set", "size=64", "--set", "iterations=3", "--set", "evaluations=3"]
COFFEE = Path(str(skimage.__file__)).parent / "data" / "coffee.png"
FILES = {"result.png", "score.json", "losses.csv", "run.yaml", "gallery.zip"}


@pytest.fixture(scope="module")
def photo_file(tmp_path_factory: pytest.TempPathFactory, photo: Pixels) -> Path:
    path = tmp_path_factory.mktemp("photos") / "portrait.jpg"
    Image.fromarray(photo[:300]).save(path, quality=90)
    return path


@pytest.fixture(scope="module")
def finished(
    tmp_path_factory: pytest.TempPathFactory, photo_file: Path
) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """The folder of a small run, and what it printed."""
    folder = tmp_path_factory.mktemp("runs") / "new" / "out"
    done = run("stylize", photo_file, "--preset", "stained_glass", *SMALL, "--output", folder)
    return folder, done


def test_a_run_leaves_what_is_promised(
    finished: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, done = finished
    assert done.returncode == 0, done.stderr
    pictures = {f"transfer_result_at_iteration_{n}.png" for n in range(3)}
    assert {path.name for path in folder.iterdir()} == FILES | pictures
    assert str(folder / "result.png") in done.stdout
    assert read_picture(folder / "result.png").pixels.shape == (38, 64, 3)

    with (folder / "losses.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["iteration"] for row in rows] == ["0", "1", "2"]
    terms = [name for name in rows[0] if "/" in name or name in ("variation", "chroma")]
    for row in rows:
        assert sum(float(row[name]) for name in terms) == pytest.approx(float(row["loss"]))


def test_the_gallery_holds_the_run_and_repeats_it_anywhere(
    finished: tuple[Path, subprocess.CompletedProcess[str]], photo_file: Path, tmp_path: Path
) -> None:
    folder, _ = finished
    data = (folder / "gallery.zip").read_bytes()
    members = read_as_it_comes(data)
    top = "portrait, stained_glass"
    pictures = {f"transfer_result_at_iteration_{n}.png" for n in range(3)}
    own = (FILES | pictures) - {"gallery.zip", "run.yaml"}
    further = {"run.yaml", "photo.png", "painting.png", "index.html"}
    assert set(members) == {f"{top}/{name}" for name in own | further}
    for name in own:
        assert members[f"{top}/{name}"] == (folder / name).read_bytes()
    for content in members.values():  # no folder of this machine is named
        for place in (folder, photo_file.parent, ROOT):
            assert str(place).encode() not in content
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(tmp_path)
    photo = read_picture(tmp_path / top / "photo.png").pixels
    assert np.array_equal(photo, read_picture(photo_file).pixels)
    done = run("stylize", "--config", tmp_path / top / "run.yaml", "--output", tmp_path / "again")
    assert done.returncode == 0, done.stderr
    for name in ("result.png", *pictures):
        repeated = read_picture(tmp_path / "again" / name).pixels
        assert np.array_equal(repeated, read_picture(folder / name).pixels), name


def test_progress_shows_the_loss_and_the_time_left(
    finished: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    _, done = finished
    assert re.search(r"iteration 2 of 3, loss [\d.]+, \d+ s left", done.stderr)
    assert "TensorFlow" not in done.stderr
    assert "oneDNN" not in done.stderr


def test_a_picture_tells_how_it_was_made(
    finished: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    folder, _ = finished
    for name in ("result.png", "transfer_result_at_iteration_0.png"):
        carried = yaml.safe_load(Image.open(folder / name).text["nst_core"])  # type: ignore[attr-defined]
        assert carried["photo"] == "portrait.jpg"
        assert carried["painting"] == "stained_glass.jpg"
        assert carried["size"] == 64


def test_run_yaml_alone_repeats_the_run_to_the_byte(
    finished: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    folder, _ = finished
    alone = tmp_path / "elsewhere.yaml"
    alone.write_bytes((folder / "run.yaml").read_bytes())
    done = run("stylize", "--config", alone, "--output", tmp_path / "again")
    assert done.returncode == 0, done.stderr
    for path in folder.iterdir():
        assert (tmp_path / "again" / path.name).read_bytes() == path.read_bytes(), path.name


def test_a_new_run_in_an_old_folder_leaves_none_of_the_old_pictures(
    finished: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    folder, _ = finished
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "my_notes.txt").write_text("keep me")
    done = run(
        "stylize", "--config", folder / "run.yaml", "--set", "iterations=1", "--output", tmp_path
    )
    assert done.returncode == 0, done.stderr
    pictures = sorted(path.name for path in tmp_path.glob("transfer_result*"))
    assert pictures == ["transfer_result_at_iteration_0.png"]
    assert (tmp_path / "my_notes.txt").read_text() == "keep me"


def test_settings_from_the_command_line_reach_the_run(photo_file: Path, tmp_path: Path) -> None:
    done = run(
        "stylize", photo_file, "--style", photo_file, *SMALL,
        "--set", "style_layers=block1_conv1,block2_conv1", "--set", "start=noise",
        "--set", "style_weight=1e3", "--set", "rows=40", "--set", "columns=50",
        "--set", "restart=true", "--output", tmp_path / "out",
    )  # fmt: skip
    assert done.returncode == 2
    assert "size must be 0 when rows and columns are given" in done.stderr
    done = run(
        "stylize", photo_file, "--style", photo_file, *SMALL[2:],
        "--set", "style_layers=block1_conv1,block2_conv1", "--set", "start=noise",
        "--set", "style_weight=1e3", "--set", "rows=40", "--set", "columns=60",
        "--set", "restart=true", "--output", tmp_path / "out",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    carried = yaml.safe_load((tmp_path / "out" / "run.yaml").read_text())
    assert carried["style_layers"] == ["block1_conv1", "block2_conv1"]
    assert (carried["start"], carried["style_weight"], carried["restart"]) == (
        "noise",
        1000.0,
        True,
    )
    assert carried["precision"] in ("float32", "bfloat16")
    assert read_picture(tmp_path / "out" / "result.png").pixels.shape == (40, 60, 3)


def bad_inputs(folder: Path, photo: Path) -> dict[str, list[object]]:
    """Kind -> arguments; the output is added by the test."""
    files: dict[str, bytes] = {
        "empty.jpg": b"",
        "page.jpg": b"<!doctype html><html></html>",
        "drawing.png": b"<svg xmlns='http://www.w3.org/2000/svg'></svg>",
        "half.jpg": photo.read_bytes()[: photo.stat().st_size // 2],
        "large.jpg": photo.read_bytes() + bytes(33 << 20),
        "run.yaml": b"photo: /nowhere.jpg\npainting: /nowhere.jpg\n",
        "changed.yaml": f"photo: {photo}\nphoto_sha256: 00\npainting: {photo}\n".encode(),
        "bad.yaml": b"photo: [\n",
        "no_photo.yaml": b"size: 64\n",
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    Image.new("RGB", (31, 500)).save(folder / "small.png")
    Image.new("1", (10_000, 6_000)).save(folder / "vast.png")
    Image.new("RGB", (1000, 40)).save(folder / "narrow.png")
    preset = ["--preset", "stained_glass"]
    return {
        "no photo": [*preset],
        "a missing photo": [folder / "none.jpg", *preset],
        "a folder as photo": [folder, *preset],
        **{
            f"{name} as photo": [folder / name, *preset]
            for name in (
                "empty.jpg", "page.jpg", "drawing.png", "half.jpg", "large.jpg", "small.png",
                "vast.png", "narrow.png",
            )
        },
        "empty.jpg as painting": [photo, "--style", folder / "empty.jpg"],
        "no style": [photo],
        "an unknown preset": [photo, "--preset", "nope"],
        "classic without a painting": [photo, "--preset", "classic"],
        "an unknown setting": [photo, *preset, "--set", "sise=64"],
        "a value that is no text": [photo, *preset, "--set", "size=\udcff"],
        "a wrong value": [photo, *preset, "--set", "iterations=many"],
        "a fraction": [photo, *preset, "--set", "iterations=1e3"],
        "NaN": [photo, *preset, "--set", "style_weight=.nan"],
        "a negative weight": [photo, *preset, "--set", "style_weight=-1"],
        "an unknown layer": [photo, *preset, "--set", "style_layers=conv1"],
        "no equals sign": [photo, *preset, "--set", "iterations"],
        "no value": [photo, *preset, "--set", "iterations="],
        "no key": [photo, *preset, "--set", "=3"],
        "a key of two lines": [photo, *preset, "--set", "a\nb=1"],
        "a python name": [photo, *preset, "--set", "self=1"],
        "a key twice": [photo, *preset, "--set", "size=64", "--set", "size=96"],
        "half a list": [photo, *preset, "--set", "style_layers=[block1_conv1"],
        "a photo of two lines": [folder / "a\nb.jpg", *preset],
        "an unknown option": [photo, *preset, "--colour"],
        "a config and a photo": [photo, "--config", folder / "run.yaml"],
        "a config of lost files": ["--config", folder / "run.yaml"],
        "a config of changed files": ["--config", folder / "changed.yaml"],
        "a config that is no YAML": ["--config", folder / "bad.yaml"],
        "a config without a photo": ["--config", folder / "no_photo.yaml"],
        "a missing config": ["--config", folder / "none.yaml"],
    }  # fmt: skip


@pytest.mark.quick
def test_bad_inputs_end_with_one_sentence_and_exit_code_2(
    photo_file: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from nst_core.cli.main import main

    for kind, arguments in bad_inputs(tmp_path, photo_file).items():
        output = tmp_path / "out"
        code = main(["stylize", *map(str, arguments), "--output", str(output)])
        streams = capfd.readouterr()
        assert code == 2, kind
        assert streams.out == "", kind
        lines = streams.err.strip().splitlines()
        assert len(lines) == 1, (kind, streams.err)
        assert lines[0].endswith("."), (kind, streams.err)
        assert "Traceback" not in streams.err
        assert not output.exists(), kind


def test_a_bad_input_is_refused_by_the_real_program_too(tmp_path: Path) -> None:
    done = run("stylize", tmp_path / "none.jpg", "--preset", "stained_glass", "--output", tmp_path)
    assert done.returncode == 2
    assert done.stderr == f"{tmp_path / 'none.jpg'} cannot be read: No such file or directory.\n"
    assert list(tmp_path.iterdir()) == []
    assert run("nonsense").returncode == 2
    assert run().returncode == 2


def test_an_output_that_is_a_file_is_refused(photo_file: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")
    done = run("stylize", photo_file, "--preset", "stained_glass", "--output", tmp_path / "out")
    assert done.returncode == 2
    assert "must be a folder" in done.stderr
    assert (tmp_path / "out").read_text() == "mine"
    long = tmp_path / ("x" * 300)
    for output in (tmp_path / "out" / "below", long):
        done = run("stylize", photo_file, "--preset", "stained_glass", "--output", output)
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr


def test_a_run_never_writes_over_its_own_photo_or_painting(
    finished: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    for path in finished[0].iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    before = sorted(path.name for path in tmp_path.iterdir())
    result = tmp_path / "result.png"
    for arguments in (
        [result, "--preset", "stained_glass"],
        [COFFEE, "--style", tmp_path / "transfer_result_at_iteration_1.png"],
    ):
        done = run("stylize", *arguments, *SMALL, "--output", tmp_path)
        assert done.returncode == 2
        assert "writes over" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_an_unsupported_backend_is_one_sentence(photo_file: Path, tmp_path: Path) -> None:
    done = run(
        "stylize", photo_file, "--preset", "stained_glass", "--output", tmp_path / "out",
        KERAS_BACKEND="jax",
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "KERAS_BACKEND must be tensorflow. Received: jax.\n"


def test_ctrl_c_before_the_run_ends_at_once(photo_file: Path, tmp_path: Path) -> None:
    """While the weights are being fetched from a host that does not answer."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        process = subprocess.Popen(
            command("stylize", photo_file, "--preset", "stained_glass", "--output", tmp_path / "o"),
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ
            | {"KERAS_HOME": str(tmp_path), "https_proxy": address, "PIP_NO_INDEX": "1"},
        )
        silent.settimeout(60)
        connection, _ = silent.accept()
        with connection:
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=10)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert not (tmp_path / "o").exists()


def test_no_weights_anywhere_is_one_sentence(photo_file: Path, tmp_path: Path) -> None:
    done = run(
        "stylize", photo_file, "--preset", "stained_glass", *SMALL, "--output", tmp_path / "out",
        KERAS_HOME=str(tmp_path / "empty"), NST_WEIGHTS=str(tmp_path / "none.h5"),
        PIP_NO_INDEX="1", PIP_CONFIG_FILE=os.devnull, https_proxy="http://127.0.0.1:9",
    )  # fmt: skip
    assert done.returncode == 2
    assert "set NST_WEIGHTS" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_keeps_what_is_done(number: int, photo_file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    arguments = command(
        "stylize", photo_file, "--preset", "stained_glass", "--set", "size=64",
        "--set", "iterations=1000", "--set", "scales=1", "--output", folder,
    )  # fmt: skip
    process = subprocess.Popen(arguments, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while not (folder / "transfer_result_at_iteration_2.png").exists():
        assert time.monotonic() < deadline
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(number)
    output, errors = process.communicate(timeout=30)
    assert process.returncode == 130, errors
    assert "stopped on request" in output
    pictures = sorted(folder.glob("transfer_result_at_iteration_*.png"))
    assert 3 <= len(pictures) < 1000
    for path in [*pictures, folder / "result.png"]:
        assert read_picture(path).pixels.shape == (38, 64, 3)
    with zipfile.ZipFile(folder / "gallery.zip") as archive:
        assert len(archive.namelist()) == len(pictures) + 7


def test_a_killed_run_leaves_whole_files(photo_file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    arguments = command(
        "stylize", photo_file, "--preset", "stained_glass", "--set", "size=64",
        "--set", "evaluations=1", "--set", "iterations=1000", "--set", "scales=1",
        "--output", folder,
    )  # fmt: skip
    process = subprocess.Popen(arguments, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not (folder / "transfer_result_at_iteration_9.png").exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.kill()
    process.wait()
    pictures = list(folder.glob("transfer_result_at_iteration_*.png"))
    for path in pictures:
        read_picture(path)
    with (folder / "losses.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(pictures) - 1 <= len(rows) <= len(pictures)
    assert yaml.safe_load((folder / "run.yaml").read_text())["size"] == 64


def test_classic_takes_the_caller_s_painting(photo_file: Path, tmp_path: Path) -> None:
    done = run(
        "stylize", photo_file, "--preset", "classic", "--style", photo_file,
        "--set", "rows=33", "--set", "columns=47", "--set", "iterations=2",
        "--set", "evaluations=2", "--output", tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert read_picture(tmp_path / "result.png").pixels.shape == (33, 47, 3)


def test_what_was_done_to_the_photo_is_said(tmp_path: Path, photo: Pixels) -> None:
    path = tmp_path / "turned.png"
    alpha = np.full((*photo.shape[:2], 1), 128, np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(np.concatenate([photo, alpha], 2)[:64, :100]).save(path, exif=exif)
    done = run(
        "stylize", path, "--preset", "stained_glass", "--set", "size=64", "--set",
        "iterations=1", "--set", "evaluations=1", "--output", tmp_path / "out",
    )  # fmt: skip
    assert "turned by 90 degrees" in done.stderr
    assert "over white" in done.stderr
    assert read_picture(tmp_path / "out" / "result.png").pixels.shape == (64, 41, 3)


def test_presets_are_listed_also_the_broken_ones(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("title: [\n")
    done = run("presets", NST_PRESETS=str(tmp_path))
    assert done.returncode == 0
    for name in ("classic", "stained_glass", "starlit_valley", "woodblock_wave"):
        assert re.search(rf"^{name} ", done.stdout, re.MULTILINE)
    assert re.search(r"^broken +broken .*must be YAML", done.stdout, re.MULTILINE)


def test_presets_check_says_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    good = "title: T\ndescription: D\nauthor: A\nlicence: L\n"
    path.write_text(good)
    done = run("presets", "check", path)
    assert (done.returncode, done.stderr) == (0, "")
    path.write_text(good + "size: twelve\n")
    done = run("presets", "check", path)
    assert done.returncode == 2
    assert done.stderr == (
        f"{path}, line 5: size must be a whole number from 0 to 8192. Received: 'twelve'.\n"
    )
    (tmp_path / "art.jpg").write_bytes(b"not a picture")
    path.write_text(good + "painting: art.jpg\n")
    assert run("presets", "check", path).returncode == 2


def test_weights_says_where_they_came_from() -> None:
    done = run("weights")
    assert done.returncode == 0
    assert "verified" in done.stdout


def test_help_is_made_from_the_settings() -> None:
    done = run("stylize", "--help")
    assert done.returncode == 0
    for name, field in Settings.model_fields.items():
        assert f"\n  {name}\n      {field.description}\n" in done.stdout
