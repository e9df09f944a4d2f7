"""A package that holds presets and no code."""
