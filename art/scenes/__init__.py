"""One program for each painting: `python -m art.scenes.NAME` paints `presets/paintings/NAME.jpg`."""
