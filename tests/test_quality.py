"""The figures by which pictures are compared, and the program that prints them."""

import json
from pathlib import Path

import numpy as np
import pytest
import skimage
from PIL import Image

from bench import curves, pairs, quality, surfaces
from bench.curves import Point
from nst_core import InputError, Settings
from nst_core.errors import NstError
from nst_core.pictures.pixels import Pixels


def save(path: Path, pixels: Pixels | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((48, 64, 3), 90, np.uint8) if pixels is None else pixels).save(path)
    return path


def point(content: float, style: float, grain: float = 0.1, flat: float = 0.5) -> Point:
    return Point("any", content, style, grain, flat, 1.0)


def noise(rows: int, columns: int, seed: int = 0) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (rows, columns, 3), np.uint8)


# The surface


def test_grain_is_the_laplacian_of_the_colours_alone() -> None:
    pixels = noise(7, 9)
    expected = 0.0
    for channel in (0, 2):
        sizes = []
        for row in range(1, 6):
            for column in range(1, 8):
                total = 0.0
                for down, right, factor in (
                    (0, 0, -4),
                    (1, 0, 1),
                    (-1, 0, 1),
                    (0, 1, 1),
                    (0, -1, 1),
                ):
                    red, green, blue = (int(v) for v in pixels[row + down, column + right])
                    lightness = 0.299 * red + 0.587 * green + 0.114 * blue
                    total += factor * ((red, green, blue)[channel] - lightness) / 255
                sizes.append(abs(total))
        expected += sum(sizes) / len(sizes)
    assert surfaces.grain(pixels) == pytest.approx(expected)
    grey = np.repeat(pixels[..., :1], 3, axis=-1)
    assert surfaces.grain(grey) == pytest.approx(0.0, abs=1e-12)


def test_a_rainbow_is_mottled_and_calm_planes_are_not() -> None:
    """Planes of two colours with a sharp edge between are calm; so is brushwork in one colour."""
    rows, columns = np.mgrid[0:384, 0:512]
    planes = np.where((columns < 200)[..., None], (230, 200, 210), (60, 120, 140)).astype(np.uint8)
    waves = [np.sin(rows / 3 + shift) * np.sin(columns / 3 + shift) for shift in (0.0, 2.0, 4.0)]
    rainbow = (150 + 40 * np.stack(waves, axis=-1)).astype(np.uint8)
    brushed = (150 + 40 * np.stack([waves[0]] * 3, axis=-1)).astype(np.uint8)
    assert surfaces.mottling(rainbow) > 0.02
    assert surfaces.mottling(planes) < 0.002
    assert surfaces.mottling(brushed) < 0.002


def test_only_the_flat_regions_of_the_photo_count() -> None:
    """The lower half of the photo is busy; a slow change of colour in the sky leaves it flat."""
    photo = noise(384, 512)
    sky = np.linspace((80, 130, 220), (190, 210, 240), 192)[:, None]
    photo[:192] = sky.astype(np.uint8)
    regions = surfaces.flat_regions(photo)
    assert regions[:140].all()
    assert not regions[200:].any()
    picture = np.full((384, 512, 3), 90, np.uint8)
    picture[224:] = noise(160, 512)
    assert surfaces.mottling(picture, regions) == pytest.approx(0.0, abs=1e-9)
    assert np.isnan(surfaces.mottling(picture, np.zeros_like(regions)))


def test_the_astronauts_wall_is_flat_and_her_face_is_not() -> None:
    regions = surfaces.flat_regions(skimage.data.astronaut())
    assert regions[20:60, 330:350].all()
    assert not regions[60:180, 190:280].any()


@pytest.mark.parametrize("side", range(4))
def test_a_line_at_any_side_is_a_frame(side: int) -> None:
    picture = noise(96, 128)
    assert 0.5 < surfaces.frame(picture) < 1.6
    framed = np.rot90(picture, side).copy()
    framed[:2] = 255
    assert surfaces.frame(np.rot90(framed, -side)) > 1.9
    assert surfaces.frame(np.full((32, 32, 3), 7, np.uint8)) == 0.0


