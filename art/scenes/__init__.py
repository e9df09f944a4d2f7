"""One program for each painting: `python -m art.scenes.NAME` paints the one named NAME."""
