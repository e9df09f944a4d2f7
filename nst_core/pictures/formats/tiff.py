"""TIFF files, as scanners, cameras and Photoshop write them."""

import contextlib
import io

import numpy as np
from PIL import Image

from nst_core.pictures.formats import jpeg
from nst_core.pictures.formats.tiff_layout import Layout, layout_of
from nst_core.pictures.formats.tiff_levels import Extent, Meaning, meaning_of
from nst_core.pictures.formats.tiff_pages import COMPRESSION, Page, picture_of
from nst_core.pictures.formats.tiff_samples import bands
from nst_core.pictures.raster import Raster, require_size

_ORIENTATION, _PROFILE = 274, 34675
_OLD_JPEG, _JPEG_BEGIN, _JPEG_LENGTH = 6, 513, 514
_QUANTISATION, _CODES = 519, (520, 521)


def read(data: bytes) -> Raster:
    """The picture of a TIFF file: its first page that is no thumbnail."""
    page, notes = picture_of(data)
    whole = _old_jpeg(page)
    raster = whole or _decoded(page)
    orientation = page.number(_ORIENTATION, 1)
    raster.orientation = orientation if orientation in range(1, 9) else 1
    profile = page.raw(_PROFILE)
    raster.profile = profile[2] if profile else raster.profile
    raster.notes += notes
    return raster


def _decoded(page: Page) -> Raster:
    likely = meaning_of(layout_of(page))
    raster, meaning, extent = _raster(likely, is_sure=not likely.is_open)
    if extent is not None and (better := meaning.for_range(extent)) != meaning:
        raster, meaning, _ = _raster(better, is_sure=True)
    if meaning.is_reduced:
        raster.notes.append("its levels were reduced to 8 bits")
    if meaning.layout.samples > len(meaning.used):
        raster.notes.append("what it holds beside its colours was left out")
    return raster


def _raster(meaning: Meaning, is_sure: bool) -> tuple[Raster, Meaning, Extent | None]:
    """The picture; what its samples were taken to mean, and unless that was sure their extent.

    Its first rows show what the others will mean most likely.
    """
    shape = (meaning.layout.height, meaning.layout.width)
    colours = {"grey": (), "cmyk": (4,)}.get(meaning.model, (3,))
    levels = np.empty((*shape, *colours), np.uint8)
    alpha = None if meaning.alpha is None else np.empty(shape, np.uint8)
    extent = None if is_sure else Extent()
    for row, samples in bands(meaning.layout, meaning.used):
        if extent is not None:
            extent.add(samples[..., : meaning.channels])
            if row == 0:
                with contextlib.suppress(ValueError):  # the others may make sense of them
                    meaning = meaning.for_range(extent)
        rows = slice(row, row + len(samples))
        levels[rows], piece = meaning.levels(samples)
        if alpha is not None and piece is not None:
            alpha[rows] = piece
    if alpha is not None and (alpha.min() == 255 or alpha.max() == 0):
        alpha = None  # nothing is transparent, or a program left it empty
    return Raster(levels, meaning.model, alpha), meaning, extent


def _old_jpeg(page: Page) -> Raster | None:
    """The picture of a page that is compressed as the format's version 6 had it; or None."""
    if page.number(COMPRESSION, 1) != _OLD_JPEG:
        return None
    begin = page.number(_JPEG_BEGIN, 0)
    length = page.number(_JPEG_LENGTH, 0) or len(page.data) - begin
    stream = page.data[begin : begin + length]
    if not (stream.startswith(b"\xff\xd8") and b"\xff\xda" in stream):
        return _jpeg_in_parts(page)
    raster = jpeg.read(stream)
    if raster.levels.shape[1::-1] != page.size:
        raise ValueError("a JPEG of another size than its page")
    return raster


def _jpeg_in_parts(page: Page) -> Raster | None:
    """A JPEG whose tables lie apart from its pixels, by libtiff; None if it is no first page."""
    require_size(*page.size)
    if _jpeg_end(page) > len(page.data):  # libtiff makes up what is missing
        raise ValueError("it ends before its last pixels")
    data = bytearray(page.data)
    turn = page.entries.get(_ORIENTATION)
    if turn is not None:  # which Pillow would obey here, and only here
        data[turn[2] : turn[2] + 2] = (1).to_bytes(2, "little" if page.order == "<" else "big")
    try:
        with Image.open(io.BytesIO(data), formats=["TIFF"]) as image:
            if image.size != page.size:
                return None
            return Raster(np.asarray(image.convert("RGB")))
    except OSError as error:  # whose words are for programmers
        raise ValueError("a damaged JPEG of the old style") from error


def _jpeg_end(page: Page) -> float:
    """Where the last of a JPEG's parts ends: strips or tiles, and what tags lead to."""
    layout = Layout(page)
    is_whole = all(page.raw(tag) for tag in page.entries)
    # A block of 8 by 8 pixels has two bits at least.
    is_whole &= bool(layout.lengths.sum(dtype=np.float64) >= layout.width * layout.height / 256)
    if not is_whole or not 0 < layout.offsets.size == layout.lengths.size:
        return np.inf
    ends: list[float] = (layout.offsets.astype(np.float64) + layout.lengths).tolist()
    ends += [place + 64 for place in page.values(_QUANTISATION).tolist()]
    for tag in _CODES:
        for place in page.values(tag).tolist():
            counts = page.data[place : place + 16]  # of codes of each length
            ends.append(place + 16 + sum(counts))
    return max(ends)
