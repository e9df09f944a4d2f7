"""What kind of file it is, told by its content and never by its name."""

import codecs
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from nst_core.pictures.formats import bmp, gif, heif, jpeg, png, tiff, tiff_pages, webp
from nst_core.pictures.raster import Raster

EXPECTED = "a JPEG, PNG, WebP, TIFF, BMP, GIF, AVIF or HEIC picture"

Reader = Callable[[bytes], Raster]


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Attributes:
        name: what people call it, with its article; and what may help.
        read: decodes it; None for what is no picture or cannot be decoded here.
    """

    name: str
    read: Reader | None = None


_TIFF = Kind("a TIFF picture", tiff.read)
_AVIF = Kind("an AVIF picture", heif.read)
_HEIC = Kind("a HEIC picture", heif.read)
_BMP = Kind("a BMP picture", bmp.read)
_BMP_WITHOUT_HEAD = Kind("a BMP picture", bmp.read_without_head)
_RAW = Kind("a camera's raw file; export a JPEG")
_FILM = Kind("a film (MP4, QuickTime or 3GP); export one of its pictures")
_SOUND = Kind("a sound file")
_SVG = Kind("an SVG drawing; export a PNG")
_UNKNOWN = Kind("data that is none of these, or is damaged from the start")

# The first that fits counts: where the bytes are, the bytes, and what has them there.
_BY_BYTES: tuple[tuple[int, tuple[bytes, ...], Kind], ...] = (
    (0, (b"\xff\xd8\xff",), Kind("a JPEG picture", jpeg.read)),
    (0, (png.MAGIC,), Kind("a PNG picture", png.read)),
    (0, (b"GIF87a", b"GIF89a"), Kind("a GIF picture", gif.read)),
    (8, (b"WEBP",), Kind("a WebP picture", webp.read)),
    (0, (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"), _TIFF),
    (0, (b"BM",), _BMP),
    # Fuji, Olympus, Panasonic and Leica, Sigma, Minolta, Canon before TIFF.
    (0, (b"FUJIFILMCCD-RAW", b"IIRO", b"IIRS", b"MMOR", b"IIU\0", b"FOVb", b"\0MRM"), _RAW),
    (6, (b"HEAPCCDR",), _RAW),
    (0, (b"\xff\x0a", b"\0\0\0\x0cJXL \r\n"), Kind("a JPEG XL picture; export a JPEG")),
    (0, (b"\0\0\0\x0cjP  \r\n", b"\0\0\0\x0cjP\x1a\x1a\r\n", b"\xff\x4f\xff\x51"),
     Kind("a JPEG 2000 picture; export a JPEG")),
    (0, (b"II\xbc",), Kind("a JPEG XR picture; export a JPEG")),
    (0, (b"8BPS\0\x01",), Kind("a Photoshop file (PSD); export a PNG")),
    (0, (b"8BPS",), Kind("a large Photoshop file (PSB); export a PNG")),
    (0, (b"gimp xcf",), Kind("a GIMP file (XCF); export a PNG")),
    (0, (b"\0\xffKA",), Kind("an Affinity file; export a PNG")),
    (0, (b"Paint Shop Pro",), Kind("a Paint Shop Pro file; export a PNG")),
    (0, (b"BLENDER",), Kind("a Blender file; export a PNG")),
    # A TGA begins so, too, but for the number of icons.
    (0, tuple(bytes((0, 0, n, 0, count, 0)) for n in (1, 2) for count in range(1, 256)),
     Kind("an icon or a cursor (ICO or CUR); export a PNG")),
    (0, (b"icns",), Kind("an icon of macOS (ICNS); export a PNG")),
    (0, tuple(b"P%d%c" % (n, gap) for n in range(1, 8) for gap in b" \t\r\n#"),
     Kind("a PNM picture (PBM, PGM, PPM or PAM); export a PNG")),
    (0, (b"PF\n", b"Pf\n"), Kind("a PFM picture; export a PNG")),
    (0, (b"DDS ", b"\xabKTX "), Kind("a texture (DDS or KTX); export a PNG")),
    (0, (b"v/1\1",), Kind("an OpenEXR picture; export a PNG")),
    (0, (b"#?RADIANCE", b"#?RGBE"), Kind("a Radiance HDR picture; export a PNG")),
    (0, (b"qoif",), Kind("a QOI picture; export a PNG")),
    (0, (b"SIMPLE  =",), Kind("a FITS file of an observatory; export a PNG")),
    (128, (b"DICM",), Kind("a DICOM file of a medical scanner; export a PNG")),
    (0, (b"AT&TFORM",), Kind("a DjVu document")),
    (0, (b"\xd7\xcd\xc6\x9a", b"\1\0\x09\0\0\3"), Kind("a Windows drawing (WMF); export a PNG")),
    (40, (b" EMF",), Kind("a Windows drawing (EMF); export a PNG")),
    (0, (b"\x0a\x05\x01\x01", b"\x0a\x05\x01\x08"), Kind("a PCX picture; export a PNG")),
    (0, (b"BPG\xfb",), Kind("a BPG picture; export a PNG")),
    (0, (b"FLIF",), Kind("a FLIF picture; export a PNG")),
    (0, (b"\x8aMNG", b"\x8bJNG"), Kind("an MNG or JNG picture; export a PNG")),
    (0, (b"farbfeld",), Kind("a farbfeld picture; export a PNG")),
    (0, (b"\x59\xa6\x6a\x95",), Kind("a Sun raster picture; export a PNG")),
    (0, (b"\1\xda\0", b"\1\xda\1"), Kind("an SGI picture; export a PNG")),
    (0, (b"%!PS", b"\xc5\xd0\xd3\xc6"), Kind("an EPS or PostScript file")),
    (0, (b"%PDF",), Kind("a PDF document")),
    (0, (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",), Kind("an old Word, Excel or PowerPoint document")),
    (0, (b"{\\rtf",), Kind("a text document (RTF)")),
    (0, (b"7z\xbc\xaf\x27\x1c",), Kind("a 7z archive")),
    (0, (b"Rar!\x1a\x07",), Kind("a RAR archive")),
    (257, (b"ustar",), Kind("a tar archive")),
    (0, (b"BZh", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"MSCF"), Kind("a compressed archive")),
    (0, (b"\x1a\x45\xdf\xa3",), Kind("a film (WebM or Matroska); export one of its pictures")),
    (8, (b"AVI ",), Kind("a film (AVI); export one of its pictures")),
    (0, (b"FLV\1", b"\x30\x26\xb2\x75\x8e\x66", b"\0\0\1\xba", b"\0\0\1\xb3"),
     Kind("a film (FLV, WMV or MPEG); export one of its pictures")),
    (4, (b"moov", b"mdat", b"wide", b"pnot", b"skip", b"free"), _FILM),
    (0, (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xf1", b"\xff\xf9", b"fLaC", b"OggS",
         b"MThd"), _SOUND),
    (8, (b"WAVE", b"AIFF", b"AIFC"), _SOUND),
    (0, (b"MZ", b"\x7fELF", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe",
         b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"\0asm"), Kind("a program")),
    (0, (b"OTTO", b"\0\1\0\0\0", b"wOFF", b"wOF2", b"ttcf"), Kind("a font")),
    (0, (b"SQLite format 3\0",), Kind("a database (SQLite)")),
    (0, (b"\x93NUMPY", b"\x89HDF\r\n"), Kind("a file of numbers (NumPy or HDF5)")),
    (0, (b"bplist00",), Kind("a property list of macOS")),
    (0, (b"\xff\xd8",), Kind("a damaged JPEG picture")),
    (0, (b"\x89PNG",), Kind("a damaged PNG picture")),
)  # fmt: skip

_ZIPS = ((b"word/", "a Word document"), (b"xl/", "an Excel document"),
         (b"ppt/", "a PowerPoint document"), (b"opendocument", "an OpenDocument file"),
         (b"epub+zip", "an EPUB book"), (b"image/openraster", "an OpenRaster file; export a PNG"),
         (b"application/x-krita", "a Krita file; export a PNG"))  # fmt: skip

_AVIF_BRANDS = frozenset((b"avif", b"avis", b"avio", b"MA1A", b"MA1B"))
_HEIC_BRANDS = frozenset((b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs",
                          b"mif1", b"mif2", b"mif3", b"msf1", b"miaf", b"1pic", b"MiHB", b"MiHE",
                          b"MiAn", b"j2ki", b"j2is", b"jpeg", b"jpgs", b"avci", b"avcs", b"vvic",
                          b"evbi", b"unif", b"pred", b"tmap"))  # fmt: skip
_SOUND_BRANDS = frozenset((b"M4A ", b"M4B ", b"M4P ", b"F4A "))


def kind_of(data: bytes) -> Kind:
    """What kind of file these bytes are.

    Example:
        >>> kind_of(b"%PDF-1.7 ...").name
        'a PDF document'
    """
    if data[4:8] == b"ftyp":
        return _of_boxes(data)
    if data.startswith(b"PK\x03\x04"):
        names = data[:4096] + data[-4096:]
        return Kind(next((name for part, name in _ZIPS if part in names), "a ZIP archive"))
    if data.startswith(b"\x1f\x8b"):
        return _SVG if _is_svg(_unzipped(data)) else Kind("a gzip archive")
    for at, wanted, kind in _BY_BYTES:
        if data.startswith(wanted, at):
            return _RAW if kind is _TIFF and tiff_pages.is_camera_raw(data) else kind
    if bmp.is_without_head(data):
        return _BMP_WITHOUT_HEAD
    return _of_text(data) or (Kind("a TGA picture; export a PNG") if _is_tga(data) else _UNKNOWN)


def _of_boxes(data: bytes) -> Kind:
    """The kind of a file of ISO base media boxes, by the brands that it names first."""
    length = min(int.from_bytes(data[:4], "big"), 1024)
    brands = {data[at : at + 4] for at in (8, *range(16, length, 4))}
    if brands & {b"crx "}:
        return _RAW
    if brands & {b"jxl "}:
        return Kind("a JPEG XL picture; export a JPEG")
    # Whatever the brands: the handler "pict" says that there are pictures.
    is_picture = bool(brands & _HEIC_BRANDS) or b"pict" in data[length : length + 256]
    if brands & _AVIF_BRANDS or (is_picture and b"av01" in data[:4096]):
        return _AVIF
    if is_picture:
        return _HEIC
    return _SOUND if data[8:12] in _SOUND_BRANDS else _FILM


def _of_text(data: bytes) -> Kind | None:
    """The kind of a text; None for what is none."""
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if _is_svg(head):
        return _SVG
    if head.startswith((b"<!doctype html", b"<html", b"<head", b"<body")) or b"<html" in head:
        return Kind("an HTML page")
    if head.startswith(b"<?xml"):
        return Kind("an XML file")
    is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    decoder = codecs.getincrementaldecoder("utf-16" if is_wide else "utf-8")()
    try:
        text = decoder.decode(data[:4096], final=len(data) <= 4096)
    except UnicodeDecodeError:
        return None
    if not text.strip() or any(not (c.isprintable() or c.isspace()) for c in text.lstrip("\ufeff")):
        return None
    return Kind("a JSON file" if text.lstrip()[0] in "{[" else "a text file")


def _is_svg(head: bytes) -> bool:
    return b"<svg" in head.lower()


def _unzipped(data: bytes) -> bytes:
    """The first bytes within a gzip archive; none if it is damaged."""
    try:
        return zlib.decompressobj(31).decompress(data[:65536], 4096)
    except zlib.error:
        return b""


def _is_tga(data: bytes) -> bool:
    """A TGA has nothing at its beginning that only it has, but old ones have little choice."""
    if data.endswith(b"TRUEVISION-XFILE.\0"):
        return True
    sizes = data[12:16]
    return (
        data[1:3] in (b"\0\2", b"\0\3", b"\1\1", b"\0\x0a", b"\0\x0b", b"\1\x09")
        and data[16:17] in (b"\x08", b"\x0f", b"\x10", b"\x18", b"\x20")
        and b"\0\0" not in (sizes[:2], sizes[2:])
    )
