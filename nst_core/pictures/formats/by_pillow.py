"""What readers have in common that open their files with Pillow."""

import contextlib
import io
import struct
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from nst_core.pictures.pixels import strips
from nst_core.pictures.raster import Model, Raster, require_size, too_large

_ORIENTATION_TAG, _SHORT = 0x0112, 3
_MODELS: dict[str, Model] = {"L": "grey", "RGB": "rgb", "CMYK": "cmyk", "LAB": "lab"}


def opened(data: bytes, kind: str) -> Image.Image:
    """A picture that is not decoded yet, of a size that may be decoded.

    Args:
        data: the file.
        kind: the one format that Pillow may take it for.

    Raises:
        Refused: it is too large or too small.
        Exception: anything else that Pillow may raise for damaged data.
    """
    try:
        image = Image.open(io.BytesIO(data), formats=[kind])
    except Image.DecompressionBombError as error:
        raise too_large("far more") from error
    except UnidentifiedImageError as error:
        raise ValueError("a head that is damaged or of a rare kind") from error
    require_size(*image.size)
    return image


def load(image: Image.Image) -> None:
    """Decode a picture, and see that it has the size that its head says.

    Raises:
        ValueError: it has not.
    """
    size = image.size
    image.load()
    if image.size != size:
        raise ValueError(f"a size of {image.size} where {size} is said")


def raster_of(image: Image.Image) -> Raster:
    """The raster of a loaded picture of 8 bits or fewer, of any mode."""
    alpha = alpha_of(image)
    levels, model = levels_of(image)
    return Raster(
        levels,
        model,
        alpha,
        profile=image.info.get("icc_profile") or b"",
        orientation=orientation(image),
    )


def levels_of(image: Image.Image) -> tuple[NDArray[np.uint8], Model]:
    """The colours of a loaded picture without its alpha, uint8 (H, W) or (H, W, C)."""
    if image.mode == "P":
        palette = image.getpalette("RGB") or []
        colours = np.zeros((256, 3), np.uint8)
        colours.reshape(-1)[: len(palette)] = palette
        return np.asarray(colours[np.asarray(image)]), "rgb"
    parts = ((rows, plain_mode(part)) for rows, part in _in_strips(image))
    first, plain = next(parts)
    some = np.asarray(plain)
    levels = np.empty((image.height, *some.shape[1:]), np.uint8)
    levels[first] = some
    for rows, part in parts:
        levels[rows] = np.asarray(part)
    return levels, _MODELS[plain.mode]


def copy_levels(image: Image.Image, levels: NDArray[np.uint8]) -> None:
    """Copy the colours of a loaded picture without its alpha into an array of its size."""
    for rows, part in _in_strips(image):
        levels[rows] = np.asarray(plain_mode(part))


def alpha_of(image: Image.Image) -> NDArray[np.uint8] | None:
    """The alpha of a loaded picture, uint8 (H, W); None if all of it is opaque."""
    if not image.has_transparency_data:
        return None
    alpha = np.empty((image.height, image.width), np.uint8)
    for rows, part in _in_strips(image):
        alpha[rows] = np.asarray(part.convert("RGBA").getchannel("A"))
    return None if alpha.min() == 255 else alpha


def _in_strips(image: Image.Image) -> Iterator[tuple[slice, Image.Image]]:
    """A picture's rows, a few at a time: a copy of the whole in another mode takes much memory."""
    for rows in strips((image.height, image.width)):
        yield rows, image.crop((0, rows.start, image.width, min(rows.stop, image.height)))


def plain_mode(image: Image.Image) -> Image.Image:
    """The colours of a picture without its alpha, in one of the modes L, RGB, CMYK and LAB."""
    if image.mode in _MODELS:
        return image
    if image.mode == "1":
        return image.convert("L")
    if image.mode in ("LA", "La"):
        return image.convert("LA").getchannel("L")
    if image.mode in ("RGBa", "P", "PA"):
        return image.convert("RGBA").convert("RGB")
    return image.convert("RGB")


def orientation(image: Image.Image) -> int:
    """What EXIF says, 1 to 8; 1 where the tag is missing, damaged or out of range.

    XMP is not asked, as Pillow would: no browser turns a picture for it.
    """
    return orientation_in(image.info.get("exif") or b"")


def orientation_in(exif: bytes) -> int:
    """What the bytes of an EXIF block say, as `orientation` has it.

    Only one number of 16 bits counts, as in browsers.

    Example:
        >>> orientation_in(b"Exif, but damaged")
        1
    """
    tiff = exif[6:] if exif.startswith(b"Exif\0") else exif
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return 1
    with contextlib.suppress(struct.error):  # damaged metadata does not make a bad picture
        (begin,) = struct.unpack_from(f"{order}I", tiff, 4)
        (entries,) = struct.unpack_from(f"{order}H", tiff, begin)
        for at in range(begin + 2, begin + 2 + 12 * entries, 12):
            tag, kind, count, value = struct.unpack_from(f"{order}HHIH", tiff, at)
            if (tag, kind, count) == (_ORIENTATION_TAG, _SHORT, 1):
                return value if 1 <= value <= 8 else 1
    return 1
