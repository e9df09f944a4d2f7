"""Loss and gradient of a picture. `build.py` is the way in."""
