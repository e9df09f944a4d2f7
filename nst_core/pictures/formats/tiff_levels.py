"""What the numbers of a TIFF's pixels mean: levels of a raster, and its alpha."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nst_core.pictures.colours import eight_bits
from nst_core.pictures.formats.tiff_lab import (
    bytes_of_lab,
    is_of_daylight,
    lab_of,
    rgb_of_daylight,
)
from nst_core.pictures.formats.tiff_layout import JPEG, WEBP, Layout
from nst_core.pictures.formats.tiff_samples import (
    FLOAT,
    SIGNED,
    UNSIGNED,
    number_bits,
    sample_format,
)
from nst_core.pictures.raster import Model

_MIN_IS_WHITE, _GREY, _RGB, _PALETTE, _MASK, _CMYK, _YCBCR, _CIELAB, _ICCLAB = (
    0, 1, 2, 3, 4, 5, 6, 8, 9)  # fmt: skip
_MODELS: dict[int, Model] = {
    _MIN_IS_WHITE: "grey", _GREY: "grey", _MASK: "grey", _RGB: "rgb", _PALETTE: "rgb",
    _CMYK: "cmyk", _YCBCR: "rgb", _CIELAB: "lab", _ICCLAB: "lab",
}  # fmt: skip
_UNSPECIFIED, _ASSOCIATED, _UNASSOCIATED = 0, 1, 2
_INKS_CMYK = 1


class Extent:
    """How far the colours of a picture reach."""

    def __init__(self) -> None:
        self.least, self.most, self._sum, self._count = np.inf, -np.inf, 0.0, 0

    def add(self, colours: NDArray[Any]) -> None:
        """Take more colours into account, of any shape (..., channels).

        Raises:
            ValueError: some are not finite.
        """
        # NumPy is slow where a few channels of some lie side by side.
        channels = [colours[..., place] for place in range(colours.shape[-1])]
        self.least = float(np.min([self.least, *(float(channel.min()) for channel in channels)]))
        self.most = float(np.max([self.most, *(float(channel.max()) for channel in channels)]))
        if not np.isfinite([self.least, self.most]).all():  # a NaN is passed on by np.min
            raise ValueError("levels that are not finite")
        if colours.dtype.kind == "f":  # of no other numbers the mean is asked for
            self._sum += sum(float(channel.sum()) for channel in channels)
            self._count += colours.size

    @property
    def mean(self) -> float:
        """The mean of all colours so far."""
        return self._sum / self._count


@dataclass(frozen=True)
class Meaning:
    """What the samples of a page mean.

    Attributes:
        layout: of the page.
        model: what the channels of its raster mean.
        channels: how many of a pixel's samples are colours.
        alpha: which sample is alpha; None for none.
        is_associated: whether colours are multiplied by alpha already.
        black, white: the samples that mean the least and the most of a channel.
    """

    layout: Layout
    model: Model
    channels: int
    alpha: int | None
    is_associated: bool
    black: float
    white: float

    @property
    def is_reduced(self) -> bool:
        """Whether its numbers are finer than levels of 8 bits, which they become."""
        is_plain = self.layout.photometric != _PALETTE and self.model != "lab"
        return is_plain and self.layout.bits > 8

    @property
    def used(self) -> list[int]:
        """Which of a pixel's samples it needs: the colours, and behind them alpha."""
        return [*range(self.channels), *([] if self.alpha is None else [self.alpha])]

    @property
    def is_open(self) -> bool:
        """Whether only the samples themselves show what their range is."""
        return sample_format(self.layout) != UNSIGNED or number_bits(self.layout) > 24

    def for_range(self, extent: Extent) -> "Meaning":
        """The meaning of samples that reach so far.

        Raises:
            ValueError: they are no levels.
        """
        kind, bits = sample_format(self.layout), number_bits(self.layout)
        black, white = 0.0, _usual_white(self.layout)
        if kind == FLOAT:
            white = _white_of_floats(extent)
        elif extent.least < 0:
            black = -white - 1
        elif bits >= 32 and extent.most <= 65535:
            white = 255.0 if extent.most <= 255 else 65535.0
        return replace(self, black=black, white=white)

    def levels(self, samples: NDArray[Any]) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None]:
        """Levels as in a raster, and alpha, of the samples it uses (rows, width, used)."""
        alpha = None
        colours = samples[..., : self.channels]
        if self.alpha is not None:
            alpha = self._scaled(samples[..., self.channels])
        if self.is_associated and alpha is not None:
            colours = self._divided(colours, samples[..., self.channels])
        return self._colours(colours), alpha

    def _colours(self, samples: NDArray[Any]) -> NDArray[np.uint8]:
        photometric = self.layout.photometric
        if photometric == _PALETTE:
            return np.asarray(_palette(self.layout)[samples[..., 0]])
        if photometric in (_CIELAB, _ICCLAB):
            lab = lab_of(samples, photometric == _CIELAB, self.layout.bits)
            if self.model == "lab":
                return bytes_of_lab(lab)
            return rgb_of_daylight(lab, is_cut=self.layout.bits == 8)
        if photometric == _YCBCR and self.layout.compression not in (JPEG, WEBP):
            return _rgb_of_ycbcr(samples, self.layout)
        levels = self._scaled(samples)
        if photometric == _MIN_IS_WHITE:
            levels = 255 - levels
        return levels[..., 0] if self.model == "grey" else levels

    def _scaled(self, samples: NDArray[Any]) -> NDArray[np.uint8]:
        """Samples of any kind as levels of 8 bits, rounded."""
        if (self.black, self.white) == (0.0, 255.0) and samples.dtype == np.uint8:
            return samples
        if (self.black, self.white) == (0.0, 65535.0) and samples.dtype == np.uint16:
            return eight_bits(samples)
        scaled: NDArray[Any] = samples.astype(_work(samples))
        scaled -= self.black
        scaled *= 255 / (self.white - self.black)
        # Cutting off what is behind the point rounds, after a half was added.
        scaled += 0.5
        return np.clip(scaled, 0, 255, out=scaled).astype(np.uint8)

    def _divided(self, colours: NDArray[Any], alpha: NDArray[Any]) -> NDArray[Any]:
        """The colours as they were before they were multiplied by alpha."""
        work = _work(colours)
        share: NDArray[Any] = alpha.astype(work)
        share = (share - self.black) * (1 / (self.white - self.black))
        share[share <= 0] = 1  # all of which may mean that there is no alpha
        whole: NDArray[Any] = np.empty(colours.shape, work)
        with np.errstate(over="ignore"):
            for place in range(colours.shape[-1]):  # much faster than all of a pixel at once
                np.divide(colours[..., place], share, out=whole[..., place])
        np.minimum(whole, self.white, out=whole)
        return whole


