"""The two pictures that the published check values belong to; they lie beside the checkout."""

import pytest

from nst_core import environment
from nst_core.pictures.decoding import read_picture
from nst_core.pictures.pixels import Pixels
from testing import ROOT

TEST_IMAGES = environment.path("NST_TEST_IMAGES") or ROOT.parent / "shared" / "images"
"""Their folder: `NST_TEST_IMAGES`, else `shared/images` beside the checkout."""

TUBINGEN = TEST_IMAGES / "tubingen.jpg"
STARRY_NIGHT = TEST_IMAGES / "starry_night.jpg"


def shared_image(name: str) -> Pixels:
    """Read a picture of that folder, uint8 (H, W, 3); skip the test where it is absent."""
    path = TEST_IMAGES / name
    if not path.exists():
        pytest.skip(f"{path} is absent: NST_TEST_IMAGES names the folder with the pictures")
    return read_picture(path).pixels
