"""Styles as YAML files: found like plug-ins, read strictly, written for people."""

from nst_core.presets.folders import BUILT_IN, preset_files, require_name
from nst_core.presets.load import (
    Preset,
    load_all,
    load_preset,
    load_preset_file,
    read_painting,
    read_paintings,
    settings_of,
)
from nst_core.presets.strict_yaml import read_document
from nst_core.presets.text import as_text, render, value_of

__all__ = [
    "BUILT_IN",
    "Preset",
    "as_text",
    "load_all",
    "load_preset",
    "load_preset_file",
    "preset_files",
    "read_document",
    "read_painting",
    "read_paintings",
    "render",
    "require_name",
    "settings_of",
    "value_of",
]
