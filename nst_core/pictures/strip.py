"""Several pictures side by side, each as wide as it counts."""

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageOps

from nst_core.pictures.pixels import Pixels


def side_by_side(
    pictures: Sequence[Pixels], shares: Sequence[float], rows: int, columns: int
) -> Pixels:
    """A picture in which several stand side by side, each cut to its place around its middle.

    Args:
        pictures: uint8 RGB (h, w, 3), each of its own size.
        shares: of the width, one for each picture, in any unit; one of them above 0.
        rows, columns: of the whole, in pixels.

    Returns:
        uint8 (rows, columns, 3). A picture whose share is less than half a pixel is not in it.

    Example:
        >>> side_by_side([waves, stars], [3, 1], 96, 640).shape
        (96, 640, 3)
    """
    edges = np.rint(np.cumsum([0.0, *shares]) / sum(shares) * columns).astype(int)
    whole = Image.new("RGB", (columns, rows))
    for picture, left, right in zip(pictures, edges[:-1], edges[1:], strict=True):
        if right > left:
            place = (int(right - left), rows)
            whole.paste(ImageOps.fit(Image.fromarray(picture), place), (int(left), 0))
    return np.asarray(whole)
