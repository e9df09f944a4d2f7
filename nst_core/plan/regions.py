"""Which paintings count where: masks and weights -> regions of the picture.

Statistics are taken apart in each region (Gatys et al. 2017, "Controlling Perceptual Factors in
Neural Style Transfer"), and those of the paintings that share a region are averaged.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nst_core.errors import InputError
from nst_core.pictures.masks import Mask, Masks, resize_mask
from nst_core.pictures.pixels import Pixels
from nst_core.plan.schedule import Size
from nst_core.settings import Settings
from nst_core.settings.term_kinds import kinds

Shares = NDArray[np.floating]
"""How much each pixel of a picture counts: (H, W), 0..1."""
LEAST_POSITIONS = 8.0
"""Of a layer; a region that has fewer there shows no style: they are too few to vary."""


@dataclass(frozen=True, eq=False)
class Source:
    """A painting that a region's style is taken from.

    Attributes:
        picture: uint8 (h, w, 3), at working size.
        weight: among the region's sources; those of a region add up to 1.
        where: which part of it counts; None for all of it.
    """

    picture: Pixels
    weight: float
    where: Shares | None = None


@dataclass(frozen=True, eq=False)
class Region:
    """A part of the picture, and where its style is from.

    Attributes:
        sources: one or more.
        where: how much each pixel belongs to it; None for the whole picture.
        share: how much its error counts: the part of the picture that it covers, times how much
            its paintings count beside those of other regions.
    """

    sources: tuple[Source, ...]
    where: Shares | None = None
    share: float = 1.0

    @property
    def is_simple(self) -> bool:
        """Whether it is the whole picture and has one whole painting, as without any mask."""
        only = self.sources[0] if len(self.sources) == 1 else None
        is_whole = only is not None and only.where is None and self.where is None
        return is_whole and self.share == 1.0


def regions_of(
    paintings: Sequence[Pixels], mix: Sequence[float], masks: Masks | None, size: Size
) -> tuple[Region, ...]:
    """The regions of a picture.

    Paintings whose masks are equal share a region, and so do those without a mask, which have what
    the others leave. A painting of weight 0 is left out.

    Args:
        paintings: uint8 (h, w, 3), at working size.
        mix: their weights; none if they count alike.
        masks: None for none.
        size: rows and columns of the picture.

    Returns:
        None at a size at which the masks leave nothing.

    Raises:
        InputError: weights or masks that do not go with the paintings.

    Example:
        >>> [region.share for region in regions_of([waves, stars], [2, 1], None, (300, 400))]
        [1.0]
    """
    masks = masks or Masks()
    weights = np.asarray(mix or [1.0] * len(paintings), dtype=np.float64)
    places = _padded(masks.paintings, len(paintings))
    groups: dict[bytes | None, list[int]] = {}
    for index in np.flatnonzero(weights):
        place = places[index]
        key = None if place is None else bytes(str(place.shape), "ascii") + place.tobytes()
        groups.setdefault(key, []).append(int(index))
    regions = []
    for members in groups.values():
        others = [place for place, weight in zip(places, weights, strict=True) if weight]
        where = _where(places[members[0]], others, masks.paint, size)
        if where.any():
            regions.append(_region(members, paintings, weights, masks, where))
    if not regions:
        return ()
    covered = sum(float(where.mean()) for _, where, _ in regions)
    scale = covered / sum(float(where.mean()) * weight for _, where, weight in regions)
    return tuple(
        Region(
            sources,
            where=None if where.min() == 1.0 else where,
            share=float(where.mean()) * weight * scale,
        )
        for sources, where, weight in regions
    )


def require_mix(paintings: int, mix: Sequence[float], masks: Masks | None) -> None:
    """See that weights and masks go with so many paintings.

    Raises:
        InputError: they do not, or the masks leave nothing.

    Example:
        >>> require_mix(2, [2.0, 1.0], None)
    """
    if mix and len(mix) != paintings:
        raise InputError(
            f"style_mix must have a weight for each of the {paintings} paintings. "
            f"Received: {len(mix)}."
        )
    if mix and not any(mix):
        raise InputError("style_mix must have a weight above 0. Received: 0 for each painting.")
    if masks is None:
        return
    for masks_of in (masks.paintings, masks.of_paintings):
        if len(masks_of) > paintings:
            raise InputError(
                f"masks must be at most one for each painting, of which there are {paintings}. "
                f"Received: {len(masks_of)}."
            )
    if any(mask is not None and not mask.any() for mask in masks.of_paintings):
        raise InputError(
            "The mask of a painting must leave some of it. Received: one that is all black."
        )
    # Where they are looked at does not depend on the paintings' pixels, nor on the size.
    blank = [np.zeros((1, 1, 3), np.uint8)] * paintings
    where = Masks(masks.paint, masks.paintings)
    if not regions_of(blank, mix, where, (_LOOKED_AT, _LOOKED_AT)):
        raise InputError("masks must leave something to paint. Received: masks that are all black.")


_LOOKED_AT = 512
"""Rows and columns at which masks are looked at before a run."""


def require_terms_for_masks(settings: Settings) -> None:
    """See that all terms of a run know how to compare one region of a picture.

    Raises:
        InputError: the sums of the classic recipe, or a package's term, do not.

    Example:
        >>> require_terms_for_masks(Settings())
    """
    if settings.recipe == "classic":
        raise InputError("masks need the default recipe. Received: recipe classic.")
    known = kinds()
    others = [
        use.kind
        for use in settings.term_uses()
        if use.kind != "style" and known[use.kind].target == "painting"
    ]
    if others:
        raise InputError(
            "With masks a run can have the built-in terms only. "
            f"Received: {', '.join(sorted(others))}."
        )


def at_positions(shares: Shares, stride: int) -> Shares:
    """The shares of a layer's positions: the mean of the pixels that each is pooled from.

    Args:
        shares: (H, W).
        stride: pixels from one position to the next.

    Returns:
        (H // stride, W // stride).

    Example:
        >>> at_positions(np.array([[0.0, 1.0], [1.0, 1.0]]), 2)
        array([[0.75]])
    """
    rows, columns = (side // stride for side in shares.shape)
    whole = shares[: rows * stride, : columns * stride]
    pooled = whole.reshape(rows, stride, columns, stride).mean(axis=(1, 3), dtype=np.float64)
    return np.asarray(pooled, dtype=np.float64)


def counts_at(where: Shares | None, stride: int) -> bool:
    """Whether a region has enough of a layer's positions for a style of its own.

    Example:
        >>> counts_at(np.ones((32, 32)), 16), counts_at(None, 16)
        (False, True)
    """
    return where is None or float(at_positions(where, stride).sum()) >= LEAST_POSITIONS


def _where(
    place: Mask | None, others: Sequence[Mask | None], paint: Mask | None, size: Size
) -> Shares:
    """The shares (rows, columns) of a region whose paintings have a mask, or what others leave."""
    if place is not None:
        where = resize_mask(place, *size)
    else:
        taken = [resize_mask(mask, *size) for mask in others if mask is not None]
        where = np.clip(np.ones(size, np.float32) - sum(taken), 0.0, 1.0)
    return where if paint is None else where * resize_mask(paint, *size)


def _region(
    members: Sequence[int],
    paintings: Sequence[Pixels],
    weights: NDArray[np.float64],
    masks: Masks,
    where: Shares,
) -> tuple[tuple[Source, ...], Shares, float]:
    """The sources of a region, its shares, and how much its paintings count on average."""
    parts = _padded(masks.of_paintings, len(paintings))
    total = float(weights[list(members)].sum())
    sources = []
    for index in members:
        part, picture = parts[index], paintings[index]
        counts = None if part is None else resize_mask(part, *picture.shape[:2])
        is_whole = counts is None or counts.min() == 1.0
        sources.append(Source(picture, float(weights[index]) / total, None if is_whole else counts))
    return tuple(sources), where, total / len(members)


def _padded(masks: tuple[Mask | None, ...], count: int) -> tuple[Mask | None, ...]:
    return masks + (None,) * (count - len(masks))
