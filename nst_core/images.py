"""Bytes <-> RGB pixels <-> the space VGG16 sees.

Pixels are uint8 (H, W, 3) sRGB. The space of VGG16 is float (1, H, W, 3), BGR minus the ImageNet
mean. Whatever is wrong with a picture leaves this module as an `ImageError` of one sentence.
"""

import functools
import io
import threading
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps, PngImagePlugin, UnidentifiedImageError

from nst_core.errors import ImageError
from nst_core.settings import SMALLEST_SIDE

pillow_heif.register_heif_opener()

MOST_BYTES = 32 * 1024 * 1024
MOST_PIXELS = 50_000_000
IMAGENET_MEAN_BGR = np.array([103.939, 116.779, 123.68])
LOWEST_VGG = 0.0 - IMAGENET_MEAN_BGR
HIGHEST_VGG = 255.0 - IMAGENET_MEAN_BGR
"""The range of pixels in VGG16's space, by channel: float64 (3,)."""

_PILLOW_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "AVIF", "HEIF")
_EXPECTED = "a JPEG, PNG, WebP, TIFF, BMP, GIF, AVIF or HEIC picture"
_LOOKALIKES = (
    (b"%!PS", "an EPS or PostScript file"),
    (b"\xc5\xd0\xd3\xc6", "an EPS file"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"8BPS", "a Photoshop file"),
)
_ORIENTATION_TAG = 0x0112
_TURNED = {
    2: "mirrored",
    3: "turned by 180 degrees",
    4: "flipped upside down",
    5: "turned and mirrored",
    6: "turned by 90 degrees",
    7: "turned and mirrored",
    8: "turned by 90 degrees",
}

Pixels = NDArray[np.uint8]
"""RGB pixels, uint8 (H, W, 3), sRGB."""

# One at a time: `warnings.catch_warnings` is not safe in threads, and a decode takes much memory.
_decoding = threading.Lock()


@dataclass(frozen=True)
class Picture:
    """A decoded picture.

    Attributes:
        pixels: uint8 (H, W, 3), sRGB, read-only.
        notes: what was done to it on the way, in words, one sentence fragment each.
    """

    pixels: Pixels
    notes: tuple[str, ...] = ()


def read(path: str | Path) -> Picture:
    """Decode the picture in a file.

    Raises:
        ImageError: the file is missing, unreadable, or what `decode` refuses.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)  # no more than tells that it is too large
    except OSError as error:
        raise ImageError(f"{path} cannot be read: {error.strerror}.") from error
    return decode(data, str(path))


def decode(data: bytes, name: str = "The picture") -> Picture:
    """Decode a picture by its content, upright, in sRGB, first frame, over white.

    Args:
        data: a file's bytes; the format is found from them, never from a name.
        name: what to call the picture in an error.

    Raises:
        ImageError: not a picture of a known format, damaged, too large or too small.
    """
    if len(data) > MOST_BYTES:
        raise ImageError(f"{name} must be at most {MOST_BYTES >> 20} MB. Received: more than that.")
    if not data:
        raise ImageError(f"{name} must be {_EXPECTED}. Received: an empty file.")
    with _decoding, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow warns of odd metadata that does no harm
        try:
            return _decode(data, name)
        except ImageError:
            raise
        except Exception as error:  # Pillow's plugins raise nearly anything for damaged data
            raise ImageError(
                f"{name} is damaged and cannot be decoded; save it anew. "
                f"Received: {_in_words(error)}."
            ) from error


def check_pixels(pixels: object, name: str, smallest: int = SMALLEST_SIDE) -> Pixels:
    """`pixels` itself, if it is a uint8 array (H, W, 3) with sides of at least `smallest`.

    Raises:
        ImageError: it is not.
    """
    wanted = f"{name} must be a uint8 array (height, width, 3)"
    if not isinstance(pixels, np.ndarray):
        raise ImageError(f"{wanted}. Received: {type(pixels).__name__}.")
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
        raise ImageError(f"{wanted}. Received: {pixels.dtype} {pixels.shape}.")
    if min(pixels.shape[:2]) < smallest:
        raise ImageError(
            f"{name} must be at least {smallest} pixels a side. "
            f"Received: {pixels.shape[1]} x {pixels.shape[0]}."
        )
    return pixels


def resize(pixels: Pixels, rows: int, columns: int) -> Pixels:
    """Pillow's bicubic resize. pixels: uint8 (H, W, 3). Returns: uint8 (rows, columns, 3)."""
    if pixels.shape[:2] == (rows, columns):
        return pixels.copy()
    image = Image.fromarray(np.ascontiguousarray(pixels))
    return np.asarray(image.resize((columns, rows), Image.Resampling.BICUBIC)).copy()


