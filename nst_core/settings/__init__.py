"""The one model of all settings, and the loss terms that they may name."""

from nst_core.settings.model import (
    CLASSIC,
    Settings,
    bounds,
    expectation,
    make_settings,
    sentences,
)

__all__ = [
    "CLASSIC",
    "Settings",
    "bounds",
    "expectation",
    "make_settings",
    "sentences",
]
