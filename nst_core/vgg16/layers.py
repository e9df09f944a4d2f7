"""The convolutions of VGG16 by Keras's names, which double as look-up keys everywhere."""

from typing import Literal, get_args

LayerName = Literal[
    "block1_conv1", "block1_conv2",
    "block2_conv1", "block2_conv2",
    "block3_conv1", "block3_conv2", "block3_conv3",
    "block4_conv1", "block4_conv2", "block4_conv3",
    "block5_conv1", "block5_conv2", "block5_conv3",
]  # fmt: skip
LAYER_NAMES: tuple[LayerName, ...] = get_args(LayerName)


def smallest_side(layers: tuple[LayerName, ...]) -> int:
    """Pixels a side that leave the deepest of `layers` one position after the poolings."""
    poolings = max(int(name[len("block")]) - 1 for name in layers)
    return 1 << poolings
