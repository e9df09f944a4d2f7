"""The runs of bytes in which some BMP files pack their pixels (RLE8 and RLE4)."""

import functools

import numpy as np
from numpy.typing import NDArray

# From this many runs in a row on, NumPy is faster than a loop.
_MANY = 64
MOST_STEPS = 1_500_000
"""Ends of runs in a file; a real one has a few for each row. These take two seconds."""

_LITERAL, _END_OF_ROW, _END, _DELTA = 3, 0, 1, 2


def unpack_runs(
    data: bytes, start: int, width: int, height: int, bits: int
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """The pixels that are packed in runs.

    The time is bounded by the number of pixels, whatever the length of the data. Pixels beyond the
    end of a row are dropped.

    Args:
        data: the file.
        start: where the first run begins.
        width, height: in pixels.
        bits: of a pixel, 8 or 4.

    Returns:
        Indices into a palette, uint8 (H, W), in the order in which they are stored; and bool
        (H, W), true where pixels were skipped.

    Raises:
        ValueError: the data ends before the picture does, or does nothing for long.

    Example:
        >>> unpack_runs(bytes([2, 7, 0, 1]), 0, 3, 1, 8)
        (array([[7, 7, 0]], dtype=uint8), array([[False, False,  True]]))
    """
    counts, values = _pairs(data, start)
    total = width * height
    pixels, idle = bytearray(total), 0
    gaps: list[tuple[int, int]] = []
    here, row_end, at = 0, width, 0  # places in `pixels`, and in the pairs of bytes
    while here < total and idle <= height:
        before = here + row_end
        escape = counts.find(0, at)
        if escape > at and here < row_end:
            last = min(escape, at + row_end - here)
            run = _runs(counts[at:last], values[at:last], row_end - here, bits)
            pixels[here : here + len(run)] = run
            here += len(run)
        if escape >= len(values):
            break
        at, code = escape + 1, values[escape]
        if code >= _LITERAL:
            literal = _literal(data, start + 2 * at, code, bits)[: row_end - here]
            at += ((code * bits + 7) // 8 + 1) // 2
            pixels[here : here + len(literal)] = literal
            here += len(literal)
        else:
            if code == _DELTA:
                at += 1
            begin = here
            delta = counts[at - 1 : at] + values[at - 1 : at]
            here, row_end = _moved(code, here, row_end, width, delta)
            here = total if code == _END else min(here, total)
            if here > begin:
                gaps.append((begin, here))
        idle += here + row_end == before
    if here < total:
        raise ValueError("it ends before its last pixels")
    skipped = np.zeros(total, bool)
    for begin, end in gaps:
        skipped[begin:end] = True
    return np.frombuffer(pixels, np.uint8).reshape(height, width), skipped.reshape(height, width)


def _pairs(data: bytes, start: int) -> tuple[bytes, bytes]:
    """The first and the second bytes of all pairs; a zero stands behind the first ones."""
    number = max(0, len(data) - start) // 2
    # In addition, so that there is always one to find.
    counts, values = data[start : start + 2 * number : 2] + b"\0", data[start + 1 :: 2][:number]
    if counts.count(0) > MOST_STEPS:
        raise ValueError("its pixels are packed in far too small parts")
    return counts, values


def _moved(code: int, here: int, row_end: int, width: int, delta: bytes) -> tuple[int, int]:
    """Where it goes on, and where that row ends."""
    if code == _END_OF_ROW:
        return row_end, row_end + width
    if code == _DELTA and len(delta) == 2:
        right, up = delta
        row_end += width * up
        return min(here + width * up + right, row_end), row_end
    return here, row_end


def _literal(data: bytes, begin: int, count: int, bits: int) -> bytes:
    """So many pixels as they are stored."""
    stored = data[begin : begin + (count * bits + 7) // 8]
    return _nibbles(stored)[:count] if bits == 4 else stored


def _runs(counts: bytes, values: bytes, most: int, bits: int) -> bytes:
    """Each value as often as its count says; of 4 bits, its two halves in turn."""
    if len(counts) < _MANY:
        longest = _longest_runs(bits)
        runs = [longest[value][:count] for value, count in zip(values, counts, strict=True)]
        return b"".join(runs)[:most]
    lengths = np.frombuffer(counts, np.uint8).astype(np.int64)
    ends = lengths.cumsum()
    needed = int(np.searchsorted(ends, most)) + 1
    lengths, ends = lengths[:needed], ends[:needed]
    levels = np.repeat(np.frombuffer(values, np.uint8)[:needed], lengths)
    if bits == 4:
        places = np.arange(len(levels)) - np.repeat(ends - lengths, lengths)
        levels = np.where(places % 2, levels & 15, levels >> 4)
    return levels[:most].tobytes()


@functools.cache
def _longest_runs(bits: int) -> list[bytes]:
    """For each value the run of 256 pixels."""
    if bits == 4:
        return [_nibbles(bytes((value,))) * 128 for value in range(256)]
    return [bytes((value,)) * 256 for value in range(256)]


def _nibbles(stored: bytes) -> bytes:
    """The halves of bytes, a byte each."""
    return stored.hex().encode().translate(_HEX_DIGITS)


_HEX_DIGITS = bytes.maketrans(b"0123456789abcdef", bytes(range(16)))
