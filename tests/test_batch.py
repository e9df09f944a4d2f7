"""Many runs with one command: refused as a whole, computed one by one, taken up again."""

import os
import signal
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nst_core.cli import batch_runs
from nst_core.cli.batch_bar import Pace
from nst_core.cli.batch_output import captions
from nst_core.cli.main import main
from nst_core.cli.pictures import RunPictures
from nst_core.errors import BackendError
from nst_core.events import (
    REASONS,
    Checkpoint,
    Evaluated,
    Iteration,
    OnEvent,
    Result,
    ShouldStop,
    Started,
    Stopped,
)
from nst_core.pictures.decoding import read_picture
from nst_core.pictures.pixels import Pixels, resize
from nst_core.plan.schedule import Scale
from nst_core.scoring.score import Score
from nst_core.settings import Settings
from testing.cli import run

SMALL = ["--set", "size=64", "--set", "iterations=2", "--set", "scales=1"]
RUN_FILES = {
    "gallery.zip",
    "losses.csv",
    "result.png",
    "run.yaml",
    "score.json",
    "transfer_result_at_iteration_0.png",
}


class Painter:
    """Stands for the computation: the photo, darker by the content's weight, in one iteration."""

    def __init__(self) -> None:
        self.runs: list[Settings] = []
        self.before: Callable[[Settings], None] = lambda settings: None
        self.stopped: Stopped = "finished"

    def __call__(
        self,
        pictures: RunPictures,
        settings: Settings,
        on_event: OnEvent,
        should_stop: ShouldStop,
    ) -> Result:
        photo = pictures.photo
        self.runs.append(settings)
        on_event(Started((Scale((48, 64), (48, 64), iterations=1),), "float32"))
        on_event(Evaluated(0, 1.0, 0.5, "float32"))
        self.before(settings)
        if should_stop():
            return Result(photo.pixels, (), "cancelled", REASONS["cancelled"])
        picture = (resize(photo.pixels, 48, 64) * settings.content_weight).astype(np.uint8)
        start = Checkpoint(np.zeros((1, 48, 64, 3)))
        on_event(Iteration(0, 0, picture, 0.5, {"content": 0.5}, 1, 1.0, 1.0, start))
        return Result(picture, (0.5,), self.stopped, REASONS[self.stopped])


@pytest.fixture
def painter(monkeypatch: pytest.MonkeyPatch) -> Painter:
    painter = Painter()
    monkeypatch.setattr(batch_runs, "repaint", painter)
    # How near to the photo: as bright as the painter left it.
    monkeypatch.setattr(
        batch_runs,
        "compare",
        lambda result, pictures, settings, say: Score(0.5, settings.content_weight, 0.25),
    )
    monkeypatch.setattr(batch_runs, "load_tensorflow", lambda: None)
    return painter


@pytest.fixture
def place(tmp_path: Path, photo: Pixels, painting: Pixels) -> Path:
    """A folder with two photos of the same name, and one of another."""
    (tmp_path / "more").mkdir()
    Image.fromarray(photo[:300, :400]).save(tmp_path / "cat.jpg")
    Image.fromarray(painting[:300]).save(tmp_path / "more" / "CAT.png")
    Image.fromarray(painting).save(tmp_path / "coffee.jpg")
    return tmp_path


