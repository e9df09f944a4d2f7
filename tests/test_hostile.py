"""The measurement of what the guarded decoder bears says what came, and finds what is wrong."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from bench.hostile import Answer, kind_of
from bench.mutations import mutations, seeds
from testing import ROOT


@pytest.mark.processes
def test_a_folder_and_mutations_are_counted_by_what_came(tmp_path: Path) -> None:
    Image.effect_noise((64, 64), 80).save(tmp_path / "good.png")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "bad.png").write_bytes(b"no picture")
    said = subprocess.run(
        [sys.executable, "-m", "bench.hostile", tmp_path, "--mutations", "20", "--verbose"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "good.png: decoded" in said
    assert "deep/bad.png: The file must be a JPEG" in said
    assert f"{2 + len(seeds()) + 20} files:" in said
    assert "Not one sentence: 0" in said


def test_the_seeds_are_whole_files_of_every_format_that_is_taken() -> None:
    files = seeds()
    for kind in ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "AVIF", "HEIF"):
        with Image.open(io.BytesIO(files[f"{kind} RGB"])) as image:
            image.load()
            assert (image.format, image.size) == (kind, (64, 64))


def test_mutations_are_the_same_for_a_seed_and_differ_from_the_file() -> None:
    files = {"a file": bytes(range(256)) * 20}
    once, again = (list(mutations(files, 60, seed=3)) for _ in range(2))
    assert once == again
    assert once != list(mutations(files, 60, seed=4))
    assert sum(data != files["a file"] for _, data in once) > 50
    ways = " ".join(what for what, _ in once)
    for way in ("flipped", "cut", "run inserted", "repeated", "removed", "extreme"):
        assert way in ways


def test_sentences_are_told_apart_by_what_they_expect() -> None:
    assert kind_of("") == "decoded"
    assert kind_of("The file must be at most 32 MB. Received: 40 MB.") == "must be at most 32 MB"
    limits = "The file must be a picture that can be opened within 5 seconds. Received: one that "
    assert kind_of(f"{limits}takes longer.") != kind_of(f"{limits}needs more.")


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("", True),
        ("The file must be a picture. Received: an empty file.", True),
        ("The file must be a picture. Received: one\nof two lines.", False),
        ("The file must be a picture. Received: " + 400 * "x" + ".", False),
        ("The file must be a picture. Received: half", False),
        ("Traceback: KeyError('x').", False),
    ],
)
def test_what_is_not_one_sentence_is_found(text: str, is_one: bool) -> None:
    assert Answer("a file", "refused", text, 0.1, 1).is_one_sentence() == is_one
