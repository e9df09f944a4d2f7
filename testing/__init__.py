"""What the tests and the measurements in `bench/` share; nothing here is part of the program."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
"""The project's folder: servers and programs are started in it."""
