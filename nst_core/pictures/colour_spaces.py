"""Colours described by numbers: ITU-T H.273's, as browsers read them, and the way to sRGB."""

import functools

import numpy as np
from numpy.typing import NDArray

from nst_core.pictures.pixels import strips
from nst_core.pictures.raster import ColourSpace

Floats = NDArray[np.float64]
Primaries = tuple[tuple[float, float], ...]

REFERENCE_WHITE = 203.0
"""How bright white is in HDR pictures, in cd/m2 (ITU-R BT.2408)."""

_D65, _C, _E = (0.3127, 0.3290), (0.310, 0.316), (1 / 3, 1 / 3)
SRGB: Primaries = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06), _D65)
BT2020: Primaries = ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), _D65)
_SMPTE_C: Primaries = ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), _D65)
_P3 = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
_ADOBE: Primaries = ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06), _D65)
_PROPHOTO: Primaries = ((0.7347, 0.2653), (0.1596, 0.8404), (0.0366, 0.0001), (0.3457, 0.3585))

# H.273, table 2: ColourPrimaries.
_PRIMARIES: dict[int, tuple[str, Primaries]] = {
    1: ("BT.709", SRGB),
    4: ("BT.470 M", ((0.67, 0.33), (0.21, 0.71), (0.14, 0.08), _C)),
    5: ("BT.601", ((0.64, 0.33), (0.29, 0.60), (0.15, 0.06), _D65)),
    6: ("BT.601", _SMPTE_C),
    7: ("SMPTE 240M", _SMPTE_C),
    8: ("Generic film", ((0.681, 0.319), (0.243, 0.692), (0.145, 0.049), _C)),
    9: ("BT.2020", BT2020),
    10: ("CIE XYZ", ((1.0, 0.0), (0.0, 1.0), (0.0, 0.0), _E)),
    11: ("DCI P3", (*_P3, (0.314, 0.351))),
    12: ("Display P3", (*_P3, _D65)),
    22: ("EBU 3213", ((0.630, 0.340), (0.295, 0.605), (0.155, 0.077), _D65)),
}

# H.273, table 3: TransferCharacteristics, those that browsers know.
_TRANSFERS: dict[int, tuple[str, str | float]] = {
    4: ("gamma 2.2", 2.2),
    5: ("gamma 2.8", 2.8),
    7: ("SMPTE 240M", "smpte240"),
    8: ("linear light", "linear"),
    13: ("", "srgb"),
    16: ("PQ", "pq"),
    17: ("SMPTE 428", "smpte428"),
    18: ("HLG", "hlg"),
}
_OF_VIDEO = (1, 6, 11, 14, 15)


def from_cicp(
    primaries: int, transfer: int, video_gamma: float | None = None
) -> ColourSpace | None:
    """The colours that two code points of ITU-T H.273 describe; None for those of sRGB.

    Code points that browsers do not know count as sRGB; `is_known` tells them.

    Args:
        primaries: ColourPrimaries.
        transfer: TransferCharacteristics.
        video_gamma: the exponent of the transfers of video, BT.709 and its kin: Chromium takes 2.4
            in a PNG. None for sRGB's transfer, as Chromium has it in AVIF.

    Example:
        >>> from_cicp(12, 13).name
        'Display P3'
        >>> from_cicp(9, 16).name
        'BT.2020 PQ'
    """
    if not is_known(primaries, transfer):
        return None
    curve, function = _TRANSFERS.get(transfer, ("", "srgb"))
    if transfer in _OF_VIDEO and video_gamma is not None:
        function = video_gamma
    name, points = _PRIMARIES[primaries]
    if points == SRGB and function == "srgb":
        return None
    if function == "hlg" and points == BT2020:
        name = "BT.2100"
    elif points == SRGB and transfer in (4, 5, 8):
        name = ""
    return ColourSpace(f"{name} {curve}".strip(), None if points == SRGB else points, function)


def is_known(primaries: int, transfer: int) -> bool:
    """Whether browsers know what two code points of ITU-T H.273 mean.

    Example:
        >>> is_known(2, 2)
        False
    """
    return primaries in _PRIMARIES and transfer in (*_TRANSFERS, *_OF_VIDEO)


