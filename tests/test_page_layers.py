"""The page's layers: which ones, their weights, and an earlier version of the recipe."""

import os
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import keys
from nst_core import Settings, presets
from nst_core.presets import as_text
from nst_core.runs.engine.program import ProgramEngine
from nst_core.settings.layer_weights import LayerWeights
from testing import pages
from testing.pages import captions, memory, opened_at, press

engine, saved = pages.idle_engine, pages.saved  # fixtures

HEADER = "description: D\nauthor: tests\nlicence: MIT\npainting: noise.png\n"
WEIGHTS = {"block1_conv1": 8.25, "block2_conv1": 1 / 3}
STYLES = {
    "weighted": f"style_layers: {{block1_conv1: 8.25, block2_conv1: {1 / 3!r}}}\n",
    "alike": "style_layers: [block2_conv1, block1_conv1]\n",
    "of_the_first": "recipe_version: 1\n",
}


@pytest.fixture(autouse=True)
def styles(engine: ProgramEngine) -> None:
    for name, text in STYLES.items():
        path = Path(os.environ["NST_PRESETS"]) / f"{name}.yaml"
        path.write_text(f"title: {name}\n{HEADER}{text}")


def group(page: AppTest) -> str:
    return keys.preset_settings(memory(page).settings_turn, memory(page).style)


def weight(page: AppTest, layer: str) -> Any:
    return page.number_input(key=keys.layer_weight(group(page), "style_layers", layer))


def weigh(page: AppTest) -> Any:
    """The switch between weights and layers that count alike."""
    return page.toggle(key=keys.weighs_layers(group(page), "style_layers"))


def click_layers(page: AppTest, *layers: str) -> None:
    page.pills(key=keys.setting(group(page), "style_layers")).set_value(list(layers)).run()
    assert not page.exception


def asks(page: AppTest, name: str) -> str:
    """What the page's address has of a setting."""
    value = page.query_params[name]
    return value if isinstance(value, str) else value[0]


@pytest.mark.parametrize("style", STYLES)
def test_what_nobody_touches_stays_as_the_preset_has_it(
    engine: ProgramEngine, saved: list[Any], style: str
) -> None:
    page = opened_at(style=style)
    for _ in range(2):
        assert memory(page).changes == {}
        assert set(page.query_params) == {"style"}
        assert "the preset has" not in captions(page)
        page.run()
    final = {k: v for k, v in saved[-1].items() if k in Settings.model_fields}
    assert Settings(**final) == presets.load_preset(style).settings


def test_weights_go_to_alike_and_back(engine: ProgramEngine, saved: list[Any]) -> None:
    page = opened_at(style="weighted")
    assert weigh(page).value
    weight(page, "block2_conv1").set_value(2.5).run()
    assert saved[-1]["style_layers"] == WEIGHTS | {"block2_conv1": 2.5}
    usual = as_text(LayerWeights(WEIGHTS))  # type: ignore[arg-type]
    assert f"the preset has {usual}" in captions(page)
    assert asks(page, "style_layers") == "block1_conv1:8.25,block2_conv1:2.5"
    weigh(page).set_value(False).run()
    assert saved[-1]["style_layers"] == list(WEIGHTS)
    assert asks(page, "style_layers") == "block1_conv1,block2_conv1"
    weigh(page).set_value(True).run()
    assert saved[-1]["style_layers"] == WEIGHTS | {"block2_conv1": 2.5}
    press(page, "Reset to the preset")
    assert saved[-1]["style_layers"] == WEIGHTS
    assert set(page.query_params) == {"style"}
    assert weight(page, "block2_conv1").value == WEIGHTS["block2_conv1"]


def test_layers_alike_go_to_weights_and_back(engine: ProgramEngine, saved: list[Any]) -> None:
    page = opened_at(style="alike")
    assert not weigh(page).value
    weigh(page).set_value(True).run()
    assert saved[-1]["style_layers"] == {"block1_conv1": 1.0, "block2_conv1": 1.0}
    weigh(page).set_value(False).run()
    assert saved[-1]["style_layers"] == ["block2_conv1", "block1_conv1"]
    assert set(page.query_params) == {"style"}


def test_a_layer_that_comes_has_a_weight_and_one_that_goes_leaves_the_others(
    engine: ProgramEngine, saved: list[Any]
) -> None:
    page = opened_at(style="weighted")
    click_layers(page, "block4_conv1", "block1_conv1", "block2_conv1")
    assert saved[-1]["style_layers"] == WEIGHTS | {"block4_conv1": 1.0}
    click_layers(page, "block4_conv1", "block2_conv1")
    assert saved[-1]["style_layers"] == {"block2_conv1": 1 / 3, "block4_conv1": 1.0}
    click_layers(page, "block1_conv1", "block2_conv1")
    assert saved[-1]["style_layers"] == WEIGHTS


def test_a_weight_of_0_and_no_layer_at_all_are_refused_and_nothing_is_taken(
    engine: ProgramEngine, saved: list[Any]
) -> None:
    page = opened_at(style="weighted")
    weight(page, "block1_conv1").set_value(0.0).run()
    [error] = page.error
    assert "weights above 0" in error.value.replace("\\", "")
    assert saved[-1]["style_layers"] == WEIGHTS
    weight(page, "block1_conv1").set_value(8.25).run()
    assert not page.error
    click_layers(page)
    assert len(page.error) == 1
    assert saved[-1]["style_layers"] == WEIGHTS


@pytest.mark.parametrize("style", ["weighted", "alike"])
@pytest.mark.parametrize(
    ("text", "layers"),
    [
        ("block3_conv1:2,block4_conv1:0.1", {"block3_conv1": 2.0, "block4_conv1": 0.1}),
        ("{block3_conv1: 2, block4_conv1: 0.1}", {"block3_conv1": 2.0, "block4_conv1": 0.1}),
        ("block3_conv1,block4_conv1", ["block3_conv1", "block4_conv1"]),
    ],
)
def test_a_link_has_layers_with_weights_or_without(
    engine: ProgramEngine, saved: list[Any], style: str, text: str, layers: object
) -> None:
    page = opened_at(style=style, style_layers=text)
    for _ in range(2):
        assert saved[-1]["style_layers"] == layers
        page.run()
    written = asks(page, "style_layers")
    opened_at(style=style, style_layers=written)
    assert saved[-1]["style_layers"] == layers


def test_an_earlier_version_is_named_saved_and_no_matter_of_links(
    engine: ProgramEngine, saved: list[Any]
) -> None:
    page = opened_at(style="of_the_first", recipe_version="2", seed="5")
    assert "version 1 of the recipe" in captions(page)
    assert saved[-1]["recipe_version"] == 1
    assert saved[-1]["seed"] == 5
    assert set(page.query_params) == {"style", "seed"}
    page = opened_at(style="weighted", recipe_version="1")
    assert "of the recipe" not in captions(page)
    assert saved[-1]["recipe_version"] == Settings().recipe_version


def test_the_classic_recipe_refuses_another_statistic_at_once(engine: ProgramEngine) -> None:
    page = opened_at(style="classic")
    page.selectbox(key=keys.setting(group(page), "statistic")).set_value("covariance").run()
    [error] = page.error
    assert "statistic must be gram in the classic recipe" in error.value.replace("\\", "")
    page.selectbox(key=keys.setting(group(page), "statistic")).set_value("gram").run()
    page.selectbox(key=keys.setting(group(page), "pooling")).set_value("average").run()
    assert not page.error
    assert asks(page, "pooling") == "average"
