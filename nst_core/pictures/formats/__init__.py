"""Readers: `read(data) -> Raster` for each file format, raising Refused or any other exception."""
