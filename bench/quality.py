"""The default recipe over a range of balances, beside the classic one and beside others' pictures.

`python -m bench.quality --output FOLDER` repaints some photos with the default recipe, at several
weights of the content, and with the classic one in the same seconds. For each picture it prints the
likeness to the photo's content, the distance to the painting's style, the grain of the colours, how
mottled the photo's flat regions became and whether there is a frame at the sides (`judge.py`
and `surfaces.py` define them). For each pair it writes the curve of style and grain against content
and a sheet of the pictures; the pictures themselves and `figures.json` stay in the folder.

With `--against FOLDER` the pairs are those of which that folder holds pictures, named
PHOTO_PAINTING_content-WEIGHT.png, and at each of these the figures of our curve over theirs are
printed, at equal content. The folder may be the output of an earlier recipe.

All is thirty runs: five pairs, each at five balances and once by the classic recipe.
"""

import argparse
import dataclasses
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

from PIL import Image

from bench import curves, pairs
from bench.curves import Comparison, Point, nearest
from bench.judge import Filter, Judge
from bench.pairs import Pair
from bench.repainting import classic, repaint
from nst_core import InputError, Settings, files
from nst_core.cli.arguments import Parser, assignments
from nst_core.errors import NstError, shown
from nst_core.pictures.decoding import read_picture
from nst_core.pictures.pixels import Pixels
from nst_core.vgg16.weights import load_weights
from testing.pictures import TEST_IMAGES

BAD_INPUT = 2
BALANCES = (0.25, 0.5, 1.0, 2.0, 4.0)
SIZE = 384


@dataclasses.dataclass(frozen=True)
class Judged:
    """A picture, uint8 (H, W, 3), and its figures."""

    point: Point
    pixels: Pixels


def main(command_line: Sequence[str] | None = None) -> int:
    """Measure all pairs and return the exit code: 0, or 2 after a sentence about a bad input.

    Args:
        command_line: the words after the program's name; None for those it was started with.

    Example:
        >>> main(["--output", "out/bench", "--pairs", "coffee_woodblock_wave", "--size", "128"])
        0
    """
    try:
        options = _parser().parse_args(command_line)
        chosen = [(pair, _weighed(pair, options)) for pair in _pairs(options)]
        load_weights()
        options.output.mkdir(parents=True, exist_ok=True)
        figures = {}
        for pair, settings in chosen:
            figures[pair.name] = measure(pair, settings, options)
            text = json.dumps(figures, indent=1)
            files.write_bytes(options.output / "figures.json", text.encode())
    except NstError as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    return 0


def measure(
    pair: Pair, settings: Sequence[Settings], options: argparse.Namespace
) -> dict[str, Any]:
    """Make, read and judge all pictures of a pair, print their lines, and draw them.

    Args:
        pair: photo, painting, and others' pictures.
        settings: of our pictures, one for each balance.
        options: what was typed.

    Returns:
        All figures, as JSON has them.
    """
    print(f"\n{pair.name}\n{'':20} seconds  content    style    grain     flat    frame")
    judge = Judge(pair.photo, pair.painting, settings[0].style_scale, options.filter)
    others = [
        _judged(judge, f"theirs, {other.weight:g}", read_picture(other.path).pixels)
        for other in pair.others
    ]
    ours, seconds = [], []
    for one in settings:
        path = options.output / f"{pair.name}_content-{one.content_weight:g}.png"
        made = repaint(pair, one, path, reuse=options.reuse)
        label = f"ours, {one.content_weight:g}"
        ours.append(_judged(judge, label, made.pixels, made.seconds))
        seconds.append(made.seconds)
    if options.classic:
        middle = min(range(len(seconds)), key=lambda n: abs(math.log(options.balances[n])))
        rows, columns = ours[middle].pixels.shape[:2]
        path = options.output / f"{pair.name}_classic.png"
        made = classic(pair, (rows, columns), seconds[middle], path, reuse=options.reuse)
        others.append(_judged(judge, "classic", made.pixels, made.seconds))
    return report(pair, ours, others, options.output)


def report(
    pair: Pair, ours: Sequence[Judged], others: Sequence[Judged], folder: Path
) -> dict[str, Any]:
    """Print our curve over the others' points; draw the curve and the sheet. All as JSON."""
    points, beside = [one.point for one in ours], [other.point for other in others]
    comparisons = [curves.compare(points, point) for point in beside]
    for other, comparison in zip(others, comparisons, strict=True):
        print(_sentence(other.point.label, comparison))
        if max(other.pixels.shape) != max(ours[0].pixels.shape):
            print("    (the sizes differ: choose another --size for figures that mean something)")
    curve, sheet = (folder / f"{pair.name}_{what}.png" for what in ("curve", "sheet"))
    curves.draw(curve, pair.name, points, beside)
    Image.fromarray(curves.sheet(_rows(pair, ours, others))).save(sheet)
    print(f"  {curve}\n  {sheet}", flush=True)
    return {
        "ours": [_as_json(point) for point in points],
        "others": [
            _as_json(point) | {"ours over theirs": _as_json(comparison)}
            for point, comparison in zip(beside, comparisons, strict=True)
        ],
    }


