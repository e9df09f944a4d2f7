"""The setting `colours` in whole runs, small but with the real VGG16."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from PIL import Image
from skimage.color import rgb2lab

from nst_core import InputError, Settings, stylize
from nst_core.cli.main import main
from nst_core.events import Event, Iteration
from nst_core.pictures.decoding import read_picture
from nst_core.pictures.palette import with_palette_of
from nst_core.pictures.pixels import Pixels, resize
from nst_core.runs.store.checkpoint import checkpoint_from_bytes, checkpoint_to_bytes
from nst_core.settings import make_settings

SMALL = Settings(size=96, scales=2, iterations=4, evaluations=3, precision="float32")


def run(photo: Pixels, painting: Pixels, settings: Settings, **options: Any) -> Any:
    events: list[Event] = []
    result = stylize(photo, painting, settings, events.append, **options)
    return result, [event for event in events if isinstance(event, Iteration)]


def farthest(picture: Pixels, photo: Pixels) -> float:
    """By how much a or b of a picture differ from the photo's at most, in CIE Lab."""
    there = resize(photo, *picture.shape[:2])
    return float(np.abs(rgb2lab(picture) - rgb2lab(there))[..., 1:].max())


def test_with_luminance_every_picture_has_the_photo_s_chroma_and_the_run_is_the_same(
    photo: Pixels, painting: Pixels
) -> None:
    usual, before = run(photo, painting, SMALL)
    result, iterations = run(photo, painting, SMALL.changed(colours="luminance"))
    assert farthest(usual.picture, photo) > 20
    for picture in (result.picture, *(each.picture for each in iterations)):
        assert farthest(picture, photo) < 0.5
    # What the optimiser has is untouched, so the run goes on from it as it would have.
    assert result.losses == usual.losses
    for one, other in zip(iterations, before, strict=True):
        assert np.array_equal(one.checkpoint.x, other.checkpoint.x)
    lightness = rgb2lab(result.picture)[..., 0], rgb2lab(usual.picture)[..., 0]
    assert np.median(np.abs(np.subtract(*lightness))) < 0.5
    assert np.abs(lightness[0] - rgb2lab(resize(photo, 96, 96))[..., 0]).mean() > 3


@pytest.mark.parametrize("by_tiles", [False, True])
@pytest.mark.parametrize("colours", ["photo", "luminance"])
def test_a_resumed_run_ends_in_the_same_bytes(
    colours: Any,
    by_tiles: bool,
    photo: Pixels,
    painting: Pixels,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if by_tiles:
        monkeypatch.setattr("nst_core.plan.tiles.LARGEST_WHOLE", 0)
    settings = SMALL.changed(colours=colours, restart=True, iterations=2, evaluations=2, scales=1)
    whole, iterations = run(photo, painting, settings)
    stored = checkpoint_from_bytes(checkpoint_to_bytes(iterations[0].checkpoint))
    again, _ = run(photo, painting, settings, resume=stored)
    assert np.array_equal(again.picture, whole.picture)
    assert again.losses == whole.losses


@pytest.mark.parametrize("start", ["photo", "painting"])
def test_with_photo_the_painting_gets_the_photo_s_colours_before_it_is_looked_at(
    start: Any, photo: Pixels, painting: Pixels
) -> None:
    settings, copy = SMALL.changed(start=start), painting.copy()
    usual, _ = run(photo, painting, settings)
    result, _ = run(photo, painting, settings.changed(colours="photo"))
    by_hand, _ = run(photo, with_palette_of(painting, photo), settings)
    assert np.array_equal(result.picture, by_hand.picture)
    assert result.losses == by_hand.losses != usual.losses
    assert np.array_equal(painting, copy)


def test_a_run_that_is_stopped_at_once_hands_out_the_photo_s_chroma(
    photo: Pixels, painting: Pixels
) -> None:
    settings = SMALL.changed(colours="luminance", start="painting")
    result, _ = run(photo, painting, settings, should_stop=lambda: True)
    assert result.losses == ()
    assert farthest(result.picture, photo) < 0.5


@pytest.mark.parametrize("flat", ["photo", "painting", "both"])
@pytest.mark.parametrize("colours", ["photo", "luminance"])
def test_pictures_of_one_colour_are_no_trouble(
    colours: Any, flat: str, photo: Pixels, painting: Pixels
) -> None:
    plain = np.full((64, 64, 3), (40, 90, 200), np.uint8)
    content = photo if flat == "painting" else plain
    style = painting if flat == "photo" else plain
    settings = SMALL.changed(colours=colours, size=64, scales=1, iterations=2)
    result, _ = run(content, style, settings)
    assert np.isfinite(result.losses).all()
    assert result.stopped != "not finite"


@pytest.mark.parametrize("colours", ["photo", "luminance"])
def test_the_shell_takes_it_and_its_run_yaml_repeats_it(
    colours: str, photo: Pixels, tmp_path: Path
) -> None:
    Image.fromarray(photo[:256, :256]).save(tmp_path / "portrait.png")
    values = ("size=64", "scales=1", "iterations=2", "evaluations=2", "precision=float32")
    options = [word for value in (*values, f"colours={colours}") for word in ("--set", value)]
    first, again = tmp_path / "first", tmp_path / "again"
    arguments = [str(tmp_path / "portrait.png"), "--preset", "starlit_valley", *options]
    assert main(["stylize", *arguments, "--output", str(first)]) == 0
    assert yaml.safe_load((first / "run.yaml").read_text("utf-8"))["colours"] == colours
    assert main(["stylize", "--config", str(first / "run.yaml"), "--output", str(again)]) == 0
    names = ["transfer_result_at_iteration_0.png", "transfer_result_at_iteration_1.png"]
    for name in (*names, "result.png"):
        picture = read_picture(first / name).pixels
        assert np.array_equal(read_picture(again / name).pixels, picture)
        assert (farthest(picture, photo[:256, :256]) < 0.5) == (colours == "luminance")


def test_other_words_are_refused() -> None:
    expected = r"^colours must be .*painting.*photo.*luminance.*\. Received: 'sepia'\.$"
    with pytest.raises(InputError, match=expected):
        make_settings({"colours": "sepia"})
