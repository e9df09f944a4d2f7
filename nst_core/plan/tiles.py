"""Where a picture is cut, so that VGG16's features of each piece are those of the whole."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nst_core.errors import InputError
from nst_core.settings.term_kinds import BUILT_IN
from nst_core.vgg16.layers import LAYER_NAMES, LayerName

LARGEST_WHOLE = 1536 * 1536
"""Pixels of photo or painting that are still computed in one piece; beyond, by tiles."""
SIDE = 704
"""Pixels of a tile's own rows and columns, at most: larger ones take memory, smaller ones time."""
_ALIGNED = 16
"""Pixels; four poolings see the same squares in a tile that begins at a multiple of it."""


@dataclass(frozen=True)
class Span:
    """One tile along one axis, in pixels: what is its own, and what is seen around it."""

    start: int
    stop: int
    seen_start: int
    seen_stop: int

    def at(self, layer: LayerName) -> tuple[int, int]:
        """First and last + 1 of its own positions at a layer, from the first that is seen there.

        A tile's end lies at a multiple of `_ALIGNED` or at the picture's own.
        """
        step = stride(layer)
        return (self.start - self.seen_start) // step, (self.stop - self.seen_start) // step


@dataclass(frozen=True)
class Tile:
    """A piece of a picture."""

    rows: Span
    columns: Span


def are_needed(picture: tuple[int, int], painting: tuple[int, int]) -> bool:
    """Whether the features of pictures of such rows and columns are computed piece by piece."""
    return max(picture[0] * picture[1], painting[0] * painting[1]) > LARGEST_WHOLE


def require_built_in(kinds: Iterable[str]) -> None:
    """See that the terms of those kinds can be summed over tiles.

    Raises:
        InputError: a package's own cannot.
    """
    others = set(kinds) - {kind.name for kind in BUILT_IN}
    if others:
        raise InputError(
            "A picture this large can have the built-in terms only; choose a smaller size. "
            f"Received: {', '.join(sorted(others))}."
        )


def stride(layer: LayerName) -> int:
    """Pixels from one position of a layer to the next."""
    return 1 << (int(layer[len("block")]) - 1)


def reach(layers: Sequence[LayerName]) -> int:
    """Pixels around a position that the deepest of `layers` looks at."""
    deepest = max(layers, key=LAYER_NAMES.index)
    pixels = 0
    for name in reversed(LAYER_NAMES[: 1 + LAYER_NAMES.index(deepest)]):
        pixels += 1
        if name.endswith("conv1") and name != LAYER_NAMES[0]:
            pixels = 2 * pixels + 1
    return pixels


def margin(layers: Sequence[LayerName]) -> int:
    """Pixels that a tile sees beyond its own on each side."""
    return -(-reach(layers) // _ALIGNED) * _ALIGNED


def cut(rows: int, columns: int, layers: Sequence[LayerName], side: int) -> Iterator[Tile]:
    """Tiles that cover a picture, each with as much around it as `layers` look at.

    side: pixels of a tile's own rows and columns, at most.
    """
    around = margin(layers)
    for vertical in _spans(rows, side, around):
        for horizontal in _spans(columns, side, around):
            yield Tile(vertical, horizontal)


def _spans(length: int, side: int, around: int) -> Iterator[Span]:
    count = max(1, -(-length // side))
    own = -(-length // count // _ALIGNED) * _ALIGNED
    starts = range(0, length, own)
    for start in starts:
        # What is left over at the end would be less than one position of the deepest layer.
        stop = length if length - start < own + _ALIGNED else start + own
        yield Span(start, stop, max(0, start - around), min(length, stop + around))
        if stop == length:
            return
