"""Files and arrays of pictures."""
