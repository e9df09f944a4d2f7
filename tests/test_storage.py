"""One contract for a folder on disk, in memory and in an object store (a real S3 interface)."""

import errno
import itertools
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fsspec.core import url_to_fs

from nst_core.errors import InputError, OutputError
from nst_core.runs.store.storage import Storage


@pytest.fixture(params=["local", "memory", "s3"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty folder is."""
    if request.param == "local":
        return str(tmp_path / "a folder # 100%")
    if request.param == "s3":
        request.getfixturevalue("s3")
    system = "s3://runs" if request.param == "s3" else "memory://"
    return f"{system}/{tmp_path.name}"


@pytest.fixture
def storage(url: str) -> Storage:
    return Storage.open(url)


def test_what_is_written_is_read(storage: Storage) -> None:
    data = bytes(range(256)) * 10_000
    storage.write("a.bin", data)
    storage.write("empty", b"")
    assert storage.read("a.bin") == data
    assert storage.read("empty") == b""
    pieces = list(storage.chunks("a.bin"))
    assert b"".join(pieces) == data
    assert max(map(len, pieces)) <= 1 << 20
    assert len(pieces) == 3


def test_a_file_can_be_written_over(storage: Storage) -> None:
    storage.write("state", b"long before" * 100)
    storage.write("state", b"short")
    assert storage.read("state") == b"short"


def test_a_listing_is_right_at_once_for_whoever_asks(storage: Storage, url: str) -> None:
    other = Storage.open(url)
    assert storage.names() == other.names() == []
    storage.folder("run").write("b", b"1")
    storage.write("a", b"22")
    assert other.names() == ["a", "run"]
    assert other.folder("run").names() == ["b"]
    assert other.exists("a")
    assert other.exists("run")
    assert not other.exists("b")
    other.folder("run").remove("b")
    assert storage.folder("run").names() == []
    other.remove("a")
    assert "a" not in storage.names()


def test_size_counts_what_is_in_folders(storage: Storage) -> None:
    assert storage.size() == 0
    storage.write("a", b"22")
    storage.folder("run").write("b", b"333")
    assert storage.size() == 5
    assert storage.folder("run").size() == 3


def test_a_folder_goes_with_all_that_is_in_it(storage: Storage) -> None:
    run = storage.folder("run")
    for name in ("a", "b"):
        run.write(name, b"1")
    storage.write("run2", b"stays")
    storage.remove("run")
    storage.remove("run")
    assert storage.names() == ["run2"]
    assert run.names() == []


def test_a_file_that_is_not_there(storage: Storage) -> None:
    assert not storage.exists("a")
    storage.remove("a")
    with pytest.raises(FileNotFoundError):
        storage.read("a")
    with pytest.raises(FileNotFoundError):
        list(storage.chunks("a"))


@pytest.mark.parametrize("name", ["", ".", "..", "../up", "/etc/passwd", "a/b", ".hidden", "a\n"])
def test_no_name_leads_out(storage: Storage, name: str) -> None:
    for act in (storage.read, storage.exists, storage.remove, storage.folder):
        with pytest.raises(InputError, match="plain one"):
            act(name)
    with pytest.raises(InputError, match="plain one"):
        storage.write(name, b"")


def test_its_address_leads_back(storage: Storage, url: str) -> None:
    storage.write("a", b"1")
    again = Storage.open(storage.url)
    assert again.read("a") == b"1"
    assert again.url == storage.url
    assert Storage.open(storage.folder("run").url).names() == []


def test_a_reader_never_sees_half_a_file(storage: Storage, url: str) -> None:
    """Whole files of one sign each, written over and over, while another reads and lists."""
    storage.write("state", b"0" * 200_000)
    over = threading.Event()
    seen: list[bytes] = []
    problems: list[object] = []

    def read() -> None:
        reader = Storage.open(url)
        while not over.is_set():
            data = reader.read("state")
            seen.append(data[:1])
            if len(data) != 200_000 or data.strip(data[:1]):
                problems.append((len(data), data[:1]))
            if reader.names() != ["state"]:
                problems.append(reader.names())

    thread = threading.Thread(target=read)
    thread.start()
    deadline = time.monotonic() + 120
    for number in itertools.count():
        storage.write("state", str(number % 10).encode() * 200_000, durable=False)
        if number >= 100 and (len(set(seen)) > 1 or time.monotonic() > deadline):
            break
    over.set()
    thread.join()
    assert not problems
    assert len(set(seen)) > 1


def test_an_address_that_nobody_knows() -> None:
    with pytest.raises(InputError, match=r"fsspec knows\. Received: nosuch://runs"):
        Storage.open("nosuch://runs")


def test_a_local_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="file"):
        Storage.at(tmp_path / "file" / "runs").write("a", b"1")


def test_a_local_file_under_way_is_not_listed_and_does_not_stay(tmp_path: Path) -> None:
    storage = Storage.at(tmp_path)
    storage.write("a", b"1")
    (tmp_path / ".b.xyz.part").write_bytes(b"half")
    assert storage.names() == ["a"]
    (tmp_path / "a").unlink()
    (tmp_path / "a").mkdir()  # a rename onto it fails
    with pytest.raises(OutputError):
        storage.write("a", b"2")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".b.xyz.part", "a"]


def on_a_bad_day(url: str, **verbs: Callable[..., Any]) -> Storage:
    """The same folder through the same kind of file system, of which some verbs are others."""
    good, path = url_to_fs(url)
    bad = type("BadDay", (type(good),), {verb: staticmethod(act) for verb, act in verbs.items()})
    return Storage(bad(use_listings_cache=False, skip_instance_cache=True), path)


@pytest.mark.parametrize("error", [TimeoutError("no answer"), OSError(errno.EIO, "no answer")])
def test_whatever_else_goes_wrong_is_said_in_one_way(
    storage: Storage, url: str, error: Exception
) -> None:
    """A store that does not answer must never be taken for one that has nothing."""
    storage.write("a", b"1")

    def fail(*_: object, **__: object) -> None:
        raise error

    verbs = ("info", "ls", "find", "cat_file", "open", "isdir", "rm")
    silent = on_a_bad_day(url, **dict.fromkeys(verbs, fail))
    acts = (
        silent.names,
        silent.size,
        lambda: silent.exists("a"),
        lambda: silent.read("a"),
        lambda: list(silent.chunks("a")),
        lambda: silent.remove("a"),
    )
    for act in acts:
        with pytest.raises(OutputError, match="no answer"):
            act()


def test_a_folder_goes_also_while_others_work_in_it(storage: Storage, url: str) -> None:
    """What another removes, or adds, at the same moment must not leave the rest there."""
    run = storage.folder("run")
    for name in ("a", "b"):
        run.write(name, b"1")
    good, _ = url_to_fs(url)
    errors = [FileNotFoundError(), OSError(errno.ENOTEMPTY, "more")]

    def rm(path: str, **rest: Any) -> None:
        if errors:
            raise errors.pop()
        good.rm(path, **rest)

    on_a_bad_day(url, rm=rm).remove("run")
    assert not errors
    assert storage.names() == []


def test_a_folder_that_others_keep_filling_is_not_taken_for_removed(tmp_path: Path) -> None:
    Storage.at(tmp_path).write("a", b"1")

    def rm(*_: object, **__: object) -> None:
        raise OSError(errno.ENOTEMPTY, "Directory not empty")

    with pytest.raises(OutputError, match="others write to it"):
        on_a_bad_day(str(tmp_path), rm=rm).remove("a")


def test_files_that_a_killed_process_was_writing_are_removed_when_they_are_old(
    tmp_path: Path,
) -> None:
    storage = Storage.at(tmp_path)
    storage.write("a", b"1")
    for name in (".a.old.part", ".a.new.part"):
        (tmp_path / name).write_bytes(b"half")
    os.utime(tmp_path / ".a.old.part", (0, 0))
    storage.remove_unfinished(60)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".a.new.part", "a"]
