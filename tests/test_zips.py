"""Zips that are read while they come, and the name of the folder in them."""

import io
import zipfile
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nst_core.runs.export.naming import folder_name, joined_name, unique_names
from nst_core.runs.export.zips import Member, stream
from testing.zips import read_as_it_comes


@given(
    st.lists(
        st.tuples(st.lists(st.binary(max_size=300), max_size=4), st.booleans()),
        min_size=1,
        max_size=4,
    )
)
@example([([], False), ([b"PK\x07\x08"], True)])
@settings(deadline=None)
def test_a_zip_says_before_each_file_what_comes(files: list[tuple[list[bytes], bool]]) -> None:
    members = [Member(f"日本/{n}", pieces, deflate) for n, (pieces, deflate) in enumerate(files)]
    pieces = list(stream(members))
    expected = {f"日本/{n}": b"".join(pieces) for n, (pieces, _) in enumerate(files)}
    data = b"".join(pieces)
    assert read_as_it_comes(data) == expected
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == expected
    assert b"".join(stream(members)) == data


def test_a_zip_is_sent_file_by_file() -> None:
    taken = []

    def pieces(name: str) -> list[bytes]:
        taken.append(name)
        return [b"abc"]

    sent = stream(Member(name, pieces(name)) for name in ("one", "two"))
    assert b"one" in next(sent)
    assert taken == ["one"]


@pytest.mark.parametrize(
    ("photo", "style", "name"),
    [
        ("golden_gate.jpg", "stained_glass", "golden_gate, stained_glass"),
        ("Été à Nîmes.HEIC", "Stained glass", "Été à Nîmes, Stained glass"),
        ("photo v1.2", "", "photo v1.2"),
        ("", "", "gallery"),
        ("..", " . ", "gallery"),
        ("con.png", "", "_con"),
        ("nul.b.png", "x", "_nul.b, x"),
        ("../../etc/passwd", "C:\\x", "_.._etc_passwd, C__x"),
        ("a\n\x1b[2J\u202egpj.exe", "\udcff?", "a__[2J_gpj, __"),
    ],
)
def test_the_folder_is_named_after_photo_and_style(photo: str, style: str, name: str) -> None:
    assert folder_name(photo, style) == name


def test_a_large_file_is_sent_in_pieces() -> None:
    pieces = list(stream([Member("large", [bytes([n]) * 3_000_000 for n in range(5)])]))
    assert max(map(len, pieces)) <= 1 << 20
    expected = b"".join(bytes([n]) * 3_000_000 for n in range(5))
    assert read_as_it_comes(b"".join(pieces)) == {"large": expected}


@given(st.text(), st.text())
@settings(deadline=None)
@example("x" * 5000, "é" * 5000)
@example("aux", "")
@example("COM¹ .x.png", "")
def test_every_file_system_takes_the_folder(photo: str, style: str) -> None:
    name = folder_name(photo, style)
    assert 0 < len(name.encode()) <= 130
    assert not set(name) & set('/\\:*?"<>|')
    assert name.isprintable()
    assert name == name.strip(" .")
    assert PurePosixPath(name).parts == (name,)
    assert PureWindowsPath(name).parts == (name,)
    assert not PureWindowsPath(name).is_reserved()


def test_names_say_all_parts_and_stay_short() -> None:
    assert joined_name(["content_weight=0.05", "seed=1"]) == "content_weight=0.05, seed=1"
    assert joined_name(["style_layers=block1_conv1:4"]) == "style_layers=block1_conv1_4"
    assert joined_name(["", " "]) == "gallery"
    assert joined_name(["con"]) == "_con"
    assert len(joined_name(["ä" * 50] * 9).encode()) <= 122


@given(st.lists(st.sampled_from(["cat", "Cat", "CAT", "cat 2", "Cat 3", "dog", "stra\u00dfe"])))
def test_no_two_names_are_one_on_any_system(names: list[str]) -> None:
    unique = unique_names(names)
    assert len({name.casefold() for name in unique}) == len(names)
    for name, before in zip(unique, names, strict=True):
        assert name.startswith(before)
    # The first of a name keeps it, so that a photo more changes no other's folder.
    assert {name.casefold() for name in names} <= {name.casefold() for name in unique}
