"""Where a picture is cut, so that VGG16's features of each piece are those of the whole."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nst_core.errors import InputError
from nst_core.vgg16.layers import CONVOLUTIONS, LAYER_NAMES, LayerName, deepest

LARGEST_WHOLE = 1536 * 1536
"""Pixels of the largest photo or painting that is computed in one piece, not by tiles."""
SIDE = 704
"""Pixels of a tile's own rows and columns, at most: larger ones take memory, smaller ones time."""
TILED_KINDS = frozenset(("content", "style", "variation", "chroma"))
"""The kinds of loss terms that `objective/graph.py` can add up over tiles."""
_ALIGNED = CONVOLUTIONS[LAYER_NAMES[-1]].stride
"""Pixels; the poolings join the same positions in a tile that begins at a multiple of it."""


@dataclass(frozen=True)
class Span:
    """One tile along one axis, in pixels of the picture.

    Attributes:
        start, stop: the tile's own pixels; no other tile has them.
        outer_start, outer_stop: these, and what VGG16 looks at around them.
    """

    start: int
    stop: int
    outer_start: int
    outer_stop: int

    def own_positions(self, layer: LayerName) -> tuple[int, int]:
        """The first and last + 1 of the tile's own positions in its features of a layer.

        Features are those of the outer pixels. A tile ends at a multiple of `_ALIGNED` or where
        the picture does.

        Example:
            >>> Span(start=704, stop=1408, outer_start=624, outer_stop=1488).own_positions(
            ...     "block1_conv1"
            ... )
            (80, 784)
        """
        stride = CONVOLUTIONS[layer].stride
        return (self.start - self.outer_start) // stride, (self.stop - self.outer_start) // stride


@dataclass(frozen=True)
class Tile:
    """A piece of a picture.

    Example:
        >>> piece = picture[tile.outer]  # of a picture (1, H, W, 3)
    """

    rows: Span
    columns: Span

    @property
    def outer(self) -> tuple[slice, slice, slice]:
        """Slices that cut the tile with its margin out of a picture (1, H, W, 3)."""
        return (
            slice(None),
            slice(self.rows.outer_start, self.rows.outer_stop),
            slice(self.columns.outer_start, self.columns.outer_stop),
        )


def are_needed(picture: tuple[int, int], painting: tuple[int, int]) -> bool:
    """Whether pictures of such rows and columns are computed by tiles, not in one piece.

    Example:
        >>> are_needed((2048, 2048), (512, 512))
        True
    """
    return max(picture[0] * picture[1], painting[0] * painting[1]) > LARGEST_WHOLE


def require_tiled_kinds(kinds: Iterable[str]) -> None:
    """See that terms of these kinds can be computed by tiles.

    Raises:
        InputError: one of them, as a package's own, cannot.

    Example:
        >>> require_tiled_kinds(use.kind for use in Settings().term_uses())
    """
    others = set(kinds) - TILED_KINDS
    if others:
        raise InputError(
            "A picture this large can have the built-in terms only; choose a smaller size. "
            f"Received: {', '.join(sorted(others))}."
        )


def margin(layers: Iterable[LayerName]) -> int:
    """Pixels around a tile's own that its features of `layers` depend on, on each side.

    Rounded up, so that the outer pixels begin where VGG16's poolings do.

    Example:
        >>> margin(("block5_conv1", "block1_conv1"))
        80
    """
    return -(-deepest(layers).reach // _ALIGNED) * _ALIGNED


def cut(rows: int, columns: int, layers: Iterable[LayerName], side: int) -> Iterator[Tile]:
    """The tiles of a picture, row by row; their own pixels cover it once.

    Args:
        rows, columns: of the picture, in pixels.
        layers: whose features are taken of the tiles.
        side: pixels of a tile's own rows and columns, at most.

    Example:
        >>> len(list(cut(1000, 2000, ("block5_conv1",), 704)))
        6
    """
    around = margin(layers)
    for vertical in _spans(rows, side, around):
        for horizontal in _spans(columns, side, around):
            yield Tile(vertical, horizontal)


def _spans(length: int, side: int, around: int) -> Iterator[Span]:
    """The tiles along one axis of a picture.

    Args:
        length: of the axis, in pixels.
        side: pixels of a tile's own, at most.
        around: pixels of the margin on each side, except where the picture ends.
    """
    count = max(1, -(-length // side))
    own = -(-length // count // _ALIGNED) * _ALIGNED
    starts = range(0, length, own)
    for start in starts:
        # What is left over at the end would be less than one position of the deepest layer.
        stop = length if length - start < own + _ALIGNED else start + own
        yield Span(start, stop, max(0, start - around), min(length, stop + around))
        if stop == length:
            return
