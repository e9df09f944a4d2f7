"""Settings: defaults, what is refused and in which words, and the ways to say a size."""

from typing import Any, get_args

import pytest
from pydantic import ValidationError

from nst_core import InputError, Settings
from nst_core.settings import bounds, expectation, make_settings
from nst_core.settings.layer_weights import LayerWeights
from nst_core.settings.recipes import NEWEST
from nst_core.vgg16.layers import LAYER_NAMES


def test_the_promised_settings_exist_with_title_help_and_default() -> None:
    promised = {
        "size", "rows", "columns", "iterations", "evaluations", "content_weight", "style_weight",
        "variation_weight", "content_layers", "style_layers", "start", "seed", "recipe", "restart",
        "memory", "precision", "recipe_version", "statistic", "pooling", "padding", "chroma_weight",
        "centred", "colours",
    }  # fmt: skip
    assert promised <= set(Settings.model_fields)
    for field in Settings.model_fields.values():
        assert field.title
        assert field.description
        assert not field.is_required()
        assert expectation(field)


def test_classic_is_the_recipe_of_the_table() -> None:
    settings = Settings(recipe="classic")
    assert (settings.size, settings.rows, settings.columns) == (0, 300, 500)
    assert (settings.iterations, settings.evaluations, settings.memory) == (30, 20, 10)
    assert settings.content_weight == 0.025
    assert settings.style_weight == settings.variation_weight == 1.0
    assert settings.content_layers == ("block4_conv2",)
    assert settings.style_layers == tuple(f"block{n}_conv1" for n in range(1, 6))
    assert settings.start == "noise"
    assert settings.restart
    assert settings.scales == 1
    assert settings.precision == "float32"
    assert (settings.statistic, settings.pooling, settings.padding) == ("gram", "max", "zero")
    assert settings.chroma_weight == 0.0


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError):
        Settings().size = 3  # type: ignore[misc]


NUMERIC = [
    name for name, field in Settings.model_fields.items() if field.annotation in (int, float)
]
WRONG: list[tuple[str, Any]] = [
    *((name, bounds(Settings.model_fields[name])[1] * 2 + 1) for name in NUMERIC),
    *((name, -1) for name in NUMERIC),
    *((name, True) for name in NUMERIC),
    *((name, "3") for name in NUMERIC),
    *((name, None) for name in Settings.model_fields),
    *((name, float("nan")) for name in Settings.model_fields),
    *((name, float("inf")) for name in Settings.model_fields),
    ("iterations", 3.0),
    ("iterations", 0),
    ("evaluations", 0),
    ("size", 31),
    ("restart", 1),
    ("restart", "no"),
    ("start", "nothing"),
    ("recipe", "Classic"),
    ("precision", "float16"),
    ("content_layers", ()),
    ("content_layers", "block4_conv2"),
    ("style_layers", ["block1_conv1", "block9_conv1"]),
    ("style_layers", ["block1_conv1", "block1_conv1"]),
    ("style_layers", [1]),
    ("style_layers", {}),
    ("style_layers", {"block9_conv1": 1.0}),
    ("style_layers", {"block1_conv1": 0.0}),
    ("style_layers", {"block1_conv1": 1.0, "block2_conv1": -1}),
    ("style_layers", {"block1_conv1": True}),
    ("style_layers", {"block1_conv1": None}),
    ("style_layers", {"block1_conv1": "1"}),
    ("style_layers", {"block1_conv1": float("inf")}),
    ("content_layers", {"block4_conv2": 2e9}),
    ("statistic", "Gram"),
    ("pooling", "min"),
    ("padding", "reflect"),
    ("recipe_version", 0),
    ("style_wieght", 1.0),
    ("__class__", 1),
]


@pytest.mark.parametrize(("name", "value"), WRONG, ids=lambda item: repr(item)[:24])
def test_wrong_values_are_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(ValidationError) as refusal:
        Settings(**{name: value})
    assert name in str(refusal.value)
    with pytest.raises(InputError, match=r"Received: ") as sentence:
        make_settings({name: value})
    assert name in str(sentence.value)
    assert "\n" not in str(sentence.value)


def test_a_refusal_says_what_was_expected_and_what_came() -> None:
    with pytest.raises(InputError) as refusal:
        make_settings({"iterations": -1, "start": "nothing"})
    assert str(refusal.value) == (
        "iterations must be a whole number from 1 to 1000. Received: -1; "
        "start must be one of photo, noise, painting, blend. Received: 'nothing'."
    )


def test_a_misspelt_name_is_recognised() -> None:
    with pytest.raises(InputError, match="did you mean style_weight"):
        make_settings({"style_wieght": 1.0})


