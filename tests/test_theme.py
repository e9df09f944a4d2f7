"""The page's colours, by the formulas of WCAG 2.2 (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio)."""

import tomllib

import pytest

from testing import ROOT

CONFIG = ROOT / ".streamlit" / "config.toml"
THEMES = tomllib.loads(CONFIG.read_text())["theme"]
TEXT, EDGE = 4.5, 3.0
"""The least contrast of text, and of what shows where a button is (level AA, 1.4.3 and 1.4.11)."""


def luminance(colour: str) -> float:
    """Relative luminance, 0..1, of a colour like "#17607b"."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """From 1, of two equal colours, to 21, of black and white."""
    dark, light = sorted(luminance(colour) for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_gives_what_is_known() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_white_words_can_be_read_on_a_primary_button_which_can_be_seen_on_the_page(
    theme: str,
) -> None:
    primary = THEMES[theme]["primaryColor"]
    assert contrast(primary, "#ffffff") >= TEXT
    assert contrast(primary, THEMES[theme]["backgroundColor"]) >= EDGE
    assert contrast(primary, THEMES[theme]["secondaryBackgroundColor"]) >= EDGE


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_s_words_can_be_read(theme: str) -> None:
    for ground in ("backgroundColor", "secondaryBackgroundColor"):
        assert contrast(THEMES[theme]["textColor"], THEMES[theme][ground]) >= TEXT