def _work(samples: NDArray[Any]) -> type[np.float32 | np.float64]:
    """In which floats to work on them: those of 32 bits are enough for levels, and faster."""
    return np.float64 if samples.dtype == np.float64 else np.float32


def meaning_of(layout: Layout) -> Meaning:
    """What a page's samples mean, if their range is the usual one.

    Raises:
        ValueError: a kind that is not decoded here.
    """
    photometric = layout.photometric
    if photometric not in _MODELS:
        raise ValueError(f"a TIFF with colours of number {photometric}")
    if photometric == _CMYK and layout.page.number(332, _INKS_CMYK) != _INKS_CMYK:
        raise ValueError("inks that are not cyan, magenta, yellow and black")
    model = _MODELS[photometric]
    if photometric == _CIELAB and is_of_daylight(layout.page):
        model = "rgb"
    channels = {"grey": 1, "rgb": 3, "cmyk": 4, "lab": 3}[model]
    channels = 1 if photometric == _PALETTE else channels
    if layout.samples < channels:
        raise ValueError(f"{layout.samples} samples where {channels} are needed")
    _require_depth(layout)
    alpha, is_associated = _alpha(layout, channels)
    return Meaning(layout, model, channels, alpha, is_associated, 0.0, _usual_white(layout))


def _usual_white(layout: Layout) -> float:
    kind = sample_format(layout)
    return 1.0 if kind == FLOAT else float((1 << (number_bits(layout) - (kind == SIGNED))) - 1)


