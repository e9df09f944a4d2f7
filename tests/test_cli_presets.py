"""The commands of presets, and presets that installed packages bring."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from tests.test_cli import run

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def painting(tmp_path: Path) -> Path:
    path = tmp_path / "painting.PNG"
    Image.effect_noise((80, 64), 90).convert("RGB").save(path)
    return path


def test_show_says_what_differs_from_the_defaults() -> None:
    done = run("presets", "show", "classic")
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert lines[0].startswith("Classic: ")
    assert "* recipe: classic" in lines
    assert "  content_weight: 0.025" in lines
    assert run("presets", "show", "nope").returncode == 2


def test_new_makes_a_preset_that_is_good_and_found(painting: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    done = run("presets", "new", "my_style", "--style", painting, NST_PRESETS=str(folder))
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["my_style.png", "my_style.yaml"]
    assert run("presets", "check", folder / "my_style.yaml").returncode == 0
    assert "My style" in run("presets", NST_PRESETS=str(folder)).stdout
    again = run("presets", "new", "my_style", "--style", painting, NST_PRESETS=str(folder))
    assert again.returncode == 2
    assert "must not replace a file" in again.stderr


@pytest.mark.parametrize("name", ["../x", "A", "a b", "", "x" * 65, "a.yaml"])
def test_new_refuses_a_bad_name_and_leaves_nothing(
    name: str, painting: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    done = run("presets", "new", name, "--style", painting, "--folder", folder)
    assert done.returncode == 2
    assert "name must be small letters" in done.stderr
    assert not list(folder.iterdir())


def test_new_refuses_what_is_no_painting(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"hello")
    done = run("presets", "new", "mine", "--style", tmp_path / "a.png", "--folder", tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    missing = run("presets", "new", "mine", "--style", tmp_path / "a.png", "--folder", "/nowhere")
    assert missing.returncode == 2


def test_the_schema_is_json() -> None:
    schema = json.loads(run("presets", "schema").stdout)
    assert schema["properties"]["size"]["maximum"] == 8192
    assert "title" in schema["required"]


def test_an_installed_package_brings_presets_and_a_broken_one_stops_nothing(
    tmp_path: Path,
) -> None:
    """Really installed by pip; the same package names an entry point that leads nowhere."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    command += ["--no-build-isolation", "--disable-pip-version-check", "--target", str(tmp_path)]
    variables = os.environ | {"PYTHONPATH": str(tmp_path)}
    source = tmp_path / "source"
    subprocess.run(["cp", "-r", str(ROOT / "tests" / "plugin"), str(source)], check=True)
    subprocess.run([*command, str(source)], check=True, timeout=300)
    done = subprocess.run(
        [sys.executable, "-m", "nst_core", "presets"],
        cwd=ROOT, env=variables, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Checkerboard" in done.stdout
    assert "Stained glass" in done.stdout
    [broken] = [line for line in done.stdout.splitlines() if line.startswith("broken")]
    assert "nst-example-presets must name a package that holds presets" in broken
    shown = subprocess.run(
        [sys.executable, "-m", "nst_core", "presets", "show", "checkerboard"],
        cwd=ROOT, env=variables, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    assert "* style_weight: 2.0" in shown.stdout
