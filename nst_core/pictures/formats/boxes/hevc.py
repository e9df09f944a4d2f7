"""What the parameter sets of HEVC data say of its size (ITU-T H.265, 7.3.2.2)."""

from nst_core.pictures.formats.boxes.bits import Bits
from nst_core.pictures.formats.boxes.container import Reader

_SEQUENCE_PARAMETERS = 33
_BEFORE_ARRAYS = 22
"""Bytes of HVCC before its parameter sets."""


def coded_size(configuration: bytes) -> tuple[int, int] | None:
    """Width and height of a picture as it is coded, in pixels; None where nothing says it.

    Args:
        configuration: the content of its box HVCC.

    Raises:
        ValueError: it is damaged.
    """
    if not configuration:
        return None
    reader = Reader(memoryview(configuration), _BEFORE_ARRAYS)
    for _ in range(reader.number(1)):
        kind = reader.number(1) & 63
        for _ in range(min(reader.number(2), 64)):
            unit = reader.bytes(reader.number(2))
            if kind == _SEQUENCE_PARAMETERS:
                return _size(unit[2:])
    return None


def _size(parameters: bytes) -> tuple[int, int]:
    # A 3 after two zeros is no data: it keeps start codes from appearing.
    bits = Bits(parameters[:512].replace(b"\0\0\3", b"\0\0"))
    bits(4)
    layers = bits(3)
    bits(1)
    bits(96)  # profile and level of all layers
    flags = [(bits(), bits()) for _ in range(layers)]
    if layers:
        bits(2 * (8 - layers))
    for has_profile, has_level in flags:
        bits(88 * has_profile + 8 * has_level)
    bits.exponential()  # sps_seq_parameter_set_id
    if bits.exponential() == 3:  # chroma_format_idc
        bits(1)
    return bits.exponential(), bits.exponential()
