"""Pictures that the tests share."""

from pathlib import Path

import numpy as np
import pytest
import skimage

from nst_core import decoding
from nst_core.images import Pixels

SHARED_IMAGES = Path(__file__).resolve().parents[2] / "shared" / "images"


def shared_image(name: str) -> Pixels:
    """A picture of the folder beside the checkout; skips the test where there is none."""
    path = SHARED_IMAGES / name
    if not path.exists():
        pytest.skip(f"{path.name} is not beside this checkout")
    return decoding.read(path).pixels


@pytest.fixture(scope="session")
def photo() -> Pixels:
    """A portrait, uint8 (512, 512, 3)."""
    return np.ascontiguousarray(skimage.data.astronaut())


@pytest.fixture(scope="session")
def painting() -> Pixels:
    """A picture with strong texture, uint8 (400, 600, 3)."""
    return np.ascontiguousarray(skimage.data.coffee())
