"""Loss and gradient of a picture."""
