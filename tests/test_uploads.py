"""Uploads of all kinds: what is no photo gets one sentence, and the page lives on."""

import io
import struct
import zipfile
import zlib

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from nst_core.pictures.pixels import Pixels
from testing import pages
from testing.pages import button, png, upload

engine, page = pages.idle_engine, pages.page  # fixtures


def png_part(name: bytes, body: bytes = b"") -> bytes:
    part = name + body
    return struct.pack(">I", len(body)) + part + struct.pack(">I", zlib.crc32(part))


def png_of_size(columns: int, rows: int) -> bytes:
    """A PNG that says it is that large and holds nothing."""
    header = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n" + png_part(b"IHDR", header)
    return start + png_part(b"IDAT", zlib.compress(b"")) + png_part(b"IEND")


def encoded(kind: str, mode: str = "RGB", size: tuple[int, int] = (64, 64)) -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise(size, 90).convert(mode).save(buffer, kind)
    return buffer.getvalue()


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 255]) + data[at + 1 :]


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("photo.png", encoded("PNG"))
    return buffer.getvalue()


BAD_UPLOADS = {
    "empty": b"",
    "text": "Ceci n\u2019est pas une photo.".encode(),
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"></svg>',
    "html": b"<!doctype html><img src=x onerror=alert(1)>",
    "pdf": b"%PDF-1.7\n%%EOF",
    "zip": zipped(),
    "video": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 64,
    "sound": b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 32,
    "program": b"\x7fELF" + b"\0" * 64,
    "photoshop": b"8BPS\0\1" + b"\0" * 64,
    "random bytes": bytes(range(256)) * 16,
    "all zeros": b"\0" * 4096,
    "half a jpeg": encoded("JPEG")[:-900],
    "half a png": encoded("PNG")[:-900],
    "half a webp": encoded("WEBP")[:-900],
    "a png with a wrong bit": flipped(encoded("PNG"), 600),
    "a png without a picture": png_of_size(64, 64),
    "a png of two billion pixels": png_of_size(50_000, 40_000),
    "a png of no width": png_of_size(0, 64),
    "eight by eight": encoded("PNG", size=(8, 8)),
    "a line": encoded("PNG", size=(600, 3)),
    "too heavy": encoded("BMP", size=(4000, 3000)),
}


@pytest.mark.parametrize("kind", BAD_UPLOADS)
def test_a_bad_upload_is_one_sentence_and_a_living_page(
    page: AppTest, photo: Pixels, kind: str
) -> None:
    upload(page, BAD_UPLOADS[kind], "photo.png")
    assert not page.exception
    [said] = page.error
    assert said.value.endswith(r"\.")
    assert "\n" not in said.value
    assert "Received" in said.value
    assert button(page, "Repaint").disabled
    upload(page, png(photo))
    assert not page.error
    assert not button(page, "Repaint").disabled


def test_a_photo_that_was_changed_on_the_way_in_says_how(page: AppTest) -> None:
    buffer = io.BytesIO()
    frames = [Image.new("RGB", (64, 48), colour) for colour in ("red", "blue")]
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:])
    upload(page, buffer.getvalue(), "moving.gif")
    assert any("first" in caption.value for caption in page.caption)
    assert not button(page, "Repaint").disabled
