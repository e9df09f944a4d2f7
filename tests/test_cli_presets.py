"""The commands of presets, and presets that installed packages bring."""

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from nst_core.settings.recipes import NEWEST
from testing.cli import run

pytestmark = pytest.mark.processes

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


def test_show_marks_an_earlier_version_and_what_differs_from_that(tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_text(
        "title: Old\ndescription: D\nauthor: A\nlicence: L\nrecipe_version: 1\n"
        "content_layers: {block4_conv2: 2, block3_conv1: 0.5}\n"
    )
    lines = run("presets", "show", "old", NST_PRESETS=str(tmp_path)).stdout.splitlines()
    assert "* recipe_version: 1" in lines
    assert "* content_layers: block3_conv1:0.5,block4_conv2:2" in lines
    marked = [line for line in lines if line.startswith("* ")]
    assert len(marked) == 3  # these two, and what the mark means
    assert "  statistic: gram" in lines


def test_new_makes_a_preset_that_is_good_and_found(painting: Path, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    done = run("presets", "new", "my_style", "--style", painting, NST_PRESETS=str(folder))
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["my_style.png", "my_style.yaml"]
    assert run("presets", "check", folder / "my_style.yaml").returncode == 0
    assert f"recipe_version: {NEWEST}\n" in (folder / "my_style.yaml").read_text()
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


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the example package is, really installed by pip."""
    folder = tmp_path_factory.mktemp("site")
    source = tmp_path_factory.mktemp("source") / "plugin"
    shutil.copytree(ROOT / "tests" / "plugin", source)
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    command += ["--no-build-isolation", "--disable-pip-version-check", "--target", str(folder)]
    subprocess.run([*command, str(source)], check=True, timeout=300)
    return folder


def test_an_installed_package_brings_a_preset_and_a_broken_one_stops_nothing(
    installed: Path,
) -> None:
    done = run("presets", PYTHONPATH=str(installed))
    assert done.returncode == 0, done.stderr
    assert "Checkerboard" in done.stdout
    assert "Stained glass" in done.stdout
    [broken] = [line for line in done.stdout.splitlines() if line.startswith("broken")]
    assert "nst-example must name a package that holds presets" in broken
    listing = run("presets", "show", "checkerboard", PYTHONPATH=str(installed)).stdout
    assert "* style_weight: 2.0" in listing
    assert '* terms: {"statistics": {"weight": 0.5, "deviation": 2.0}}' in listing
    schema = json.loads(run("presets", "schema", PYTHONPATH=str(installed)).stdout)
    assert "statistics" in schema["properties"]["terms"]["properties"]


def test_an_installed_package_brings_a_loss_term(installed: Path, tmp_path: Path) -> None:
    listed = run("terms", PYTHONPATH=str(installed))
    assert listed.returncode == 0, listed.stderr
    lines = {line.split()[0]: line for line in listed.stdout.splitlines()}
    assert {"content", "style", "variation", "statistics", "broken_term"} <= set(lines)
    assert "weight, layers, deviation" in lines["statistics"]
    assert "nst-example must name a TermKind" in lines["broken_term"]

    photo = tmp_path / "photo.png"
    Image.effect_mandelbrot((80, 64), (-2, -1, 1, 1), 50).convert("RGB").save(photo)
    done = run(
        "stylize", photo, "--preset", "checkerboard", "--set", "size=64", "--set", "scales=1",
        "--set", "iterations=2", "--set", "evaluations=3", "--output", tmp_path / "out",
        PYTHONPATH=str(installed),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    with (tmp_path / "out" / "losses.csv").open() as file:
        rows = list(csv.DictReader(file))
    values = [float(row["statistics/block1_conv1"]) for row in rows]
    assert values[0] > values[-1] > 0
    without = run("stylize", "--config", tmp_path / "out" / "run.yaml", "--output", tmp_path / "b")
    assert without.returncode == 2
    assert (
        "terms must be among content, style, variation, chroma. Received: 'statistics'"
        in without.stderr
    )


def test_reading_a_package_s_terms_loads_no_keras(installed: Path) -> None:
    program = (
        "import sys; from nst_core.settings import term_kinds; "
        "assert 'statistics' in term_kinds.kinds(); "
        "sys.exit('keras' in sys.modules or 'tensorflow' in sys.modules)"
    )
    variables = os.environ | {"PYTHONPATH": str(installed)}
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=variables, check=True)
