"""A painting in a photo's colours, checked with SciPy's square root of a matrix."""

import numpy as np
import pytest
import scipy.linalg
from numpy.typing import NDArray

from nst_core.pictures.palette import with_palette_of
from nst_core.pictures.pixels import Pixels

Floats = NDArray[np.float64]


def colours(pixels: Pixels) -> Floats:
    """The colours of all pixels, float64 (3, N)."""
    return pixels.reshape(-1, 3).T.astype(np.float64)


def muted(pixels: Pixels) -> Pixels:
    """Without the extremes, so that nothing is clipped."""
    return np.asarray(np.rint(0.3 * pixels + 90).astype(np.uint8))


def test_mean_and_covariance_become_the_photo_s(photo: Pixels, painting: Pixels) -> None:
    wanted, result = colours(muted(photo)), colours(with_palette_of(muted(painting), muted(photo)))
    assert np.abs(np.cov(colours(muted(painting))) - np.cov(wanted)).max() > 100
    np.testing.assert_allclose(result.mean(axis=1), wanted.mean(axis=1), atol=0.05)
    np.testing.assert_allclose(np.cov(result), np.cov(wanted), atol=0.01 * np.cov(wanted).max())


def test_it_is_the_paper_s_symmetric_transfer(photo: Pixels, painting: Pixels) -> None:
    source, wanted = colours(painting), colours(photo)
    matrix = scipy.linalg.sqrtm(np.cov(wanted)) @ np.linalg.inv(scipy.linalg.sqrtm(np.cov(source)))
    moved = matrix @ (source - source.mean(axis=1)[:, None]) + wanted.mean(axis=1)[:, None]
    by_hand = np.clip(moved, 0, 255).T.reshape(painting.shape)
    assert (moved < -20).any()
    assert (moved > 275).any()
    assert np.abs(with_palette_of(painting, photo) - by_hand).max() < 1.0


def test_a_painting_that_has_the_photo_s_colours_stays_as_it_is(painting: Pixels) -> None:
    mirrored = painting[::-1, ::-1].copy()
    assert np.array_equal(with_palette_of(mirrored, painting), mirrored)


@pytest.mark.parametrize("level", [0, 200, 255])
def test_a_painting_of_one_colour_gets_the_photo_s_mean(level: int, photo: Pixels) -> None:
    flat = np.full((64, 80, 3), level, np.uint8)
    mean = np.rint(colours(photo).mean(axis=1)).astype(np.uint8)
    assert np.array_equal(with_palette_of(flat, photo), np.broadcast_to(mean, flat.shape))


def test_a_photo_of_one_colour_takes_all_others_away(painting: Pixels) -> None:
    flat = np.full((64, 80, 3), (9, 130, 250), np.uint8)
    result = with_palette_of(painting, flat)
    assert np.abs(result.astype(int) - flat[0, 0]).max() <= 2
