"""Decoding in a process of its own: whatever a file does there, it costs one sentence."""

import contextlib
import io
import os
import pickle
import signal
import struct
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image

from nst_core.errors import ImageError
from nst_core.pictures.decoding import MOST_BYTES, Picture, decode_picture
from nst_core.pictures.guarded import wire
from nst_core.pictures.guarded.guard import Guard, UnavailableError, decode_guarded
from nst_core.pictures.guarded.process import Limits
from nst_core.pictures.pixels import Pixels, encode_png
from testing import ROOT
from testing.waiting import wait_for

pytestmark = pytest.mark.processes

needs_posix = pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")

HOSTILE = """
    import ctypes, mmap, os, sys, time
    from pathlib import Path
    from nst_core.errors import ImageError
    from nst_core.pictures.decoding import decode_picture

    heap = []

    def swell(piece):
        while True:
            heap.append(piece())

    def shared():
        piece = mmap.mmap(-1, 1 << 24)
        for at in range(0, 1 << 24, 4096):
            piece[at] = 1
        return piece

    def modules():
        heavy = ("PIL.Image", "keras", "tensorflow", "streamlit", "scipy", "pydantic")
        raise ImageError(" ".join(name for name in heavy if name in sys.modules))

    def leak():
        heap.append(b"x" * 300_000_000)

    def wait():
        Path(os.environ["BEGUN"]).touch()
        time.sleep(600)

    def chatter():
        os.write(1, b"a library that prints")
        print("and another", flush=True)
        sys.stdin.read()

    DEEDS = {
        b"hang": wait,
        b"abort": os.abort,
        b"segfault": lambda: ctypes.string_at(0),
        b"leave": lambda: os._exit(0),
        b"bug": lambda: {}["no such key"],
        b"swell": lambda: swell(lambda: bytearray(b"x" * (1 << 22))),
        b"swell shared": lambda: swell(shared),
        b"modules": modules,
        b"leak": leak,
        b"chatter": chatter,
    }

    def decode(data, name):
        deed, _, rest = data.partition(b"|")
        if deed in DEEDS:
            DEEDS[deed]()
            data = rest
        return decode_picture(data, name)
"""


