"""Photo and painting of each pair that `bench.quality` measures, and others' pictures of it.

No program.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import skimage

from nst_core import InputError, Settings, load_preset, presets
from nst_core.errors import shown
from nst_core.pictures.decoding import read_picture
from nst_core.pictures.pixels import Pixels

PRESET_PAIRS = (
    ("astronaut", "starlit_valley"),
    ("chelsea", "stained_glass"),
    ("coffee", "woodblock_wave"),
    ("rocket", "starlit_valley"),
    ("moon", "palette_knife_autumn"),
)
"""Photos that scikit-image carries, and presets; the moon is flat, half of the rocket is sky."""

PHOTOS = ("astronaut", "camera", "cat", "chelsea", "clock", "coffee", "coins", "moon", "rocket")
"""The photos that scikit-image carries and that may be named."""

_LEAST_PREFIX = 4
"""How many letters of a word a file's name must have at least, if it has not all of them."""

_NAME = re.compile(r"(?P<pair>.+)_content-(?P<weight>\d+(?:\.\d+)?(?:e-?\d+)?)")


@dataclass(frozen=True)
class Other:
    """A picture that was made elsewhere, and the weight of the content that its name says."""

    path: Path
    weight: float


@dataclass(frozen=True)
class Pair:
    """A photo and a painting, each uint8 (H, W, 3).

    Attributes:
        settings: those of the preset, or the defaults.
        others: pictures of this pair that were made elsewhere, in the order of their weights.
    """

    name: str
    photo: Pixels
    painting: Pixels
    settings: Settings
    others: tuple[Other, ...] = ()


def preset_pairs(chosen: Sequence[str]) -> list[Pair]:
    """The pairs of `PRESET_PAIRS`, or the chosen ones, each any of `PHOTOS` with any preset.

    Args:
        chosen: as "photo_preset"; none for `PRESET_PAIRS`.

    Raises:
        InputError: there is no pair of such a name.

    Example:
        >>> [pair.name for pair in preset_pairs(["coffee_woodblock_wave"])]
        ['coffee_woodblock_wave']
    """
    usual = [f"{photo}_{preset}" for photo, preset in PRESET_PAIRS]
    names = {
        f"{photo}_{name}": (photo, name)
        for photo in PHOTOS
        for name, preset in presets.load_all()[0].items()
        if preset.painting
    }
    unknown = [name for name in chosen if name not in names]
    if unknown:
        raise InputError(
            f"A pair must be PHOTO_PRESET, as {usual[0]}, with a photo among {', '.join(PHOTOS)}. "
            f"Received: {shown(', '.join(unknown))}."
        )
    return [
        Pair(
            name,
            _photo_of_scikit_image(names[name][0]),
            presets.read_painting(load_preset(names[name][1])).pixels,
            load_preset(names[name][1]).settings,
        )
        for name in chosen or usual
    ]


def pairs_against(
    folder: Path, pictures: Path, explicit: Mapping[str, tuple[str, str]], chosen: Sequence[str]
) -> list[Pair]:
    """The pairs of which a folder holds pictures, named PHOTO_PAINTING_content-WEIGHT.

    Args:
        folder: of the others' pictures; files with other names are passed over.
        pictures: a folder of photos and paintings. scikit-image's photos and the presets' paintings
            are known besides.
        explicit: photo and painting by a pair's name, each a file or as in a name.
        chosen: the names of the pairs to take; empty for all.

    Raises:
        InputError: the folder has no such picture, a name fits no photo or painting or more than
            one, or an explicit or chosen pair is not there.

    Example:
        >>> pairs_against(Path("theirs"), Path("photos"), {}, [])[0].name
        'tubingen_woman-with-hat'
    """
    others: dict[str, list[Other]] = {}
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if match := _NAME.fullmatch(path.stem):
            others.setdefault(match["pair"], []).append(Other(path, float(match["weight"])))
    if not others:
        raise InputError(
            "--against must be a folder with pictures named PHOTO_PAINTING_content-WEIGHT. "
            f"Received: {shown(folder)}."
        )
    _chosen(others, list(explicit))
    return [
        _pair(name, tuple(sorted(others[name], key=lambda o: o.weight)), pictures, explicit)
        for name in _chosen(others, chosen)
    ]