def test_lists_and_whole_numbers_are_taken_where_they_fit() -> None:
    settings = Settings(content_layers=["block1_conv1"], style_weight=2)  # type: ignore[arg-type]
    assert settings.content_layers == ("block1_conv1",)
    assert settings.style_weight == 2.0


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"size": 0}, "rows and columns"),
        ({"size": 0, "rows": 300}, "rows and columns"),
        ({"rows": 300}, "rows and columns"),
        ({"rows": 31, "columns": 300}, "rows and columns"),
        ({"size": 512, "rows": 300, "columns": 300}, "size"),
        (
            {"content_weight": 0, "style_weight": 0, "variation_weight": 0, "chroma_weight": 0},
            "variation_weight and chroma_weight must be above 0",
        ),
        ({"terms": {"chroma": 1}, "chroma_weight": 0}, "setting of its own. Received: chroma"),
        ({"recipe": "classic", "scales": 2}, "scales"),
        ({"recipe": "classic", "style_scale": 0.5}, "style_scale"),
        ({"recipe": "classic", "statistic": "covariance"}, "must be gram .*Received: covariance"),
        ({"recipe": "classic", "statistic": "mixed"}, "must be gram .*Received: mixed"),
        ({"statistic": "mean"}, "gram, covariance, wasserstein, mixed. Received: 'mean'"),
        ({"terms": {"style": {"weight": 1, "statistic": "mixed"}}}, "Received: .*mixed"),
        ({"centred": 1}, "centred must be .*Received: 1"),
        (
            {
                "recipe": "classic",
                "terms": {
                    "style": {"weight": 1, "layers": ["block3_conv2"], "statistic": "wasserstein"}
                },
            },
            "must be gram .*Received: wasserstein",
        ),
    ],
)
def test_settings_that_contradict_each_other_are_refused(values: Any, word: str) -> None:
    with pytest.raises(InputError, match=word):
        make_settings(values)


def test_rows_and_columns_alone_are_an_exact_size() -> None:
    settings = Settings(rows=100, columns=200)
    assert (settings.size, settings.rows, settings.columns) == (0, 100, 200)
    assert Settings(recipe="classic", columns=400).rows == 300
    assert Settings(recipe="classic", size=400).rows == 0


def test_changes_keep_the_rest_and_settle_the_size() -> None:
    exact = Settings(rows=100, columns=200, seed=5)
    assert exact.changed(iterations=3).rows == 100
    assert exact.changed(size=300).columns == 0
    assert exact.changed(size=300).changed(rows=64, columns=64).size == 0
    assert exact.changed(size=300).seed == 5
    with pytest.raises(InputError, match="iterations"):
        exact.changed(iterations=0)


def test_another_recipe_brings_its_own_defaults() -> None:
    assert Settings(seed=5).changed(recipe="classic") == Settings(recipe="classic", seed=5)
    assert Settings(recipe="classic", seed=5).changed(recipe="default") == Settings(seed=5)


def test_the_classic_recipe_may_be_changed_in_all_but_its_statistic() -> None:
    changes = {"pooling": "average", "padding": "replicate", "chroma_weight": 2.0, "centred": True}
    layers = {"style_layers": {"block1_conv1": 2.0}}
    changed = Settings(recipe="classic").changed(**changes, **layers)
    assert changed.differences() == {"recipe": "classic", **changes, **layers}
    with pytest.raises(InputError, match="statistic must be gram"):
        Settings(statistic="wasserstein").changed(recipe="classic")


def test_the_version_of_a_recipe_is_kept_by_changes_and_named_if_it_is_not_today_s() -> None:
    first = Settings(recipe_version=1)
    assert first.differences() == {"recipe": "default", "recipe_version": 1}
    assert (first.statistic, first.variation_weight, first.centred) == ("gram", 0.5, False)
    assert first.changed(seed=3) == Settings(recipe_version=1, seed=3)
    assert first.changed(seed=3).changed(recipe_version=NEWEST) == Settings(seed=3)
    assert Settings(seed=3).changed(recipe_version=1) == Settings(recipe_version=1, seed=3)
    assert "recipe_version" not in Settings(recipe_version=NEWEST).differences()


def test_only_today_s_recipe_takes_the_means_off_unless_it_is_asked_for() -> None:
    today, first, classic = Settings(), Settings(recipe_version=1), Settings(recipe="classic")
    for settings, centred in (
        (today, True),
        (today.changed(centred=False), False),
        (first, False),
        (first.changed(centred=True), True),
        (classic, False),
        (classic.changed(centred=True), True),
    ):
        content = settings.term_uses()[0]
        assert (content.kind, dict(content.parameters)) == ("content", {"centred": centred})
    # A further term compares the features as they are, unless it says otherwise.
    further = {"weight": 1.0, "layers": ["block3_conv2"]}
    plain, centred_too = (
        today.changed(terms={"content": {**further, **more}}).term_uses()[-1]
        for more in ({}, {"centred": True})
    )
    assert dict(plain.parameters) == {"centred": False}
    assert dict(centred_too.parameters) == {"centred": True}


def test_the_classic_recipe_is_the_same_in_every_version() -> None:
    values = [
        Settings(recipe="classic", recipe_version=version).model_dump(exclude={"recipe_version"})
        for version in (1, NEWEST)
    ]
    assert values[0] == values[1]
    first = Settings(recipe_version=1, seed=3)
    assert first.changed(recipe="classic").changed(recipe="default") == first


@pytest.mark.parametrize(
    "settings",
    [
        Settings(),
        Settings(recipe_version=1),
        Settings(recipe_version=1, variation_weight=3.0, statistic="wasserstein"),
        Settings(recipe="classic", recipe_version=1, seed=2),
        Settings(style_layers=LayerWeights({"block1_conv1": 3.0, "block4_conv1": 0.1})),
        Settings(recipe="classic"),
        Settings(recipe="classic", size=200, start="photo"),
        Settings(rows=64, columns=80, restart=True),
    ],
)
def test_the_differences_are_enough_to_make_them_again(settings: Settings) -> None:
    assert make_settings(settings.differences()) == settings
    assert make_settings(settings.model_dump(mode="json")) == settings
    assert settings.changed() == settings


def test_layer_names_are_keras_own() -> None:
    assert len(LAYER_NAMES) == 13
    annotation = Settings.model_fields["style_layers"].annotation
    assert get_args(get_args(get_args(annotation)[0])[0]) == LAYER_NAMES
