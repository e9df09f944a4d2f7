"""What the sequence header of AV1 data says: size, depth and colours (AV1 specification, 5.5)."""

from dataclasses import dataclass

from nst_core.pictures.formats.boxes.bits import Bits

_SEQUENCE_HEADER = 1
_MOST_UNITS = 100


@dataclass(frozen=True)
class SequenceHeader:
    """Size, depth and colours, as AV1 data says them.

    Attributes:
        width, height: the most that a frame may have, in pixels.
        depth: bits of a sample: 8, 10 or 12.
        cicp: colour primaries, transfer characteristics and matrix coefficients by the numbers of
            ITU-T H.273; 2 is "unspecified".
        is_full_range: whether 0 is black, not 16.
        is_grey: it has no chroma.
    """

    width: int
    height: int
    depth: int
    cicp: tuple[int, int, int]
    is_full_range: bool
    is_grey: bool


def sequence_header(data: bytes) -> SequenceHeader | None:
    """The first sequence header in AV1 data; None where there is none.

    Args:
        data: units (OBUs) that say how long they are, as files of boxes have them.

    Raises:
        ValueError: it is cut.

    Example:
        >>> sequence_header(photo.bytes_of(photo.items[photo.primary])).depth
        10
    """
    at = 0
    for _ in range(_MOST_UNITS):
        if at >= len(data):
            return None
        head = data[at]
        at += 2 if head & 4 else 1
        length = len(data) - at
        if head & 2:
            length, at = _length(data, at)
        if head >> 3 & 15 == _SEQUENCE_HEADER:
            return _parsed(Bits(data[at : at + min(length, 256)]))
        at += length
    return None


def _length(data: bytes, at: int) -> tuple[int, int]:
    """A number in LEB128, and where it ends."""
    value = 0
    for n in range(8):
        if at >= len(data):
            break
        value |= (data[at] & 127) << 7 * n
        at += 1
        if data[at - 1] < 128:
            break
    return value, at


def _parsed(bits: Bits) -> SequenceHeader:
    profile = bits(3)
    bits()  # still_picture
    is_reduced = bits()
    if is_reduced:
        bits(5)
    else:
        _skip_operating_points(bits)
    wide, high = bits(4) + 1, bits(4) + 1
    width, height = bits(wide) + 1, bits(high) + 1
    if not is_reduced and bits():  # frame_id_numbers_present_flag
        bits(7)
    bits(3)
    if not is_reduced:
        _skip_tools(bits)
    bits(3)
    depth = 10 if bits() else 8
    if profile == 2 and depth == 10 and bits():
        depth = 12
    is_grey = profile != 1 and bool(bits())
    cicp = (bits(8), bits(8), bits(8)) if bits() else (2, 2, 2)
    is_full_range = (cicp == (1, 13, 0) and not is_grey) or bool(bits())
    return SequenceHeader(width, height, depth, cicp, is_full_range, is_grey)


def _skip_operating_points(bits: Bits) -> None:
    delay = 0
    if bits():  # timing_info_present_flag
        bits(64)
        if bits():  # equal_picture_interval
            bits.exponential()
        if bits():  # decoder_model_info_present_flag
            delay = bits(5) + 1
            bits(42)
    has_display_delay = bits()
    for _ in range(bits(5) + 1):
        bits(12)
        if bits(5) > 7:  # seq_level_idx
            bits()
        if delay and bits():
            bits(2 * delay + 1)
        if has_display_delay and bits():
            bits(4)


def _skip_tools(bits: Bits) -> None:
    bits(4)
    has_order = bits()
    if has_order:
        bits(2)
    has_screen_tools = 1 if bits() else bits()
    if has_screen_tools and not bits():
        bits()
    if has_order:
        bits(3)
