"""What the page asks of the engine and of the store of runs."""
