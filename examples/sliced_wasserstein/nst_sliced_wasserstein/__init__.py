"""The sliced Wasserstein distance, as a loss term that presets can name."""
