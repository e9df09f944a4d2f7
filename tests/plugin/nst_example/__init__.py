"""A package that brings a preset, and a loss term that the preset names."""