def name_of(primaries: Primaries) -> str:
    """What people call red, green, blue and white of these CIE xy; empty where they do not.

    Example:
        >>> name_of(((0.708, 0.292), (0.17, 0.797), (0.131, 0.046), (0.3127, 0.329)))
        'BT.2020'
    """
    usual = (*_PRIMARIES.values(), ("Adobe RGB", _ADOBE), ("ProPhoto RGB", _PROPHOTO))
    for name, points in usual:
        if np.allclose(primaries, points, atol=0.002):
            return name
    return ""


def in_srgb(levels: NDArray[np.uint8 | np.uint16], space: ColourSpace) -> NDArray[np.uint8]:
    """Levels of a described colour space in sRGB, uint8 of the same shape.

    Colours beyond sRGB are clipped; the light of PQ and HLG is mapped to that of a usual screen.

    Args:
        levels: (H, W, 3), or (H, W) for grey.
        space: what the levels mean.

    Example:
        >>> in_srgb(np.full((1, 1), 128, np.uint8), ColourSpace("", None, "linear"))
        array([[188]], dtype=uint8)
    """
    top = np.iinfo(levels.dtype).max
    light = to_light(np.arange(top + 1) / top, space).astype(np.float32)
    steps = _Steps(space)
    if levels.ndim == 2 or (space.primaries is None and not steps.is_hdr):
        return np.asarray(np.take(steps.run(np.tile(light, (3, 1)))[1], levels))
    result = np.empty(levels.shape, np.uint8)
    for rows in strips(levels.shape, _AT_ONCE):
        planes = np.moveaxis(levels[rows], 2, 0)
        converted = steps.run(np.take(light, planes.reshape(3, -1)))
        result[rows] = np.moveaxis(converted.reshape(planes.shape), 0, 2)
    return result


def to_light(values: Floats, space: ColourSpace) -> Floats:
    """The linear light of a channel's values, 0..1 -> 0..1; for PQ in units of reference white.

    Raises:
        ValueError: the transfer is none that is known.
    """
    transfer = space.transfer
    if not isinstance(transfer, str):
        return np.power(values, transfer)
    if transfer == "linear":
        return values
    if transfer == "srgb":
        return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    if transfer == "smpte240":
        return np.where(values < 0.0913, values / 4.0, ((values + 0.1115) / 1.1115) ** (1 / 0.45))
    if transfer == "smpte428":
        return 52.37 / 48.0 * values**2.6
    if transfer == "pq":  # SMPTE ST 2084
        powered = values ** (32 / 2523)
        ratio = np.maximum(powered - 0.8359375, 0.0) / (18.8515625 - 18.6875 * powered)
        return 10_000.0 / REFERENCE_WHITE * ratio ** (16384 / 2610)
    if transfer == "hlg":  # ITU-R BT.2100
        a, b, c = 0.17883277, 0.28466892, 0.55991073
        return np.where(values <= 0.5, values**2 / 3.0, (np.exp((values - c) / a) + b) / 12.0)
    raise ValueError(f"a transfer named {transfer!r}")


