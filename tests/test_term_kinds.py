"""Kinds of loss terms: what their strings name, and what is said where it is missing."""

import subprocess
import sys
from dataclasses import replace

import pytest

from nst_core import InputError, TermKind
from nst_core.objective.losses import ContentLoss, StyleLoss
from nst_core.objective.roughness import VariationLoss
from nst_core.settings.term_kinds import kinds

KIND = TermKind(
    name="edges",
    title="Edges",
    description="How many edges there are.",
    sees="picture",
    target="nothing",
    factory="nst_core.objective.roughness:VariationLoss",
)


@pytest.mark.parametrize(
    ("name", "term"),
    [("content", ContentLoss), ("style", StyleLoss), ("variation", VariationLoss)],
)
def test_the_built_in_kinds_make_their_layers(name: str, term: type) -> None:
    made = kinds()[name].make(normalization="classic", pixels=12, dtype="float64")
    assert (made.normalization, made.pixels, made.compute_dtype) == ("classic", 12, "float64")
    assert type(made) is term


def test_a_factory_may_be_a_string_or_a_callable() -> None:
    assert isinstance(KIND.make(dtype="float32"), VariationLoss)
    assert isinstance(replace(KIND, factory=ContentLoss).make(dtype="float32"), ContentLoss)


@pytest.mark.parametrize(
    ("factory", "missing"),
    [
        ("nst_nowhere.layer:EdgeLoss", "No module named 'nst_nowhere'"),
        ("nst_core.objective.losses:EdgeLoss", "has no attribute 'EdgeLoss'"),
    ],
)
def test_a_factory_that_is_missing_is_one_sentence_with_the_hint(
    factory: str, missing: str
) -> None:
    kind = replace(KIND, factory=factory)
    with pytest.raises(InputError, match=missing) as refusal:
        kind.make()
    assert str(refusal.value).startswith("The factory of the loss term edges must be something")
    assert str(refusal.value).endswith(f"Received: {factory}.")
    hint = "install it with: pip install nst-edges[keras]"
    with pytest.raises(InputError) as refusal:
        replace(kind, install_hint=hint).make()
    assert f"; {hint})" in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.processes
def test_reading_the_kinds_loads_no_keras() -> None:
    program = (
        "import sys; from nst_core import Parameters, TermKind; "
        "from nst_core.settings.term_kinds import kinds; assert len(kinds()) >= 3; "
        "sys.exit('keras' in sys.modules or 'tensorflow' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
