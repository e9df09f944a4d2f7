"""A finished picture taken up again at a larger size: how large it is, and what comes of it."""

import csv
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from nst_core import InputError, Settings, stylize
from nst_core.beginning import at_picture
from nst_core.cli.main import main
from nst_core.events import Evaluated, Event
from nst_core.machine import forecast
from nst_core.pictures.decoding import read_picture
from nst_core.pictures.pixels import Pixels
from nst_core.plan.larger import larger_settings, paper_size, papers_above
from nst_core.plan.schedule import plan_scales
from nst_core.plan.underpainting import settings_at
from nst_core.runs.store.run_yaml import RunConfig, read_config


def test_papers_are_as_long_as_their_sheets() -> None:
    """A4 is 297 mm long, 11.693 inches: 1753.9 pixels at 150 an inch."""
    sizes = {("A5", 150): 1240, ("A5", 300): 2480, ("A4", 150): 1754, ("A4", 300): 3508}
    sizes |= {("A3", 150): 2480, ("A3", 300): 4961}
    assert {which: paper_size(*which) for which in sizes} == sizes
    assert paper_size("a4", 150) == 1754
    assert papers_above(1239) == list(sizes)
    assert papers_above(1754) == [("A5", 300), ("A4", 300), ("A3", 150), ("A3", 300)]
    assert papers_above(4961) == []


