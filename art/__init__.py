"""The programs that paint the presets' paintings."""