@pytest.fixture
def begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that tells that a decoder has begun to hang. Also: `HOSTILE` can be imported."""
    (tmp_path / "hostile.py").write_text(textwrap.dedent(HOSTILE))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("BEGUN", str(tmp_path / "begun"))
    return tmp_path / "begun"


@pytest.fixture
def hostile(begun: Path) -> Iterator[Callable[..., Guard]]:
    """Makes guards whose decoder does what the bytes say, and decodes all others."""
    with contextlib.ExitStack() as stack:
        yield lambda **options: stack.enter_context(Guard(decoder="hostile:decode", **options))


@pytest.fixture(scope="module")
def good() -> bytes:
    noise = np.random.default_rng(1).integers(0, 256, (48, 64, 3), dtype=np.uint8)
    return encode_png(noise)


def refusal(guard: Guard, data: bytes) -> str:
    with pytest.raises(ImageError) as caught:
        guard.decode(data, "photo.jpg")
    assert not isinstance(caught.value, UnavailableError)
    return str(caught.value)


def decodes(guard: Guard, data: bytes) -> bool:
    with Image.open(io.BytesIO(data)) as image:
        return np.array_equal(guard.decode(data).pixels, np.asarray(image))


def test_a_picture_comes_back_as_it_is_decoded_here() -> None:
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.effect_noise((70, 40), 80).save(buffer, "JPEG", exif=exif)
    there, here = decode_guarded(buffer.getvalue()), decode_picture(buffer.getvalue())
    assert there.pixels.shape == (70, 40, 3)
    assert np.array_equal(there.pixels, here.pixels)
    assert there.notes == here.notes != ()
    assert not there.pixels.flags.writeable


@pytest.mark.parametrize("data", [b"", b"no picture", b"\xff\xd8\xff", bytes(MOST_BYTES + 9), 7])
def test_a_refusal_is_the_same_sentence(data: bytes) -> None:
    name = "Füße\udcff\x1b[2J.jpg"
    with pytest.raises(ImageError) as here:
        decode_picture(data, name)
    with pytest.raises(ImageError) as there:
        decode_guarded(data, name)
    assert str(there.value) == str(here.value)


def test_views_of_bytes_are_taken(good: bytes) -> None:
    assert decode_guarded(bytearray(good)).pixels.shape == (48, 64, 3)
    assert decode_guarded(memoryview(good)).pixels.shape == (48, 64, 3)


def test_a_file_that_hangs_is_ended_in_time(hostile: Callable[..., Guard], good: bytes) -> None:
    guard = hostile(limits=Limits(seconds=1.0))
    assert decodes(guard, good)
    [process] = guard.process_ids()
    began = time.monotonic()
    assert refusal(guard, b"hang") == (
        "photo.jpg must be a picture that can be opened within 1 seconds and 1.5 GB of memory. "
        "Received: one that takes longer."
    )
    assert 1.0 <= time.monotonic() - began < 30.0
    assert not psutil.pid_exists(process)
    assert decodes(guard, good)


@pytest.mark.parametrize("deed", [b"abort", b"segfault", b"leave", b"bug"])
def test_a_crash_is_one_sentence_and_the_next_file_decodes(
    hostile: Callable[..., Guard], good: bytes, deed: bytes
) -> None:
    guard = hostile()
    assert refusal(guard, deed).endswith("Received: one that ends the program that opens it.")
    assert decodes(guard, good)


@pytest.mark.parametrize("deed", [b"swell", b"swell shared"])
def test_a_file_that_swells_is_ended(
    hostile: Callable[..., Guard], good: bytes, deed: bytes
) -> None:
    guard = hostile(limits=Limits(seconds=60.0, memory=400_000_000))
    assert "within 60 seconds and 0.4 GB of memory. Received: one that needs more." in refusal(
        guard, deed
    )
    assert decodes(guard, good)


def test_a_process_that_keeps_memory_is_replaced(
    hostile: Callable[..., Guard], good: bytes
) -> None:
    guard = hostile()
    assert decodes(guard, good)
    [first] = guard.process_ids()
    assert decodes(guard, good)
    assert guard.process_ids() == [first]
    guard.decode(b"leak|" + good)
    assert first not in guard.process_ids()
    assert not psutil.pid_exists(first)


@needs_posix
def test_one_that_is_killed_as_it_decodes_is_one_sentence(
    hostile: Callable[..., Guard], good: bytes, begun: Path
) -> None:
    guard = hostile()

    def kill() -> None:
        wait_for(begun.exists)
        os.kill(guard.process_ids()[0], signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    assert "ends the program" in refusal(guard, b"hang")
    killer.join()
    assert decodes(guard, good)


@needs_posix
@pytest.mark.parametrize("name", ["SIGKILL", "SIGSTOP"])
def test_one_that_is_lost_while_it_is_idle_costs_no_picture(good: bytes, name: str) -> None:
    with Guard(limits=Limits(seconds=3.0)) as guard:
        guard.warm()
        [process] = guard.process_ids()
        os.kill(process, getattr(signal, name))
        assert decodes(guard, good)
        assert process not in guard.process_ids()


@needs_posix
def test_a_decoder_that_is_frozen_at_work_holds_up_nobody(
    hostile: Callable[..., Guard], good: bytes, begun: Path
) -> None:
    guard = hostile(limits=Limits(seconds=6.0))
    guard.warm()
    said: list[str] = []
    visitor = threading.Thread(target=lambda: said.append(refusal(guard, b"hang")))
    visitor.start()
    wait_for(begun.exists)
    os.kill(guard.process_ids()[0], signal.SIGSTOP)
    assert decodes(guard, good)
    assert not said
    visitor.join()
    assert said[0].endswith("Received: one that takes longer.")


def test_a_picture_waits_for_a_process_but_not_for_ever(
    hostile: Callable[..., Guard], good: bytes, begun: Path
) -> None:
    guard = hostile(processes=1, limits=Limits(seconds=2.0), patience=0.1)
    visitor = threading.Thread(target=lambda: refusal(guard, b"hang"))
    visitor.start()
    wait_for(begun.exists)
    with pytest.raises(UnavailableError, match=r"photo\.jpg could not be opened yet"):
        guard.decode(good, "photo.jpg")
    visitor.join()
    assert decodes(guard, good)


def test_many_threads_get_each_their_own_picture(good: bytes) -> None:
    def picture(level: int) -> Pixels:
        return np.full((32 + level, 40, 3), level, np.uint8)

    right: list[bool] = []

    def visit(level: int) -> None:
        for _ in range(5):
            pixels = decode_guarded(encode_png(picture(level))).pixels
            right.append(np.array_equal(pixels, picture(level)))

    visitors = [threading.Thread(target=visit, args=(level,)) for level in range(12)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert right == [True] * 60


def test_a_program_that_cannot_be_started_is_one_sentence(good: bytes) -> None:
    with (
        Guard(decoder="no_such_module:decode") as guard,
        pytest.raises(UnavailableError, match=r"^photo\.jpg could not be opened, [^\n]*\.$"),
    ):
        guard.decode(good, "photo.jpg")


def test_what_a_library_prints_or_reads_does_no_harm(
    hostile: Callable[..., Guard], good: bytes
) -> None:
    guard = hostile()
    assert guard.decode(b"chatter|" + good).pixels.shape == (48, 64, 3)
    assert decodes(guard, good)


def test_an_idle_one_is_small(hostile: Callable[..., Guard]) -> None:
    guard = hostile()
    assert refusal(guard, b"modules") == "PIL.Image"
    [process] = guard.process_ids()
    assert psutil.Process(process).memory_info().rss < 80_000_000


SCRIPT = """
    import sys
    from pathlib import Path
    with Path("ran").open("a") as file:
        file.write("once ")
    sys.path.insert(0, sys.argv[1])
    from nst_core.pictures.guarded.guard import SHARED, decode_guarded
    print(decode_guarded(Path("photo.png").read_bytes()).pixels.shape, flush=True)
    print(SHARED.process_ids()[0], flush=True)
    if sys.argv[2:]:
        from nst_core.pictures.guarded.guard import Guard
        from nst_core.pictures.guarded.process import Limits
        Guard(decoder="hostile:decode", limits=Limits(seconds=1.0)).decode(sys.argv[2].encode())
    sys.stdin.read()
