"""The numbers of a TIFF's pixels, as they were before they were packed and compressed."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nst_core.pictures.formats.tiff_codec import Rows
from nst_core.pictures.formats.tiff_layout import JPEG, WEBP, Layout

BAND_BYTES = 8 * 1024 * 1024
"""Of the pixels that are unpacked at once."""

UNSIGNED, SIGNED, FLOAT = 1, 2, 3
_DIFFERENCES, _FLOAT_DIFFERENCES = 2, 3


def sample_format(layout: Layout) -> int:
    """What kind of numbers they are: UNSIGNED, SIGNED or FLOAT.

    Raises:
        ValueError: another one, or such numbers do not have so many bits.
    """
    number = layout.page.number(339, UNSIGNED)
    number = UNSIGNED if number == 4 else number  # 4 for "not said"
    if number not in (UNSIGNED, SIGNED, FLOAT):
        raise ValueError("complex numbers")
    sizes = {SIGNED: (8, 16, 32, 64), FLOAT: (16, 32, 64)}
    if number in sizes and layout.bits not in sizes[number]:
        raise ValueError(f"signed numbers or floats of {layout.bits} bits")
    return number


def bands(layout: Layout) -> Iterator[tuple[int, NDArray[Any]]]:
    """Some rows after the others: the first one's number, and samples (rows, width, samples).

    They are unsigned, signed or floats of any width, in this machine's order of bytes.

    Raises:
        Exception: the file is damaged.

    Example:
        >>> [(row, samples.shape) for row, samples in bands(layout)]
        [(0, (2048, 4000, 3)), (2048, (952, 4000, 3))]
    """
    row_bytes = layout.row_bytes(layout.coded_columns)
    count = max(1, BAND_BYTES // (row_bytes * layout.segment_rows))
    step = max(1, BAND_BYTES // (row_bytes * layout.planes))
    high = layout.subsampling[1]
    for first in range(0, layout.down, count):
        number = min(count, layout.down - first)
        planes = [Rows(layout, plane, first, number) for plane in range(layout.planes)]
        top = first * layout.segment_rows
        bottom = min(top + number * layout.segment_rows, layout.coded_rows)
        for start in range(top, bottom, step):
            stop = min(start + step, bottom)
            parts = [_samples(layout, rows.bytes(start - top, stop - top)) for rows in planes]
            samples = parts[0] if len(parts) == 1 else np.concatenate(parts, 2)
            yield start * high, samples[: layout.height - start * high, : layout.width]


def _samples(layout: Layout, rows: NDArray[np.uint8]) -> NDArray[Any]:
    """uint8 (rows, bytes) -> (rows, columns, samples), of whole tiles."""
    if layout.compression in (JPEG, WEBP):
        return rows.reshape(len(rows), -1, layout.plane_samples)
    if layout.subsampling != (1, 1):
        return _shared_colours(layout, rows)
    kind = sample_format(layout)
    if layout.predictor == _FLOAT_DIFFERENCES:
        samples = _float_differences(layout, rows)
    else:
        samples = _unpacked(layout, rows)
        if layout.predictor == _DIFFERENCES and not layout.is_added_up:
            _add_up(samples.reshape(-1, layout.segment_columns, layout.plane_samples))
        samples = samples.view(f"{'?uif'[kind]}{layout.bits // 8}") if kind != UNSIGNED else samples
    # Floats of 16 bits are slow to work with.
    return samples.astype(np.float32) if samples.dtype == np.float16 else samples


def _unpacked(layout: Layout, rows: NDArray[np.uint8]) -> NDArray[Any]:
    """Unsigned numbers (rows, columns, samples), packed from the highest bit on."""
    bits, shape = layout.bits, (len(rows), layout.coded_columns, layout.plane_samples)
    if bits == 8:
        return (rows if layout.is_added_up else rows.copy()).reshape(shape)
    if bits in (16, 32, 64):
        stored = rows.view(f"{layout.page.order}u{bits // 8}")
        return stored.astype(stored.dtype.newbyteorder("=")).reshape(shape)
    digits = np.unpackbits(rows, axis=1)[:, : shape[1] * shape[2] * bits].reshape(*shape, bits)
    numbers = np.zeros(shape, np.uint8 if bits < 8 else np.uint16 if bits < 16 else np.uint64)
    for place in range(bits):
        numbers <<= 1
        numbers |= digits[..., place]
    return numbers


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
    floats = np.ascontiguousarray(apart.swapaxes(1, 2)).view(f">f{size}")
    return floats.astype(f"f{size}").reshape(len(rows), layout.coded_columns, samples)


def _shared_colours(layout: Layout, rows: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """YCbCr of which a few pixels share their colours, stored behind their brightness."""
    wide, high = layout.subsampling
    units = rows.reshape(len(rows), -1, wide * high + 2)
    blocks = units[..., :-2].reshape(len(rows), -1, high, wide)
    bright = blocks.swapaxes(1, 2).reshape(len(rows) * high, -1, 1)
    colours = units[..., -2:].repeat(wide, 1).repeat(high, 0)
    return np.concatenate([bright, colours], 2)