# Comparing at equal content


def test_figures_are_compared_at_equal_content_between_our_points() -> None:
    ours = [point(0.8, 0.3, 0.04), point(0.4, 0.1, 0.02)]
    comparison = curves.compare(ours, point(0.5, 0.3, 0.05, flat=0.25))
    assert comparison.style == pytest.approx(0.15 / 0.3)
    assert comparison.grain == pytest.approx(0.025 / 0.05)
    assert comparison.flat == pytest.approx(2.0)
    assert comparison.inside


@pytest.mark.parametrize(("content", "style"), [(0.1, 0.1), (0.9, 0.3)])
def test_beyond_our_curve_its_nearer_end_is_compared(content: float, style: float) -> None:
    ours = [point(0.4, 0.1), point(0.8, 0.3)]
    comparison = curves.compare(ours, point(content, 1.0))
    assert comparison.style == pytest.approx(style)
    assert not comparison.inside


def test_the_curve_and_the_sheet_are_pictures(tmp_path: Path) -> None:
    ours = [point(0.4, 0.1), point(0.8, 0.3)]
    curves.draw(tmp_path / "curve.png", "a photo", ours, [point(0.6, 0.2)])
    with Image.open(tmp_path / "curve.png") as image:
        assert len(np.unique(np.asarray(image.convert("RGB")).reshape(-1, 3), axis=0)) > 20
    wide, high = np.full((50, 100, 3), 10, np.uint8), np.full((100, 50, 3), 200, np.uint8)
    sheet = curves.sheet([[("wide", wide), ("high", high)], [("high", high)]])
    assert sheet.shape[0] == 2 * (curves.ROW_HEIGHT + curves.CAPTION + 8)
    assert {10, 200, 255} <= set(np.unique(sheet))


# Which pictures belong together


@pytest.fixture
def images(tmp_path: Path) -> Path:
    folder = tmp_path / "images"
    for name in ("town.jpg", "woman-with-hat-painter.jpg", "painter_selfport1907.jpg"):
        save(folder / name)
    return folder


@pytest.mark.parametrize(
    ("name", "photo", "painting"),
    [
        ("town_woman-with-hat", "town.jpg", "woman-with-hat-painter.jpg"),
        ("Town_Woman_Hat", "town.jpg", "woman-with-hat-painter.jpg"),
        ("town_selfportrait", "town.jpg", "painter_selfport1907.jpg"),
        ("astronaut_selfportrait", "astronaut", "painter_selfport1907.jpg"),
        ("astronaut_starlit_valley", "astronaut", "starlit_valley"),
    ],
)
def test_a_name_says_photo_and_painting(name: str, photo: str, painting: str, images: Path) -> None:
    found = pairs.photo_and_painting(name, images)
    assert [Path(path).name for path in found] == [photo, painting]


@pytest.mark.parametrize(
    ("name", "received"),
    [
        ("village_woman-with-hat", "Received: none."),
        ("town_bathers", "Received: none."),
        ("town", "Received: none."),
        ("town_painter", "town.jpg and painter_selfport1907.jpg; town.jpg and woman-with-hat"),
    ],
)
def test_a_name_that_fits_nothing_or_two_things_is_refused(
    name: str, received: str, images: Path
) -> None:
    with pytest.raises(InputError, match="say --pair NAME=PHOTO,PAINTING") as refusal:
        pairs.photo_and_painting(name, images)
    assert received in str(refusal.value)


