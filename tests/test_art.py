"""The programs in `art/` and the paintings they make belong together."""

import ast
import importlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from nst_core import presets

ROOT = Path(__file__).resolve().parents[1]
SCENES = {path.stem for path in (ROOT / "art" / "scenes").glob("[a-z]*.py")}
QUICKEST = "comic_halftone"


def test_every_painting_has_its_scene_and_every_scene_its_preset() -> None:
    paintings = {
        name: presets.load_preset_file(path).painting
        for name, path in presets.preset_files().items()
        if path.parent == presets.BUILT_IN
    }
    assert {name for name, painting in paintings.items() if painting} == SCENES
    for name in SCENES:
        assert paintings[name] == presets.BUILT_IN / "paintings" / f"{name}.jpg"


def test_the_presets_folder_holds_data_alone() -> None:
    endings = {path.suffix for path in presets.BUILT_IN.rglob("*") if path.is_file()}
    assert endings == {".yaml", ".json", ".jpg"}


@pytest.mark.parametrize(
    ("room", "above"), [("tools", ("motifs", "scenes")), ("motifs", ("scenes",))]
)
def test_a_room_uses_none_above_it(room: str, above: tuple[str, ...]) -> None:
    for path in (ROOT / "art" / room).glob("*.py"):
        modules = [
            node.module or ""
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.ImportFrom)
        ]
        assert not [name for name in modules if name.startswith(tuple(f"art.{a}" for a in above))]


def test_the_quickest_scene_paints_its_file_again(tmp_path: Path) -> None:
    """Byte for byte, that is: the same seed, the same strokes, the same JPEG."""
    scene = importlib.import_module(f"art.scenes.{QUICKEST}")
    canvas = importlib.import_module("art.tools.canvas")
    committed = canvas.painting_of(scene.__file__)
    assert committed == presets.BUILT_IN / "paintings" / f"{QUICKEST}.jpg"
    canvas.save_painting(scene.paint(), tmp_path / "again.jpg")
    with Image.open(committed) as old, Image.open(tmp_path / "again.jpg") as new:
        np.testing.assert_allclose(np.asarray(new, float), np.asarray(old, float), atol=1)
    assert (tmp_path / "again.jpg").read_bytes() == committed.read_bytes()
