"""A photo's chroma over a picture's lightness, checked in scikit-image's CIE Lab of float64."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from skimage.color import rgb2lab, xyz_tristimulus_values
from skimage.color.colorconv import rgb_from_xyz

from nst_core.pictures.chroma import with_chroma_of
from nst_core.pictures.pixels import Pixels

Floats = NDArray[np.float64]

WHITE = xyz_tristimulus_values(illuminant="D65", observer="2")


def noise(rows: int, columns: int, seed: int) -> Pixels:
    """Every colour that there is, as good as."""
    return np.random.default_rng(seed).integers(0, 256, (rows, columns, 3)).astype(np.uint8)


def muted(pixels: Pixels) -> Pixels:
    return np.asarray(np.rint(0.2 * pixels + 100).astype(np.uint8))


def farthest(one: Pixels, other: Pixels) -> float:
    """By how much a or b of two pictures differ at most."""
    return float(np.abs(rgb2lab(one) - rgb2lab(other))[..., 1:].max())


def light(lab: Floats) -> Floats:
    """Linear sRGB of CIE Lab, (..., 3), beyond 0..1 where sRGB has no such colour."""
    y = (lab[..., 0] + 16) / 116
    roots = np.stack([y + lab[..., 1] / 500, y, y - lab[..., 2] / 200], axis=-1)
    xyz = np.where(roots > 6 / 29, roots**3, 3 * (6 / 29) ** 2 * (roots - 4 / 29)) * WHITE
    return np.asarray(xyz @ np.transpose(rgb_from_xyz))


@pytest.mark.parametrize("level", [None, 0, 12, 128, 255])
def test_the_chroma_is_the_photo_s_to_one_level_whatever_the_lightness(level: int | None) -> None:
    photo = noise(300, 400, 1)
    picture = noise(300, 400, 2) if level is None else np.full_like(photo, level)
    assert farthest(picture, photo) > 50
    assert farthest(with_chroma_of(picture, photo), photo) < 0.5


def test_the_lightness_is_the_picture_s_where_srgb_has_it() -> None:
    photo, picture = muted(noise(200, 200, 1)), muted(noise(200, 200, 2))
    result, wanted = rgb2lab(with_chroma_of(picture, photo)), rgb2lab(picture)
    assert np.abs(result - wanted)[..., 0].max() < 0.6
    assert np.abs(result - wanted)[..., 0].mean() < 0.15


def test_elsewhere_it_is_the_nearest_that_srgb_has_with_the_photo_s_chroma() -> None:
    photo, picture = noise(30, 40, 1), noise(30, 40, 2)
    before, wanted = rgb2lab(photo), rgb2lab(picture)[..., 0]
    # By trying every lightness: (H, W, L).
    levels = np.arange(0.0, 100.1, 0.1)
    tried = np.broadcast_to(before[:, :, np.newaxis], (30, 40, len(levels), 3)).copy()
    tried[..., 0] = levels
    fits = ((light(tried) > -2e-4) & (light(tried) < 1 + 2e-4)).all(axis=-1)
    distance = np.where(fits, np.abs(levels - wanted[..., np.newaxis]), np.inf)
    nearest = levels[distance.argmin(axis=-1)]
    assert (np.abs(nearest - wanted) > 1).mean() > 0.3
    result = rgb2lab(with_chroma_of(picture, photo))[..., 0]
    assert np.abs(result - nearest).max() < 1.5


def test_a_grey_photo_gives_the_picture_in_grey() -> None:
    picture = noise(100, 100, 3)
    result = with_chroma_of(picture, np.full((100, 100, 3), 77, np.uint8))
    assert np.ptp(result, axis=-1).max() == 0
    assert np.abs(rgb2lab(result) - rgb2lab(picture))[..., 0].max() < 0.5


def test_a_photo_with_its_own_lightness_stays_as_it_is() -> None:
    photo = noise(300, 400, 4)
    assert np.array_equal(with_chroma_of(photo, photo), photo)


def test_a_photo_of_another_size_is_resized_as_the_run_does_it(photo: Pixels) -> None:
    picture, before = noise(60, 90, 5), photo.copy()
    small = Image.fromarray(photo).resize((90, 60), Image.Resampling.BICUBIC)
    result = with_chroma_of(picture, photo)
    assert result.shape == picture.shape
    assert farthest(result, np.asarray(small)) < 0.5
    assert np.array_equal(photo, before)
