"""What each preset makes of one and the same photo, and the page that shows them all.

`python -m art.previews [NAME ...]` repaints `presets/previews/NAME.jpg` (without a name, all),
and writes `docs/PRESETS.md` with a contact sheet of the paintings and one of the previews.
"""

import argparse
import io
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from nst_core import files, presets, stylize
from nst_core.pictures.decoding import read_picture
from nst_core.pictures.pixels import Pixels, resize
from nst_core.presets import Preset

ROOT = Path(__file__).resolve().parents[1]
PHOTO = ROOT / "dashboard" / "samples" / "cat.jpg"
FOLDER = presets.BUILT_IN / "previews"
PAGE = ROOT / "docs" / "PRESETS.md"
LARGEST_PREVIEW = 40_000
"""Bytes."""

_LONGER_SIDE, _SHOWN = 384, 320
_WITHOUT_PAINTING = "starlit_valley"
_SHEET_COLUMNS, _SHEET_CELL, _SHEET_GAP = 6, (300, 240), 8


def main(arguments: Sequence[str] | None = None) -> None:
    """Make previews and page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", metavar="NAME", nargs="*", help="by default all")
    parser.add_argument("--page", action="store_true", help="only the page")
    options = parser.parse_args(arguments)
    FOLDER.mkdir(exist_ok=True)
    if not options.page:
        for name in options.names or built_in():
            print(f"{name} ...", file=sys.stderr, flush=True)
            files.write_bytes(FOLDER / f"{name}.jpg", preview(presets.load_preset(name)))
    styles = [presets.load_preset(name) for name in built_in()]
    files.write_bytes(PAGE, page(styles).encode())
    paintings = [style.painting for style in styles if style.painting]
    previews = [style.preview for style in styles if style.preview]
    files.write_bytes(PAGE.with_name("paintings.jpg"), sheet(paintings))
    files.write_bytes(PAGE.with_name("previews.jpg"), sheet(previews))


def built_in() -> list[str]:
    """The names of the project's own presets."""
    files_by_name = presets.preset_files()
    return [name for name, path in files_by_name.items() if path.parent == presets.BUILT_IN]


def preview(preset: Preset) -> bytes:
    """The photo in the style of a preset, a JPEG of at most `LARGEST_PREVIEW` bytes.

    A preset without a painting gets that of `_WITHOUT_PAINTING`.
    """
    photo = read_picture(PHOTO).pixels
    rows, columns = photo.shape[:2]
    settings = preset.settings.changed(size=_LONGER_SIDE)
    source = preset if preset.painting else presets.load_preset(_WITHOUT_PAINTING)
    picture = stylize(photo, presets.read_painting(source).pixels, settings).picture
    return _jpeg(resize(picture, round(_SHOWN * rows / columns), _SHOWN), LARGEST_PREVIEW)


def page(styles: Sequence[Preset]) -> str:
    """The text of the page: painting, preview and settings of each."""
    parts = [
        "# The styles",
        "Written by `make previews`. Each preview is what the preset makes of one photo, a cat by\n"
        "Stefan van der Walt, at 384 pixels; the paintings are made by the programs in\n"
        "`art/scenes` (`make art`) and are CC0.",
        "A preset can mix these paintings, too: `paintings: [{preset: starlit_valley, weight: 2},\n"
        "{preset: woodblock_wave, weight: 1}]` instead of its `painting`, with files of its own\n"
        "beside them as `{file: NAME}`.",
        "![All paintings](paintings.jpg)\n![All previews](previews.jpg)",
    ]
    for style in styles:
        pictures = [
            f'<img src="../{path.relative_to(ROOT).as_posix()}" alt="{words}" height="240">'
            for path, words in ((style.painting, "The painting"), (style.preview, "The preview"))
            if path is not None
        ]
        changed = style.settings.differences()
        changes = [f"`{name}: {presets.as_text(value)}`" for name, value in changed.items()
                if (name, value) != ("recipe", "default")]  # fmt: skip
        parts += [
            f"## {style.title}",
            f"`{style.name}`: {style.description}",
            "\n".join(pictures),
            ", ".join(changes) if changes else "All settings as by default.",
        ]
    return "\n\n".join(parts) + "\n"


def sheet(paths: Sequence[Path]) -> bytes:
    """A contact sheet, a JPEG; each picture is cut to the shape of its cell."""
    width, height = _SHEET_CELL
    lines = -(-len(paths) // _SHEET_COLUMNS)
    size = (
        _SHEET_COLUMNS * (width + _SHEET_GAP) - _SHEET_GAP,
        lines * (height + _SHEET_GAP) - _SHEET_GAP,
    )
    whole = Image.new("RGB", size, "white")
    for index, path in enumerate(paths):
        line, column = divmod(index, _SHEET_COLUMNS)
        picture = Image.fromarray(read_picture(path).pixels)
        share = max(width / picture.width, height / picture.height)
        picture = picture.resize(
            (max(width, round(share * picture.width)), max(height, round(share * picture.height)))
        )
        left, top = (picture.width - width) // 2, (picture.height - height) // 2
        whole.paste(
            picture.crop((left, top, left + width, top + height)),
            (column * (width + _SHEET_GAP), line * (height + _SHEET_GAP)),
        )
    return _jpeg(np.asarray(whole), 600_000)


def _jpeg(pixels: Pixels, most_bytes: int) -> bytes:
    for quality in range(90, 40, -4):
        buffer = io.BytesIO()
        Image.fromarray(pixels).save(buffer, "JPEG", quality=quality, optimize=True)
        if buffer.tell() <= most_bytes:
            break
    return buffer.getvalue()


if __name__ == "__main__":
    main()
