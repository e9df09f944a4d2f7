"""Several paintings and masks in shell, run.yaml, store and zip."""

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from PIL import Image

from nst_core import InputError, Settings
from nst_core.pictures.decoding import decode_picture, read_picture
from nst_core.pictures.masks import Masks, encode_mask
from nst_core.pictures.pixels import Pixels, resize
from nst_core.runs.engine.compute import compute
from nst_core.runs.store import layout
from nst_core.runs.store.request import Request
from nst_core.runs.store.run_yaml import read_config
from nst_core.runs.store.store import Store
from testing.cli import run

SMALL = ["--set", "size=64", "--set", "iterations=2", "--set", "evaluations=2"]
SHORT = Settings(size=48, scales=1, iterations=2, evaluations=2, precision="float32")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, photo: Pixels, painting: Pixels) -> Path:
    """A folder with a photo, two paintings, and masks of the left half and of a soft ring."""
    folder = tmp_path_factory.mktemp("place")
    Image.fromarray(photo).save(folder / "me.png")
    Image.fromarray(painting[:200, :300]).save(folder / "one.png")
    Image.fromarray(photo[::-1, ::-1, ::-1].copy()).save(folder / "two.png")
    left = np.zeros((60, 60), np.uint8)
    left[:, :30] = 255
    Image.fromarray(left).save(folder / "left.png")
    soft = np.tile(np.linspace(0, 255, 80).astype(np.uint8), (40, 1))
    Image.fromarray(soft).save(folder / "soft.png")
    return folder


