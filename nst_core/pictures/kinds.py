"""What kind of file it is, told by its content and never by its name."""

from collections.abc import Callable
from dataclasses import dataclass

from nst_core.pictures.formats import bmp, gif, heif, jpeg, png, tiff, webp
from nst_core.pictures.raster import Raster

EXPECTED = "a JPEG, PNG, WebP, TIFF, BMP, GIF, AVIF or HEIC picture"

Reader = Callable[[bytes], Raster]


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Attributes:
        name: what people call it, with its article.
        read: decodes it; None for what is no picture or cannot be decoded here.
    """

    name: str
    read: Reader | None = None


_BY_BEGINNING = (
    (b"\xff\xd8\xff", Kind("a JPEG picture", jpeg.read)),
    (png.MAGIC, Kind("a PNG picture", png.read)),
    (b"GIF87a", Kind("a GIF picture", gif.read)),
    (b"GIF89a", Kind("a GIF picture", gif.read)),
    (b"BM", Kind("a BMP picture", bmp.read)),
    (b"II*\0", Kind("a TIFF picture", tiff.read)),
    (b"MM\0*", Kind("a TIFF picture", tiff.read)),
    (b"II+\0", Kind("a TIFF picture", tiff.read)),
    (b"MM\0+", Kind("a TIFF picture", tiff.read)),
    (b"%!PS", Kind("an EPS or PostScript file")),
    (b"\xc5\xd0\xd3\xc6", Kind("an EPS file")),
    (b"%PDF", Kind("a PDF document")),
    (b"PK\x03\x04", Kind("a ZIP archive")),
    (b"\x1f\x8b", Kind("a gzip archive")),
    (b"8BPS", Kind("a Photoshop file")),
    (b"\xff\xd8", Kind("a damaged JPEG picture")),
    (b"\x89PNG", Kind("a damaged PNG picture")),
)
_AVIF_BRANDS = (b"avif", b"avis")
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs", b"mif1",
                b"msf1", b"mif2")  # fmt: skip


def kind_of(data: bytes) -> Kind:
    """What kind of file these bytes are.

    Example:
        >>> kind_of(b"%PDF-1.7 ...").name
        'a PDF document'
    """
    for beginning, kind in _BY_BEGINNING:
        if data.startswith(beginning):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Kind("a WebP picture", webp.read)
    if data[4:8] == b"ftyp":
        return _of_boxes(data)
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in head:
        return Kind("an SVG drawing")
    if head.startswith((b"<!doctype html", b"<html")):
        return Kind("an HTML page")
    return Kind("data that is none of these, or is damaged from the start")


def _of_boxes(data: bytes) -> Kind:
    """The kind of a file of ISO base media boxes, by the brands that it names first."""
    length = min(int.from_bytes(data[:4], "big"), 1024)
    brands = [data[at : at + 4] for at in (8, *range(16, length, 4))]
    if any(brand in _AVIF_BRANDS for brand in brands):
        return Kind("an AVIF picture", heif.read_avif)
    if any(brand in _HEIC_BRANDS for brand in brands):
        return Kind("a HEIC picture", heif.read_heic)
    return Kind("data that is none of these, or is damaged from the start")