def sweep(place: Path, *further: str, output: str = "out") -> list[str]:
    arguments = ["sweep", place / "cat.jpg", "--style", place / "coffee.jpg", *SMALL, *further]
    return [*map(str, arguments), "--output", str(place / output)]


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_photos_by_styles_leave_a_folder_each_the_sheet_and_the_zip(
    place: Path, painter: Painter, capsys: pytest.CaptureFixture[str]
) -> None:
    photos = [str(place / "cat.jpg"), str(place / "more" / "*")]
    presets = ["--preset", "stained_glass", "--preset", "woodblock_wave"]
    out = place / "out"
    assert main(["stylize", *photos, *presets, *SMALL, "--output", str(out)]) == 0
    said = capsys.readouterr()
    assert said.out == f"{out / 'sheet.jpg'}: 4 runs are done.\n"
    assert said.err.startswith("4 runs, about ")
    assert "3 of 4, CAT, stained_glass 2: done, loss 0.5; " in said.err
    first = {"cat, stained_glass", "cat, woodblock_wave"}
    folders = first | {"CAT, stained_glass 2", "CAT, woodblock_wave 2"}
    assert names_in(out) == folders | {"sheet.jpg", "runs.zip"}
    for name in folders:
        assert names_in(out / name) == RUN_FILES
    with zipfile.ZipFile(out / "runs.zip") as archive:
        names = archive.namelist()
        inside = {name.split("/")[1] for name in names}
        assert archive.read("out/sheet.jpg") == (out / "sheet.jpg").read_bytes()
        for name in folders:
            result = archive.read(f"out/{name}/result.png")
            assert result == (out / name / "result.png").read_bytes()
            assert f"out/{name}/index.html" in names
    assert inside == folders | {"sheet.jpg"}


def test_the_zip_s_runs_can_be_repeated_anywhere(place: Path, painter: Painter) -> None:
    assert main(sweep(place, "--set", "seed=1,2")) == 0
    with zipfile.ZipFile(place / "out" / "runs.zip") as archive:
        archive.extractall(place / "elsewhere")
    config = place / "elsewhere" / "out" / "seed=2" / "run.yaml"
    from nst_core.runs.store.run_yaml import read_config

    assert read_config(config).settings.seed == 2
    again = read_picture(read_config(config).photo).pixels
    assert np.array_equal(again, read_picture(place / "cat.jpg").pixels)


def test_a_sweep_computes_every_combination_once(place: Path, painter: Painter) -> None:
    code = main(sweep(place, "--set", "content_weight=0.25,1", "--set", "style_scale=1,1.5,2"))
    assert code == 0
    tried = [(settings.content_weight, settings.style_scale) for settings in painter.runs]
    assert tried == [(w, s) for w in (0.25, 1.0) for s in (1.0, 1.5, 2.0)]
    assert {settings.size for settings in painter.runs} == {64}
    assert names_in(place / "out") == {
        *(f"content_weight={w}, style_scale={s}" for w in ("0.25", "1") for s in ("1", "1.5", "2")),
        "sheet.jpg",
        "runs.zip",
    }


def test_the_sheet_shows_each_run_in_its_row_and_column(place: Path, painter: Painter) -> None:
    Image.new("RGB", (64, 48), (200, 200, 200)).save(place / "cat.jpg", quality=100)
    assert main(sweep(place, "--set", "content_weight=0.2,0.6,1", "--set", "seed=1,2")) == 0
    sheet = read_picture(place / "out" / "sheet.jpg").pixels.astype(int)
    tops = []
    for weight in (0.2, 0.6):
        grey = (abs(sheet - 200 * weight) < 6).all(axis=2)
        assert grey.sum() > 1.8 * 48 * 64  # both seeds
        rows, columns = np.nonzero(grey)
        tops.append(np.median(rows))
        assert columns.max() - columns.min() > 64
    assert tops[0] < tops[1]


def test_each_run_says_its_score_on_the_sheet(place: Path, painter: Painter) -> None:
    assert main(sweep(place, "--set", "content_weight=0.2,0.6")) == 0
    folders = [place / "out" / f"content_weight={weight}" for weight in (0.2, 0.6)]
    assert [captions(folder) for folder in folders] == [
        ("painting 0.25, photo 0.20",),
        ("painting 0.25, photo 0.60",),
    ]
    with_words = read_picture(place / "out" / "sheet.jpg").pixels
    for folder in folders:
        (folder / "score.json").unlink()
        assert captions(folder) == ()
    assert main(sweep(place, "--set", "content_weight=0.2,0.6")) == 0
    without = read_picture(place / "out" / "sheet.jpg").pixels
    assert with_words.shape[0] - without.shape[0] == 2 * 17  # a line for each of the two rows


