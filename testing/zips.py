"""Reads zips as programs do that see them only once, from the beginning on."""

import struct
import zlib

_HEADER = struct.Struct("<4s5H3I2H")


def read_as_it_comes(data: bytes) -> dict[str, bytes]:
    """The files of a zip, as a reader takes them that never sees what is behind: from the headers
    before the bytes of each, without the sizes after them and without the list at the end.
    """
    files, at = {}, 0
    while data[at : at + 4] == b"PK\3\4":
        _, version, flags, method, _, _, checksum, packed, size, name_length, extra_length = (
            _HEADER.unpack_from(data, at)
        )
        assert not flags & 8, "the sizes come after the bytes"
        assert version <= 20, "more than any reader can do"
        assert extra_length == 0
        at += _HEADER.size + name_length
        name = data[at - name_length : at]
        assert name.isascii() or flags & 0x800, "a name in no known encoding"
        body = data[at : at + packed]
        content = body if method == 0 else zlib.decompress(body, -15)
        assert (len(content), zlib.crc32(content)) == (size, checksum)
        files[name.decode()] = content
        at += packed
    assert data[at : at + 4] == b"PK\1\2"
    assert b"PK\x06\x06" not in data[at:], "the records for large zips"
    return files
