"""Where runs live, and every file in a run's folder."""
