"""A run's folder as a zip, a page, curves and an animation."""