def matrix_between(source: Primaries, target: Primaries) -> Floats:
    """Linear light of one set of primaries -> of another, (3, 3), white adapted as Bradford does.

    Raises:
        ValueError: the primaries span no space of colours.

    Example:
        >>> matrix_between(SRGB, SRGB).round()
        array([[1., 0., 0.], [0., 1., 0.], [0., 0., 1.]])
    """
    cones = np.array(
        [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
    )
    scale = np.diag((cones @ _xyz(target[3])) / (cones @ _xyz(source[3])))
    adapted = np.linalg.inv(cones) @ scale @ cones
    return np.asarray(np.linalg.inv(to_xyz(target)) @ adapted @ to_xyz(source))


def _xyz(point: tuple[float, float]) -> Floats:
    x, y = point
    # CIE XYZ's own primaries lie at y = 0: a direction is enough there.
    return np.array([x, y, 1 - x - y]) / (y or 1.0)


def to_xyz(primaries: Primaries) -> Floats:
    """Linear light of these primaries -> CIE XYZ, (3, 3), whose Y is 1 for white.

    Raises:
        ValueError: the primaries span no space of colours.

    Example:
        >>> to_xyz(SRGB)[1].round(4)
        array([0.2126, 0.7152, 0.0722])
    """
    columns = np.stack([_xyz(point) for point in primaries[:3]], axis=1)
    # No colours, or none that are white: primaries on a line, or white outside them.
    if abs(np.linalg.det(columns)) < 1e-4 or primaries[3][1] <= 0.0:
        raise ValueError("primaries that span no colours")
    shares = np.linalg.solve(columns, _xyz(primaries[3]))
    if shares.min() <= 0.0:
        raise ValueError("primaries that do not make white")
    return columns * shares


class _Steps:
    """The way from linear light to sRGB's levels.

    HDR is mapped as Chromium does: HLG's system gamma of 1.2, then the reference white tone
    mapping operator of SMPTE ST 2094-50 towards a screen without headroom, which scales a colour
    by its largest channel in BT.2020's primaries.
    """

    def __init__(self, space: ColourSpace) -> None:
        self.is_hdr = space.transfer in ("pq", "hlg")
        self._is_hlg = space.transfer == "hlg"
        first = matrix_between(space.primaries or SRGB, BT2020 if self.is_hdr else SRGB)
        self._first = first.astype(np.float32)
        self._last = matrix_between(BT2020, SRGB).astype(np.float32)
        self._gains = _gains(max(space.peak / REFERENCE_WHITE, 1.0)) if self.is_hdr else None
        self._codes = srgb_levels()

    def run(self, light: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Linear light (3, N) -> sRGB, uint8 (3, N)."""
        light = self._first @ light
        if self._is_hlg:
            light *= _system_gamma(light)
        if self._gains is not None:
            most = np.maximum(np.maximum(light[0], light[1]), light[2])
            np.clip(most, 0.0, _BRIGHTEST, out=most)
            most *= np.float32(_STEPS / _BRIGHTEST)
            most += np.float32(0.5)
            light *= np.take(self._gains, most.astype(np.uint16))
            light = self._last @ light
        np.clip(light, 0.0, 1.0, out=light)
        light *= np.float32(65535.0)
        light += np.float32(0.5)
        return np.asarray(np.take(self._codes, light.astype(np.uint16)))


_BRIGHTEST = 10_000.0 / REFERENCE_WHITE
_STEPS = 65535
_AT_ONCE = 1 << 16  # pixels, whose steps fit into a processor's cache


def _system_gamma(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """What makes the light of an HLG scene, BT.2020 (3, N), that of a screen of 1000 cd/m2."""
    luminance = np.array([0.2627, 0.6780, 0.0593], np.float32) @ light
    root = np.sqrt(np.clip(luminance, 0.0, 1.0))
    # A power of each pixel is slow.
    table = (np.arange(_STEPS + 1) / _STEPS) ** 0.4 * (1000.0 / REFERENCE_WHITE)
    steps = (root * np.float32(_STEPS)).astype(np.uint16)
    return np.asarray(np.take(table.astype(np.float32), steps))


def _gains(peak: float) -> NDArray[np.float32]:
    """What light is multiplied by to fit a usual screen, for its largest channel.

    peak: the brightest light of the picture; all light in units of reference white.
    Returns the gains for `_STEPS` steps from 0 to `_BRIGHTEST`.
    """
    white = 1.0 - 0.5 * min(np.log2(peak) / np.log2(1000.0 / REFERENCE_WHITE), 1.0)
    middle = (0.35 + 0.65 / white, 0.35 * white + 0.65)
    t = np.linspace(0.0, 1.0, 1025)
    before, between, after = (1 - t) ** 2, 2 * t * (1 - t), t**2
    x = before + middle[0] * between + peak * after
    y = white * before + middle[1] * between + after
    most = np.linspace(0.0, _BRIGHTEST, _STEPS + 1)
    gains = np.interp(most, x, y / x)
    gains = np.where(most > peak, 1.0 / np.maximum(most, peak), gains)
    return np.asarray(gains, np.float32)


@functools.cache
def srgb_levels() -> NDArray[np.uint8]:
    """The levels of sRGB for 65,536 steps of linear light from 0 to 1, uint8 (65536,).

    Example:
        >>> srgb_levels()[[0, 65535]]
        array([  0, 255], dtype=uint8)
    """
    light = np.arange(65536) / 65535.0
    values = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.rint(values * 255.0).astype(np.uint8)
