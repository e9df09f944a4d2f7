"""Small good pictures of every format that can be written here, and ways to damage them."""

import contextlib
import io
import random
import warnings
from collections.abc import Callable, Iterator

import numpy as np
import pillow_heif
from PIL import Image, ImageCms

pillow_heif.register_heif_opener()
Image.init()

_SIDE = 64
_MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "I", "F", "LAB", "YCbCr")
_LONGEST_RUN = 60_000
_EXTREMES = tuple(
    value.to_bytes(size, order)
    for size in (2, 4, 8)
    for value in (0, 1, 256**size // 2 - 1, 256**size // 2, 256**size - 1)
    for order in ("big", "little")
)


def seeds() -> dict[str, bytes]:
    """A good file of each format and mode, and of the usual variants, by what it is.

    Example:
        >>> seeds()["PNG RGB"][:4]
        b'\\x89PNG'
    """
    files = {}
    pictures = {mode: _picture(mode) for mode in _MODES}
    for kind in sorted(Image.SAVE):
        for mode, picture in pictures.items():
            with contextlib.suppress(Exception):  # many formats take few modes
                files[f"{kind} {mode}"] = _encoded(picture, kind)
    for what, (kind, options) in _variants().items():
        with contextlib.suppress(Exception):  # a library may lack a compression
            files[what] = _encoded(_picture("RGB"), kind, **options)
    return {what: data for what, data in files.items() if data}


def _variants() -> dict[str, tuple[str, dict[str, object]]]:
    frames = {"save_all": True, "append_images": [_picture("RGB").rotate(90)]}
    exif = Image.Exif()
    exif[0x0112] = 6
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    said = {"exif": exif.tobytes(), "icc_profile": profile}
    variants: dict[str, tuple[str, dict[str, object]]] = {
        "JPEG progressive": ("JPEG", {"progressive": True}),
        "JPEG restarts": ("JPEG", {"restart_marker_blocks": 1}),
        "WEBP lossless": ("WEBP", {"lossless": True}),
        "PNG interlaced palette": ("PNG", {"bits": 4}),
    }
    for compression in ("tiff_lzw", "tiff_deflate", "packbits", "jpeg", "zstd", "lzma"):
        variants[f"TIFF {compression}"] = ("TIFF", {"compression": compression})
    for kind in ("JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"):
        variants[f"{kind} with profile and EXIF"] = (kind, dict(said))
    for kind in ("GIF", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"):
        variants[f"{kind} of two frames"] = (kind, dict(frames))
    return variants


def _picture(mode: str) -> Image.Image:
    levels = np.random.default_rng(0).integers(0, 256, (_SIDE, _SIDE, 3), dtype=np.uint8)
    levels[: _SIDE // 2] = (200, 120, 40)  # half of it flat, so that run lengths occur
    image = Image.fromarray(levels)
    if mode == "LAB":
        srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
        converted = ImageCms.profileToProfile(image, srgb, lab, outputMode="LAB")
        assert converted is not None
        return converted
    return image.convert("L").convert(mode) if mode in ("I;16", "I", "F") else image.convert(mode)


def _encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some formats are on their way out
        image.save(buffer, kind, **options)
    return buffer.getvalue()


def _flip_bits(data: bytearray, rng: random.Random) -> None:
    for _ in range(rng.choice((1, 1, 3, 30))):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def _cut(data: bytearray, rng: random.Random) -> None:
    del data[rng.randrange(1, len(data)) :]


def _insert_run(data: bytearray, rng: random.Random) -> None:
    at = rng.randrange(len(data))
    count = int(_LONGEST_RUN ** rng.random())
    data[at:at] = rng.choice((b"\xff", b"\0", b"\xff\0")) * count


def _repeat_block(data: bytearray, rng: random.Random) -> None:
    block = _block(data, rng)
    at = rng.randrange(len(data))
    data[at:at] = data[block] * rng.choice((1, 2, 100))


def _remove_block(data: bytearray, rng: random.Random) -> None:
    del data[_block(data, rng)]


def _set_extreme(data: bytearray, rng: random.Random) -> None:
    """Most lengths, counts and sizes stand near the beginning."""
    at = rng.randrange(min(len(data), rng.choice((64, 512, len(data)))))
    value = rng.choice(_EXTREMES)
    data[at : at + len(value)] = value


def _block(data: bytearray, rng: random.Random) -> slice:
    at = rng.randrange(len(data))
    return slice(at, at + int(4096 ** rng.random()))


_WAYS: dict[str, Callable[[bytearray, random.Random], None]] = {
    "bits flipped": _flip_bits,
    "cut": _cut,
    "a run inserted": _insert_run,
    "a block repeated": _repeat_block,
    "a block removed": _remove_block,
    "a length set to an extreme": _set_extreme,
}


def mutations(files: dict[str, bytes], count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Damaged files: what was done to which of `files`, and the bytes. The same for each seed.

    Example:
        >>> next(mutations({"GIF P": gif}, 1, seed=0))[0]
        'GIF P, a block removed, cut (mutation 0)'
    """
    names = sorted(files)
    for number in range(count):
        rng = random.Random(f"{seed} {number}")
        name = rng.choice(names)
        data = bytearray(files[name])
        ways = rng.choices(sorted(_WAYS), k=rng.choice((1, 1, 2, 3)))
        for way in ways:
            if len(data) > 1:
                _WAYS[way](data, rng)
        yield f"{name}, {', '.join(ways)} (mutation {number})", bytes(data)
