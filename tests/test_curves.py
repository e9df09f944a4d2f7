"""The look of the loss curves."""

import itertools

import pytest

from nst_core.runs.export import curves
from nst_core.runs.store.losses import LossRow

LIGHT, DARK = "#fbfaf6", "#12181c"
"""The grounds of the page's two themes."""


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("ground", [LIGHT, DARK])
def test_every_line_can_be_seen(ground: str) -> None:
    """Contrast of at least 3, as WCAG 2.2 asks for what has to be seen to understand a picture."""
    layers = [f"style/block{number}_conv1" for number in range(1, 6)]
    names = ["content/block4_conv2", "content/block5_conv2", *layers, "variation", "other/a"]
    rows = [LossRow(n, n, 64, 64, 10, 1.0, dict.fromkeys(names, 0.1)) for n in range(2)]
    drawn = curves.figure(rows)
    looks = {(line.line.color, line.line.dash) for line in drawn.data}
    assert len(looks) == len(names) + 1
    for line in (*drawn.data, *drawn.layout.shapes):
        assert contrast(line.line.color, ground) >= 3
        assert line.opacity in (None, 1)


def test_the_layers_of_a_term_are_told_apart_without_colours() -> None:
    terms = {f"style/{number}": 0.2 for number in range(5)}
    drawn = curves.figure([LossRow(0, 0, 64, 64, 10, 1.0, terms)])
    dashes = [line.line.dash for line in drawn.data[1:]]
    assert all(one != other for one, other in itertools.combinations(dashes, 2))