"""


@pytest.fixture
def script(tmp_path: Path, good: bytes, begun: Path) -> Callable[..., subprocess.Popen[str]]:
    """Starts a script that decodes a picture as soon as it is read, from a folder of its own."""
    (tmp_path / "script.py").write_text(textwrap.dedent(SCRIPT))
    (tmp_path / "photo.png").write_bytes(good)

    def start(*arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "script.py", str(ROOT), *arguments],
            cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    return start


def test_a_script_without_a_guarded_main_runs_once_and_leaves_no_child(
    script: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    (tmp_path / "numpy.py").write_text("raise SystemExit('a file of the folder was imported')")
    # The script's own folder comes first on its path, unless it is told otherwise.
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONSAFEPATH", "1")
        patch.delenv("PYTHONPATH")
        running = script()
    assert running.stdout is not None
    assert running.stdout.readline() == "(48, 64, 3)\n"
    decoder = int(running.stdout.readline())
    assert psutil.pid_exists(decoder)
    running.communicate()
    assert running.returncode == 0
    assert (tmp_path / "ran").read_text() == "once "
    wait_for(lambda: not psutil.pid_exists(decoder))


@needs_posix
@pytest.mark.parametrize("deed", [(), ("hang",)])
def test_a_parent_that_is_killed_leaves_no_child(
    script: Callable[..., subprocess.Popen[str]], begun: Path, deed: tuple[str, ...]
) -> None:
    running = script(*deed)
    assert running.stdout is not None
    running.stdout.readline()
    running.stdout.readline()
    if deed:
        wait_for(begun.exists)
    children = psutil.Process(running.pid).children()
    assert len(children) == 1 + len(deed)
    running.kill()
    running.communicate()
    wait_for(lambda: not any(child.is_running() for child in children), seconds=30)


def answer_of(words: bytes, body: bytes = b"") -> io.BytesIO:
    return io.BytesIO(struct.pack(">IQ", len(words), len(body)) + words + body)


@pytest.mark.parametrize(
    "answer",
    [
        answer_of(b'{"size": [2, 2], "notes": []}', bytes(11)),
        answer_of(b'{"size": [-2, -2], "notes": []}', bytes(12)),
        answer_of(b'{"size": [1000000, 1000000], "notes": []}'),
        answer_of(b"[" * 100_000),
        answer_of(b"7"),
        answer_of(pickle.dumps("words")),
        io.BytesIO(b"\xff" * 12),
        io.BytesIO(b"cut"),
    ],
)
def test_a_decoder_that_was_taken_over_can_say_nothing_that_harms(answer: io.BytesIO) -> None:
    with pytest.raises((ValueError, TypeError, LookupError, EOFError, RecursionError)):
        wire.receive_answer(answer)


def test_pixels_and_notes_cross_the_wire_as_they_are() -> None:
    pixels = np.arange(5 * 7 * 3, dtype=np.uint8).reshape(5, 7, 3)
    pipe = io.BytesIO()
    wire.send_answer(pipe, Picture(pixels, ("it was turned", "“quoted”\n")))
    pipe.seek(0)
    answer = wire.receive_answer(pipe)
    assert isinstance(answer, Picture)
    assert np.array_equal(answer.pixels, pixels)
    assert answer.notes == ("it was turned", "“quoted”\n")
