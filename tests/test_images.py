"""Pixels and the space VGG16 sees."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from nst_core.errors import ImageError
from nst_core.pictures.pixels import check_pixels, encode_png, resize
from nst_core.vgg16.space import from_vgg, resize_vgg, to_vgg


def test_to_vgg_and_back_is_exact_and_copies() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (40, 50, 3), dtype=np.uint8)
    before = pixels.copy()
    x = to_vgg(pixels)
    assert x.shape == (1, 40, 50, 3)
    assert x.dtype == np.float32
    assert x[0, 3, 4, 0] == pytest.approx(float(pixels[3, 4, 2]) - 103.939, abs=1e-5)
    assert x[0, 3, 4, 2] == pytest.approx(float(pixels[3, 4, 0]) - 123.68, abs=1e-5)
    assert np.array_equal(from_vgg(x), pixels)
    x += 1000.0
    assert np.array_equal(pixels, before)
    assert from_vgg(x).min() == 255


def test_a_saved_picture_tells_how_it_was_made() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (40, 50, 3), dtype=np.uint8)
    data = encode_png(pixels, {"nst_core": "size: 64\nstart: photo — né\n"})
    with Image.open(io.BytesIO(data)) as image:
        assert np.array_equal(np.asarray(image), pixels)
        assert image.text["nst_core"] == "size: 64\nstart: photo — né\n"  # type: ignore[attr-defined]


def test_resizing_in_the_network_s_space_agrees_with_pixels() -> None:
    smooth = np.linspace(40, 200, 30 * 44 * 3).reshape(30, 44, 3).astype(np.uint8)
    larger = from_vgg(resize_vgg(to_vgg(smooth), 45, 66))
    assert np.abs(larger.astype(int) - resize(smooth, 45, 66)).max() <= 1
    x = to_vgg(smooth)
    assert np.array_equal(resize_vgg(x, 30, 44), x)


@pytest.mark.parametrize(
    "wrong",
    [
        "photo.jpg",
        np.zeros((40, 40, 3)),
        np.zeros((40, 40), np.uint8),
        np.zeros((40, 40, 4), np.uint8),
        np.zeros((31, 40, 3), np.uint8),
    ],
    ids=["text", "float", "grey", "alpha", "small"],
)
def test_arrays_of_another_kind_are_refused(wrong: Any) -> None:
    with pytest.raises(ImageError, match=r"^content must be .*Received: "):
        check_pixels(wrong, "content")