def test_others_pictures_are_found_by_name_and_ordered_by_weight(
    tmp_path: Path, images: Path
) -> None:
    for name in ("town_selfportrait_content-0.5", "town_selfportrait_content-0.015", "a_sheet"):
        save(tmp_path / "theirs" / f"{name}.png")
    save(tmp_path / "theirs" / "x_y_content-1e-3.png")
    explicit = {"x_y": ("rocket", str(images / "woman-with-hat-painter.jpg"))}
    town, other = pairs.pairs_against(tmp_path / "theirs", images, explicit, [])
    assert (town.name, [o.weight for o in town.others]) == ("town_selfportrait", [0.015, 0.5])
    assert town.settings == Settings()
    assert (other.name, [o.weight for o in other.others]) == ("x_y", [0.001])
    assert other.photo.shape == skimage.data.rocket().shape
    (alone,) = pairs.pairs_against(tmp_path / "theirs", images, explicit, ["x_y"])
    assert alone.name == "x_y"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--against", "nowhere"], "--against must be a folder with pictures named PHOTO_PAINTING"),
        (
            ["--pairs", "moon_moon"],
            "A pair must be PHOTO_PRESET, as astronaut_starlit_valley, with a photo among ",
        ),
        (["--pair", "a=b,c"], "--pair must come with --against FOLDER"),
        (["--pair", "a=b"], "--pair must be NAME=PHOTO,PAINTING. Received: a=b."),
        (["--balances", "1", "0"], "--balances: must be numbers above 0. Received: 0;"),
        (["--balances", "nan"], "--balances: must be numbers above 0. Received: nan;"),
        (["--set", "colour=3"], "colour"),
        (["--set", "scales"], "--set must be KEY=VALUE. Received: scales."),
        (["--size", "3"], "size must be 0 or at least 32. Received: 3"),
    ],
)
def test_a_bad_input_is_one_sentence(
    words: list[str], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = quality.main(["--output", str(tmp_path / "out"), *words])
    said = capsys.readouterr().err
    assert (code, said.count("\n")) == (2, 1)
    assert sentence in said
    assert not (tmp_path / "out").exists()


# The whole program


@pytest.mark.slow
def test_a_recipe_measured_against_its_own_pictures_is_equal(
    tmp_path: Path, images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first run's folder is the second one's --against; nothing is computed anew there."""
    save(images / "town.jpg", skimage.data.coffee()[:192, :256])
    save(images / "painter_selfport1907.jpg", skimage.data.chelsea()[:192, :256])
    save(tmp_path / "theirs" / "town_selfportrait_content-7.png", noise(48, 64))
    first, second = tmp_path / "first", tmp_path / "second"
    run = ["--photos", str(images), "--size", "64", "--balances", "0.5", "2", "--reuse"]
    run += ["--set", "iterations=2", "--set", "evaluations=2", "--set", "precision=float32"]
    assert quality.main([*run, "--against", str(tmp_path / "theirs"), "--output", str(first)]) == 0
    made = {path.name: path.read_bytes() for path in first.iterdir()}
    weights = [f"{Settings().content_weight * factor:g}" for factor in (0.5, 2.0)]
    pictures = {f"town_selfportrait_content-{weight}.png" for weight in weights}
    assert made.keys() == pictures | {
        "figures.json",
        *(f"town_selfportrait_{what}.png" for what in ("classic", "curve", "sheet")),
    }
    second.mkdir()
    for name in pictures:
        (second / name).write_bytes(made[name])

    def refuse(*_: object, **__: object) -> None:
        raise NstError("It was computed again.")

    monkeypatch.setattr("bench.repainting.stylize", refuse)
    again = [*run, "--no-classic", "--against", str(first), "--output", str(second)]
    assert quality.main(again) == 0
    (figures,) = json.loads((second / "figures.json").read_text()).values()
    for mine, other in zip(figures["ours"], figures["others"], strict=True):
        assert other["ours over theirs"]["style"] == pytest.approx(1.0)
        assert {**mine, "label": 0} == {
            **{name: value for name, value in other.items() if name != "ours over theirs"},
            "label": 0,
        }
    assert quality.main([*again, "--set", "seed=5"]) == 2
