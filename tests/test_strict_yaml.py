"""YAML is read as version 1.2 means it, or refused; the numbers are the specification's rules."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nst_core import InputError
from nst_core.presets import strict_yaml


def read(text: str) -> object:
    return dict(strict_yaml.load(text.encode(), "a.yaml").values)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e3", 1000.0), ("1E-2", 0.01), ("-.5", -0.5), ("5.", 5.0), ("12", 12), ("-7", -7),
        ("012", 12), ("0o17", 15), ("0xff", 255), ("true", True), ("False", False), ("no", "no"),
        ("yes", "yes"), ("on", "on"), ("1:30", "1:30"), ("1_000", "1_000"), ("null", None),
        ("~", None), ("", None), ("2024-01-01", "2024-01-01"), (".inf", float("inf")),
        ("-.INF", float("-inf")), ("nan", "nan"), ("photo", "photo"),
    ],
)  # fmt: skip
def test_plain_words_mean_what_yaml_1_2_says(text: str, value: object) -> None:
    meaning = strict_yaml.scalar(text)
    assert meaning == value
    assert type(meaning) is type(value)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        # A ? marks a key only before white space [123]; otherwise it begins a word.
        ("{ ?foo: bar }", {"?foo": "bar"}),
        ("{ ??foo: bar }", {"??foo": "bar"}),
        ("{ ? foo: bar }", {"foo": "bar"}),
        ("a: [?b, c?d, ? e]", {"a": ["?b", "c?d", {"e": None}]}),
        ("a: [?'b', '?c']", {"a": ["?'b'", "?c"]}),
        ("? foo\n: bar\n?b: c\n? ", {"foo": "bar", "?b": "c", "": None}),
        # Spaces beyond a block's indentation belong to it, also where no line break follows [165].
        ("a: |\n  b\n   \n", {"a": "b\n \n"}),
        ("a: |\n  b\n   ", {"a": "b\n \n"}),
        ("a: |\n  b", {"a": "b\n"}),
        ("a: |-\n  b\n   ", {"a": "b\n "}),
        ("a: >\n  b\n  c\n\n  d", {"a": "b c\nd\n"}),
        # Empty lines may be of any length where no text follows, or the indentation is told [162].
        ("a: |\n    \n  \nb: 1\n", {"a": "", "b": 1}),
        ("a: |2\n     \n  b\n", {"a": "   \nb\n"}),
        # Further lines are indented more than their key [69]; comments need not be [78].
        ("a: [b,\n c]\n", {"a": ["b", "c"]}),
        ("a: [b,\n# comment\n\n c\n ]\n", {"a": ["b", "c"]}),
        ("a:\n  b: {c: 1,\n   d: 2}\n", {"a": {"b": {"c": 1, "d": 2}}}),
        ('a: "b\n c\n\n \td"\n', {"a": "b c\nd"}),
        ("{a: b,\nc: [d,\ne]}\n", {"a": "b", "c": ["d", "e"]}),
        # A comment follows white space [66]; elsewhere a # is a letter like any other.
        ('a: "b" # comment\n', {"a": "b"}),
        ("a: b#c # d#e\n#f\n", {"a": "b#c"}),
        ("a: > # comment\n  b # c\n", {"a": "b # c\n"}),
        # Line breaks of every system, and a mark of the byte order, change nothing [28, 3].
        ("a: 1\r\nb: >\r\n  c\r\n  d\r\n", {"a": 1, "b": "c d\n"}),
        ("\ufeffa: 1\rb: 2", {"a": 1, "b": 2}),
    ],
)
def test_a_text_means_what_yaml_1_2_says(text: str, values: object) -> None:
    assert read(text) == values


def test_a_closing_bracket_may_stand_below_its_key_as_many_people_write_it() -> None:
    assert read("a: [\n  b,\n]\nc: {\n  d: 1\n}\n") == {"a": ["b"], "c": {"d": 1}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: [b,\nc]\n", "line 2: this line must begin with at least 1 space. Received: 0"),
        ("a: [b,\n\tc]\n", "line 2: this line must begin with at least 1 space. Received: 0"),
        ("a:\n  b: {c: 1,\n  d: 2}\n", "line 3: this line must begin with at least 3 spaces. Rec"),
        ("a:\n- [b,\nc]\n", "line 3: this line must begin"),
        ('a: "b\nc"\n', "line 2: this line must begin with at least 1 space. Received: 0"),
        ("a: 'b\n\n\tc'\n", "line 3: this line must begin with at least 1 space. Received: 0"),
        ("a: [b, 'c\n# d']\n", "line 2: this line must begin"),
        ("a:\n  b: 1\n  \tc: 2\n", "line 3.*YAML"),
        ('a: "b"# comment\n', "line 1: a comment must follow a space"),
        ("a: 1\nb: [c,# comment\n d]\n", "line 2: a comment must follow a space"),
        ("a: {b: c}# comment\n", "line 1: a comment must follow a space"),
        ("a: ># comment\n  b\n", "line 1: a comment must follow a space"),
        ("a: |-# comment\n  b\n", "line 1: a comment must follow a space"),
        ("a: >\n \n   \n  b\n", "line 4: .* longer than its indentation of 2. Received: 3 spaces"),
        ("a:\n  b: |\n     \n   # c\n", "line 4: .* longer than its indentation of 3"),
        ("a: [-]\n", "line 1: a - alone must stand in quotes"),
        ("a: {?[b]: c}\n", "line 1: a "),
    ],
)
def test_what_yaml_1_2_forbids_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(text)


LARGE = {
    "question marks in a list": ("a: [", "?b,", "]"),
    "pairs in a list": ("a: [", "b: c,", "]"),
    "quoted keys in a list": ("a: [", '"b":c,', "]"),
    "mappings in a list": ("a:\n", "- b:\n", ""),
    "a text of many lines": ('a: "', "b\n ", '"'),
    "a list of many lines": ("a: [", "b,\n ", "]"),
    "a block of empty lines": ("a: |\n", " \n", ""),
    "comments": ("a: 1\n", "#b\n", ""),
    "signs of comments": ("a: 1 ", "#", ""),
    "opening brackets": ("a: ", "[", ""),
    "question marks in a mapping": ("a: {", "?", "b: 1}"),
    "signs of keys": ("a: {", "? ", "}"),
}


@pytest.mark.parametrize("kind", LARGE)
def test_the_largest_file_is_read_or_refused_at_once(kind: str) -> None:
    start, piece, end = LARGE[kind]
    room = strict_yaml.MOST_BYTES - len(start) - len(end)
    text = (start + piece * (room // len(piece)) + end).encode()
    seconds = []
    for _ in range(3):
        began = time.process_time()
        try:
            strict_yaml.load(text, "a.yaml")
        except InputError:
            assert kind not in ("comments", "a block of empty lines")
        seconds.append(time.process_time() - began)
    assert min(seconds) < 0.5


def assert_read_or_refused_in_one_line(data: bytes) -> None:
    try:
        document = strict_yaml.load(data, "a.yaml")
    except InputError as error:
        assert "\n" not in str(error)  # noqa: PT017
    else:
        assert set(document.lines) == set(document.values)


@settings(deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_file_lets_another_error_out(data: bytes) -> None:
    assert_read_or_refused_in_one_line(data)


@settings(deadline=None, max_examples=1000)
@given(st.text("ab:?-#|>[]{},'\" \n\t01~", max_size=30))
def test_no_text_of_yaml_s_own_signs_lets_another_error_out(text: str) -> None:
    assert_read_or_refused_in_one_line(text.encode())