def photo_and_painting(pair: str, pictures: Path) -> tuple[str, str]:
    """What a pair's name says: photo and painting, each a file's path or a name that is built in.

    A photo is a file whose name begins with the first part, or one of scikit-image's; a painting is
    a file that has each word of the second part, or a preset. Of a word the file's name may have
    the first letters only, and digits in it are passed over.

    Args:
        pair: as "tubingen_woman-with-hat"; each `_` may be where the painting begins.
        pictures: a folder of photos and paintings.

    Raises:
        InputError: nothing fits, or more than one thing.

    Example:
        >>> photo_and_painting("astronaut_starlit_valley", Path("photos"))
        ('astronaut', 'starlit_valley')
    """
    files = (
        sorted(path for path in pictures.iterdir() if path.is_file()) if pictures.is_dir() else []
    )
    fits = [
        (photo, painting)
        for at in (match.start() for match in re.finditer("_", pair))
        for photo in _photos(pair[:at], files)
        for painting in _paintings(pair[at + 1 :], files)
    ]
    if len(fits) == 1:
        return fits[0]
    found = "; ".join(f"{Path(a).name} and {Path(b).name}" for a, b in fits) or "none"
    raise InputError(
        f"The name {shown(pair, 60)} must fit one photo and one painting of {shown(pictures, 60)}, "
        f"of scikit-image or of the presets; else say --pair NAME=PHOTO,PAINTING. "
        f"Received: {shown(found)}."
    )


def _pair(
    name: str, others: tuple[Other, ...], pictures: Path, explicit: Mapping[str, tuple[str, str]]
) -> Pair:
    photo, painting = explicit.get(name) or photo_and_painting(name, pictures)
    is_preset = painting in presets.preset_files()
    return Pair(
        name,
        _photo_of_scikit_image(photo) if photo in PHOTOS else read_picture(photo).pixels,
        presets.read_painting(load_preset(painting)).pixels
        if is_preset
        else read_picture(painting).pixels,
        load_preset(painting).settings if is_preset else Settings(),
        others,
    )


def _photos(text: str, files: Iterable[Path]) -> list[str]:
    known = [name for name in PHOTOS if name == text]
    stems = {str(path): _plain(path.stem) for path in files}
    exact = [path for path, stem in stems.items() if stem == _plain(text)]
    begun = [path for path, stem in stems.items() if stem.startswith(_plain(text))]
    return exact or known or begun


def _paintings(text: str, files: Iterable[Path]) -> list[str]:
    if text in presets.preset_files():
        return [text]
    words = re.findall(r"[^\W\d_]+", text.casefold())
    return [str(path) for path in files if words and all(_has(path.stem, word) for word in words)]


def _has(stem: str, word: str) -> bool:
    """Whether a file's name has a word, or a piece that the word begins with."""
    pieces = re.findall(r"[^\W\d_]+", stem.casefold())
    return word in _plain(stem) or any(
        len(piece) >= _LEAST_PREFIX and word.startswith(piece) for piece in pieces
    )


def _plain(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold())


def _photo_of_scikit_image(name: str) -> Pixels:
    pixels = getattr(skimage.data, name)()
    return np.ascontiguousarray(pixels if pixels.ndim == 3 else np.stack([pixels] * 3, axis=-1))


def _chosen(names: Iterable[str], chosen: Sequence[str]) -> list[str]:
    """The chosen ones of some names; all if none is chosen."""
    unknown = [name for name in chosen if name not in names]
    if unknown:
        raise InputError(
            f"A pair must be one of {', '.join(names)}. Received: {shown(', '.join(unknown))}."
        )
    return list(chosen) or list(names)