@pytest.mark.processes
def test_a_shell_s_run_carries_paintings_and_masks_and_is_repeated_to_the_byte(
    place: Path, tmp_path: Path
) -> None:
    out, again, third = (tmp_path / name for name in ("out", "again", "third"))
    done = run(
        "stylize", place / "me.png", "--style", place / "one.png", "--style", place / "two.png",
        "--mask", place / "left.png", "--style-mask", "-", "--style-mask", place / "soft.png",
        "--set", "style_mix=2,1", *SMALL, "--output", out,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    written = yaml.safe_load((out / "run.yaml").read_text("utf-8"))
    assert [Path(entry["file"]).name for entry in written["paintings"]] == ["one.png", "two.png"]
    assert written["style_mix"] == [2, 1]
    assert "painting" not in written
    picture = read_picture(out / "result.png").pixels
    there = resize(read_picture(place / "me.png").pixels, 64, 64)
    assert np.array_equal(picture[:, 36:], there[:, 36:])
    assert np.abs(picture[:, :28].astype(float) - there[:, :28]).mean() > 2
    assert run("stylize", "--config", out / "run.yaml", "--output", again).returncode == 0
    assert (again / "result.png").read_bytes() == (out / "result.png").read_bytes()
    with zipfile.ZipFile(out / "gallery.zip") as archive:
        archive.extractall(tmp_path / "zip")
    (folder,) = (tmp_path / "zip").iterdir()
    names = {path.name for path in folder.iterdir()}
    assert {"painting.png", "painting_1.png", "mask.png", "mask_1.png"} <= names
    assert run("stylize", "--config", folder / "run.yaml", "--output", third).returncode == 0
    assert np.array_equal(read_picture(third / "result.png").pixels, picture)


def test_a_store_s_run_keeps_paintings_and_masks(photo: Pixels, painting: Pixels) -> None:
    store = Store.open("memory://many-paintings")
    mask, other = np.zeros((64, 64)), np.tile(np.linspace(0, 1, 50), (40, 1))
    mask[:, :32] = 1.0
    further = (photo[::-1].copy(), painting[:90, :90])
    masks = Masks(paint=mask, paintings=(None, other), of_paintings=(other,))
    settings = SHORT.changed(style_mix=[1, 2, 0.5])
    request = Request(photo, painting, settings, further=further, masks=masks)
    run_id = store.create(request)
    read, read_masks = store.further(run_id)
    assert [np.array_equal(a, b) for a, b in zip(read, further, strict=True)] == [True, True]
    assert isinstance(read_masks, Masks)
    for kept, given in (
        (read_masks.paint, masks.paint),
        (read_masks.paintings[1], masks.paintings[1]),
        (read_masks.of_paintings[0], masks.of_paintings[0]),
    ):
        assert np.asarray(kept).tolist() == np.asarray(given).tolist()
    assert read_masks.paintings[0] is None
    assert compute(store.url, run_id, "engine").state == "finished"
    picture = read_picture_of(store, run_id)
    there = resize(photo, 48, 48)
    assert np.array_equal(picture[:, 28:], there[:, 28:])
    assert store.score(run_id) is None  # of a part of the picture it would say nothing


def test_a_store_s_run_of_one_painting_has_no_others(photo: Pixels, painting: Pixels) -> None:
    store = Store.open("memory://one-painting")
    assert store.further(store.create(Request(photo, painting, SHORT))) == ((), None)


def test_a_mask_of_any_size_is_kept_as_a_file_that_can_be_read() -> None:
    for shape in ((3, 5), (9000, 700)):
        assert decode_picture(encode_mask(np.full(shape, 200, np.uint8)), "mask.png").pixels.min()


def test_a_stranger_s_run_yaml_leads_out_of_no_store(photo: Pixels, painting: Pixels) -> None:
    store = Store.open("memory://stranger")
    run_id = store.create(Request(photo, painting, SHORT, further=(photo,)))
    folder = store.folder(run_id)
    text = folder.read(layout.RUN_YAML).replace(b"file: painting_1.png", b"file: ../../secret.png")
    folder.write(layout.RUN_YAML, text)
    with pytest.raises(InputError, match="must name files beside it"):
        store.further(run_id)


def test_weights_may_stand_beside_the_paintings(place: Path, tmp_path: Path) -> None:
    path = tmp_path / "run.yaml"
    path.write_text(
        f"photo: {place}/me.png\n"
        f"paintings:\n- file: {place}/one.png\n  weight: 3\n- {place}/two.png\n"
        f"masks: {place}/left.png\nrecipe_version: 2\n"
    )
    config = read_config(path)
    assert config.settings.style_mix == (3.0, 1.0)
    assert [painting.name for painting in config.paintings] == ["one.png", "two.png"]
    assert config.masks.paint == place / "left.png"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("paintings: []", "a list of files"),
        ("paintings: one.png", "a list of files"),
        ("painting: a.png\npaintings: [b.png]", "without a painting"),
        ("paintings: [{name: b.png}]", "mappings of file, sha256 and weight"),
        ("paintings: [{file: 3}]", "the path of a file"),
        ("paintings: [{file: b.png, weight: 2}]\nstyle_mix: [1]", "without weights"),
        (f"paintings: [{', '.join(['b.png'] * 17)}]", "at most 16 files"),
        (f"painting: a.png\nmasks: {{paintings: [{', '.join(['b.png'] * 17)}]}}", "at most 16"),
        ("painting: a.png\nmasks: {face: b.png}", "paint, paintings and of_paintings"),
        ("painting: a.png\nmasks: {paintings: b.png}", "a list of files"),
        ("painting: a.png\nmasks: [b.png]", "a mapping of paint"),
    ],
)
def test_a_run_yaml_with_paintings_that_cannot_be_read_is_refused(
    text: str, words: str, tmp_path: Path
) -> None:
    path = tmp_path / "run.yaml"
    path.write_text(f"photo: me.png\n{text}\n")
    with pytest.raises(InputError, match=words) as caught:
        read_config(path)
    assert "run.yaml" in str(caught.value)


@pytest.mark.processes
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--style", "one.png", "--set", "style_mix=1,2"], "each of the 1 paintings. Received: 2"),
        (["--style", "one.png", "--set", "style_mix=a"], "style_mix must be a list of at most 16"),
        (["--style", "one.png", "--style-mask", "left.png", "--style-mask", "-"], "at most one"),
        (["--style", "one.png", "--mask", "nothing.png"], "nothing.png"),
        (["--style", "one.png", "--set", "style_scale=2", "--set", "style_scales=4"], "0.1 to 4"),
        (
            [
                "--style",
                "one.png",
                "--set",
                "optimizer=adam",
                "--set",
                "restart=true",
                "--set",
                "evaluations=1",
            ],
            "at least 2 where Adam",
        ),
        (["--preset", "classic", "--style", "one.png", "--mask", "left.png"], "default recipe"),
    ],
)
def test_what_does_not_go_together_is_one_sentence(
    arguments: list[str], words: str, place: Path, tmp_path: Path
) -> None:
    named = [place / text if text.endswith(".png") else text for text in arguments]
    done = run("stylize", place / "me.png", *named, "--output", tmp_path / "out")
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


def read_picture_of(store: Store, run_id: str) -> Any:
    return decode_picture(store.folder(run_id).read(layout.RESULT), layout.RESULT).pixels
