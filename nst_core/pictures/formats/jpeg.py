"""JPEG files, looked through before anything is decoded.

A small file can cost a decoder hours: a progressive JPEG may repeat its scans, or carry millions
of empty parts.
"""

import re

from PIL import ImageChops

from nst_core.pictures.formats import by_pillow
from nst_core.pictures.raster import Raster

MOST_SCANS = 100
MOST_SEGMENTS = 5_000
MOST_FILL = 64
"""Bytes between two segments."""

# In the data of a scan FF 00 is a value and FF D0 to FF D7 are restarts; all others are markers.
_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")


def read(data: bytes) -> Raster:
    """A JPEG file's picture."""
    _look_through(data)
    image = by_pillow.opened(data, "JPEG")
    by_pillow.load(image)
    if image.mode == "CMYK" and image.format == "JPEG" and "adobe" not in image.info:
        # Pillow takes every one for Adobe's, which are inverted.
        orientation = by_pillow.orientation(image)
        profile = image.info.get("icc_profile")
        image = ImageChops.invert(image)
        image.info["icc_profile"] = profile
        raster = by_pillow.raster_of(image)
        raster.orientation = orientation
    else:
        raster = by_pillow.raster_of(image)
    by_pillow.note_more_frames(data, "JPEG", raster)
    return raster


def _look_through(data: bytes) -> None:
    at, scans, segments = 2, 0, 0
    while marker := _MARKER.search(data, at):
        kind = marker[1][0]
        if not scans and marker.end() - at > MOST_FILL:
            raise ValueError("it is filled with nothing")
        at = marker.end()
        if kind == 0xD9:  # end of image
            return
        if kind in (0x01, 0xD8):  # markers without a body
            continue
        segments += 1
        scans += kind == 0xDA
        if scans > MOST_SCANS or segments > MOST_SEGMENTS:
            raise ValueError("it has far too many parts")
        at += int.from_bytes(data[at : at + 2], "big")
    raise ValueError("it ends before its last pixels")
