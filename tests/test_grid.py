"""The values of a sweep as they are typed, and their combinations."""

import itertools

import pytest

from nst_core import InputError, Settings
from nst_core.cli.grid import MOST_RUNS, Axis, axes_of, combinations, value_in_words


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (["content_weight=0.05,0.1,0.2"], {"content_weight": (0.05, 0.1, 0.2)}),
        (["seed=1,2", "size=300"], {"seed": (1, 2), "size": (300,)}),
        (["start=photo, noise"], {"start": ("photo", "noise")}),
        (["restart=true,false"], {"restart": (True, False)}),
        (["style_weight=1e3,1e-3"], {"style_weight": (1000.0, 0.001)}),
        (["seed=1", "seed=2,3"], {"seed": (1, 2, 3)}),
        (["start='photo','a,b'"], {"start": ("photo", "a,b")}),
        (
            ["style_layers=block1_conv1,block2_conv1", "style_layers=block3_conv1:2"],
            {"style_layers": (["block1_conv1", "block2_conv1"], {"block3_conv1": 2})},
        ),
        (
            ["style_layers=[block1_conv1, block2_conv1],{block3_conv1: 2, block4_conv1: 1}"],
            {
                "style_layers": (
                    ["block1_conv1", "block2_conv1"],
                    {"block3_conv1": 2, "block4_conv1": 1},
                )
            },
        ),
        (
            ["terms={},{style: {weight: 0.5, layers: [block3_conv2, block4_conv2]}}"],
            {"terms": ({}, {"style": {"weight": 0.5, "layers": ["block3_conv2", "block4_conv2"]}})},
        ),
    ],
)
def test_commas_separate_values_but_not_within_one(
    texts: list[str], values: dict[str, object]
) -> None:
    assert {axis.name: axis.values for axis in axes_of(texts)} == values


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        ([], "several values, as in content_weight=0.05,0.1,0.2. Received: nothing."),
        (["seed=1", "size=64"], "several values"),
        (["style_layers=block1_conv1,block2_conv1"], "several values"),
        (["seed=1,,2"], "on both sides of each comma. Received: 1,,2."),
        (["seed=1,2,"], "on both sides of each comma"),
        (["seed=1,2,1"], "must have different values. Received: 1 twice."),
        (["content_weight=0.1,0.10"], "Received: 0.10 twice."),
        (["seed"], "must be KEY=VALUE,VALUE... Received: seed."),
        (["seed="], "must be KEY=VALUE"),
        (["seed=[1,2"], "--set seed"),
        (
            [f"seed={','.join(map(str, range(40)))}", f"size={','.join(map(str, range(64, 90)))}"],
            "at most 1000 runs. Received: 1040.",
        ),
    ],
)
def test_what_is_no_grid_is_refused_in_one_sentence(texts: list[str], sentence: str) -> None:
    with pytest.raises(InputError) as refusal:
        axes_of(texts)
    assert sentence in str(refusal.value)
    assert len(str(refusal.value).splitlines()) == 1


def test_a_grid_may_have_as_many_runs_as_it_says() -> None:
    (axis,) = axes_of([f"seed={','.join(map(str, range(MOST_RUNS)))}"])
    assert len(axis.values) == MOST_RUNS


def test_all_combinations_come_with_the_last_setting_changing_fastest() -> None:
    axes = [Axis("seed", (1, 2, 3)), Axis("size", (64,)), Axis("scales", (1, 2))]
    expected = [{"seed": a, "size": 64, "scales": b} for a in (1, 2, 3) for b in (1, 2)]
    assert list(combinations(axes)) == expected
    assert len(set(itertools.chain(*expected))) == 3


@pytest.mark.parametrize(
    ("typed", "name", "words"),
    [
        ({"content_weight": 1.0}, "content_weight", "1"),
        ({"content_weight": 0.05}, "content_weight", "0.05"),
        ({"restart": True}, "restart", "true"),
        ({"start": "noise"}, "start", "noise"),
        ({"style_layers": {"block1_conv1": 8.0}}, "style_layers", "block1_conv1:8"),
    ],
)
def test_a_value_is_named_as_a_person_would_type_it(
    typed: dict[str, object], name: str, words: str
) -> None:
    assert value_in_words(Settings(**typed), name) == words  # type: ignore[arg-type]
