"""HEIF files: AVIF and HEIC are the same boxes around different codecs."""

from nst_core.pictures.formats import avif, heic
from nst_core.pictures.formats.boxes.container import Container, container_of
from nst_core.pictures.formats.boxes.items import DERIVED
from nst_core.pictures.raster import Raster, Refused

_ELSEWHERE = {b"jpeg": "JPEG", b"avc1": "AVC", b"j2k1": "JPEG 2000", b"vvc1": "VVC",
              b"evc1": "EVC"}  # fmt: skip


def read(data: bytes) -> Raster:
    """The picture of an AVIF or a HEIC file; of a sequence the first frame.

    Only the boxes IROT and IMIR turn such a picture: cameras repeat the turn in EXIF, where it must
    not count again, and EXIF alone turns none in Chromium (AVIF) nor in ImageMagick (HEIC).
    """
    container = container_of(data)
    codec = _codec(container, container.primary)
    if codec in _ELSEWHERE:
        raise Refused("must be coded as HEVC or AV1", f"{_ELSEWHERE[codec]} in a HEIF file")
    if container.has_track and (codec == b"" or data[8:12] == b"avis"):
        read_sequence = avif.read_sequence if b"av01" in data else heic.read_sequence
        raster = read_sequence(container)
    elif codec == b"av01":
        raster = avif.read(container)
    else:
        raster = heic.read(data, container)
    if container.has_track:
        raster.notes.append("only its first frame was taken")
    return raster


def _codec(container: Container, number: int) -> bytes:
    """The kind of the first coded item behind a picture; empty if there is none."""
    for _ in range(5):
        item = container.items.get(number)
        if item is None or item.kind not in DERIVED:
            break
        number = (*item.linked(b"dimg"), 0)[0]
    return item.kind if item else b""