@pytest.mark.parametrize(
    "changes", [{}, {"recipe_version": 1}, {"underpainting": 0.0, "size": 300}]
)
def test_what_counts_how_much_stays_as_it_was(changes: dict[str, Any]) -> None:
    """The one scale of the larger run asks for what the smaller run's finest did, and no more."""
    small = Settings(**({"size": 256, "content_weight": 0.4, "style_scale": 0.8} | changes))
    large = larger_settings(small, (small.size // 2, small.size), 2 * small.size)
    photo, painting = (500, 1000), (900, 700)
    (only,) = plan_scales(photo, painting, large)
    finest = plan_scales(photo, painting, small)[-1]
    before = settings_at(finest, finest, small).model_dump()
    now = settings_at(only, only, large).model_dump()
    differing = {name for name in before if before[name] != now[name]}
    assert differing == {"size", "scales", "iterations"} | ({"evaluations"} if changes.get(
        "recipe_version") else set())  # fmt: skip
    # Strokes grow with the picture: so does the painting.
    assert only.picture == tuple(2 * side for side in finest.picture)
    assert np.allclose(only.painting, np.multiply(2, finest.painting), atol=1)


def test_exact_rows_and_columns_keep_their_aspect() -> None:
    exact = Settings(recipe="classic", rows=48, columns=64, content_weight=0.5)
    large = larger_settings(exact, (48, 64), 160)
    assert (large.size, large.rows, large.columns) == (0, 120, 160)
    # The classic sums have 6.25 times as many pixels, and the style, which is none, has not.
    assert large.content_weight == pytest.approx(0.5 / 6.25)
    assert large.variation_weight == pytest.approx(exact.variation_weight / 6.25)
    assert large.style_weight == exact.style_weight


@pytest.mark.parametrize(
    ("size", "sentence"),
    [
        (512, "size must be above 512, the longer side of the picture, in pixels. Received: 512."),
        (9000, "size must be a whole number from 0 to 8192. Received: 9000."),
    ],
)
def test_a_size_that_is_none_is_refused(size: int, sentence: str) -> None:
    with pytest.raises(InputError) as error:
        larger_settings(Settings(), (384, 512), size)
    assert str(error.value) == sentence


def test_a_run_begins_with_the_result_and_keeps_its_colours(
    photo: Pixels, painting: Pixels
) -> None:
    small = Settings(size=48, iterations=6, precision="float32")
    result = stylize(photo, painting, small).picture
    large = larger_settings(small, (48, 48), 96)
    losses: list[float] = []

    def note(event: Event) -> None:
        if isinstance(event, Evaluated):
            losses.append(event.loss)

    start = at_picture(result, plan_scales(photo.shape[:2], painting.shape[:2], large))
    picture = stylize(photo, painting, large, note, resume=start).picture
    from_result = list(losses)
    losses.clear()
    from_photo = stylize(photo, painting, large.changed(iterations=1), note).losses
    assert picture.shape == (96, 96, 3)
    assert len(from_result) == 24
    assert from_result[0] < 0.6 * losses[0]
    assert min(from_result) < min(0.8 * from_result[0], from_photo[-1])
    enlarged = Image.fromarray(result).resize((96, 96), Image.Resampling.BICUBIC)
    content = Image.fromarray(photo).resize((96, 96), Image.Resampling.BICUBIC)
    near, far = (
        np.abs(picture.astype(float) - np.asarray(other)).mean() for other in (enlarged, content)
    )
    assert near < 0.5 * far
    # The mean colour of each quarter is the small picture's, to a few of 255 levels.
    quarters = [
        np.asarray(p, float).reshape(2, 48, 2, 48, 3).mean((1, 3)) for p in (picture, enlarged)
    ]
    assert np.abs(quarters[0] - quarters[1]).max() < 12


@pytest.fixture
def finished(tmp_path: Path, photo: Pixels, painting: Pixels) -> Path:
    """The folder of a run of 48 pixels, as far as it counts here."""
    config = RunConfig(tmp_path / "photo.png", tmp_path / "painting.png", Settings(size=48))
    Image.fromarray(photo).save(config.photo)
    Image.fromarray(painting).save(config.painting)
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "run.yaml").write_text(config.to_yaml(), "utf-8")
    Image.fromarray(photo).resize((48, 48)).save(folder / "result.png")
    return folder


def refusal(capsys: pytest.CaptureFixture[str], folder: Path, *words: str) -> str:
    """What the command says as it refuses, on its one line; it leaves nothing behind."""
    output = folder.parent / "larger"
    code = main(["larger", str(folder), "--output", str(output), *words])
    said = capsys.readouterr()
    assert (code, said.out) == (2, "")
    assert not output.exists()
    (line,) = said.err.splitlines()
    return line


def test_what_is_no_paper_or_no_size_is_refused_in_a_sentence(
    finished: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = refusal(capsys, finished, "--paper", "B5")
    assert wrong == "paper must be A5, A4 or A3. Received: B5."
    assert "dpi must be at least 1. Received: 0." in refusal(
        capsys, finished, "--paper", "A4", "--dpi", "0"
    )
    assert "size must be above 48" in refusal(capsys, finished, "--size", "48")
    assert "to 8192. Received: 9921." in refusal(capsys, finished, "--paper", "A3", "--dpi", "600")
    assert "--dpi needs --paper. Received" in refusal(capsys, finished, "--dpi", "150")
    assert "not allowed with" in refusal(capsys, finished, "--paper", "A4", "--size", "96")
    assert "Received: 9." in refusal(capsys, finished, "--set", "scales=9")
    same = refusal(capsys, finished, "--output", str(finished))
    assert same.startswith("The output must be another folder than that of the run")


def test_a_size_that_does_not_fit_into_memory_is_refused_in_a_sentence(
    finished: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecast, "free_memory", lambda: 2e9)
    words = refusal(capsys, finished, "--paper", "A4", "--dpi", "300")
    assert words.startswith("The run needs about ")
    assert words.endswith("Received: size 3508.")


def test_a_run_that_has_not_finished_is_refused_in_a_sentence(
    finished: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.new("RGB", (32, 32)).save(finished / "result.png")  # stopped at a coarse size
    words = refusal(capsys, finished)
    assert words.startswith("The run must have finished, so that its picture has 48 x 48 pixels")
    assert words.endswith("Received: 32 x 32.")
    (finished / "result.png").unlink()
    words = refusal(capsys, finished)
    assert words.startswith("FOLDER must be that of a finished run")
    assert words.endswith(f"Received: {finished}.")


def test_the_help_says_what_may_be_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["larger", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert "3 iterations of 8 evaluations" in said
    assert "a sheet of A5, A4, A3" in said
    assert "pixels an inch on that paper; 150 unless given" in said


def test_the_command_goes_on_from_a_folder_and_leaves_another(
    finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, before = tmp_path / "larger", (finished / "run.yaml").read_text("utf-8")
    words = ["larger", finished, "--size", 80, "--set", "precision=float32", "--output", folder]
    assert main(list(map(str, words))) == 0
    said = capsys.readouterr()
    assert str(folder / "result.png") in said.out
    assert said.err.startswith("About ")
    picture = read_picture(folder / "result.png").pixels
    assert picture.shape == (80, 80, 3)
    with (folder / "losses.csv").open() as file:
        assert [row["evaluations"] for row in csv.DictReader(file)] == ["8", "16", "24"]
    text = (folder / "run.yaml").read_text("utf-8")
    assert "which went on from a picture of another one" in text
    assert (finished / "run.yaml").read_text("utf-8") == before
    config = read_config(folder / "run.yaml")
    assert (config.settings.size, config.settings.scales) == (80, 1)
    assert config.photo == tmp_path / "photo.png"
    with zipfile.ZipFile(folder / "gallery.zip") as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("run.yaml")]
        assert b"which went on from a picture of another one" in archive.read(name)
