"""What each scale asks for: coarse ones lay out the painting's colours, finer ones draw the photo.

Painters cover the canvas with large planes of colour first, and draw into these afterwards. So may
a run: at its coarse scales the photo counts little, the first blocks of VGG16, which see colours
and their borders, count most, and what is rough costs most. What is laid there is what the finer
scales find, and they have too few evaluations to move colours over large distances.
"""

import math
import sys

from nst_core.plan.schedule import Scale
from nst_core.settings import Settings
from nst_core.settings.layer_weights import HEAVIEST, LayerWeights
from nst_core.vgg16.layers import CONVOLUTIONS, LayerName

_HALVINGS = 2.0
"""A scale so many halvings below the finest, or more, is all underpainting."""
# Of a scale that is all underpainting:
_PHOTO = 0.05
"""The most that the photo counts beside the painting, before it is calibrated."""
_SHALLOWER = 3.3
"""A layer counts less by the stride of its positions to this power: tenfold with each pooling."""
_ROUGHNESS = 16.0
"""How many times as much the total variation counts."""
_COLOURS = 0.16
"""How many times as much that of the colours alone counts: planes of colour have borders."""


def settings_at(scale: Scale, finest: Scale, settings: Settings) -> Settings:
    """The settings of a scale.

    Without an underpainting the photo counts for as many times more as the scale is coarser: at a
    coarse one a face or a window is a few positions, and gives way to strokes unless it counts for
    more. With one, a scale is between that and what the module says, by its size.

    Further terms count alike at all scales.

    Args:
        scale: the one to work at.
        finest: the last scale of the run.
        settings: underpainting and the weights are read.

    Example:
        >>> coarse, finest = Scale((96, 128), (96, 128), 4), Scale((192, 256), (192, 256), 3)
        >>> settings_at(coarse, finest, Settings(content_weight=1.0, underpainting=0.0))
        Settings(... content_weight=2.0 ...)
    """
    coarser = max(finest.picture) / max(scale.picture)
    share = settings.underpainting * min(1.0, math.log2(coarser) / _HALVINGS)
    if share <= 0.0 or settings.style_weight == 0.0:
        return settings.changed(content_weight=min(HEAVIEST, settings.content_weight * coarser))
    photo = settings.content_weight * min(coarser, 2.0**_HALVINGS)
    least = min(photo, _PHOTO * settings.style_weight)
    return settings.changed(
        content_weight=min(HEAVIEST, photo ** (1.0 - share) * least**share),
        style_layers=_shallower(settings.style_layers, share),
        variation_weight=min(HEAVIEST, settings.variation_weight * _ROUGHNESS**share),
        # A weight that is too small to be made smaller stays, for 0 would leave the term out.
        chroma_weight=settings.chroma_weight * _COLOURS**share or settings.chroma_weight,
    )


def _shallower(layers: tuple[LayerName, ...] | LayerWeights, share: float) -> LayerWeights:
    """The same layers, each counting the less the deeper its block is."""
    weights = layers if isinstance(layers, LayerWeights) else dict.fromkeys(layers, 1.0)
    return LayerWeights(
        {
            layer: max(sys.float_info.min, weight * _beside_the_first(layer) ** share)
            for layer, weight in weights.items()
        }
    )


def _beside_the_first(layer: LayerName) -> float:
    return float(CONVOLUTIONS[layer].stride ** -_SHALLOWER)