def _require_depth(layout: Layout) -> None:
    photometric, bits, is_plain = layout.photometric, layout.bits, sample_format(layout) == UNSIGNED
    if photometric == _PALETTE and not (is_plain and bits <= 16):
        raise ValueError("a palette of more than 16 bits")
    if photometric == _YCBCR and bits != 8:
        raise ValueError(f"YCbCr of {bits} bits")
    is_lab = photometric in (_CIELAB, _ICCLAB)
    if is_lab and (bits not in (8, 16) or sample_format(layout) == FLOAT):
        raise ValueError(f"Lab of {bits} bits")


def _alpha(layout: Layout, channels: int) -> tuple[int | None, bool]:
    """Which sample is alpha, and whether colours are multiplied by it."""
    kinds = layout.page.values(338)[: layout.samples - channels].tolist()
    if kinds == [_UNSPECIFIED]:  # many programs write so what is an alpha to them
        return channels, False
    if not kinds and layout.photometric == _RGB and layout.samples == channels + 1:
        return channels, False  # ImageMagick and Pillow take it so, too
    for place, kind in enumerate(kinds, channels):
        if kind in (_ASSOCIATED, _UNASSOCIATED):
            # Indices and Lab cannot be multiplied by anything.
            is_plain = _MODELS[layout.photometric] != "lab" and layout.photometric != _PALETTE
            return place, kind == _ASSOCIATED and is_plain
    return None, False


def _white_of_floats(extent: Extent) -> float:
    """No file says what its floats mean: 0..1 with some overshoot, else 0..255, else 16 bits."""
    if extent.least < -max(1.0, extent.most / 2):
        raise ValueError("levels that are negative")
    for white in (1.0, 255.0, 65535.0):
        # In linear light a lamp may be a hundred times as bright as paper.
        if extent.most <= 2 * white or extent.mean <= white:
            return white
    return extent.most


def _palette(layout: Layout) -> NDArray[np.uint8]:
    """The colours of its indices, uint8 (2**bits, 3)."""
    size = 1 << layout.bits
    levels = layout.page.values(320)[: 3 * size]
    if levels.size < 3 * size:
        raise ValueError("a palette that ends too early")
    # Some scanners write levels of 8 bits where the format wants 16.
    eight = levels if levels.max() < 256 else levels >> 8
    return eight.astype(np.uint8).reshape(3, size).T.copy()


def _rgb_of_ycbcr(samples: NDArray[np.uint8], layout: Layout) -> NDArray[np.uint8]:
    """By the weights and the range that the file gives, else those of JPEG."""
    weights = layout.page.values(529).astype(np.float32)
    red, green, blue = weights if weights.size == 3 and weights[1] > 0 else (0.299, 0.587, 0.114)
    limits = layout.page.values(532).astype(np.float32)
    limits = limits if limits.size == 6 else np.array([0, 255, 128, 255, 128, 255], np.float32)
    spans = np.array([255, 127, 127], np.float32) / np.maximum(limits[1::2] - limits[::2], 1)
    y, cb, cr = np.moveaxis((samples.astype(np.float32) - limits[::2]) * spans, 2, 0)
    r = y + (2 - 2 * red) * cr
    b = y + (2 - 2 * blue) * cb
    g = (y - red * r - blue * b) / green
    rgb: NDArray[np.float32] = np.clip(np.stack([r, g, b], 2), 0, 255)
    return np.rint(rgb).astype(np.uint8)