def _judged(judge: Judge, label: str, pixels: Pixels, seconds: float = math.nan) -> Judged:
    """Judge a picture and print its line."""
    point = judge.point(label, pixels)
    print(
        f"  {label:18} {_text(seconds, '7.1f')}  {point.content:7.4f}  {point.style:7.4f}"
        f"  {point.grain:7.4f}  {_text(point.flat, '7.3f')}  {point.frame:7.2f}",
        flush=True,
    )
    return Judged(point, pixels)


def _sentence(label: str, ratio: Comparison) -> str:
    figures = f"style {ratio.style:.2f}, grain {ratio.grain:.2f}, flat {_text(ratio.flat, '.2f')}"
    where = "" if ratio.inside else " (outside of our range: our nearer end)"
    return f"  at the content of ({label}), ours over theirs: {figures}{where}"


def _rows(
    pair: Pair, ours: Sequence[Judged], others: Sequence[Judged]
) -> list[list[tuple[str, Pixels]]]:
    """A sheet's rows: photo, painting, another's picture, ours of the nearest content."""
    sources = [("photo", pair.photo), ("painting", pair.painting)]
    if not others:
        return [[*sources, *((one.point.label, one.pixels) for one in ours)]]
    points = [one.point for one in ours]
    matches = [(other, ours[nearest(points, other.point)]) for other in others]
    return [[*sources, *((m.point.label, m.pixels) for m in match)] for match in matches]


def _as_json(figures: Point | Comparison) -> dict[str, Any]:
    """The figures by name; None for what is no number."""
    return {
        name: None if isinstance(value, float) and math.isnan(value) else value
        for name, value in dataclasses.asdict(figures).items()
    }


def _text(value: float, form: str) -> str:
    """A number, or a dash of the same width for none."""
    width = form.partition(".")[0] or "1"
    return f"{'-':>{width}}" if math.isnan(value) else f"{value:{form}}"


def _weighed(pair: Pair, options: argparse.Namespace) -> list[Settings]:
    """The settings for each balance."""
    size = options.size
    if size is None:
        size = max(read_picture(pair.others[0].path).pixels.shape) if pair.others else SIZE
    changes = {"size": size} | assignments(options.set)
    if options.recipe_version is not None:
        changes = {"recipe_version": options.recipe_version} | changes
    settings = pair.settings.changed(**changes)
    return [
        settings.changed(content_weight=settings.content_weight * balance)
        for balance in options.balances
    ]


def _pairs(options: argparse.Namespace) -> list[Pair]:
    explicit = dict(map(_explicit, options.pair))
    if options.against is not None:
        return pairs.pairs_against(options.against, options.photos, explicit, options.pairs)
    if explicit:
        raise InputError("--pair must come with --against FOLDER, whose pictures it explains.")
    return pairs.preset_pairs(options.pairs)


def _explicit(text: str) -> tuple[str, tuple[str, str]]:
    name, _, files_of = text.partition("=")
    photo, _, painting = files_of.partition(",")
    if not (name and photo and painting):
        raise InputError(f"--pair must be NAME=PHOTO,PAINTING. Received: {shown(text)}.")
    return name, (photo, painting)


def _balance(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0.0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"must be numbers above 0. Received: {shown(text, 60)}")
    return value


def _parser() -> Parser:
    parser = Parser("python -m bench.quality", description=__doc__)
    add = parser.add_argument
    add("--output", type=Path, default=Path("out"), metavar="FOLDER", help="where all goes")
    add("--size", type=int, help=f"longer side of our pictures, in pixels; {SIZE}, or as theirs")
    add(
        "--balances",
        type=_balance,
        nargs="+",
        default=BALANCES,
        metavar="FACTOR",
        help="our content weights, as factors on the settings' own",
    )
    add("--pairs", nargs="+", default=[], metavar="NAME", help="only these")
    add("--against", type=Path, metavar="FOLDER", help="others' pictures")
    add(
        "--photos",
        type=Path,
        default=TEST_IMAGES,
        metavar="FOLDER",
        help="photos and paintings that the names of others' pictures mean",
    )
    add(
        "--pair",
        action="append",
        default=[],
        metavar="NAME=PHOTO,PAINTING",
        help="what a name means, where it does not say so",
    )
    add("--set", action="append", default=[], metavar="KEY=VALUE", help="change a setting")
    add("--recipe-version", type=int, metavar="N", help="the recipe as it was in that version")
    add(
        "--filter",
        choices=get_args(Filter),
        default="bicubic",
        help="how photo and painting are resized for the figures: as our runs do, or sharper",
    )
    add("--no-classic", dest="classic", action="store_false", help="leave the classic recipe out")
    add(
        "--reuse",
        action="store_true",
        help="take pictures that are in the folder and were made with the same settings",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
