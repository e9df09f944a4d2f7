"""The documentation holds: its commands run, its options exist, its links lead somewhere."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from nst_core.pictures.pixels import Pixels

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()
QUICK = ["--set", "size=64", "--set", "iterations=2", "--set", "evaluations=2"]


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


@pytest.fixture
def workplace(tmp_path: Path, photo: Pixels) -> Path:
    Image.fromarray(photo[:128, :160]).save(tmp_path / "photo.jpg")
    Image.fromarray(photo[200:400, 100:400]).save(tmp_path / "painting.jpg")
    (tmp_path / "photos").mkdir()
    Image.fromarray(photo[:128, :160]).save(tmp_path / "photos" / "first.jpg")
    Image.fromarray(photo[200:360, :160]).save(tmp_path / "photos" / "second.jpg")
    (tmp_path / "presets").symlink_to(ROOT / "presets")
    return tmp_path


@pytest.mark.processes
def test_the_commands_of_the_shell_run_in_their_order(workplace: Path) -> None:
    (block,) = [block for block in blocks("sh") if block.startswith("nst stylize")]
    commands = block.splitlines()
    assert len(commands) >= 6
    for line in commands:
        words = shlex.split(line)
        assert words[0] == "nst"
        if words[1] in ("stylize", "sweep") and "--config" not in words:
            # As written, but small: these would take long.
            words = [*(re.sub(r"^size=.*", "seed=1", word) for word in words), *QUICK]
        done = subprocess.run(
            [sys.executable, "-m", "nst_core", *words[1:]],  # the same; tests/test_package.py
            cwd=workplace,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, (line, done.stderr)
    assert (workplace / "again" / "result.png").read_bytes() == (
        workplace / "out" / "result.png"
    ).read_bytes()
    for folder in ("many", "grid"):
        assert len(list((workplace / folder).glob("*/result.png"))) == 4
        assert {"sheet.jpg", "runs.zip"} <= {path.name for path in (workplace / folder).iterdir()}


@pytest.mark.processes
def test_the_python_example_runs(workplace: Path) -> None:
    (code,) = blocks("python")
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=workplace,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert "(205, 256, 3)" in done.stdout


def test_the_example_preset_is_good(workplace: Path, photo: Pixels) -> None:
    text, mix = blocks("yaml")
    (workplace / "my_style.yaml").write_text(text)
    mixed = re.sub(r"painting:.*\n", mix, text, count=1)
    (workplace / "my_mix.yaml").write_text(mixed)
    Image.fromarray(photo).save(workplace / "my_painting.jpg")
    from nst_core.presets import load_preset_file

    assert load_preset_file(workplace / "my_style.yaml").settings.style_weight == 2.0
    assert load_preset_file(workplace / "my_mix.yaml").settings.style_mix == (2.0, 1.0)


@pytest.mark.processes
def test_make_knows_every_target_that_is_named() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in set(re.findall(r"`?make (\w+)", README)):
        assert re.search(rf"^{target}:.*##", makefile, re.MULTILINE), target
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "run" in listed
    assert "test" in listed


@pytest.mark.parametrize("page", ["README.md", "docs/ARCHITECTURE.md", "docs/DEPENDENCIES.md"])
def test_links_and_files_that_are_named_exist(page: str) -> None:
    text = (ROOT / page).read_text()
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert ((ROOT / page).parent / link).exists(), link
    for name in re.findall(r"`((?:nst_core|tests|bench|presets|dashboard)/[\w./]+)`", text):
        assert (ROOT / name).exists(), name


@pytest.mark.parametrize("page", ["README.md", "docs/ARCHITECTURE.md", "docs/DEPENDENCIES.md"])
def test_nothing_is_left_to_fill_in(page: str) -> None:
    assert not re.findall(r"^[A-Z_]{4,}$|TODO|FIXME", (ROOT / page).read_text(), re.MULTILINE)


def test_every_dependency_has_its_reason() -> None:
    reasons = (ROOT / "docs" / "DEPENDENCIES.md").read_text()
    for path in ROOT.glob("requirements*.txt"):
        for line in path.read_text().splitlines():
            name = re.match(r"[A-Za-z][\w-]*", line)
            if name:
                assert name.group() in reasons, name.group()
