"""The one model of all settings, and the loss terms that they may name."""

from nst_core.settings.model import Settings, make_settings
from nst_core.settings.refusals import bounds, expectation, sentences

__all__ = ["Settings", "bounds", "expectation", "make_settings", "sentences"]
