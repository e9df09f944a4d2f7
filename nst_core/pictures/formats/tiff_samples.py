"""The numbers of a TIFF's pixels, as they were before they were packed and compressed."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nst_core.pictures.formats.tiff_codec import Rows
from nst_core.pictures.formats.tiff_layout import JPEG, WEBP, Layout

BAND_BYTES = 8 * 1024 * 1024
"""Of the strips or tiles that are decompressed at once."""
_PIECE_BYTES = 512 * 1024
"""Of the pixels that are unpacked at once: what a processor's cache holds is done much faster."""

UNSIGNED, SIGNED, FLOAT = 1, 2, 3
_DIFFERENCES, _FLOAT_DIFFERENCES = 2, 3
_WHOLE = (8, 16, 32, 64)
_TOP_BITS = 16


def sample_format(layout: Layout) -> int:
    """What kind of numbers they are: UNSIGNED, SIGNED or FLOAT.

    Raises:
        ValueError: another one, or such numbers do not have so many bits.
    """
    number = layout.page.number(339, UNSIGNED)
    number = UNSIGNED if number == 4 else number  # 4 for "not said"
    if number not in (UNSIGNED, SIGNED, FLOAT):
        raise ValueError("complex numbers")
    sizes = {SIGNED: _WHOLE, FLOAT: (16, 24, 32, 64)}
    if number in sizes and layout.bits not in sizes[number]:
        raise ValueError(f"signed numbers or floats of {layout.bits} bits")
    return number


def number_bits(layout: Layout) -> int:
    """How many bits the numbers have that `bands` gives.

    Those of a file; but of depths above 16 that no machine counts in, the highest 16.
    """
    is_odd = layout.bits not in _WHOLE and sample_format(layout) == UNSIGNED
    return min(layout.bits, _TOP_BITS) if is_odd else layout.bits


