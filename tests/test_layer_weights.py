"""Layers with weights, at every door: Python, the shell, YAML, `run.yaml` and addresses."""

import pickle

import pytest

from nst_core import InputError, Settings, presets
from nst_core.cli.arguments import assignments
from nst_core.presets import strict_yaml
from nst_core.runs.store import run_yaml
from nst_core.runs.store.run_files import File, RunFiles
from nst_core.settings import make_settings
from nst_core.settings.layer_weights import LayerWeights

WEIGHTS = {"block1_conv1": 8.0, "block3_conv2": 0.3, "block5_conv1": 1e-4}
SETTINGS = make_settings({"style_layers": WEIGHTS})


def test_a_mapping_s_weights_are_kept_and_the_network_s_order_is_theirs() -> None:
    turned = make_settings({"style_layers": dict(reversed(WEIGHTS.items()))})
    assert turned == SETTINGS
    assert hash(turned.style_layers) == hash(SETTINGS.style_layers)
    for settings in (turned, SETTINGS):
        assert isinstance(settings.style_layers, LayerWeights)
        assert list(settings.style_layers.items()) == list(WEIGHTS.items())
    assert pickle.loads(pickle.dumps(SETTINGS)) == SETTINGS


def test_weights_do_not_change_with_what_they_were_made_of() -> None:
    given = dict(WEIGHTS)
    settings = make_settings({"style_layers": given})
    given["block1_conv1"] = 1.0
    assert settings == SETTINGS


def test_a_term_s_layers_share_its_weight_by_theirs() -> None:
    uses = {
        use.kind: use
        for use in make_settings(
            {
                "style_weight": 6.0,
                "style_layers": {"block1_conv1": 3, "block2_conv1": 1, "block3_conv1": 2},
                "content_weight": 6.0,
                "content_layers": ["block3_conv1", "block4_conv1"],
            }
        ).term_uses()
    }
    assert uses["style"].shares() == pytest.approx((3.0, 1.0, 2.0))
    assert uses["content"].shares() == (3.0, 3.0)


@pytest.mark.parametrize(
    "text",
    [
        "block1_conv1:8,block3_conv2:0.3,block5_conv1:1e-4",
        "block5_conv1: .0001, block1_conv1: 8, block3_conv2: 0.3",
        "{block1_conv1: 8, block3_conv2: 0.3, block5_conv1: 1e-4}",
    ],
)
def test_a_shell_has_two_ways_to_write_them(text: str) -> None:
    assert Settings().changed(**assignments([f"style_layers={text}"])) == SETTINGS


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("block1_conv1:0", "weights above 0, .*Received: {'block1_conv1': 0}"),
        ("block1_conv1:-1", "weights above 0, .*Received: {'block1_conv1': -1}"),
        ("block1_conv1:x", "weights above 0, .*Received: {'block1_conv1': 'x'}"),
        ("block1_conv1:1,block2_conv1", "weights above 0, .*'block2_conv1': None}"),
        ("conv1:1", "mapping from such layers .* block5_conv3. Received: {'conv1': 1}"),
        ("block1_conv1:1,block1_conv1:2", "block1_conv1 may stand only once"),
        ("{block1_conv1: 1", "must be YAML"),
    ],
)
def test_what_a_shell_gets_wrong_is_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence) as refusal:
        Settings().changed(**assignments([f"style_layers={text}"]))
    assert "style_layers" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_an_address_and_the_shell_read_what_is_written_for_them() -> None:
    text = presets.as_text(SETTINGS.style_layers)
    assert text == "block1_conv1:8,block3_conv2:0.3,block5_conv1:0.0001"
    assert Settings().changed(style_layers=presets.value_of("style_layers", text, "x")) == SETTINGS
    for weight in (1 / 3, 1e-300, 1e9, 123456.789):
        layers = LayerWeights({"block2_conv2": weight})
        read = presets.value_of("style_layers", presets.as_text(layers), "here")
        assert read == {"block2_conv2": weight}


@pytest.mark.parametrize(
    "text",
    [
        "style_layers: {block1_conv1: 8, block3_conv2: 0.3, block5_conv1: 1e-4}\n",
        "style_layers:\n  block1_conv1: 8\n  block3_conv2: 0.3\n  block5_conv1: 0.0001\n",
    ],
)
def test_a_preset_has_them_in_one_line_or_in_several(text: str) -> None:
    document = strict_yaml.load(text.encode(), "a.yaml")
    assert presets.settings_of(document, dict(document.values)) == SETTINGS


def test_a_run_yaml_has_them() -> None:
    terms = {"style": {"weight": 1, "layers": {"block2_conv2": 2, "block3_conv3": 1}}}
    settings = SETTINGS.changed(content_layers={"block4_conv2": 2.0}, terms=terms)
    pictures = RunFiles(File("photo.png", "00"), (File("painting.png", "00"),))
    data = run_yaml.render(pictures, settings).encode()
    assert run_yaml.read_settings(data) == settings
    again = run_yaml.read_settings(run_yaml.with_precision(data, "bfloat16"))
    assert again == settings.changed(precision="bfloat16")
