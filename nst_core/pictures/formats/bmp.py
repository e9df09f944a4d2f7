"""BMP files, decoded here: Pillow refuses many of their kinds, and takes six seconds for others.

Colours that a head of version 4 describes by numbers are taken for sRGB, as browsers do.
"""

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nst_core.pictures.formats.bmp_runs import unpack_runs
from nst_core.pictures.raster import Raster, Refused, require_size

_RGB, _RLE8, _RLE4, _BITFIELDS, _ALPHA_BITFIELDS = 0, 1, 2, 3, 6
_RARE = {4: "a JPEG picture within", 5: "a PNG picture within"}
_MASKS = {16: (0x7C00, 0x3E0, 0x1F), 32: (0xFF0000, 0xFF00, 0xFF)}
_SIZE_IN_OS2 = 64  # its other numbers for packing are others
_CUT = "it ends before its last pixels"


@dataclass
class _Head:
    """What the head of a file says.

    Attributes:
        size: of the head, in bytes; it begins behind the 14 of the file's.
        from_top: whether the first row is the uppermost.
        start: where the pixels begin; 0 if that is not said, or is within the head.
        colours: how many are in the palette; 0 for as many as there can be.
    """

    size: int
    width: int
    height: int
    from_top: bool
    bits: int
    packing: int
    colours: int
    start: int


def read(data: bytes) -> Raster:
    """A BMP file's picture."""
    head = _head_of(data)
    require_size(head.width, head.height)
    if head.packing in _RARE and head.size != _SIZE_IN_OS2:
        raise Refused("must be a BMP picture with pixels of its own", _RARE[head.packing])
    if head.bits <= 8:
        raster = _with_palette(data, head)
    elif head.bits == 24 and head.packing == _RGB:
        pixels = _rows(data, head)[:, : head.width * 3].reshape(head.height, head.width, 3)
        raster = Raster(pixels[..., ::-1])
    elif head.bits in _MASKS and head.packing in (_RGB, _BITFIELDS, _ALPHA_BITFIELDS):
        raster = _with_masks(data, head)
    else:
        raise ValueError(f"{head.bits} bits a pixel, packed in way {head.packing}")
    if not head.from_top:
        raster.levels = raster.levels[::-1]
        raster.alpha = None if raster.alpha is None else raster.alpha[::-1]
    if head.size >= 124:
        _take_profile(data, raster)
    return raster


def is_without_head(data: bytes) -> bool:
    """Whether these are a bitmap's bytes without the head of a file, as a clipboard has them.

    Example:
        >>> is_without_head(b"BM, and so on")
        False
    """
    if len(data) < 40:
        return False
    size, _, _, planes, bits, packing = struct.unpack_from("<IiiHHI", data)
    known = size in (40, 52, 56, 108, 124) and bits in (1, 2, 4, 8, 16, 24, 32)
    return known and planes == 1 and packing <= _ALPHA_BITFIELDS


def read_without_head(data: bytes) -> Raster:
    """The picture in a bitmap without a file's head."""
    return read(b"BM" + bytes(12) + data)


def _head_of(data: bytes) -> _Head:
    if len(data) < 26:
        raise ValueError("a head that is cut")
    start, size = struct.unpack_from("<II", data, 10)
    if size == 12:
        width, height, _, bits = struct.unpack_from("<HHHH", data, 18)
        return _Head(size, width, height, False, bits, _RGB, 0, start if start >= 26 else 0)
    if not 16 <= size <= 1024:
        raise ValueError("a head that is damaged or of a rare kind")
    # Heads of OS/2 may be cut short anywhere; what is missing is zero.
    fields = data[18 : 14 + size].ljust(36, b"\0")
    width, height, _, bits, packing, _, _, _, colours, _ = struct.unpack_from("<iiHHIIiiII", fields)
    start = start if start >= 14 + size else 0
    return _Head(size, width, abs(height), height < 0, bits, packing, colours, start)


def _rows(data: bytes, head: _Head) -> NDArray[np.uint8]:
    """The rows as they are stored, uint8 (H, bytes of a row)."""
    stride = (head.width * head.bits + 31) // 32 * 4
    last = (head.width * head.bits + 7) // 8
    start = head.start or 14 + head.size
    stored = data[start : start + stride * head.height]
    if len(stored) < stride * (head.height - 1) + last:
        raise ValueError(_CUT)
    # The fill of the last row may be missing.
    stored = stored.ljust(stride * head.height, b"\0")
    return np.frombuffer(stored, np.uint8).reshape(head.height, stride)