def resize_vgg(x: NDArray[np.floating], rows: int, columns: int) -> NDArray[np.float64]:
    """The same in VGG16's space, unrounded.

    x: float (1, h, w, 3). Returns: float64 (1, rows, columns, 3), x's own values where it fits.
    """
    if x.shape[1:3] == (rows, columns):
        return x.astype(np.float64)
    channels = [
        np.asarray(
            Image.fromarray(np.ascontiguousarray(x[0, :, :, channel], dtype=np.float32)).resize(
                (columns, rows), Image.Resampling.BICUBIC
            )
        )
        for channel in range(3)
    ]
    return np.stack(channels, axis=-1)[np.newaxis].astype(np.float64)


def to_vgg(pixels: Pixels) -> NDArray[np.float32]:
    """RGB pixels uint8 (H, W, 3) -> a new float32 (1, H, W, 3), BGR minus mean."""
    bgr = pixels[np.newaxis, :, :, ::-1].astype(np.float32)
    bgr -= IMAGENET_MEAN_BGR.astype(np.float32)
    return bgr


def from_vgg(x: NDArray[np.floating]) -> Pixels:
    """The inverse of `to_vgg`, clipped and rounded. x: (1, H, W, 3). Returns: uint8 (H, W, 3)."""
    bgr = np.clip(x[0] + IMAGENET_MEAN_BGR.astype(x.dtype), 0.0, 255.0)
    pixels: Pixels = np.rint(bgr).astype(np.uint8)
    return pixels[:, :, ::-1].copy()


def encode_png(pixels: Pixels, texts: Mapping[str, str] | None = None) -> bytes:
    """A PNG file of uint8 (H, W, 3) pixels that carries `texts` (keyword -> text)."""
    chunk = PngImagePlugin.PngInfo()
    for keyword, text in (texts or {}).items():
        chunk.add_itxt(keyword, text)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", pnginfo=chunk)
    return buffer.getvalue()


def read_texts(path: str | Path) -> dict[str, str]:
    """The texts that `encode_png` wrote into a file.

    Raises:
        ImageError: it is not a readable PNG.
    """
    try:
        with Image.open(path, formats=("PNG",)) as image:
            image.load()
            return {key: str(value) for key, value in getattr(image, "text", {}).items()}
    except Exception as error:
        raise ImageError(f"{path} must be a PNG picture. Received: {_in_words(error)}.") from error


# --- decoding --------------------------------------------------------------------------------


def _decode(data: bytes, name: str) -> Picture:
    image = _open(data, name)
    notes: list[str] = []
    frames = getattr(image, "n_frames", 1)
    if frames > 1:
        notes.append(f"the first of its {frames} frames was taken")
    orientation = _orientation(image)
    image.load()
    image = _upright(image, orientation, notes)
    alpha = _alpha(image)
    profile = image.info.get("icc_profile")
    rgb = _to_srgb(_eight_bits(image, notes), profile, notes)
    if alpha is not None:
        white = Image.new("RGB", rgb.size, "white")
        rgb = Image.composite(rgb, white, alpha)
        notes.append("transparent parts were laid over white")
    pixels = np.asarray(rgb).copy()
    pixels.setflags(write=False)
    return Picture(pixels, tuple(notes))