def bands(layout: Layout, used: Sequence[int]) -> Iterator[tuple[int, NDArray[Any]]]:
    """Some rows after the others: the first one's number, and samples (rows, width, used).

    They are unsigned, signed or floats of any width, in this machine's order of bytes.

    Args:
        layout: of the page.
        used: which of a pixel's samples to give, in order; the others are not looked at.

    Raises:
        Exception: the file is damaged.

    Example:
        >>> [(row, samples.shape) for row, samples in bands(layout, [0, 1, 2])]
        [(0, (2048, 4000, 3)), (2048, (952, 4000, 3))]
    """
    row_bytes = layout.row_bytes(layout.coded_columns)
    count = max(1, BAND_BYTES // (row_bytes * layout.segment_rows))
    planes = list(used) if layout.planes > 1 else [0]
    within = [0] if layout.planes > 1 else list(used)
    step = max(1, _PIECE_BYTES // (row_bytes * len(planes)))
    high = layout.subsampling[1]
    for first in range(0, layout.down, count):
        number = min(count, layout.down - first)
        read = [Rows(layout, plane, first, number) for plane in planes]
        top = first * layout.segment_rows
        bottom = min(top + number * layout.segment_rows, layout.coded_rows)
        for start in range(top, bottom, step):
            stop = min(start + step, bottom)
            pieces = [rows.bytes(start - top, stop - top) for rows in read]
            parts = [_samples(layout, piece, within) for piece in pieces]
            samples = parts[0] if len(parts) == 1 else np.concatenate(parts, 2)
            yield start * high, samples[: layout.height - start * high, : layout.width]


def _samples(layout: Layout, rows: NDArray[np.uint8], used: list[int]) -> NDArray[Any]:
    """uint8 (rows, bytes) -> (rows, columns, used), of whole tiles."""
    if layout.compression in (JPEG, WEBP):
        return rows.reshape(len(rows), -1, layout.plane_samples)[..., _places(used)]
    if layout.subsampling != (1, 1):
        return _shared_colours(layout, rows)
    kind = sample_format(layout)
    if layout.predictor == _FLOAT_DIFFERENCES:
        samples = _float_differences(layout, rows)
    elif kind == FLOAT and layout.bits == 24:
        pixels = rows.reshape(len(rows), layout.coded_columns, layout.plane_samples, 3)
        samples = _floats_of_24_bits(pixels if layout.page.order == ">" else pixels[..., ::-1])
    elif layout.bits not in _WHOLE:
        return _top_bits(layout, rows, used)
    else:
        samples = _whole_numbers(layout, rows)
        if layout.predictor == _DIFFERENCES and not layout.is_added_up:
            _add_up(samples.reshape(-1, layout.segment_columns, layout.plane_samples))
        samples = samples.view(f"{'?uif'[kind]}{layout.bits // 8}") if kind != UNSIGNED else samples
    samples = samples[..., _places(used)]
    # Floats of 16 bits are slow to work with.
    return samples.astype(np.float32) if samples.dtype == np.float16 else samples


def _places(used: list[int]) -> slice | list[int]:
    """An index of those samples, which copies nothing where they are neighbours."""
    is_run = used == list(range(used[0], used[0] + len(used)))
    return slice(used[0], used[0] + len(used)) if is_run else used


def _whole_numbers(layout: Layout, rows: NDArray[np.uint8]) -> NDArray[Any]:
    """Unsigned numbers (rows, columns, samples) of 8, 16, 32 or 64 bits, which may be changed."""
    shape = (len(rows), layout.coded_columns, layout.plane_samples)
    if layout.bits == 8:
        is_changed = layout.predictor == _DIFFERENCES and not layout.is_added_up
        return (rows.copy() if is_changed else rows).reshape(shape)
    stored = rows.view(f"{layout.page.order}u{layout.bits // 8}")
    return stored.astype(stored.dtype.newbyteorder("=")).reshape(shape)


def _top_bits(layout: Layout, rows: NDArray[np.uint8], used: list[int]) -> NDArray[Any]:
    """Unsigned numbers (rows, columns, used), packed from the highest bit on: their top 16 bits.

    Every few pixels begin at a byte again, so that all that lie alike are cut out at once.
    """
    bits, kept, columns = layout.bits, number_bits(layout), layout.coded_columns
    pixel_bits = bits * layout.plane_samples
    period = 8 // math.gcd(pixel_bits, 8)
    size, count = pixel_bits * period // 8, math.ceil(columns / period)
    padded = np.zeros((len(rows), count * size + 2), np.uint8)
    padded[:, : rows.shape[1]] = rows
    numbers = np.empty((len(rows), count * period, len(used)), np.uint8 if kept <= 8 else np.uint16)
    for pixel in range(period):
        for place, sample in enumerate(used):
            at, shift = divmod(pixel * pixel_bits + sample * bits, 8)
            width = math.ceil((shift + kept) / 8)
            word: NDArray[Any] = padded[:, at::size][:, :count]
            for more in range(1, width):
                wider: NDArray[Any] = word.astype(np.uint16 if width == 2 else np.uint32)
                word = np.left_shift(wider, 8)
                word |= padded[:, at + more :: size][:, :count]
            cut = (word >> (8 * width - shift - kept)) & ((1 << kept) - 1)
            numbers[:, pixel::period, place] = cut
    return numbers[:, :columns]


def _add_up(numbers: NDArray[Any]) -> None:
    """Differences to the pixel on the left become numbers: (rows, columns, samples), in place."""
    for sample in range(numbers.shape[2]):
        row = numbers[..., sample]
        np.add.accumulate(row, axis=1, out=row)


def _float_differences(layout: Layout, rows: NDArray[np.uint8]) -> NDArray[Any]:
    """Floats whose highest bytes come first in each row, all as differences: Adobe's note 3."""
    size, samples = layout.bits // 8, layout.plane_samples
    if sample_format(layout) != FLOAT:
        raise ValueError("differences of floats, and no floats")
    if not layout.is_added_up:
        rows = rows.copy()
        _add_up(rows.reshape(-1, layout.segment_columns * size, samples))
    apart = rows.reshape(-1, size, layout.segment_columns * samples)
    shape = (len(rows), layout.coded_columns, samples)
    if size == 3:
        return _floats_of_24_bits(apart.swapaxes(1, 2)).reshape(shape)
    floats = np.ascontiguousarray(apart.swapaxes(1, 2)).view(f">f{size}")
    return floats.astype(f"f{size}").reshape(shape)


def _floats_of_24_bits(stored: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Of a sign, 7 bits of exponent and 16 of fraction; uint8 (..., 3), the highest byte first."""
    high, middle, low = (stored[..., place].astype(np.uint32) for place in range(3))
    # Exponents count from 63 here and from 127 in floats of 32 bits, but 0 is for zero in both.
    known = np.array([0, *range(65, 64 + 127), 255], np.uint32)
    exponent = known[high & 127]
    floats: NDArray[np.float32] = (high >> 7 << 31 | exponent << 23 | middle << 15 | low << 7).view(
        np.float32
    )
    return floats


def _shared_colours(layout: Layout, rows: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """YCbCr of which a few pixels share their colours, stored behind their brightness."""
    wide, high = layout.subsampling
    units = rows.reshape(len(rows), -1, wide * high + 2)
    blocks = units[..., :-2].reshape(len(rows), -1, high, wide)
    bright = blocks.swapaxes(1, 2).reshape(len(rows) * high, -1, 1)
    colours = units[..., -2:].repeat(wide, 1).repeat(high, 0)
    return np.concatenate([bright, colours], 2)
