"""AVIF: the coded picture and its alpha are put into a plain new file, which is decoded."""

import io
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from nst_core.pictures.formats.boxes import nclx
from nst_core.pictures.formats.boxes.av1 import SequenceHeader, sequence_header
from nst_core.pictures.formats.boxes.container import Container, Item
from nst_core.pictures.formats.boxes.items import (
    coded_items,
    crop_of,
    orientation_of,
    require_allowed,
    require_pixels,
)
from nst_core.pictures.formats.boxes.nclx import Nclx
from nst_core.pictures.formats.boxes.still import Part, still_file
from nst_core.pictures.formats.boxes.tracks import first_frames
from nst_core.pictures.pixels import strips
from nst_core.pictures.raster import MOST_PIXELS, Raster, too_large

_ALPHA = (b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0", b"urn:mpeg:hevc:2015:auxid:1\0")
_TO_DECODER = (b"av1C", b"a1op", b"lsel")
_HDR = (8, 16, 17, 18)
"""Transfers whose dark levels 8 bits would tear apart: linear light, PQ, SMPTE 428, HLG."""


def read(container: Container) -> Raster:
    """The picture of a file whose primary item is AV1, or a grid of AV1.

    Raises:
        Refused: it is too large.
        ValueError: it is damaged.
    """
    coded = coded_items(container, container.primary)
    number, picture = _behind_identity(container)
    raster = _decoded(
        _parts_of(container, number),
        _alpha_of(container, number),
        is_premultiplied=bool(picture.linked(b"prem")),
        said=[*picture.properties, *coded[0].properties],
    )
    raster.orientation = orientation_of(picture)
    if crop := crop_of(picture):
        part = np.s_[: crop[1], : crop[0]]
        raster.levels = raster.levels[part]
        raster.alpha = None if raster.alpha is None else raster.alpha[part]
    return raster


def read_sequence(container: Container) -> Raster:
    """The first frame of a file's sequence.

    Raises:
        Refused: it is too large.
        ValueError: it is damaged, or not coded as AV1.
    """
    frames = [frame for frame in first_frames(container) if frame.kind == b"av01"]
    picture = next((frame for frame in frames if not frame.is_auxiliary), None)
    if picture is None:
        raise ValueError("a sequence without AV1 pictures")
    alpha = [
        _coded_part(frame.content, frame.properties)
        for frame in frames
        if picture.track in dict(frame.targets).get(b"auxl", ())
        and dict(frame.properties).get(b"auxi", bytes(4) + _ALPHA[0])[4:64].startswith(_ALPHA)
    ]
    return _decoded(
        [_coded_part(picture.content, picture.properties)],
        alpha[:1],
        is_premultiplied=any(kind == b"prem" for kind, _ in picture.targets),
        said=picture.properties,
    )


def _decoded(
    parts: list[Part],
    alpha: list[Part],
    is_premultiplied: bool,
    said: list[tuple[bytes, bytes]],
) -> Raster:
    """The raster of coded parts, not turned.

    Args:
        parts: the picture, and where it is a grid its tiles.
        alpha: the same for its transparency; none where it is opaque.
        is_premultiplied: the picture's colours are those over black.
        said: the properties that say its colours.
    """
    header = _header(parts[-1])
    described, profile = nclx.colours_of(said)
    colours = described or Nclx(*header.cicp, nclx.FULL_RANGE * header.is_full_range)
    is_deep = header.depth > 8 and not profile and colours.transfer in _HDR
    decode = _sixteen_bits if is_deep else _eight_bits
    as_decoded = nclx.decodable(colours)
    notes = []
    try:
        levels = decode(_file(parts, alpha, is_premultiplied, as_decoded), header.depth)
    except Exception:
        if not alpha:
            raise
        levels = decode(_file(parts, [], False, as_decoded), header.depth)
        notes.append("its transparency is damaged and was left out")
    opaque, transparency = _apart(levels)
    raster = Raster(opaque, "grey" if opaque.ndim == 2 else "rgb", transparency, profile)
    raster.notes.extend(notes)
    if not profile:
        nclx.describe(colours, said, raster)
    return raster


def _parts_of(container: Container, number: int) -> list[Part]:
    """An item as parts of a new file, with its tiles where it is a grid.

    Raises:
        Refused: it is too large.
        ValueError: it is damaged, or neither AV1 nor a grid of it.
    """
    item = container.items[number]
    coded = coded_items(container, number)
    if item.kind not in (b"av01", b"grid") or any(part.kind != b"av01" for part in coded):
        raise ValueError("a picture that is made of others in a rare way")
    if item.kind == b"av01":
        return _tiles(container, coded)
    return _grid(container, item, _tiles(container, coded))


def _behind_identity(container: Container) -> tuple[int, Item]:
    """The item that is the picture, behind items that only turn it; it, with what these say."""
    number = container.primary
    picture = container.items[number]
    said, references = [*picture.properties], [*picture.references]
    while picture.kind == b"iden":
        number = picture.linked(b"dimg")[0]
        picture = container.items[number]
        said += picture.properties
        references += picture.references
    return number, replace(picture, properties=said, references=references)


def _tiles(container: Container, coded: list[Item]) -> list[Part]:
    require_allowed(container, coded)
    contents = {id(item): container.bytes_of(item) for item in coded}
    tiles = [_coded_part(contents[id(item)], item.properties) for item in coded]
    headers = [_header(tile) for tile in tiles]
    require_pixels((header.width, header.height) for header in headers)
    return tiles


def _grid(container: Container, item: Item, tiles: list[Part]) -> list[Part]:
    links = tuple(range(1, len(tiles) + 1))
    said = [entry for entry in item.properties if entry[0] == b"ispe"]
    return [Part(b"grid", container.bytes_of(item), said, [(b"dimg", links)]), *tiles]


def _coded_part(content: bytes, said: list[tuple[bytes, bytes]]) -> Part:
    """AV1 data as an item, with those of its properties that decoders need."""
    part = Part(b"av01", content, [entry for entry in said if entry[0] in _TO_DECODER])
    header = _header(part)
    sides = header.width.to_bytes(4, "big") + header.height.to_bytes(4, "big")
    channels = 1 if header.is_grey else 3
    part.properties += [
        (b"ispe", dict(said).get(b"ispe", bytes(4) + sides)),
        (b"pixi", bytes(4) + bytes([channels, *[header.depth] * channels])),
    ]
    return part


def _alpha_of(container: Container, number: int) -> list[Part]:
    """The parts of a picture's transparency; none where it is opaque."""
    alphas = {
        target: auxiliary
        for auxiliary, item in reversed(container.items.items())  # the first one counts
        if (item.property(b"auxC") or b"")[4:64].startswith(_ALPHA)
        for target in item.linked(b"auxl")
    }
    alpha = alphas.get(container.primary) or alphas.get(number)
    if alpha:
        return _parts_of(container, alpha)
    picture = container.items[number]
    tiles = picture.linked(b"dimg")
    if tiles and all(tile in alphas for tile in tiles):
        items = [container.items[alphas[tile]] for tile in tiles]
        if all(item.kind == b"av01" for item in items):
            return _grid(container, picture, _tiles(container, items))
    return []


def _header(part: Part) -> SequenceHeader:
    header = sequence_header(part.content)
    if header is None:
        configuration = dict(part.properties).get(b"av1C", b"")
        header = sequence_header(configuration[4:])
    if header is None:
        raise ValueError("AV1 data that does not say its size")
    if header.width * header.height > MOST_PIXELS:
        raise too_large(f"{header.width} x {header.height}")
    return header


def _file(parts: list[Part], alpha: list[Part], is_premultiplied: bool, colours: Nclx) -> bytes:
    """A new file of a picture and its transparency."""
    colour = (b"colr", colours.to_bytes())
    # A grid's tiles need their colours, too.
    whole = [replace(part, properties=[*part.properties, colour]) for part in parts]
    if alpha:
        first = len(whole)
        for part in alpha:
            links = [(k, tuple(first + place for place in places)) for k, places in part.references]
            kind = (b"auxC", bytes(4) + _ALPHA[0])
            whole.append(replace(part, properties=[*part.properties, kind], references=links))
        whole[first].references.append((b"auxl", (0,)))
        if is_premultiplied:
            whole[0] = replace(whole[0], references=[*whole[0].references, (b"prem", (first,))])
    return still_file(whole)


def _eight_bits(file: bytes, depth: int) -> NDArray[np.uint8]:
    try:
        image = Image.open(io.BytesIO(file), formats=["AVIF"])
    except UnidentifiedImageError as error:
        raise ValueError("AV1 data that is damaged") from error
    return np.asarray(image)


def _sixteen_bits(file: bytes, depth: int) -> NDArray[np.uint16]:
    import imagecodecs  # few files need it

    levels: NDArray[np.uint16] = imagecodecs.avif_decode(file)
    # The bits stand on the right; on the left, with their first ones behind, they fill 16.
    for rows in strips(levels.shape):
        levels[rows] = levels[rows] << (16 - depth) | levels[rows] >> (2 * depth - 16)
    return levels


def _apart(levels: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.uint8] | None]:
    """Levels without their alpha, and alpha, uint8; None where all is opaque."""
    if levels.ndim == 2 or levels.shape[2] == 3:
        return levels, None
    alpha = levels[..., -1]
    if levels.dtype != np.uint8:
        alpha = (alpha >> 8).astype(np.uint8)
    colours = levels[..., 0] if levels.shape[2] == 2 else levels[..., :3]
    return np.ascontiguousarray(colours), None if alpha.min() == 255 else alpha
