"""Sizes, iterations and tiles of a run. No pixels, no TensorFlow."""