def _open(data: bytes, name: str) -> Image.Image:
    """Open without decoding, and refuse by kind and size."""
    too_many = f"{name} must have at most {MOST_PIXELS // 1_000_000} megapixels."
    try:
        image = Image.open(io.BytesIO(data), formats=_PILLOW_FORMATS)
    except Image.DecompressionBombError as error:
        raise ImageError(f"{too_many} Received: far more.") from error
    except UnidentifiedImageError as error:
        raise ImageError(f"{name} must be {_EXPECTED}. Received: {_sniff(data)}.") from error
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise ImageError(f"{too_many} Received: {width} x {height}.")
    if min(width, height) < SMALLEST_SIDE:
        raise ImageError(
            f"{name} must be at least {SMALLEST_SIDE} pixels a side. Received: {width} x {height}."
        )
    return image


def _sniff(data: bytes) -> str:
    for magic, kind in _LOOKALIKES:
        if data.startswith(magic):
            return kind
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in head:
        return "an SVG drawing"
    if head.startswith((b"<!doctype html", b"<html")):
        return "an HTML page"
    return "data that is none of these, or is damaged from the start"


def _orientation(image: Image.Image) -> int:
    """EXIF orientation, 1 to 8; 1 where the tag is missing, damaged or out of range."""
    try:
        value = image.getexif().get(_ORIENTATION_TAG, 1)
    except Exception:  # damaged metadata does not make a bad picture
        return 1
    return value if value in _TURNED else 1


def _upright(image: Image.Image, orientation: int, notes: list[str]) -> Image.Image:
    if orientation == 1:
        return image
    notes.append(f"it was {_TURNED[orientation]}, as its orientation tag asks")
    if image.format == "TIFF":
        return image  # Pillow turns TIFF pictures itself as they load
    return ImageOps.exif_transpose(image)


def _alpha(image: Image.Image) -> Image.Image | None:
    """The mask (L) of a picture with transparent parts, else None."""
    if not image.has_transparency_data:
        return None
    alpha = image.convert("RGBA").getchannel("A")
    return None if alpha.getextrema() == (255, 255) else alpha


def _eight_bits(image: Image.Image, notes: list[str]) -> Image.Image:
    """The colours alone, in one of the modes L, RGB, CMYK and LAB."""
    if image.mode.startswith(("I", "F")):
        notes.append("its levels were reduced to 8 bits")
        return _rescaled(image)
    if image.mode in ("1", "LA", "La"):
        return image.convert("LA").getchannel("L") if image.mode != "1" else image.convert("L")
    if image.mode in ("L", "RGB", "CMYK", "LAB"):
        return image
    if image.mode in ("RGBa", "P", "PA"):
        image = image.convert("RGBA")
    return image.convert("RGB")


def _rescaled(image: Image.Image) -> Image.Image:
    """Grey levels beyond 8 bits -> L. Pillow's own conversion clips them to white."""
    levels = np.asarray(image).astype(np.float64)
    if not np.isfinite(levels).all():
        raise ValueError("levels that are not finite")
    top = levels.max(initial=0.0)
    if image.mode == "F":
        full = 1.0 if top <= 1.0 else 255.0 if top <= 255.0 else 65535.0
    else:
        full = 65535.0
    full = max(full, top)
    return Image.fromarray(np.rint(np.clip(levels / full, 0.0, 1.0) * 255.0).astype(np.uint8))


@functools.cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _to_srgb(image: Image.Image, profile: Any, notes: list[str]) -> Image.Image:
    """Through the picture's own ICC profile where it has a usable one. Returns: RGB."""
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, _srgb(), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
            notes.append("its colour profile is unusable and was left out")
        else:
            if converted is not None:
                name = ImageCms.getProfileDescription(source).strip()
                if "srgb" not in name.lower():
                    notes.append(f"its colours were converted from {name or 'its profile'}")
                return converted
    if image.mode == "LAB":
        lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
        converted = ImageCms.profileToProfile(image, lab, _srgb(), outputMode="RGB")
        if converted is not None:
            return converted
    return image.convert("RGB")


def _in_words(error: Exception) -> str:
    return (str(error) or type(error).__name__).strip().rstrip(".").splitlines()[0]
