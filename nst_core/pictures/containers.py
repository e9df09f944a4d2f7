"""PNG and JPEG files as sequences of parts, looked through before anything is decoded.

Pillow decodes damaged PNG data without a word, and lets a small file cost hours: a progressive
JPEG may repeat its scans, and either kind may carry millions of empty parts.
"""

import re
import zlib

MOST_JPEG_SCANS = 100
MOST_JPEG_SEGMENTS = 5_000
MOST_JPEG_FILL = 64
MOST_PNG_CHUNKS = 100_000

_PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
_JPEG_MAGIC = b"\xff\xd8\xff"
# In scan data FF 00 is a value and FF D0 to FF D7 are restarts; all else is a marker.
_JPEG_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
_PNG_CRITICAL = frozenset((b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"fdAT", b"IEND"))
_PNG_USEFUL = _PNG_CRITICAL | {b"eXIf", b"iCCP", b"acTL", b"fcTL"}


def sound(data: bytes) -> bytes:
    """The file itself, or for a PNG what of it matters to the picture.

    Raises:
        ValueError: a PNG or JPEG that is damaged, cut, or has far too many parts.
    """
    if data.startswith(_PNG_MAGIC):
        return _sound_png(data)
    if data.startswith(_JPEG_MAGIC):
        _check_jpeg(data)
    return data


def png_depth(data: bytes) -> int:
    """Bits for each sample of a PNG; 8 for all other files."""
    return data[24] if data.startswith(_PNG_MAGIC) and len(data) > 24 else 8


def _sound_png(data: bytes) -> bytes:
    """The PNG without texts and other extras; chunks that make the picture must be whole."""
    kept: list[bytes | memoryview] = [_PNG_MAGIC]
    view = memoryview(data)
    at = len(_PNG_MAGIC)
    for _ in range(MOST_PNG_CHUNKS):
        length = int.from_bytes(view[at : at + 4], "big")
        kind = bytes(view[at + 4 : at + 8])
        end = at + 12 + length
        if end > len(data):
            raise ValueError("it ends before its last pixels")
        if kind in _PNG_USEFUL:
            whole = zlib.crc32(view[at + 4 : end - 4]) == int.from_bytes(view[end - 4 : end], "big")
            if kind in _PNG_CRITICAL and not whole:
                raise ValueError("a part of it does not have its checksum")
            if whole:
                kept.append(view[at:end])
        if kind == b"IEND":
            return b"".join(kept)
        at = end
    raise ValueError("it has far too many parts")


def _check_jpeg(data: bytes) -> None:
    at, scans, segments = 2, 0, 0
    while found := _JPEG_MARKER.search(data, at):
        kind = found[1][0]
        if not scans and found.start() - at + len(found[0]) > MOST_JPEG_FILL:
            raise ValueError("it is filled with nothing")
        at = found.end()
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
