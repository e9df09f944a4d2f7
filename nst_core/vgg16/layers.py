"""VGG16's structure, said once: its convolutions by Keras's names, and what each looks at.

The network is that of Simonyan and Zisserman 2014 (arXiv 1409.1556, table 1, column D) without its
dense layers: 3 x 3 convolutions, each with a ReLU, and four 2 x 2 poolings between them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

LayerName = Literal[
    "block1_conv1", "block1_conv2",
    "block2_conv1", "block2_conv2",
    "block3_conv1", "block3_conv2", "block3_conv3",
    "block4_conv1", "block4_conv2", "block4_conv3",
    "block5_conv1", "block5_conv2", "block5_conv3",
]  # fmt: skip
LAYER_NAMES: tuple[LayerName, ...] = get_args(LayerName)
"""The names of all convolutions, from the picture down."""

Pooling = Literal["max", "average", "l2"]
Padding = Literal["zero", "replicate"]

_CHANNELS = (64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512)
_AFTER_A_POOLING = ("block2_conv1", "block3_conv1", "block4_conv1", "block5_conv1")


@dataclass(frozen=True)
class Convolution:
    """One of VGG16's convolutions.

    Attributes:
        name: Keras's name for it.
        channels: how many features it has at each position.
        after_pooling: whether a 2 x 2 pooling comes right before it.
        stride: pixels of the picture from one of its positions to the next.
        reach: pixels of the picture that one of its positions looks at, beyond its own stride, in
            each direction.
    """

    name: LayerName
    channels: int
    after_pooling: bool
    stride: int
    reach: int


def _convolutions() -> dict[LayerName, Convolution]:
    network: dict[LayerName, Convolution] = {}
    stride, reach = 1, 0
    for name, channels in zip(LAYER_NAMES, _CHANNELS, strict=True):
        after_pooling = name in _AFTER_A_POOLING
        if after_pooling:
            reach += stride  # a pooling joins a position with the next one
            stride *= 2
        reach += stride  # and a convolution with one neighbour on each side
        network[name] = Convolution(name, channels, after_pooling, stride, reach)
    return network


CONVOLUTIONS = MappingProxyType(_convolutions())
"""Every convolution by its name, from the picture down."""


@dataclass(frozen=True)
class Network:
    """What is chosen about the network, besides its weights.

    Attributes:
        pooling: what a 2 x 2 pooling takes of its four positions: their "max", as VGG16 was
            trained, their "average", as Gatys et al. did, or their root mean square, "l2".
        padding: what a convolution sees beyond the border: "zero", as VGG16 was trained, or the
            outermost values once more, "replicate".
    """

    pooling: Pooling = "max"
    padding: Padding = "zero"


AS_TRAINED = Network()


def deepest(layers: Iterable[LayerName]) -> Convolution:
    """The convolution among `layers` that is furthest from the picture.

    Example:
        >>> deepest(("block4_conv2", "block1_conv1")).stride
        8
    """
    return CONVOLUTIONS[max(layers, key=LAYER_NAMES.index)]


def up_to(layers: Iterable[LayerName]) -> tuple[Convolution, ...]:
    """All convolutions from the picture to the deepest of `layers`, that one included.

    Example:
        >>> [convolution.name for convolution in up_to(("block2_conv1",))]
        ['block1_conv1', 'block1_conv2', 'block2_conv1']
    """
    last = LAYER_NAMES.index(deepest(layers).name)
    return tuple(CONVOLUTIONS.values())[: last + 1]


def smallest_side(layers: Iterable[LayerName]) -> int:
    """Pixels a side of the smallest picture of which the deepest of `layers` has one position.

    Example:
        >>> smallest_side(("block5_conv1", "block4_conv2"))
        16
    """
    return deepest(layers).stride
