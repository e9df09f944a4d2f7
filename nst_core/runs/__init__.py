"""What becomes of a run's events: files in a folder, a gallery."""