def test_a_batch_goes_on_where_it_was_stopped(
    place: Path, painter: Painter, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(settings: Settings) -> None:
        if settings.seed == 2:
            os.kill(os.getpid(), signal.SIGINT)

    painter.before = stop
    assert main(sweep(place, "--set", "seed=1,2,3")) == 130
    said = capsys.readouterr()
    assert said.out.endswith("1 of 3 runs are done.\n")
    assert names_in(place / "out") == {"seed=1", "seed=2", "sheet.jpg"}
    assert not (place / "out" / "seed=2" / "result.png").exists()
    first = (place / "out" / "seed=1" / "result.png").stat().st_mtime_ns

    painter.before = lambda settings: None
    painter.runs.clear()
    assert main(sweep(place, "--set", "seed=1,2,3")) == 0
    assert [settings.seed for settings in painter.runs] == [2, 3]
    assert (place / "out" / "seed=1" / "result.png").stat().st_mtime_ns == first
    said = capsys.readouterr()
    assert said.err.startswith("3 runs, 1 of them finished before, about ")
    assert said.out.endswith("3 runs are done, 1 of them before.\n")

    painter.runs.clear()
    assert main(sweep(place, "--set", "seed=1,2,3")) == 0
    assert painter.runs == []


def test_a_folder_with_another_run_is_refused_and_left_alone(
    place: Path, painter: Painter, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(sweep(place, "--set", "seed=1,2")) == 0
    result = (place / "out" / "seed=1" / "result.png").stat().st_mtime_ns
    painter.runs.clear()
    capsys.readouterr()
    assert main(sweep(place, "--set", "seed=1,2", "--set", "blend=0.25")) == 2
    assert "seed=1 holds a run with another blend; choose another output" in capsys.readouterr().err
    Image.new("RGB", (400, 300)).save(place / "cat.jpg")
    assert main(sweep(place, "--set", "seed=1,2")) == 2
    assert "holds a run with another photo or painting" in capsys.readouterr().err
    assert painter.runs == []
    assert (place / "out" / "seed=1" / "result.png").stat().st_mtime_ns == result


def test_a_run_that_fails_does_not_lose_the_others(
    place: Path, painter: Painter, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(settings: Settings) -> None:
        if settings.seed == 2:
            raise BackendError("The memory ran out.")
        if settings.seed == 3:
            raise RuntimeError("a surprise\nof two lines")

    painter.before = fail
    assert main(sweep(place, "--set", "seed=1,2,3,4")) == 1
    said = capsys.readouterr()
    assert said.out.endswith("2 of 4 runs are done.\n")
    assert said.err.splitlines()[-1] == (
        "2 of 4 runs failed: seed=2: The memory ran out; "
        r"seed=3: RuntimeError: a surprise\nof two lines."
    )
    with zipfile.ZipFile(place / "out" / "runs.zip") as archive:
        inside = {name.split("/")[1] for name in archive.namelist()}
    assert inside == {"seed=1", "seed=4", "sheet.jpg"}
    painter.before = lambda settings: None
    painter.runs.clear()
    assert main(sweep(place, "--set", "seed=1,2,3,4")) == 0
    assert [settings.seed for settings in painter.runs] == [2, 3]


def test_a_loss_that_is_not_finite_is_a_failure(
    place: Path, painter: Painter, capsys: pytest.CaptureFixture[str]
) -> None:
    painter.stopped = "not finite"
    assert main(sweep(place, "--set", "seed=1,2")) == 1
    assert "seed=1: the loss was no longer a finite number" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--set", "style_scale=1,9"], "style_scale=9: style_scale must be"),
        (["--set", "sise=1,2"], "sise=1: "),
        (["--set", "size=64,8000", "--set", "iterations=1"], "size=8000: The run needs about"),
        (["--set", "seed=1,1"], "twice"),
        ([], "several values"),
        (["--preset", "nope", "--set", "seed=1,2"], "The preset must be one of"),
    ],
)
def test_a_sweep_is_refused_before_anything_is_computed(
    place: Path,
    painter: Painter,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    sentence: str,
) -> None:
    monkeypatch.setattr("nst_core.machine.forecast.free_memory", lambda: 4e9)
    command = ["sweep", str(place / "cat.jpg"), "--style", str(place / "coffee.jpg")]
    assert main([*command, *arguments, "--output", str(place / "out")]) == 2
    said = capsys.readouterr()
    assert sentence in said.err
    assert len(said.err.splitlines()) == 1
    assert (said.out, painter.runs) == ("", [])
    assert not (place / "out").exists()


@pytest.mark.parametrize(
    ("photos", "presets", "sentence"),
    [
        (["cat.jpg", "half.jpg"], ["stained_glass"], "half, stained_glass: "),
        (["cat.jpg", "none.jpg"], ["stained_glass"], "none.jpg cannot be read"),
        (["cat.jpg", "narrow.png"], ["stained_glass"], "narrow, stained_glass: size must be"),
        (["cat.jpg"], ["stained_glass", "nope"], "cat, nope: The preset must be"),
        (["cat.jpg", "more/*"], ["classic"], "has no painting of its own"),
        (["cat.jpg", "out/sheet.jpg"], ["stained_glass"], "that the batch writes over"),
        ([], ["stained_glass", "woodblock_wave"], "A PHOTO must be given"),
    ],
)
def test_photos_and_styles_are_refused_before_anything_is_computed(
    place: Path,
    painter: Painter,
    capsys: pytest.CaptureFixture[str],
    photos: list[str],
    presets: list[str],
    sentence: str,
) -> None:
    data = (place / "cat.jpg").read_bytes()
    (place / "half.jpg").write_bytes(data[: len(data) // 2])
    Image.new("RGB", (1000, 40)).save(place / "narrow.png")
    (place / "out").mkdir()
    (place / "out" / "sheet.jpg").write_bytes(data)
    styles = [word for name in presets for word in ("--preset", name)]
    files = [str(place / name) for name in photos]
    assert main(["stylize", *files, *styles, *SMALL, "--output", str(place / "out")]) == 2
    said = capsys.readouterr()
    assert sentence in said.err
    assert len(said.err.splitlines()) == 1
    assert (said.out, painter.runs) == ("", [])
    assert names_in(place / "out") == {"sheet.jpg"}
    assert (place / "out" / "sheet.jpg").read_bytes() == data


def test_the_time_left_follows_what_the_runs_take() -> None:
    pace = Pace([100.0, 100.0, 200.0])
    assert pace.seconds_left() == pytest.approx(400.0)
    assert pace.share(0.5) == pytest.approx(50 / 400)
    pace.end_run(300.0)
    # Three times as slow as foretold, of which the forecast's own minute takes a part.
    assert 600.0 < pace.seconds_left() < 900.0
    assert pace.share() == pytest.approx(0.25)
    pace.end_run(None)  # a failure, however soon it came, makes nobody faster
    assert 400.0 < pace.seconds_left() < 600.0
    pace.end_run(600.0)
    assert pace.seconds_left() == 0.0
    assert pace.share() == pytest.approx(1.0)


@pytest.mark.processes
@pytest.mark.slow
def test_a_run_of_a_batch_is_the_one_that_the_command_alone_makes(place: Path) -> None:
    choice = ["--preset", "stained_glass", *SMALL, "--set", "evaluations=2"]
    photos = place / "cat.jpg", place / "coffee.jpg"
    done = run("stylize", *photos, *choice, "--output", place / "many")
    assert done.returncode == 0, done.stderr
    alone = run("stylize", photos[0], *choice, "--output", place / "one")
    assert alone.returncode == 0, alone.stderr
    folder = place / "many" / "cat, stained_glass"
    assert names_in(folder) == names_in(place / "one")
    for name in names_in(folder):
        assert (folder / name).read_bytes() == (place / "one" / name).read_bytes(), name
