"""What the server and its decoder's program say to each other through two pipes.

Whatever comes from the program is a size, some JSON and raw pixels, never a pickle: a file that has
taken over the program must not be able to run code in the server.
"""

import json
import struct
from dataclasses import dataclass
from typing import IO, Any

import numpy as np

from nst_core.pictures.decoding import Picture
from nst_core.pictures.raster import MOST_PIXELS

READY = b"\x06"
"""What the program says once it can decode, and again as soon as it has a whole file in hand."""

_LENGTHS = struct.Struct(">IQ")
_MOST_WORDS = 1 << 20
"""Bytes of JSON."""


@dataclass(frozen=True)
class Refusal:
    """Why the program has no picture.

    Attributes:
        sentence: for the person who gave the file; empty if memory was short.
    """

    sentence: str = ""


def send_file(pipe: IO[bytes], name: str, data: bytes) -> None:
    """Ask for a file to be decoded; `name` may hold anything, for a file's name can.

    Example:
        >>> send_file(process.stdin, "photo.jpg", Path("photo.jpg").read_bytes())
    """
    _send(pipe, name, data)


def receive_file(pipe: IO[bytes]) -> tuple[str, bytes]:
    """A file to decode, as `send_file` has sent it: its name and its bytes.

    Raises:
        EOFError: there will be no more.

    Example:
        >>> name, data = receive_file(sys.stdin.buffer)
    """
    name, length = _receive_words(pipe)
    data = bytearray(length)
    _fill(pipe, memoryview(data))
    return str(name), bytes(data)


def send_answer(pipe: IO[bytes], answer: Picture | Refusal) -> None:
    """Send a picture, or its refusal, to whoever sent the file.

    Example:
        >>> send_answer(pipe, Refusal("photo.jpg must be a picture. Received: an empty file."))
    """
    if isinstance(answer, Refusal):
        _send(pipe, {"sentence": answer.sentence})
    else:
        words = {"size": answer.pixels.shape[:2], "notes": answer.notes}
        _send(pipe, words, np.ascontiguousarray(answer.pixels).data)


def receive_answer(pipe: IO[bytes]) -> Picture | Refusal:
    """The answer of `send_answer`; a picture's pixels are uint8 (H, W, 3), read-only.

    Raises:
        EOFError: the program has ended before its end.
        ValueError: it is no such answer.

    Example:
        >>> answer = receive_answer(process.stdout)
    """
    words, length = _receive_words(pipe)
    if "sentence" in words:
        return Refusal(str(words["sentence"]))
    rows, columns = (int(side) for side in words["size"])
    if min(rows, columns) < 1 or rows * columns > MOST_PIXELS or length != 3 * rows * columns:
        raise ValueError(f"{length} bytes for {rows} x {columns} pixels")
    pixels = np.empty((rows, columns, 3), np.uint8)
    _fill(pipe, pixels.data.cast("B"))
    pixels.setflags(write=False)
    return Picture(pixels, tuple(str(note) for note in words["notes"]))


def _send(pipe: IO[bytes], words: object, body: bytes | memoryview = b"") -> None:
    text = json.dumps(words).encode()  # ASCII, also of a name that is not UTF-8
    body = memoryview(body).cast("B")
    pipe.write(_LENGTHS.pack(len(text), len(body)) + text)
    pipe.write(body)
    pipe.flush()


def _receive_words(pipe: IO[bytes]) -> tuple[Any, int]:
    """The JSON of a message, and how many bytes follow it."""
    head = bytearray(_LENGTHS.size)
    _fill(pipe, memoryview(head))
    text_length, length = _LENGTHS.unpack(head)
    if text_length > _MOST_WORDS:
        raise ValueError(f"{text_length} bytes of words")
    text = bytearray(text_length)
    _fill(pipe, memoryview(text))
    return json.loads(text), length


def _fill(pipe: IO[bytes], place: memoryview) -> None:
    while place:
        count = pipe.readinto(place)  # type: ignore[attr-defined]
        if not count:
            raise EOFError
        place = place[count:]
