"""How strong VGG16's features are for ordinary pictures, so that faint ones can be told.

Medians at 256 pixels, of the mean square over photos and of what the style is measured by over
paintings; `python -m bench.faint` measures them.
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
        covariance_squares: the same of the covariance and, below it, the mean times its length.
        length_squared: of the features at a position, the mean over positions; it is the trace of
            the covariance and the squared length of the mean.
    """

    square: float
    gram_squares: float
    covariance_squares: float = 0.0
    length_squared: float = 0.0


STRENGTHS: MappingProxyType[LayerName, Strength] = MappingProxyType(
    {
        "block1_conv1": Strength(2.5e3, 1.1e10, 9.1e9, 2.0e5),
        "block1_conv2": Strength(5.5e4, 6.3e12, 5.7e12, 4.8e6),
        "block2_conv1": Strength(7.6e4, 1.4e14, 1.2e14, 2.2e7),
        "block2_conv2": Strength(1.7e5, 4.3e14, 3.6e14, 5.7e7),
        "block3_conv1": Strength(2.6e5, 3.1e15, 2.7e15, 1.4e8),
        "block3_conv2": Strength(2.8e5, 3.1e15, 2.8e15, 1.4e8),
        "block3_conv3": Strength(2.2e5, 1.1e15, 1.0e15, 1.2e8),
        "block4_conv1": Strength(1.4e5, 1.4e15, 1.3e15, 1.2e8),
        "block4_conv2": Strength(5.2e4, 1.1e14, 9.6e13, 3.9e7),
        "block4_conv3": Strength(8.8e3, 1.1e12, 9.4e11, 5.6e6),
        "block5_conv1": Strength(5.3e3, 5.4e11, 4.7e11, 2.6e6),
        "block5_conv2": Strength(1.3e3, 2.4e10, 2.0e10, 4.7e5),
        "block5_conv3": Strength(8.4e1, 4.4e7, 3.8e7, 2.2e4),
    }
)
