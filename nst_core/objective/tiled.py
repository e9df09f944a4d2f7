"""The same loss and gradient as in one piece, computed tile by tile for pictures beyond memory.

Style is a sum over all positions, squared afterwards. So the sums are added up over the tiles
first. That gives the style terms and the loss's gradient by the sums, and a second pass over the
tiles carries that gradient on to the pixels. Every tile is computed twice, and so is what lies
around it.
"""

import itertools
import math
from collections.abc import Iterator, Sequence

import keras
import numpy as np
from keras import ops
from numpy.typing import ArrayLike, NDArray

from nst_core.objective.backend import Tensor
from nst_core.objective.formula import Formula, Part
from nst_core.objective.graph import TileGraph
from nst_core.objective.losses import sum_of_squares
from nst_core.pictures.pixels import Pixels
from nst_core.plan import tiles
from nst_core.plan.regions import LEAST_POSITIONS, Region, Shares, at_positions
from nst_core.plan.tiles import Tile
from nst_core.vgg16.layers import CONVOLUTIONS
from nst_core.vgg16.space import to_vgg


class Tiled:
    """The way for pictures beyond memory; built-in terms only.

    Args:
        formula: the terms.
        content: the photo, uint8 (H, W, 3), at working size.
        regions: of the picture, and the paintings that their style is from.

    Attributes:
        style_targets: what is kept of the paintings, (c, c) or (c + 1, c) for each style part,
            region by region.
    """

    def __init__(self, formula: Formula, content: Pixels, regions: Sequence[Region]) -> None:
        self._formula = formula
        self._dtype = formula.dtype
        self._side = tiles.SIDE
        self._graph = graph = TileGraph(formula)
        self._index = {name: index for index, name in enumerate(formula.names)}
        self._regions = regions
        self._counted: dict[object, float] = {}
        self.style_targets = [kept for region in regions for kept in self._kept_of(region)]
        photo = to_vgg(content)
        self._photo_means = self._sums(photo, _EVERYWHERE)[1]
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
        wheres = [region.where for region in self._regions]
        sums, means = self._sums(picture, wheres)
        values[style], by_sums = self._style_errors(picture, sums, weights[style])
        offsets = [
            self._tensor(mean - of_photo)
            for mean, of_photo in zip(means, self._photo_means, strict=True)
        ]
        factors = self._tensor(weights[content] / self._content_units)
        for tile, targets in zip(self._tiles(picture), self._content_targets, strict=True):
            piece = self._tensor(picture[tile.outer])
            errors, part = self._graph.evaluate(
                piece,
                self._corners(tile),
                targets,
                offsets,
                factors,
                self._in_tile(tile, wheres),
                by_sums,
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
    ) -> tuple[NDArray[np.float64], list[Tensor]]:
        """The weighted error of each style part, and its gradient by each region's sums (c, c).

        picture: (1, H, W, 3); sums_of: of each region and style part; weights: (style parts,).
        """
        values, by_sums = np.zeros(len(weights)), []
        size = picture.shape[1:3]
        of_regions = itertools.product(self._regions, enumerate(self._graph.style))
        for (region, (index, part)), sums, target in zip(
            of_regions, sums_of, self.style_targets, strict=True
        ):
            positions = self._positions_in(part, size, region)
            share = region.share if positions >= LEAST_POSITIONS or region.where is None else 0.0
            value, by = self._graph.style_errors[index](
                self._tensor(sums),
                target,
                self._tensor(positions),
                self._tensor(weights[index] * share),
            )
            values[index] += float(ops.convert_to_numpy(value)[0])
            by_sums.append(by)
        return values, by_sums

    def _positions_in(self, part: Part, size: Sequence[int], region: Region) -> float:
        """As `_positions`, reckoned once for each region: a large picture's takes a while."""
        key = id(region), part.layer
        if key not in self._counted:
            self._counted[key] = _positions(part, size, region.where)
        return self._counted[key]

    def _kept_of(self, region: Region) -> list[Tensor]:
        """What is kept of a region's paintings, for each style part."""
        statistics = []
        for source in region.sources:
            picture = to_vgg(source.picture)
            sums, _ = self._sums(picture, [source.where])
            statistics.append(
                [
                    part.term.statistic(
                        self._tensor(of_part), _positions(part, picture.shape[1:3], source.where)
                    )
                    for part, of_part in zip(self._graph.style, sums, strict=True)
                ]
            )
        weights = [source.weight for source in region.sources]
        is_one = len(weights) == 1
        return [
            part.term.keep(of_part[0] if is_one else part.term.mixture(of_part, weights))
            for part, of_part in zip(self._graph.style, zip(*statistics, strict=True), strict=True)
        ]

    def _sums(
        self, picture: NDArray[np.floating], wheres: Sequence[Shares | None]
    ) -> tuple[list[NDArray[np.float64]], list[NDArray[np.float64]]]:
        """What each style part sums in regions of a picture, and what content parts take off.

        picture: (1, H, W, 3); wheres: of the regions. Tiles are added up in float64. Returns: (c,
        c), or (c + 1, c), for each style part, region by region; and for each content part the
        means (c,) over the whole picture if it is centred, else zeros.
        """
        content = self._graph.content
        styles = len(wheres) * len(self._graph.style)
        totals = [np.zeros(())] * (styles + len(content))
        for tile in self._tiles(picture):
            piece = self._tensor(picture[tile.outer])
            sums = self._graph.sums(piece, self._corners(tile), self._in_tile(tile, wheres))
            totals = [
                total + ops.convert_to_numpy(part).astype(np.float64)
                for total, part in zip(totals, sums, strict=True)
            ]
        means = [
            np.asarray(total / _positions(part, picture.shape[1:3]) * part.term.centred)
            for part, total in zip(content, totals[styles:], strict=True)
        ]
        return totals[:styles], means

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

    def _in_tile(self, tile: Tile, wheres: Sequence[Shares | None]) -> list[list[Tensor | None]]:
        """For each region and style part how much a tile's own positions count, (1, h, w, 1)."""
        return [[self._at(part, tile, where) for part in self._graph.style] for where in wheres]

    def _at(self, part: Part, tile: Tile, where: Shares | None) -> Tensor | None:
        if where is None:
            return None
        assert part.layer is not None
        own = where[tile.rows.start : tile.rows.stop, tile.columns.start : tile.columns.stop]
        return self._tensor(at_positions(own, CONVOLUTIONS[part.layer].stride)[None, ..., None])

    def _tensor(self, values: ArrayLike) -> Tensor:
        return ops.convert_to_tensor(np.asarray(values, dtype=self._dtype))


_EVERYWHERE: tuple[Shares | None, ...] = (None,)


def _positions(part: Part, size: Sequence[int], where: Shares | None = None) -> float:
    """How many positions the features of a part's layer have, each counted as far as it does.

    size: rows and columns of the picture.
    """
    assert part.layer is not None
    stride = CONVOLUTIONS[part.layer].stride
    if where is None:
        return float((size[0] // stride) * (size[1] // stride))
    return max(float(at_positions(where, stride).sum()), float(keras.config.epsilon()))
