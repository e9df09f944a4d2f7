"""What is no picture, or none that is decoded here, is named for what it is, by its content."""

import gzip
import io
import struct
import zipfile

import pytest

from nst_core.errors import ImageError
from nst_core.pictures.decoding import decode_picture
from nst_core.pictures.kinds import kind_of


def zipped(*names: str, first: bytes = b"x") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, first)
    return buffer.getvalue()


def boxes(major: bytes, *others: bytes, rest: bytes = bytes(300)) -> bytes:
    body = b"ftyp" + major + bytes(4) + b"".join(others)
    return struct.pack(">I", len(body) + 4) + body + rest


def tga(footer: bytes = b"") -> bytes:
    return (
        struct.pack("<BBBHHBHHHHBB", 0, 0, 2, 0, 0, 0, 0, 0, 64, 48, 24, 0) + bytes(9216) + footer
    )


SVG = b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'/>"
REST = bytes(range(256)) * 4

NAMES: dict[str, tuple[bytes, str]] = {
    "JPEG XL": (b"\xff\x0a" + REST, "JPEG XL"),
    "JPEG XL in boxes": (b"\0\0\0\x0cJXL \r\n\x87\n" + REST, "JPEG XL"),
    "JPEG 2000": (b"\xff\x4f\xff\x51" + REST, "JPEG 2000"),
    "JPEG 2000 in boxes": (b"\0\0\0\x0cjP  \r\n\x87\n" + REST, "JPEG 2000"),
    "JPEG XR": (b"II\xbc\x01" + REST, "JPEG XR"),
    "icon": (b"\0\0\1\0\1\0\x20\x20" + REST, "ICO"),
    "cursor": (b"\0\0\2\0\1\0\x20\x20" + REST, "CUR"),
    "PSD": (b"8BPS\0\x01" + REST, "(PSD)"),
    "PSB": (b"8BPS\0\x02" + REST, "(PSB)"),
    "XCF": (b"gimp xcf v011\0" + REST, "GIMP"),
    **{f"P{n}": (b"P%d\n# by hand\n64 48\n255\n" % n + REST, "PNM") for n in range(1, 8)},
    "DDS": (b"DDS |\0\0\0" + REST, "DDS"),
    "EXR": (b"v/1\x01\x02\0\0\0" + REST, "OpenEXR"),
    "HDR": (b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n" + REST, "Radiance"),
    "QOI": (b"qoif\0\0\0\x40" + REST, "QOI"),
    "FITS": (b"SIMPLE  =                    T" + REST, "FITS"),
    "DICOM": (bytes(128) + b"DICM" + REST, "DICOM"),
    "DjVu": (b"AT&TFORM" + REST, "DjVu"),
    "WMF": (b"\xd7\xcd\xc6\x9a" + REST, "WMF"),
    "EMF": (b"\1\0\0\0" + bytes(36) + b" EMF" + REST, "EMF"),
    "PCX": (b"\x0a\x05\x01\x08" + REST, "PCX"),
    "TGA": (tga(), "TGA"),
    "TGA with its footer": (tga(bytes(8) + b"TRUEVISION-XFILE.\0"), "TGA"),
    "SVG": (SVG, "SVG"),
    "SVGZ": (gzip.compress(SVG), "SVG"),
    "HTML": (b"\n<!DOCTYPE html><html></html>", "HTML"),
    "HTML with a comment": (b"<!-- saved -->\n<html lang='en'>", "HTML"),
    "XML": (b"<?xml version='1.0'?><rss/>", "XML"),
    "ZIP": (zipped("photo.jpg"), "a ZIP archive"),
    "DOCX": (zipped("[Content_Types].xml", "word/document.xml"), "Word"),
    "XLSX": (zipped("[Content_Types].xml", "xl/workbook.xml"), "Excel"),
    "ODT": (zipped("mimetype", first=b"application/vnd.oasis.opendocument.text"), "OpenDocument"),
    "old Word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + REST, "Word"),
    "RTF": (b"{\\rtf1\\ansi Hello}", "RTF"),
    "gzip": (gzip.compress(b"hello"), "gzip"),
    "a damaged gzip": (b"\x1f\x8b" + REST, "gzip"),
    "7z": (b"7z\xbc\xaf\x27\x1c" + REST, "7z"),
    "RAR": (b"Rar!\x1a\x07\0" + REST, "RAR"),
    "tar": (bytes(257) + b"ustar\0" + REST, "tar"),
    "EPS": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n", "EPS"),
    "PDF": (b"%PDF-1.7\n" + REST, "PDF"),
    "MP4": (boxes(b"isom", b"isom", b"iso2", b"avc1", b"mp41"), "a film"),
    "MP4 of version 2": (boxes(b"mp42", b"mp42", b"isom"), "a film"),
    "QuickTime": (boxes(b"qt  ", b"qt  "), "a film"),
    "QuickTime without brands": (b"\0\0\0\x08wide\0\0\x10\0mdat" + REST, "a film"),
    "3GP": (boxes(b"3gp4", b"isom"), "a film"),
    "M4V": (boxes(b"M4V ", b"M4V ", b"mp42"), "a film"),
    "M4A": (boxes(b"M4A ", b"M4A ", b"mp42"), "a sound"),
    "WebM": (b"\x1a\x45\xdf\xa3" + REST, "WebM"),
    "AVI": (b"RIFF\0\1\0\0AVI LIST" + REST, "AVI"),
    "MPEG": (b"\0\0\1\xba" + REST, "MPEG"),
    "MP3": (b"ID3\x04\0" + REST, "a sound"),
    "WAV": (b"RIFF\0\1\0\0WAVEfmt " + REST, "a sound"),
    "Windows program": (b"MZ\x90\0" + REST, "a program"),
    "Linux program": (b"\x7fELF\2\1\1" + REST, "a program"),
    "text": (b"hello, I am a picture", "a text file"),
    "text of another tongue": ("Ich bin schön, 我是图片".encode(), "a text file"),
    "text of Windows": ("hello".encode("utf-16"), "a text file"),
    "text that is cut within a letter": ("é".encode() * 5000, "a text file"),
    "JSON": (b'\n{"photo": [1, 2]}', "JSON"),
    "CSV": (b"a,b,c\r\n1,2,3\r\n", "a text file"),
    "empty": (b"", "an empty file"),
    "zeros": (bytes(5000), "none of these"),
    "noise": (bytes((n * n * 7 + 131) % 251 | 128 for n in range(5000)), "none of these"),
    "a PNG's first bytes": (b"\x89PNG", "a damaged PNG"),
    "a JPEG's first bytes": (b"\xff\xd8", "a damaged JPEG"),
}


@pytest.mark.parametrize("kind", NAMES)
def test_what_is_no_picture_of_ours_is_named(kind: str) -> None:
    data, word = NAMES[kind]
    with pytest.raises(ImageError) as refusal:
        decode_picture(data, "photo.jpg")
    expected, received = str(refusal.value).split(". Received: ")
    assert expected.startswith("photo.jpg must be a JPEG, PNG")
    assert word in received


BRANDS: dict[str, tuple[bytes, str]] = {
    "the usual": (boxes(b"avif", b"mif1", b"miaf"), "an AVIF picture"),
    "a sequence": (boxes(b"avis", b"msf1", b"iso8"), "an AVIF picture"),
    "only among the others": (boxes(b"mif1", b"miaf", b"avif"), "an AVIF picture"),
    "only in its items": (
        boxes(b"mif1", b"miaf", rest=b"....meta....iinf....infe....av01" + bytes(300)),
        "an AVIF picture",
    ),
    "a phone's": (boxes(b"heic", b"mif1", b"heic"), "a HEIC picture"),
    "a burst": (boxes(b"msf1", b"hevc", b"iso8"), "a HEIC picture"),
    "of one picture": (boxes(b"1pic", b"1pic"), "a HEIC picture"),
    "that nobody knows, with pictures": (
        boxes(b"abcd", b"efgh", rest=b"\0\0\1\0meta\0\0\0\0\0\0\0\x20hdlr" + bytes(8) + b"pict"),
        "a HEIC picture",
    ),
}


@pytest.mark.parametrize("kind", BRANDS)
def test_pictures_in_boxes_are_opened_whatever_their_brand(kind: str) -> None:
    data, name = BRANDS[kind]
    assert kind_of(data).name == name
    assert kind_of(data).read is not None


def test_a_bitmap_without_the_head_of_a_file_is_a_bmp() -> None:
    head = struct.pack("<IiiHHI", 40, 64, 48, 1, 24, 0) + bytes(20)
    assert kind_of(head + bytes(9216)).name == "a BMP picture"
    for at, value in ((12, 2), (14, 23), (16, 9)):
        other = head[:at] + bytes((value,)) + head[at + 1 :]
        assert "none of these" in kind_of(other + bytes(9216)).name


def test_no_first_bytes_are_too_few() -> None:
    for data, _ in NAMES.values():
        for length in range(1, 24):
            assert kind_of(data[:length]).name
