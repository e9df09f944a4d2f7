"""The same loss and gradient as in one piece, computed tile by tile for pictures beyond memory.

Style is a sum over all positions, squared afterwards. So the sums are added up over the tiles
first. That gives the style terms and the loss's gradient by the sums, and a second pass over the
tiles carries that gradient on to the pixels. Every tile is computed twice, and so is what lies
around it.
"""

import math
from collections.abc import Iterator, Sequence

import numpy as np
from keras import ops
from numpy.typing import ArrayLike, NDArray

from nst_core.objective.backend import Tensor
from nst_core.objective.formula import Formula, Part
from nst_core.objective.graph import TileGraph
from nst_core.objective.losses import sum_of_squares
from nst_core.pictures.pixels import Pixels
from nst_core.plan import tiles
from nst_core.plan.tiles import Tile
from nst_core.vgg16.layers import CONVOLUTIONS
from nst_core.vgg16.space import to_vgg


class Tiled:
    """The way for pictures beyond memory; built-in terms only.

    Args:
        formula: the terms.
        content: the photo, uint8 (H, W, 3), at working size.
        style: the painting, uint8 (h, w, 3), at working size.

    Attributes:
        style_targets: what is kept of the painting, (c, c) or (c + 1, c) for each style part.
    """

    def __init__(self, formula: Formula, content: Pixels, style: Pixels) -> None:
        self._formula = formula
        self._dtype = formula.dtype
        self._side = tiles.SIDE
        self._graph = graph = TileGraph(formula)
        self._index = {name: index for index, name in enumerate(formula.names)}
        sums, _ = self._sums(to_vgg(style))
        self.style_targets = [
            part.term.keep(part.term.statistic(ops.cast(of_part, self._dtype), positions))
            for part, of_part, positions in zip(
                graph.style, sums, _positions(graph.style, style.shape), strict=True
            )
        ]
        photo = to_vgg(content)
        self._photo_means = self._sums(photo)[1]
        self._content_targets = [
            graph.content_targets(self._tensor(photo[tile.outer]), self._corners(tile))
            for tile in self._tiles(photo)
        ]
        self._content_units = self._units()

    def evaluate(
        self, picture: NDArray[np.floating], weights: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.floating]]:
        """As `build.Evaluator.evaluate`."""
        values = np.zeros(len(weights))
        gradient = np.zeros_like(picture)
        content = [self._index[part.name] for part in self._graph.content]
        style = [self._index[part.name] for part in self._graph.style]
        sums, means = self._sums(picture)
        values[style], by_sums = self._style_errors(picture, sums, weights[style])
        offsets = [
            self._tensor(mean - of_photo)
            for mean, of_photo in zip(means, self._photo_means, strict=True)
        ]
        factors = self._tensor(weights[content] / self._content_units)
        for tile, targets in zip(self._tiles(picture), self._content_targets, strict=True):
            piece = self._tensor(picture[tile.outer])
            errors, part = self._graph.evaluate(
                piece, self._corners(tile), targets, offsets, factors, by_sums
            )
            values[content] += ops.convert_to_numpy(errors).astype(np.float64)[:-1]
            gradient[tile.outer] += ops.convert_to_numpy(part)
        variations = [self._index[part.name] for part in self._graph.variations]
        values[variations] = self._add_variations(picture, weights[variations], gradient)
        return values, gradient

    def _style_errors(
        self,
        picture: NDArray[np.floating],
        sums_of: list[NDArray[np.float64]],
        weights: NDArray[np.float64],
    ) -> tuple[list[float], list[Tensor]]:
        """The weighted error of each style part, and its gradient by the part's sums (c, c).

        picture: (1, H, W, 3); sums_of: of each style part; weights: (style parts,).
        """
        values, by_sums = [], []
        parts = zip(
            self._graph.style_errors,
            sums_of,
            _positions(self._graph.style, picture.shape[1:3]),
            self.style_targets,
            weights,
            strict=True,
        )
        for error, sums, positions, target, weight in parts:
            value, by = error(
                self._tensor(sums), target, self._tensor(positions), self._tensor(weight)
            )
            values.append(float(ops.convert_to_numpy(value)[0]))
            by_sums.append(by)
        return values, by_sums

    def _sums(
        self, picture: NDArray[np.floating]
    ) -> tuple[list[NDArray[np.float64]], list[NDArray[np.float64]]]:
        """What each style part sums over a whole picture, and what is taken off by content parts.

        picture: (1, H, W, 3). Tiles are added up in float64. Returns: (c, c), or (c + 1, c), for
        each style part; and for each content part the means (c,) if it is centred, else zeros.
        """
        style, content = self._graph.style, self._graph.content
        totals = [np.zeros(())] * (len(style) + len(content))
        for tile in self._tiles(picture):
            sums = self._graph.sums(self._tensor(picture[tile.outer]), self._corners(tile))
            totals = [
                total + ops.convert_to_numpy(part).astype(np.float64)
                for total, part in zip(totals, sums, strict=True)
            ]
        means = [
            np.asarray(total / positions * part.term.centred)
            for part, total, positions in zip(
                content,
                totals[len(style) :],
                _positions(content, picture.shape[1:3]),
                strict=True,
            )
        ]
        return totals[: len(style)], means

    def _units(self) -> NDArray[np.float64]:
        """What the squared error of each content part is divided by: (content parts,)."""
        units = []
        for index, part in enumerate(self._graph.content):
            pieces = [targets[index] for targets in self._content_targets]
            mean = self._tensor(self._photo_means[index])
            squares = sum(
                float(sum_of_squares(ops.cast(piece, self._dtype) - mean)) for piece in pieces
            )
            values = sum(math.prod(piece.shape) for piece in pieces)
            units.append(float(part.term.unit(ops.convert_to_tensor(squares, "float64"), values)))
        return np.array(units)

    def _add_variations(
        self,
        picture: NDArray[np.floating],
        weights: NDArray[np.float64],
        gradient: NDArray[np.floating],
    ) -> NDArray[np.float64]:
        """The weighted variations, band by band; their gradient is added to `gradient`.

        picture, gradient: (1, H, W, 3); weights and result: (v,).
        """
        totals, rows = np.zeros(len(weights)), picture.shape[1]
        for start in range(0, max(1, rows - 1), self._side):
            # One row more, for the differences to the next band.
            band = slice(None), slice(start, start + self._side + 1)
            sizes = picture[band].size, picture.size
            shares = [part.term.share(*sizes) for part in self._graph.variations]
            values, by = self._graph.roughness(
                self._tensor(picture[band]), self._tensor(weights * shares)
            )
            totals += ops.convert_to_numpy(values).astype(np.float64)
            gradient[band] += ops.convert_to_numpy(by)
        return totals

    def _tiles(self, picture: NDArray[np.floating]) -> Iterator[Tile]:
        rows, columns = picture.shape[1:3]
        return tiles.cut(rows, columns, self._formula.layers, self._side)

    def _corners(self, tile: Tile) -> Tensor:
        """A tile's own positions at each layer, int32 (layers, 4), as `TileGraph` takes them."""
        corners = [
            (*tile.rows.own_positions(layer), *tile.columns.own_positions(layer))
            for layer in self._formula.layers
        ]
        return ops.convert_to_tensor(np.array(corners, np.int32))

    def _tensor(self, values: ArrayLike) -> Tensor:
        return ops.convert_to_tensor(np.asarray(values, dtype=self._dtype))


def _positions(parts: Sequence[Part], size: Sequence[int]) -> list[float]:
    """How many positions the features of each part's layer have. size: rows and columns, first."""
    strides = [CONVOLUTIONS[part.layer].stride for part in parts if part.layer]
    return [float((size[0] // stride) * (size[1] // stride)) for stride in strides]
