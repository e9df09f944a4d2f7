"""PNG and JPEG files as sequences of parts, which are looked through before anything is decoded.

Pillow decodes damaged PNG data without a word, and a small file can cost it hours: a progressive
JPEG may repeat its scans, and either kind may carry millions of empty parts.
"""

import re
import zlib

MOST_JPEG_SCANS = 100
MOST_JPEG_SEGMENTS = 5_000
MOST_JPEG_FILL = 64
"""Bytes between two segments."""
MOST_PNG_CHUNKS = 100_000

_PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
_JPEG_MAGIC = b"\xff\xd8\xff"
# In the data of a scan FF 00 is a value and FF D0 to FF D7 are restarts; all others are markers.
_JPEG_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
_PNG_CRITICAL = frozenset((b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"fdAT", b"IEND"))
_PNG_USEFUL = _PNG_CRITICAL | {b"eXIf", b"iCCP", b"acTL", b"fcTL"}


def essential_parts(data: bytes) -> bytes:
    """The parts of a file that make its picture: of a PNG those that matter, else all bytes.

    Args:
        data: a file of any format; other formats than PNG and JPEG are handed back unseen.

    Raises:
        ValueError: a PNG or a JPEG is damaged, cut off, or has far too many parts.

    Example:
        >>> essential_parts(b"GIF89a...")
        b'GIF89a...'
    """
    if data.startswith(_PNG_MAGIC):
        return _useful_png_chunks(data)
    if data.startswith(_JPEG_MAGIC):
        _check_jpeg(data)
    return data


def png_depth(data: bytes) -> int:
    """How many bits each sample of a PNG has; 8 for all other files.

    Example:
        >>> png_depth(b"GIF89a...")
        8
    """
    return data[24] if data.startswith(_PNG_MAGIC) and len(data) > 24 else 8


def _useful_png_chunks(data: bytes) -> bytes:
    """The PNG without texts and other extras; the chunks that make the picture must be whole."""
    useful: list[bytes | memoryview] = [_PNG_MAGIC]
    view = memoryview(data)
    at = len(_PNG_MAGIC)
    for _ in range(MOST_PNG_CHUNKS):
        length = int.from_bytes(view[at : at + 4], "big")
        kind = bytes(view[at + 4 : at + 8])
        end = at + 12 + length
        if end > len(data):
            raise ValueError("it ends before its last pixels")
        if kind in _PNG_USEFUL:
            checksum = int.from_bytes(view[end - 4 : end], "big")
            is_whole = zlib.crc32(view[at + 4 : end - 4]) == checksum
            if kind in _PNG_CRITICAL and not is_whole:
                raise ValueError("a part of it does not have its checksum")
            if is_whole:
                useful.append(view[at:end])
        if kind == b"IEND":
            return b"".join(useful)
        at = end
    raise ValueError("it has far too many parts")


def _check_jpeg(data: bytes) -> None:
    at, scans, segments = 2, 0, 0
    while marker := _JPEG_MARKER.search(data, at):
        kind = marker[1][0]
        if not scans and marker.end() - at > MOST_JPEG_FILL:
            raise ValueError("it is filled with nothing")
        at = marker.end()
        if kind == 0xD9:  # end of image
            return
        if kind in (0x01, 0xD8):  # markers without a body
            continue
        segments += 1
        scans += kind == 0xDA
        if scans > MOST_JPEG_SCANS or segments > MOST_JPEG_SEGMENTS:
            raise ValueError("it has far too many parts")
        at += int.from_bytes(data[at : at + 2], "big")
    raise ValueError("it ends before its last pixels")