def _with_palette(data: bytes, head: _Head) -> Raster:
    entry = 3 if head.size == 12 else 4
    most = 1 << head.bits
    begin = 14 + head.size
    colours = min(head.colours or most, most)
    if head.start > begin:
        colours = min(colours, (head.start - begin) // entry)
    palette = np.zeros((256, 3), np.uint8)  # what is missing is black
    stored = np.frombuffer(data[begin : begin + colours * entry], np.uint8)
    stored = stored[: len(stored) // entry * entry].reshape(-1, entry)
    palette[: len(stored)] = stored[:, 2::-1]
    head.start = head.start or begin + colours * entry
    skipped = None
    if head.packing in (_RLE8, _RLE4) and head.bits == (8 if head.packing == _RLE8 else 4):
        indices, skipped = unpack_runs(data, head.start, head.width, head.height, head.bits)
    elif head.packing == _RGB and head.bits in (1, 2, 4, 8):
        indices = _indices(_rows(data, head), head.bits)[:, : head.width]
    else:
        raise ValueError(f"{head.bits} bits a pixel, packed in way {head.packing}")
    is_grey = (palette == palette[:, :1]).all()
    levels = palette[:, 0][indices] if is_grey else palette[indices]
    if skipped is not None:
        levels[skipped] = 0
    return Raster(levels, "grey" if is_grey else "rgb")


def _indices(rows: NDArray[np.uint8], bits: int) -> NDArray[np.uint8]:
    if bits == 1:
        return np.unpackbits(rows, axis=1)
    steps = range(8 - bits, -1, -bits)
    parts = [(rows >> step) & ((1 << bits) - 1) for step in steps]
    return np.stack(parts, 2).reshape(len(rows), -1)


def _with_masks(data: bytes, head: _Head) -> Raster:
    stored = struct.unpack_from("<4I", data, 54) if len(data) >= 70 else (0, 0, 0, 0)
    # A head of 40 bytes is followed by the masks, longer ones have them at the same place.
    has_alpha = head.size >= 56 and head.size != _SIZE_IN_OS2
    alpha = stored[3] if has_alpha or head.packing == _ALPHA_BITFIELDS else 0
    masks = (*stored[:3], alpha)
    if head.packing == _RGB or masks == (0, 0, 0, 0):
        # Browsers take such an alpha from heads of version 4 on.
        has_alpha = head.bits == 32 and (head.packing != _RGB or head.size >= 108)
        masks = (*_MASKS[head.bits], alpha if has_alpha else 0)
    if not head.start:
        head.start = 14 + max(head.size, 40 + (0 if head.packing == _RGB else 12))
    _require_masks(masks, head.bits)
    rows = _rows(data, head)
    pixels = rows.view("<u2" if head.bits == 16 else "<u4")[:, : head.width]
    levels = np.stack([_channel(pixels, mask) for mask in masks[:3]], 2)
    alpha = _channel(pixels, masks[3]) if masks[3] else None
    # Many programs write bitmaps of 32 bits and leave their alpha at 0.
    if alpha is not None and (not alpha.any() or alpha.min() == 255):
        alpha = None
    return Raster(levels, "rgb", alpha)


def _require_masks(masks: tuple[int, ...], bits: int) -> None:
    for number, mask in enumerate(masks):
        lowest = mask & -mask
        overlaps = any(mask & other for other in masks[:number])
        if mask >> bits or overlaps or (mask + lowest) & mask:
            named = ", ".join(f"{mask:X}" for mask in masks)
            raise Refused("must have a mask of its own for each channel", f"masks {named}")


def _channel(pixels: NDArray[np.uint16 | np.uint32], mask: int) -> NDArray[np.uint8]:
    """The levels of a channel from 0 to 255, whatever its number of bits."""
    if not mask:
        return np.zeros(pixels.shape, np.uint8)
    lowest = mask & -mask
    most = mask // lowest
    values = ((pixels.astype(np.uint64) & mask) // lowest).astype(np.uint64)
    return ((values * 255 + most // 2) // most).astype(np.uint8)


def _take_profile(data: bytes, raster: Raster) -> None:
    """Take over the profile of a head of version 5."""
    kind = data[70:74]
    if kind == b"DEBM":
        offset, size = struct.unpack_from("<II", data, 126)
        raster.profile = data[14 + offset : 14 + offset + size]
    elif kind == b"KNIL":
        raster.notes.append("its colour profile is in another file and was left out")
