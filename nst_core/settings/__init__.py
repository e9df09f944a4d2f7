"""The one model of all settings, and the loss terms that they may name."""

from nst_core.settings.model import (
    CLASSIC,
    SMALLEST_SIDE,
    Settings,
    bounds,
    expectation,
    make_settings,
    sentences,
)

__all__ = [
    "CLASSIC",
    "SMALLEST_SIDE",
    "Settings",
    "bounds",
    "expectation",
    "make_settings",
    "sentences",
]
