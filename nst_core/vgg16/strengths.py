"""How strong VGG16's features are for ordinary pictures, so that faint ones can be told.

Medians at 256 pixels, of the mean square over photos and of the Gram matrix over paintings;
`python -m bench.faint` measures them.
"""

from dataclasses import dataclass
from types import MappingProxyType

from nst_core.vgg16.layers import LayerName


@dataclass(frozen=True)
class Strength:
    """What is usual at one layer.

    Attributes:
        square: mean square of a feature.
        gram_squares: sum of squares of the Gram matrix, a mean over positions.
    """

    square: float
    gram_squares: float


STRENGTHS: MappingProxyType[LayerName, Strength] = MappingProxyType(
    {
        "block1_conv1": Strength(2.5e3, 1.1e10),
        "block1_conv2": Strength(5.5e4, 6.3e12),
        "block2_conv1": Strength(7.6e4, 1.4e14),
        "block2_conv2": Strength(1.7e5, 4.3e14),
        "block3_conv1": Strength(2.6e5, 3.1e15),
        "block3_conv2": Strength(2.8e5, 3.1e15),
        "block3_conv3": Strength(2.2e5, 1.1e15),
        "block4_conv1": Strength(1.4e5, 1.4e15),
        "block4_conv2": Strength(5.2e4, 1.1e14),
        "block4_conv3": Strength(8.8e3, 1.1e12),
        "block5_conv1": Strength(5.3e3, 5.4e11),
        "block5_conv2": Strength(1.3e3, 2.4e10),
        "block5_conv3": Strength(8.4e1, 4.4e7),
    }
)
