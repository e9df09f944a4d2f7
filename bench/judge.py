"""A picture of a known photo and painting -> its figures, as a point.

No program: `bench.quality` asks it.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bench import surfaces
from bench.curves import Point
from nst_core.pictures.pixels import Pixels
from nst_core.plan import schedule
from nst_core.scoring import statistics
from nst_core.vgg16.layers import LayerName

STYLE_LAYERS: tuple[LayerName, ...] = (*statistics.STYLE_LAYERS, "block2_conv2")
"""The default recipe's content looks at the last one, which a run's score therefore leaves out."""
_LAYERS = (*STYLE_LAYERS, *statistics.CONTENT_LAYERS)

Filter = Literal["bicubic", "lanczos"]
"""How photo and painting are resized: as our runs do, or sharper, as others do."""


@dataclass(frozen=True)
class _Targets:
    """What pictures of one size are compared with.

    Attributes:
        flat: where the photo is flat, bool (H, W).
        mottling: of the whole painting.
    """

    photo: statistics.Features
    painting: statistics.Style
    flat: NDArray[np.bool_]
    mottling: float


class Judge:
    """Compares pictures with a photo and a painting, each at the size that it has in a run.

    Args:
        photo, painting: uint8 (H, W, 3).
        style_scale: the painting's longer side relative to a picture's, as in the settings.
        resizing: of both. Whoever is measured by the pixels that it was made from has a lead of
            about a hundredth in content and in style.

    Example:
        >>> Judge(photo, painting, 1.0).point("ours", picture).content
        0.719
    """

    def __init__(
        self,
        photo: Pixels,
        painting: Pixels,
        style_scale: float,
        resizing: Filter = "bicubic",
    ) -> None:
        self._photo, self._painting = photo, painting
        self._style_scale, self._filter = style_scale, Image.Resampling[resizing.upper()]
        self._targets: dict[schedule.Size, _Targets] = {}

    def point(self, label: str, picture: Pixels) -> Point:
        """The figures of a picture.

        Args:
            label: what to call it.
            picture: uint8 (H, W, 3), of any size.
        """
        targets = self._targets_at((picture.shape[0], picture.shape[1]))
        features = statistics.features(picture, _LAYERS)
        return Point(
            label,
            content=statistics.content_cosine(features, targets.photo),
            style=statistics.style_distance(
                statistics.style(features, STYLE_LAYERS), targets.painting
            ),
            grain=surfaces.grain(picture),
            flat=surfaces.mottling(picture, targets.flat) / targets.mottling,
            frame=surfaces.frame(picture),
        )

    def _targets_at(self, size: schedule.Size) -> _Targets:
        if size not in self._targets:
            photo = self._resized(self._photo, size)
            longer_side = max(size) * self._style_scale
            painting_size = schedule.scaled_to(self._painting.shape[:2], longer_side)
            painting = self._resized(self._painting, painting_size)
            self._targets[size] = _Targets(
                statistics.features(photo, statistics.CONTENT_LAYERS),
                statistics.style(statistics.features(painting, STYLE_LAYERS), STYLE_LAYERS),
                surfaces.flat_regions(photo),
                # At least a level, so that a grey painting divides by no zero.
                max(surfaces.mottling(painting), 1 / 255),
            )
        return self._targets[size]

    def _resized(self, pixels: Pixels, size: schedule.Size) -> Pixels:
        image = Image.fromarray(np.ascontiguousarray(pixels))
        return np.asarray(image.resize((size[1], size[0]), self._filter))
